// SPDX-License-Identifier: Apache-2.0
// A vault's life: made, filled, locked, opened, read beside its writer, backed up; and every way it is
// refused.
#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "base/platform/lock_file.h"
#include "base/text.h"
#include "sqlite/database.h"
#include "vault/container_fixture.h"

#include <QObject>
#include <QTest>

#include <filesystem>
#include <optional>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::vault;

namespace {

std::vector<std::string> namesIn(const std::filesystem::path &folder) {
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

template <class T>
ErrorCode codeOf(const Result<T> &result) {
    return result ? ErrorCode::Unknown : result.error().code;
}

} // namespace

class ContainerLifeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aNewVaultIsOneFile();
    void createRefuses_data();
    void createRefuses();
    void remainsOfAnotherVault_data();
    void remainsOfAnotherVault();
    void contentSurvivesLocking();
    void transactionsAreAllOrNothing();
    void aFailedStepIsNotCommitted();
    void aCommittedChangeIsOver();
    void rowsReplaceAndGo();
    void handlersKeepToTheirTables();
    void theLogGrowsWithItsCommit();
    void generationsCountCommits();
    void wrongPassphrase();
    void openRefuses_data();
    void openRefuses();
    void newerFormats_data();
    void newerFormats();
    void aVaultInUseNamesItsHolder();
    void readOnlyBesideTheWriter();
    void readOnlyMedia();
    void aJournalThatNamesAnotherFile();
    void backups();
    void backupsRefuse();
    void verifyCounts();
    void lockedMeansLocked();
};

void ContainerLifeTest::aNewVaultIsOneFile() {
    const ContainerFixture fixture;
    auto container = Container::create(fixture.file(), secretText("x"), ContainerFixture::cheapOptions());
    QVERIFY(container && container->isUnlocked());
    auto identity = container->identity();
    QVERIFY(identity);
    QCOMPARE(identity->account, std::string("111122223333"));
    QCOMPARE(identity->region, std::string("us-east-1"));
    QVERIFY(container->warnings().empty());
    QVERIFY(container->verify()->holds());
    QVERIFY(container->lock());
    QVERIFY((namesIn(fixture.folder()) == std::vector<std::string>{"test.vault", "test.vault.lock"}));
    QCOMPARE(base::platform::fileFacts(fixture.file())->mode, 0600U);
    QVERIFY(readFile(fixture.file().string() + ".lock", 10)->empty());
    const Bytes bytes = readFile(fixture.file(), 1 << 20).value();
    for (const char *clear : {"111122223333", "us-east-1"}) {
        QVERIFY(asText(bytes).find(clear) == std::string_view::npos);
    }
}

void ContainerLifeTest::createRefuses_data() {
    QTest::addColumn<int>("which");
    QTest::addColumn<int>("code");
    QTest::newRow("account of 11 digits") << 0 << int(ErrorCode::Usage);
    QTest::newRow("Region with spaces") << 1 << int(ErrorCode::Usage);
    QTest::newRow("too little memory") << 2 << int(ErrorCode::KdfOutOfBounds);
    QTest::newRow("scrypt 2^21") << 3 << int(ErrorCode::KdfOutOfBounds);
    QTest::newRow("no passphrase") << 4 << int(ErrorCode::Usage);
    QTest::newRow("no such folder") << 5 << int(ErrorCode::FileNotFound);
    QTest::newRow("cancelled") << 6 << int(ErrorCode::Cancelled);
    QTest::newRow("file exists") << 7 << int(ErrorCode::FileExists);
}

