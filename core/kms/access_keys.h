// SPDX-License-Identifier: Apache-2.0
// Access keys: whom a served service knows, on whose behalf each acts, and what it may do. AccessKeyStore is
// the port: a vault keeps its keys sealed, tests keep them in memory. Thread rule: every function of a store
// may be called from any thread; find() is called for each request and is fast, the others may block on a
// disk and are not for a GUI thread. Owner: whoever opened the store; entries that find() gave stay whole
// while somebody holds them. Errors: Usage (names the field), LimitExceeded, VaultLocked, VaultReadOnly,
// those of writing. Follows DESIGN.md sections 4 and 5.
#pragma once

#include "base/clock.h"
#include "base/secret_bytes.h"
#include "kms/service.h"

#include <atomic>
#include <bitset>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::kms {

/// What may be shown of an access key.
struct AccessKey {
    std::string id;   ///< "AKIA" and 16 more characters
    std::string name; ///< for people; may be empty
    std::string principalArn;
    std::optional<std::vector<std::string>> operations; ///< wire names that it may call; nothing: every one
    Timestamp created{};
    std::optional<Timestamp> lastUsed;
    bool enabled = true;
    bool kept = true; ///< false: gone when the vault is locked

    /// "every operation", or their names.
    std::string permissionText() const;
    bool operator==(const AccessKey &) const = default;
};

enum class KeyLifetime : std::uint8_t { Kept, UntilLocked };

struct NewAccessKey {
    std::string name;
    std::string principalArn; ///< empty: ".../user/<name>", or the account itself without a name
    std::optional<std::vector<std::string>> operations; ///< wire names; nothing: every one
    KeyLifetime lifetime = KeyLifetime::Kept;
};

/// The secret is given here and never again.
struct CreatedAccessKey {
    AccessKey key;
    SecretBytes secret; ///< 40 characters
};

/// An access key with its secret, as requests are checked against it. Never changed once made.
class AccessKeyEntry {
public:
    AccessKeyEntry(AccessKey accessKey, SecretBytes secretKey);

    const AccessKey facts; ///< lastUsed as of its making; usedAt() is the newer
    const SecretBytes secret;
    bool allows(OperationId operation) const { return m_allowed.test(static_cast<std::size_t>(operation)); }

    /// A request that it signed was accepted.
    void noteUse(Timestamp time) const { m_usedAt.store(time, std::memory_order_relaxed); }
    std::optional<Timestamp> usedAt() const;

private:
    std::bitset<operationCount> m_allowed;
    mutable std::atomic<Timestamp> m_usedAt{Timestamp()};
};

class AccessKeyStore {
public:
    virtual ~AccessKeyStore() = default;

    /// False: the vault is locked, and nobody can be recognised.
    virtual bool isOpen() const { return true; }
    /// Null: there is none of that id that may be used.
    virtual std::shared_ptr<const AccessKeyEntry> find(std::string_view id) const = 0;
    /// In order of creation.
    virtual std::vector<AccessKey> list() const = 0;
    virtual Result<CreatedAccessKey> create(NewAccessKey wish) = 0;
    virtual Status setEnabled(const std::string &id, bool enabled) = 0;
    virtual Status remove(const std::string &id) = 0;

    /// Answers a request that its access key does not allow: AccessDenied. A store with a log notes it first.
    virtual void refuse(AnyRequest request, CallContext context, Completion completion);
};

/// Checks name, ARN and operations of a wish, and fills the principal in. Errors: Usage.
Result<NewAccessKey> checkedWish(NewAccessKey wish, std::string_view accountId, std::string_view region);

/// What the first permission of a request is needed on, as the request names it; nullptr: nothing is named.
const std::string *resourceNamed(const AnyRequest &request);
/// AccessDenied in AWS's words; `resource` empty: not known.
/// Why a caller may not: nothing allows it, or something denies it.
enum class DenialReason : std::uint8_t { NoIdentityPolicy, NoResourcePolicy, ExplicitDenial };
/// `action`: empty for the operation's first one.
Error accessDenied(std::string_view principalArn, const OperationInfo &operation, std::string_view resource,
                   std::string_view action = {}, DenialReason reason = DenialReason::NoIdentityPolicy);

} // namespace keyturn::kms
