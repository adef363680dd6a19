// SPDX-License-Identifier: Apache-2.0
#include "credentials/session_cache.h"

#include "sigv4/canonical.h"

#include <QObject>
#include <QThread>

#include <atomic>
#include <map>
#include <optional>

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

/// Changes of one item one after another, the newest last: the keychain's own calls may overtake each other.
/// Used on the keychain's thread.
class ItemWriter : public std::enable_shared_from_this<ItemWriter> {
public:
    struct Change {
        std::optional<SecretBytes> document; ///< nothing: the item goes
        SessionCache::Saved saved;           ///< may be empty
        PendingChange pending;
    };

    ItemWriter(keychain::Keychain &keychain, keychain::CallOptions options)
        : m_keychain(keychain)
        , m_options(std::move(options)) {}

    void change(const keychain::ItemId &item, Change change) {
        const auto busy = m_next.find(item.uuid);
        if (busy != m_next.end()) {
            busy->second.emplace(std::move(change)); // what was to come before it is out of date
            return;
        }
        m_next.emplace(item.uuid, std::nullopt);
        run(item, std::move(change));
    }
    void load(const keychain::ItemId &item, SessionCache::Loaded done) {
        m_keychain.read(item, m_options, std::move(done));
    }

private:
    void run(const keychain::ItemId &item, Change change) {
        auto done = [self = shared_from_this(), item, saved = std::move(change.saved),
                     pending = std::move(change.pending)](Status outcome) mutable {
            if (saved) {
                saved(std::move(outcome));
            }
            self->runNext(item);
        };
        if (change.document) {
            m_keychain.write(item, std::move(*change.document), m_options, std::move(done));
        } else {
            m_keychain.remove(item, m_options, std::move(done));
        }
    }
    void runNext(const keychain::ItemId &item) {
        const auto busy = m_next.find(item.uuid);
        std::optional<Change> next = std::exchange(busy->second, std::nullopt);
        if (next) {
            run(item, std::move(*next));
        } else {
            m_next.erase(busy);
        }
    }

    keychain::Keychain &m_keychain;
    const keychain::CallOptions m_options;
    std::map<std::string, std::optional<Change>> m_next; ///< of the items that are being changed
};

class KeychainSessionCache final : public SessionCache {
public:
    KeychainSessionCache(keychain::Keychain &keychain, keychain::CallOptions options)
        : m_writer(std::make_shared<ItemWriter>(keychain, std::move(options)))
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
        post([writer = m_writer, item = sessionItem(key), done = std::move(done)]() mutable {
            writer->load(item, std::move(done));
        });
    }
    void save(const std::string &key, SecretBytes document, Saved saved) override {
        change(key, {std::move(document), std::move(saved), PendingChange(m_pending)});
    }
    void forget(const std::string &key) override {
        change(key, {std::nullopt, {}, PendingChange(m_pending)});
    }
    bool isIdle() const override { return *m_pending == 0; }

private:
    void change(const std::string &key, ItemWriter::Change change) {
        post([writer = m_writer, item = sessionItem(key), change = std::move(change)]() mutable {
            writer->change(item, std::move(change));
        });
    }
    template <class Task>
    void post(Task task) {
        auto shared = std::make_shared<Task>(std::move(task));
        QMetaObject::invokeMethod(
            m_context, [shared] { (*shared)(); }, Qt::QueuedConnection);
    }

    const std::shared_ptr<ItemWriter> m_writer;
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
