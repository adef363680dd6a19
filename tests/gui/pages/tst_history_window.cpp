// SPDX-License-Identifier: Apache-2.0
// The history in the window: what was done is listed and filtered, its chain is checked and what that does
// not prove is said, and a change is not sent while the history cannot be written.
#include "base/atomic_file.h"
#include "gui/pages/page_scene.h"
#include "gui/views/demo_home.h"
#include "kms/call.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/enable_key.h"
#include "ui/dialogs/history_check_dialog.h"
#include "ui/views/history_window.h"
#include "ui/widgets/filter_bar.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QTreeWidget>

#include <fstream>

namespace keyturn::ui {
namespace {

using gui_test::PageScene;
using gui_test::Stage;
constexpr int patience = PageScene::patience;

} // namespace

class TestHistoryWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_scene = std::make_unique<PageScene>(QStringLiteral("history-window"));
        m_stage = std::make_unique<Stage>();
    }
    void cleanup() { m_scene->close(); }
    void cleanupTestCase() {
        m_stage.reset();
        m_scene.reset();
    }

    void nothingWasDoneYet() {
        m_scene->openWindow(m_scene->history("empty"));
        HistoryWindow *window = open();
        QTRY_COMPARE(window->findChild<QStackedWidget *>()->currentIndex(), 1);
        QVERIFY(!button("history.check")->isEnabled());
        QVERIFY(!std::filesystem::exists(m_scene->history("empty").file)); // looking makes nothing
        QVERIFY(!std::filesystem::exists(m_scene->history("empty").stateFolder / "journal.key"));
        KEYTURN_SHOOT(*m_stage, *window, QStringLiteral("history-empty"));
    }

    void whatWasDoneIsListed() {
        makeHistory("listed");
        HistoryWindow *window = open();
        QTRY_VERIFY_WITH_TIMEOUT(rows() > 4, patience);
        // Newest first; a change has its intent and its outcome.
        const QStringList changes = linesOf(QStringLiteral("operation:DisableKey"));
        QCOMPARE(changes.size(), 2);
        QVERIFY2(changes.at(0).contains(QStringLiteral("Succeeded")), qPrintable(changes.at(0)));
        QVERIFY2(changes.at(1).contains(QStringLiteral("Intended")), qPrintable(changes.at(1)));
        QVERIFY(changes.at(0).startsWith(QStringLiteral("Payments|DisableKey|")));
        const QStringList failed = linesOf(QStringLiteral("operation:Decrypt"));
        QCOMPARE(failed.size(), 1);
        QVERIFY2(failed.at(0).contains(QStringLiteral("InvalidCiphertextException")),
                 qPrintable(failed.at(0)));
        linesOf({});
        m_scene->part<QTableView>("history.table")->selectRow(1);
        const auto *facts = m_scene->part<QTreeWidget>("history.facts");
        QVERIFY(facts->findItems(QStringLiteral("Chain hash"), Qt::MatchExactly).size() == 1);
        QVERIFY(facts->findItems(QStringLiteral("Call id"), Qt::MatchExactly).size() == 1);
        KEYTURN_SHOOT(*m_stage, *window, QStringLiteral("history"));
    }

    void theFilterNarrows_data() {
        QTest::addColumn<QString>("query");
        QTest::addColumn<int>("expected"); // -1: some
        QTest::newRow("profile") << QStringLiteral("profile:Payments") << -1;
        QTest::newRow("another profile") << QStringLiteral("profile:Nobody") << 0;
        QTest::newRow("outcome") << QStringLiteral("outcome:Intent") << 2;
        QTest::newRow("outcome and operation") << QStringLiteral("outcome:Success operation:EnableKey") << 1;
        QTest::newRow("part of a key") << QStringLiteral("nokeyhasthis") << 0;
        QTest::newRow("until a day") << QStringLiteral("until:2020-01-01") << 0;
        QTest::newRow("since a day") << QStringLiteral("since:2020-01-01") << -1;
        QTest::newRow("since a moment") << QStringLiteral("since:2020-01-01T00:00:00Z") << -1;
        QTest::newRow("program") << QStringLiteral("program:cli") << 0;
        QTest::newRow("quoted") << QStringLiteral("profile:\"Pay ments\"") << 0;
    }
    void theFilterNarrows() {
        QFETCH(QString, query);
        QFETCH(int, expected);
        makeHistory(std::string("filtered by ") + QTest::currentDataTag());
        open();
        QTRY_VERIFY_WITH_TIMEOUT(rows() > 4, patience);
        const auto count = linesOf(query).size();
        QVERIFY2(expected < 0 ? count > 0 : count == expected, qPrintable(QString::number(count)));
    }

    void boxesNarrowAndAFaultIsSaid() {
        makeHistory("boxes");
        HistoryWindow *window = open();
        QTRY_VERIFY_WITH_TIMEOUT(rows() > 4, patience);
        m_scene->part<QCheckBox>("history.changesOnly")->click();
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 4, patience); // two changes, intent and outcome each
        m_scene->part<QCheckBox>("history.openOnly")->click();
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 0, patience);
        QCOMPARE(m_scene->part<QLabel>("history.count")->text(), QStringLiteral("No entry fits the filter."));
        QVERIFY(!button("history.export")->isEnabled());
        m_scene->part<widgets::FilterBar>("history.filter")->setQuery(QStringLiteral("since:yesterday"));
        auto *problem = m_scene->part<QLabel>("history.filterProblem");
        QTRY_VERIFY(problem->isVisible());
        QVERIFY(problem->text().contains(QStringLiteral("2026-11-22")));
        KEYTURN_SHOOT(*m_stage, *window, QStringLiteral("history-filter-fault"));
    }

    void theChainIsChecked() {
        makeHistory("checked");
        HistoryWindow *window = open();
        QTRY_VERIFY_WITH_TIMEOUT(rows() > 4, patience);
        HistoryCheckDialog *dialog = check();
        QCOMPARE(dialog->findChild<widgets::InlineBar *>()->news().kind, widgets::NewsKind::Good);
        QVERIFY(dialog->findChild<QLabel *>(QStringLiteral("historyCheck.sealedBy"))
                    ->text()
                    .contains(QStringLiteral("journal.key")));
        const QString left = dialog->findChild<QLabel *>(QStringLiteral("historyCheck.notProven"))->text();
        QVERIFY(left.contains(QStringLiteral("older copy")) && left.contains(QStringLiteral("has the key")));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("history-check"));
        delete dialog;
        damage(m_scene->history("checked").file);
        window->refresh();
        auto *bar = window->findChild<widgets::InlineBar *>();
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), patience);
        QCOMPARE(bar->news().kind, widgets::NewsKind::Danger);
        KEYTURN_SHOOT(*m_stage, *window, QStringLiteral("history-damaged"));
        dialog = check();
        QCOMPARE(dialog->findChild<widgets::InlineBar *>()->news().kind, widgets::NewsKind::Danger);
        QVERIFY(dialog->findChild<QLabel *>(QStringLiteral("historyCheck.findings")) != nullptr);
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("history-check-damaged"));
    }

    void whatIsShownIsExported() {
        makeHistory("exported");
        HistoryPresenter presenter(m_scene->history("exported"), nullptr);
        quint64 lines = 0;
        connect(&presenter, &HistoryPresenter::exported, this,
                [&](const QString &, quint64 n) { lines = n; });
        const auto file = m_scene->folder() / "export.jsonl";
        presenter.exportTo(HistoryQuery::parse(QStringLiteral("operation:DisableKey")).filter, file);
        QTRY_COMPARE_WITH_TIMEOUT(lines, quint64(2), patience);
        const auto content = readFile(file, 1 << 20);
        QVERIFY(content.has_value());
        const std::string text(asText(*content));
        QCOMPARE(std::count(text.begin(), text.end(), '\n'), 2);
        QVERIFY(text.find("DisableKey") != std::string::npos && text.find("hash") != std::string::npos);
    }

    void aChangeIsNotSentWhileTheHistoryCannotBeWritten() {
        auto place = m_scene->history("unwritable");
        std::ofstream(place.stateFolder) << "a file where the folder should be";
        m_scene->openWindow(place);
        m_scene->openSession();
        auto *table = m_scene->part<QTableView>("keyBrowser.table");
        table->selectRow(0);
        m_scene->trigger(ActionId::Disable);
        auto *question = m_scene->window().findChild<QDialog *>(QStringLiteral("question"));
        QVERIFY(question != nullptr);
        question->findChild<QPushButton *>(QStringLiteral("question.agree"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(m_scene->news().kind == widgets::NewsKind::Danger, patience);
        const auto calls = m_scene->kms().calls();
        QVERIFY(std::find(calls.begin(), calls.end(), kms::OperationId::DisableKey) == calls.end());
        const QString said = m_scene->news().title + m_scene->news().text + m_scene->news().details;
        QVERIFY2(said.contains(QStringLiteral("was not sent")), qPrintable(said));
        KEYTURN_SHOOT(*m_stage, m_scene->window(), QStringLiteral("history-unwritable"));
    }

    void aVaultThatLocksTakesItAway() {
        gui_test::DemoHome home(QStringLiteral("history-window-vault"));
        MainWindow window({.profiles = home.profiles(), .history = m_scene->history("locking")});
        Stage::show(window);
        gui_test::DemoHome::unlock(window);
        window.findChild<QAction *>(QStringLiteral("action.history"))->trigger();
        QVERIFY(window.findChild<HistoryWindow *>() != nullptr);
        window.findChild<QAction *>(QStringLiteral("action.lock"))->trigger();
        QTRY_VERIFY(window.findChild<HistoryWindow *>() == nullptr);
    }

    void theKeyboardDoesIt() {
        makeHistory("keyboard");
        QTest::keySequence(&m_scene->window(), QKeySequence(QStringLiteral("Ctrl+H")));
        auto *window = m_scene->window().findChild<HistoryWindow *>();
        QVERIFY(window != nullptr);
        QVERIFY(Stage::show(*window));
        QTRY_VERIFY_WITH_TIMEOUT(rows() > 4, patience);
        QTRY_VERIFY(window->focusWidget() != nullptr);
        QTest::keyClicks(window->focusWidget(), QStringLiteral("operation:DisableKey "));
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 2, patience);
        QTest::keyClick(window->focusWidget(), Qt::Key_Down);
        QCOMPARE(window->focusWidget(), m_scene->part<QTableView>("history.table"));
        QTest::keyClick(window->focusWidget(), Qt::Key_Down);
        QCOMPARE(m_scene->part<QTableView>("history.table")->currentIndex().row(), 1);
        QTest::keyClick(window->focusWidget(), Qt::Key_Escape);
        QTRY_VERIFY(m_scene->window().findChild<HistoryWindow *>() == nullptr);
    }

private:
    HistoryWindow *open() {
        m_scene->trigger(ActionId::History);
        auto *window = m_scene->window().findChild<HistoryWindow *>();
        Stage::show(*window);
        return window;
    }
    int rows() { return m_scene->part<QTableView>("history.table")->model()->rowCount(); }
    QPushButton *button(const char *name) { return m_scene->part<QPushButton>(name); }

    /// "profile|operation|key|outcome|request" of what the filter leaves.
    QStringList linesOf(const QString &query) {
        auto *window = m_scene->window().findChild<HistoryWindow *>();
        auto *presenter = window->findChild<HistoryPresenter *>();
        bool listed = false;
        const auto once = connect(presenter, &HistoryPresenter::listed, this, [&] { listed = true; });
        m_scene->part<widgets::FilterBar>("history.filter")->setQuery(query);
        window->refresh();
        [&] { QTRY_VERIFY_WITH_TIMEOUT(listed, patience); }();
        disconnect(once);
        QStringList lines;
        const auto *model = m_scene->part<QTableView>("history.table")->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            QStringList cells;
            for (int column = HistoryModel::Profile; column < HistoryModel::ColumnCount; ++column) {
                cells << model->index(row, column).data().toString();
            }
            lines << cells.join(u'|');
        }
        return lines;
    }
    HistoryCheckDialog *check() {
        button("history.check")->click();
        HistoryCheckDialog *dialog = nullptr;
        [&] {
            QTRY_VERIFY_WITH_TIMEOUT(
                (dialog = m_scene->window().findChild<HistoryCheckDialog *>()) != nullptr, patience);
        }();
        return dialog;
    }
    /// A window's own calls: its lists, two changes, a decryption that fails.
    void makeHistory(const std::string &name) {
        m_scene->openWindow(m_scene->history(name));
        m_scene->openSession();
        const std::string key = m_scene->window().catalog().at(0).keyId;
        kms::DisableKey::Request disable;
        disable.keyId = key;
        kms::EnableKey::Request enable;
        enable.keyId = key;
        kms::Decrypt::Request decrypt;
        decrypt.ciphertextBlob = Bytes(64, std::uint8_t(7));
        send<kms::DisableKey>(std::move(disable));
        send<kms::EnableKey>(std::move(enable));
        send<kms::Decrypt>(std::move(decrypt));
    }
    template <class Op>
    void send(typename Op::Request request) {
        bool answered = false;
        kms::call<Op>(*m_scene->window().session().service(), std::move(request), {}, this,
                      [&](auto) { answered = true; });
        QTRY_VERIFY_WITH_TIMEOUT(answered, patience);
    }
    static void damage(const std::filesystem::path &file) {
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekg(0, std::ios::end);
        const auto middle = stream.tellg() - std::streamoff(40);
        stream.seekg(middle);
        const char byte = static_cast<char>(stream.get() ^ 1);
        stream.seekp(middle);
        stream.put(byte);
    }

    std::unique_ptr<PageScene> m_scene;
    std::unique_ptr<Stage> m_stage;
};

} // namespace keyturn::ui

QTEST_MAIN(keyturn::ui::TestHistoryWindow)
#include "tst_history_window.moc"
