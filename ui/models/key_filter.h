// SPDX-License-Identifier: Apache-2.0
// KeyFilter: what is typed into the filter bar. Words match alias, id, description and tags; tokens match one
// field: state:disabled spec:rsa usage:encrypt origin:aws alias:pay tag:team=pay tag:team rotation:on; a
// leading "-" turns a term round; "quotes" keep blanks together. All terms must hold. Letters' case does not
// count. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keyturn::ui {

struct CatalogKey;

struct FilterTerm {
    std::string field; ///< empty: any
    std::string value; ///< lower case
    bool negated = false;
    std::string text; ///< as typed, for its chip
};

class KeyFilter {
public:
    KeyFilter() = default;
    static KeyFilter parse(std::string_view text);

    bool matches(const CatalogKey &key) const;
    const std::vector<FilterTerm> &terms() const { return m_terms; }
    /// Tokens whose field is not known, to say so instead of showing nothing.
    std::vector<std::string> unknownFields() const;
    /// The text without one of its terms.
    std::string without(std::size_t term) const;
    static const std::vector<std::string> &fields();

private:
    std::vector<FilterTerm> m_terms;
};

} // namespace keyturn::ui
