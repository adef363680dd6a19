// SPDX-License-Identifier: Apache-2.0
// What the main window says by itself: deletions that are pending, the way back from one, and the rows of the
// last connection while a remote account answers.
#include "ui/views/main_window.h"

#include "base/atomic_file.h"
#include "ui/dialogs/connection_test_dialog.h"
#include "ui/dialogs/key_dialogs.h"
#include "ui/models/catalog_cache.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/views/key_browser.h"
#include "ui/widgets/inline_bar.h"

#include <QLabel>
#include <QPointer>
#include <QTimer>

#include <algorithm>

namespace keyturn::ui {
namespace {

constexpr std::chrono::seconds undoFor{60};
constexpr std::size_t longestCache = 64 * 1024 * 1024;

} // namespace

void MainWindow::scheduleDeletion(const std::string &keyId) {
    const int row = m_catalog->find(keyId);
    const QString name = row < 0 ? fromUtf8(keyId) : fromUtf8(m_catalog->at(row).displayName());
    auto *dialog = new ScheduleDeletionDialog(dialogContext(), &m_acts, keyId, this);
    connect(dialog, &ScheduleDeletionDialog::scheduled, this,
            [this, keyId, name] { offerUndoOfDeletion(keyId, name); });
    dialog->open();
}

void MainWindow::offerUndoOfDeletion(const std::string &keyId, const QString &name) {
    m_newsAct = [this, keyId, name] {
        m_acts.cancelDeletionAndEnable(keyId, [this, name](const Result<kms::AnyReply> &outcome) {
            outcome ? announce(tr("\u201c%1\u201d stays").arg(name), tr("It is enabled again."))
                    : present(outcome.error());
        });
    };
    m_news->present({widgets::NewsKind::Attention,
                     tr("\u201c%1\u201d is pending deletion").arg(name),
                     tr("It cannot be used any more. Undo cancels the deletion and enables the key."),
                     tr("Undo"),
                     {}});
    QTimer::singleShot(undoFor, this, [this, title = m_news->news().title] {
        if (m_news->news().title == title && m_newsAct) {
            m_newsAct = {};
            m_news->dismiss();
        }
    });
}

void MainWindow::sayWhatIsPending() {
    if (std::exchange(m_pendingSaid, true) || m_news->isVisible()) {
        return;
    }
    QStringList names;
    std::optional<Timestamp> first;
    for (int row = 0; row < m_catalog->count(); ++row) {
        const auto &metadata = m_catalog->at(row).metadata;
        if (metadata && metadata->deletionDate) {
            names += fromUtf8(m_catalog->at(row).displayName());
            first = std::min(first.value_or(*metadata->deletionDate), *metadata->deletionDate);
        }
    }
    if (names.isEmpty()) {
        return;
    }
    const QString title = names.size() == 1 ? tr("\u201c%1\u201d is pending deletion").arg(names.front())
                                            : tr("%1 keys are pending deletion").arg(names.size());
    m_newsAct = [this] { m_browser->showPendingDeletion(); };
    m_news->present({widgets::NewsKind::Attention,
                     title,
                     names.size() == 1 ? tr("It is deleted on %1.").arg(dayText(*first))
                                       : tr("The first of them is deleted on %1.").arg(dayText(*first)),
                     tr("Show"),
                     {}});
}

void MainWindow::testConnection(const QString &profileName, QWidget *over) {
    const workspace::Profile *profile = m_parts.profiles->find(profileName.toStdString());
    if (profile == nullptr) {
        return;
    }
    auto *dialog = new ConnectionTestDialog(*profile, over);
    connect(dialog, &ConnectionTestDialog::startRequested, this,
            [this, tested = *profile, dialog = QPointer<ConnectionTestDialog>(dialog)] {
                m_session.testConnection(
                    tested,
                    [dialog](workspace::TestStep, const workspace::ConnectionReport &soFar) {
                        if (dialog) {
                            dialog->showProgress(soFar);
                        }
                    },
                    [dialog](const workspace::ConnectionReport &report) {
                        if (dialog) {
                            dialog->showReport(report);
                        }
                    });
            });
    connect(dialog, &ConnectionTestDialog::cancelRequested, &m_session, &workspace::Session::cancelTest);
    dialog->open();
}

void MainWindow::showFacts() {
    const auto offset = m_session.clockOffset();
    m_clockState->setText(offset ? tr("Clock: %1").arg(clockOffsetText(*offset)) : QString());
    m_clockState->setToolTip(
        offset && offset->count() != 0 ? tr("Signatures are made for the endpoint's clock.") : QString());
}

void MainWindow::loadCachedKeys() {
    const auto file = catalogCacheFile(m_session.profile().id);
    if (m_session.vault() != nullptr || m_session.offlineCopy() || file.empty()) {
        return; // what a vault or a copy holds stays sealed
    }
    const auto rows = std::make_shared<std::vector<CatalogKey>>();
    m_session.runBlocking(
        [file, rows](const CancelToken &) -> Status {
            auto text = readFile(file, longestCache);
            if (!text) {
                return failFrom(text);
            }
            auto decoded = decodeCatalog(asText(*text));
            if (!decoded) {
                return failFrom(decoded);
            }
            *rows = std::move(*decoded);
            return {};
        },
        [this, rows, profile = m_session.profile().id](const Status &read) {
            // No list of an earlier run, or one that cannot be read, is no fault: the service is being asked.
            if (read && profile == m_session.profile().id) {
                m_catalog->showCached(std::move(*rows));
            }
        });
}

void MainWindow::saveCachedKeys() {
    const auto file = catalogCacheFile(m_session.profile().id);
    if (m_session.vault() != nullptr || m_session.offlineCopy() || file.empty() || m_catalog->listError()) {
        return;
    }
    m_session.runBlocking(
        [file, text = encodeCatalog(*m_catalog, m_parts.clock->now())](const CancelToken &) -> Status {
            std::error_code ignored; // the write says what is wrong
            std::filesystem::create_directories(file.parent_path(), ignored);
            return writeFileAtomically(file, asBytes(text), {.mode = 0600});
        },
        [](const Status &) {}); // a list that is not kept costs time at the next start, nothing else
}

} // namespace keyturn::ui
