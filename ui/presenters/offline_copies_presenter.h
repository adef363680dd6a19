// SPDX-License-Identifier: Apache-2.0
// OfflineCopiesPresenter: takes an offline copy of what is open, lists and opens those that are kept, exports
// and deletes them, off the GUI thread; keys come from the keychain when they are first needed. GUI thread.
// Owner: the dialogs that show copies. A newer act stops the one before it.
#pragma once

#include "workspace/offline_copy.h"
#include "workspace/worker.h"

#include <QObject>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace keyturn::workspace {
class Session;
}

namespace keyturn::ui {

class OfflineCopiesPresenter : public QObject {
    Q_OBJECT

public:
    /// What is known of a kept copy: its facts, or why it cannot be opened.
    struct Entry {
        workspace::KeptCopy kept;
        Result<workspace::OfflineCopyFacts> facts;
    };

    /// The keychain may be null; it outlives the presenter. An empty folder: Keyturn's.
    explicit OfflineCopiesPresenter(keychain::Keychain *keychain, std::filesystem::path folder = {},
                                    QObject *parent = nullptr);
    ~OfflineCopiesPresenter() override;

    const std::filesystem::path &folder() const { return m_folder; }
    bool isBusy() const { return m_busy; }
    void cancel();

    // Each tells its end by its own signal, or by failed().
    void take(workspace::Session &session);
    void list();
    void open(const std::filesystem::path &file);
    void exportTo(const std::filesystem::path &copy, const std::filesystem::path &file);
    void remove(const std::filesystem::path &copy);

Q_SIGNALS:
    void busyChanged();
    void progressed(quint64 done, quint64 total, const QString &step);
    void taken(const keyturn::workspace::OfflineCopyFacts &facts);
    void listed(const std::vector<keyturn::ui::OfflineCopiesPresenter::Entry> &entries);
    void opened(const keyturn::workspace::OfflineCopy &copy);
    void exported(const QString &file);
    void removed();
    void failed(const keyturn::Error &error);

private:
    using Key = std::shared_ptr<const workspace::JournalKey>;
    /// Runs on the worker; gives what is to be told on the GUI thread.
    using Act = std::function<std::function<void()>(const CancelToken &cancel)>;
    using WithKey = std::function<void(Result<Key>)>;

    std::uint64_t begin();
    void end();
    void run(std::uint64_t serial, Act act);
    /// Of a source, or for a new copy; from memory where it was fetched before.
    void withKey(std::uint64_t serial, const std::string &source, WithKey next);
    void withKeyOf(std::uint64_t serial, const std::filesystem::path &copy, std::function<void(Key)> next);
    void listNext(std::uint64_t serial, std::shared_ptr<std::vector<Entry>> found,
                  std::vector<workspace::KeptCopy> left);

    keychain::Keychain *m_keychain;
    std::filesystem::path m_folder;
    std::map<std::string, Key> m_keys; ///< by source
    CancelSource m_cancel;
    std::uint64_t m_serial = 0;
    bool m_busy = false;
    std::unique_ptr<workspace::Worker> m_worker;
};

} // namespace keyturn::ui
