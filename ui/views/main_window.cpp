// SPDX-License-Identifier: Apache-2.0
#include "ui/views/main_window.h"

#include "base/stack_wipe.h"
#include "kms/error_text.h"
#include "kms/operations/describe_key.h"
#include "ui/desktop/clipboard_guard.h"
#include "ui/desktop/idle_watch.h"
#include "ui/desktop/session_watch.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/window_questions.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/presenters/offline_copies_presenter.h"
#include "ui/presenters/recent_keys.h"
#include "ui/presenters/serving_presenter.h"
#include "ui/views/jobs_window.h"
#include "ui/views/key_browser.h"
#include "ui/views/key_detail.h"
#include "ui/views/start_page.h"
#include "ui/views/unlock_page.h"
#include "ui/widgets/environment_marks.h"
#include "ui/widgets/inline_bar.h"

#include <QApplication>
#include <QCloseEvent>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QPointer>
#include <QStackedWidget>

namespace keyturn::ui {

using workspace::Profile;
using workspace::Session;

MainWindow::MainWindow(const MainWindowParts &parts, QWidget *parent)
    : QMainWindow(parent)
    , m_parts(parts)
    , m_session(parts.keychain)
    , m_catalog(new KeyCatalog(this))
    , m_recentKeys(new RecentKeys(&m_settings, this))
    , m_acts(dialogContext())
    , m_lockPolicy(parts.clock, {})
    , m_clipboard(new desktop::ClipboardGuard(*QApplication::clipboard(), this))
    , m_idle(new desktop::IdleWatch(parts.clock, this))
    , m_actions(new ActionSet(this))
    , m_copies(new OfflineCopiesPresenter(parts.keychain, parts.copiesFolder, this))
    , m_questions(new WindowQuestions(this, parts.clock))
    , m_serving(new ServingPresenter(&m_session, this)) {
    m_session.setQuestions(m_questions);
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Keyturn"));
    makePages();
    makeMenus();
    makeStatusBar();
    connectParts();
    connectLocking();
    connectTray();
    resize(1280, 800);
    restoreGeometry(m_settings.value(QStringLiteral("window/geometry")).toByteArray());
    sessionChanged(m_session.state());
}

MainWindow::~MainWindow() {
    m_catalog->setService(nullptr);
}

DialogContext MainWindow::dialogContext() {
    return {&m_session, m_catalog, m_recentKeys, &m_knownContexts, &m_consents};
}

void MainWindow::openProfile(const Profile &profile, bool readOnly) {
    if (profile.kind == workspace::ProfileKind::Endpoint) {
        return connectTo(profile);
    }
    m_session.close([](const Status &) {});
    m_unlock->setProfile(profile, readOnly);
    m_pages->setCurrentWidget(m_unlock);
}

void MainWindow::openDemo() {
    announce(tr("Making the demo vault"), tr("This takes a few seconds, once."));
    m_session.runBlocking([](const CancelToken &cancel) { return workspace::ensureDemoVault(cancel); },
                          [this](const Status &made) {
                              m_news->dismiss();
                              if (!made) {
                                  return present(made.error());
                              }
                              Profile profile;
                              profile.id = workspace::newProfileId();
                              profile.name = tr("Demo vault").toStdString();
                              profile.kind = workspace::ProfileKind::Vault;
                              profile.vaultFile = workspace::demoVaultFile();
                              profile.environment = workspace::Environment::Local;
                              openProfile(profile);
                              m_unlock->setHint(tr("The passphrase of the demo vault is \u201c%1\u201d.")
                                                    .arg(fromUtf8(workspace::demoVaultPassphrase())));
                          });
}

void MainWindow::connectTo(const Profile &profile) {
    announce(tr("Connecting to %1").arg(fromUtf8(profile.name)), {});
    m_session.connectToEndpoint(profile, [this](const Status &connected) {
        m_news->dismiss();
        if (!connected && connected.error().code != ErrorCode::Cancelled) {
            present(connected.error());
        }
    });
}

void MainWindow::sessionChanged(Session::State state) {
    switch (state) {
    case Session::State::Open:
        m_recentKeys->setProfile(fromUtf8(m_session.profile().id));
        m_pendingSaid = false;
        m_catalog->setService(m_session.service());
        loadCachedKeys();
        m_pages->setCurrentWidget(m_work);
        m_browser->focusFilter();
        if (m_session.vault() && !m_session.vault()->warnings().empty()) {
            announce(tr("About this vault"), fromUtf8(m_session.vault()->warnings().front()));
        }
        break;
    case Session::State::Locked:
        closeJobs();
        m_catalog->setService(nullptr);
        m_consents.clear();
        if (m_pages->currentWidget() == m_work) {
            m_unlock->setProfile(m_session.profile(), false);
            m_pages->setCurrentWidget(m_unlock);
        }
        break;
    case Session::State::Closed:
        closeJobs();
        m_catalog->setService(nullptr);
        m_knownContexts.clear();
        m_consents.clear();
        if (m_pages->currentWidget() == m_work) {
            m_pages->setCurrentWidget(m_start);
        }
        break;
    case Session::State::Opening:
        break;
    }
    showProfile();
    updateActions();
}

void MainWindow::showProfile() {
    const bool open = m_session.state() == Session::State::Open;
    const bool named = m_session.state() == Session::State::Locked || open;
    const Profile &profile = m_session.profile();
    const auto environment = static_cast<theme::Environment>(profile.environment);
    m_stripe->setVisible(named);
    m_chip->setVisible(named);
    if (named) {
        m_stripe->setEnvironment(environment);
        m_chip->setProfile(environment, fromUtf8(profile.name));
    }
    m_identity->setText(open ? fromUtf8(m_session.identity()) : QString());
    m_source->setText(!open                          ? QString()
                      : m_session.vault() != nullptr ? tr("Vault")
                      : m_session.offlineCopy()      ? tr("Offline copy")
                                                     : fromUtf8(m_session.credentialOrigin()));
    const QString reason = fromUtf8(m_session.readOnlyReason());
    m_lockState->setText(open ? (reason.isEmpty() ? tr("Open") : reason)
                              : (named ? tr("Locked") : QString()));
    showFacts();
    showOfflineBanner();
    m_browser->setMayCreate(open && m_session.capabilities().of(kms::OperationId::CreateKey).available);
    setWindowTitle(named ? tr("%1 \u2014 Keyturn").arg(fromUtf8(profile.name)) : tr("Keyturn"));
}

void MainWindow::updateActions() {
    ActionSituation situation;
    situation.work.open = m_session.state() == Session::State::Open;
    situation.work.capabilities = situation.work.open ? &m_session.capabilities() : nullptr;
    std::vector<const kms::KeyMetadata *> selection;
    for (const int row : m_browser->selectedRows()) {
        if (const auto &metadata = m_catalog->at(row).metadata) {
            selection.push_back(&*metadata);
        }
    }
    situation.work.selection = selection;
    situation.unlockedVault = m_session.vault() != nullptr;
    situation.offlineCopy = m_session.offlineCopy().has_value();
    situation.readOnly = situation.unlockedVault && m_session.vault()->readOnly();
    m_actions->update(situation);
}

std::vector<std::string> MainWindow::selectedKeys() const {
    std::vector<std::string> ids;
    for (const int row : m_browser->selectedRows()) {
        ids.push_back(m_catalog->at(row).keyId);
    }
    return ids;
}

std::string MainWindow::currentKey() const {
    const auto ids = selectedKeys();
    return ids.empty() ? std::string() : ids.front();
}

void MainWindow::lock(const QString &reason) {
    if (m_session.state() != Session::State::Open) {
        return;
    }
    const QString paused =
        jobRuns() ? tr("The running job was paused. Resume it when the vault is open.") : QString();
    m_clipboard->takeBack();
    m_session.lock([this](const Status &locked) {
        wipeStackBelow(); // of what was typed, pasted and painted in this thread
        if (!locked) {
            present(locked.error());
        }
        if (m_parts.sessionWatch != nullptr) {
            m_parts.sessionWatch->readyForSleep();
        }
    });
    if (const QString hint = QStringLiteral("%1 %2").arg(reason, paused).trimmed(); !hint.isEmpty()) {
        m_unlock->setHint(hint);
    }
}

void MainWindow::present(const Error &error) {
    m_newsAct = {};
    m_news->present(newsFor(error, {}, false));
}

void MainWindow::run(const KeyAct &act) {
    act([this, act](const Result<kms::AnyReply> &outcome) {
        if (outcome || outcome.error().code == ErrorCode::Cancelled) {
            return;
        }
        present(outcome.error());
        if (kms::describe(outcome.error()).act == kms::NextStep::Retry) {
            widgets::News news = m_news->news();
            news.action = verbOf(kms::NextStep::Retry);
            m_news->present(news);
            m_newsAct = [this, act] { run(act); };
        }
    });
}

void MainWindow::announce(const QString &title, const QString &text) {
    m_newsAct = {};
    m_news->present({widgets::NewsKind::Info, title, text, {}, {}});
}

void MainWindow::closeEvent(QCloseEvent *event) {
    if (jobRuns()) {
        event->ignore();
        return leaveJobs();
    }
    closeJobs();
    m_browser->saveLayout();
    m_settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    m_clipboard->takeBack();
    m_unlock->wipe();
    QMainWindow::closeEvent(event);
}

void MainWindow::changeEvent(QEvent *event) {
    if (event->type() == QEvent::WindowStateChange && isMinimized() &&
        m_lockPolicy.report(workspace::DesktopEvent::Minimised)) {
        lock(tr("Locked because the window was minimised."));
    }
    QMainWindow::changeEvent(event);
}

} // namespace keyturn::ui
