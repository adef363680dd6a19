// SPDX-License-Identifier: Apache-2.0
// A new vault key: everything is sealed under it, nothing of the old one is left in the file, slots are those
// asked for, and the vault is used as before.
#include "base/atomic_file.h"
#include "base/encoding.h"
#include "kms/operations/delete_alias.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/update_alias.h"
#include "vault/container_fixture.h"
#include "vault/container_impl.h"
#include "vault/kms_vault.h"
#include "vault/row_places.h"

#include <QObject>
#include <QTest>

#include <algorithm>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::vault;

namespace {

constexpr const char *oldCode = "88SXY-CHZGJ-00CXY-ACFTC-TBM8V-V8REH-GMF7A-SDKYS";
constexpr const char *newCode = "00000-00000-00000-00000-00000-00000-00000-000S8";

KeyRotation withPassphrase(const char *passphrase) {
    KeyRotation wish;
    wish.passphrase = secretText(passphrase);
    return wish;
}

/// All sealed bytes of a locked vault: rows, root, log pages, slots.
std::vector<Bytes> sealedParts(const std::filesystem::path &file) {
    std::vector<Bytes> parts;
    auto database = sqlite::Database::openImage(readFile(file, 1 << 24).value()).value();
    for (const char *sql : {"SELECT sealed FROM rows", "SELECT sealed FROM log_pages",
                            "SELECT sealed FROM state", "SELECT body FROM slots"}) {
        auto statement = database.prepare(sql).value();
        while (statement.step().value()) {
            parts.push_back(toBytes(statement.blob(0)));
        }
    }
    return parts;
}

/// A slot of a type that this program does not know, as a later one would leave it: the root covers it.
void addSlotOfLater(ContainerFixture &fixture) {
    const SecretBytes key = fixture.vaultKey();
    auto database = sqlite::Database::open(fixture.file()).value();
    auto state = database.prepare("SELECT generation, sealed FROM state").value();
    if (!state.step().value()) {
        qFatal("no root");
    }
    const auto generation = static_cast<std::uint64_t>(state.integer(0));
    const VaultKeys keys(Container::open(fixture.file(), {.access = Access::ReadOnly})->vaultId(), 1, key);
    const RowPlace place{static_cast<std::uint16_t>(Table::State), asBytes("root"), generation, 1};
    auto root = decodeStateRoot(keys.openRow(place, state.blob(1))->view()).value();
    state.reset();
    const Bytes body{0, 1, 9};
    root.add(static_cast<std::uint16_t>(Table::Slots), elementOfSlot(keys, 7, body));
    Bytes sealed;
    if (!keys.sealRow(place, encodeStateRoot(root), sealed) ||
        !database.execute("INSERT INTO slots(id, body) VALUES(7, x'000109'); UPDATE state SET sealed=x'" +
                          toHex(sealed) + "'")) {
        qFatal("no slot");
    }
}

} // namespace

class KeyRotationTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everythingIsSealedAnew();
    void nothingOfTheOldKeyIsLeft();
    void slotsAreThoseAskedFor();
    void refusals_data();
    void refusals();
    void earlierJournalKeysAreKept();
    void theVaultIsUsedAsBefore();
    void memoryDoesNotGrowWithRows();
    void everyTableHasAPlace();
};

void KeyRotationTest::everythingIsSealedAnew() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    const RootStamp before = container.stamp();
    const chainlog::LogState log = container.logState();
    const std::vector<chainlog::Record> records{logRecord("RotateVaultKey")};
    const auto rotated = container.rotateKey(withPassphrase(fixturePassphrase), records);
    QVERIFY2(rotated, rotated ? "" : rotated.error().detail.c_str());
    QCOMPARE(rotated->epoch, 2U);
    QCOMPARE(rotated->rows, std::uint64_t{10}); // with the identity
    QCOMPARE(rotated->logPages, log.pages);
    // In use at once, and after opening again.
    for (const bool again : {false, true}) {
        if (again) {
            QVERIFY(container.lock());
            container = fixture.openUnlocked();
        }
        QCOMPARE(container.stamp().epoch, 2U);
        QCOMPARE(container.stamp().vaultId, before.vaultId);
        QVERIFY(container.stamp().generation > before.generation);
        QCOMPARE(container.read(Table::Keys, asBytes("key 1"))->value().payload.text(),
                 std::string_view(std::string(120, 'k') + "1"));
        QCOMPARE(container.logState().records, log.records + (again ? 2 : 1));
        std::vector<std::string> actions;
        QVERIFY(container.forEachLogRecord([&](const chainlog::StoredRecord &stored) -> Status {
            actions.push_back(stored.record.action);
            return {};
        }));
        const auto expected = std::vector<std::string>{"Putkey", "Putmaterial", "Putalias", "RotateVaultKey"};
        QVERIFY(std::equal(expected.begin(), expected.end(), actions.begin()));
        QVERIFY(container.verify()->holds());
        QVERIFY(putRows(container, Table::Keys, again ? "later" : "after", 1, "x"));
    }
    QVERIFY(container.rotateKey(withPassphrase(fixturePassphrase)).value().epoch == 3);
    QVERIFY(container.verify()->holds());
}

