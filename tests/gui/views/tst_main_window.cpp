// SPDX-License-Identifier: Apache-2.0
// The main window on the demo vault, worked as a person does: start, unlock, browse, act, lock.
#include "base/atomic_file.h"
#include "gui/harness/stage.h"
#include "gui/views/demo_home.h"
#include "kms/call.h"
#include "ui/models/key_catalog.h"
#include "ui/views/action_table.h"
#include "ui/views/command_palette.h"
#include "ui/views/key_browser.h"
#include "ui/views/key_detail.h"
#include "ui/views/main_window.h"
#include "ui/views/start_page.h"
#include "ui/views/unlock_page.h"
#include "ui/widgets/filter_bar.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/secret_edit.h"
#include "ui/widgets/state_badge.h"

#include <QAction>
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QPushButton>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTest>

namespace keyturn::ui {
namespace {

using workspace::Session;

using gui_test::DemoHome;
using gui_test::demoProfile;
constexpr int patience = DemoHome::patience;

QTabWidget &tabWidgetOf(QWidget &window) {
    return *window.findChild<QTabWidget *>(QStringLiteral("keyDetail.tabs"));
}

QString nameOfTab(const QString &title) {
    return title.toLower().replace(u' ', u'-');
}

/// The tabs that the key in the detail has: "overview", "public-key", ...
QStringList tabsOf(QWidget &window) {
    const QTabWidget &tabs = tabWidgetOf(window);
    QStringList names;
    for (int i = 0; i < tabs.count(); ++i) {
        if (tabs.isTabVisible(i)) {
            names += nameOfTab(tabs.tabText(i));
        }
    }
    return names;
}

void showTab(QWidget &window, const QString &name) {
    QTabWidget &tabs = tabWidgetOf(window);
    for (int i = 0; i < tabs.count(); ++i) {
        if (nameOfTab(tabs.tabText(i)) == name) {
            tabs.setCurrentIndex(i);
        }
    }
}

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_home = std::make_unique<DemoHome>(QStringLiteral("main-window"));
        m_stage = std::make_unique<gui_test::Stage>();
    }
    void init() {
        m_window = std::make_unique<MainWindow>(MainWindowParts{.profiles = m_home->profiles()});
        QVERIFY(gui_test::Stage::show(*m_window, {1280, 800}));
    }
    void cleanup() { m_window.reset(); }
    void cleanupTestCase() {
        m_stage.reset();
        m_home.reset();
    }

