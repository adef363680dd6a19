// SPDX-License-Identifier: Apache-2.0
// A rotation campaign worked by hand from the first dialog to the scheduled deletion, on a real vault seen as
// an endpoint, with a real job over a JSON Lines file.
#include "fakes/fake_keychain.h"
#include "gui/dialogs/dialog_parts.h"
#include "unit/presenters/desk.h"

#include "base/encoding.h"
#include "kms/call.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/update_alias.h"
#include "ui/dialogs/campaign_dialog.h"
#include "ui/views/campaign_view.h"

#include <QListWidget>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QTemporaryDir>

#include <fstream>

namespace keyturn::gui_test {

using reencrypt::CampaignStep;
using reencrypt::StepState;
using test::Desk;

class TestCampaigns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_STATE_HOME", m_state.path().toUtf8());
        m_stage = std::make_unique<Stage>();
    }
    void cleanupTestCase() { m_stage.reset(); }
    void cleanup() {
        m_view.reset();
        m_desk.reset();
    }

    void aKeyIsTakenOutOfUseStepByStep() {
        open({});
        KEYTURN_SHOOT(*m_stage, *m_view, QStringLiteral("campaign-empty"));
        beginByHand(0);
        QVERIFY(m_view->presenter().isOpen());
        KEYTURN_SHOOT(*m_stage, *m_view, QStringLiteral("campaign-begun"));
        for (const auto step : {CampaignStep::Successor, CampaignStep::Plan, CampaignStep::DryRun,
                                CampaignStep::Run, CampaignStep::Verify, CampaignStep::MoveAlias}) {
            take(step);
            QCOMPARE(record().of(step).state, StepState::Done);
            if (step == CampaignStep::Run) {
                KEYTURN_SHOOT(*m_stage, *m_view, QStringLiteral("campaign-run-done"));
            }
        }
        QCOMPARE(described("alias/app").arn, std::optional(record().successorKey));
        for (const Bytes &moved : blobs()) {
            QCOMPARE(m_desk->decrypt(moved, {}, record().successorKey),
                     std::optional<std::string>("the invoice"));
        }
        take(CampaignStep::Watch); // no days were asked for
        QCOMPARE(record().of(CampaignStep::Watch).state, StepState::Done);
        KEYTURN_SHOOT(*m_stage, *m_view, QStringLiteral("campaign-watched"));
        take(CampaignStep::Disable);
        QCOMPARE(*described(m_oldKey).keyState, kms::KeyState::Disabled);
        take(CampaignStep::ScheduleDeletion);
        QCOMPARE(*described(m_oldKey).keyState, kms::KeyState::PendingDeletion);
        QVERIFY(!record().next());
        KEYTURN_SHOOT(*m_stage, *m_view, QStringLiteral("campaign-ended"));
    }

    void daysMustPassBeforeTheOldKeyIsDisabled() {
        open({});
        beginByHand(7);
        for (const auto step :
             {CampaignStep::Successor, CampaignStep::Plan, CampaignStep::DryRun, CampaignStep::Run,
              CampaignStep::Verify, CampaignStep::MoveAlias, CampaignStep::Watch}) {
            take(step);
        }
        QCOMPARE(record().next(), CampaignStep::Watch);
        QVERIFY(barText(*m_view).contains(QStringLiteral("Look again in 7 days.")));
        KEYTURN_SHOOT(*m_stage, *m_view, QStringLiteral("campaign-watching"));
        // Another day: the campaign is found again where it stood.
        m_view.reset();
        show();
        m_view->presenter().refresh();
        part<QListWidget>(*m_view, "campaign.list").setCurrentRow(0);
        QCOMPARE(record().next(), CampaignStep::Watch);
    }

    void aCompromisedKeySaysWhatStaysUnderIt() {
        open({});
        reencrypt::CampaignSpec spec = wanted(0);
        spec.reason = "compromise";
        QVERIFY(m_view->presenter().begin(spec));
        for (const auto step : {CampaignStep::Successor, CampaignStep::Plan, CampaignStep::DryRun}) {
            take(step);
        }
        press(*m_view, "campaign.take.run");
        QDialog *asked = question(*m_view);
        QVERIFY(asked != nullptr);
        KEYTURN_SHOOT(*m_stage, *asked, QStringLiteral("campaign-compromise"));
        asked->reject();
        QCOMPARE(record().next(), CampaignStep::Run);
    }

    void aStepThatFailsSaysWhyAndCanBeTakenAgain() {
        open({});
        reencrypt::CampaignSpec spec = wanted(0);
        spec.jobs = {(m_desk->folder() / "missing.yaml").string()};
        QVERIFY(m_view->presenter().begin(spec));
        take(CampaignStep::Successor);
        take(CampaignStep::Plan);
        QCOMPARE(record().of(CampaignStep::Plan).state, StepState::Failed);
        QVERIFY(!barTitle(*m_view).isEmpty());
        KEYTURN_SHOOT(*m_stage, *m_view, QStringLiteral("campaign-failed"));
        QVERIFY(part<QAbstractButton>(*m_view, "campaign.take.plan").isEnabled());
    }

    void aCampaignThatCannotBeIsRefusedAtItsField() {
        open({});
        m_view->newCampaign();
        auto &dialog = part<ui::CampaignDialog>(*m_view, "campaignDialog");
        QVERIFY(Stage::show(dialog));
        press(dialog, "campaign.begin");
        QVERIFY(dialog.isVisible());
        KEYTURN_SHOOT(*m_stage, dialog, QStringLiteral("campaign-fault"));
        dialog.reject();
    }

