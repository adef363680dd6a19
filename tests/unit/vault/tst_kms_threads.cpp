// SPDX-License-Identifier: Apache-2.0
// Many callers at once: group commit, nothing by an old state, one completion each, locking in the middle
// (DESIGN.md section 3, Threads; reliability-security.md 3.7).
#include "kms_vault.h"

#include "kms/operations/describe_key.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/generate_random.h"
#include "kms/operations/re_encrypt.h"
#include "vault/key_state_directory.h"
#include "vault/material_cache.h"
#include "vault/vault_kms_gate.h"

#include <atomic>
#include <latch>
#include <thread>

using namespace keyturn;
using namespace keyturn::test;

class TestKmsThreads : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingSucceedsAfterDisableKeyHasAnswered();
    void everyCallCompletesOnceAndIsLogged();
    void commitsAreShared();
    void theLogSaysWhoWhatAndWhichKey();
    void interactiveThreadDoesNotCompute();
    void lockingInTheMiddle();
    void lockedMeansLocked();
    void cancelledAndLateCallsDoNothing();
    void rsaGenerationIsCancelled();
    void withoutALogNothingIsCommitted();
    void theCacheForgetsTheLongestUnused();
    void theGateWaits();
};

namespace {

kms::AnyRequest encryption(const std::string &keyId) {
    kms::Encrypt::Request request;
    request.keyId = keyId;
    request.plaintext = SecretBytes::copyOf(std::string_view("x"));
    return kms::AnyRequest::of<kms::Encrypt>(std::move(request));
}

template <class Op>
kms::AnyRequest boxed(typename Op::Request request) {
    return kms::AnyRequest::of<Op>(std::move(request));
}

std::vector<chainlog::StoredRecord> logOf(KmsVault &vault, std::size_t limit) {
    std::vector<chainlog::StoredRecord> records;
    const auto read = vault.kms().withContainer([&](vault::Container &container) -> Status {
        auto newest = container.newestLogRecords(limit);
        if (!newest) {
            return failFrom(newest);
        }
        records = std::move(*newest);
        return {};
    });
    return read ? records : std::vector<chainlog::StoredRecord>();
}

} // namespace

void TestKmsThreads::nothingSucceedsAfterDisableKeyHasAnswered() {
    KmsVault vault;
    const std::string key = vault.makeKeyId();
    for (int round = 0; round < 20; ++round) {
        std::atomic<bool> disabled = false;
        std::atomic<int> tooLate = 0;
        std::atomic<int> succeeded = 0;
        constexpr int callsPerThread = 200;
        std::latch done(2 * callsPerThread);
        const auto hammer = [&] {
            for (int i = 0; i < callsPerThread; ++i) {
                vault.kms().submit(encryption(key), {}, [&](Result<kms::AnyReply> reply) {
                    // Completions come in the order of the records: none may succeed behind DisableKey's.
                    succeeded += reply.has_value();
                    tooLate += reply.has_value() && disabled.load();
                    done.count_down();
                });
            }
        };
        std::thread one(hammer);
        std::thread two(hammer);
        std::latch answered(1);
        vault.kms().submit(boxed<kms::DisableKey>({key}), {}, [&](Result<kms::AnyReply> reply) {
            disabled = reply.has_value();
            answered.count_down();
        });
        one.join();
        two.join();
        done.wait();
        answered.wait();
        QVERIFY(disabled);
        QCOMPARE(tooLate.load(), 0);
        QVERIFY(vault.call<kms::EnableKey>({key}));
    }
}

void TestKmsThreads::everyCallCompletesOnceAndIsLogged() {
    KmsVault vault;
    const std::string key = vault.makeKeyId();
    const std::size_t before = logOf(vault, 5000).size();
    constexpr int threads = 4;
    constexpr int callsPerThread = 500;
    std::vector<std::atomic<int>> completions(threads * callsPerThread);
    std::latch done(threads * callsPerThread);
    std::vector<std::thread> callers;
    for (int t = 0; t < threads; ++t) {
        callers.emplace_back([&, t] {
            for (int i = 0; i < callsPerThread; ++i) {
                auto &count = completions[static_cast<std::size_t>(t * callsPerThread + i)];
                auto request = i % 3 == 0   ? boxed<kms::DescribeKey>({key, {}})
                               : i % 3 == 1 ? encryption(key)
                                            : encryption("nonsense");
                vault.kms().submit(std::move(request), {}, [&](Result<kms::AnyReply>) {
                    ++count;
                    done.count_down();
                });
            }
        });
    }
    for (std::thread &caller : callers) {
        caller.join();
    }
    done.wait();
    for (const auto &count : completions) {
        QCOMPARE(count.load(), 1);
    }
    QCOMPARE(logOf(vault, 5000).size(), before + threads * callsPerThread);
}

