// SPDX-License-Identifier: Apache-2.0
#include "credentials/session_cache.h"

#include "sigv4/canonical.h"

#include <QObject>
#include <QThread>

#include <atomic>

namespace keyturn::credentials {

namespace {

/// Counts a change until it is done or dropped.
class PendingChange {
public:
    explicit PendingChange(std::shared_ptr<std::atomic<int>> count)
        : m_count(std::move(count)) {
        ++*m_count;
    }
    PendingChange(PendingChange &&) noexcept = default;
    PendingChange &operator=(PendingChange &&) = delete;
    ~PendingChange() {
        if (m_count) {
            --*m_count;
        }
    }

private:
    std::shared_ptr<std::atomic<int>> m_count;
};

class KeychainSessionCache final : public SessionCache {
public:
    KeychainSessionCache(keychain::Keychain &keychain, keychain::CallOptions options)
        : m_keychain(keychain)
        , m_options(std::move(options))
        , m_context(new QObject) {}
    /// May run on any thread; the context belongs to the keychain's.
    ~KeychainSessionCache() override {
        if (m_context->thread() == QThread::currentThread()) {
            delete m_context;
        } else {
            m_context->deleteLater();
        }
    }

    void load(const std::string &key, Loaded done) override {
        post([&keychain = m_keychain, options = m_options, item = sessionItem(key),
              done = std::move(done)]() mutable { keychain.read(item, options, std::move(done)); });
    }
    void save(const std::string &key, SecretBytes document, Saved saved) override {
        post([&keychain = m_keychain, options = m_options, item = sessionItem(key),
              document = std::move(document), saved = std::move(saved),
              pending = PendingChange(m_pending)]() mutable {
            keychain.write(item, std::move(document), options,
                           [saved = std::move(saved), pending = std::move(pending)](Status done) mutable {
                               saved(std::move(done));
                           });
        });
    }
    void forget(const std::string &key) override {
        post([&keychain = m_keychain, options = m_options, item = sessionItem(key),
              pending = PendingChange(m_pending)]() mutable {
            keychain.remove(item, options, [pending = std::move(pending)](Status) {});
        });
    }
    bool isIdle() const override { return *m_pending == 0; }

private:
    template <class Task>
    void post(Task task) {
        auto shared = std::make_shared<Task>(std::move(task));
        QMetaObject::invokeMethod(
            m_context, [shared] { (*shared)(); }, Qt::QueuedConnection);
    }

    keychain::Keychain &m_keychain;
    const keychain::CallOptions m_options;
    QObject *const m_context;
    const std::shared_ptr<std::atomic<int>> m_pending = std::make_shared<std::atomic<int>>(0);
};

} // namespace

keychain::ItemId sessionItem(const std::string &key) {
    return {keychain::ItemKind::Session, sigv4::sha256Hex(asBytes(key)).substr(0, 32)};
}

std::shared_ptr<SessionCache> keychainSessionCache(keychain::Keychain &keychain,
                                                   keychain::CallOptions options) {
    return std::make_shared<KeychainSessionCache>(keychain, std::move(options));
}

} // namespace keyturn::credentials
