// SPDX-License-Identifier: Apache-2.0
// No answer without a durable record, and none by a state that was gone when its record was appended
// (reliability-security.md 3.7; DESIGN.md section 3, Threads).
#include "import_fixture.h"

#include "kms/operations/delete_alias.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/update_alias.h"

#include <csignal>
#include <functional>
#include <latch>
#include <map>
#include <sys/resource.h>

using namespace keyturn;
using namespace keyturn::test;

class TestKmsRecords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anAnswerByAnOldStateIsMadeAgain_data();
    void anAnswerByAnOldStateIsMadeAgain();
    void anAliasThatMovedIsFollowed();
    void aListByAnOldSetIsMadeAgain();
    void withoutARecordThereIsNoAnswer();
    void withoutARecordNothingIsImported();
    void anImportByAnOldStateIsLookedAtAgain();
    void whatWasNotCommittedIsNotSeen();
    void callsOfAJobShareARecord();
};

namespace {

template <class Op>
kms::AnyRequest boxed(typename Op::Request request) {
    return kms::AnyRequest::of<Op>(std::move(request));
}

kms::AnyRequest encryption(const std::string &keyId, kms::EncryptionAlgorithmSpec algorithm) {
    kms::Encrypt::Request request;
    request.keyId = keyId;
    request.plaintext = SecretBytes::copyOf(std::string_view("x"));
    request.encryptionAlgorithm = algorithm;
    return boxed<kms::Encrypt>(std::move(request));
}

/// Submits both while the writer is held: the second is computed before the first is carried out.
Result<kms::AnyReply> secondOf(KmsVault &vault, kms::AnyRequest first, kms::AnyRequest second) {
    std::latch done(2);
    Result<kms::AnyReply> answer{kms::AnyReply()};
    const auto held = vault.kms().withContainer([&](vault::Container &) -> Status {
        vault.kms().submit(std::move(first), {}, [&](Result<kms::AnyReply>) { done.count_down(); });
        vault.kms().submit(std::move(second), {}, [&](Result<kms::AnyReply> reply) {
            answer = std::move(reply);
            done.count_down();
        });
        return {};
    });
    if (!held) {
        qFatal("the writer is gone");
    }
    done.wait();
    return answer;
}

/// While it lives, no file of this process grows beyond a few bytes.
class FullDisk {
public:
    FullDisk() {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit none = m_before;
        none.rlim_cur = 16;
        setrlimit(RLIMIT_FSIZE, &none);
    }
    FullDisk(const FullDisk &) = delete;
    FullDisk &operator=(const FullDisk &) = delete;
    ~FullDisk() { setrlimit(RLIMIT_FSIZE, &m_before); }

private:
    rlimit m_before{};
};

} // namespace

void TestKmsRecords::anAnswerByAnOldStateIsMadeAgain_data() {
    QTest::addColumn<int>("spec");
    QTest::addColumn<int>("algorithm");
    QTest::newRow("symmetric") << int(kms::KeySpec::SYMMETRIC_DEFAULT)
                               << int(kms::EncryptionAlgorithmSpec::SYMMETRIC_DEFAULT);
    QTest::newRow("RSA, on the pool")
        << int(kms::KeySpec::RSA_2048) << int(kms::EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256);
}

void TestKmsRecords::anAnswerByAnOldStateIsMadeAgain() {
    QFETCH(int, spec);
    QFETCH(int, algorithm);
    KmsVault vault;
    const std::string key = vault.makeKeyId(kms::KeySpec(spec));
    const auto answer = secondOf(vault, boxed<kms::DisableKey>({key}),
                                 encryption(key, kms::EncryptionAlgorithmSpec(algorithm)));
    QCOMPARE(told(answer), qstring("DisabledException: " + std::string(arnPrefix) + key + " is disabled."));
}

void TestKmsRecords::anAliasThatMovedIsFollowed() {
    KmsVault vault;
    const std::string one = vault.makeKeyId();
    const std::string two = vault.makeKeyId();
    QVERIFY(vault.call<kms::CreateAlias>({"alias/moving", one}));
    auto answer = secondOf(vault, boxed<kms::UpdateAlias>({"alias/moving", two}),
                           boxed<kms::DescribeKey>({"alias/moving", {}}));
    QVERIFY(answer.has_value());
    QCOMPARE(qstring(*answer->as<kms::DescribeKey>().keyMetadata->keyId), qstring(two));
}

void TestKmsRecords::aListByAnOldSetIsMadeAgain() {
    KmsVault vault;
    auto answer = secondOf(vault, boxed<kms::CreateKey>({}), boxed<kms::ListKeys>({}));
    QVERIFY(answer.has_value());
    QCOMPARE(answer->as<kms::ListKeys>().keys->size(), std::size_t(1));
}

void TestKmsRecords::withoutARecordThereIsNoAnswer() {
    KmsVault vault;
    const std::string key = vault.makeKeyId();
    const Bytes ciphertext = vault.ciphertext(key, "secret");
    {
        const FullDisk full;
        for (const QString &answer :
             {told(vault.decrypt(ciphertext)), told(vault.call<kms::DisableKey>({key})),
              told(vault.call<kms::CreateKey>({})), told(vault.call<kms::CreateAlias>({"alias/lost", key})),
              told(vault.call<kms::ListKeys>({})), told(vault.encrypt("nonsense", "x"))}) {
            QVERIFY2(answer == QStringLiteral("IoFailed") || answer == QStringLiteral("DiskFull"),
                     qPrintable(answer));
        }
    }
    // Nothing of it happened.
    vault.reopen();
    QVERIFY(vault.decrypt(ciphertext).has_value());
    QCOMPARE(vault.call<kms::ListKeys>({})->keys->size(), std::size_t(1));
    QVERIFY(vault.call<kms::ListAliases>({})->aliases->empty());
    const auto described = vault.call<kms::DescribeKey>({key, {}});
    QVERIFY(*described->keyMetadata->keyState == kms::KeyState::Enabled);
}

