// SPDX-License-Identifier: Apache-2.0
// Slots: every way in, changing them, and what a forged slot can not do.
#include "base/atomic_file.h"
#include "sqlite/database.h"
#include "vault/container_fixture.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::vault;

namespace {

template <class T>
ErrorCode codeOf(const Result<T> &result) {
    return result ? ErrorCode::Unknown : result.error().code;
}

ErrorCode unlockCode(const std::filesystem::path &file, const char *passphrase) {
    auto container = Container::open(file, {.access = Access::ReadOnly});
    return container ? codeOf(container->unlockWithPassphrase(secretText(passphrase))) : codeOf(container);
}

SecretBytes keychainSecret() {
    return SecretBytes::copyOf(std::string(32, 's'));
}

} // namespace

class ContainerSlotsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everySlotOpensTheVault();
    void changingThePassphrase();
    void changesKeepTheOldSlotWhenTheyFail();
    void replacingOtherSlots();
    void removingSlots();
    void sixteenSlotsAtMost();
    void unknownSlotsAreKept();
    void parametersOutOfBounds_data();
    void parametersOutOfBounds();
    void everyBitOfASlotCounts();
    void aSlotOfAnotherVault();
    void anOldSlotBroughtBack();
    void passphrasesInAnyForm();
};

void ContainerSlotsTest::everySlotOpensTheVault() {
    ContainerFixture fixture;
    const RecoveryCode code = std::move(*RecoveryCode::generate());
    std::string content;
    {
        Container container = fixture.createFilled();
        const std::vector<chainlog::Record> log{logRecord("AddSlot")};
        QCOMPARE(container.addKeychainSlot(keychainSecret(), "desktop", log).value(), SlotId{2});
        QCOMPARE(container.addRecoverySlot(code, "paper", log).value(), SlotId{3});
        QCOMPARE(container.addPassphraseSlot(secretText("second"), cheapScrypt, "other", log).value(),
                 SlotId{4});
        content = contentOf(container).value();
        QCOMPARE(container.newestLogRecords(1)->front().record.action, std::string("AddSlot"));
    }
    const auto opens = [&](const std::function<Status(Container &)> &unlock) {
        auto container = Container::open(fixture.file(), {});
        return container && unlock(*container) && contentOf(*container).value() == content;
    };
    QVERIFY(opens([](Container &c) { return c.unlockWithPassphrase(secretText(fixturePassphrase)); }));
    QVERIFY(opens([](Container &c) { return c.unlockWithPassphrase(secretText("second")); }));
    QVERIFY(opens([](Container &c) { return c.unlockWithKeychainSecret(keychainSecret()); }));
    QVERIFY(opens([&](Container &c) { return c.unlockWithRecoveryCode(code); }));
    QVERIFY(!opens([](Container &c) { return c.unlockWithKeychainSecret(SecretBytes(32)); }));
    QVERIFY(!opens([](Container &c) { return c.unlockWithRecoveryCode(*RecoveryCode::generate()); }));

    auto container = Container::open(fixture.file(), {});
    const auto slots = container->slots().value();
    QCOMPARE(slots.size(), std::size_t{4});
    QVERIFY(slots[1].type == SlotType::Keychain && slots[1].label == "desktop" && !slots[1].kdf);
    QVERIFY(slots[2].type == SlotType::Recovery);
    QVERIFY(slots[3].kdf == crypto::PasswordKdfParams(cheapScrypt));
    QCOMPARE(container->slotOpenedBy(secretText("second")).value(), SlotId{4});
    QCOMPARE(codeOf(container->slotOpenedBy(secretText("third"))), ErrorCode::WrongPassphrase);
    // A copy of the slots answers too, for whoever must not wait at the container.
    const auto vaultId = container->vaultId();
    QCOMPARE(slotOpenedBy(vaultId, slots, secretText("second")).value(), SlotId{4});
    QCOMPARE(codeOf(slotOpenedBy(vaultId, slots, secretText("third"))), ErrorCode::WrongPassphrase);
    QCOMPARE(codeOf(slotOpenedBy(vaultId, slots, secretText(""))), ErrorCode::Usage);
    QVERIFY(container->unlockWithPassphrase(secretText("second")));
    QVERIFY(putRows(*container, Table::Keys, "key", 1, "x"));
    QVERIFY2(container->slots().value()[3].lastUsed.has_value(), "noted with the next commit");
    QVERIFY(!container->slots().value()[1].lastUsed.has_value());
    QVERIFY(container->verify()->holds());
}

