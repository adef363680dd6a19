// SPDX-License-Identifier: Apache-2.0
// Campaign: its steps on an honest KMS, cut off and taken again, with a clock that the test moves.
#include "fakes/fake_kms.h"
#include "kms/call.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/update_alias.h"
#include "reencrypt/campaign/campaign.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>

namespace keyturn::reencrypt {
namespace {

constexpr Timestamp startOfTest{std::chrono::sys_days{std::chrono::year(2026) / 11 / 22}};

class Port final : public CampaignPort {
public:
    Result<CampaignJob> perform(CampaignStep step, const std::string &file, const std::string &destination,
                                const CancelToken &) override {
        performed.push_back(std::string(wireName(step)) + " " + file + " " + destination);
        return CampaignJob{JobState::Done, counters, "3 items"};
    }
    Result<std::uint64_t> itemsOn(const std::string &, const std::string &, const std::string &,
                                  const CancelToken &) override {
        return left;
    }
    Result<LastUse> lastUse(const std::string &, const CancelToken &) override { return use; }
    Status pause(std::chrono::milliseconds, const CancelToken &) override {
        ++pauses;
        if (onPause) {
            onPause();
        }
        return {};
    }

    std::vector<std::string> performed;
    Counters counters;
    std::uint64_t left = 0;
    LastUse use{true, {}, std::nullopt, {}};
    int pauses = 0;
    std::function<void()> onPause;
};

Error cutOff() {
    return clientError(ErrorCode::OutcomeUnknown, "the answer was lost");
}

} // namespace

class TestCampaign : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_clock = std::make_shared<ManualClock>(startOfTest);
        m_kms = std::make_shared<test::FakeKms>(test::FakeKmsOptions{.clock = m_clock});
        m_oldKey = m_kms->addKey("alias/app", "application secrets");
        m_port = Port();
    }

    void takesEveryStepInTurn() {
        auto campaign = begin();
        for (const auto step : {CampaignStep::Successor, CampaignStep::Plan, CampaignStep::DryRun,
                                CampaignStep::Run, CampaignStep::Verify, CampaignStep::MoveAlias}) {
            QCOMPARE(campaign.record().next(), step);
            perform(campaign, step);
            QCOMPARE(campaign.record().of(step).state, StepState::Done);
        }
        const std::string &successor = campaign.record().successorKey;
        QVERIFY(successor.starts_with("arn:aws:kms:"));
        QCOMPARE(m_port.performed.size(), std::size_t(4));
        QCOMPARE(m_port.performed.back(), "verify job.yaml " + successor);
        QCOMPARE(described("alias/app").arn, successor);
        QCOMPARE(described(successor).description, std::optional<std::string>("application secrets"));

        perform(campaign, CampaignStep::Watch);
        QCOMPARE(campaign.record().of(CampaignStep::Watch).state, StepState::Waiting);
        QVERIFY(QString::fromStdString(campaign.blocked(CampaignStep::Disable))
                    .contains(QLatin1String("Watch the old key")));
        m_clock->advance(std::chrono::days(7));
        perform(campaign, CampaignStep::Watch);
        QCOMPARE(campaign.record().of(CampaignStep::Watch).state, StepState::Done);
        perform(campaign, CampaignStep::Disable);
        QCOMPARE(*described(m_oldKey).keyState, kms::KeyState::Disabled);
        perform(campaign, CampaignStep::ScheduleDeletion);
        QCOMPARE(*described(m_oldKey).keyState, kms::KeyState::PendingDeletion);
        QVERIFY(!campaign.record().next());
    }

    void goesOnAfterEveryStep() {
        begin();
        for (int i = 0; i < 6; ++i) {
            auto campaign = Campaign::open(file(), parts());
            QVERIFY2(campaign.has_value(), campaign ? "" : campaign.error().detail.c_str());
            perform(*campaign, *campaign->record().next());
        }
        auto campaign = Campaign::open(file(), parts());
        QCOMPARE(campaign->record().next(), CampaignStep::Watch);
        QCOMPARE(campaign->record().aliasReads, aliasReadsNeeded);
    }

    void makesOneSuccessorEvenWhenTheAnswerIsLost() {
        auto campaign = begin();
        // Made, but nobody heard: the file never learns the key.
        perform(campaign, CampaignStep::Successor);
        const std::string made = campaign.record().successorKey;
        auto record = campaign.record();
        record.successorKey.clear();
        record.of(CampaignStep::Successor) = {StepState::Begun, startOfTest, {}};
        overwrite(record);
        auto again = Campaign::open(file(), parts());
        QVERIFY(again.has_value());
        perform(*again, CampaignStep::Successor);
        QCOMPARE(again->record().successorKey, made);
        const auto calls = m_kms->calls();
        QCOMPARE(std::count(calls.begin(), calls.end(), kms::OperationId::CreateKey), 1);
    }

    void writesDownWhatFailed() {
        auto campaign = begin();
        m_kms->failNext(kms::OperationId::CreateKey, cutOff());
        auto done = campaign.perform(CampaignStep::Successor, {});
        QVERIFY(!done);
        auto again = Campaign::open(file(), parts());
        QCOMPARE(again->record().of(CampaignStep::Successor).state, StepState::Failed);
        QCOMPARE(again->record().of(CampaignStep::Successor).note, std::string("the answer was lost"));
        QCOMPARE(again->blocked(CampaignStep::Plan), std::string("First comes: Successor key."));
    }

    void failedItemsHoldTheCampaign() {
        auto campaign = begin();
        perform(campaign, CampaignStep::Successor);
        perform(campaign, CampaignStep::Plan);
        m_port.counters.failed = 2;
        QVERIFY(!campaign.perform(CampaignStep::DryRun, {}));
        QVERIFY(!campaign.perform(CampaignStep::Run, {}));
        QCOMPARE(campaign.record().next(), CampaignStep::DryRun);
    }

    void aliasCountsAfterThreeReadsInARow() {
        auto campaign = begin();
        takeUntil(campaign, CampaignStep::MoveAlias);
        int flips = 0;
        m_port.onPause = [&] {
            // After two good reads an old answer comes once more.
            if (++flips == 2) {
                pointAlias(m_oldKey);
            } else if (flips == 3) {
                pointAlias(campaign.record().successorKey);
            }
        };
        perform(campaign, CampaignStep::MoveAlias);
        QCOMPARE(m_port.pauses, 5); // good, good, old, good, good, good
    }

    void aUseBeginsTheWatchAgain() {
        auto campaign = begin();
        takeUntil(campaign, CampaignStep::Watch);
        perform(campaign, CampaignStep::Watch);
        m_clock->advance(std::chrono::days(6));
        m_port.use.at = startOfTest + std::chrono::days(5);
        m_port.use.operation = "Decrypt";
        m_clock->advance(std::chrono::days(2));
        perform(campaign, CampaignStep::Watch);
        QCOMPARE(campaign.record().of(CampaignStep::Watch).state, StepState::Waiting);
        QVERIFY(
            campaign.record().of(CampaignStep::Watch).note.starts_with("The old key was used (Decrypt)."));
        QCOMPARE(campaign.record().idle.watchedSince, std::optional(startOfTest + std::chrono::days(5)));
    }

    void theCampaignsOwnLookIsNoUse() {
        auto campaign = begin();
        takeUntil(campaign, CampaignStep::Watch);
        perform(campaign, CampaignStep::Watch);
        m_clock->advance(std::chrono::days(3));
        perform(campaign, CampaignStep::Watch);
        m_port.use.at = m_clock->now(); // its scan has used the key
        m_clock->advance(std::chrono::days(5));
        perform(campaign, CampaignStep::Watch);
        QCOMPARE(campaign.record().of(CampaignStep::Watch).state, StepState::Done);
    }

    void leftItemsAreNotIdle() {
        auto campaign = begin();
        takeUntil(campaign, CampaignStep::Watch);
        m_port.left = 1;
        m_clock->advance(std::chrono::days(30));
        perform(campaign, CampaignStep::Watch);
        QVERIFY(!campaign.blocked(CampaignStep::Disable).empty());
    }

    void saysWhatTheServiceCannotTell() {
        auto campaign = begin();
        takeUntil(campaign, CampaignStep::Watch);
        m_port.use = {false, "the service has no GetKeyLastUsage", std::nullopt, {}};
        perform(campaign, CampaignStep::Watch);
        m_clock->advance(std::chrono::days(7));
        perform(campaign, CampaignStep::Watch);
        QVERIFY(
            campaign.record().of(CampaignStep::Watch).note.ends_with("the service has no GetKeyLastUsage."));
    }

    void disablingLooksOnceMore_data() {
        QTest::addColumn<int>("what");
        QTest::newRow("item came back") << 0;
        QTest::newRow("used since") << 1;
        QTest::newRow("alias moved back") << 2;
    }
    void disablingLooksOnceMore() {
        QFETCH(const int, what);
        auto campaign = begin();
        takeUntil(campaign, CampaignStep::Watch);
        perform(campaign, CampaignStep::Watch);
        m_clock->advance(std::chrono::days(8));
        perform(campaign, CampaignStep::Watch);
        if (what == 0) {
            m_port.left = 4;
        } else if (what == 1) {
            m_clock->advance(std::chrono::hours(1));
            m_port.use.at = m_clock->now();
        } else {
            pointAlias(m_oldKey);
        }
        QVERIFY(!campaign.perform(CampaignStep::Disable, {}));
        QCOMPARE(*described(m_oldKey).keyState, kms::KeyState::Enabled);
        QVERIFY(campaign.record().next() < CampaignStep::Disable);
    }

    void deletionNeedsAKeyThatStayedDisabled() {
        auto campaign = begin();
        takeUntil(campaign, CampaignStep::ScheduleDeletion);
        kms::EnableKey::Request request;
        request.keyId = m_oldKey;
        QVERIFY(kms::callAndWait<kms::EnableKey>(*m_kms, std::move(request)));
        QVERIFY(!campaign.perform(CampaignStep::ScheduleDeletion, {}));
        QCOMPARE(campaign.record().next(), CampaignStep::Disable);
    }

    void newMaterialKeepsTheKey() {
        CampaignSpec asked = spec();
        asked.newMaterial = true;
        auto campaign = begin(asked);
        takeUntil(campaign, CampaignStep::Count_);
        QVERIFY(!campaign.record().next());
        QCOMPARE(m_port.performed.front(), "plan job.yaml " + m_oldKey);
        QCOMPARE(*described(m_oldKey).keyState, kms::KeyState::Enabled);
    }

    void badCampaignsAreRefused_data() {
        QTest::addColumn<std::string>("member");
        for (const char *member :
             {"old-key", "alias", "successor", "jobs", "deletion-window-days", "idle-days"}) {
            QTest::newRow(member) << std::string(member);
        }
    }
    void badCampaignsAreRefused() {
        QFETCH(const std::string, member);
        CampaignSpec asked = spec();
        if (member == "old-key") {
            asked.oldKey = "alias/app";
        } else if (member == "alias") {
            asked.alias = "app";
        } else if (member == "successor") {
            asked.successor = asked.oldKey;
        } else if (member == "jobs") {
            asked.jobs.clear();
        } else if (member == "idle-days") {
            asked.idleDays = 4000;
        } else {
            asked.deletionWindowDays = 31;
        }
        auto campaign = Campaign::begin(file(), asked, parts());
        QVERIFY(!campaign);
        QVERIFY(campaign.error().detail.starts_with(member + ": "));
        QVERIFY(!std::filesystem::exists(file()));
    }

    void brokenFilesNameTheLine_data() {
        QTest::addColumn<std::string>("from");
        QTest::addColumn<std::string>("to");
        QTest::addColumn<std::string>("message");
        QTest::newRow("unknown") << std::string("idle-days: 7") << std::string("idle-dayz: 7")
                                 << std::string("idle-dayz: is unknown");
        QTest::newRow("type") << std::string("idle-days: 7") << std::string("idle-days: [7]")
                              << std::string("idle-days: must be one value");
        QTest::newRow("number") << std::string("idle-days: 7") << std::string("idle-days: soon")
                                << std::string("idle-days: must be a number");
        QTest::newRow("state") << std::string("state: waiting") << std::string("state: maybe")
                               << std::string("steps.successor.state: is unknown");
        QTest::newRow("time") << std::string("created: 2026") << std::string("created: x2026")
                              << std::string("created: must be a time");
        QTest::newRow("later") << std::string("keyturn-campaign: 1") << std::string("keyturn-campaign: 2")
                               << std::string("later Keyturn");
        QTest::newRow("yaml") << std::string("steps:") << std::string("steps: {")
                              << std::string("no valid YAML");
    }
    void brokenFilesNameTheLine() {
        QFETCH(const std::string, from);
        QFETCH(const std::string, to);
        QFETCH(const std::string, message);
        std::string text = writeCampaign(begin().record());
        const auto at = text.find(from);
        QVERIFY(at != std::string::npos);
        text.replace(at, from.size(), to);
        auto parsed = parseCampaign(text);
        QVERIFY(!parsed);
        QVERIFY2(parsed.error().detail.find(message) != std::string::npos, parsed.error().detail.c_str());
    }

    void filesKeepEverything() {
        auto campaign = begin();
        takeUntil(campaign, CampaignStep::Disable);
        auto parsed = parseCampaign(writeCampaign(campaign.record()));
        QVERIFY(parsed.has_value());
        QVERIFY(*parsed == campaign.record());
    }

    void everyStepSaysWhatItDoesNot() {
        CampaignSpec asked = spec();
        asked.reason = "compromise";
        const auto campaign = begin(asked);
        for (std::size_t i = 0; i < campaignStepCount; ++i) {
            const auto said = words(static_cast<CampaignStep>(i), campaign.record());
            QVERIFY(!said.does.empty() && !said.doesNot.empty());
        }
        QVERIFY(
            words(CampaignStep::Disable, campaign.record()).warning.starts_with("Finalise every job first"));
    }

