// SPDX-License-Identifier: Apache-2.0
// SOPS in ENV and INI: the metadata is flattened into one line a value, lists and maps are part of the name
// ("sops_kms__list_0__map_enc=...").
#include "reencrypt/documents/sops_entry.h"

#include "base/text.h"

#include <algorithm>
#include <map>

namespace keyturn::reencrypt {
namespace {

struct Line {
    Slot slot;
    std::uint64_t number = 0;
    std::size_t begin = 0;
    std::size_t end = 0; ///< behind its line feed
};

/// The lines of one entry, by the last part of their names.
struct FlatEntry {
    std::uint64_t line = 0;
    std::string namePrefix; ///< "sops_kms__list_0__map_"
    std::map<std::string, Line, std::less<>> members;
    std::map<std::string, Line, std::less<>> context;
    std::string fault;
};
using FlatEntries = std::map<std::pair<long, long>, FlatEntry>; ///< by group (-1: none) and number

/// "list_12__map_rest": takes the number and leaves the rest; -1: something else stands there.
long takeNumber(std::string_view &name) {
    if (!name.starts_with("__list_")) {
        return -1;
    }
    name.remove_prefix(7);
    const auto end = name.find("__map_");
    const std::string_view digits = name.substr(0, end);
    const bool good = end != std::string_view::npos && !digits.empty() && digits.size() < 7 &&
                      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!good) {
        return -1;
    }
    const long number = std::stol(std::string(digits));
    name.remove_prefix(end + 6);
    return number;
}

void takeLine(std::string_view fullName, std::string_view name, Line line, FlatEntries &out) {
    long group = -1;
    if (name.starts_with("key_groups")) {
        name.remove_prefix(10);
        group = takeNumber(name);
        if (group < 0) {
            return;
        }
    }
    if (!name.starts_with("kms__list_")) {
        return;
    }
    name.remove_prefix(3);
    const long number = takeNumber(name);
    if (number < 0) {
        return;
    }
    FlatEntry &entry = out[{group, number}];
    entry.line = entry.line == 0 ? line.number : entry.line;
    entry.namePrefix = fullName.substr(0, fullName.size() - name.size());
    constexpr std::string_view contextPrefix = "context__map_";
    const bool isContext = name.starts_with(contextPrefix);
    auto &lines = isContext ? entry.context : entry.members;
    const std::uint64_t lineNumber = line.number;
    if (!lines.emplace(name.substr(isContext ? contextPrefix.size() : 0), std::move(line)).second) {
        entry.fault = "line " + std::to_string(lineNumber) + ": a name that stands there twice";
    }
}

std::optional<std::string> writeEnv(std::string_view value) {
    const bool fits = value.find_first_of("\r\n") == std::string_view::npos;
    return fits ? std::optional(std::string(value)) : std::nullopt;
}

std::optional<std::string> writeIni(std::string_view value) {
    const bool fits = value.find_first_of("\r\n`\"'#;\\") == std::string_view::npos && !value.empty() &&
                      trimmed(value).size() == value.size();
    return fits ? std::optional(std::string(value)) : std::nullopt;
}

/// Reads the file line by line.
class LineReader {
public:
    LineReader(std::string_view text, SopsLines form)
        : m_text(text)
        , m_form(form) {}

    FlatEntries read() {
        FlatEntries entries;
        std::size_t at = startsWithByteOrderMark(m_text) ? 3 : 0;
        for (std::uint64_t number = 1; at < m_text.size(); ++number) {
            const auto lineFeed = m_text.find('\n', at);
            Line line;
            line.number = number;
            line.begin = at;
            line.end = lineFeed == std::string_view::npos ? m_text.size() : lineFeed + 1;
            std::string_view content = m_text.substr(at, line.end - at);
            while (!content.empty() && (content.back() == '\n' || content.back() == '\r')) {
                content.remove_suffix(1);
            }
            at = line.end;
            if (m_form == SopsLines::Env) {
                env(content, std::move(line), entries);
            } else {
                ini(content, std::move(line), entries);
            }
        }
        return entries;
    }

private:
    void env(std::string_view content, Line line, FlatEntries &entries) const {
        const auto equals = content.find('=');
        if (!content.starts_with("sops_") || equals == std::string_view::npos) {
            return;
        }
        line.slot = plainSlot(m_text, line.begin + equals + 1, content.size() - equals - 1);
        line.slot.write = writeEnv;
        const std::string_view name = content.substr(0, equals);
        takeLine(name, name.substr(5), std::move(line), entries);
    }

