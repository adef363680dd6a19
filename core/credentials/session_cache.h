// SPDX-License-Identifier: Apache-2.0
// SessionCache: where temporary credentials and Identity Center tokens outlive the process: the OS keychain,
// never a plain file. An item is found by the digest of what it is for, so nothing has to be listed. All
// members may be called from any thread. KeychainSessionCache hops to the thread of its keychain, whose event
// loop must run for answers to come (on the command line: inside obtainAndWait). A cache that fails costs a
// fetch, never the work: callers treat every error as "not there". Errors: those of keychain/keychain.h.
#pragma once

#include "keychain/keychain.h"

#include <memory>
#include <string>

namespace keyturn::credentials {

class SessionCache {
public:
    using Loaded = UniqueFunction<void(Result<SecretBytes>)>;
    using Saved = UniqueFunction<void(Status)>;

    virtual ~SessionCache() = default;
    /// `done` runs on any thread; dropped unrun when the keychain's thread has ended.
    virtual void load(const std::string &key, Loaded done) = 0;
    /// The same rule for `saved`.
    virtual void save(const std::string &key, SecretBytes document, Saved saved) = 0;
    /// Nobody waits for the outcome.
    virtual void forget(const std::string &key) = 0;
    /// False while something that was saved or forgotten is not done with. A program waits for it before it
    /// ends: a refresh token that was used up and not replaced costs the person a login.
    virtual bool isIdle() const = 0;
};

/// The id under which a key's item lies: a session item named by the key's SHA-256.
keychain::ItemId sessionItem(const std::string &key);

/// Made on the keychain's thread; the keychain must outlive it.
std::shared_ptr<SessionCache> keychainSessionCache(keychain::Keychain &keychain,
                                                   keychain::CallOptions options = {});

} // namespace keyturn::credentials