void ContainerLifeTest::createRefuses() {
    QFETCH(const int, which);
    QFETCH(const int, code);
    const ContainerFixture fixture;
    CreateOptions options = ContainerFixture::cheapOptions();
    std::filesystem::path file = fixture.file();
    const char *passphrase = which == 4 ? "" : "x";
    CancelSource cancel;
    switch (which) {
    case 0:
        options.account = "12345678901";
        break;
    case 1:
        options.region = "us east";
        break;
    case 2:
        options.kdf = crypto::Argon2idParams{1024, 3};
        break;
    case 3:
        options.kdf = crypto::ScryptParams{21, 8, 1};
        break;
    case 5:
        file = fixture.folder() / "none" / "v";
        break;
    case 6:
        cancel.cancel();
        options.cancel = cancel.token();
        break;
    case 7:
        QVERIFY(writeFileAtomically(file, asBytes("mine"), {.mode = 0600}));
        break;
    default:
        break;
    }
    auto container = Container::create(file, secretText(passphrase), options);
    QCOMPARE(int(codeOf(container)), code);
    QCOMPARE(namesIn(fixture.folder()).size(), std::size_t(which == 7 ? 1 : 0));
    if (which == 7) {
        QVERIFY(asText(readFile(file, 100).value()) == "mine");
    }
}

void ContainerLifeTest::remainsOfAnotherVault_data() {
    QTest::addColumn<QByteArray>("suffix");
    QTest::newRow("log") << QByteArray("-wal");
    QTest::newRow("journal") << QByteArray("-journal");
}

/// A vault that was removed after a crash leaves its log; SQLite would lay that over a new vault of this
/// name.
void ContainerLifeTest::remainsOfAnotherVault() {
    QFETCH(const QByteArray, suffix);
    ContainerFixture fixture;
    const auto remains = fixture.file().string() + suffix.toStdString();
    QVERIFY(writeFileAtomically(remains, asBytes("log"), {.mode = 0600}));
    auto container = Container::create(fixture.file(), secretText("x"), ContainerFixture::cheapOptions());
    QCOMPARE(codeOf(container), ErrorCode::FileExists);
    QVERIFY(!std::filesystem::exists(fixture.file()));
    std::filesystem::remove(remains);
    Container other = fixture.createFilled();
    const auto target = fixture.folder() / "copy";
    QVERIFY(writeFileAtomically(target.string() + suffix.toStdString(), asBytes("log"), {.mode = 0600}));
    QCOMPARE(codeOf(other.backup(target, true)), ErrorCode::FileExists);
}

void ContainerLifeTest::contentSurvivesLocking() {
    ContainerFixture fixture;
    std::string before;
    {
        Container container = fixture.createFilled();
        before = contentOf(container).value();
        QVERIFY(container.lock());
    }
    Container again = fixture.openUnlocked();
    QCOMPARE(contentOf(again).value(), before);
    QVERIFY(before.find("Putkey") != std::string::npos);
    QCOMPARE(again.rowCount(Table::Keys), std::uint64_t{3});
    const Bytes file = readFile(fixture.file(), 1 << 20).value();
    QVERIFY2(asText(file).find("kkkkkkkk") == std::string_view::npos, "payloads are sealed");
}

void ContainerLifeTest::transactionsAreAllOrNothing() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    const std::string before = contentOf(container).value();
    {
        auto transaction = container.begin();
        QVERIFY(transaction);
        QVERIFY(transaction->put(Table::Keys, asBytes("key 0"), asBytes("changed")));
        QVERIFY(transaction->put(Table::Keys, asBytes("new"), asBytes("new")));
        QVERIFY(transaction->remove(Table::Aliases, asBytes("alias 0")).value());
        const std::vector<chainlog::Record> records{logRecord("Never")};
        QVERIFY(transaction->appendLog(records));
        QVERIFY2(container.read(Table::Keys, asBytes("new"))->has_value(), "a change sees itself");
        QCOMPARE(codeOf(container.begin()), ErrorCode::Usage);
        QCOMPARE(codeOf(container.lock()), ErrorCode::Usage);
    }
    QCOMPARE(contentOf(container).value(), before);
    QVERIFY(container.verify()->holds());
    QVERIFY(putRows(container, Table::Keys, "key", 1, "again"));
    QVERIFY(container.verify()->holds());
}

