// SPDX-License-Identifier: Apache-2.0
// The key's detail on keys of every kind: which tabs there are, what they show and change, how they look.
#include "fakes/wrapped_material.h"
#include "gui/dialogs/dialog_parts.h"
#include "unit/presenters/desk.h"

#include "kms/call.h"
#include "kms/operations/create_grant.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/get_parameters_for_import.h"
#include "kms/operations/list_grants.h"
#include "kms/operations/list_key_rotations.h"
#include "kms/operations/replicate_key.h"
#include "kms/operations/revoke_grant.h"
#include "kms/operations/update_primary_region.h"
#include "ui/dialogs/material_dialog.h"
#include "ui/dialogs/signing_dialog.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/views/key_detail.h"
#include "ui/widgets/mono_text.h"

#include <QDateEdit>
#include <QFileDialog>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTabWidget>
#include <QTableWidget>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace keyturn::gui_test {

using test::Desk;

class TestKeyDetail : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<Stage>(); }
    void cleanupTestCase() { m_stage.reset(); }
    void cleanup() {
        m_grants.clear();
        m_detail.reset();
        m_acts.reset();
        m_desk.reset();
    }

    void thePublicKeyIsShownAndSignsFromItsTab() {
        m_desk = std::make_unique<Desk>();
        const auto key = m_desk->addKeyOf(kms::KeySpec::ECC_NIST_P256, kms::KeyUsageType::SIGN_VERIFY,
                                          "alias/release/signing");
        open(key, "Public key");
        auto &text = part<QPlainTextEdit>(*m_detail, "publicKey.text");
        QTRY_VERIFY(text.toPlainText().contains(QStringLiteral("BEGIN PUBLIC KEY")));
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("key-public-key"));
        auto &form = part<QComboBox>(*m_detail, "publicKey.form");
        form.setCurrentIndex(2);
        QVERIFY(text.toPlainText().contains(QStringLiteral("\"alg\": \"ES256\"")));
        press(*m_detail, "keyDetail.sign");
        auto *dialog = m_detail->window()->findChild<ui::SigningDialog *>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        const int named = m_desk->catalog().find(part<ui::KeyPicker>(*dialog, "signing.key").identifier());
        QVERIFY(named >= 0);
        QCOMPARE(m_desk->catalog().at(named).keyId, key);
        dialog->close();
    }

    void tabsFollowTheKindOfKey_data() {
        QTest::addColumn<int>("spec");
        QTest::addColumn<int>("usage");
        QTest::addColumn<bool>("hasPublicKey");
        QTest::addColumn<bool>("signs");
        using Usage = kms::KeyUsageType;
        QTest::newRow("symmetric") << int(kms::KeySpec::SYMMETRIC_DEFAULT) << int(Usage::ENCRYPT_DECRYPT)
                                   << false << false;
        QTest::newRow("HMAC") << int(kms::KeySpec::HMAC_256) << int(Usage::GENERATE_VERIFY_MAC) << false
                              << false;
        QTest::newRow("signing") << int(kms::KeySpec::ECC_NIST_P384) << int(Usage::SIGN_VERIFY) << true
                                 << true;
        QTest::newRow("agreement") << int(kms::KeySpec::ECC_NIST_P384) << int(Usage::KEY_AGREEMENT) << true
                                   << false;
    }
    void tabsFollowTheKindOfKey() {
        QFETCH(int, spec);
        QFETCH(int, usage);
        QFETCH(bool, hasPublicKey);
        QFETCH(bool, signs);
        m_desk = std::make_unique<Desk>();
        const auto key = m_desk->addKeyOf(kms::KeySpec(spec), kms::KeyUsageType(usage), "alias/any");
        open(key, "Overview");
        auto *tabs = m_detail->findChild<QTabWidget *>();
        QCOMPARE(tabs->isTabVisible(indexOf("Public key")), hasPublicKey);
        if (hasPublicKey) {
            tabs->setCurrentIndex(indexOf("Public key"));
            QCOMPARE(part<QAbstractButton>(*m_detail, "keyDetail.sign").isVisible(), signs);
        }
    }

    void thePolicyIsReadInSentencesAndItsFaultsHaveALine() {
        m_desk = std::make_unique<Desk>();
        open(m_desk->addKey("alias/billing/invoices"), "Policy");
        auto &editor = part<QPlainTextEdit>(*m_detail, "policy.editor");
        auto &save = part<QAbstractButton>(*m_detail, "policy.save");
        QTRY_VERIFY(
            part<QLabel>(*m_detail, "policy.sentences").text().contains(QStringLiteral("to do everything.")));
        QVERIFY(!save.isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("key-policy"));
        const QString good = editor.toPlainText();
        editor.setPlainText(QString(good).replace(QStringLiteral("\"kms:*\","), QStringLiteral("\"kms:*\"")));
        const QString fault = part<QLabel>(*m_detail, "policy.fault").text();
        QVERIFY2(fault.startsWith(QStringLiteral("Line 11, column 5: ")), qPrintable(fault));
        QVERIFY(!save.isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("key-policy-fault"));
        editor.setPlainText(QString(good).replace(QStringLiteral("kms:*"), QStringLiteral("kms:Decrypt")));
        QVERIFY(part<QLabel>(*m_detail, "policy.doubts").text().contains(QStringLiteral("PutKeyPolicy")));
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("key-policy-lockout"));
        auto &bypass = part<QAbstractButton>(*m_detail, "policy.bypass");
        bypass.setChecked(true);
        press(*m_detail, "policy.save");
        QTRY_VERIFY(question(*m_detail) != nullptr);
        KEYTURN_SHOOT(*m_stage, *question(*m_detail), QStringLiteral("question-policy-bypass"));
        press(*question(*m_detail), "question.cancel");
        QTRY_VERIFY(question(*m_detail) == nullptr);
        bypass.setChecked(false);
        editor.setPlainText(
            QString(good).replace(QStringLiteral("Enable IAM"), QStringLiteral("Enable all IAM")));
        press(*m_detail, "policy.save");
        QTRY_VERIFY(!save.isEnabled());
        QVERIFY(barTitle(*m_detail->findChild<QTabWidget *>()->currentWidget()).isEmpty());
    }

    void anUnsavedPolicyWaitsWhileAnotherKeyIsLookedAt() {
        m_desk = std::make_unique<Desk>();
        const auto first = m_desk->addKey("alias/billing/invoices");
        const auto second = m_desk->addKey("alias/billing/receipts");
        open(first, "Policy");
        auto &editor = part<QPlainTextEdit>(*m_detail, "policy.editor");
        QTRY_VERIFY(!editor.toPlainText().isEmpty());
        const QString saved = editor.toPlainText();
        press(*m_detail, "policy.indent");
        const QString indented = editor.toPlainText();
        QVERIFY(indented != saved);
        m_detail->setKey(second);
        QTRY_COMPARE(editor.toPlainText(), saved);
        m_detail->setKey(first);
        QTRY_COMPARE(editor.toPlainText(), indented);
        press(*m_detail, "policy.revert");
        QCOMPARE(editor.toPlainText(), saved);
        editor.undo(); // neither act is lost
        QCOMPARE(editor.toPlainText(), indented);
        m_detail->setKey({});
        QVERIFY(editor.toPlainText().isEmpty());
        m_detail->setKey(first);
        QTRY_COMPARE(editor.toPlainText(), saved); // as for a vault that was locked in between
    }

    void tabsThatDoNotFitAreReached() {
        m_desk = std::make_unique<Desk>();
        open(m_desk->addKeyOf(kms::KeySpec::ECC_NIST_P256, kms::KeyUsageType::SIGN_VERIFY, "alias/any"),
             "Overview");
        auto *bar = m_detail->findChild<QTabBar *>();
        const auto scrollers = bar->findChildren<QToolButton *>();
        const auto shown = [&] { return std::ranges::any_of(scrollers, &QWidget::isVisible); };
        QVERIFY(!shown()); // all seven fit
        bar->setFixedWidth(bar->width() / 2);
        Stage::settle();
        QVERIFY(shown());
        bar->setFocus(Qt::TabFocusReason);
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("key-tabs-narrow"));
        while (bar->currentIndex() + 1 < bar->count()) {
            QTest::keyClick(bar, Qt::Key_Right);
        }
        QVERIFY(bar->rect().contains(bar->tabRect(bar->currentIndex()).center()));
    }

    void grantsAreListedMadeAndEnded() {
        m_desk = std::make_unique<Desk>(
            test::DeskOptions{.prepare = [this](test::HeldKms &kms) { standIn(kms); }});
        const auto key = m_desk->addKey("alias/billing/invoices");
        open(key, "Grants");
        auto &table = part<QTableWidget>(*m_detail, "grants.table");
        QVERIFY(!table.isVisible());
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("key-grants-empty"));
        makeGrant();
        QTRY_COMPARE(table.rowCount(), 1);
        QVERIFY(!part<QAbstractButton>(*m_detail, "grants.revoke").isEnabled());
        table.selectRow(0);
        const QString all = part<QLabel>(*m_detail, "grants.selected").text();
        QVERIFY2(all.contains(QStringLiteral("context holds tenant=acme")), qPrintable(all));
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("key-grants"));
        press(*m_detail, "grants.revoke");
        QTRY_VERIFY(question(*m_detail) != nullptr);
        KEYTURN_SHOOT(*m_stage, *question(*m_detail), QStringLiteral("question-revoke-grant"));
        press(*question(*m_detail), "question.agree");
        QTRY_COMPARE(table.rowCount(), 0);
        QVERIFY(m_grants.empty());
    }

    void materialIsImportedStepByStep() {
        openKeyForImport();
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("key-pending-import"));
        press(*m_detail, "keyDetail.import");
        auto *dialog = m_detail->findChild<ui::MaterialDialog *>();
        QVERIFY(dialog != nullptr);
        auto &run = part<QAbstractButton>(*dialog, "material.run");
        QVERIFY(!run.isEnabled() && !part<QWidget>(*dialog, "material.choose").isEnabled());
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("import-material-empty"));
        press(*dialog, "material.get");
        QTRY_VERIFY_WITH_TIMEOUT(part<QWidget>(*dialog, "material.choose").isEnabled(), 60'000);
        auto &where = part<QComboBox>(*dialog, "material.where");
        where.setCurrentIndex(1);
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("import-material-elsewhere"));
        where.setCurrentIndex(0);
        choose(*dialog, m_desk->write("short.bin", Bytes(31, 0x5a)));
        const QString fault = part<QWidget>(*dialog, "material.choose").accessibleDescription();
        QVERIFY2(fault.contains(QStringLiteral("32 bytes; the file has 31")), qPrintable(fault));
        QVERIFY(!run.isEnabled());
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("import-material-fault"));
        choose(*dialog, m_desk->write("key.bin", Bytes(32, 0x5a)));
        QTRY_VERIFY(run.isEnabled());
        QVERIFY(barTitle(*dialog).isEmpty());
        part<QAbstractButton>(*dialog, "material.expires").setChecked(true);
        auto &expiry = part<QDateEdit>(*dialog, "material.expiry");
        const QDate soon = expiry.date();
        expiry.setDate(soon.addYears(2));
        QVERIFY(!run.isEnabled());
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("import-material-expiry"));
        expiry.setDate(soon);
        press(*dialog, "material.run");
        QTRY_VERIFY(part<widgets::MonoText>(*dialog, "material.id").isVisible());
        QVERIFY(!run.isEnabled()); // once is enough
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("import-material-done"));
        dialog->close();
        auto *materials = m_detail->findChild<QTableWidget *>(QStringLiteral("keyDetail.materials"));
        QTRY_COMPARE(materials->rowCount(), 1);
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("key-imported"));
    }

    void deletedMaterialComesBackWithItsSavedToken() {
        openKeyForImport();
        const auto [token, wrapped] = wrapElsewhere();
        importWith(token, wrapped);
        QTRY_COMPARE(stateText(), QStringLiteral("Enabled"));
        auto &materials = part<QTableWidget>(*m_detail, "keyDetail.materials");
        QTRY_COMPARE(materials.rowCount(), 1);
        auto &remove = part<QAbstractButton>(*m_detail, "keyDetail.deleteMaterial");
        QTRY_VERIFY(remove.isEnabled());
        press(*m_detail, "keyDetail.deleteMaterial");
        QTRY_VERIFY(question(*m_detail) != nullptr);
        QCOMPARE(question(*m_detail)->windowTitle(), QStringLiteral("Delete the current key material?"));
        KEYTURN_SHOOT(*m_stage, *question(*m_detail), QStringLiteral("question-delete-material"));
        press(*question(*m_detail), "question.cancel");
        QTRY_VERIFY(question(*m_detail) == nullptr);
        QVERIFY(!std::ranges::count(m_desk->kms().calls(), kms::OperationId::DeleteImportedKeyMaterial));
        materials.selectRow(0);
        press(*m_detail, "keyDetail.deleteMaterial");
        QTRY_VERIFY(question(*m_detail) != nullptr);
        QCOMPARE(question(*m_detail)->windowTitle(), QStringLiteral("Delete this key material?"));
        press(*question(*m_detail), "question.agree");
        QTRY_COMPARE(stateText(), QStringLiteral("PendingImport"));
        QTRY_COMPARE(materials.item(0, 2)->text(), QStringLiteral("Missing, to be imported"));
        QVERIFY(!remove.isEnabled()); // there is nothing left to delete
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("key-material-deleted"));
        importWith(token, wrapped);
        QTRY_COMPARE(stateText(), QStringLiteral("Enabled"));
        QTRY_COMPARE(materials.item(0, 2)->text(), QStringLiteral("First material"));
        QTRY_VERIFY(remove.isEnabled());
    }

    void materialThatIsMissingIsNamedHoweverItCame() {
        m_desk = std::make_unique<Desk>(test::DeskOptions{.prepare = [](test::HeldKms &kms) {
            kms.answerBy(kms::OperationId::ListKeyRotations, [](const kms::AnyRequest &) {
                std::vector<kms::RotationsListEntry> all(4);
                all[0].rotationType = kms::RotationType::ON_DEMAND;
                all[0].importState = kms::ImportState::PENDING_IMPORT;
                all[1].rotationType = kms::RotationType::ON_DEMAND;
                all[1].importState = kms::ImportState::IMPORTED;
                all[2].importState = kms::ImportState::PENDING_IMPORT;
                return Result<kms::AnyReply>(
                    kms::AnyReply::of<kms::ListKeyRotations>({.rotations = all, .truncated = false}));
            });
        }});
        open(m_desk->addKey("alias/billing/invoices"), "Rotation");
        auto &materials = part<QTableWidget>(*m_detail, "keyDetail.materials");
        QTRY_COMPARE(materials.rowCount(), 4);
        const char *const kinds[] = {"Missing, to be imported", "On demand", "Missing, to be imported",
                                     "First material"};
        for (int row = 0; row < 4; ++row) {
            QCOMPARE(materials.item(row, 2)->text(), QLatin1String(kinds[row]));
        }
    }

    void aRefusedListStaysInItsTab() {
        m_desk = std::make_unique<Desk>(test::DeskOptions{.prepare = [this](test::HeldKms &kms) {
            standIn(kms);
            kms.answerBy(kms::OperationId::ListGrants, [](const kms::AnyRequest &) -> Result<kms::AnyReply> {
                return fail(
                    serviceError(ErrorCode::AccessDenied, "not authorized to perform: kms:ListGrants"));
            });
        }});
        open(m_desk->addKey("alias/billing/invoices"), "Grants");
        QTRY_VERIFY(!barTitle(*m_detail->findChild<QTabWidget *>()->currentWidget()).isEmpty());
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("key-grants-refused"));
    }

    void aMultiRegionKeyShowsItsRegionsAndIsReplicated() {
        m_desk = std::make_unique<Desk>(
            test::DeskOptions{.prepare = [this](test::HeldKms &kms) { standIn(kms); }});
        const std::string key = "mrk-0123456789abcdef0123456789abcdef";
        m_desk->reload();
        m_desk->catalog().refresh(key);
        QTRY_VERIFY(m_desk->catalog().find(key) >= 0);
        show(key, "Regions");
        auto &table = part<QTableWidget>(*m_detail, "regions.table");
        QTRY_COMPARE(table.rowCount(), 2);
        QVERIFY(!part<QAbstractButton>(*m_detail, "regions.makePrimary").isEnabled());
        table.selectRow(1);
        QVERIFY(part<QAbstractButton>(*m_detail, "regions.makePrimary").isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_detail, QStringLiteral("key-regions"));
        press(*m_detail, "regions.replicate");
        auto *dialog = m_detail->findChild<QDialog *>(QStringLiteral("replicateDialog"));
        QVERIFY(dialog != nullptr);
        auto &region = part<QComboBox>(*dialog, "replicate.region");
        QVERIFY(region.findText(QStringLiteral("eu-central-1")) < 0); // it is there already
        region.setEditText(QStringLiteral("frankfurt"));
        QVERIFY(!part<QAbstractButton>(*dialog, "replicate.run").isEnabled());
        region.setEditText(QStringLiteral("us-east-1"));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("replicate"));
        press(*dialog, "replicate.run");
        QTRY_COMPARE(table.rowCount(), 3);
        table.selectRow(1);
        press(*m_detail, "regions.makePrimary");
        QTRY_VERIFY(question(*m_detail) != nullptr);
        press(*question(*m_detail), "question.agree");
        QTRY_COMPARE(table.item(0, 0)->text(), QStringLiteral("eu-west-1"));
        QVERIFY(!part<QAbstractButton>(*m_detail, "regions.replicate").isEnabled()); // a replica now
    }

