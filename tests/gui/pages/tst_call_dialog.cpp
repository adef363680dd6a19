// SPDX-License-Identifier: Apache-2.0
// The form of any operation: every member of every operation has an editor that fills it, the language's own
// validation comes before the service, what changes asks, secrets stay hidden and go, what a service lacks
// says so. With the keyboard alone.
#include "gui/pages/page_scene.h"
#include "kms/json.h"
#include "kms/operations/create_grant.h"
#include "kms/operations/describe_custom_key_stores.h"
#include "ui/dialogs/call_dialog.h"
#include "ui/dialogs/call_field.h"
#include "ui/dialogs/call_form.h"
#include "ui/models/key_words.h"
#include "ui/models/reply_tree.h"
#include "ui/presenters/recent_keys.h"
#include "ui/views/command_palette.h"
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/secret_edit.h"
#include "ui/widgets/secret_pad.h"
#include "ui/widgets/secret_view.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QTabWidget>
#include <QTreeWidget>

namespace keyturn::ui {
namespace {

using gui_test::PageScene;
using gui_test::Stage;
constexpr int patience = PageScene::patience;

/// Types into whatever editor a field has, as a person would.
void type(CallField &field, const QString &text) {
    if (auto *secret = field.findChild<widgets::SecretEdit *>(); secret != nullptr) {
        secret->insertText(text);
    } else if (auto *pad = field.findChild<widgets::SecretPad *>(); pad != nullptr) {
        QTest::keyClicks(pad, text);
    } else if (auto *blob = field.findChild<widgets::BlobEdit *>(); blob != nullptr) {
        blob->setText(text);
    } else if (auto *grid = field.findChild<widgets::ContextGrid *>(); grid != nullptr) {
        grid->pasteText(text);
    } else if (auto *lines = field.findChild<QPlainTextEdit *>(); lines != nullptr) {
        lines->setPlainText(text);
    } else if (auto *list = field.findChild<QListWidget *>(); list != nullptr) {
        for (const QString &each : text.split(u',')) {
            list->findItems(each, Qt::MatchExactly).front()->setCheckState(Qt::Checked);
        }
    } else if (auto *combo = field.findChild<QComboBox *>(); combo != nullptr && !combo->isEditable()) {
        combo->setCurrentText(text);
    } else {
        field.findChild<QLineEdit *>()->setText(text);
    }
}

} // namespace

class TestCallDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_scene = std::make_unique<PageScene>(QStringLiteral("call-dialog"));
        m_stage = std::make_unique<Stage>();
        m_settings = std::make_unique<QSettings>(fromUtf8((m_scene->folder() / "recent.ini").string()),
                                                 QSettings::IniFormat);
        m_recent = std::make_unique<RecentKeys>(m_settings.get());
    }
    void init() {
        m_scene->openWindow(m_scene->history("calls"));
        m_scene->kms().withdraw(kms::OperationId::CreateCustomKeyStore,
                                "A vault has no custom key stores: its keys are kept in its own file.");
        m_scene->openSession();
    }
    void cleanup() { m_scene->close(); }
    void cleanupTestCase() {
        m_stage.reset();
        m_scene.reset();
    }

    void everyMemberHasAnEditor() {
        CallDialog *dialog = open();
        QCOMPARE(list()->count(), int(kms::operationCount));
        for (std::size_t i = 0; i < kms::operationCount; ++i) {
            const auto &info = kms::operationInfo(static_cast<kms::OperationId>(i));
            dialog->choose(info.id);
            QCOMPARE(dialog->operation(), info.id);
            for (const kms::Field &member : info.request) {
                const CallField *editor = field(fromUtf8(member.name));
                QVERIFY2((editor != nullptr) == (member.name != "DryRun"), member.name.data());
                // Lists of structures are edited as pairs: that holds for tags, and for nothing else so far.
                if (member.kind == kms::FieldKind::StructureList) {
                    QCOMPARE(fromUtf8(member.structure().name), QStringLiteral("Tag"));
                }
            }
        }
    }

    void whatIsTypedIsSent_data() {
        QTest::addColumn<int>("operation");
        QTest::addColumn<QString>("member");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("json");
        using Id = kms::OperationId;
        const auto row = [](const char *name, Id id, const char *member, const char *typed,
                            const char *json) {
            QTest::newRow(name) << int(id) << QString::fromLatin1(member) << QString::fromUtf8(typed)
                                << QString::fromUtf8(json);
        };
        row("key", Id::DescribeKey, "KeyId", "alias/shop/orders", "{\"KeyId\":\"alias/shop/orders\"}");
        row("text", Id::CreateAlias, "AliasName", "alias/new", "{\"AliasName\":\"alias/new\"}");
        row("long text", Id::CreateKey, "Description", "two\nlines", "{\"Description\":\"two\\nlines\"}");
        row("text that may be empty", Id::UpdateKeyDescription, "Description", "", "{\"Description\":\"\"}");
        row("number", Id::ScheduleKeyDeletion, "PendingWindowInDays", " 7 ", "{\"PendingWindowInDays\":7}");
        row("yes", Id::CreateKey, "MultiRegion", "Yes", "{\"MultiRegion\":true}");
        row("no", Id::CreateKey, "MultiRegion", "No", "{\"MultiRegion\":false}");
        row("choice", Id::CreateKey, "KeySpec", "RSA_2048", "{\"KeySpec\":\"RSA_2048\"}");
        row("choices", Id::CreateGrant, "Operations", "Decrypt,Encrypt",
            "{\"Operations\":[\"Decrypt\",\"Encrypt\"]}");
        row("lines", Id::UntagResource, "TagKeys", " team \n\ncost", "{\"TagKeys\":[\"team\",\"cost\"]}");
        row("pairs", Id::CreateKey, "Tags", "team=pay",
            "{\"Tags\":[{\"TagKey\":\"team\",\"TagValue\":\"pay\"}]}");
        row("context", Id::Encrypt, "EncryptionContext", "a=b", "{\"EncryptionContext\":{\"a\":\"b\"}}");
        row("blob", Id::Decrypt, "CiphertextBlob", "AQIDBA==", "{\"CiphertextBlob\":\"AQIDBA==\"}");
        row("secret bytes", Id::Encrypt, "Plaintext", "hello", "{\"Plaintext\":\"aGVsbG8=\"}");
        row("secret text", Id::CreateCustomKeyStore, "KeyStorePassword", "sesame1",
            "{\"KeyStorePassword\":\"sesame1\"}");
        row("token", Id::RetireGrant, "GrantToken", "abc", "{\"GrantToken\":\"abc\"}");
        row("time", Id::ImportKeyMaterial, "ValidTo", "2026-11-22T04:17:00Z", "{\"ValidTo\":1795321020}");
    }
    void whatIsTypedIsSent() {
        QFETCH(int, operation);
        QFETCH(QString, member);
        QFETCH(QString, typed);
        QFETCH(QString, json);
        const auto &info = kms::operationInfo(static_cast<kms::OperationId>(operation));
        const kms::Field *row = kms::findField(info.request, member.toStdString());
        auto context = contextOfWindow();
        const std::unique_ptr<CallField> editor(makeCallField(context, *row, nullptr));
        kms::AnyRequest request = info.makeRequest();
        QVERIFY(editor->fill(request.object()).has_value());
        QVERIFY(typed.isEmpty() || row->access->get(request.object()) == nullptr); // empty: left out
        type(*editor, typed);
        QVERIFY(editor->fill(request.object()).has_value());
        const auto written = kms::writeJson(info.request, request.object());
        QCOMPARE(fromUtf8(written.view()), json);
    }

    void whatCannotBeReadIsNotSent_data() {
        QTest::addColumn<int>("operation");
        QTest::addColumn<QString>("member");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("said");
        using Id = kms::OperationId;
        QTest::newRow("number") << int(Id::ScheduleKeyDeletion) << QStringLiteral("PendingWindowInDays")
                                << QStringLiteral("soon") << QStringLiteral("whole number");
        QTest::newRow("count") << int(Id::ListKeys) << QStringLiteral("Limit") << QStringLiteral("all")
                               << QStringLiteral("whole number");
    }
    void whatCannotBeReadIsNotSent() {
        QFETCH(int, operation);
        QFETCH(QString, member);
        QFETCH(QString, typed);
        QFETCH(QString, said);
        CallDialog *dialog = open();
        dialog->choose(static_cast<kms::OperationId>(operation));
        type(*field(member), typed);
        const auto before = m_scene->kms().calls().size();
        button("call.run")->click();
        QVERIFY2(bar()->news().text.contains(said), qPrintable(bar()->news().text));
        QVERIFY(!bar()->news().text.contains(typed));
        QCOMPARE(m_scene->kms().calls().size(), before);
    }

    void aTimeIsReadInItsForm() {
        CallDialog *dialog = open();
        dialog->choose(kms::OperationId::ImportKeyMaterial); // which the fake service does not have
        type(*field(QStringLiteral("ValidTo")), QStringLiteral("tomorrow"));
        const auto request = dialog->findChild<CallForm *>()->request();
        QVERIFY(!request);
        QVERIFY2(request.error().detail.find("2026-11-22T04:17:00Z") != std::string::npos,
                 request.error().detail.c_str());
    }

    void secretsAreReadInTheirForm() {
        const auto &info = kms::operationInfo(kms::OperationId::Encrypt);
        auto context = contextOfWindow();
        const struct {
            int form;
            const char *typed;
            const char *json; ///< empty: refused
        } rows[] = {{1, "aGVsbG8=", "{\"Plaintext\":\"aGVsbG8=\"}"},
                    {2, "68 65 6C6c 6f", "{\"Plaintext\":\"aGVsbG8=\"}"},
                    {1, "aGV", ""},
                    {2, "123", ""},
                    {2, "xy", ""}};
        for (const auto &row : rows) {
            const std::unique_ptr<CallField> editor(
                makeCallField(context, *kms::findField(info.request, "Plaintext"), nullptr));
            type(*editor, QString::fromLatin1(row.typed));
            editor->findChild<QComboBox *>()->setCurrentIndex(row.form);
            kms::AnyRequest request = info.makeRequest();
            const auto filled = editor->fill(request.object());
            QCOMPARE(filled.has_value(), *row.json != '\0');
            if (filled) {
                QCOMPARE(fromUtf8(kms::writeJson(info.request, request.object()).view()),
                         QString::fromLatin1(row.json));
            } else {
                QVERIFY(filled.error().detail.find(row.typed) == std::string::npos);
            }
        }
    }

    void validationComesFirst() {
        CallDialog *dialog = open();
        dialog->choose(kms::OperationId::CreateAlias);
        type(*field(QStringLiteral("AliasName")), QStringLiteral("not an alias"));
        const auto before = m_scene->kms().calls().size();
        button("call.run")->click();
        agree(); // it changes something
        QTRY_COMPARE(bar()->news().kind, widgets::NewsKind::Danger);
        const QString said = bar()->news().text + bar()->news().details;
        QVERIFY2(said.contains(QStringLiteral("validation errors detected")), qPrintable(said));
        QCOMPARE(m_scene->kms().calls().size(), before);
        QVERIFY(field(QStringLiteral("TargetKeyId"))
                    ->accessibleDescription()
                    .contains(QStringLiteral("must not be null")));
        QVERIFY(field(QStringLiteral("AliasName"))
                    ->accessibleDescription()
                    .contains(QStringLiteral("regular expression")));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("call-faults"));
    }

    void aFormIsPictured() {
        CallDialog *dialog = open();
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("call"));
        dialog->choose(kms::OperationId::CreateGrant);
        type(*field(QStringLiteral("GranteePrincipal")),
             QStringLiteral("arn:aws:iam::111122223333:role/orders"));
        type(*field(QStringLiteral("Operations")), QStringLiteral("Decrypt,Encrypt"));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("call-grant"));
        dialog->choose(kms::OperationId::Sign);
        type(*field(QStringLiteral("Message")), QStringLiteral("to be signed"));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("call-secret-field"));
    }

    void aReplyIsATreeAndJson() {
        CallDialog *dialog = open();
        dialog->choose(kms::OperationId::DescribeKey);
        type(*field(QStringLiteral("KeyId")), QStringLiteral("alias/shop/orders"));
        button("call.run")->click();
        QTRY_COMPARE_WITH_TIMEOUT(part<QTabWidget>("call.tabs")->currentIndex(), 1, patience);
        auto *tree = part<QTreeWidget>("call.tree");
        QCOMPARE(tree->topLevelItem(0)->text(0), QStringLiteral("KeyMetadata"));
        QVERIFY(
            !tree->findItems(QStringLiteral("KeyState"), Qt::MatchExactly | Qt::MatchRecursive).isEmpty());
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("call-reply"));
        part<QTabWidget>("call.replyTabs")->setCurrentIndex(1);
        QVERIFY(part<QPlainTextEdit>("call.json")
                    ->toPlainText()
                    .contains(QStringLiteral("\"KeyState\": \"Enabled\"")));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("call-json"));
    }

    void secretsStandApart() {
        QPointer<CallDialog> dialog = open();
        dialog->choose(kms::OperationId::GenerateDataKey);
        type(*field(QStringLiteral("KeyId")), QStringLiteral("alias/shop/orders"));
        type(*field(QStringLiteral("KeySpec")), QStringLiteral("AES_256"));
        button("call.run")->click();
        QTRY_VERIFY_WITH_TIMEOUT(part<widgets::SecretView>("call.secret.Plaintext") != nullptr, patience);
        auto *secret = part<widgets::SecretView>("call.secret.Plaintext");
        QVERIFY(!secret->isEmpty() && !secret->isRevealed());
        QVERIFY(!part<QPlainTextEdit>("call.json")->toPlainText().contains(QStringLiteral("Plaintext")));
        const auto rows =
            part<QTreeWidget>("call.tree")->findItems(QStringLiteral("Plaintext"), Qt::MatchExactly);
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows.front()->text(1), QStringLiteral("Hidden, 32 bytes"));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("call-secret"));
        dialog->choose(kms::OperationId::ListKeys); // another operation wipes it
        QVERIFY(part<widgets::SecretView>("call.secret.Plaintext") == nullptr);
        m_scene->window().session().close();
        QTRY_VERIFY(dialog.isNull());
    }

    void whatChangesAsks() {
        CallDialog *dialog = open();
        dialog->choose(kms::OperationId::DisableKey);
        type(*field(QStringLiteral("KeyId")), m_arn);
        button("call.run")->click();
        auto *question = dialog->findChild<QDialog *>(QStringLiteral("question"));
        QVERIFY(question != nullptr);
        KEYTURN_SHOOT(*m_stage, *question, QStringLiteral("call-question"));
        question->findChild<QPushButton *>(QStringLiteral("question.cancel"))->click();
        QTRY_VERIFY(dialog->findChild<QDialog *>(QStringLiteral("question")) == nullptr);
        QCOMPARE(sent(kms::OperationId::DisableKey), 0);
        type(*field(QStringLiteral("KeyId")), QStringLiteral("alias/shop/orders"));
        dialog->choose(kms::OperationId::DescribeKey);
        dialog->choose(kms::OperationId::DisableKey);
        type(*field(QStringLiteral("KeyId")), fromUtf8(m_scene->window().catalog().at(0).keyId));
        button("call.run")->click();
        agree();
        QTRY_COMPARE_WITH_TIMEOUT(bar()->news().kind, widgets::NewsKind::Good, patience);
        QCOMPARE(sent(kms::OperationId::DisableKey), 1);
        QVERIFY(part<QLabel>("call.words")->text().contains(QStringLiteral("without any member")));
    }

    void aDryRunDoesNothing() {
        CallDialog *dialog = open();
        dialog->choose(kms::OperationId::ListKeys);
        QVERIFY(!button("call.check")->isVisible());
        dialog->choose(kms::OperationId::Encrypt);
        QVERIFY(button("call.check")->isVisible());
        type(*field(QStringLiteral("KeyId")), QStringLiteral("alias/shop/orders"));
        type(*field(QStringLiteral("Plaintext")), QStringLiteral("hello"));
        button("call.check")->click();
        QTRY_COMPARE_WITH_TIMEOUT(bar()->news().kind, widgets::NewsKind::Good, patience);
        QVERIFY(bar()->news().title.contains(QStringLiteral("would have worked")));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("call-dry-run"));
    }

    void whatIsAbsentSaysWhy() {
        CallDialog *dialog = open();
        dialog->choose(kms::OperationId::CreateCustomKeyStore);
        QVERIFY(!button("call.run")->isEnabled());
        QVERIFY(bar()->news().text.contains(QStringLiteral("no custom key stores")));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("call-absent"));
    }

    void theServicesRefusalIsShown() {
        CallDialog *dialog = open();
        dialog->choose(kms::OperationId::DescribeKey);
        type(*field(QStringLiteral("KeyId")), QStringLiteral("alias/nobody"));
        button("call.run")->click();
        QTRY_COMPARE_WITH_TIMEOUT(bar()->news().kind, widgets::NewsKind::Danger, patience);
        QCOMPARE(part<QLabel>("call.words")->text(), QStringLiteral("There is no reply."));
    }

    void theKeyboardDoesIt() {
        QTest::keySequence(&m_scene->window(), QKeySequence(QStringLiteral("Ctrl+Shift+K")));
        auto *dialog = m_scene->window().findChild<CallDialog *>();
        QVERIFY(dialog != nullptr && Stage::show(*dialog));
        dialog->activateWindow(); // a picker passes the focus on only in the active window
        QTRY_VERIFY(dialog->isActiveWindow());
        QTest::keyClicks(dialog->focusWidget(), QStringLiteral("DescribeKey"));
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Return); // into the form; nothing is sent
        QCOMPARE(sent(kms::OperationId::DescribeKey), int(m_scene->window().catalog().count()));
        QVERIFY(field(QStringLiteral("KeyId"))->isAncestorOf(dialog->focusWidget()));
        QTest::keyClicks(dialog->focusWidget(), QStringLiteral("alias/shop/customers"));
        if (QWidget *choices = QApplication::activePopupWidget(); choices != nullptr) {
            QTest::keyClick(choices, Qt::Key_Return);
        }
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(part<QTabWidget>("call.tabs")->currentIndex(), 1, patience);
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(m_scene->window().findChild<CallDialog *>() == nullptr);
    }

    void thePaletteCallsByName() {
        m_scene->trigger(ActionId::CommandPalette);
        auto *palette = m_scene->window().findChild<CommandPalette *>();
        palette->findChild<QLineEdit *>(QStringLiteral("palette.edit"))
            ->setText(QStringLiteral("call listgrants"));
        auto *edit = palette->findChild<QLineEdit *>(QStringLiteral("palette.edit"));
        QTest::keyClick(edit, Qt::Key_Return);
        auto *dialog = m_scene->window().findChild<CallDialog *>();
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->operation(), kms::OperationId::ListGrants);
    }

    void nestedSecretsLeaveTheReply() {
        kms::DescribeCustomKeyStores::Reply reply;
        reply.customKeyStores.emplace(1);
        auto &store = reply.customKeyStores->front();
        store.customKeyStoreName = "outside";
        store.xksProxyConfiguration.emplace();
        store.xksProxyConfiguration->accessKeyId.emplace();
        store.xksProxyConfiguration->accessKeyId->append("AKMARKERMARKERMARKER");
        const ReplyTree tree = takeReply(kms::AnyReply::of<kms::DescribeCustomKeyStores>(std::move(reply)));
        QCOMPARE(tree.secrets.size(), std::size_t(1));
        QCOMPARE(tree.secrets.front().path,
                 QStringLiteral("CustomKeyStores[0].XksProxyConfiguration.AccessKeyId"));
        QCOMPARE(tree.secrets.front().bytes.text(), std::string_view("AKMARKERMARKERMARKER"));
        QVERIFY(!tree.json.contains(QStringLiteral("MARKER")));
        QVERIFY(tree.json.contains(QStringLiteral("outside")));
        kms::CreateGrant::Reply granted;
        granted.grantToken = "token-MARKER";
        granted.grantId = "id";
        const ReplyTree grant = takeReply(kms::AnyReply::of<kms::CreateGrant>(std::move(granted)));
        QCOMPARE(grant.secrets.size(), std::size_t(1));
        QVERIFY(!grant.json.contains(QStringLiteral("MARKER")));
    }

