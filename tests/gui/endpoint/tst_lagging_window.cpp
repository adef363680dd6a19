// SPDX-License-Identifier: Apache-2.0
// KMS is eventually consistent: a key that was just made may not be there yet for the next call. The window
// says so, with a way to try again, and says nothing of the kind about a key that was not changed here.
#include "gui/endpoint/endpoint_window.h"

#include "ui/dialogs/key_dialogs.h"
#include "ui/models/key_catalog.h"
#include "ui/views/action_table.h"
#include "ui/views/key_browser.h"
#include "ui/views/key_detail.h"
#include "ui/widgets/inline_bar.h"

#include <QAction>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QTest>

namespace keyturn::gui_test {

using kms::OperationId;
using ui::ActionId;

namespace {

void press(QWidget &root, const char *name) {
    auto *button = root.findChild<QAbstractButton *>(QString::fromLatin1(name));
    QVERIFY2(button != nullptr && button->isEnabled(), name);
    QTest::mouseClick(button, Qt::LeftButton);
}

widgets::InlineBar *visibleBar(const QWidget &root) {
    const auto bars = root.findChildren<widgets::InlineBar *>();
    const auto shown =
        std::find_if(bars.begin(), bars.end(), [](const QWidget *bar) { return bar->isVisible(); });
    return shown == bars.end() ? nullptr : *shown;
}

void pressAction(const widgets::InlineBar &bar) {
    for (QPushButton *button : bar.findChildren<QPushButton *>()) {
        if (button->isVisible() && button->text() == bar.news().action) {
            return QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QFAIL("the bar has no such button");
}

/// The key was made, and got its alias.
bool tellsOfTheChange(const QString &words) {
    static const QRegularExpression change(
        QStringLiteral("was changed \\d+ s ago \\(Create(Key|Alias)\\), and that may not have spread yet: "
                       "wait a little and try again"));
    return words.contains(change);
}

} // namespace

class TestLaggingWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<Stage>(); }
    void init() {
        qputenv("AWS_ACCESS_KEY_ID", "AKIATEST");
        qputenv("AWS_SECRET_ACCESS_KEY", "secret-CANARY");
        m_desk = std::make_unique<EndpointWindow>("lagging-window");
        m_desk->open();
        auto profile = m_desk->profile("Shop staging");
        profile.credentialSource = workspace::CredentialSource::Environment;
        m_desk->window->openProfile(profile);
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->window->catalog().isComplete(), patience);
        createKey();
    }
    void cleanup() { m_desk.reset(); }
    void cleanupTestCase() { m_stage.reset(); }

    void aRowThatIsNotThereYetSaysSo() {
        failNext(OperationId::DescribeKey);
        catalog().refresh(m_key);
        QTRY_VERIFY_WITH_TIMEOUT(row().refused.has_value(), patience);
        widgets::InlineBar *bar = nullptr;
        QTRY_VERIFY((bar = visibleBar(*m_desk->window->findChild<ui::KeyDetail *>())) != nullptr);
        QVERIFY2(tellsOfTheChange(bar->news().text), qPrintable(bar->news().text));
        KEYTURN_SHOOT(*m_stage, *m_desk->window, QStringLiteral("lagging-row"));
        pressAction(*bar);
        QTRY_VERIFY_WITH_TIMEOUT(!row().refused && row().metadata, patience);
        QVERIFY(!bar->isVisible());
    }

