// SPDX-License-Identifier: Apache-2.0
// JSON of our own small files, read strictly: repeated names, deep nesting and bad UTF-8 are refused, and
// MemberReader notes every member that was asked for, so that an unknown one is a fault with a name. Included
// by .cpp files of this module only (nlohmann is heavy). Pure, any thread. Errors: Configuration.
#pragma once

#include "base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::workspace {

using Json = nlohmann::ordered_json;

Result<Json> parseStrictJson(std::string_view text);

/// Reads the members of one object; the first fault is kept with its member's name.
class MemberReader {
public:
    /// `place` stands in front of the members' names: "sso." or nothing.
    explicit MemberReader(const Json &json, std::string place = {});

    std::string text(const char *member, bool required = false);
    bool flag(const char *member);
    std::optional<std::int64_t> integer(const char *member);
    /// An object below this one; nullptr when it is absent.
    const Json *object(const char *member);
    const Json *array(const char *member);
    template <class E>
    E choice(const char *member, Result<E> (*fromName)(std::string_view), E absent) {
        const std::string name = text(member);
        if (name.empty()) {
            return absent;
        }
        const auto value = fromName(name);
        if (!value) {
            faultAt(value.error().detail);
            return absent;
        }
        return *value;
    }
    void fault(const std::string &member, const std::string &what);
    /// A sentence that names its member already.
    void faultAt(const std::string &sentence);
    /// The first fault, else the first member that nobody asked for; empty: none.
    std::string finish();

private:
    const Json *find(const char *member);
    const Json &m_json;
    std::string m_place;
    std::vector<std::string> m_asked;
    std::string m_fault;
};

} // namespace keyturn::workspace
