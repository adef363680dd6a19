// SPDX-License-Identifier: Apache-2.0
// The line reader of the AWS files. What the tools disagree about (ecosystem.md 1.1) is taken the way that
// loses least and gives a warning.
#include "credentials/aws_files.h"

#include "base/text.h"

namespace keyturn::credentials {

namespace {

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

bool holdsSecret(const std::string &name) {
    return !name.ends_with("_file") &&
           (name.find("secret") != std::string::npos || name.find("token") != std::string::npos ||
            name.find("password") != std::string::npos);
}

/// Cuts " # ..." and " ; ..." off a value.
std::string_view withoutInlineComment(std::string_view value) {
    for (std::size_t i = 1; i < value.size(); ++i) {
        if ((value[i] == '#' || value[i] == ';') && isBlank(value[i - 1])) {
            return trimmed(value.substr(0, i));
        }
    }
    return value;
}

class Parser {
public:
    Parser(AwsFileKind kind, const std::string &fileName)
        : m_kind(kind)
        , m_fileName(fileName) {}

    ParsedAwsFile parse(std::string_view content) {
        if (content.starts_with("\xef\xbb\xbf")) {
            content.remove_prefix(3);
            m_line = 1;
            warn("the file starts with a byte order mark, which the AWS CLI refuses");
            m_line = 0;
        }
        for (std::string_view line : split(content, '\n')) {
            ++m_line;
            if (line.ends_with('\r')) {
                line.remove_suffix(1);
            }
            readLine(line);
        }
        return std::move(m_out);
    }

private:
    void warn(std::string text) { m_out.warnings.push_back({m_fileName, m_line, std::move(text)}); }

    void readLine(std::string_view line) {
        const std::string_view text = trimmed(line);
        if (text.empty() || text[0] == '#' || text[0] == ';') {
            return;
        }
        if (!isValidUtf8(line) || line.find('\0') != std::string_view::npos) {
            warn("the line is no UTF-8 text and is left out");
            return;
        }
        const bool indented = isBlank(line[0]);
        if (!indented && text[0] == '[') {
            readHeader(text);
        } else if (indented && !m_setting.empty()) {
            readContinuation(text);
        } else {
            readSetting(text);
        }
    }

    void readHeader(std::string_view text) {
        m_section = nullptr;
        m_setting.clear();
        m_ignoring = true;
        const auto end = text.find(']');
        if (end == std::string_view::npos) {
            warn("a section header has no closing bracket; the section is left out");
            return;
        }
        const std::string_view rest = trimmed(text.substr(end + 1));
        if (!rest.empty() && rest[0] != '#' && rest[0] != ';') {
            warn("something follows the section header on its line");
        }
        const std::string_view title = text.substr(1, end - 1);
        if (trimmed(title).size() != title.size()) {
            warn("blanks stand inside the brackets of a section header, which the AWS CLI takes as part of "
                 "the "
                 "name");
        }
        selectSection(trimmed(title));
        m_ignoring = m_section == nullptr;
    }

    /// "profile NAME", "sso-session NAME", "services NAME", quoted or not; or a bare name.
    void selectSection(std::string_view title) {
        const auto blank = title.find_first_of(" \t");
        const std::string_view word = title.substr(0, blank);
        std::string name(blank == std::string_view::npos ? std::string_view() : trimmed(title.substr(blank)));
        if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') &&
            name.back() == name.front()) {
            name = name.substr(1, name.size() - 2);
        } else if (m_kind == AwsFileKind::Config && name.find_first_of(" \t\"'\\") != std::string::npos) {
            warn("a name with blanks or quotes in a section header has to stand in quotes; the AWS CLI "
                 "leaves the "
                 "section out or takes another name");
        }
        if (m_kind == AwsFileKind::Credentials) {
            if (word == "profile" && !name.empty()) {
                warn("a section of the credentials file is named without the word profile; as it stands the "
                     "profile's name begins with that word");
            }
            open(m_out.profiles, std::string(title));
        } else if (title == "default") {
            open(m_out.profiles, "default");
        } else if (word == "profile" && !name.empty()) {
            open(m_out.profiles, name);
        } else if (word == "sso-session" && !name.empty()) {
            open(m_out.ssoSessions, name);
        } else if (word == "services" && !name.empty()) {
            open(m_out.services, name);
        } else {
            if (title != "preview" && title != "plugins") {
                warn("a section of the config file is no profile; the word profile is missing before its "
                     "name");
            }
            open(m_others, std::string(title));
        }
    }