void TestKmsThreads::commitsAreShared() {
    KmsVault vault;
    const std::string key = vault.makeKeyId();
    const std::uint64_t before = vault.kms().commitCount();
    constexpr int calls = 3000;
    std::latch done(calls);
    // While the writer thread is held, everything piles up.
    std::thread submitter;
    const auto held = vault.kms().withContainer([&](vault::Container &) -> Status {
        submitter = std::thread([&] {
            for (int i = 0; i < calls; ++i) {
                vault.kms().submit(encryption(key), {}, [&](Result<kms::AnyReply>) { done.count_down(); });
            }
        });
        submitter.join();
        return {};
    });
    QVERIFY(held);
    done.wait();
    QCOMPARE(vault.kms().commitCount() - before, std::uint64_t(3)); // at most 1,024 each
}

void TestKmsThreads::theLogSaysWhoWhatAndWhichKey() {
    KmsVault vault;
    const std::string source = vault.makeKeyId();
    const std::string destination = vault.makeKeyId();
    kms::ReEncrypt::Request request;
    request.ciphertextBlob = vault.ciphertext(source, "secret", {{"a", "b"}});
    request.sourceEncryptionContext = kms::EncryptionContext{{"a", "b"}};
    request.destinationKeyId = destination;
    kms::CallContext context;
    context.requestId = "request-1";
    context.principal.program = "cli";
    const auto reply = kms::callAndWait<kms::ReEncrypt>(vault.kms(), std::move(request), std::move(context));
    QVERIFY(reply.has_value());
    QVERIFY(!vault.encrypt("nonsense", "x"));
    const auto records = logOf(vault, 2);
    QCOMPARE(qstring(records[0].record.outcome), QStringLiteral("NotFoundException"));
    const chainlog::Record &record = records[1].record;
    QCOMPARE(qstring(record.action), QStringLiteral("ReEncrypt"));
    QCOMPARE(qstring(record.actor), QStringLiteral("cli"));
    QCOMPARE(qstring(record.requestId), QStringLiteral("request-1"));
    QCOMPARE(qstring(record.outcome), QStringLiteral("Success"));
    QCOMPARE(qstring(record.keyId), qstring(source));
    QCOMPARE(qstring(record.materialId), qstring(*reply->sourceKeyMaterialId));
    QCOMPARE(qstring(record.note),
             qstring("to " + destination + " material " + *reply->destinationKeyMaterialId));
    QCOMPARE(record.contextDigest.size(), std::size_t(32));
}

void TestKmsThreads::interactiveThreadDoesNotCompute() {
    vault::VaultKmsOptions options;
    options.interactiveThread = std::this_thread::get_id();
    options.keepLog = false; // completes where it is computed
    KmsVault vault(options);
    const std::string key = vault.makeKeyId();
    std::thread::id computedOn;
    std::latch done(1);
    vault.kms().submit(encryption(key), {}, [&](Result<kms::AnyReply>) {
        computedOn = std::this_thread::get_id();
        done.count_down();
    });
    done.wait();
    QVERIFY(computedOn != std::this_thread::get_id());
}

void TestKmsThreads::lockingInTheMiddle() {
    for (int round = 0; round < 10; ++round) {
        KmsVault vault;
        const std::string key = vault.makeKeyId();
        std::atomic<int> submitted = 0;
        std::atomic<int> completed = 0;
        std::atomic<int> otherErrors = 0;
        std::atomic<bool> sawLocked = false;
        std::latch started(2);
        const auto hammer = [&] {
            started.count_down();
            while (!sawLocked) {
                ++submitted;
                vault.kms().submit(encryption(key), {}, [&](Result<kms::AnyReply> reply) {
                    ++completed;
                    if (!reply) {
                        sawLocked = sawLocked || reply.error().code == ErrorCode::VaultLocked;
                        otherErrors += reply.error().code != ErrorCode::VaultLocked;
                    }
                });
            }
        };
        std::thread one(hammer);
        std::thread two(hammer);
        started.wait();
        QCOMPARE(told(vault.lock()), QStringLiteral("ok"));
        one.join();
        two.join();
        QCOMPARE(completed.load(), submitted.load());
        QCOMPARE(otherErrors.load(), 0);
        QVERIFY(!std::filesystem::exists(vault.path().string() + "-wal"));
        vault.reopen();
        QVERIFY(vault.encrypt(key, "x").has_value());
    }
}

