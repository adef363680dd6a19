// SPDX-License-Identifier: Apache-2.0
// What goes into the history, and what is held back until it is there.
#include "base/atomic_file.h"
#include "fakes/fake_kms.h"
#include "fakes/watched_kms.h"
#include "history_scene.h"
#include "kms/call.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/schedule_key_deletion.h"

#include <QObject>
#include <QTest>

#include <atomic>
#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <thread>

using namespace keyturn;
using namespace keyturn::history;
using namespace keyturn::history::test;
using kms::callAndWait;

namespace {

kms::EnableKey::Request enable(const std::string &key) {
    kms::EnableKey::Request request;
    request.keyId = key;
    return request;
}

kms::Encrypt::Request encrypt(const std::string &key, std::string_view plaintext,
                              kms::EncryptionContext context = {}) {
    kms::Encrypt::Request request;
    request.keyId = key;
    request.plaintext = SecretBytes::copyOf(plaintext);
    if (!context.empty()) {
        request.encryptionContext = std::move(context);
    }
    return request;
}

struct Service : HistoryScene {
    std::shared_ptr<keyturn::test::FakeKms> fake = std::make_shared<keyturn::test::FakeKms>();
    std::shared_ptr<keyturn::test::WatchedKms> watched = std::make_shared<keyturn::test::WatchedKms>(fake);
    std::string key = fake->addKey("alias/one");
    std::string other = fake->addKey();
    std::shared_ptr<Recorder> writes = recorder();
    std::unique_ptr<RecordedKms> kms = std::make_unique<RecordedKms>(watched, writes, "prod");

    void useOptions(RecorderOptions options) {
        kms.reset();
        writes = recorder(std::move(options));
        kms = std::make_unique<RecordedKms>(watched, writes, "prod");
    }
};

/// While it lives, this program's files cannot grow: a disk that is full.
class FullDisk {
public:
    explicit FullDisk(std::uintmax_t bytes) {
        ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit limit = m_before;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &m_before); }
    FullDisk(const FullDisk &) = delete;
    FullDisk &operator=(const FullDisk &) = delete;

private:
    rlimit m_before{};
};

} // namespace

