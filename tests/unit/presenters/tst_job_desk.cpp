// SPDX-License-Identifier: Apache-2.0
// The jobs of a person: new ones get a journal and a job file that the terminal finds, old ones open with the
// key that they were made with, and what cannot be read is counted and left alone.
#include "unit/presenters/job_scene.h"

#include "base/atomic_file.h"
#include "reencrypt/job_file.h"
#include "ui/presenters/job_backing.h"

#include <QSignalSpy>
#include <QTest>

using namespace keyturn;
using namespace keyturn::test;
using reencrypt::JobState;

class TestJobDesk : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_scene = std::make_unique<JobScene>();
        m_file = m_scene->writeLines("users.jsonl", 5);
    }
    void cleanup() { m_scene.reset(); }

    void aNewJobHasAJournalAKeyAndAJobFile() {
        const auto spec = m_scene->jobOn(m_file);
        auto job = m_scene->openNew(spec);
        QCOMPARE(m_scene->keychain().items.size(), std::size_t(1));
        QVERIFY(!std::filesystem::exists(job.journal)); // nothing ran yet
        run(job, spec);
        QVERIFY(std::filesystem::exists(job.journal));
        const auto read = reencrypt::readJobFile(job.jobFile);
        QVERIFY(read.has_value());
        QVERIFY(read->source == spec.source && read->destinationKey == spec.destinationKey);
        m_scene->jobs().refresh();
        QCOMPARE(m_scene->jobs().entries().size(), std::size_t(1));
        const auto &entry = m_scene->jobs().entries().front();
        QCOMPARE(entry.journal.string(), job.journal.string());
        QVERIFY(entry.head.state == JobState::Done);
        QVERIFY(entry.heldBy.isEmpty()); // between acts others may work on it
        QVERIFY(entry.head.keySource.starts_with("keychain"));
    }

    void jobsOfOneEndpointShareTheirRate() {
        const auto spec = m_scene->jobOn(m_file);
        const auto rateBy = [&](const std::shared_ptr<reencrypt::JobRates> &rates) {
            return ui::JobBacking::of(m_scene->desk().session(), rates).partsFor(spec, {}).rate;
        };
        const auto ofTheDesk = m_scene->jobs().planningParts().jobParts(spec).rate;
        QCOMPARE(rateBy(m_scene->jobs().rates()).get(), ofTheDesk.get()); // as a campaign beside it
        QVERIFY(rateBy(std::make_shared<reencrypt::JobRates>()).get() != ofTheDesk.get());
    }

    void aRunningJobIsHeld() {
        const auto spec = m_scene->jobOn(m_file);
        auto job = m_scene->openNew(spec);
        m_scene->desk().kms().holdAnswers();
        job.presenter->run(spec);
        QTRY_VERIFY([&] {
            m_scene->jobs().refresh();
            return m_scene->jobs().entries().size() == 1 &&
                   !m_scene->jobs().entries().front().heldBy.isEmpty();
        }());
        m_scene->desk().kms().answerHeld();
        QVERIFY(JobScene::outcomeOf(*job.presenter).has_value());
        m_scene->jobs().refresh();
        QVERIFY(m_scene->jobs().entries().front().heldBy.isEmpty());
    }

    void anotherJobOfThatNameGetsItsOwnFiles() {
        const auto first = m_scene->jobOn(m_file);
        auto second = first;
        second.safety.dryRun = true;
        auto one = m_scene->openNew(first);
        run(one, first);
        auto two = m_scene->openNew(second);
        QVERIFY(one.jobFile != two.jobFile);
        QVERIFY(one.journal != two.journal);
        auto same = m_scene->openNew(first); // once more: the same file, a journal beside the old one
        QCOMPARE(same.jobFile.string(), one.jobFile.string());
        QVERIFY(same.journal != one.journal);
    }

    void aSavedJobFileIsUsedAsItIs() {
        const auto spec = m_scene->jobOn(m_file);
        const auto saved = m_scene->desk().folder() / "mine.yaml";
        auto job = m_scene->openNew(spec, QString::fromStdString(saved.string()));
        QCOMPARE(job.jobFile.string(), saved.string());
        QCOMPARE(job.journal.stem().string(), std::string("mine"));
    }

    void anEarlierJobOpensWithItsKey() {
        const auto spec = m_scene->jobOn(m_file);
        {
            auto job = m_scene->openNew(spec);
            run(job, spec);
        }
        m_scene->jobs().refresh();
        const ui::JobEntry entry = m_scene->jobs().entries().front();
        auto again = m_scene->openAgain(entry);
        again.presenter->undo();
        QVERIFY(JobScene::outcomeOf(*again.presenter).has_value());
        QCOMPARE(m_scene->readableUnder(m_file, JobScene::oldKey), 5);
    }

    void withoutItsKeyAJobDoesNotOpen() {
        const auto spec = m_scene->jobOn(m_file);
        auto job = m_scene->openNew(spec);
        run(job, spec);
        m_scene->jobs().refresh();
        m_scene->keychain().items.clear();
        std::optional<bool> opened;
        m_scene->jobs().openAgain(m_scene->jobs().entries().front(),
                                  [&](Result<ui::OpenedJob> again) { opened = again.has_value(); });
        QTRY_VERIFY(opened.has_value());
        QVERIFY(!*opened);
    }

    void nothingOpensWhileNothingIsOpen() {
        m_scene->desk().session().close();
        std::optional<ErrorCode> code;
        m_scene->jobs().openNew(m_scene->jobOn(m_file), {}, [&](Result<ui::OpenedJob> job) {
            code = job ? ErrorCode::Unknown : job.error().code;
        });
        QVERIFY(code == ErrorCode::VaultLocked);
    }

    void unreadableJournalsAreCountedAndLeftAlone() {
        std::filesystem::create_directories(m_scene->journals());
        const auto broken = m_scene->journals() / "broken.journal";
        const std::string rubbish = "no journal";
        QVERIFY(writeFileAtomically(broken, asBytes(rubbish), {}).has_value());
        QSignalSpy changed(&m_scene->jobs(), &ui::JobDesk::entriesChanged);
        m_scene->jobs().refresh();
        QCOMPARE(changed.size(), 1);
        QCOMPARE(m_scene->jobs().unreadable(), 1);
        QVERIFY(m_scene->jobs().entries().empty());
        QCOMPARE(std::string(asText(fileContent(broken))), rubbish);
    }

    void theNewestJobStandsFirst() {
        const auto spec = m_scene->jobOn(m_file);
        auto one = m_scene->openNew(spec);
        run(one, spec);
        auto other = spec;
        other.name = "users again";
        auto two = m_scene->openNew(other);
        run(two, other);
        m_scene->jobs().refresh();
        QCOMPARE(m_scene->jobs().entries().size(), std::size_t(2));
        QCOMPARE(m_scene->jobs().entries().front().head.spec.name, other.name);
    }

private:
    static void run(ui::OpenedJob &job, const reencrypt::JobSpec &spec) {
        job.presenter->run(spec);
        const Status outcome = JobScene::outcomeOf(*job.presenter);
        QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().detail.c_str());
    }

    std::unique_ptr<JobScene> m_scene;
    std::filesystem::path m_file;
};

QTEST_GUILESS_MAIN(TestJobDesk)
#include "tst_job_desk.moc"