void KeyRotationTest::nothingOfTheOldKeyIsLeft() {
    ContainerFixture fixture;
    {
        Container container = fixture.createFilled();
        QVERIFY(container.addRecoverySlot(*RecoveryCode::parse(oldCode), "recovery"));
        QVERIFY(putRows(container, Table::Materials, "large", 40, std::string(9000, 'l')));
        QVERIFY(container.lock());
    }
    const std::vector<Bytes> before = sealedParts(fixture.file());
    const SecretBytes oldKey = fixture.vaultKey();
    {
        Container container = fixture.openUnlocked();
        QVERIFY(container.rotateKey(withPassphrase(fixturePassphrase)));
        QVERIFY(container.lock());
    }
    const Bytes file = readFile(fixture.file(), 1 << 24).value();
    QVERIFY(before.size() > 50);
    for (const Bytes &part : before) {
        const auto piece = ByteView(part).last(std::min<std::size_t>(part.size(), 48));
        QVERIFY(std::search(file.begin(), file.end(), piece.begin(), piece.end()) == file.end());
    }
    auto container = Container::open(fixture.file(), {});
    QVERIFY(container);
    QCOMPARE(container->unlockWithVaultKey(oldKey.clone()).error().code, ErrorCode::VaultDamaged);
}

void KeyRotationTest::slotsAreThoseAskedFor() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    const SecretBytes oldSecret = SecretBytes::copyOf(Bytes(keychainSecretBytes, 1));
    const SecretBytes newSecret = SecretBytes::copyOf(Bytes(keychainSecretBytes, 2));
    QVERIFY(container.addKeychainSlot(oldSecret, "desk"));
    QVERIFY(container.addRecoverySlot(*RecoveryCode::parse(oldCode), "in the safe"));
    QVERIFY(container.addPassphraseSlot(secretText("of a colleague"), cheapScrypt, "colleague"));
    KeyRotation wish = withPassphrase(fixturePassphrase);
    wish.keychainSecret = newSecret.clone();
    wish.recoveryCode = std::move(*RecoveryCode::parse(newCode));
    const auto rotated = container.rotateKey(std::move(wish));
    QVERIFY(rotated);
    QCOMPARE(rotated->droppedSlots, std::vector<std::string>{"slot 4 (colleague)"});
    const auto slots = container.slots();
    QCOMPARE(slots->size(), std::size_t{3});
    QCOMPARE(slots->at(0).label, std::string("passphrase"));
    QVERIFY(slots->at(0).kdf == crypto::PasswordKdfParams(cheapArgon2id));
    QCOMPARE(slots->at(1).label, std::string("desk"));
    QCOMPARE(slots->at(2).label, std::string("in the safe"));
    QVERIFY(std::ranges::all_of(*slots, [](const Slot &slot) { return slot.epoch == 2 && slot.id > 4; }));
    QVERIFY(container.lock());
    const auto tries = [&](const auto &unlock) {
        auto opened = Container::open(fixture.file(), {});
        return unlock(*opened).has_value();
    };
    QVERIFY(tries([](Container &one) { return one.unlockWithPassphrase(secretText(fixturePassphrase)); }));
    QVERIFY(!tries([](Container &one) { return one.unlockWithPassphrase(secretText("of a colleague")); }));
    QVERIFY(tries([&](Container &one) { return one.unlockWithKeychainSecret(newSecret); }));
    QVERIFY(!tries([&](Container &one) { return one.unlockWithKeychainSecret(oldSecret); }));
    QVERIFY(tries([](Container &one) { return one.unlockWithRecoveryCode(*RecoveryCode::parse(newCode)); }));
    QVERIFY(!tries([](Container &one) { return one.unlockWithRecoveryCode(*RecoveryCode::parse(oldCode)); }));
    // Without new secrets those slots are gone, and said to be.
    Container again = fixture.openUnlocked();
    QCOMPARE(again.rotateKey(withPassphrase(fixturePassphrase))->droppedSlots.size(), std::size_t{2});
    QCOMPARE(again.slots()->size(), std::size_t{1});
}