void ContainerLifeTest::aFailedStepIsNotCommitted() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    const std::string before = contentOf(container).value();
    {
        auto transaction = container.begin();
        QVERIFY(transaction->put(Table::Keys, asBytes("new"), asBytes("new")));
        chainlog::Record tooLong = logRecord("x");
        tooLong.note = std::string(20'000, 'n');
        const std::vector<chainlog::Record> records{tooLong};
        QCOMPARE(codeOf(transaction->appendLog(records)), ErrorCode::Usage);
        QCOMPARE(codeOf(transaction->commit()), ErrorCode::Usage);
        QCOMPARE(codeOf(transaction->commit()), ErrorCode::Usage);
    }
    QCOMPARE(contentOf(container).value(), before);
    QVERIFY(putRows(container, Table::Keys, "key", 1, "again"));
}

void ContainerLifeTest::aCommittedChangeIsOver() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    auto first = container.begin();
    QVERIFY(first->put(Table::Keys, asBytes("key 0"), asBytes("first")) && first->commit());
    const std::vector<chainlog::Record> records{logRecord("x")};
    QCOMPARE(codeOf(first->put(Table::Keys, asBytes("key 0"), asBytes("late"))), ErrorCode::Usage);
    QCOMPARE(codeOf(first->remove(Table::Keys, asBytes("key 0"))), ErrorCode::Usage);
    QCOMPARE(codeOf(first->appendLog(records)), ErrorCode::Usage);
    QVERIFY2(putRows(container, Table::Keys, "key", 1, "second"), "though the first still lives");
    QVERIFY(container.verify()->holds());
}

void ContainerLifeTest::rowsReplaceAndGo() {
    ContainerFixture fixture;
    {
        Container container = fixture.createFilled();
        auto transaction = container.begin();
        const std::uint64_t generation = transaction->generation();
        QVERIFY(transaction->put(Table::Keys, asBytes("key 1"), asBytes("second")));
        QVERIFY(transaction->put(Table::Keys, asBytes("key 1"), asBytes("third")));
        QVERIFY(!transaction->remove(Table::Keys, asBytes("key 9")).value());
        QVERIFY(transaction->remove(Table::Keys, asBytes("key 0")).value());
        QVERIFY(transaction->put(Table::Settings, asBytes("empty"), {}));
        QVERIFY(transaction->commit());
        auto row = container.read(Table::Keys, asBytes("key 1"));
        QVERIFY(row && row->has_value());
        QVERIFY((*row)->payload.text() == "third");
        QCOMPARE((*row)->version, generation);
        QCOMPARE(container.rowCount(Table::Keys), std::uint64_t{2});
    }
    Container again = fixture.openUnlocked();
    QVERIFY(!again.read(Table::Keys, asBytes("key 0"))->has_value());
    QVERIFY(again.read(Table::Settings, asBytes("empty"))->value().payload.empty());
    int seen = 0;
    QVERIFY(again.scanSealed(Table::Keys, [&](const SealedRow &row) -> Status {
        auto opened = again.keys()->openRow(row.place, row.sealed);
        ++seen;
        return opened ? Status{} : Status(failFrom(opened));
    }));
    QCOMPARE(seen, 2);
    QCOMPARE(codeOf(again.scan(Table::Keys,
                               [](const OpenRow &) { return Status(fail(ErrorCode::Cancelled, "")); })),
             ErrorCode::Cancelled);
}

void ContainerLifeTest::handlersKeepToTheirTables() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    auto transaction = container.begin();
    QCOMPARE(codeOf(transaction->put(Table::Identity, asBytes("identity"), asBytes("x"))), ErrorCode::Usage);
    QCOMPARE(codeOf(transaction->remove(Table::Identity, asBytes("identity"))), ErrorCode::Usage);
    QCOMPARE(codeOf(transaction->put(Table::Keys, {}, asBytes("x"))), ErrorCode::Usage);
    QCOMPARE(codeOf(transaction->put(Table::Keys, Bytes(65), asBytes("x"))), ErrorCode::Usage);
    QVERIFY2(transaction->commit(), "a refused call changes nothing and hinders nothing");
}