private:
    /// A key whose material is to come from outside, and its tab.
    void openKeyForImport() {
        m_desk = std::make_unique<Desk>();
        m_desk->reload();
        m_acts = std::make_unique<ui::KeyActsPresenter>(m_desk->context());
        m_acts->create({.imported = true, .aliasName = "alias/billing/imported"},
                       [](const Result<kms::AnyReply> &) {});
        QTRY_VERIFY(m_desk->catalog().find("alias/billing/imported") >= 0);
        m_imported = m_desk->catalog().at(m_desk->catalog().find("alias/billing/imported")).keyId;
        open(m_imported, "Rotation");
    }
    QString stateText() {
        const auto &metadata = m_desk->catalog().at(m_desk->catalog().find(m_imported)).metadata;
        return metadata && metadata->keyState ? QString::fromUtf8(metadata->keyState->text().data())
                                              : QString();
    }
    /// What a person has who wrapped the material elsewhere: the token, and the wrapped bytes.
    std::pair<std::filesystem::path, std::filesystem::path> wrapElsewhere() {
        kms::GetParametersForImport::Request request;
        request.keyId = m_imported;
        request.wrappingAlgorithm = kms::AlgorithmSpec::RSAES_OAEP_SHA_256;
        request.wrappingKeySpec = kms::WrappingKeySpec::RSA_2048;
        const auto reply = kms::callAndWait<kms::GetParametersForImport>(m_desk->kms(), std::move(request));
        if (!reply) {
            qFatal("no parameters: %s", reply.error().detail.c_str());
        }
        return {
            m_desk->write("token.bin", *reply->importToken),
            m_desk->write("wrapped.bin", test::wrappedMaterial(kms::AlgorithmSpec::RSAES_OAEP_SHA_256,
                                                               reply->publicKey->view(), Bytes(32, 0x5a)))};
    }
    /// The dialog of the import with a saved token, worked by hand.
    void importWith(const std::filesystem::path &token, const std::filesystem::path &wrapped) {
        press(*m_detail, "keyDetail.import");
        const QPointer<ui::MaterialDialog> dialog = m_detail->findChild<ui::MaterialDialog *>();
        QVERIFY(dialog != nullptr);
        auto &useToken = part<QWidget>(*dialog, "material.useToken");
        choose(*dialog, m_desk->write("empty.bin", {}), "material.useToken");
        QCOMPARE(useToken.accessibleDescription(), QStringLiteral("The file is empty."));
        QVERIFY(!part<QWidget>(*dialog, "material.choose").isEnabled());
        choose(*dialog, token, "material.useToken");
        QVERIFY(useToken.accessibleDescription().isEmpty());
        QVERIFY(part<QLabel>(*dialog, "material.validity").text().contains(QStringLiteral("saved token")));
        QVERIFY(!part<QWidget>(*dialog, "material.where").isEnabled()); // its public key is elsewhere
        auto &run = part<QAbstractButton>(*dialog, "material.run");
        QVERIFY(!run.isEnabled());
        choose(*dialog, wrapped);
        QVERIFY(run.isEnabled());
        press(*dialog, "material.run");
        QTRY_VERIFY(part<widgets::MonoText>(*dialog, "material.id").isVisible());
        dialog->close();
        QTRY_VERIFY(!dialog);
    }
    /// A file by the dialog that asks for one.
    static void choose(QDialog &dialog, const std::filesystem::path &file,
                       const char *button = "material.choose") {
        press(dialog, button);
        auto *chooser = dialog.findChild<QFileDialog *>();
        QVERIFY(chooser != nullptr);
        Q_EMIT chooser->filesSelected({QString::fromStdString(file.string())});
        chooser->close();
        Stage::settle();
    }
    /// The grant dialog, filled in by hand; its token is shown once.
    void makeGrant() {
        press(*m_detail, "grants.create");
        auto *dialog = m_detail->findChild<QDialog *>(QStringLiteral("grantDialog"));
        QVERIFY(dialog != nullptr);
        auto &run = part<QAbstractButton>(*dialog, "grant.run");
        QVERIFY(!run.isEnabled());
        auto &grantee = part<QLineEdit>(*dialog, "grant.grantee");
        grantee.setText(QStringLiteral("worker"));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("create-grant-fault"));
        grantee.setText(QStringLiteral("arn:aws:iam::111122223333:role/worker"));
        part<QAbstractButton>(*dialog, "grant.Decrypt").setChecked(true);
        part<QAbstractButton>(*dialog, "grant.ReEncryptFrom").setChecked(true);
        QVERIFY(dialog->findChild<QWidget *>(QStringLiteral("grant.Sign")) == nullptr); // not of this key
        auto &constraint = part<QComboBox>(*dialog, "grant.constraint");
        constraint.setCurrentIndex(1);
        part<widgets::ContextGrid>(*dialog, "grant.context").setPairs({{"tenant", "acme"}});
        QVERIFY(run.isEnabled());
        press(*dialog, "grant.run");
        auto &token = part<widgets::MonoText>(*dialog, "grant.token");
        QTRY_VERIFY(token.isVisible());
        QCOMPARE(token.text(), QStringLiteral("token-of-this-grant"));
        QVERIFY(!run.isEnabled()); // another press would make another grant
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("create-grant-result"));
        dialog->close();
    }

    /// What a vault does about grants and Regions, as far as these tests need it.
    void standIn(test::HeldKms &kms) {
        using kms::AnyReply;
        using kms::AnyRequest;
        using kms::OperationId;
        kms.answerBy(OperationId::CreateGrant, [this](const AnyRequest &any) -> Result<AnyReply> {
            const auto &request = any.as<kms::CreateGrant>();
            kms::GrantListEntry grant;
            grant.grantId = "0123456789abcdef";
            grant.granteePrincipal = request.granteePrincipal;
            grant.operations = request.operations;
            grant.constraints = request.constraints;
            grant.creationDate = Timestamp(std::chrono::seconds(1'793'000'000));
            m_grants.push_back(grant);
            return AnyReply::of<kms::CreateGrant>(
                {.grantToken = "token-of-this-grant", .grantId = grant.grantId});
        });
        kms.answerBy(OperationId::ListGrants, [this](const AnyRequest &) -> Result<AnyReply> {
            return AnyReply::of<kms::ListGrants>({.grants = m_grants, .truncated = false});
        });
        kms.answerBy(OperationId::RevokeGrant, [this](const AnyRequest &any) -> Result<AnyReply> {
            std::erase_if(m_grants, [&](const kms::GrantListEntry &each) {
                return each.grantId == any.as<kms::RevokeGrant>().grantId;
            });
            return AnyReply::of<kms::RevokeGrant>({});
        });
        standInForRegions(kms);
    }
    void standInForRegions(test::HeldKms &kms) {
        using kms::AnyReply;
        using kms::AnyRequest;
        using kms::OperationId;
        kms.answerBy(OperationId::ReplicateKey, [this](const AnyRequest &any) -> Result<AnyReply> {
            m_replicas.push_back(*any.as<kms::ReplicateKey>().replicaRegion);
            return AnyReply::of<kms::ReplicateKey>({});
        });
        kms.answerBy(OperationId::UpdatePrimaryRegion, [this](const AnyRequest &any) -> Result<AnyReply> {
            const std::string next = *any.as<kms::UpdatePrimaryRegion>().primaryRegion;
            std::erase(m_replicas, next);
            m_replicas.push_back(std::exchange(m_primary, next));
            return AnyReply::of<kms::UpdatePrimaryRegion>({});
        });
        kms.answerUnlessServed(OperationId::DescribeKey,
                               [this](const AnyRequest &any) -> std::optional<AnyReply> {
                                   const std::string &id = *any.as<kms::DescribeKey>().keyId;
                                   if (!id.starts_with("mrk-")) {
                                       return std::nullopt;
                                   }
                                   return AnyReply::of<kms::DescribeKey>({.keyMetadata = multiRegionKey(id)});
                               });
    }
    kms::KeyMetadata multiRegionKey(const std::string &id) const {
        const auto arn = [&](const std::string &region) {
            return "arn:aws:kms:" + region + ":111122223333:key/" + id;
        };
        const std::string here = "eu-central-1";
        kms::MultiRegionConfiguration all;
        all.multiRegionKeyType =
            m_primary == here ? kms::MultiRegionKeyType::PRIMARY : kms::MultiRegionKeyType::REPLICA;
        all.primaryKey = kms::MultiRegionKey{arn(m_primary), m_primary};
        all.replicaKeys.emplace();
        for (const std::string &each : m_replicas) {
            all.replicaKeys->push_back({arn(each), each});
        }
        kms::KeyMetadata key;
        key.keyId = id;
        key.arn = arn(here);
        key.keyState = kms::KeyState::Enabled;
        key.keySpec = kms::KeySpec::SYMMETRIC_DEFAULT;
        key.keyUsage = kms::KeyUsageType::ENCRYPT_DECRYPT;
        key.multiRegion = true;
        key.multiRegionConfiguration = std::move(all);
        return key;
    }
    void open(const std::string &keyId, const char *tab) {
        m_desk->reload();
        show(keyId, tab);
    }
    void show(const std::string &keyId, const char *tab) {
        m_acts = std::make_unique<ui::KeyActsPresenter>(m_desk->context());
        m_detail = std::make_unique<ui::KeyDetail>(m_desk->context(), m_acts.get());
        m_detail->setKey(keyId);
        QVERIFY(Stage::show(*m_detail, {480, 640}));
        m_detail->showTab(indexOf(tab));
        Stage::settle();
    }
    int indexOf(const char *title) {
        auto *tabs = m_detail->findChild<QTabWidget *>(QStringLiteral("keyDetail.tabs"));
        for (int i = 0; i < tabs->count(); ++i) {
            if (tabs->tabText(i) == QString::fromLatin1(title)) {
                return i;
            }
        }
        return -1;
    }

    std::vector<kms::GrantListEntry> m_grants;
    std::string m_imported;
    std::string m_primary = "eu-central-1";
    std::vector<std::string> m_replicas = {"eu-west-1"};
    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<ui::KeyActsPresenter> m_acts;
    std::unique_ptr<ui::KeyDetail> m_detail;
};

} // namespace keyturn::gui_test

QTEST_MAIN(keyturn::gui_test::TestKeyDetail)
#include "tst_key_detail.moc"
