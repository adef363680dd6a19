// SPDX-License-Identifier: Apache-2.0
// JSON Lines: one object or array a line; the job's cells are JSON pointers.
#include "base/text.h"
#include "reencrypt/json_scan.h"
#include "reencrypt/records/record_grammar.h"

#include <algorithm>
#include <cstring>

namespace keyturn::reencrypt {
namespace {

void append(Bytes &out, std::string_view text) {
    out.insert(out.end(), text.begin(), text.end());
}

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool needsEscape(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

/// Where each character of a text begins between its quotes: an escape or surrogate pair counts as one.
std::vector<std::size_t> unitsOf(std::string_view raw) {
    std::vector<std::size_t> units;
    for (std::size_t at = 0; at < raw.size();) {
        units.push_back(at);
        if (raw[at] != '\\') {
            ++at;
        } else if (raw[at + 1] != 'u') {
            at += 2;
        } else {
            const bool high = (raw[at + 2] == 'd' || raw[at + 2] == 'D') &&
                              std::string_view("89abAB").find(raw[at + 3]) != std::string_view::npos;
            at += high ? 12 : 6;
        }
    }
    units.push_back(raw.size());
    return units;
}

/// The value of one unit, by the reader that read the whole record.
std::string valueOf(std::string_view unit, JsonScan &scan) {
    if (unit.front() != '\\') {
        return std::string(unit);
    }
    const std::string text = '"' + std::string(unit) + '"';
    return scan.read(text) ? scan.text(scan.root()).value_or(std::string()) : std::string();
}

/// `raw` (between quotes, with escapes) with its value replaced; what both ends have in common keeps its
/// bytes.
void appendEscaped(Bytes &out, std::string_view token, std::string_view value) {
    const std::string_view raw = token.substr(1, token.size() - 2);
    const std::vector<std::size_t> units = unitsOf(raw);
    JsonScan scan;
    const auto unit = [&](std::size_t index) {
        return valueOf(raw.substr(units[index], units[index + 1] - units[index]), scan);
    };
    std::size_t begin = 0, end = units.size() - 1;
    while (begin < end) {
        const std::string same = unit(begin);
        if (same.empty() || !value.starts_with(same)) {
            break;
        }
        value.remove_prefix(same.size());
        ++begin;
    }
    std::size_t keptBehind = end;
    while (keptBehind > begin) {
        const std::string same = unit(keptBehind - 1);
        if (same.empty() || !value.ends_with(same)) {
            break;
        }
        value.remove_suffix(same.size());
        --keptBehind;
    }
    append(out, raw.substr(0, units[begin]));
    const std::string middle = jsonTextLike(value, token);
    append(out, std::string_view(middle).substr(1, middle.size() - 2));
    append(out, raw.substr(units[keptBehind]));
}

class JsonGrammar final : public RecordGrammar {
public:
    explicit JsonGrammar(const JobSpec &spec)
        : m_blob(spec.finder.blob) {}

    bool scan(ByteView bytes, bool atEnd, std::uint64_t line, ScannedRecord &out) override {
        const std::string_view text = asText(bytes);
        const void *feed = std::memchr(text.data(), '\n', text.size());
        if (feed == nullptr && !atEnd) {
            return false;
        }
        out.lines = feed != nullptr ? 1 : 0;
        out.length = feed != nullptr
                         ? static_cast<std::size_t>(static_cast<const char *>(feed) - text.data()) + 1
                         : text.size();
        read(text.substr(0, out.length), line, out);
        return true;
    }

    Status readHeader(ByteView) override { return {}; }
    bool hasHeader() const override { return false; }

    std::optional<std::string> value(std::string_view place) const override {
        const JsonNode *node = m_readable ? m_scan.at(place) : nullptr;
        if (node == nullptr || node->kind == JsonKind::Null) {
            return std::nullopt;
        }
        return node->kind == JsonKind::String ? m_scan.text(*node) : std::string(m_scan.token(*node));
    }

    void appendReplaced(ByteView record, const Cell &cell, std::string_view newValue,
                        Bytes &out) const override {
        const std::string_view text = asText(record);
        const std::string_view token = text.substr(cell.offset, cell.length);
        append(out, text.substr(0, cell.offset));
        out.push_back('"');
        if (cell.escaped || std::any_of(newValue.begin(), newValue.end(), needsEscape)) {
            appendEscaped(out, token, newValue);
        } else {
            append(out, newValue);
        }
        out.push_back('"');
        append(out, text.substr(cell.offset + cell.length));
    }

    void beginSkip() override { m_readable = false; }
    std::optional<std::size_t> skip(ByteView bytes) override {
        const std::size_t feed = asText(bytes).find('\n');
        return feed == std::string_view::npos ? std::nullopt : std::optional(feed + 1);
    }
    std::string skipMessage(ByteView begin, std::uint64_t line) const override {
        return "line " + std::to_string(line) + ": longer than " + std::to_string(begin.size()) + " bytes.";
    }

private:
    void read(std::string_view line, std::uint64_t number, ScannedRecord &out) {
        m_readable = false;
        while (!line.empty() && isBlank(line.back())) {
            line.remove_suffix(1);
        }
        if (line.empty()) {
            return;
        }
        if (const auto read = m_scan.read(line, number); !read) {
            out.fault = Cause::BadSyntax;
            out.message = read.error().detail + ". Mend the line, then run again.";
            return;
        }
        if (m_scan.root().kind != JsonKind::Object && m_scan.root().kind != JsonKind::Array) {
            out.fault = Cause::BadSyntax;
            out.message = atLine(number, m_scan.column(m_scan.root()), "no object and no array.");
            return;
        }
        m_readable = true;
        if (const JsonNode *node = m_scan.at(m_blob); node != nullptr && node->kind != JsonKind::Null) {
            takeBlob(*node, number, out);
        }
    }

    void takeBlob(const JsonNode &node, std::uint64_t line, ScannedRecord &out) {
        out.cell = {node.offset, node.length, true, node.escaped};
        if (node.kind != JsonKind::String) {
            out.fault = Cause::NotACiphertext;
            out.message = atLine(line, m_scan.column(node), m_blob + " is no text.");
            return;
        }
        if (!node.escaped) {
            out.blob = m_scan.token(node).substr(1, node.length - 2);
        } else if (auto text = m_scan.text(node)) {
            m_room = std::move(*text);
            out.blob = m_room;
        } else {
            out.fault = Cause::BadSyntax;
            out.message = atLine(line, m_scan.column(node), "half a surrogate pair in a text.");
            return;
        }
        out.hasBlob = !out.blob.empty();
    }

    std::string m_blob;
    JsonScan m_scan;
    bool m_readable = false;
    std::string m_room;
};

} // namespace

Result<std::unique_ptr<RecordGrammar>> makeJsonGrammar(const JobSpec &spec) {
    std::vector<std::string> pointers = placesOf(spec);
    pointers.insert(pointers.begin(), spec.finder.blob);
    for (const std::string &pointer : pointers) {
        if (pointer.empty() || !isJsonPointer(pointer)) {
            return fail(ErrorCode::Usage,
                        std::string(&pointer == &pointers.front() ? "find.blob" : "context or find.id") +
                            ": must be a JSON pointer such as /user/key (~0 for ~, ~1 for /), not \"" +
                            pointer + "\".");
        }
    }
    return std::make_unique<JsonGrammar>(spec);
}

} // namespace keyturn::reencrypt
