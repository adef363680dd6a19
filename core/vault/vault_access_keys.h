// SPDX-License-Identifier: Apache-2.0
// VaultAccessKeys: the access keys of an unlocked vault, sealed in its table 23 and, those that end with the
// lock, in memory only. Each change is one commit with its log record. Thread rule: any thread; changes wait
// for the writer thread. Owner: VaultKms. Errors: those of AccessKeyStore and WriteTransaction. Follows
// handlers/ROWS.md.
#pragma once

#include "kms/access_keys.h"
#include "vault/container.h"
#include "vault/vault_kms_core.h"

#include <functional>
#include <shared_mutex>
#include <unordered_map>

namespace keyturn::vault {

class Writer;

using AccessKeyPointer = std::shared_ptr<const kms::AccessKeyEntry>;

/// Payload of a row, and back. Errors: VaultDamaged.
SecretBytes encodeAccessKey(const kms::AccessKeyEntry &entry);
Result<AccessKeyPointer> decodeAccessKey(ByteView payload);

class VaultAccessKeys final : public kms::AccessKeyStore {
public:
    static constexpr std::size_t maxKeys = 1000;

    struct Surroundings {
        VaultCore &core;
        Writer &writer;
        kms::KmsService &service; ///< refuses, and notes it
        std::string program;      ///< actor in the log
        bool readOnly = false;
        bool keepLog = true;
    };
    explicit VaultAccessKeys(Surroundings surroundings)
        : m_at(std::move(surroundings)) {}

    Status load(Container &container);
    /// Writes when each was last used. Before the writer stops.
    Status saveUse();
    /// Nobody is recognised any more.
    void wipe();

    bool isOpen() const override;
    AccessKeyPointer find(std::string_view id) const override;
    std::vector<kms::AccessKey> list() const override;
    Result<kms::CreatedAccessKey> create(kms::NewAccessKey wish) override;
    Status setEnabled(const std::string &id, bool enabled) override;
    Status remove(const std::string &id) override;
    void refuse(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;

private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    using Entries = std::unordered_map<std::string, AccessKeyPointer, TextHash, std::equal_to<>>;

    AccessKeyPointer any(std::string_view id) const;
    /// One transaction with a record of the act.
    Status commit(std::string_view action, const kms::AccessKey &key,
                  const std::function<Status(WriteTransaction &)> &change);
    Status put(WriteTransaction &transaction, const kms::AccessKeyEntry &entry) const;

    const Surroundings m_at;
    mutable std::shared_mutex m_mutex;
    Entries m_entries;
    bool m_open = true;
};

} // namespace keyturn::vault
