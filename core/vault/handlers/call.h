// SPDX-License-Identifier: Apache-2.0
// Call: one request on its way through a handler, and Trace: what the log record will say about it and which
// states its answer rests on. The writer compares the latter before it appends the record: an answer that
// rests on a state that is gone is made again (DESIGN.md section 3, Threads).
// Thread rule: one thread at a time. Owner: the job of the request.
#pragma once

#include "kms/call_context.h"
#include "kms/operation.h"
#include "vault/vault_kms_core.h"

#include <array>
#include <optional>

namespace keyturn::vault {

struct Trace {
    /// The keys that were found, source before destination.
    std::array<KeyPointer, 2> keys;
    std::size_t keyCount = 0;
    /// The keys whose policies were asked.
    std::array<KeyPointer, 2> permitting;
    std::size_t permittingCount = 0;
    /// The materials that were used, of keys[0] and keys[1]; they live as long as those.
    std::array<const MaterialInfo *, 2> materials{};
    /// Set when the answer rests on the set of keys or aliases.
    std::optional<std::uint64_t> directoryGeneration;
    /// Set when the answer rests on grants.
    std::optional<std::uint64_t> grantGeneration;
    /// Canonical bytes of the context that the record keeps a digest of; empty: none.
    Bytes context;

    void found(const KeyPointer &key) {
        if (keyCount < keys.size()) {
            keys[keyCount++] = key;
        }
    }
    void used(const KeyPointer &key, const MaterialInfo &material, std::size_t side) {
        for (std::size_t index = side; index < keyCount; ++index) {
            if (keys[index] == key) {
                materials[index] = &material;
                return;
            }
        }
    }
    /// A key whose policy was asked; it lives as long as the answer.
    void permittedBy(const KeyPointer &key) {
        if (permittingCount < permitting.size()) {
            permitting[permittingCount++] = key;
        }
    }
    void restOnGrants(const VaultCore &core) {
        if (!grantGeneration) { // the earliest look counts
            grantGeneration = core.grants.generation();
        }
    }
    bool isCurrent(const VaultCore &core) const;
};

struct Call {
    VaultCore &core;
    const kms::AnyRequest &request;
    const kms::CallContext &context;
    const kms::OperationInfo &operation;
    Timestamp now;
    Trace &trace;
    const CancelToken &stopping; ///< cancelled when the vault is locked
    bool mayTakeLong;            ///< on a thread of the pool: RSA is done nowhere else
    bool needsPool = false; ///< set by a handler that must be run again there; its error is then no answer
    std::string principalArn = {}; ///< of a served caller's access key; checkPermission() fills it in
};

} // namespace keyturn::vault