    void anActOnANewKeyIsTriedAgain_data() {
        QTest::addColumn<int>("action");
        QTest::addColumn<int>("operation");
        QTest::newRow("disable") << int(ActionId::Disable) << int(OperationId::DisableKey);
        QTest::newRow("rotate") << int(ActionId::RotateNow) << int(OperationId::RotateKeyOnDemand);
    }
    void anActOnANewKeyIsTriedAgain() {
        QFETCH(int, action);
        QFETCH(int, operation);
        failNext(OperationId(operation));
        act(ActionId(action));
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->news().action, QStringLiteral("Try again"), patience);
        QVERIFY2(tellsOfTheChange(m_desk->news().text), qPrintable(m_desk->news().text));
        if (OperationId(operation) == OperationId::DisableKey) {
            KEYTURN_SHOOT(*m_stage, *m_desk->window, QStringLiteral("lagging-act"));
        }
        pressAction(*m_desk->newsBar());
        QTRY_COMPARE_WITH_TIMEOUT(calls(OperationId(operation)), 2, patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->news().action.isEmpty(), patience);
        if (OperationId(operation) == OperationId::DisableKey) {
            QTRY_VERIFY_WITH_TIMEOUT(row().metadata && row().metadata->keyState == kms::KeyState::Disabled,
                                     patience);
        }
    }

    void aDialogOffersItToo() {
        m_desk->action(ActionId::CreateAlias)->trigger();
        auto *dialog = m_desk->window->findChild<ui::CreateAliasDialog *>();
        QTRY_VERIFY(dialog->isVisible());
        dialog->findChild<QLineEdit *>(QStringLiteral("createAlias.name"))
            ->setText(QStringLiteral("shop/second-name"));
        failNext(OperationId::CreateAlias);
        press(*dialog, "createAlias.run");
        auto *bar = dialog->findChild<widgets::InlineBar *>();
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), patience);
        QVERIFY2(tellsOfTheChange(bar->news().text), qPrintable(bar->news().text));
        QCOMPARE(bar->news().action, QStringLiteral("Try again"));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("lagging-dialog"));
        pressAction(*bar);
        QTRY_VERIFY_WITH_TIMEOUT(catalog().find("alias/shop/second-name") >= 0, patience);
    }

    void aKeyThatWasNotChangedHereIsJustNotThere() {
        browser().selectKey(catalog().at(catalog().find("alias/shop/orders")).keyId);
        failNext(OperationId::DisableKey);
        act(ActionId::Disable);
        QTRY_VERIFY_WITH_TIMEOUT(!m_desk->news().title.isEmpty(), patience);
        QVERIFY(m_desk->news().action.isEmpty());
        QVERIFY2(!m_desk->news().text.contains(QStringLiteral("spread")), qPrintable(m_desk->news().text));
    }

private:
    ui::KeyCatalog &catalog() { return m_desk->window->catalog(); }
    ui::KeyBrowser &browser() { return *m_desk->window->findChild<ui::KeyBrowser *>(); }
    const ui::CatalogKey &row() { return catalog().at(catalog().find(m_key)); }
    int calls(OperationId operation) const {
        const auto made = m_desk->kms->calls();
        return int(std::count(made.begin(), made.end(), operation));
    }
    void failNext(OperationId operation) {
        m_desk->kms->failNext(operation,
                              serviceError(ErrorCode::NotFound, "Key '" + row().arn + "' does not exist"));
    }
    /// The menu's action, and yes to its question.
    void act(ActionId id) {
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->action(id)->isEnabled(), patience);
        m_desk->action(id)->trigger();
        QDialog *question = nullptr;
        QTRY_VERIFY((question = m_desk->window->findChild<QDialog *>(QStringLiteral("question"))) !=
                        nullptr &&
                    question->isVisible());
        press(*question, "question.agree");
    }
    /// As a person does it.
    void createKey() {
        m_desk->action(ActionId::CreateKey)->trigger();
        auto *dialog = m_desk->window->findChild<ui::CreateKeyDialog *>();
        QTRY_VERIFY(dialog->isVisible());
        dialog->findChild<QLineEdit *>(QStringLiteral("createKey.alias"))
            ->setText(QStringLiteral("shop/new"));
        press(*dialog, "createKey.run");
        QTRY_VERIFY_WITH_TIMEOUT(catalog().find("alias/shop/new") >= 0, patience);
        m_key = catalog().at(catalog().find("alias/shop/new")).keyId;
        QTRY_VERIFY_WITH_TIMEOUT(!catalog().isLoading() && row().metadata, patience);
        browser().selectKey(m_key);
    }

    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<EndpointWindow> m_desk;
    std::string m_key;
};

} // namespace keyturn::gui_test

QTEST_MAIN(keyturn::gui_test::TestLaggingWindow)
#include "tst_lagging_window.moc"