void TestKmsRecords::withoutARecordNothingIsImported() {
    vault::VaultKmsOptions options;
    options.keepLog = false; // reads go on, from memory
    ImportVault vault(options);
    const std::string empty = vault.makeImportedKey();
    const std::string full = vault.makeImportedKey();
    const Bytes material = randomMaterial(32);
    QVERIFY(vault.import(full, material));
    const Bytes ciphertext = vault.ciphertext(full, "secret");
    const ImportRequest first = vault.request(empty, material);
    {
        const FullDisk none;
        QVERIFY(!vault.import(first));
        QVERIFY(!vault.call<kms::DeleteImportedKeyMaterial>({full, {}}));
    }
    // In memory as in the file.
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(vault.state(empty), QStringLiteral("PendingImport"));
        QCOMPARE(told(vault.decrypt(ciphertext)), QStringLiteral("ok"));
        vault.reopen();
    }
    QCOMPARE(told(vault.import(first)), QStringLiteral("ok"));
}

/// The material was unwrapped for a key that is about to go when the writer comes to it.
void TestKmsRecords::anImportByAnOldStateIsLookedAtAgain() {
    ImportVault vault;
    const std::string key = vault.makeImportedKey();
    const ImportRequest request = vault.request(key, randomMaterial(32));
    const auto answer =
        secondOf(vault, boxed<kms::ScheduleKeyDeletion>({key, 7}), boxed<kms::ImportKeyMaterial>(request));
    QCOMPARE(told(answer),
             qstring("KMSInvalidStateException: " + std::string(arnPrefix) + key + " is pending deletion."));
}

void TestKmsRecords::whatWasNotCommittedIsNotSeen() {
    vault::VaultKmsOptions options;
    options.keepLog = false; // reads go on, from memory
    KmsVault vault(options);
    const std::string key = vault.makeKeyId();
    QVERIFY(vault.call<kms::CreateAlias>({"alias/kept", key}));
    {
        const FullDisk full;
        QVERIFY(!vault.call<kms::DisableKey>({key}));
        QVERIFY(!vault.call<kms::CreateKey>({}));
        QVERIFY(!vault.call<kms::RotateKeyOnDemand>({key}));
        QVERIFY(!vault.call<kms::DeleteAlias>({"alias/kept"}));
        QVERIFY(!vault.call<kms::CreateAlias>({"alias/lost", key}));
    }
    const auto described = vault.call<kms::DescribeKey>({"alias/kept", {}});
    QVERIFY(described && *described->keyMetadata->enabled);
    QCOMPARE(vault.call<kms::ListKeys>({})->keys->size(), std::size_t(1));
    QCOMPARE(vault.call<kms::ListAliases>({})->aliases->size(), std::size_t(1));
    const auto opened = vault.decrypt(vault.ciphertext(key, "still"));
    QVERIFY(opened && *opened->keyMaterialId == *described->keyMetadata->currentKeyMaterialId);
}

void TestKmsRecords::callsOfAJobShareARecord() {
    KmsVault vault;
    const std::string one = vault.makeKeyId();
    const std::string two = vault.makeKeyId();
    constexpr int callsOfEach = 40;
    std::latch done(3 * callsOfEach + 1);
    const auto held = vault.kms().withContainer([&](vault::Container &) -> Status {
        const auto send = [&](const std::string &key, const std::string &job) {
            kms::CallContext context;
            context.jobId = job;
            vault.kms().submit(encryption(key, kms::EncryptionAlgorithmSpec::SYMMETRIC_DEFAULT), context,
                               [&](Result<kms::AnyReply>) { done.count_down(); });
        };
        for (int i = 0; i < callsOfEach; ++i) {
            send(one, "job-a");
            send(two, "job-a");
            send(one, {});
        }
        send("nonsense", "job-a");
        return {};
    });
    QVERIFY(held.has_value());
    done.wait();
    std::vector<chainlog::StoredRecord> records;
    const auto read = vault.kms().withContainer([&](vault::Container &container) -> Status {
        auto newest = container.newestLogRecords(1000);
        if (!newest) {
            return failFrom(newest);
        }
        records = std::move(*newest);
        return {};
    });
    QVERIFY(read.has_value());
    int alone = 0;
    int failed = 0;
    std::map<std::string, int> calls; // by key, of the job
    for (const auto &stored : records) {
        const chainlog::Record &record = stored.record;
        if (record.action != "Encrypt") {
            continue;
        }
        if (record.actor != "job-a") {
            ++alone;
        } else if (record.outcome != "Success") {
            ++failed;
        } else {
            calls[record.keyId] += record.note.empty() ? 1 : std::stoi(record.note);
            QVERIFY(record.note.empty() || record.note.ends_with(" calls"));
        }
    }
    QCOMPARE(alone, callsOfEach);
    QCOMPARE(failed, 1);
    QCOMPARE(calls[one], callsOfEach);
    QCOMPARE(calls[two], callsOfEach);
    // All waited for the writer: one commit, and so two records instead of eighty.
    QVERIFY(records.size() < std::size_t(callsOfEach) + 10);
}

QTEST_GUILESS_MAIN(TestKmsRecords)
#include "tst_kms_records.moc"
