// SPDX-License-Identifier: Apache-2.0
// Offline copies in the window: taken with progress and cancel, what permissions denied is said; listed,
// opened, exported, deleted; an open one says that it is one and of when, asks nothing of the service, and
// what needs it says so.
#include "base/atomic_file.h"
#include "gui/pages/page_scene.h"
#include "ui/dialogs/call_dialog.h"
#include "ui/dialogs/offline_copies_dialog.h"
#include "ui/dialogs/take_copy_dialog.h"
#include "ui/models/key_words.h"
#include "ui/views/start_page.h"
#include "ui/widgets/busy_button.h"

#include <QLabel>
#include <QListWidget>
#include <QPointer>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QTreeWidget>

#include <nlohmann/json.hpp>

#include <fstream>

namespace keyturn::ui {
namespace {

using gui_test::PageScene;
using gui_test::Stage;
using workspace::Session;
constexpr int patience = PageScene::patience;

Error denied() {
    return serviceError(ErrorCode::AccessDenied, "not you", ErrorOrigin::Client);
}

} // namespace

class TestOfflineCopies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_scene = std::make_unique<PageScene>(QStringLiteral("offline-copies"));
        m_stage = std::make_unique<Stage>();
    }
    void init() {
        std::filesystem::remove_all(workspace::offlineCopiesFolder());
        m_scene->openWindow(m_scene->history("copies"));
    }
    void cleanup() { m_scene->close(); }
    void cleanupTestCase() {
        m_stage.reset();
        m_scene.reset();
    }

    void namesTellProfileAndTime_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("profile");
        QTest::addColumn<QString>("taken");
        QTest::newRow("own name") << QStringLiteral("prod-eu-2026-11-22T041700Z.ktsnap")
                                  << QStringLiteral("prod-eu") << QStringLiteral("2026-11-22T04:17:00Z");
        QTest::newRow("a person's") << QStringLiteral("before the move.ktsnap")
                                    << QStringLiteral("before the move") << QString();
        QTest::newRow("no time") << QStringLiteral("prod-2026-13-22T041700Z.ktsnap")
                                 << QStringLiteral("prod-2026-13-22T041700Z") << QString();
        QTest::newRow("another file") << QStringLiteral("notes.txt") << QString() << QString();
    }
    void namesTellProfileAndTime() {
        QFETCH(QString, file);
        QFETCH(QString, profile);
        QFETCH(QString, taken);
        QTemporaryDir folder;
        std::ofstream(folder.filePath(file).toStdString()) << "anything";
        const auto copies = workspace::keptCopies(folder.path().toStdString());
        QCOMPARE(copies.size(), std::size_t(profile.isEmpty() ? 0 : 1));
        if (!copies.empty()) {
            QCOMPARE(fromUtf8(copies.front().profile), profile);
            QCOMPARE(copies.front().taken ? fromUtf8(formatIso8601(*copies.front().taken)) : QString(),
                     taken);
        }
    }

    void aCopyIsTaken() {
        QVERIFY(!action(ActionId::TakeCopy)->isEnabled()); // nothing is open
        m_scene->openSession();
        m_scene->kms().failNext(kms::OperationId::ListResourceTags, denied());
        TakeCopyDialog *dialog = take();
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("take-copy"));
        dialog->findChild<QPushButton *>(QStringLiteral("takeCopy.run"))->click();
        auto *time = dialog->findChild<QLabel *>(QStringLiteral("takeCopy.time"));
        QTRY_VERIFY_WITH_TIMEOUT(time->isVisible(), patience);
        QVERIFY(time->text().contains(QStringLiteral("this machine"))); // a service in memory has no clock
        QVERIFY(dialog->findChild<QLabel *>(QStringLiteral("takeCopy.keys"))
                    ->text()
                    .startsWith(QStringLiteral("2 keys")));
        auto *missing = dialog->findChild<QTreeWidget *>(QStringLiteral("takeCopy.missing"));
        const auto rows = missing->findItems(QStringLiteral("ListResourceTags"), Qt::MatchExactly);
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows.front()->text(1), QStringLiteral("1"));
        QVERIFY(rows.front()->text(2).contains(QStringLiteral("no permission")));
        QCOMPARE(dialog->findChild<widgets::InlineBar *>()->news().kind, widgets::NewsKind::Attention);
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("take-copy-result"));
        QCOMPARE(copies().size(), std::size_t(1));
        QCOMPARE(QFile::permissions(fromUtf8(copies().front().file.string())) &
                     (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
    }

    void aCopyCanBeStopped() {
        m_scene->openSession();
        TakeCopyDialog *dialog = take();
        m_scene->kms().holdAnswers(true);
        auto *run = dialog->findChild<widgets::BusyButton *>(QStringLiteral("takeCopy.run"));
        run->click();
        QTRY_VERIFY_WITH_TIMEOUT(m_scene->kms().heldAnswers() > 0, patience);
        QVERIFY(dialog->findChild<QLabel *>(QStringLiteral("takeCopy.step"))->isVisible());
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("take-copy-running"));
        run->click();
        m_scene->kms().answerHeld();
        auto *bar = dialog->findChild<widgets::InlineBar *>();
        QTRY_VERIFY_WITH_TIMEOUT(bar->news().text.contains(QStringLiteral("No copy was kept")), patience);
        QVERIFY(copies().empty());
        QVERIFY(!run->isBusy());
    }

    void withoutKeysThereIsNoCopy() {
        m_scene->openSession();
        TakeCopyDialog *dialog = take();
        m_scene->kms().failNext(kms::OperationId::ListKeys, denied());
        dialog->findChild<QPushButton *>(QStringLiteral("takeCopy.run"))->click();
        QTRY_COMPARE_WITH_TIMEOUT(dialog->findChild<widgets::InlineBar *>()->news().kind,
                                  widgets::NewsKind::Danger, patience);
        QVERIFY(copies().empty());
    }

    void anOpenCopySaysSo() {
        takeQuietly();
        m_scene->window().session().close();
        auto *list = m_scene->part<QListWidget>("start.copies");
        QTRY_VERIFY(list->isVisible());
        QCOMPARE(list->count(), 1);
        QVERIFY(list->item(0)->text().startsWith(QStringLiteral("Payments, taken ")));
        KEYTURN_SHOOT(*m_stage, m_scene->window(), QStringLiteral("start-copies"));
        const auto asked = m_scene->kms().calls().size();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(m_scene->window().session().state(), Session::State::Open, patience);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_scene->window().catalog().count() == 2 && !m_scene->window().catalog().isLoading(), patience);
        auto *banner = m_scene->part<widgets::InlineBar>("mainWindow.offline");
        QVERIFY(banner->isVisible());
        const QString day = dayText(systemClock()->now());
        QVERIFY2(banner->news().title.startsWith(QStringLiteral("Offline copy, taken ") + day.left(4)),
                 qPrintable(banner->news().title));
        QVERIFY(banner->news().action.isEmpty()); // no profile of that name to connect with
        // Everything that needs the service is off, and says why.
        for (const ActionId id :
             {ActionId::CreateKey, ActionId::Encrypt, ActionId::Decrypt, ActionId::ReEncrypt,
              ActionId::Disable, ActionId::ScheduleDeletion, ActionId::RotateNow}) {
            QVERIFY2(!action(id)->isEnabled(), actionRow(id).name);
            QVERIFY2(action(id)->toolTip().contains(QStringLiteral("offline copy")),
                     qPrintable(action(id)->toolTip()));
        }
        QVERIFY(!action(ActionId::TakeCopy)->isEnabled());
        m_scene->part<QTableView>("keyBrowser.table")->selectRow(0);
        KEYTURN_SHOOT(*m_stage, m_scene->window(), QStringLiteral("browser-offline"));
        QCOMPARE(m_scene->kms().calls().size(), asked); // the service was asked nothing
        m_scene->trigger(ActionId::CallOperation);
        auto *call = m_scene->window().findChild<CallDialog *>();
        call->choose(kms::OperationId::CreateGrant);
        QVERIFY(!call->findChild<QPushButton *>(QStringLiteral("call.run"))->isEnabled());
        call->close();
        m_scene->window().session().close();
        QTRY_VERIFY(!banner->isVisible());
    }

    void aKnownProfileIsOneClickAway() {
        takeQuietly();
        workspace::Profile profile = PageScene::profile();
        QVERIFY(m_scene->profiles().add(profile));
        openFirst();
        auto *banner = m_scene->part<widgets::InlineBar>("mainWindow.offline");
        QCOMPARE(banner->news().action, QStringLiteral("Connect"));
        QCOMPARE(m_scene->window().session().profile().environment, workspace::Environment::Staging);
        QVERIFY(m_scene->profiles().remove(profile.name));
    }

    void copiesAreListed() {
        m_scene->trigger(ActionId::OfflineCopies);
        QPointer<OfflineCopiesDialog> dialog = copiesDialog();
        QTRY_COMPARE(dialog->findChild<QStackedWidget *>()->currentIndex(), 1);
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("copies-empty"));
        dialog->close();
        QTRY_VERIFY(dialog.isNull());
        takeQuietly();
        m_scene->trigger(ActionId::OfflineCopies);
        dialog = copiesDialog();
        auto *table = dialog->findChild<QTreeWidget *>(QStringLiteral("copies.list"));
        QTRY_COMPARE_WITH_TIMEOUT(table->topLevelItemCount(), 1, patience);
        QCOMPARE(table->topLevelItem(0)->text(0), QStringLiteral("Payments"));
        QCOMPARE(table->topLevelItem(0)->text(2), QStringLiteral("2"));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("copies"));
        // By keyboard: the list has it, Return is "Open".
        QTest::keyClick(table, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(m_scene->window().session().offlineCopy().has_value(), patience);
    }

    void aDamagedCopyIsNotOpened() {
        takeQuietly();
        std::fstream stream(copies().front().file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(-3, std::ios::end);
        stream.put('\x7f');
        stream.close();
        m_scene->trigger(ActionId::OfflineCopies);
        OfflineCopiesDialog *dialog = copiesDialog();
        auto *table = dialog->findChild<QTreeWidget *>(QStringLiteral("copies.list"));
        QTRY_COMPARE_WITH_TIMEOUT(table->topLevelItemCount(), 1, patience);
        QCOMPARE(table->topLevelItem(0)->text(1), QStringLiteral("Cannot be opened"));
        QCOMPARE(dialog->findChild<widgets::InlineBar *>()->news().kind, widgets::NewsKind::Danger);
        QVERIFY(!dialog->findChild<QPushButton *>(QStringLiteral("copies.open"))->isEnabled());
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("copies-damaged"));
        dialog->findChild<QPushButton *>(QStringLiteral("copies.delete"))->click();
        auto *question = dialog->findChild<QDialog *>(QStringLiteral("question"));
        QVERIFY(question != nullptr && copies().size() == 1);
        question->findChild<QPushButton *>(QStringLiteral("question.agree"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(copies().empty(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_scene->part<QListWidget>("start.copies")->count() == 0, patience);
    }

    void aCopyIsExported() {
        takeQuietly();
        OfflineCopiesPresenter presenter(nullptr);
        bool done = false;
        connect(&presenter, &OfflineCopiesPresenter::exported, this, [&] { done = true; });
        const auto file = m_scene->folder() / "copy.json";
        presenter.exportTo(copies().front().file, file);
        QTRY_VERIFY_WITH_TIMEOUT(done, patience);
        const auto text = readFile(file, 1 << 22);
        QVERIFY(text.has_value());
        const auto json = nlohmann::json::parse(asText(*text), nullptr, false);
        QVERIFY(!json.is_discarded());
        QCOMPARE(json["Profile"].get<std::string>(), std::string("Payments"));
        bool keys = false;
        for (const auto &part : json["Parts"]) {
            keys = keys || (part["Operation"] == "ListKeys" && part["Items"].size() == 2);
        }
        QVERIFY(keys);
    }

private:
    QAction *action(ActionId id) { return m_scene->part<QAction>(actionRow(id).name); }
    std::vector<workspace::KeptCopy> copies() {
        return workspace::keptCopies(workspace::offlineCopiesFolder());
    }
    TakeCopyDialog *take() {
        m_scene->trigger(ActionId::TakeCopy);
        return m_scene->window().findChild<TakeCopyDialog *>();
    }
    OfflineCopiesDialog *copiesDialog() { return m_scene->window().findChild<OfflineCopiesDialog *>(); }
    /// A copy of the service in memory, by the dialog; the session stays open.
    void takeQuietly() {
        m_scene->openSession();
        QPointer<TakeCopyDialog> dialog = take();
        dialog->findChild<QPushButton *>(QStringLiteral("takeCopy.run"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(copies().size() == 1, patience);
        auto *close = dialog->findChild<QPushButton *>(QStringLiteral("takeCopy.close"));
        QTRY_VERIFY_WITH_TIMEOUT(close->isDefault(), patience);
        close->click();
        QTRY_VERIFY(dialog.isNull());
    }
    void openFirst() {
        auto *list = m_scene->part<QListWidget>("start.copies");
        Q_EMIT m_scene->window().findChild<StartPage *>()->copyRequested(
            list->item(0)->data(Qt::UserRole).toString());
        QTRY_VERIFY_WITH_TIMEOUT(m_scene->window().session().offlineCopy().has_value(), patience);
    }

    std::unique_ptr<PageScene> m_scene;
    std::unique_ptr<Stage> m_stage;
};

} // namespace keyturn::ui

QTEST_MAIN(keyturn::ui::TestOfflineCopies)
#include "tst_offline_copies.moc"
