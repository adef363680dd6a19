// SPDX-License-Identifier: Apache-2.0
// Keychain: the port to the operating system's keychain. Small binary items under one service name; an item's
// key is opaque ("v1/profile/<uuid>"), so renaming and clashes cannot hurt. The keychain cannot list: whoever
// stores an item keeps its id. Thread rule: the main thread only, with a running event loop; every answer
// comes through that loop, exactly once, never before the call returned, and never after the keychain's
// death. Owner: the composition root. Errors: KeychainUnavailable, KeychainLocked, KeychainNotFoundOrLocked,
// KeychainTimedOut, KeychainDenied, Cancelled, Usage. Follows ecosystem.md section 5.
#pragma once

#include "base/cancel.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "base/unique_function.h"

#include <chrono>
#include <string>
#include <string_view>

namespace keyturn::keychain {

/// All our items live under this service name (the application's reverse-DNS id).
inline constexpr std::string_view serviceName = "org.keyturn.console";
inline constexpr std::size_t maxItemBytes = 64 * 1024;

enum class ItemKind { Profile, Session, Vault, Journal, Database };

struct ItemId {
    ItemKind kind = ItemKind::Profile;
    std::string uuid; ///< lower case, with dashes (36 characters) or without (32, as vault ids)
};

/// A fresh random uuid for a new item.
std::string newItemUuid();
/// "v1/profile/<uuid>". Errors: Usage when the uuid is none.
Result<std::string> itemKey(const ItemId &id);

/// What the keychain can do right now.
enum class Availability {
    Available,
    NoSessionBus,
    NoSecretService,     ///< none runs and none can be started
    NoDefaultCollection, ///< the service runs but has no keyring yet; a first write asks to make one
    Locked
};

struct KeychainState {
    Availability availability = Availability::Available;
    std::string backend; ///< "Secret Service", "KWallet"; empty when there is none
    std::string detail;  ///< for people: what is missing and how to mend it; empty when available
};

struct CallOptions {
    std::chrono::milliseconds timeout{30'000}; ///< a person may be typing a password; 5 s without one
    CancelToken cancel;
};

class Keychain {
public:
    using ReadDone = UniqueFunction<void(Result<SecretBytes>)>;
    using Done = UniqueFunction<void(Status)>;
    using ProbeDone = UniqueFunction<void(KeychainState)>;

    virtual ~Keychain() = default;
    /// A missing item and a locked keyring may be indistinguishable: KeychainNotFoundOrLocked is never proof
    /// that the item does not exist.
    virtual void read(const ItemId &id, CallOptions options, ReadDone done) = 0;
    /// Makes or replaces. The secret is wiped here once the keychain has it.
    virtual void write(const ItemId &id, SecretBytes secret, CallOptions options, Done done) = 0;
    /// Removing a missing item succeeds.
    virtual void remove(const ItemId &id, CallOptions options, Done done) = 0;
    /// Looks without asking anybody for a password.
    virtual void probe(ProbeDone done) = 0;
};

} // namespace keyturn::keychain
