// SPDX-License-Identifier: Apache-2.0
// What the main window opens beside its keys: the history, the form of any operation, offline copies.
#include "ui/dialogs/call_dialog.h"
#include "ui/dialogs/offline_copies_dialog.h"
#include "ui/dialogs/take_copy_dialog.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/presenters/offline_copies_presenter.h"
#include "ui/views/history_window.h"
#include "ui/views/main_window.h"
#include "ui/views/start_page.h"
#include "ui/widgets/inline_bar.h"

namespace keyturn::ui {

void MainWindow::showHistory() {
    if (m_historyWindow.isNull()) {
        m_historyWindow = new HistoryWindow(m_parts.history, m_parts.keychain, this);
        m_historyWindow->setAttribute(Qt::WA_DeleteOnClose);
        // Names of keys stand in it: a locked screen shows none.
        connect(&m_session, &workspace::Session::aboutToLock, m_historyWindow, [this] {
            if (m_session.vault() != nullptr) {
                m_historyWindow->close();
            }
        });
    }
    m_historyWindow->setWindowState(m_historyWindow->windowState() & ~Qt::WindowMinimized);
    m_historyWindow->show();
    m_historyWindow->raise();
    m_historyWindow->activateWindow();
}

void MainWindow::callOperation(std::optional<kms::OperationId> operation) {
    const std::string keyId = currentKey();
    const int row = keyId.empty() ? -1 : m_catalog->find(keyId);
    auto *dialog =
        new CallDialog(dialogContext(), m_clipboard, row < 0 ? std::string() : m_catalog->at(row).arn, this);
    dialog->open();
    if (operation) {
        dialog->choose(*operation);
    }
}

void MainWindow::connectCopies() {
    connect(m_start, &StartPage::copyRequested, this, &MainWindow::openCopy);
    connect(m_copies, &OfflineCopiesPresenter::opened, this, &MainWindow::showCopy);
    connect(m_copies, &OfflineCopiesPresenter::failed, this, &MainWindow::present);
    connect(m_offline, &widgets::InlineBar::actionTriggered, this, [this] {
        if (const auto *profile = m_parts.profiles->find(m_session.profile().name); profile != nullptr) {
            openProfile(workspace::Profile(*profile));
        }
    });
}

void MainWindow::takeCopy() {
    auto *dialog = new TakeCopyDialog(dialogContext(), m_parts.keychain, m_parts.copiesFolder, this);
    connect(dialog, &TakeCopyDialog::taken, this, &MainWindow::refreshCopies);
    dialog->open();
}

void MainWindow::showCopies() {
    auto *dialog = new OfflineCopiesDialog(m_parts.keychain, m_parts.copiesFolder, this);
    connect(dialog, &OfflineCopiesDialog::openRequested, this, &MainWindow::openCopy);
    connect(dialog, &OfflineCopiesDialog::copiesChanged, this, &MainWindow::refreshCopies);
    dialog->open();
}

void MainWindow::refreshCopies() {
    m_start->setCopies(workspace::keptCopies(m_parts.copiesFolder));
}

void MainWindow::openCopy(const QString &file) {
    afterJobs(tr("Pause and open"), [this, file] { m_copies->open(file.toStdString()); });
}

void MainWindow::showCopy(const workspace::OfflineCopy &copy) {
    workspace::Profile profile;
    if (const auto *known = m_parts.profiles->find(copy.facts.profile); known != nullptr) {
        profile = *known; // its colour and its label
    }
    profile.id = "offline-" + copy.facts.profile; // keys used lately are remembered apart
    profile.name = copy.facts.profile;
    profile.kind = workspace::ProfileKind::Endpoint;
    profile.region = copy.facts.region;
    profile.safety = workspace::SafetyLevel::ReadOnly;
    m_session.openOfflineCopy(copy, profile, [this](const Status &opened) {
        if (!opened && opened.error().code != ErrorCode::Cancelled) {
            present(opened.error());
        }
    });
}

void MainWindow::showOfflineBanner() {
    const auto &copy = m_session.offlineCopy();
    if (m_session.state() != workspace::Session::State::Open || !copy) {
        return m_offline->dismiss();
    }
    const bool known = m_parts.profiles->find(copy->profile) != nullptr;
    m_offline->present({widgets::NewsKind::Info,
                        tr("Offline copy, taken %1").arg(takenText(*copy)),
                        tr("Profile %1. Nothing is asked of the service; what needs it is off.")
                            .arg(fromUtf8(copy->profile)),
                        known ? tr("Connect") : QString(),
                        {}});
}

} // namespace keyturn::ui