    void theStartPageOffersWhatThereIs() {
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("start-empty"));
        workspace::Profile production;
        production.id = workspace::newProfileId();
        production.name = "Payments";
        production.region = "eu-central-1";
        production.environment = workspace::Environment::Production;
        production.safety = workspace::SafetyLevel::ReadOnly;
        auto *start = m_window->findChild<StartPage *>();
        start->setProfiles({demoProfile(), production});
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("start-profiles"));
        QCOMPARE(m_window->findChild<QListWidget *>(QStringLiteral("start.profiles"))->count(), 2);
    }

    void aWrongPassphraseIsSaidInPlace() {
        m_window->openProfile(demoProfile());
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("unlock"));
        type("not this one");
        auto *bar = m_window->findChild<UnlockPage *>()->findChild<widgets::InlineBar *>();
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), patience);
        QVERIFY(m_window->session().service() == nullptr);
        QVERIFY(secret()->isEmpty());
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("unlock-wrong"));
    }

    void anotherCopyOfTheVaultIsOpenedOnlyWhenAccepted() {
        const auto file = workspace::demoVaultFile();
        Bytes yesterday;
        for (int day = 0; day < 2; ++day) {
            unlock();
            action(ActionId::Lock)->trigger();
            QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), Session::State::Locked, patience);
            if (day == 0) {
                yesterday = readFile(file, 1 << 24).value();
            }
        }
        QVERIFY(writeFileAtomically(file, yesterday, {.mode = 0600}));
        m_window->openProfile(demoProfile());
        auto *accept = m_window->findChild<QCheckBox *>(QStringLiteral("unlock.acceptOlder"));
        QVERIFY(!accept->isVisible());
        type("keyturn demo");
        QTRY_VERIFY_WITH_TIMEOUT(accept->isVisible(), patience);
        QVERIFY(!accept->isChecked());
        QVERIFY(m_window->session().service() == nullptr);
        accept->setChecked(true);
        type("keyturn demo");
        QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), Session::State::Open, patience);
        QVERIFY(!accept->isVisible());
    }

    void unlockingShowsKeysAndTheirDetails() {
        unlock();
        QCOMPARE(m_window->catalog().count(), 6);
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("browser"));
        select("alias/shop/customers");
        const auto shown = tabsOf(*m_window);
        QVERIFY(!shown.contains(QStringLiteral("public-key"))); // a symmetric key has none
        for (const QString &name : shown) {
            showTab(*m_window, name);
            if (name == u"rotation") { // asks the vault itself
                auto *materials = m_window->findChild<QTableWidget *>(QStringLiteral("keyDetail.materials"));
                QTRY_VERIFY(materials->rowCount() > 0);
            }
            KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("detail-") + name);
        }
        select("alias/prototype");
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("detail-pending-deletion"));
        QVERIFY(m_window->findChild<QWidget *>(QStringLiteral("keyDetail.cancelDeletion"))->isVisible());
        const QString state = m_window->findChild<KeyDetail *>()->findChild<widgets::StateBadge *>()->text();
        QVERIFY2(state.startsWith(u"Pending deletion"), qPrintable(state)); // never the wire's word
    }

    void theFilterNarrowsAndSaysWhenNothingMatches() {
        unlock();
        auto *filter = m_window->findChild<widgets::FilterBar *>();
        auto *table = m_window->findChild<QTableView *>(QStringLiteral("keyBrowser.table"));
        filter->setQuery(QStringLiteral("state:disabled"));
        QTRY_COMPARE(table->model()->rowCount(), 1);
        filter->setQuery(QStringLiteral("-alias:shop"));
        QTRY_COMPARE(table->model()->rowCount(), 3);
        filter->setQuery(QStringLiteral("nothing-has-this-name"));
        QTRY_COMPARE(table->model()->rowCount(), 0);
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("browser-no-match"));
    }

    void theKeyboardIsEnough() {
        unlock();
        QTRY_VERIFY(QApplication::focusWidget() == m_window->findChild<widgets::FilterBar *>()->lineEdit());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
        auto *table = m_window->findChild<QTableView *>(QStringLiteral("keyBrowser.table"));
        QTRY_COMPARE(table->selectionModel()->selectedRows().size(), 1);
        QVERIFY(!m_window->findChild<KeyDetail *>()->keyId().empty());
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        QTRY_VERIFY(m_window->findChild<CommandPalette *>() != nullptr);
        QPointer<CommandPalette> palette = m_window->findChild<CommandPalette *>();
        QTest::keyClicks(palette->findChild<QLineEdit *>(), QStringLiteral("orders"));
        KEYTURN_SHOOT(*m_stage, *palette, QStringLiteral("command-palette"));
        QTest::keyClick(palette->findChild<QLineEdit *>(), Qt::Key_Return);
        QTRY_VERIFY(palette.isNull());
        m_window->activateWindow();
        QTRY_VERIFY(m_window->isActiveWindow());
        QTest::keyClick(m_window.get(), Qt::Key_L, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), Session::State::Locked, patience);
    }

    void lockingHidesEveryName() {
        unlock();
        select("alias/shop/customers");
        action(ActionId::Lock)->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), Session::State::Locked, patience);
        QCOMPARE(m_window->catalog().count(), 0);
        QVERIFY(m_window->findChild<UnlockPage *>()->isVisible());
        for (const QLabel *label : m_window->findChildren<QLabel *>()) {
            QVERIFY2(!label->text().contains(u"shop/customers"), qPrintable(label->objectName()));
        }
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("locked"));
    }

    void actionsSayWhyTheyAreOff() {
        QVERIFY(!action(ActionId::Encrypt)->isEnabled());
        QVERIFY(action(ActionId::Encrypt)->toolTip().contains(u"Open a vault"));
        unlock();
        select("alias/shop/orders-archive");
        QVERIFY(!action(ActionId::Encrypt)->isEnabled());
        QVERIFY(action(ActionId::Encrypt)->statusTip().contains(u"disabled"));
        QVERIFY(action(ActionId::Enable)->isEnabled());
        select("alias/partner-upload");
        QVERIFY(action(ActionId::Encrypt)->isEnabled());
        QVERIFY(!action(ActionId::RotateNow)->isEnabled());
    }

    void rotatingSaysWhatItDidNot() {
        unlock();
        select("alias/backup");
        action(ActionId::RotateNow)->trigger();
        auto *question = m_window->findChild<QDialog *>(QStringLiteral("question"));
        QVERIFY(question != nullptr);
        KEYTURN_SHOOT(*m_stage, *question, QStringLiteral("question-rotate"));
        QTRY_VERIFY(question->findChild<QPushButton *>(QStringLiteral("question.cancel"))->hasFocus());
        QTest::keyClick(question->focusWidget(), Qt::Key_Tab); // with the keyboard alone
        QTest::keyClick(question->focusWidget(), Qt::Key_Return);
        auto *news =
            m_window->centralWidget()->findChild<widgets::InlineBar *>(QString(), Qt::FindDirectChildrenOnly);
        QTRY_VERIFY_WITH_TIMEOUT(news->isVisible() && news->news().title.contains(u"was rotated"), patience);
        QVERIFY(news->news().text.contains(u"not re-encrypted and still opens"));
    }

    void readOnlyBrowsesAndSaysSo() {
        m_window->openProfile(demoProfile(), true);
        type("keyturn demo");
        QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), Session::State::Open, patience);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->catalog().isLoading(), patience);
        select("alias/shop/orders");
        for (const ActionId id :
             {ActionId::CreateKey, ActionId::Disable, ActionId::Encrypt, ActionId::ReEncrypt}) {
            QVERIFY2(!action(id)->isEnabled(), qPrintable(action(id)->text()));
        }
        QVERIFY(action(ActionId::Inspect)->isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("browser-read-only"));
        const QString reason = m_window->findChild<QLabel *>(QStringLiteral("status.lock"))->text();
        QVERIFY2(reason.contains(u"reading only"), qPrintable(reason));
        for (const QString &name : tabsOf(*m_window)) {
            showTab(*m_window, name);
            gui_test::Stage::settle();
            KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("read-only-") + name);
        }
        action(ActionId::Inspect)->trigger();
        auto *inspect = m_window->findChild<QDialog *>(QStringLiteral("inspectDialog"));
        QVERIFY(inspect != nullptr);
        KEYTURN_SHOOT(*m_stage, *inspect, QStringLiteral("read-only-inspect"));
        inspect->close();
        action(ActionId::CommandPalette)->trigger();
        KEYTURN_SHOOT(*m_stage, *m_window->findChild<CommandPalette *>(),
                      QStringLiteral("read-only-palette"));
    }

    void theShortcutSheetShowsTheTable() {
        action(ActionId::ShortcutSheet)->trigger();
        auto *sheet = m_window->findChild<ShortcutSheet *>();
        QVERIFY(sheet != nullptr);
        KEYTURN_SHOOT(*m_stage, *sheet, QStringLiteral("shortcut-sheet"));
    }

private:
    widgets::SecretEdit *secret() {
        return m_window->findChild<widgets::SecretEdit *>(QStringLiteral("unlock.secret"));
    }
    QAction *action(ActionId id) { return m_window->findChild<ActionSet *>()->action(id); }

    void type(const char *passphrase) { DemoHome::typePassphrase(*m_window, passphrase); }
    void unlock() { DemoHome::unlock(*m_window); }
    void select(const std::string &identifier) {
        const int row = m_window->catalog().find(identifier);
        QVERIFY2(row >= 0, identifier.c_str());
        m_window->findChild<KeyBrowser *>()->selectKey(m_window->catalog().at(row).keyId);
        gui_test::Stage::settle();
    }

    std::unique_ptr<DemoHome> m_home;
    std::unique_ptr<gui_test::Stage> m_stage;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace keyturn::ui

QTEST_MAIN(keyturn::ui::TestMainWindow)
#include "tst_main_window.moc"