void ContainerLifeTest::theLogGrowsWithItsCommit() {
    ContainerFixture fixture;
    {
        Container container = fixture.createFilled();
        const std::vector<chainlog::Record> records(chainlog::maxRecordsPerPage, logRecord("Encrypt"));
        auto transaction = container.begin();
        QVERIFY(transaction->appendLog(records));
        QVERIFY(transaction->appendLog(records));
        QVERIFY(transaction->appendLog({}));
        QVERIFY(transaction->commit());
    }
    Container again = fixture.openUnlocked();
    QCOMPARE(again.logState().records, std::uint64_t{3 + 2048});
    QCOMPARE(again.logState().pages, std::uint64_t{5});
    QCOMPARE(again.newestLogRecords(2)->front().sequence, std::uint64_t{2051});
    QCOMPARE(again.newestLogRecords(5, 3)->size(), std::size_t{2});
}

void ContainerLifeTest::generationsCountCommits() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    const RootStamp before = container.stamp();
    QCOMPARE(before.generation, std::uint64_t{4});
    QVERIFY(putRows(container, Table::Keys, "key", 1, "x"));
    const RootStamp after = container.stamp();
    QCOMPARE(after.generation, std::uint64_t{5});
    QVERIFY(after.fingerprint != before.fingerprint && after.vaultId == before.vaultId);
    QVERIFY(container.lock());
    Container again = fixture.openUnlocked();
    QVERIFY(again.stamp().fingerprint == after.fingerprint);
    QCOMPARE(again.stamp().generation, std::uint64_t{5});
}

void ContainerLifeTest::wrongPassphrase() {
    ContainerFixture fixture;
    { const Container container = fixture.createFilled(); }
    auto container = Container::open(fixture.file(), {});
    QVERIFY(container && !container->isUnlocked());
    QCOMPARE(codeOf(container->unlockWithPassphrase(secretText("wrong"))), ErrorCode::WrongPassphrase);
    QCOMPARE(codeOf(container->unlockWithPassphrase(secretText("correct horse battery staple "))),
             ErrorCode::WrongPassphrase);
    QCOMPARE(codeOf(container->unlockWithKeychainSecret(SecretBytes(32))), ErrorCode::NoSuchSlot);
    QCOMPARE(codeOf(container->unlockWithKeychainSecret(SecretBytes(31))), ErrorCode::Usage);
    QCOMPARE(codeOf(container->unlockWithRecoveryCode(*RecoveryCode::generate())), ErrorCode::NoSuchSlot);
    QCOMPARE(codeOf(container->unlockWithVaultKey(SecretBytes(32))), ErrorCode::VaultDamaged);
    CancelSource cancel;
    cancel.cancel();
    QCOMPARE(codeOf(container->unlockWithPassphrase(secretText("x"), cancel.token())), ErrorCode::Cancelled);
    QVERIFY(!container->isUnlocked());
    QVERIFY(container->unlockWithPassphrase(secretText(fixturePassphrase)));
}

void ContainerLifeTest::openRefuses_data() {
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<int>("writing");
    QTest::addColumn<int>("reading");
    const int fine = int(ErrorCode::Unknown);
    const int notAVault = int(ErrorCode::NotAVault);
    const int notRegular = int(ErrorCode::FileNotRegular);
    QTest::newRow("missing") << QByteArray("missing") << int(ErrorCode::FileNotFound)
                             << int(ErrorCode::FileNotFound);
    QTest::newRow("empty file") << QByteArray("empty") << notAVault << notAVault;
    QTest::newRow("text") << QByteArray("text") << notAVault << notAVault;
    QTest::newRow("other database") << QByteArray("database") << notAVault << notAVault;
    QTest::newRow("folder") << QByteArray("folder") << notRegular << notRegular;
    QTest::newRow("symbolic link") << QByteArray("link") << notRegular << fine;
    QTest::newRow("open to others") << QByteArray("mode") << int(ErrorCode::PermissionDenied) << fine;
    QTest::newRow("more tables") << QByteArray("tables") << int(ErrorCode::VaultDamaged)
                                 << int(ErrorCode::VaultDamaged);
    QTest::newRow("trigger") << QByteArray("trigger") << int(ErrorCode::VaultDamaged)
                             << int(ErrorCode::VaultDamaged);
    QTest::newRow("no header") << QByteArray("header") << int(ErrorCode::VaultDamaged)
                               << int(ErrorCode::VaultDamaged);
}