void ContainerSlotsTest::changingThePassphrase() {
    ContainerFixture fixture;
    std::string content;
    {
        Container container = fixture.createFilled();
        content = contentOf(container).value();
        auto slot = container.changePassphrase(1, secretText("new"), cheapScrypt);
        QVERIFY(slot);
        QCOMPARE(*slot, SlotId{2});
        QCOMPARE(container.slots()->size(), std::size_t{1});
        QCOMPARE(container.slots()->front().label, std::string("passphrase"));
        QVERIFY(container.verify()->holds());
    }
    QCOMPARE(unlockCode(fixture.file(), fixturePassphrase), ErrorCode::WrongPassphrase);
    auto container = Container::open(fixture.file(), {});
    QVERIFY(container && container->unlockWithPassphrase(secretText("new")));
    QCOMPARE(contentOf(*container).value(), content);
}

void ContainerSlotsTest::changesKeepTheOldSlotWhenTheyFail() {
    ContainerFixture fixture;
    {
        Container container = fixture.createFilled();
        CancelSource cancel;
        cancel.cancel();
        QCOMPARE(codeOf(container.changePassphrase(1, secretText("new"), cheapScrypt, {}, cancel.token())),
                 ErrorCode::Cancelled);
        QCOMPARE(codeOf(container.changePassphrase(1, secretText(""), cheapScrypt)), ErrorCode::Usage);
        QCOMPARE(codeOf(container.changePassphrase(9, secretText("new"), cheapScrypt)),
                 ErrorCode::NoSuchSlot);
        QCOMPARE(codeOf(container.changePassphrase(1, secretText("new"), crypto::ScryptParams{10, 8, 1})),
                 ErrorCode::KdfOutOfBounds);
        chainlog::Record tooLong = logRecord("x");
        tooLong.note = std::string(20'000, 'x');
        const std::vector<chainlog::Record> log{tooLong};
        QCOMPARE(codeOf(container.changePassphrase(1, secretText("new"), cheapScrypt, log)),
                 ErrorCode::Usage);
        QCOMPARE(codeOf(container.addKeychainSlot(keychainSecret(), std::string(129, 'l'))),
                 ErrorCode::Usage);
        QCOMPARE(codeOf(container.replaceRecoverySlot(1, *RecoveryCode::generate())), ErrorCode::NoSuchSlot);
        QCOMPARE(container.slots()->size(), std::size_t{1});
        QVERIFY(container.verify()->holds());
    }
    QCOMPARE(unlockCode(fixture.file(), fixturePassphrase), ErrorCode::Unknown);
    QCOMPARE(unlockCode(fixture.file(), "new"), ErrorCode::WrongPassphrase);
}

void ContainerSlotsTest::replacingOtherSlots() {
    ContainerFixture fixture;
    const RecoveryCode first = std::move(*RecoveryCode::generate());
    const RecoveryCode second = std::move(*RecoveryCode::generate());
    {
        Container container = fixture.createFilled();
        const SlotId recovery = container.addRecoverySlot(first, "paper").value();
        const SlotId keychain = container.addKeychainSlot(keychainSecret(), "desktop").value();
        QVERIFY(container.replaceRecoverySlot(recovery, second));
        QVERIFY(container.replaceKeychainSlot(keychain, SecretBytes::copyOf(std::string(32, 'n'))));
        QCOMPARE(container.slots()->size(), std::size_t{3});
        QCOMPARE(container.slots()->at(1).label, std::string("paper"));
    }
    auto container = Container::open(fixture.file(), {});
    QCOMPARE(codeOf(container->unlockWithRecoveryCode(first)), ErrorCode::WrongPassphrase);
    QCOMPARE(codeOf(container->unlockWithKeychainSecret(keychainSecret())), ErrorCode::WrongPassphrase);
    QVERIFY(container->unlockWithRecoveryCode(second));
}

void ContainerSlotsTest::removingSlots() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    const SlotId keychain = container.addKeychainSlot(keychainSecret(), "desktop").value();
    QCOMPARE(codeOf(container.removeSlot(1)), ErrorCode::Usage);
    const SlotId recovery = container.addRecoverySlot(*RecoveryCode::generate(), "paper").value();
    QVERIFY(container.removeSlot(1));
    QCOMPARE(codeOf(container.removeSlot(1)), ErrorCode::NoSuchSlot);
    QCOMPARE(codeOf(container.removeSlot(recovery)), ErrorCode::Usage);
    QVERIFY(container.removeSlot(keychain));
    QCOMPARE(container.slots()->size(), std::size_t{1});
    QVERIFY(container.verify()->holds());
}