void TestKmsThreads::lockedMeansLocked() {
    KmsVault vault;
    const std::string key = vault.makeKeyId();
    QCOMPARE(told(vault.lock()), QStringLiteral("ok"));
    QCOMPARE(told(vault.lock()), QStringLiteral("ok"));
    QCOMPARE(told(vault.encrypt(key, "x")), QStringLiteral("VaultLocked"));
    QCOMPARE(told(vault.kms().withContainer([](vault::Container &) -> Status { return {}; })),
             QStringLiteral("VaultLocked"));
    QCOMPARE(qstring(vault.kms().capabilities().region), qstring(region));
}

void TestKmsThreads::cancelledAndLateCallsDoNothing() {
    KmsVault vault;
    const std::string key = vault.makeKeyId();
    CancelSource source;
    source.cancel();
    kms::CallContext cancelled;
    cancelled.cancel = source.token();
    QCOMPARE(told(kms::callAndWait<kms::DisableKey>(vault.kms(), {key}, cancelled)),
             QStringLiteral("Cancelled"));
    kms::CallContext late;
    late.deadline = vault.clock().steadyNow() - std::chrono::seconds(1);
    QCOMPARE(told(kms::callAndWait<kms::DisableKey>(vault.kms(), {key}, late)), QStringLiteral("TimedOut"));
    QVERIFY(vault.encrypt(key, "x").has_value());
}

void TestKmsThreads::rsaGenerationIsCancelled() {
    KmsVault vault;
    kms::CreateKey::Request request;
    request.keySpec = kms::KeySpec::RSA_4096;
    request.keyUsage = kms::KeyUsageType::ENCRYPT_DECRYPT;
    std::latch done(8);
    std::atomic<int> others = 0;
    for (int i = 0; i < 8; ++i) {
        vault.kms().submit(boxed<kms::CreateKey>(request), {}, [&](Result<kms::AnyReply> reply) {
            others += !reply && reply.error().code != ErrorCode::Cancelled;
            done.count_down();
        });
    }
    QVERIFY(vault.lock()); // does not wait for 8 keys of seconds each
    done.wait();
    QCOMPARE(others.load(), 0);
}

void TestKmsThreads::withoutALogNothingIsCommitted() {
    vault::VaultKmsOptions options;
    options.keepLog = false;
    KmsVault vault(options);
    const std::string key = vault.makeKeyId();
    const std::uint64_t before = vault.kms().commitCount();
    QVERIFY(vault.decrypt(vault.ciphertext(key, "x")).has_value());
    QCOMPARE(vault.kms().commitCount(), before);
    QVERIFY(logOf(vault, 10).empty());
}

void TestKmsThreads::theCacheForgetsTheLongestUnused() {
    // Two in each of 16 shards. Not on the stack: gcc 12's address sanitizer does not align its frames to 64
    // bytes.
    const auto made = std::make_unique<vault::MaterialCache>(32);
    vault::MaterialCache &cache = *made;
    const SecretBytes secret(32);
    const auto id = [](std::uint8_t number) { return vault::MaterialId{16, number}; }; // all in one shard
    const auto insert = [&](std::uint8_t number) {
        auto opened = vault::OpenMaterial::open(kms::KeySpec::SYMMETRIC_DEFAULT, secret.view());
        cache.insert(id(number), *opened);
    };
    insert(1);
    insert(2);
    QVERIFY(cache.find(id(1)));
    insert(3);
    QVERIFY(cache.find(id(1)) && !cache.find(id(2)) && cache.find(id(3)));
    QCOMPARE(cache.size(), std::size_t(2));
    cache.clear();
    QCOMPARE(cache.size(), std::size_t(0));
}

void TestKmsThreads::theGateWaits() {
    vault::Gate gate;
    QVERIFY(gate.enter());
    std::atomic<bool> passed = false;
    std::thread closing([&] {
        gate.closeAndWait();
        passed = true;
    });
    while (!gate.isClosed()) {
        std::this_thread::yield();
    }
    QVERIFY(!gate.enter());
    QVERIFY(!passed);
    gate.leave();
    closing.join();
    QVERIFY(passed);
}

QTEST_GUILESS_MAIN(TestKmsThreads)
#include "tst_kms_threads.moc"