void ContainerLifeTest::openRefuses() {
    QFETCH(const QByteArray, kind);
    QFETCH(const int, writing);
    QFETCH(const int, reading);
    ContainerFixture fixture;
    { const Container container = fixture.createFilled(); }
    std::filesystem::path file = fixture.folder() / "other";
    if (kind == "text") {
        QVERIFY(writeFileAtomically(file, asBytes(std::string(5000, 't')), {.mode = 0600}));
    } else if (kind == "empty" || kind == "database") {
        QVERIFY(writeFileAtomically(file, {}, {.mode = 0600}));
        if (kind == "database") {
            forge(file, "CREATE TABLE t(a)");
        }
    } else if (kind == "folder") {
        std::filesystem::create_directory(file);
    } else if (kind == "link") {
        std::filesystem::create_symlink(fixture.file(), file);
    } else if (kind != "missing") {
        file = fixture.file();
        if (kind == "mode") {
            std::filesystem::permissions(file, std::filesystem::perms(0640));
        } else if (kind == "tables") {
            forge(file, "CREATE TABLE more(a)");
        } else if (kind == "trigger") {
            forge(file, "CREATE TRIGGER t AFTER INSERT ON rows BEGIN DELETE FROM rows; END");
        } else {
            forge(file, "DELETE FROM header");
        }
    }
    auto forWriting = Container::open(file, {});
    QCOMPARE(int(codeOf(forWriting)), writing);
    auto forReading = Container::open(file, {.access = Access::ReadOnly});
    QVERIFY2(int(codeOf(forReading)) == reading, forReading ? "opened" : forReading.error().detail.c_str());
    if (kind == "mode") {
        QVERIFY(forWriting.error().detail.find("chmod 600") != std::string::npos);
    }
}

void ContainerLifeTest::newerFormats_data() {
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<bool>("readable");
    QTest::newRow("newer reader") << QByteArray("UPDATE header SET body=CAST(substr(body,1,10) || x'0002' || "
                                                "substr(body,13) AS BLOB)")
                                  << false;
    QTest::newRow("newer writer") << QByteArray("UPDATE header SET body=CAST(substr(body,1,12) || x'0007' || "
                                                "substr(body,15) AS BLOB)")
                                  << true;
    QTest::newRow("newer file") << QByteArray("PRAGMA user_version=9; CREATE TABLE more(a)") << false;
}

void ContainerLifeTest::newerFormats() {
    QFETCH(const QByteArray, sql);
    QFETCH(const bool, readable);
    ContainerFixture fixture;
    { const Container container = fixture.createFilled(); }
    forge(fixture.file(), sql.toStdString());
    auto forWriting = Container::open(fixture.file(), {});
    QCOMPARE(codeOf(forWriting), ErrorCode::VaultNewer);
    QVERIFY(forWriting.error().detail.find("format") != std::string::npos);
    auto forReading = Container::open(fixture.file(), {.access = Access::ReadOnly});
    QCOMPARE(forReading.has_value(), readable);
    if (readable) {
        // The header is under the root: who forged it is found out.
        QCOMPARE(codeOf(forReading->unlockWithPassphrase(secretText(fixturePassphrase))),
                 ErrorCode::VaultDamaged);
    }
}

