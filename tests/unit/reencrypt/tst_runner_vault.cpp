// SPDX-License-Identifier: Apache-2.0
// Jobs over a real vault: every item proven by decryption, calls logged together under the job's id, the
// vault locked in the middle, a journal of yesterday put back.
#include "base/atomic_file.h"
#include "base/encoding.h"
#include "fakes/watched_kms.h"
#include "reencrypt/mover_keys.h"
#include "reencrypt/runner.h"
#include "unit/reencrypt/journal_fixture.h"
#include "unit/vault/kms_vault.h"

#include <QObject>
#include <QTest>

#include <atomic>
#include <fstream>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;
using keyturn::test::KmsVault;
using keyturn::test::WatchedKms;
using kms::OperationId;

namespace {

constexpr int lineCount = 100;
constexpr std::string_view canary = "CANARY-plaintext-";

/// Locks the vault just before the n-th call, as its owner may at any time.
class LockingKms final : public kms::KmsService {
public:
    LockingKms(vault::VaultKms &vault, int at)
        : m_vault(vault)
        , m_at(at) {}
    kms::Capabilities capabilities() const override { return m_vault.capabilities(); }
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override {
        if (++m_calls == m_at) {
            QVERIFY(m_vault.lock());
        }
        m_vault.submit(std::move(request), std::move(context), std::move(completion));
    }

private:
    vault::VaultKms &m_vault;
    const int m_at;
    std::atomic<int> m_calls = 0;
};

class VaultJob {
public:
    VaultJob() {
        spec.name = "vault job";
        spec.source.kind = SourceKind::JsonLines;
        spec.source.paths = {"t.jsonl"};
        spec.finder.blob = "/k";
        spec.context.pairs = {{"line", *ContextTemplate::parse("{/n}")}};
        oldKey = vault.makeKeyId();
        newKey = vault.makeKeyId();
        spec.destinationKey = newKey;
        std::ofstream out(path("t.jsonl"));
        for (int line = 0; line < lineCount; ++line) {
            const std::string n = std::to_string(line);
            out << "{\"n\":\"" << n << "\",\"k\":\""
                << toBase64(vault.ciphertext(oldKey, std::string(canary) + n, {{"line", n}})) << "\"}\n";
        }
    }

    std::filesystem::path path(const std::string &name) const {
        return folder.path().toStdString() + "/" + name;
    }
    std::shared_ptr<kms::KmsService> service() {
        return {std::shared_ptr<void>(), &vault.kms()}; // the vault outlives its users
    }
    Status run(std::shared_ptr<kms::KmsService> service) {
        const auto file = path("t.journal");
        auto journal = std::filesystem::exists(file)
                           ? Journal::open(file, journalKey(), systemClock())
                           : Journal::create(file, spec, journalKey(), "vault", systemClock());
        if (!journal) {
            return failFrom(journal);
        }
        JobParts parts;
        parts.services = {std::move(service), nullptr, true, {}};
        parts.base = folder.path().toStdString();
        JobRunner runner(std::move(*journal), std::move(parts));
        auto ran = runner.run();
        head = runner.head();
        return ran;
    }
    int linesUnderTheNewKey() {
        std::ifstream in(path("t.jsonl"));
        int count = 0;
        int number = 0;
        for (std::string line; std::getline(in, line); ++number) {
            const std::string n = std::to_string(number);
            const std::string front = "{\"n\":\"" + n + "\",\"k\":\"";
            const auto blob = line.starts_with(front) && line.ends_with("\"}")
                                  ? fromBase64(line.substr(front.size(), line.size() - front.size() - 2))
                                  : Result<Bytes>(Bytes());
            auto opened = blob ? vault.decrypt(*blob, {{"line", n}}, newKey)
                               : Result<kms::Decrypt::Reply>(fail(ErrorCode::BadEncoding, ""));
            count += opened && opened->plaintext->text() == std::string(canary) + n ? 1 : 0;
        }
        return number == lineCount ? count : -1;
    }

    QTemporaryDir folder;
    KmsVault vault;
    JobSpec spec;
    std::string oldKey;
    std::string newKey;
    JournalHead head;
};

bool holdsCanary(const std::filesystem::path &file) {
    const auto content = readFile(file, 64 << 20);
    return content && asText(*content).find(canary) != std::string_view::npos;
}

} // namespace

class RunnerVaultTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyItemIsProvenByDecryption() {
        VaultJob job;
        const auto watched = std::make_shared<WatchedKms>(job.service());
        const Status ran = job.run(watched);
        QVERIFY2(ran.has_value(), ran ? "" : ran.error().detail.c_str());
        QVERIFY(job.head.state == JobState::Done);
        QCOMPARE(job.head.counters.verified, std::uint64_t(lineCount));
        // The ciphertexts name their key: nobody was asked for it.
        QCOMPARE(watched->count(OperationId::ReEncrypt), lineCount);
        QCOMPARE(watched->count(OperationId::Decrypt), 2 * lineCount);
        QCOMPARE(job.linesUnderTheNewKey(), lineCount);
        for (const auto &entry : std::filesystem::directory_iterator(job.folder.path().toStdString())) {
            QVERIFY2(!holdsCanary(entry.path()), entry.path().c_str());
        }
    }

    void callsAreLoggedTogetherUnderTheJobsId() {
        VaultJob job;
        QVERIFY(job.run(job.service()).has_value());
        std::uint64_t calls = 0;
        std::uint64_t records = 0;
        const auto read = job.vault.kms().withContainer([&](vault::Container &container) -> Status {
            auto newest = container.newestLogRecords(10'000);
            if (!newest) {
                return failFrom(newest);
            }
            for (const auto &stored : *newest) {
                const chainlog::Record &record = stored.record;
                if (record.actor == job.head.jobId) {
                    ++records;
                    const auto counted = record.note.rfind(" calls");
                    const auto begin = record.note.find_last_not_of("0123456789", counted - 1);
                    calls +=
                        counted == std::string::npos
                            ? 1
                            : std::stoull(record.note.substr(begin == std::string::npos ? 0 : begin + 1));
                }
            }
            return {};
        });
        QVERIFY(read.has_value());
        QCOMPARE(calls, std::uint64_t(3 * lineCount));
        QVERIFY2(records < 3 * lineCount, std::to_string(records).c_str());
    }

    void lockedInTheMiddleItPausesAndGoesOn_data() {
        QTest::addColumn<int>("call");
        for (const int call : {1, 2, 50, 150, 3 * lineCount - 1}) {
            QTest::addRow("call %d", call) << call;
        }
    }
    void lockedInTheMiddleItPausesAndGoesOn() {
        QFETCH(int, call);
        VaultJob job;
        const Status stopped = job.run(std::make_shared<LockingKms>(job.vault.kms(), call));
        QVERIFY(!stopped);
        QVERIFY2(stopped.error().code == ErrorCode::VaultLocked, stopped.error().detail.c_str());
        QVERIFY(job.head.state == JobState::Paused && !job.head.reason.empty());
        QCOMPARE(job.head.counters.failed, std::uint64_t(0));
        job.vault.reopen();
        const Status resumed = job.run(job.service());
        QVERIFY2(resumed.has_value(), resumed ? "" : resumed.error().detail.c_str());
        QCOMPARE(job.linesUnderTheNewKey(), lineCount);
        QCOMPARE(job.head.counters.found, std::uint64_t(lineCount));
    }

    /// The one change that a journal cannot see does no harm.
    void aJournalOfYesterdayDoesNoHarm() {
        VaultJob job;
        const Status stopped = job.run(std::make_shared<LockingKms>(job.vault.kms(), 2));
        QVERIFY(!stopped);
        job.vault.reopen();
        const auto yesterday = readFile(job.path("t.journal"), 64 << 20);
        QVERIFY(yesterday.has_value());
        QVERIFY(job.run(job.service()).has_value());
        QVERIFY(writeFileAtomically(job.path("t.journal"), *yesterday, {}));
        const Status again = job.run(job.service());
        QVERIFY2(again.has_value(), again ? "" : again.error().detail.c_str());
        QCOMPARE(job.linesUnderTheNewKey(), lineCount);
        // Found moved already, or, where the old journal has begun on the file, left alone as changed since.
        const Counters &counters = job.head.counters;
        QCOMPARE(counters.failed, std::uint64_t(0));
        QCOMPARE(counters.done, std::uint64_t(0));
    }
};

QTEST_GUILESS_MAIN(RunnerVaultTest)
#include "tst_runner_vault.moc"