class TestHistory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void entriesComeBackAsTheyWere() {
        HistoryEntry entry;
        entry.time = Timestamp(std::chrono::microseconds(1'764'000'000'123'456LL));
        entry.monotonicMicroseconds = 17;
        entry.program = "console";
        entry.operation = "ReEncrypt";
        entry.stage = Stage::Sum;
        entry.callId = "0123456789abcdef";
        entry.profile = "a = b\\n\nüé\\";
        entry.jobId = "job";
        entry.calls = 250;
        entry.key = "alias/x=y";
        entry.material = std::string(64, 'a');
        entry.destinationKey = "arn:aws:kms:eu-central-1:111122223333:key/x";
        entry.destinationMaterial = std::string(64, 'b');
        entry.outcome = "Success";
        entry.requestId = "r";
        entry.dryRun = true;
        entry.detail = "AliasName=alias/x";
        entry.context = "{\"a\":\"b\"}";
        entry.contextDigest = Bytes(32, 1);
        entry.destinationContextDigest = Bytes(32, 2);
        const auto read = toEntry(toRecord(entry));
        QVERIFY(read.has_value());
        QVERIFY(*read == entry);
        // Words take the place of what no record can hold.
        entry.key = std::string(5000, 'k');
        entry.profile = "\xff";
        const auto cut = toEntry(toRecord(entry));
        QVERIFY(cut.has_value());
        QCOMPARE(cut->key, std::string("(5000 bytes, too long)"));
        QCOMPARE(cut->profile, std::string("(not UTF-8)"));
    }

    void aChangeHasIntentAndOutcome() {
        Service service;
        QVERIFY(callAndWait<kms::EnableKey>(*service.kms, enable(service.key)));
        const auto entries = service.entries();
        QCOMPARE(entries.size(), std::size_t{2}); // both durable when the answer came
        QCOMPARE(entries[0].stage, Stage::Intent);
        QCOMPARE(entries[0].outcome, std::string("Intent"));
        QCOMPARE(entries[0].key, service.key);
        QCOMPARE(entries[0].profile, std::string("prod"));
        QCOMPARE(entries[0].program, std::string("cli"));
        QCOMPARE(entries[1].stage, Stage::Outcome);
        QCOMPARE(entries[1].outcome, std::string("Success"));
        QCOMPARE(entries[1].callId, entries[0].callId);
        QCOMPARE(entries[0].callId.size(), std::size_t{16});
    }

    void theIntentIsThereBeforeTheServiceHearsOfIt() {
        Service service;
        std::size_t seen = 0;
        service.watched->before = [&](int, const kms::AnyRequest &) -> std::optional<Error> {
            seen = service.entries().size();
            return std::nullopt;
        };
        QVERIFY(callAndWait<kms::EnableKey>(*service.kms, enable(service.key)));
        QCOMPARE(seen, std::size_t{1});
    }

    void anErrorIsAnOutcomeToo() {
        Service service;
        const auto failed = callAndWait<kms::EnableKey>(*service.kms, enable("1234abcd-0000-0000-0000-0"));
        QVERIFY(!failed);
        QCOMPARE(service.entries().back().outcome, std::string(errorCodeName(failed.error().code)));
        Error odd = serviceError(ErrorCode::Unknown, "secret-looking message");
        odd.serviceCode = "Odd Exception\n<x>";
        service.fake->failNext(kms::OperationId::DisableKey, odd);
        kms::DisableKey::Request disable;
        disable.keyId = service.key;
        QVERIFY(!callAndWait<kms::DisableKey>(*service.kms, std::move(disable)));
        QCOMPARE(service.entries().back().outcome, std::string("OddExceptionx"));
    }

    void aNewKeyIsNamedByItsOutcome() {
        Service service;
        const auto made = callAndWait<kms::CreateKey>(*service.kms, {});
        QVERIFY(made.has_value());
        const auto entries = service.entries();
        QVERIFY(entries[0].key.empty());
        QCOMPARE(entries[1].key, *made->keyMetadata->arn);
        kms::CreateAlias::Request alias;
        alias.aliasName = "alias/new";
        alias.targetKeyId = service.key;
        QVERIFY(callAndWait<kms::CreateAlias>(*service.kms, std::move(alias)));
        QCOMPARE(service.entries().back().detail, std::string("AliasName=alias/new"));
        kms::ScheduleKeyDeletion::Request schedule;
        schedule.keyId = service.key;
        schedule.pendingWindowInDays = 9;
        QVERIFY(callAndWait<kms::ScheduleKeyDeletion>(*service.kms, std::move(schedule)));
        QCOMPARE(service.entries().back().detail, std::string("PendingWindowInDays=9"));
    }

    void nothingIsSentWhenTheDiskIsFull() {
        Service service;
        QVERIFY(callAndWait<kms::EnableKey>(*service.kms, enable(service.key)));
        const auto before = service.entries().size();
        service.watched->forget();
        {
            const FullDisk full(std::filesystem::file_size(service.file()) + 20);
            const auto refused = callAndWait<kms::EnableKey>(*service.kms, enable(service.key));
            QVERIFY(!refused);
            QVERIFY2(refused.error().detail.find("EnableKey was not sent") == 0,
                     refused.error().detail.c_str());
            QVERIFY(refused.error().detail.find("history.ktlog") != std::string::npos);
            kms::CallContext job;
            job.jobId = "job";
            QVERIFY(!callAndWait<kms::Encrypt>(*service.kms, encrypt(service.key, "x"), job));
            QCOMPARE(service.watched->calls(), 0);
            // What only uses a key is not held up; that it is missing is told later.
            QVERIFY(callAndWait<kms::Encrypt>(*service.kms, encrypt(service.key, "x")));
            QCOMPARE(service.watched->calls(), 1);
            QCOMPARE(service.writes->lostCalls(), std::uint64_t{1});
        }
        QVERIFY(callAndWait<kms::EnableKey>(*service.kms, enable(service.key)));
        QCOMPARE(service.writes->lostCalls(), std::uint64_t{0});
        const auto entries = service.entries();
        QCOMPARE(entries.size(), before + 3);
        QCOMPARE(entries[before].operation, std::string(gapAction));
        QCOMPARE(entries[before].calls, std::uint64_t{1});
        QVERIFY(service.log()->verify()->findings.empty());
    }

    void nothingIsSentWhileTheHistoryIsDamaged() {
        Service service;
        QVERIFY(callAndWait<kms::EnableKey>(*service.kms, enable(service.key)));
        service.watched->forget();
        std::filesystem::resize_file(service.file(), std::filesystem::file_size(service.file()) - 1);
        const auto refused = callAndWait<kms::EnableKey>(*service.kms, enable(service.key));
        QVERIFY(!refused && refused.error().detail.find("history verify") != std::string::npos);
        QCOMPARE(service.watched->calls(), 0);
        // Moved away as the error says: a new one begins.
        std::filesystem::rename(service.file(), service.file().string() + ".kept");
        QVERIFY(callAndWait<kms::EnableKey>(*service.kms, enable(service.key)));
        QCOMPARE(service.entries().size(), std::size_t{2});
    }

    void withoutAKeyNothingIsSent() {
        Service service;
        std::atomic<int> asked = 0;
        auto options = service.options();
        options.askForKey = [&] { ++asked; };
        service.kms.reset();
        service.writes = std::make_shared<Recorder>(options);
        service.kms = std::make_unique<RecordedKms>(service.watched, service.writes, "prod");
        std::atomic<int> answers = 0;
        ErrorCode code = ErrorCode::Unknown;
        service.kms->submit(kms::AnyRequest::of<kms::EnableKey>(enable(service.key)), {},
                            [&](Result<kms::AnyReply> reply) {
                                code = reply ? ErrorCode::Unknown : reply.error().code;
                                ++answers;
                            });
        QCOMPARE(asked.load(), 1);
        QCOMPARE(answers.load(), 0);
        service.writes->provideKey(fail(ErrorCode::KeychainLocked, "locked"));
        QTRY_COMPARE(answers.load(), 1);
        QCOMPARE(code, ErrorCode::KeychainLocked);
        QCOMPARE(service.watched->calls(), 0);
        service.writes->provideKey(historyKey());
        QVERIFY(callAndWait<kms::EnableKey>(*service.kms, enable(service.key)));
    }

    /// A window that closes while the keychain asks for its password.
    void theEndRefusesWhatWaits() {
        Service service;
        service.kms.reset();
        service.writes = std::make_shared<Recorder>(service.options());
        service.kms = std::make_unique<RecordedKms>(service.watched, service.writes, "prod");
        int answers = 0;
        service.kms->submit(kms::AnyRequest::of<kms::EnableKey>(enable(service.key)), {},
                            [&](Result<kms::AnyReply> reply) {
                                QVERIFY(!reply && reply.error().code == ErrorCode::Cancelled);
                                ++answers;
                            });
        service.kms.reset();
        QCOMPARE(answers, 1);
        QCOMPARE(service.watched->calls(), 0);
    }

    void usesAndReads() {
        Service service;
        const auto made = callAndWait<kms::Encrypt>(*service.kms, encrypt("alias/one", "x"));
        QVERIFY(made.has_value());
        QCOMPARE(service.entries().size(), std::size_t{1}); // durable before its answer
        QCOMPARE(service.entries()[0].stage, Stage::Call);
        QCOMPARE(service.entries()[0].key, *made->keyId); // as the service says it
        QVERIFY(callAndWait<kms::ListKeys>(*service.kms, {}));
        QVERIFY(service.writes->flush());
        QCOMPARE(service.entries().back().operation, std::string("ListKeys"));
    }

    void readsComeByThemselves() {
        Service service;
        QVERIFY(callAndWait<kms::ListKeys>(*service.kms, {}));
        QTRY_COMPARE(service.entries().size(), std::size_t{1});
    }

    void contextsAreHashed() {
        Service service;
        const auto digestOf = [&](kms::EncryptionContext context) {
            [&] { QVERIFY(callAndWait<kms::Encrypt>(*service.kms, encrypt(service.key, "x", context))); }();
            return service.entries().back();
        };
        const auto first = digestOf({{"a", "1"}, {"b", "2"}});
        QCOMPARE(first.contextDigest.size(), std::size_t{32});
        QVERIFY(first.context.empty());
        QCOMPARE(digestOf({{"b", "2"}, {"a", "1"}}).contextDigest, first.contextDigest);
        QVERIFY(digestOf({{"a", "12"}, {"b", ""}}).contextDigest != first.contextDigest);
        QVERIFY(digestOf({}).contextDigest.empty());
        auto options = service.options();
        options.contextInTheClear = true;
        service.useOptions(options);
        QCOMPARE(digestOf({{"a", "1\"2"}}).context, std::string("{\"a\":\"1\\\"2\"}"));
    }

    void aReEncryptNamesBothSides() {
        Service service;
        const auto made =
            callAndWait<kms::Encrypt>(*service.kms, encrypt(service.key, "x", {{"tenant", "one"}}));
        kms::ReEncrypt::Request request;
        request.ciphertextBlob = *made->ciphertextBlob;
        request.sourceEncryptionContext = kms::EncryptionContext{{"tenant", "one"}};
        request.destinationEncryptionContext = kms::EncryptionContext{{"tenant", "two"}};
        request.destinationKeyId = service.other;
        const auto moved = callAndWait<kms::ReEncrypt>(*service.kms, std::move(request));
        QVERIFY(moved.has_value());
        const auto entry = service.entries().back();
        QCOMPARE(entry.key, *moved->sourceKeyId);
        QCOMPARE(entry.destinationKey, *moved->keyId);
        QVERIFY(entry.contextDigest != entry.destinationContextDigest);
        QCOMPARE(entry.destinationContextDigest.size(), std::size_t{32});
    }

    void aJobsCallsAreSummed() {
        Service service;
        auto options = service.options();
        options.sumDelay = std::chrono::hours(1); // only what is asked for is written
        service.useOptions(options);
        constexpr int calls = 2000;
        std::atomic<int> answers = 0;
        const auto run = [&] {
            for (int i = 0; i < calls / 2; ++i) {
                kms::CallContext context;
                context.jobId = "0123";
                service.kms->submit(
                    kms::AnyRequest::of<kms::Encrypt>(
                        encrypt(i % 100 == 0 ? "missing" : service.key, "x", {{"row", std::to_string(i)}})),
                    std::move(context), [&](const Result<kms::AnyReply> &) { ++answers; });
            }
        };
        std::thread second(run);
        run();
        second.join();
        QTRY_COMPARE(answers.load(), calls);
        QCOMPARE(service.entries().size(), std::size_t{1}); // its intent
        QCOMPARE(service.entries()[0].stage, Stage::Intent);
        QVERIFY(service.writes->flush());
        const auto entries = service.entries();
        QCOMPARE(entries.size(), std::size_t{3});
        std::uint64_t good = 0;
        std::uint64_t bad = 0;
        for (std::size_t i = 1; i < entries.size(); ++i) {
            QCOMPARE(entries[i].stage, Stage::Sum);
            QCOMPARE(entries[i].jobId, std::string("0123"));
            QCOMPARE(entries[i].callId, entries[0].callId);
            QVERIFY(entries[i].contextDigest.empty()); // they differ
            (entries[i].outcome == "Success" ? good : bad) += entries[i].calls;
        }
        QCOMPARE(good, std::uint64_t{calls - 20});
        QCOMPARE(bad, std::uint64_t{20});
        QVERIFY(service.log()->verify()->pages < 10); // not a sync for each call
    }

    void aVaultsHistoryFollows() {
        Service service;
        RecordedKms vault(service.watched, service.writes, "vault", Certainty::Follows);
        {
            QVERIFY(callAndWait<kms::EnableKey>(vault, enable(service.key)));
            QVERIFY(service.writes->flush());
            const FullDisk full(std::filesystem::file_size(service.file()) + 20);
            QVERIFY(callAndWait<kms::EnableKey>(vault, enable(service.key)));
        }
        const auto entries = service.entries();
        QVERIFY(!entries.empty());
        QCOMPARE(entries[0].stage, Stage::Call);
        QCOMPARE(entries[0].operation, std::string("EnableKey"));
    }

    void theEndWritesWhatIsQueued() {
        Service service;
        auto options = service.options();
        options.readDelay = std::chrono::hours(1);
        options.sumDelay = std::chrono::hours(1);
        service.useOptions(options);
        kms::CallContext context;
        context.jobId = "0123";
        QVERIFY(callAndWait<kms::Encrypt>(*service.kms, encrypt(service.key, "x"), context));
        QVERIFY(callAndWait<kms::ListKeys>(*service.kms, {}));
        service.kms.reset();
        service.writes.reset();
        QCOMPARE(service.entries().size(), std::size_t{3});
    }

    void aMarkerNeverEnters() {
        Service service;
        const std::string marker = "MARKER-5f1c9a7e2b-SECRET";
        const auto made = callAndWait<kms::Encrypt>(*service.kms, encrypt(service.key, marker));
        kms::Decrypt::Request decrypt;
        decrypt.ciphertextBlob = *made->ciphertextBlob;
        QVERIFY(callAndWait<kms::Decrypt>(*service.kms, std::move(decrypt)));
        QVERIFY(!callAndWait<kms::Encrypt>(*service.kms, encrypt("missing", marker)));
        Error loud = serviceError(ErrorCode::Unknown, marker);
        loud.detail = marker;
        service.fake->failNext(kms::OperationId::Encrypt, loud);
        QVERIFY(!callAndWait<kms::Encrypt>(*service.kms, encrypt(service.key, marker)));
        kms::GenerateDataKey::Request dataKey;
        dataKey.keyId = service.key;
        dataKey.numberOfBytes = 32;
        dataKey.encryptionContext = kms::EncryptionContext{{"who", marker}};
        const auto key = callAndWait<kms::GenerateDataKey>(*service.kms, std::move(dataKey));
        QVERIFY(key.has_value());
        kms::CreateKey::Request create;
        create.description = marker;
        QVERIFY(callAndWait<kms::CreateKey>(*service.kms, std::move(create)));
        QVERIFY(service.writes->flush());
        std::string all;
        QVERIFY(service.log()->forEach([&](const chainlog::StoredRecord &stored) -> Status {
            const auto &r = stored.record;
            for (const std::string *text :
                 {&r.actor, &r.action, &r.keyId, &r.materialId, &r.outcome, &r.requestId, &r.note}) {
                all += *text + "\n";
            }
            return {};
        }));
        QVERIFY(all.find("GenerateDataKey") != std::string::npos);
        const std::string plain(asText(key->plaintext->view()));
        for (const std::string &secret : {marker, plain}) {
            QVERIFY(all.find(secret) == std::string::npos);
            const Bytes file = readFile(service.file(), 1 << 20).value_or(Bytes());
            QVERIFY(std::search(file.begin(), file.end(), secret.begin(), secret.end()) == file.end());
        }
    }

    void filters() {
        Service service;
        QVERIFY(callAndWait<kms::EnableKey>(*service.kms, enable(service.key)));
        QVERIFY(callAndWait<kms::Encrypt>(*service.kms, encrypt(service.other, "x")));
        service.fake->failNext(kms::OperationId::Encrypt, serviceError(ErrorCode::Throttling));
        QVERIFY(!callAndWait<kms::Encrypt>(*service.kms, encrypt(service.other, "x")));
        const auto count = [&](HistoryFilter filter) { return service.entries(filter).size(); };
        QCOMPARE(count({}), std::size_t{4});
        QCOMPARE(count({.operation = "Encrypt"}), std::size_t{2});
        QCOMPARE(count({.outcome = "ThrottlingException"}), std::size_t{1});
        QCOMPARE(count({.key = service.key}), std::size_t{2});
        QCOMPARE(count({.changesOnly = true}), std::size_t{2});
        QCOMPARE(count({.profile = "other"}), std::size_t{0});
        QCOMPARE(count({.openOnly = true}), std::size_t{0});
        const Timestamp middle = service.entries()[2].time;
        QCOMPARE(count({.since = middle}), std::size_t{2});
        QCOMPARE(count({.until = middle}), std::size_t{2});
        // The answer to this one never comes.
        service.fake->holdAnswers(true);
        service.kms->submit(kms::AnyRequest::of<kms::EnableKey>(enable(service.key)), {},
                            [](const Result<kms::AnyReply> &) {});
        QTRY_COMPARE(count({.openOnly = true}), std::size_t{1});
        QTRY_COMPARE(service.fake->heldAnswers(), std::size_t{1});
        service.fake->answerHeld();
        QTRY_COMPARE(count({.openOnly = true}), std::size_t{0});
    }

    void manyThreadsAndTwoPrograms() {
        Service service;
        const auto other = service.recorder();
        RecordedKms second(service.watched, other, "test");
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 25; ++i) {
                    auto &kms = t % 2 == 0 ? static_cast<kms::KmsService &>(*service.kms) : second;
                    static_cast<void>(callAndWait<kms::EnableKey>(kms, enable(service.key)).has_value());
                }
            });
        }
        for (auto &thread : threads) {
            thread.join();
        }
        QCOMPARE(service.entries({.operation = "EnableKey"}).size(), std::size_t{200});
        QCOMPARE(service.entries({.openOnly = true}).size(), std::size_t{0});
        QVERIFY(service.log()->verify()->findings.empty());
    }
};

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