void ContainerLifeTest::aVaultInUseNamesItsHolder() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    auto second = Container::open(fixture.file(), {});
    QCOMPARE(codeOf(second), ErrorCode::VaultInUse);
    const std::string &note = second.error().detail;
    QVERIFY2(note.find("container-test") != std::string::npos, note.c_str());
    QVERIFY(note.find("process " + std::to_string(QCoreApplication::applicationPid())) != std::string::npos);
    QVERIFY(note.find("since 20") != std::string::npos);
    QVERIFY(container.setServedUrl("http://127.0.0.1:4000"));
    QVERIFY(Container::open(fixture.file(), {}).error().detail.find("serving http://127.0.0.1:4000") !=
            std::string::npos);
    QVERIFY(container.lock());
    QVERIFY(Container::open(fixture.file(), {}));
    // A program that knows nothing of lock files.
    {
        auto foreign = sqlite::Database::open(fixture.file());
        QVERIFY(foreign && foreign->execute("BEGIN EXCLUSIVE"));
        auto third = Container::open(fixture.file(), {});
        QCOMPARE(codeOf(third), ErrorCode::VaultInUse);
        QVERIFY(third.error().detail.find("not Keyturn") != std::string::npos);
    }
    QVERIFY(Container::open(fixture.file(), {}));
}

void ContainerLifeTest::readOnlyBesideTheWriter() {
    ContainerFixture fixture;
    Container writer = fixture.createFilled();
    const std::string before = contentOf(writer).value();
    const auto names = namesIn(fixture.folder());
    Container reader = fixture.openUnlocked(Access::ReadOnly);
    QCOMPARE(contentOf(reader).value(), before);
    QVERIFY(namesIn(fixture.folder()) == names);
    QVERIFY(putRows(writer, Table::Keys, "later", 300, std::string(300, 'l')));
    QCOMPARE(contentOf(reader).value(), before);
    QCOMPARE(codeOf(reader.begin()), ErrorCode::VaultReadOnly);
    QCOMPARE(codeOf(reader.addRecoverySlot(*RecoveryCode::generate(), "r")), ErrorCode::VaultReadOnly);
    Container later = fixture.openUnlocked(Access::ReadOnly);
    QCOMPARE(contentOf(later).value(), contentOf(writer).value());
    QVERIFY(later.verify()->holds());
    QVERIFY(later.setServedUrl("ignored"));
}

void ContainerLifeTest::readOnlyMedia() {
    ContainerFixture fixture;
    { const Container container = fixture.createFilled(); }
    std::filesystem::permissions(fixture.file(), std::filesystem::perms(0400));
    std::filesystem::permissions(fixture.folder(), std::filesystem::perms(0500));
    const auto written = std::filesystem::last_write_time(fixture.file());
    std::optional<std::string> content;
    {
        Container reader = fixture.openUnlocked(Access::ReadOnly);
        content = contentOf(reader).value();
        QVERIFY(reader.lock());
    }
    auto facts = base::platform::fileFacts(fixture.file());
    const auto writing = codeOf(Container::open(fixture.file(), {}));
    std::filesystem::permissions(fixture.folder(), std::filesystem::perms(0700));
    QVERIFY(content->find("Putkey") != std::string::npos);
    QVERIFY(std::filesystem::last_write_time(fixture.file()) == written);
    if (!facts->writable) { // the superuser writes anything
        QCOMPARE(writing, ErrorCode::VaultReadOnly);
    }
}

