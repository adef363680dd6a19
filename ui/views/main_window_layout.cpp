// SPDX-License-Identifier: Apache-2.0
// How the main window is put together and what locks it; what it does stands in main_window.cpp and
// main_window_actions.cpp.
#include "ui/views/main_window.h"

#include "ui/desktop/clipboard_guard.h"
#include "ui/desktop/idle_watch.h"
#include "ui/desktop/session_watch.h"
#include "ui/dialogs/inspect_dialog.h"
#include "ui/dialogs/window_questions.h"
#include "ui/models/key_catalog.h"
#include "ui/presenters/serving_presenter.h"
#include "ui/theme/metrics.h"
#include "ui/views/key_browser.h"
#include "ui/views/key_detail.h"
#include "ui/views/start_page.h"
#include "ui/views/unlock_page.h"
#include "ui/widgets/environment_marks.h"
#include "ui/widgets/inline_bar.h"

#include <QApplication>
#include <QDesktopServices>
#include <QLabel>
#include <QMenuBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTimer>
#include <QToolBar>
#include <QUrl>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

// The list gets two thirds of the window.
constexpr int browserShare = 2;
constexpr int detailShare = 1;

} // namespace

void MainWindow::makePages() {
    m_stripe = new widgets::EnvironmentStripe(this);
    m_news = new widgets::InlineBar(this);
    m_news->hide();
    m_offline = new widgets::InlineBar(this);
    m_offline->setObjectName(QStringLiteral("mainWindow.offline"));
    m_offline->setClosable(false);
    m_offline->hide();
    m_start = new StartPage(this);
    m_start->setProfiles(m_parts.profiles->profiles());
    refreshCopies();
    m_unlock = new UnlockPage(&m_session, this);
    auto *work = new QSplitter(this);
    work->setObjectName(QStringLiteral("mainWindow.work"));
    m_browser = new KeyBrowser(m_catalog, &m_settings, work);
    m_detail = new KeyDetail(dialogContext(), &m_acts, work);
    work->addWidget(m_browser);
    work->addWidget(m_detail);
    work->setStretchFactor(0, browserShare);
    work->setStretchFactor(1, detailShare);
    work->setChildrenCollapsible(false);
    work->setSizes({width() * browserShare, width() * detailShare}); // only their ratio counts
    m_work = work;
    m_pages = new QStackedWidget(this);
    for (QWidget *page : std::initializer_list<QWidget *>{m_start, m_unlock, m_work}) {
        m_pages->addWidget(page);
    }
    auto *frame = new QWidget(this);
    auto *column = new QVBoxLayout(frame);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_stripe);
    column->addWidget(m_news);
    column->insertWidget(1, m_offline); // above the news
    column->addWidget(m_pages, 1);
    setCentralWidget(frame);
    m_start->focusFirst();
}

void MainWindow::makeMenus() {
    const std::pair<ActionMenu, QString> menus[] = {
        {ActionMenu::File, tr("&File")},
        {ActionMenu::Key, tr("&Key")},
        {ActionMenu::Cryptography, tr("&Cryptography")},
        {ActionMenu::View, tr("&View")},
        {ActionMenu::Help, tr("&Help")},
    };
    auto *toolBar = addToolBar(tr("Actions"));
    toolBar->setObjectName(QStringLiteral("mainWindow.toolBar"));
    toolBar->setMovable(false);
    toolBar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    for (const auto &[id, title] : menus) {
        QMenu *menu = menuBar()->addMenu(title);
        for (const ActionRow &row : actionRows()) {
            if (row.menu != id) {
                continue;
            }
            if (row.startsGroup) {
                menu->addSeparator();
            }
            menu->addAction(m_actions->action(row.id));
            if (row.inToolBar) {
                toolBar->addAction(m_actions->action(row.id));
            }
        }
    }
}

void MainWindow::makeStatusBar() {
    m_chip = new widgets::EnvironmentChip(this);
    m_identity = new QLabel(this);
    m_identity->setObjectName(QStringLiteral("status.identity"));
    m_source = new QLabel(this);
    m_source->setObjectName(QStringLiteral("status.source"));
    m_countdown = new QLabel(this);
    m_countdown->setObjectName(QStringLiteral("status.clipboard"));
    m_lockState = new QLabel(this);
    m_lockState->setObjectName(QStringLiteral("status.lock"));
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setContentsMargins(metric::related, 0, metric::related, 0);
    for (QWidget *each : std::initializer_list<QWidget *>{m_chip, m_identity, m_source}) {
        each->setContentsMargins(0, 0, metric::related, 0);
        statusBar()->addWidget(each);
    }
    m_servingState = new QLabel(this);
    m_servingState->setObjectName(QStringLiteral("status.serving"));
    connect(m_serving, &ServingPresenter::stateChanged, this, [this] {
        m_servingState->setText(m_serving->url().isEmpty() ? QString()
                                                           : tr("Serving %1").arg(m_serving->url()));
    });
    m_clockState = new QLabel(this);
    m_clockState->setObjectName(QStringLiteral("status.clock"));
    m_jobState = new QLabel(this);
    m_jobState->setObjectName(QStringLiteral("status.job"));
    m_jobState->hide();
    statusBar()->addPermanentWidget(m_jobState);
    statusBar()->addPermanentWidget(m_clockState);
    statusBar()->addPermanentWidget(m_servingState);
    statusBar()->addPermanentWidget(m_countdown);
    statusBar()->addPermanentWidget(m_lockState);
    connect(m_clipboard, &desktop::ClipboardGuard::countdown, this, [this](int seconds) {
        m_countdown->setText(seconds > 0 ? tr("Clipboard cleared in %n s", nullptr, seconds) : QString());
    });
}