    void open(std::map<std::string, AwsSection> &sections, const std::string &name) {
        if (name.empty()) {
            warn("a section has no name and is left out");
            return;
        }
        const auto [found, isNew] = sections.try_emplace(name);
        if (!isNew) {
            warn("a section appears twice, which the AWS CLI refuses; its settings are joined");
        }
        m_section = &found->second;
    }

    void readSetting(std::string_view text) {
        m_setting.clear();
        if (m_section == nullptr) {
            if (!m_ignoring) {
                warn("a setting before the first section is left out");
            }
            return;
        }
        const auto delimiter = text.find_first_of("=:");
        if (delimiter == std::string_view::npos || trimmed(text.substr(0, delimiter)).empty()) {
            warn("the line is no setting (name = value) and is left out");
            return;
        }
        m_setting = toLowerAscii(trimmed(text.substr(0, delimiter)));
        const std::string_view value = cleanValue(trimmed(text.substr(delimiter + 1)));
        const bool isNew =
            !m_section->settings.contains(m_setting) && !m_section->secrets.contains(m_setting);
        if (!isNew) {
            warn("the setting " + m_setting +
                 " appears twice, which the AWS CLI refuses; the last one holds");
            m_section->nested.erase(m_setting);
        }
        if (holdsSecret(m_setting)) {
            m_section->secrets[m_setting] = SecretBytes::copyOf(value);
        } else {
            m_section->settings[m_setting] = value;
        }
    }

    std::string_view cleanValue(std::string_view value) {
        if (m_setting == "credential_process") { // never another command than the one the CLI runs
            if (withoutInlineComment(value).size() != value.size()) {
                warn("a comment after the value of credential_process is part of the command, as for the AWS "
                     "CLI");
            }
            return value;
        }
        const std::string_view clean = value.starts_with('#') || value.starts_with(';')
                                           ? std::string_view()
                                           : withoutInlineComment(value);
        if (clean.size() != value.size()) {
            warn("a comment after the value of " + m_setting +
                 " is cut off here; the AWS CLI keeps it as part of the value");
        }
        return clean;
    }

    void readContinuation(std::string_view text) {
        if (m_section->secrets.contains(m_setting)) {
            warn("the value of " + m_setting + " goes on in an indented line, which is left out");
            return;
        }
        std::string &value = m_section->settings[m_setting];
        if (!value.empty()) {
            warn("the value of " + m_setting + " goes on in an indented line");
            value += "\n" + std::string(withoutInlineComment(text));
            return;
        }
        const auto delimiter = text.find_first_of("=:");
        if (delimiter == std::string_view::npos || trimmed(text.substr(0, delimiter)).empty()) {
            warn("an indented line under " + m_setting + " is no setting and is left out");
            return;
        }
        const std::string name = toLowerAscii(trimmed(text.substr(0, delimiter)));
        if (!holdsSecret(name)) {
            m_section->nested[m_setting][name] = withoutInlineComment(trimmed(text.substr(delimiter + 1)));
        }
    }

    const AwsFileKind m_kind;
    const std::string m_fileName;
    ParsedAwsFile m_out;
    std::map<std::string, AwsSection> m_others; ///< read for their faults, which the CLI minds, and left out
    AwsSection *m_section = nullptr;
    std::string m_setting; ///< that an indented line belongs to
    bool m_ignoring = false;
    int m_line = 0;
};

} // namespace

ParsedAwsFile parseAwsFile(std::string_view content, AwsFileKind kind, const std::string &fileName) {
    return Parser(kind, fileName).parse(content);
}

const std::string *AwsSection::find(const std::string &name) const {
    const auto found = settings.find(name);
    return found != settings.end() ? &found->second : nullptr;
}

const SecretBytes *AwsSection::findSecret(const std::string &name) const {
    const auto found = secrets.find(name);
    return found != secrets.end() ? &found->second : nullptr;
}

} // namespace keyturn::credentials
