// SPDX-License-Identifier: Apache-2.0
// EncryptionContext: text to text, names unique and case-sensitive. The order of pairs is kept for display
// and for the wire, and never counts (kms-semantics.md section 4). It is not secret: it appears in audit
// logs. Plain value.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keyturn::kms {

class EncryptionContext {
public:
    using Pair = std::pair<std::string, std::string>;

    EncryptionContext() = default;
    /// A repeated name keeps the first value; use insert() where repeats must be refused.
    EncryptionContext(std::initializer_list<Pair> pairs);

    /// False, and unchanged, when the name is there already.
    [[nodiscard]] bool insert(std::string name, std::string value);
    void set(std::string_view name, std::string value);
    void remove(std::string_view name);
    const std::string *find(std::string_view name) const;

    bool empty() const { return m_pairs.empty(); }
    std::size_t size() const { return m_pairs.size(); }
    std::span<const Pair> pairs() const { return m_pairs; }
    auto begin() const { return m_pairs.begin(); }
    auto end() const { return m_pairs.end(); }

    /// Equal as KMS compares: same pairs in any order.
    bool operator==(const EncryptionContext &other) const;

private:
    std::vector<Pair> m_pairs;
};

/// How two contexts differ, for the comparison that dialogs show. It compares texts only: a ciphertext does
/// not hold its context.
struct ContextDifference {
    enum class Kind { OnlyInFirst, OnlyInSecond, OtherValue, OtherCase };
    Kind kind;
    std::string name;
    std::string first;
    std::string second;
};
std::vector<ContextDifference> differences(const EncryptionContext &first, const EncryptionContext &second);

} // namespace keyturn::kms