void ContainerLifeTest::aJournalThatNamesAnotherFile() {
    ContainerFixture fixture;
    { const Container container = fixture.createFilled(); }
    const auto precious = fixture.folder() / "precious";
    QVERIFY(writeFileAtomically(precious, asBytes("do not delete"), {.mode = 0600}));
    Bytes journal = toBytes(std::string_view("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8));
    journal.resize(512);
    const std::string name = precious.string();
    const auto append = [&](std::uint32_t value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            journal.push_back(static_cast<std::uint8_t>(value >> shift));
        }
    };
    append(0x40000000 / 4096 + 1);
    journal.insert(journal.end(), name.begin(), name.end());
    std::uint32_t sum = 0;
    for (const char character : name) {
        sum += static_cast<std::uint32_t>(character);
    }
    append(static_cast<std::uint32_t>(name.size()));
    append(sum);
    for (const char character : std::string("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8)) {
        journal.push_back(static_cast<std::uint8_t>(character));
    }
    QVERIFY(writeFileAtomically(fixture.file().string() + "-journal", journal, {.mode = 0600}));
    auto container = Container::open(fixture.file(), {});
    QCOMPARE(codeOf(container), ErrorCode::VaultDamaged);
    QVERIFY(std::filesystem::exists(precious));
}

void ContainerLifeTest::backups() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    const auto target = fixture.folder() / "copy.vault";
    QVERIFY(writeFileAtomically(target.string() + ".new", asBytes("left by an interrupted backup"),
                                {.mode = 0600}));
    QVERIFY(container.backup(target, false));
    QVERIFY(!std::filesystem::exists(target.string() + ".new"));
    QCOMPARE(base::platform::fileFacts(target)->mode, 0600U);
    QVERIFY(putRows(container, Table::Keys, "later", 2, "x"));
    QCOMPARE(codeOf(container.backup(target, false)), ErrorCode::FileExists);
    {
        auto copy = Container::open(target, {.access = Access::ReadOnly});
        QVERIFY(copy && copy->unlockWithPassphrase(secretText(fixturePassphrase)));
        QCOMPARE(copy->rowCount(Table::Keys), std::uint64_t{3});
    }
    std::filesystem::permissions(target, std::filesystem::perms(0644));
    QVERIFY(container.backup(target, true));
    QCOMPARE(base::platform::fileFacts(target)->mode, 0600U);
    auto copy = Container::open(target, {});
    QVERIFY(copy && copy->unlockWithPassphrase(secretText(fixturePassphrase)));
    QCOMPARE(contentOf(*copy).value(), contentOf(container).value());
    QVERIFY(copy->verify()->holds());
}

void ContainerLifeTest::backupsRefuse() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    QCOMPARE(codeOf(container.backup(fixture.file(), true)), ErrorCode::Usage);
    QCOMPARE(codeOf(container.backup(fixture.folder() / "none" / "x", false)), ErrorCode::FileNotFound);
    std::filesystem::create_directory(fixture.folder() / "folder");
    QCOMPARE(codeOf(container.backup(fixture.folder() / "folder", true)), ErrorCode::FileNotRegular);
    QVERIFY(container.lock());
    QCOMPARE(codeOf(container.backup(fixture.folder() / "x", false)), ErrorCode::VaultLocked);
}

void ContainerLifeTest::verifyCounts() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    auto report = container.verify();
    QVERIFY(report && report->holds());
    QCOMPARE(report->rows["keys"], std::uint64_t{3});
    QCOMPARE(report->rows["materials"], std::uint64_t{4});
    QCOMPARE(report->rows["aliases"], std::uint64_t{2});
    QCOMPARE(report->rows["identity"], std::uint64_t{1});
    QCOMPARE(report->slots, std::uint64_t{1});
    QCOMPARE(report->logPages, std::uint64_t{3});
    QCOMPARE(report->logRecords, std::uint64_t{3});
    QCOMPARE(report->generation, std::uint64_t{4});
}

void ContainerLifeTest::lockedMeansLocked() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    QVERIFY(container.keys() != nullptr);
    QVERIFY(container.lock());
    QVERIFY(!container.isUnlocked() && container.keys() == nullptr);
    QCOMPARE(codeOf(container.read(Table::Keys, asBytes("key 0"))), ErrorCode::VaultLocked);
    QCOMPARE(codeOf(container.scan(Table::Keys, [](const OpenRow &) { return Status(); })),
             ErrorCode::VaultLocked);
    QCOMPARE(codeOf(container.begin()), ErrorCode::VaultLocked);
    QCOMPARE(codeOf(container.verify()), ErrorCode::VaultLocked);
    QCOMPARE(codeOf(container.identity()), ErrorCode::VaultLocked);
    QCOMPARE(codeOf(container.newestLogRecords(1)), ErrorCode::VaultLocked);
    QCOMPARE(codeOf(container.unlockWithPassphrase(secretText(fixturePassphrase))), ErrorCode::VaultLocked);
    QVERIFY(container.lock());
}

QTEST_GUILESS_MAIN(ContainerLifeTest)
#include "tst_container_life.moc"
