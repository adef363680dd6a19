// SPDX-License-Identifier: Apache-2.0
#include "kms/encryption_context.h"

#include "base/text.h"

#include <algorithm>

namespace keyturn::kms {
namespace {

auto findPair(auto &pairs, std::string_view name) {
    return std::find_if(pairs.begin(), pairs.end(), [name](const auto &pair) { return pair.first == name; });
}

using Sorted = std::vector<const EncryptionContext::Pair *>;

Sorted sortedByName(std::span<const EncryptionContext::Pair> pairs) {
    Sorted sorted;
    sorted.reserve(pairs.size());
    for (const auto &pair : pairs) {
        sorted.push_back(&pair);
    }
    std::sort(sorted.begin(), sorted.end(), [](const auto *a, const auto *b) { return a->first < b->first; });
    return sorted;
}

/// A name that is not in `other`, but differs from one there in letter case only.
const std::string *nameOfOtherCase(std::string_view name, const EncryptionContext &other,
                                   const EncryptionContext &own) {
    const std::string lower = toLowerAscii(name);
    for (const auto &[candidate, value] : other) {
        if (toLowerAscii(candidate) == lower && own.find(candidate) == nullptr) {
            return &candidate;
        }
    }
    return nullptr;
}

} // namespace

EncryptionContext::EncryptionContext(std::initializer_list<Pair> pairs) {
    for (const auto &[name, value] : pairs) {
        if (find(name) == nullptr) {
            m_pairs.emplace_back(name, value);
        }
    }
}

bool EncryptionContext::insert(std::string name, std::string value) {
    if (find(name) != nullptr) {
        return false;
    }
    m_pairs.emplace_back(std::move(name), std::move(value));
    return true;
}

void EncryptionContext::set(std::string_view name, std::string value) {
    const auto pair = findPair(m_pairs, name);
    if (pair != m_pairs.end()) {
        pair->second = std::move(value);
    } else {
        m_pairs.emplace_back(std::string(name), std::move(value));
    }
}

void EncryptionContext::remove(std::string_view name) {
    const auto pair = findPair(m_pairs, name);
    if (pair != m_pairs.end()) {
        m_pairs.erase(pair);
    }
}

const std::string *EncryptionContext::find(std::string_view name) const {
    const auto pair = findPair(m_pairs, name);
    return pair == m_pairs.end() ? nullptr : &pair->second;
}

bool EncryptionContext::operator==(const EncryptionContext &other) const {
    if (m_pairs.size() != other.m_pairs.size()) {
        return false;
    }
    const Sorted mine = sortedByName(m_pairs);
    const Sorted theirs = sortedByName(other.m_pairs);
    return std::equal(mine.begin(), mine.end(), theirs.begin(),
                      [](const auto *a, const auto *b) { return *a == *b; });
}

std::vector<ContextDifference> differences(const EncryptionContext &first, const EncryptionContext &second) {
    using Kind = ContextDifference::Kind;
    std::vector<ContextDifference> found;
    std::vector<std::string_view> toldOfSecond;
    for (const auto &[name, value] : first) {
        if (const std::string *other = second.find(name)) {
            if (*other != value) {
                const bool onlyCase = toLowerAscii(*other) == toLowerAscii(value);
                found.push_back({onlyCase ? Kind::OtherCase : Kind::OtherValue, name, value, *other});
            }
        } else if (const std::string *otherName = nameOfOtherCase(name, second, first)) {
            found.push_back({Kind::OtherCase, name, name, *otherName});
            toldOfSecond.push_back(*otherName);
        } else {
            found.push_back({Kind::OnlyInFirst, name, value, {}});
        }
    }
    for (const auto &[name, value] : second) {
        const bool told = std::find(toldOfSecond.begin(), toldOfSecond.end(), name) != toldOfSecond.end();
        if (first.find(name) == nullptr && !told) {
            found.push_back({Kind::OnlyInSecond, name, {}, value});
        }
    }
    return found;
}

} // namespace keyturn::kms
