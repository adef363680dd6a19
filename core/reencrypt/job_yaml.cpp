// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/job_yaml.h"

#include "base/text.h"

#include <algorithm>
#include <set>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace keyturn::reencrypt {
namespace {

std::uint32_t numberFromOne(int fromZero) {
    return static_cast<std::uint32_t>(std::max(fromZero, 0)) + 1;
}

/// yaml-cpp tells of what it reads; the tree is built from that, so nothing is ever repeated by an alias.
class TreeBuilder final : public YAML::EventHandler {
public:
    explicit TreeBuilder(std::vector<JobFileFault> &faults)
        : m_faults(faults) {}

    JobNode take() { return std::move(m_root); }

    void OnDocumentStart(const YAML::Mark &) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override {
        add(node(JobNode::Kind::Null, mark, {}, anchor));
    }
    void OnAlias(const YAML::Mark &mark, YAML::anchor_t) override {
        refuse(mark, "aliases are not taken here; write the value out");
        add(node(JobNode::Kind::Null, mark, {}, 0));
    }
    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  const std::string &value) override {
        JobNode scalar = node(JobNode::Kind::Text, mark, tag, anchor);
        scalar.text = value;
        scalar.quoted = tag == "!";
        if (!scalar.quoted && (value.empty() || value == "~" || toLowerAscii(value) == "null")) {
            scalar.kind = JobNode::Kind::Null;
        }
        add(std::move(scalar));
    }
    void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        m_open.push_back({node(JobNode::Kind::List, mark, tag, anchor), {}, false});
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        m_open.push_back({node(JobNode::Kind::Map, mark, tag, anchor), {}, false});
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        JobNode node;
        JobNode name; ///< of a map: the member whose value comes next
        bool hasName;
        std::set<std::string, std::less<>> names = {};
    };

    void refuse(const YAML::Mark &mark, std::string text) {
        m_faults.push_back({numberFromOne(mark.line), numberFromOne(mark.column), {}, std::move(text)});
    }

    JobNode node(JobNode::Kind kind, const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor) {
        if (anchor != 0) {
            refuse(mark, "anchors are not taken here");
        }
        if (!tag.empty() && tag != "?" && tag != "!") {
            refuse(mark, "tags are not taken here");
        }
        JobNode result;
        result.kind = kind;
        result.line = numberFromOne(mark.line);
        result.column = numberFromOne(mark.column);
        return result;
    }

    void close() {
        JobNode done = std::move(m_open.back().node);
        m_open.pop_back();
        add(std::move(done));
    }

    void add(JobNode value) {
        if (m_open.empty()) {
            m_root = std::move(value);
            return;
        }
        Open &parent = m_open.back();
        if (parent.node.kind == JobNode::Kind::List) {
            parent.node.items.push_back(std::move(value));
            return;
        }
        if (!parent.hasName) {
            parent.name = std::move(value);
            parent.hasName = true;
            return;
        }
        parent.hasName = false;
        addMember(parent, std::move(value));
    }

    void addMember(Open &parent, JobNode value) {
        JobNode &name = parent.name;
        const auto fault = [&](std::string text) {
            m_faults.push_back({name.line, name.column, {}, std::move(text)});
        };
        if (name.kind != JobNode::Kind::Text) {
            return fault("a member's name must be a text");
        }
        if (!parent.names.insert(name.text).second) {
            return fault("this member stands here a second time; remove one of them");
        }
        if (value.kind == JobNode::Kind::Null) {
            // yaml-cpp tells of a value that is not there at whatever comes next.
            value.line = name.line;
            value.column = name.column;
        }
        parent.node.members.push_back({std::move(name), std::move(value)});
    }

    std::vector<JobFileFault> &m_faults;
    JobNode m_root;
    std::vector<Open> m_open;
};