void KeyRotationTest::refusals_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("code");
    QTest::newRow("wrong passphrase") << 0 << int(ErrorCode::WrongPassphrase);
    QTest::newRow("keychain secret of another size") << 1 << int(ErrorCode::Usage);
    QTest::newRow("stopped") << 2 << int(ErrorCode::Cancelled);
    QTest::newRow("slot of a later version") << 3 << int(ErrorCode::VaultNewer);
    QTest::newRow("a row whose place is not known") << 4 << int(ErrorCode::VaultNewer);
    QTest::newRow("read-only") << 5 << int(ErrorCode::VaultReadOnly);
}

/// A refusal changes nothing, and the vault goes on.
void KeyRotationTest::refusals() {
    QFETCH(const int, kind);
    QFETCH(const int, code);
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    if (kind == 3) {
        QVERIFY(container.lock());
        addSlotOfLater(fixture);
        container = fixture.openUnlocked();
    }
    if (kind == 5) {
        QVERIFY(container.lock());
        container = fixture.openUnlocked(Access::ReadOnly);
    }
    const std::string before = contentOf(container).value();
    KeyRotation wish = withPassphrase(kind == 0 ? "wrong" : fixturePassphrase);
    CancelSource stop;
    if (kind == 1) {
        wish.keychainSecret = SecretBytes::copyOf(Bytes(31, 1));
    } else if (kind == 2) {
        stop.cancel();
        wish.cancel = stop.token();
    } else if (kind == 4) {
        wish.placeOf = [](const MovingRow &row) -> Result<Bytes> {
            return row.table == static_cast<std::uint16_t>(Table::Materials)
                       ? Result<Bytes>(fail(ErrorCode::VaultNewer, "not known"))
                       : Result<Bytes>(toBytes(row.primaryKey));
        };
    }
    const auto refused = container.rotateKey(std::move(wish));
    QVERIFY(!refused);
    QCOMPARE(int(refused.error().code), code);
    QCOMPARE(contentOf(container).value(), before);
    QCOMPARE(container.stamp().epoch, 1U);
    QVERIFY(container.verify()->holds());
    if (kind != 5 && kind != 3) {
        QVERIFY(putRows(container, Table::Keys, "more", 1, "x"));
        QVERIFY(container.rotateKey(withPassphrase(fixturePassphrase)));
    }
}

void KeyRotationTest::earlierJournalKeysAreKept() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    const SecretBytes first = std::move(*container.journalKey());
    QVERIFY(container.rotateKey(withPassphrase(fixturePassphrase)));
    const SecretBytes second = std::move(*container.journalKey());
    QVERIFY(!std::ranges::equal(first.view(), second.view()));
    QVERIFY(container.rotateKey(withPassphrase(fixturePassphrase)));
    QVERIFY(std::ranges::equal(container.journalKey(1)->view(), first.view()));
    QVERIFY(std::ranges::equal(container.journalKey(2)->view(), second.view()));
    QVERIFY(std::ranges::equal(container.journalKey(3)->view(), container.journalKey()->view()));
    QCOMPARE(container.journalKey(4).error().code, ErrorCode::NotFound);
}