private:
    CampaignSpec spec() const {
        CampaignSpec asked;
        asked.name = "app";
        asked.oldKey = m_oldKey;
        asked.alias = "alias/app";
        asked.jobs = {"job.yaml"};
        return asked;
    }
    Campaign::Parts parts() { return {m_kms, &m_port, m_clock}; }
    std::filesystem::path file() const {
        return std::filesystem::path(m_dir->path().toStdString()) / "campaigns" / "app.yaml";
    }
    Campaign begin() { return begin(spec()); }
    Campaign begin(const CampaignSpec &asked) {
        std::filesystem::remove(file());
        auto campaign = Campaign::begin(file(), asked, parts());
        Q_ASSERT(campaign);
        return std::move(*campaign);
    }
    void perform(Campaign &campaign, CampaignStep step) {
        auto done = campaign.perform(step, {});
        QVERIFY2(done.has_value(), done ? "" : done.error().detail.c_str());
    }
    void takeUntil(Campaign &campaign, CampaignStep end) {
        while (campaign.record().next() && *campaign.record().next() < end) {
            if (campaign.record().next() == CampaignStep::Watch) {
                m_clock->advance(std::chrono::days(8));
            }
            perform(campaign, *campaign.record().next());
            if (QTest::currentTestFailed()) {
                return;
            }
        }
    }
    void overwrite(const CampaignRecord &record) {
        std::ofstream(file(), std::ios::binary) << writeCampaign(record);
    }
    void pointAlias(const std::string &key) {
        kms::UpdateAlias::Request request;
        request.aliasName = "alias/app";
        request.targetKeyId = key;
        QVERIFY(kms::callAndWait<kms::UpdateAlias>(*m_kms, std::move(request)));
    }
    kms::KeyMetadata described(const std::string &key) {
        kms::DescribeKey::Request request;
        request.keyId = key;
        auto reply = kms::callAndWait<kms::DescribeKey>(*m_kms, std::move(request));
        return reply && reply->keyMetadata ? *reply->keyMetadata : kms::KeyMetadata();
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::shared_ptr<ManualClock> m_clock;
    std::shared_ptr<test::FakeKms> m_kms;
    std::string m_oldKey;
    Port m_port;
};

} // namespace keyturn::reencrypt

QTEST_GUILESS_MAIN(keyturn::reencrypt::TestCampaign)
#include "tst_campaign.moc"