    void ini(std::string_view content, Line line, FlatEntries &entries) {
        const std::string_view bare = trimmed(content);
        if (bare.starts_with('[') && bare.ends_with(']')) {
            m_inSection = trimmed(bare.substr(1, bare.size() - 2)) == "sops";
            return;
        }
        const auto equals = content.find_first_of("=:");
        if (!m_inSection || bare.empty() || bare.front() == '#' || bare.front() == ';' ||
            equals == std::string_view::npos) {
            return;
        }
        std::string_view value = trimmed(content.substr(equals + 1));
        if (value.size() >= 2 && value.front() == value.back() &&
            (value.front() == '"' || value.front() == '\'' || value.front() == '`')) {
            value = value.substr(1, value.size() - 2);
        }
        const auto offset = static_cast<std::size_t>(value.data() - m_text.data());
        line.slot = plainSlot(m_text, value.empty() ? line.begin + equals + 1 : offset, value.size());
        line.slot.write = writeIni;
        const std::string_view name = trimmed(content.substr(0, equals));
        takeLine(name, name, std::move(line), entries);
    }

    std::string_view m_text;
    SopsLines m_form;
    bool m_inSection = false;
};

Result<std::vector<Edit>> contextEdits(const FlatEntry &entry, const std::string &lineFeed,
                                       const std::string &equals, const kms::EncryptionContext &context) {
    std::vector<Edit> edits;
    std::string added;
    const Line &arn = entry.members.at("arn");
    for (const auto &[name, value] : context) {
        const auto text = arn.slot.write(value);
        const bool nameFits = name.find_first_of("=:\r\n \t#;\"'`") == std::string::npos &&
                              name.find("__map_") == std::string::npos &&
                              name.find("__list_") == std::string::npos;
        if (!text || !nameFits) {
            return fail(ErrorCode::Usage, faultText({{}, entry.namePrefix + "context", entry.line},
                                                    "ENV and INI cannot hold this context"));
        }
        if (const auto found = entry.context.find(name); found == entry.context.end()) {
            added.append(entry.namePrefix).append("context__map_").append(name).append(equals);
            added.append(*text).append(lineFeed);
        } else if (found->second.slot.value != value) {
            edits.push_back({found->second.slot.offset, found->second.slot.length, toBytes(*text)});
        }
    }
    for (const auto &[name, line] : entry.context) {
        if (!context.find(name)) {
            edits.push_back({line.begin, line.end - line.begin, {}});
        }
    }
    if (!added.empty()) {
        edits.push_back({arn.begin, 0, toBytes(added)});
    }
    return edits;
}

std::optional<Slot> member(const FlatEntry &entry, std::string_view name) {
    const auto found = entry.members.find(name);
    return found == entry.members.end() ? std::nullopt : std::optional(found->second.slot);
}

SopsEntry entryOf(std::string path, const FlatEntry &flat, const std::string &lineFeed,
                  const std::string &equals) {
    SopsEntry entry;
    entry.path = std::move(path);
    entry.line = flat.line;
    entry.arn = member(flat, "arn");
    entry.enc = member(flat, "enc");
    entry.createdAt = member(flat, "created_at");
    entry.fault = flat.fault;
    for (const auto &[name, line] : flat.context) {
        entry.context.set(name, line.slot.value);
    }
    if (entry.arn) {
        entry.contextEdits = [flat, lineFeed, equals](const kms::EncryptionContext &context) {
            return contextEdits(flat, lineFeed, equals, context);
        };
    }
    return entry;
}

} // namespace

Result<std::unique_ptr<Document>> parseSopsLines(std::string_view text, SopsLines form, const JobSpec &spec) {
    if (!isValidUtf8(text) || text.find('\0') != std::string_view::npos) {
        return fail(ErrorCode::BadEncoding, "no ENV or INI text: bytes that are not UTF-8, or zero bytes");
    }
    auto document = std::make_unique<SlotDocument>();
    const std::string lineFeed = text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n";
    for (const auto &[number, flat] : LineReader(text, form).read()) {
        std::string path = "sops.";
        if (number.first >= 0) {
            path += "key_groups[" + std::to_string(number.first) + "].";
        }
        path += "kms[" + std::to_string(number.second) + "]";
        addSopsEntry(*document, entryOf(path, flat, lineFeed, form == SopsLines::Env ? "=" : " = "), spec);
    }
    return std::unique_ptr<Document>(std::move(document));
}

} // namespace keyturn::reencrypt