void ContainerSlotsTest::sixteenSlotsAtMost() {
    ContainerFixture fixture;
    Container container = fixture.createFilled();
    SlotId last = 0;
    for (std::size_t i = 1; i < maxSlots; ++i) {
        last = container.addRecoverySlot(*RecoveryCode::generate(), "r").value();
    }
    QCOMPARE(codeOf(container.addRecoverySlot(*RecoveryCode::generate(), "r")), ErrorCode::Usage);
    QVERIFY2(container.replaceRecoverySlot(last, *RecoveryCode::generate()),
             "a full vault can still change them");
    QCOMPARE(container.slots()->size(), maxSlots);
    QVERIFY(container.verify()->holds());
}

/// A slot of a later version is listed, counted and left alone. The root must know it, so the newer program
/// that wrote it is played by rewriting this vault's own slot in place of one it made.
void ContainerSlotsTest::unknownSlotsAreKept() {
    for (const Bytes &body : {Bytes{0, 1, 9, 1, 2, 3}, Bytes{0, 2, 1, 5}}) {
        auto slot = parseSlot(7, body);
        QVERIFY(slot);
        QVERIFY(!slot->type && slot->id == 7 && slot->rawType == body[2]);
    }
    QCOMPARE(codeOf(parseSlot(7, Bytes{0, 1, 1, 1})), ErrorCode::VaultDamaged);
    ContainerFixture fixture;
    { const Container container = fixture.createFilled(); }
    forge(fixture.file(), "INSERT INTO slots VALUES(9, x'000109010203')");
    auto container = Container::open(fixture.file(), {});
    QCOMPARE(container->slots()->size(), std::size_t{2});
    auto unlocked = container->unlockWithPassphrase(secretText(fixturePassphrase));
    QCOMPARE(codeOf(unlocked), ErrorCode::VaultDamaged);
    QVERIFY2(unlocked.error().detail.find("slots") != std::string::npos, unlocked.error().detail.c_str());
}

void ContainerSlotsTest::parametersOutOfBounds_data() {
    QTest::addColumn<QByteArray>("sql");
    const QByteArray change("UPDATE slots SET body=CAST(substr(body,1,%1) || %2 || substr(body,%3) AS BLOB)");
    const auto row = [&](const char *name, int at, const char *bytes, int size) {
        QTest::newRow(name) << QByteArray(change)
                                   .replace("%1", QByteArray::number(at))
                                   .replace("%2", bytes)
                                   .replace("%3", QByteArray::number(at + size + 1));
    };
    row("memory of 4 TiB", 4, "x'ffffffff'", 4);
    row("memory of 1 MiB", 4, "x'00000400'", 4);
    row("0 passes", 8, "x'00000000'", 4);
    row("a billion passes", 8, "x'40000000'", 4);
    row("2 lanes", 12, "x'00000002'", 4);
    row("scrypt 2^63", 3, "x'020000003f0000000800000001'", 13);
    row("scrypt r 1", 3, "x'02000000110000000100000001'", 13);
    row("unknown derivation", 3, "x'09'", 1);
    row("no derivation", 3, "x'00'", 1);
}

void ContainerSlotsTest::parametersOutOfBounds() {
    QFETCH(const QByteArray, sql);
    ContainerFixture fixture;
    { const Container container = fixture.createFilled(); }
    forge(fixture.file(), sql.toStdString());
    QCOMPARE(unlockCode(fixture.file(), fixturePassphrase), ErrorCode::KdfOutOfBounds);
}

