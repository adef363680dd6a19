// SPDX-License-Identifier: Apache-2.0
// SessionStore: what one source remembers between fetches: in memory, and in the session cache where there is
// one. The cache is asked once for each key and then only written, so that a renewal in the middle of work
// never waits for the keychain's thread; a save waits only in a fetch in which that thread has answered (it
// would be lost on the command line, whose event loop runs for the first fetch alone). One thread. Internal
// to this module. A cache that fails is no error.
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

    /// Before each fetch.
    void beginFetch() { m_cacheAnswers = false; }
    std::optional<SecretBytes> load(const std::string &key, const CancelToken &cancel);
    void save(const std::string &key, SecretBytes document, const CancelToken &cancel);
    void forget(const std::string &key);

    /// Credentials with more than `left` to live.
    std::optional<Credentials> loadCredentials(const std::string &key, Timestamp now,
                                               std::chrono::minutes left, const CancelToken &cancel);
    void saveCredentials(const std::string &key, const Credentials &credentials, const CancelToken &cancel);

private:
    const std::shared_ptr<SessionCache> m_cache; ///< or null
    std::map<std::string, SecretBytes> m_memory;
    std::set<std::string> m_asked;
    bool m_cacheAnswers = false; ///< in this fetch, and is of use
};

} // namespace keyturn::credentials
