// SPDX-License-Identifier: Apache-2.0
// Texts of a given length that fit the patterns of request members, for tests at the bounds of both. Header
// only, plain functions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace keyturn::test {

/// What stands before, between and behind the characters that fill a text up to its length.
struct PatternForm {
    std::string before;
    char filling;
    std::string behind;
};

/// Of the patterns not named here: letters "a".
inline PatternForm formOf(std::string_view pattern) {
    static const std::map<std::string_view, PatternForm> forms = {
        {R"re(^([a-z]+-){2,3}\d+$)re", {"a", 'a', "-b-1"}},
        {R"re(cluster-[2-7a-zA-Z]{11,16})re", {"cluster-", 'a', ""}},
        {R"re(^https://[a-zA-Z0-9.-]+$)re", {"https://", 'a', ""}},
        {R"re(^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$)re", {"/", 'a', "/kms/xks/v1"}},
        {R"re(^(com|eu)\.amazonaws\.vpce\.([a-z]+-){2,3}\d+\.vpce-svc-[0-9a-z]+$)re",
         {"com.amazonaws.vpce.a-b-1.vpce-svc-", 'a', ""}},
        {R"re([0-9]{12})re", {"", '1', ""}},
        {R"re(^[A-Z2-7]+$)re", {"", 'A', ""}},
        {R"re(^([A-Za-z0-9\-]+)\.([A-Za-z0-9\-]+)(\.[A-Za-z0-9\-]+)+$)re", {"", 'a', ".b.c"}},
        {R"re(^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$)re",
         {"arn:aws:s3:us-east-1:111122223333:", 'a', ""}},
    };
    const auto found = forms.find(pattern);
    return found == forms.end() ? PatternForm{"", 'a', ""} : found->second;
}

/// A text of that length, of its pattern's form as far as there is room for it.
inline std::string textOfPattern(std::string_view pattern, std::int64_t length) {
    const auto wanted = static_cast<std::size_t>(length);
    const PatternForm form = formOf(pattern);
    const std::size_t fixed = form.before.size() + form.behind.size();
    return fixed > wanted ? std::string(wanted, form.filling)
                          : form.before + std::string(wanted - fixed, form.filling) + form.behind;
}

} // namespace keyturn::test
