// SPDX-License-Identifier: Apache-2.0
// HistoryPresenter: the history of this person, read off the GUI thread: listed by a filter, checked,
// exported. Its key is fetched from the keychain when it is first needed and kept while the presenter lives;
// where there is no history yet, no key is made. GUI thread. Owner: the history window. A newer act stops the
// one before it.
#pragma once

#include "workspace/history_reading.h"
#include "workspace/worker.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace keyturn::ui {

class HistoryPresenter : public QObject {
    Q_OBJECT

public:
    static constexpr std::size_t shownAtMost = 10'000;

    /// The keychain may be null; it outlives the presenter.
    HistoryPresenter(workspace::HistoryPlace place, keychain::Keychain *keychain, QObject *parent = nullptr);
    ~HistoryPresenter() override;

    const workspace::HistoryPlace &place() const { return m_place; }
    bool isBusy() const { return m_busy; }
    void cancel();

    // Each tells its end by listed(), checked() or exported(); failed() where it could not be done.
    void list(const history::HistoryFilter &filter);
    void check();
    void exportTo(const history::HistoryFilter &filter, const std::filesystem::path &file);

Q_SIGNALS:
    void busyChanged();
    /// There is none yet: nothing was done.
    void nothingThere();
    void listed(const keyturn::workspace::HistoryList &list);
    void checked(const keyturn::workspace::HistoryCheck &check);
    void exported(const QString &file, quint64 lines);
    void failed(const keyturn::Error &error);

private:
    /// Runs on the worker with the key; gives what is to be told on the GUI thread.
    using Act = std::function<std::function<void()>(ByteView key, const CancelToken &cancel)>;
    void run(Act act);
    void runWith(std::uint64_t serial, Act act);
    void end();

    workspace::HistoryPlace m_place;
    keychain::Keychain *m_keychain;
    std::shared_ptr<const SecretBytes> m_key; ///< as soon as it was fetched
    CancelSource m_cancel;
    std::uint64_t m_serial = 0;
    bool m_busy = false;
    std::unique_ptr<workspace::Worker> m_worker;
};

} // namespace keyturn::ui