private:
    CallDialog *open() {
        m_scene->trigger(ActionId::CallOperation);
        auto *dialog = m_scene->window().findChild<CallDialog *>();
        m_arn = fromUtf8(m_scene->window().catalog().at(0).arn);
        return dialog;
    }
    DialogContext contextOfWindow() {
        return {&m_scene->window().session(), &m_scene->window().catalog(), m_recent.get(), nullptr, nullptr};
    }
    template <class Part>
    Part *part(const char *name) {
        return m_scene->window().findChild<CallDialog *>()->findChild<Part *>(QString::fromLatin1(name));
    }
    QPushButton *button(const char *name) { return part<QPushButton>(name); }
    QListWidget *list() { return part<QListWidget>("call.list"); }
    widgets::InlineBar *bar() {
        return m_scene->window().findChild<CallDialog *>()->findChild<widgets::InlineBar *>();
    }
    CallField *field(const QString &member) {
        return part<CallForm>("call.form")->findChild<CallField *>(QStringLiteral("call.") + member);
    }
    void agree() {
        auto *question =
            m_scene->window().findChild<CallDialog *>()->findChild<QDialog *>(QStringLiteral("question"));
        QVERIFY(question != nullptr);
        question->findChild<QPushButton *>(QStringLiteral("question.agree"))->click();
    }
    int sent(kms::OperationId operation) {
        const auto calls = m_scene->kms().calls();
        return int(std::count(calls.begin(), calls.end(), operation));
    }

    std::unique_ptr<PageScene> m_scene;
    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<RecentKeys> m_recent;
    QString m_arn;
};

} // namespace keyturn::ui

QTEST_MAIN(keyturn::ui::TestCallDialog)
#include "tst_call_dialog.moc"
