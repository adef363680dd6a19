// SPDX-License-Identifier: Apache-2.0
#include "inspect/render.h"

#include "base/text.h"
#include "kms/json.h"

#include <algorithm>

namespace keyturn::inspect {
namespace {

/// Control characters would let a hostile input write to the terminal.
std::string printable(std::string_view text) {
    std::string result;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        result += byte < 0x20 || byte == 0x7f ? '?' : character;
    }
    return isValidUtf8(result) ? result : std::string("(not UTF-8)");
}

class JsonText {
public:
    void raw(std::string_view text) { m_text.append(text); }
    void string(std::string_view text) {
        kms::appendJsonString(isValidUtf8(text) ? text : "(not UTF-8)", m_text);
    }
    void member(std::string_view name, std::string_view value, bool last = false) {
        raw("    ");
        string(name);
        raw(": ");
        string(value);
        raw(last ? "\n" : ",\n");
    }
    std::string take() const { return std::string(m_text.view()); }

private:
    SecretText m_text;
};

template <class List, class Write>
void writeList(JsonText &json, std::string_view name, const List &items, Write write) {
    json.raw("    ");
    json.string(name);
    json.raw(items.empty() ? ": []" : ": [\n");
    std::size_t index = 0;
    for (const auto &item : items) {
        json.raw("        ");
        write(item);
        json.raw(++index < items.size() ? ",\n" : "\n    ]");
    }
}

} // namespace

std::string renderText(const Inspection &inspection) {
    std::string text(title(inspection.kind));
    if (inspection.certainty != Certainty::Read) {
        text += " (" + std::string(wireName(inspection.certainty)) + ")";
    }
    text += "\n" + printable(inspection.summary) + "\n";
    std::size_t width = 0;
    for (const Fact &fact : inspection.facts) {
        width = std::max(width, codePointCount(printable(fact.label)));
    }
    if (!inspection.layers.empty()) {
        std::vector<std::string> names;
        for (const Layer layer : inspection.layers) {
            names.emplace_back(title(layer));
        }
        text += "  Wrapped in: " + join(names, ", then ") + "\n";
    }
    for (const Fact &fact : inspection.facts) {
        const std::string label = printable(fact.label);
        text += "  " + label + std::string(width - codePointCount(label) + 2, ' ') + printable(fact.value);
        if (fact.certainty == Certainty::Likely) {
            text += "  (likely)";
        }
        text += "\n";
    }
    for (const std::string &hint : inspection.hints) {
        text += "- " + printable(hint) + "\n";
    }
    return text;
}

std::string renderJson(const Inspection &inspection) {
    JsonText json;
    json.raw("{\n");
    json.member("kind", wireName(inspection.kind));
    json.member("certainty", wireName(inspection.certainty));
    json.member("summary", inspection.summary);
    json.raw(inspection.isKmsCiphertext() ? "    \"isKmsCiphertext\": true,\n"
                                          : "    \"isKmsCiphertext\": false,\n");
    writeList(json, "layers", inspection.layers, [&](Layer layer) { json.string(wireName(layer)); });
    json.raw(",\n");
    writeList(json, "facts", inspection.facts, [&](const Fact &fact) {
        json.raw("{\"label\": ");
        json.string(fact.label);
        json.raw(", \"value\": ");
        json.string(fact.value);
        json.raw(", \"certainty\": ");
        json.string(wireName(fact.certainty));
        json.raw("}");
    });
    json.raw(",\n");
    writeList(json, "hints", inspection.hints, [&](const std::string &hint) { json.string(hint); });
    json.raw(",\n");
    if (inspection.context) {
        json.raw("    \"context\": {");
        std::size_t index = 0;
        for (const auto &[name, value] : *inspection.context) {
            json.raw(index++ == 0 ? "" : ", ");
            json.string(name);
            json.raw(": ");
            json.string(value);
        }
        json.raw("},\n");
    }
    json.member("sourceKey", inspection.sourceKey, true);
    json.raw("}\n");
    return json.take();
}

} // namespace keyturn::inspect
