// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/documents/yaml_text.h"

#include "base/text.h"
#include "reencrypt/json_scan.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t yamlBytesMax = 16 * 1024 * 1024; ///< its tree takes forty times as much at worst

/// Builds the tree of one document out of yaml-cpp's events.
class TreeBuilder final : public YAML::EventHandler {
public:
    explicit TreeBuilder(std::size_t origin)
        : m_origin(origin) {}
    YamlNode take() { return std::move(m_root); }
    int begin() const { return m_begin; }
    int line() const { return m_line; }

    void OnDocumentStart(const YAML::Mark &mark) override {
        m_begin = mark.pos;
        m_line = mark.line;
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override {
        put(node(YamlNode::Kind::Null, mark, anchor));
    }
    void OnAlias(const YAML::Mark &mark, YAML::anchor_t) override {
        put(node(YamlNode::Kind::Alias, mark, 0));
    }
    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  const std::string &value) override {
        YamlNode scalar = node(YamlNode::Kind::Scalar, mark, anchor);
        scalar.tagged = isWritten(tag);
        scalar.value = value;
        put(std::move(scalar));
    }
    void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override {
        open(YamlNode::Kind::Sequence, mark, tag, anchor, style);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override {
        open(YamlNode::Kind::Map, mark, tag, anchor, style);
    }
    void OnMapEnd() override { close(); }

private:
    static bool isWritten(const std::string &tag) { return !tag.empty() && tag != "?" && tag != "!"; }
    YamlNode node(YamlNode::Kind kind, const YAML::Mark &mark, YAML::anchor_t anchor) const {
        YamlNode made;
        made.kind = kind;
        made.anchored = anchor != 0;
        made.offset = m_origin + static_cast<std::size_t>(std::max(mark.pos, 0));
        made.line = static_cast<std::uint64_t>(std::max(mark.line, 0)) + 1;
        return made;
    }
    void open(YamlNode::Kind kind, const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
              YAML::EmitterStyle::value style) {
        YamlNode made = node(kind, mark, anchor);
        made.tagged = isWritten(tag);
        made.flow = style == YAML::EmitterStyle::Flow;
        m_open.push_back(std::move(made));
    }
    void close() {
        YamlNode done = std::move(m_open.back());
        m_open.pop_back();
        put(std::move(done));
    }
    void put(YamlNode done) {
        if (m_open.empty()) {
            m_root = std::move(done);
        } else {
            m_open.back().items.push_back(std::move(done));
        }
    }

    std::size_t m_origin;
    int m_begin = -1;
    int m_line = 0;
    std::vector<YamlNode> m_open;
    YamlNode m_root;
};

bool hasControls(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && c != '\n' && c != '\r' && c != '\t';
    });
}

tl::unexpected<Error> noYaml(int line) {
    return fail(ErrorCode::BadEncoding, "line " + std::to_string(std::max(line, 0) + 1) +
                                            ": no YAML that can be read; mend it, then run again");
}

std::string whyNot(const YamlNode &node, std::string_view what) {
    return "line " + std::to_string(node.line) + ": " + std::string(what) +
           "; write the value out, then run again";
}

} // namespace

const YamlNode *YamlNode::member(std::string_view name) const {
    if (kind != Kind::Map) {
        return nullptr;
    }
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
        if (items[i].kind == Kind::Scalar && items[i].value == name) {
            return &items[i + 1];
        }
    }
    return nullptr;
}

Result<std::vector<YamlNode>> readYaml(std::string_view text) {
    if (text.size() > yamlBytesMax) {
        return fail(ErrorCode::Usage, "larger than 16 MiB: YAML is read whole. Split it, then run again");
    }
    if (!isValidUtf8(text) || hasControls(text)) {
        return fail(ErrorCode::BadEncoding, "no YAML: bytes that are not UTF-8, or control characters");
    }
    const std::size_t origin = startsWithByteOrderMark(text) ? 3 : 0;
    std::vector<YamlNode> documents;
    try {
        std::istringstream stream(std::string(text.substr(origin)));
        YAML::Parser parser(stream);
        int last = -1;
        for (bool more = true; more;) {
            TreeBuilder builder(origin);
            more = parser.HandleNextDocument(builder);
            if (more && builder.begin() <= last) {
                return noYaml(builder.line()); // yaml-cpp 0.7 stays before a stray comma or bracket for ever
            }
            last = builder.begin();
            if (more) {
                documents.push_back(builder.take());
            }
        }
    } catch (const YAML::Exception &error) {
        return noYaml(error.mark.line);
    }
    return documents;
}

std::string whyNotInPlace(const YamlNode &node) {
    using Kind = YamlNode::Kind;
    if (node.kind == Kind::Alias) {
        return whyNot(node, "an alias (*name)");
    }
    if (node.anchored || node.tagged) {
        return whyNot(node, node.anchored ? "an anchor (&name)" : "a tag (!name)");
    }
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        const YamlNode &item = node.items[i];
        if (node.kind == Kind::Map && i % 2 == 0) {
            if (item.kind != Kind::Scalar || item.value == "<<") {
                return whyNot(item, item.value == "<<" ? "a merge (<<)" : "a name that is no text");
            }
            names.push_back(item.value);
        }
        if (auto why = whyNotInPlace(item); !why.empty()) {
            return why;
        }
    }
    std::sort(names.begin(), names.end());
    const bool twice = std::adjacent_find(names.begin(), names.end()) != names.end();
    return twice ? whyNot(node, "a name that stands there twice") : std::string();
}

std::string quotedText(std::string_view value) {
    return jsonTextLike(value, "\"\"");
}

} // namespace keyturn::reencrypt