void ContainerSlotsTest::everyBitOfASlotCounts() {
    VaultUuid vault{3};
    Slot slot;
    slot.id = 4;
    slot.type = SlotType::Recovery;
    slot.rawType = 3;
    slot.epoch = 1;
    slot.label = "paper";
    const SecretBytes secret(24);
    const SecretBytes key = SecretBytes::copyOf(std::string(32, 'v'));
    QVERIFY(wrapVaultKey(vault, slot, secret, key));
    const Bytes body = slotBody(slot);
    QVERIFY(equalConstantTime(unwrapVaultKey(vault, parseSlot(4, body).value(), secret)->view(), key.view()));
    for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
        Bytes flipped = body;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        auto parsed = parseSlot(4, flipped);
        QVERIFY(!parsed || !parsed->type || !unwrapVaultKey(vault, *parsed, secret));
    }
    for (std::size_t size = 0; size < body.size(); ++size) {
        auto parsed = parseSlot(4, ByteView(body).first(size));
        QVERIFY(!parsed || !parsed->type);
    }
    QVERIFY(!unwrapVaultKey(vault, parseSlot(5, body).value(), secret));
    vault[0] = 4;
    QVERIFY(!unwrapVaultKey(vault, parseSlot(4, body).value(), secret));
    std::printf("bits of a slot flipped: %zu, none unwraps\n", body.size() * 8);
}

void ContainerSlotsTest::aSlotOfAnotherVault() {
    ContainerFixture victim;
    ContainerFixture attacker;
    { const Container container = victim.createFilled(); }
    {
        auto other = Container::create(attacker.file(), secretText("mine"), ContainerFixture::cheapOptions());
        QVERIFY(other);
    }
    Bytes body;
    {
        auto database = sqlite::Database::open(attacker.file());
        auto select = database->prepare("SELECT body FROM slots");
        QVERIFY(select->step().value());
        body = toBytes(select->blob(0));
    }
    {
        auto database = sqlite::Database::open(victim.file());
        auto insert = database->prepare("INSERT INTO slots VALUES(2, ?1)");
        QVERIFY(insert->bind(1, body) && insert->run());
    }
    QCOMPARE(unlockCode(victim.file(), "mine"), ErrorCode::WrongPassphrase);
    QCOMPARE(unlockCode(victim.file(), fixturePassphrase), ErrorCode::VaultDamaged);
}

/// Who knows an old passphrase and kept its slot may not bring it back unnoticed.
void ContainerSlotsTest::anOldSlotBroughtBack() {
    ContainerFixture fixture;
    Bytes body;
    { const Container container = fixture.createFilled(); }
    {
        auto database = sqlite::Database::open(fixture.file());
        auto select = database->prepare("SELECT body FROM slots");
        QVERIFY(select->step().value());
        body = toBytes(select->blob(0));
    }
    {
        Container container = fixture.openUnlocked();
        QVERIFY(container.changePassphrase(1, secretText("new"), cheapArgon2id));
    }
    {
        auto database = sqlite::Database::open(fixture.file());
        auto insert = database->prepare("INSERT INTO slots VALUES(1, ?1)");
        QVERIFY(insert->bind(1, body) && insert->run());
    }
    QCOMPARE(unlockCode(fixture.file(), fixturePassphrase), ErrorCode::VaultDamaged);
    QCOMPARE(unlockCode(fixture.file(), "new"), ErrorCode::VaultDamaged);
}

void ContainerSlotsTest::passphrasesInAnyForm() {
    const ContainerFixture fixture;
    {
        auto container = Container::create(fixture.file(), secretText("Schl\u00fcssel\u1e69"),
                                           ContainerFixture::cheapOptions());
        QVERIFY(container);
    }
    QCOMPARE(unlockCode(fixture.file(), "Schlu\u0308ssels\u0307\u0323"), ErrorCode::Unknown);
    QCOMPARE(unlockCode(fixture.file(), "Schlussel\u1e69"), ErrorCode::WrongPassphrase);
}

QTEST_APPLESS_MAIN(ContainerSlotsTest)
#include "tst_container_slots.moc"
