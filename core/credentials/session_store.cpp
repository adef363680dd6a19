// SPDX-License-Identifier: Apache-2.0
#include "credentials/session_store.h"

#include "credentials/answer_slot.h"
#include "credentials/keychain_item.h"

namespace keyturn::credentials {

namespace {

/// A little more than the keychain's own time-out: it is hit when the keychain's thread runs no event loop.
constexpr std::chrono::seconds longestWait{40};
constexpr std::chrono::seconds longestSave{10};

} // namespace

std::optional<SecretBytes> SessionStore::load(const std::string &key, const CancelToken &cancel) {
    if (const auto found = m_memory.find(key); found != m_memory.end()) {
        return found->second.clone();
    }
    if (!m_cache || !m_asked.insert(key).second) {
        return std::nullopt;
    }
    AnswerSlot<SecretBytes> slot;
    m_cache->load(key, slot.callback());
    auto document = slot.wait(cancel, longestWait);
    m_cacheAnswers = document || document.error().code == ErrorCode::KeychainNotFoundOrLocked;
    if (!document) {
        return std::nullopt;
    }
    m_memory[key] = document->clone();
    return std::move(*document);
}

void SessionStore::save(const std::string &key, SecretBytes document, const CancelToken &cancel) {
    m_asked.insert(key);
    m_memory[key] = document.clone();
    if (!m_cache) {
        return;
    }
    AnswerSlot<void> slot;
    m_cache->save(key, std::move(document), slot.callback());
    if (m_cacheAnswers) {
        static_cast<void>(slot.wait(cancel, longestSave)); // a cache may fail
    }
}

void SessionStore::forget(const std::string &key) {
    if (m_cache) {
        m_cache->forget(key);
    }
    m_asked.insert(key);
    m_memory.erase(key);
}

std::optional<Credentials> SessionStore::loadCredentials(const std::string &key, Timestamp now,
                                                         std::chrono::minutes left,
                                                         const CancelToken &cancel) {
    const auto document = load(key, cancel);
    if (!document) {
        return std::nullopt;
    }
    // A document that something else changed is as good as none: it is fetched anew and replaced.
    auto credentials = readKeychainDocument(*document, {});
    if (!credentials || !credentials->expiration || credentials->sessionToken.empty() ||
        *credentials->expiration - now <= left) {
        return std::nullopt;
    }
    return std::move(*credentials);
}

void SessionStore::saveCredentials(const std::string &key, const Credentials &credentials,
                                   const CancelToken &cancel) {
    save(key, writeKeychainDocument(credentials), cancel);
}

} // namespace keyturn::credentials
