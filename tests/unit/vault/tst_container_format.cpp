// SPDX-License-Identifier: Apache-2.0
// FORMAT.md is true: a reader in Python that shares no code with Keyturn opens a vault through each kind of
// slot, checks root and chain, and finds the same rows and records.
#include "base/encoding.h"
#include "vault/container_fixture.h"

#include <QObject>
#include <QProcess>
#include <QTest>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::vault;

namespace {

QString toQString(const std::string &text) {
    return QString::fromStdString(text);
}

std::string orDash(std::string hex) {
    return hex.empty() ? "-" : hex;
}

/// What the reader must print.
std::string expectedLines(Container &container) {
    std::string lines;
    for (const Table table : {Table::Identity, Table::Keys, Table::Materials, Table::Aliases}) {
        [[maybe_unused]] const auto scanned = container.scan(table, [&](const OpenRow &row) -> Status {
            lines += "row " + std::to_string(static_cast<int>(table)) + " " + toHex(row.primaryKey) + " " +
                     std::to_string(row.version) + " " + toHex(row.payload) + "\n";
            return {};
        });
    }
    [[maybe_unused]] const auto walked =
        container.forEachLogRecord([&](const chainlog::StoredRecord &stored) {
            const chainlog::Record &record = stored.record;
            lines += "log " + std::to_string(stored.sequence);
            for (const std::string *text : {&record.actor, &record.action, &record.keyId, &record.materialId,
                                            &record.outcome, &record.requestId, &record.note}) {
                lines += " " + orDash(toHex(asBytes(*text)));
            }
            lines += " " + orDash(toHex(record.contextDigest)) + " " + toHex(stored.hash) + "\n";
            return Status{};
        });
    return lines;
}

} // namespace

class ContainerFormatTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anIndependentReaderAgrees();
};

void ContainerFormatTest::anIndependentReaderAgrees() {
    ContainerFixture fixture;
    const RecoveryCode code = std::move(*RecoveryCode::generate());
    const SecretBytes keychain = SecretBytes::copyOf(std::string(32, 'k'));
    std::string expected;
    {
        Container container = fixture.createFilled();
        QVERIFY(container.addKeychainSlot(keychain, "Schlüssel"));
        QVERIFY(container.addRecoverySlot(code, ""));
        QVERIFY(container.addPassphraseSlot(secretText("independent"), cheapScrypt, "scrypt"));
        auto transaction = container.begin();
        chainlog::Record record = logRecord("Encrypt");
        record.contextDigest = toBytes(container.keys()->contextDigest(asBytes("context")));
        const std::vector<chainlog::Record> records{record, logRecord("Decrypt")};
        QVERIFY(transaction->appendLog(records) && transaction->remove(Table::Keys, asBytes("key 1")));
        QVERIFY(transaction->commit());
        // The reader knows scrypt only, and takes the first passphrase slot.
        QVERIFY(container.removeSlot(1));
        expected = expectedLines(container);
        QVERIFY(container.lock());
    }
    const std::pair<const char *, std::string> ways[] = {
        {"passphrase", toHex(asBytes("independent"))},
        {"keychain", toHex(keychain.view())},
        {"recovery", toHex(code.secret().view())},
    };
    for (const auto &[kind, secret] : ways) {
        QProcess reader;
        reader.start(QStringLiteral("/usr/bin/python3"),
                     {QStringLiteral("-B"),
                      QStringLiteral(KEYTURN_SOURCE_DIR "/tests/unit/vault/read_vault.py"),
                      toQString(fixture.file().string()), QString::fromLatin1(kind), toQString(secret)});
        QVERIFY(reader.waitForFinished(60'000));
        QVERIFY2(reader.exitCode() == 0, reader.readAllStandardError().constData());
        QCOMPARE(QString::fromUtf8(reader.readAllStandardOutput()), toQString(expected));
    }
    QVERIFY(expected.size() > 1000);
}

QTEST_GUILESS_MAIN(ContainerFormatTest)
#include "tst_container_format.moc"
