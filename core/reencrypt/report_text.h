// SPDX-License-Identifier: Apache-2.0
// Text in other texts: JSON strings, CSV cells, HTML. Input is UTF-8 from anywhere (file names, messages of
// services); what is no UTF-8 is replaced. Pure. Private to this module.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace keyturn::reencrypt {

/// With its quotes.
std::string jsonText(std::string_view text);

/// A JSON object in one line, member by member.
class JsonObject {
public:
    JsonObject &text(std::string_view name, std::string_view value);
    JsonObject &textUnlessEmpty(std::string_view name, std::string_view value);
    JsonObject &number(std::string_view name, std::uint64_t value);
    JsonObject &flag(std::string_view name, bool value);
    /// The value is JSON already.
    JsonObject &json(std::string_view name, std::string_view value);
    std::string whole() const { return m_text + "}"; }

private:
    std::string m_text = "{";
};

/// Quoted always; a cell that a spreadsheet would take for a formula gets an apostrophe in front.
std::string csvCell(std::string_view text);
std::string htmlText(std::string_view text);
/// Every invalid byte as U+FFFD.
std::string validUtf8(std::string_view text);

} // namespace keyturn::reencrypt