void KeyRotationTest::theVaultIsUsedAsBefore() {
    KmsVault vault;
    kms::CreateKey::Request creation;
    const auto key = vault.call<kms::CreateKey>(creation);
    const std::string id = *key->keyMetadata->keyId;
    const auto alias = [&](const char *name) {
        kms::CreateAlias::Request request;
        request.aliasName = name;
        request.targetKeyId = id;
        return vault.call<kms::CreateAlias>(std::move(request));
    };
    QVERIFY(alias("alias/one"));
    QVERIFY(alias("alias/two"));
    kms::Encrypt::Request encryption;
    encryption.keyId = "alias/one";
    encryption.plaintext = SecretBytes::copyOf("before");
    const auto blob = vault.call<kms::Encrypt>(std::move(encryption));
    QVERIFY(blob);
    const auto accessKey = vault.kms().accessKeys().create({"ci", {}, {}, {}});
    QVERIFY(accessKey);

    QVERIFY(vault.lock());
    {
        auto container = Container::open(vault.path(), {});
        QVERIFY(container->unlockWithPassphrase(KmsVault::passphrase()));
        KeyRotation wish;
        wish.passphrase = KmsVault::passphrase();
        wish.placeOf = placeUnderNewKey;
        const auto rotated = container->rotateKey(std::move(wish));
        QVERIFY2(rotated, rotated ? "" : rotated.error().detail.c_str());
        QVERIFY(container->lock());
    }
    for (int again = 0; again < 2; ++again) {
        vault.reopen();
        kms::Decrypt::Request decryption;
        decryption.ciphertextBlob = *blob->ciphertextBlob;
        QCOMPARE(vault.call<kms::Decrypt>(std::move(decryption))->plaintext->text(),
                 std::string_view("before"));
        kms::DescribeKey::Request describe;
        describe.keyId = "alias/one";
        QVERIFY(vault.call<kms::DescribeKey>(std::move(describe)));
        QVERIFY(vault.kms().accessKeys().find(accessKey->key.id) != nullptr);
        if (again == 0) {
            // Found by their names under the new key: changed and removed, not doubled.
            kms::UpdateAlias::Request update;
            update.aliasName = "alias/one";
            update.targetKeyId = id;
            QVERIFY(vault.call<kms::UpdateAlias>(std::move(update)));
            kms::DeleteAlias::Request removal;
            removal.aliasName = "alias/two";
            QVERIFY(vault.call<kms::DeleteAlias>(std::move(removal)));
        }
    }
    QVERIFY(vault.kms().withContainer([](Container &container) -> Status {
        return container.rowCount(Table::Aliases) == 1 && container.verify()->holds()
                   ? Status{}
                   : Status(fail(ErrorCode::VaultDamaged, "aliases"));
    }));
}

void KeyRotationTest::memoryDoesNotGrowWithRows() {
    const auto peakKib = [](int rows) -> std::int64_t {
        ContainerFixture fixture;
        Container container = fixture.createFilled();
        for (int at = 0; at < rows; at += 500) {
            if (!putRows(container, Table::Materials, "row " + std::to_string(at), 500,
                         std::string(4000, 's'))) {
                return -1;
            }
        }
        if (!container.lock()) {
            return -1;
        }
        Container again = fixture.openUnlocked();
        std::int64_t inHand = 0;
        std::int64_t most = 0;
        KeyRotation wish = withPassphrase(fixturePassphrase);
        // What is in hand at once are the rows read and not yet told as done.
        wish.placeOf = [&](const MovingRow &row) -> Result<Bytes> {
            inHand += static_cast<std::int64_t>(row.payload.size());
            most = std::max(most, inHand);
            return toBytes(row.primaryKey);
        };
        wish.progress = [&](const ProgressReport &) { inHand = 0; };
        return again.rotateKey(std::move(wish)) ? most / 1024 : -1;
    };
    const std::int64_t few = peakKib(1000);
    const std::int64_t many = peakKib(3000);
    QVERIFY(few > 0);
    QVERIFY2(many <= few + 16, qPrintable(QString::number(many)));
    QVERIFY(many <= 5 * 1024);
}

void KeyRotationTest::everyTableHasAPlace() {
    const SecretBytes key = SecretBytes::copyOf(Bytes(vaultKeySizeBytes, 1));
    const VaultKeys before({}, 1, key);
    const VaultKeys after({}, 2, key);
    const Bytes place{1, 2, 3};
    for (std::uint16_t table = 16; table < 24; ++table) {
        const auto moved = placeUnderNewKey({table, place, asBytes("no record"), before, after});
        const bool byName = table == static_cast<std::uint16_t>(Table::Aliases) ||
                            table == static_cast<std::uint16_t>(Table::AccessKeys);
        QCOMPARE(moved.has_value(), !byName);
        QVERIFY(byName || *moved == place);
    }
    QCOMPARE(placeUnderNewKey({99, place, {}, before, after}).error().code, ErrorCode::VaultNewer);
}

QTEST_GUILESS_MAIN(KeyRotationTest)
#include "tst_key_rotation.moc"