void MainWindow::connectParts() {
    connect(m_actions, &ActionSet::triggered, this, &MainWindow::handle);
    connect(&m_session, &workspace::Session::stateChanged, this, &MainWindow::sessionChanged);
    connect(&m_session, &workspace::Session::aboutToLock, this, [this] {
        m_newsAct = {};
        m_news->dismiss();
    });
    connect(m_browser, &KeyBrowser::selectionChanged, this, [this] {
        updateActions();
        m_detail->setKey(currentKey());
    });
    connect(m_browser, &KeyBrowser::activated, this, [this] { m_detail->setFocus(); });
    connect(m_browser, &KeyBrowser::createRequested, this, [this] { handle(ActionId::CreateKey); });
    connect(m_browser, &KeyBrowser::contextMenuRequested, this, &MainWindow::showContextMenu);
    connect(m_detail, &KeyDetail::rotateRequested, this, [this] { handle(ActionId::RotateNow); });
    connect(m_detail, &KeyDetail::createAliasRequested, this, [this] { handle(ActionId::CreateAlias); });
    connect(m_detail, &KeyDetail::cancelDeletionRequested, this,
            [this] { handle(ActionId::CancelDeletion); });
    connect(m_start, &StartPage::newVaultRequested, this, [this] { handle(ActionId::NewVault); });
    connect(m_start, &StartPage::openVaultRequested, this, [this] { handle(ActionId::OpenVault); });
    connect(m_start, &StartPage::connectRequested, this, [this] { handle(ActionId::Profiles); });
    connect(m_start, &StartPage::demoRequested, this, &MainWindow::openDemo);
    connect(m_start, &StartPage::profileRequested, this, [this](const QString &name) {
        if (const auto *profile = m_parts.profiles->find(name.toStdString()); profile != nullptr) {
            openProfile(*profile);
        }
    });
    connectCopies();
    connect(m_unlock, &UnlockPage::otherRequested, this, [this] {
        m_session.close();
        m_pages->setCurrentWidget(m_start);
        m_start->focusFirst();
    });
    connect(m_catalog, &KeyCatalog::loadingChanged, this, [this] {
        updateActions();
        if (m_catalog->isComplete()) {
            sayWhatIsPending();
            saveCachedKeys();
        }
    });
    connect(&m_session, &workspace::Session::capabilitiesChanged, this, [this] {
        showProfile();
        updateActions();
    });
    connect(&m_session, &workspace::Session::factsChanged, this, &MainWindow::showFacts);
    connect(m_questions, &WindowQuestions::browserRequested, this,
            [](const QString &url) { QDesktopServices::openUrl(QUrl(url, QUrl::StrictMode)); });
    connect(m_questions, &WindowQuestions::loginEnded, this, [this](bool succeeded, const QString &why) {
        succeeded ? announce(tr("Logged in"), tr("Work goes on."))
                  : m_news->present({widgets::NewsKind::Danger, tr("The login has failed"), why, {}, {}});
    });
    connect(m_news, &widgets::InlineBar::actionTriggered, this, [this] {
        const auto act = std::exchange(m_newsAct, {});
        m_news->dismiss();
        if (act) {
            act();
        }
    });
}

void MainWindow::connectLocking() {
    const auto lockFor = [this](std::optional<workspace::LockReason> reason) {
        if (!reason || m_session.vault() == nullptr) {
            return;
        }
        switch (*reason) {
        case workspace::LockReason::Idle:
            return lock(tr("Locked because nobody used it for a while."));
        case workspace::LockReason::SessionLocked:
            return lock(tr("Locked together with the desktop session."));
        case workspace::LockReason::Sleep:
            return lock(tr("Locked before the machine went to sleep."));
        case workspace::LockReason::Minimised:
            return lock(tr("Locked because the window was minimised."));
        }
    };
    connect(m_idle, &desktop::IdleWatch::activitySeen, this,
            [this, lockFor] { lockFor(m_lockPolicy.report(workspace::DesktopEvent::Activity)); });
    auto *timer = new QTimer(this);
    timer->setInterval(std::chrono::seconds(1));
    connect(timer, &QTimer::timeout, this, [this, lockFor] { lockFor(m_lockPolicy.check()); });
    timer->start();
    if (desktop::SessionWatch *watch = m_parts.sessionWatch; watch != nullptr) {
        connect(watch, &desktop::SessionWatch::sessionLocked, this,
                [this, lockFor] { lockFor(m_lockPolicy.report(workspace::DesktopEvent::SessionLocked)); });
        connect(watch, &desktop::SessionWatch::aboutToSleep, this, [this, lockFor, watch] {
            const auto reason = m_lockPolicy.report(workspace::DesktopEvent::GoingToSleep);
            const bool hasKeys = m_session.vault() != nullptr;
            lockFor(reason);
            if (!reason || !hasKeys) {
                watch->readyForSleep();
            }
        });
    }
    // What no dialog of the session holds: names in the filter, a secret pasted there or inspected.
    connect(&m_session, &workspace::Session::aboutToLock, this, [this] {
        m_browser->clearFilter();
        for (InspectDialog *dialog : findChildren<InspectDialog *>()) {
            dialog->done(QDialog::Rejected);
        }
    });
    connect(qApp, &QCoreApplication::aboutToQuit, m_clipboard, &desktop::ClipboardGuard::takeBack);
}

void MainWindow::showContextMenu(const QPoint &position) {
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const ActionRow &row : actionRows()) {
        if (row.inContextMenu) {
            if (row.startsGroup) {
                menu->addSeparator();
            }
            menu->addAction(m_actions->action(row.id));
        }
    }
    menu->popup(position);
}

} // namespace keyturn::ui
