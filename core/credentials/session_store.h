// SPDX-License-Identifier: Apache-2.0
// SessionStore: what one source remembers between fetches: in memory, and in the session cache where there is
// one. The cache is asked once for each key and then only written, so that a renewal in the middle of work
// never waits for the keychain's thread. One thread. Internal to this module. A cache that fails is no error.
#pragma once

#include "credentials/credentials.h"
#include "credentials/session_cache.h"

#include <map>
#include <set>

namespace keyturn::credentials {

class SessionStore {
public:
    explicit SessionStore(std::shared_ptr<SessionCache> cache)
        : m_cache(std::move(cache)) {}

    std::optional<SecretBytes> load(const std::string &key, const CancelToken &cancel);
    void save(const std::string &key, SecretBytes document);
    void forget(const std::string &key);

    /// Credentials with more than `left` to live.
    std::optional<Credentials> loadCredentials(const std::string &key, Timestamp now,
                                               std::chrono::minutes left, const CancelToken &cancel);
    void saveCredentials(const std::string &key, const Credentials &credentials);

private:
    const std::shared_ptr<SessionCache> m_cache; ///< or null
    std::map<std::string, SecretBytes> m_memory;
    std::set<std::string> m_asked;
};

} // namespace keyturn::credentials
