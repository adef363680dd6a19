// SPDX-License-Identifier: Apache-2.0
// The last use of a key over the life of a vault: it comes from the log, wherever that was left.
#include "kms_vault.h"

#include "kms/operations/get_key_last_usage.h"

#include <filesystem>

using namespace keyturn;
using namespace keyturn::test;

class TestKmsLastUse : public QObject {
    Q_OBJECT

    static kms::GetKeyLastUsage::Reply ask(KmsVault &vault, const std::string &key) {
        auto reply = vault.call<kms::GetKeyLastUsage>({key});
        if (!reply) {
            qFatal("no answer: %s", qPrintable(told(reply)));
        }
        return std::move(*reply);
    }

private Q_SLOTS:
    void staysOverALock_data() {
        QTest::addColumn<int>("uses");
        QTest::newRow("few: read again from the log") << 3;
        QTest::newRow("many: saved as rows") << 300;
    }
    void staysOverALock() {
        QFETCH(int, uses);
        KmsVault vault;
        const std::string key = vault.makeKeyId(), other = vault.makeKeyId();
        for (int i = 0; i < uses; ++i) {
            vault.clock().advance(std::chrono::seconds(1));
            QVERIFY(vault.encrypt(key, "x"));
        }
        const Timestamp last = vault.clock().now();
        const auto before = ask(vault, key);
        QVERIFY(*before.keyLastUsage->timestamp == last);
        for (int round = 0; round < 2; ++round) {
            vault.clock().advance(std::chrono::hours(1));
            vault.reopen();
            QVERIFY(*ask(vault, key).keyLastUsage == *before.keyLastUsage);
            QVERIFY(!ask(vault, other).keyLastUsage);
        }
        vault.reopen(vault::Access::ReadOnly);
        QVERIFY(*ask(vault, key).keyLastUsage == *before.keyLastUsage);
        vault.reopen();
        QVERIFY(vault.decrypt(vault.ciphertext(other, "y")));
        QVERIFY(*ask(vault, other).keyLastUsage->operation == kms::KeyLastUsageTrackingOperation::Decrypt);
    }

    void isThereAfterAKill() {
        KmsVault vault;
        const std::string key = vault.makeKeyId();
        QVERIFY(vault.encrypt(key, "x"));
        const auto before = ask(vault, key);
        // The file and its log as they stand while the vault is open: what a kill leaves.
        const std::filesystem::path copy = vault.path().string() + ".killed";
        std::filesystem::copy_file(vault.path(), copy);
        std::filesystem::copy_file(vault.path().string() + "-wal", copy.string() + "-wal");
        auto container = vault::Container::open(copy, {});
        QVERIFY(container && container->unlockWithPassphrase(KmsVault::passphrase()));
        auto kms = vault::VaultKms::start(std::move(*container));
        QVERIFY(kms);
        const auto after = kms::callAndWait<kms::GetKeyLastUsage>(**kms, {key});
        QVERIFY(after && *after->keyLastUsage == *before.keyLastUsage);
    }

    void goesWithTheKey() {
        KmsVault vault;
        const std::string key = vault.makeKeyId();
        for (int i = 0; i < 300; ++i) {
            QVERIFY(vault.encrypt(key, "x"));
        }
        vault.reopen(); // the rows are there
        QVERIFY(vault.call<kms::ScheduleKeyDeletion>({key, 7}));
        vault.advanceDays(8);
        QVERIFY(vault.kms().settleDueWork());
        std::size_t rows = 0;
        QVERIFY(vault.kms().withContainer([&](vault::Container &container) {
            return container.scan(vault::Table::Usage, [&](const vault::OpenRow &) -> Status {
                ++rows;
                return {};
            });
        }));
        QCOMPARE(rows, std::size_t(1)); // the head
        QVERIFY(told(vault.call<kms::GetKeyLastUsage>({key})).startsWith(QStringLiteral("NotFound")));
        vault.reopen();
    }
};

QTEST_GUILESS_MAIN(TestKmsLastUse)
#include "tst_kms_last_use.moc"