private:
    void open(test::DeskOptions options) {
        m_desk = std::make_unique<Desk>(options);
        m_oldKey = m_desk->addKey("alias/app", "Application secrets");
        m_desk->reload();
        std::ofstream lines(data(), std::ios::binary);
        for (int i = 0; i < 5; ++i) {
            lines << "{\"id\": " << i << ", \"secret\": \"" << toBase64(m_desk->encrypt(m_oldKey)) << "\"}\n";
        }
        lines.close();
        std::ofstream job(m_desk->folder() / "job.yaml", std::ios::binary);
        job << "keyturn-job: 1\nname: app secrets\nsource:\n  kind: jsonl\n  paths: [secrets.jsonl]\n"
               "find:\n  blob: /secret\nsource-keys: ["
            << m_oldKey << "]\ndestination-key: alias/app\n";
        job.close();
        show();
    }
    void show() {
        m_view = std::make_unique<ui::CampaignView>(m_desk->context(), &m_keychain,
                                                    m_desk->folder() / "campaigns");
        QVERIFY(Stage::show(*m_view, QSize(1100, 640)));
    }
    std::filesystem::path data() const { return m_desk->folder() / "secrets.jsonl"; }
    std::vector<Bytes> blobs() const {
        std::vector<Bytes> all;
        std::ifstream lines(data());
        std::string line;
        while (std::getline(lines, line)) {
            const auto from = line.find("\"secret\": \"") + 11;
            all.push_back(*fromBase64(line.substr(from, line.rfind('"') - from)));
        }
        return all;
    }
    reencrypt::CampaignSpec wanted(std::uint32_t idleDays) const {
        reencrypt::CampaignSpec spec;
        spec.name = "app secrets 2026";
        spec.oldKey = m_oldKey;
        spec.alias = "alias/app";
        spec.jobs = {(m_desk->folder() / "job.yaml").string()};
        spec.idleDays = idleDays;
        return spec;
    }
    void beginByHand(int idleDays) {
        m_view->newCampaign();
        auto &dialog = part<ui::CampaignDialog>(*m_view, "campaignDialog");
        QVERIFY(Stage::show(dialog));
        QTest::keyClicks(&part<QLineEdit>(dialog, "campaign.name"), QStringLiteral("app secrets 2026"));
        typeKey(part<ui::KeyPicker>(dialog, "campaign.oldKey"), QString::fromStdString(m_oldKey));
        QTRY_COMPARE(part<QLineEdit>(dialog, "campaign.alias").text(), QStringLiteral("alias/app"));
        part<QPlainTextEdit>(dialog, "campaign.jobs")
            .setPlainText(QString::fromStdString((m_desk->folder() / "job.yaml").string()));
        part<QSpinBox>(dialog, "campaign.idleDays").setValue(idleDays);
        if (idleDays == 0) {
            KEYTURN_SHOOT(*m_stage, dialog, QStringLiteral("campaign-new"));
        }
        press(dialog, "campaign.begin");
    }
    const reencrypt::CampaignRecord &record() const { return m_view->presenter().record(); }
    /// Presses the step's button, agrees to what is asked, waits for its end.
    void take(CampaignStep step) {
        QTRY_VERIFY(!m_view->isRunning());
        const std::string name = "campaign.take." + std::string(reencrypt::wireName(step));
        press(*m_view, name.c_str());
        if (QDialog *asked = question(*m_view)) {
            press(*asked, "question.agree");
        }
        QTRY_VERIFY_WITH_TIMEOUT(!m_view->isRunning() && record().of(step).state != StepState::Begun, 20000);
        Stage::settle();
    }
    kms::KeyMetadata described(const std::string &key) {
        kms::DescribeKey::Request request;
        request.keyId = key;
        auto reply = kms::callAndWait<kms::DescribeKey>(*m_desk->session().service(), std::move(request));
        return reply && reply->keyMetadata ? *reply->keyMetadata : kms::KeyMetadata();
    }

    QTemporaryDir m_state;
    std::unique_ptr<Stage> m_stage;
    test::FakeKeychain m_keychain;
    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<ui::CampaignView> m_view;
    std::string m_oldKey;
};

} // namespace keyturn::gui_test

QTEST_MAIN(keyturn::gui_test::TestCampaigns)
#include "tst_campaigns.moc"