/// yaml-cpp ends at U+0004 as if the file did, and reads other encodings by their first bytes.
bool hasPlainText(std::string_view yaml, std::vector<JobFileFault> &faults) {
    if (!isValidUtf8(yaml)) {
        faults.push_back({1, 1, {}, "this is no UTF-8 text"});
        return false;
    }
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    for (const char c : yaml) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f) {
            faults.push_back({line, column, {}, "a control character; write it as \"\\xNN\" between quotes"});
            return false;
        }
        line += c == '\n' ? 1 : 0;
        column = c == '\n' ? 1 : column + 1;
    }
    return true;
}

/// yaml-cpp's own sentence, except the one that quotes what it read.
std::string syntaxFault(const YAML::Exception &error) {
    std::string text = error.msg;
    const auto colon = text.find(": ");
    return "YAML: " + (colon == std::string::npos ? text : text.substr(0, colon));
}

bool isPlainScalar(std::string_view text) {
    const auto isLetterOrDigit = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    if (text.empty() || !(isLetterOrDigit(text.front()) || text.front() == '/' || text.front() == '_') ||
        text.back() == ' ' || text.back() == ':') {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool colonBeforeBlank = text[i] == ':' && text[i + 1] == ' ';
        if (colonBeforeBlank ||
            (!isLetterOrDigit(text[i]) && std::string_view(" /_.-+=@:").find(text[i]) == text.npos)) {
            return false;
        }
    }
    // What looks like a number, a truth value or nothing is quoted, for people and for other readers.
    const std::string lower = toLowerAscii(text);
    for (const std::string_view word :
         {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "same"}) {
        if (lower == word) {
            return false;
        }
    }
    return std::any_of(text.begin(), text.end(), [&](char c) {
        return (isLetterOrDigit(c) && !(c >= '0' && c <= '9') && c != 'e' && c != 'E' && c != 'x') ||
               c == '/';
    });
}

} // namespace

JobNode parseJobYaml(std::string_view yaml, std::vector<JobFileFault> &faults) {
    if (!hasPlainText(yaml, faults)) {
        return {};
    }
    TreeBuilder builder(faults);
    try {
        std::istringstream stream{std::string(yaml)};
        YAML::Parser parser(stream);
        if (parser.HandleNextDocument(builder)) {
            JobNode first = builder.take();
            if (parser.HandleNextDocument(builder)) {
                faults.push_back({1, 1, {}, "there are several documents in this file; it must be one"});
            }
            return first;
        }
    } catch (const YAML::Exception &error) {
        const bool placed = !error.mark.is_null();
        faults.push_back({placed ? numberFromOne(error.mark.line) : 1,
                          placed ? numberFromOne(error.mark.column) : 1,
                          {},
                          syntaxFault(error)});
    }
    return builder.take();
}

std::string yamlScalar(std::string_view text) {
    if (isPlainScalar(text)) {
        return std::string(text);
    }
    constexpr std::string_view hexDigits = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\x";
            out += hexDigits[byte >> 4];
            out += hexDigits[byte & 15];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

void YamlSection::line(std::string_view member, std::string_view value) {
    if (!m_name.empty() && !m_begun) {
        m_out += (m_outer.empty() ? "\n" : m_outer) + m_name + ":\n";
    }
    m_begun = true;
    m_out += m_outer;
    m_out += m_name.empty() ? "" : "  ";
    m_out += member;
    m_out += ": ";
    m_out += value;
    m_out += '\n';
}

void YamlSection::text(std::string_view member, const std::string &value, const std::string &usual) {
    if (value != usual) {
        line(member, yamlScalar(value));
    }
}

void YamlSection::texts(std::string_view member, const std::vector<std::string> &values) {
    if (values.empty()) {
        return;
    }
    std::string text;
    for (const std::string &value : values) {
        text += (text.empty() ? "" : ", ") + yamlScalar(value);
    }
    line(member, "[" + text + "]");
}

void YamlSection::boolean(std::string_view member, bool value, bool usual) {
    if (value != usual) {
        line(member, value ? "true" : "false");
    }
}

} // namespace keyturn::reencrypt
