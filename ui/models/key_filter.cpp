// SPDX-License-Identifier: Apache-2.0
#include "ui/models/key_filter.h"

#include "base/text.h"
#include "ui/models/key_catalog.h"

#include <algorithm>

namespace keyturn::ui {
namespace {

bool contains(std::string_view text, const std::string &lowerPart) {
    return toLowerAscii(text).find(lowerPart) != std::string::npos;
}

template <class E>
bool enumContains(const std::optional<kms::Open<E>> &value, const std::string &lowerPart) {
    return value && contains(value->text(), lowerPart);
}

bool aliasMatches(const CatalogKey &key, const std::string &part) {
    return std::ranges::any_of(key.aliases, [&](const std::string &alias) { return contains(alias, part); });
}

/// "team=pay" wants both; "team" wants the tag, whatever its value.
bool tagMatches(const CatalogKey &key, const std::string &wanted) {
    const auto equals = wanted.find('=');
    return key.tags && std::ranges::any_of(*key.tags, [&](const kms::Tag &tag) {
               const std::string name = toLowerAscii(tag.tagKey.value_or(""));
               return equals == std::string::npos
                          ? name.find(wanted) != std::string::npos
                          : name == wanted.substr(0, equals) &&
                                contains(tag.tagValue.value_or(""), wanted.substr(equals + 1));
           });
}

bool anyFieldMatches(const CatalogKey &key, const std::string &part) {
    return aliasMatches(key, part) || contains(key.keyId, part) || contains(key.arn, part) ||
           (key.metadata && contains(key.metadata->description.value_or(""), part)) ||
           (key.tags && std::ranges::any_of(*key.tags, [&](const kms::Tag &tag) {
                return contains(tag.tagKey.value_or(""), part) || contains(tag.tagValue.value_or(""), part);
            }));
}

struct FieldRule {
    std::string name;
    bool (*matches)(const CatalogKey &key, const std::string &value);
};

const std::vector<FieldRule> &rules() {
    static const std::vector<FieldRule> all{
        {"alias", &aliasMatches},
        {"id", [](const CatalogKey &key, const std::string &value) { return contains(key.keyId, value); }},
        {"origin",
         [](const CatalogKey &key, const std::string &value) {
             return key.metadata && enumContains(key.metadata->origin, value);
         }},
        {"rotation",
         [](const CatalogKey &key, const std::string &value) {
             return key.rotationKnown && key.rotationEnabled == (value == "on");
         }},
        {"spec",
         [](const CatalogKey &key, const std::string &value) {
             return key.metadata && enumContains(key.metadata->keySpec, value);
         }},
        {"state",
         [](const CatalogKey &key, const std::string &value) {
             return key.metadata && enumContains(key.metadata->keyState, value);
         }},
        {"tag", &tagMatches},
        {"usage",
         [](const CatalogKey &key, const std::string &value) {
             return key.metadata && enumContains(key.metadata->keyUsage, value);
         }},
    };
    return all;
}

const FieldRule *ruleOf(const std::string &field) {
    const auto found = std::ranges::find(rules(), field, &FieldRule::name);
    return found == rules().end() ? nullptr : &*found;
}

/// Parts between blanks; quotes keep blanks together and are dropped.
std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> parts;
    std::string part;
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ' ' && !quoted) {
            if (!part.empty()) {
                parts.push_back(std::exchange(part, {}));
            }
        } else {
            part += c;
        }
    }
    if (!part.empty()) {
        parts.push_back(std::move(part));
    }
    return parts;
}

} // namespace

KeyFilter KeyFilter::parse(std::string_view text) {
    KeyFilter filter;
    for (std::string &word : words(text)) {
        FilterTerm term{.text = word};
        std::string_view rest = word;
        if (rest.size() > 1 && rest.starts_with('-')) {
            term.negated = true;
            rest.remove_prefix(1);
        }
        // "arn:aws:..." and "alias/a:b" are words: only a plain name before the colon makes a token.
        const auto colon = rest.find(':');
        const std::string_view name = rest.substr(0, colon == std::string_view::npos ? 0 : colon);
        const bool isToken = !name.empty() && name != "arn" && std::ranges::all_of(name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        });
        if (isToken) {
            term.field = toLowerAscii(name);
            rest.remove_prefix(colon + 1);
        }
        term.value = toLowerAscii(rest);
        filter.m_terms.push_back(std::move(term));
    }
    return filter;
}

bool KeyFilter::matches(const CatalogKey &key) const {
    return std::ranges::all_of(m_terms, [&](const FilterTerm &term) {
        const FieldRule *rule = ruleOf(term.field);
        const bool holds = term.field.empty() ? anyFieldMatches(key, term.value)
                           : rule != nullptr  ? rule->matches(key, term.value)
                                              : false;
        return holds != term.negated;
    });
}

std::vector<std::string> KeyFilter::unknownFields() const {
    std::vector<std::string> unknown;
    for (const FilterTerm &term : m_terms) {
        if (!term.field.empty() && ruleOf(term.field) == nullptr) {
            unknown.push_back(term.field);
        }
    }
    return unknown;
}

std::string KeyFilter::without(std::size_t term) const {
    std::vector<std::string> left;
    for (std::size_t i = 0; i < m_terms.size(); ++i) {
        if (i != term) {
            const std::string &text = m_terms[i].text;
            left.push_back(text.find(' ') == std::string::npos ? text : '"' + text + '"');
        }
    }
    return join(left, " ");
}

const std::vector<std::string> &KeyFilter::fields() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const FieldRule &rule : rules()) {
            all.push_back(rule.name);
        }
        return all;
    }();
    return names;
}

} // namespace keyturn::ui
