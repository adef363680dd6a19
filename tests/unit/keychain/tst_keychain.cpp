// SPDX-License-Identifier: Apache-2.0
// Item keys, and the blocking adapter over a keychain in memory.
#include "fakes/fake_keychain.h"

#include "keychain/blocking_keychain.h"

#include <QObject>
#include <QTest>

#include <set>

using namespace keyturn;
using namespace keyturn::keychain;
using keyturn::test::FakeKeychain;

namespace {

ItemId profileItem() {
    return {ItemKind::Profile, "123e4567-e89b-42d3-a456-426614174000"};
}

} // namespace

class TestKeychain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itemKeys_data();
    void itemKeys();
    void newUuidsAreValidAndDiffer();
    void blockingRoundTrip();
    void blockingPassesErrorsOn();
    void blockingProbe();
};

void TestKeychain::itemKeys_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("uuid");
    QTest::addColumn<QByteArray>("key"); // empty: refused
    const QByteArray uuid = "123e4567-e89b-42d3-a456-426614174000";
    QTest::newRow("profile") << int(ItemKind::Profile) << uuid << QByteArray("v1/profile/" + uuid);
    QTest::newRow("session") << int(ItemKind::Session) << uuid << QByteArray("v1/session/" + uuid);
    QTest::newRow("vault") << int(ItemKind::Vault) << uuid << QByteArray("v1/vault/" + uuid);
    QTest::newRow("32 digits") << int(ItemKind::Vault) << QByteArray(32, 'a')
                               << "v1/vault/" + QByteArray(32, 'a');
    QTest::newRow("empty") << 0 << QByteArray() << QByteArray();
    QTest::newRow("upper case") << 0 << uuid.toUpper() << QByteArray();
    QTest::newRow("braces") << 0 << QByteArray("{" + uuid.mid(1, 34) + "}") << QByteArray();
    QTest::newRow("a name") << 0 << QByteArray("production") << QByteArray();
    QTest::newRow("path") << 0 << QByteArray("../../../../../../../../../../../etc") << QByteArray();
    QTest::newRow("dash moved") << 0 << QByteArray("123e456-7e89b-42d3-a456-426614174000") << QByteArray();
}

void TestKeychain::itemKeys() {
    QFETCH(int, kind);
    QFETCH(QByteArray, uuid);
    QFETCH(QByteArray, key);
    const auto made = itemKey({ItemKind(kind), uuid.toStdString()});
    QCOMPARE(made.has_value(), !key.isEmpty());
    if (made) {
        QCOMPARE(QByteArray::fromStdString(*made), key);
    } else {
        QCOMPARE(made.error().code, ErrorCode::Usage);
    }
}

void TestKeychain::newUuidsAreValidAndDiffer() {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const std::string uuid = newItemUuid();
        QVERIFY(itemKey({ItemKind::Vault, uuid}).has_value());
        QVERIFY(seen.insert(uuid).second);
    }
}

void TestKeychain::blockingRoundTrip() {
    FakeKeychain fake;
    BlockingKeychain blocking(fake, {});
    QVERIFY(blocking.write(profileItem(), SecretBytes::copyOf("one")).has_value());
    QVERIFY(blocking.write(profileItem(), SecretBytes::copyOf("two")).has_value());
    auto read = blocking.read(profileItem());
    QVERIFY(read.has_value());
    QCOMPARE(read->text(), std::string_view("two"));
    QVERIFY(blocking.remove(profileItem()).has_value());
    QCOMPARE(blocking.read(profileItem()).error().code, ErrorCode::KeychainNotFoundOrLocked);
}

void TestKeychain::blockingPassesErrorsOn() {
    FakeKeychain fake;
    BlockingKeychain blocking(fake, {});
    for (const ErrorCode code : {ErrorCode::KeychainUnavailable, ErrorCode::KeychainTimedOut}) {
        fake.nextError = clientError(code, "told to", ErrorOrigin::System);
        QCOMPARE(blocking.read(profileItem()).error().code, code);
        fake.nextError = clientError(code, "told to", ErrorOrigin::System);
        QCOMPARE(blocking.write(profileItem(), SecretBytes::copyOf("x")).error().code, code);
        fake.nextError = clientError(code, "told to", ErrorOrigin::System);
        QCOMPARE(blocking.remove(profileItem()).error().code, code);
    }
    QCOMPARE(blocking.read({ItemKind::Vault, "x"}).error().code, ErrorCode::Usage);
}

void TestKeychain::blockingProbe() {
    FakeKeychain fake;
    fake.state = {Availability::Locked, "Secret Service", "locked"};
    QVERIFY(BlockingKeychain(fake, {}).probe().availability == Availability::Locked);
}

QTEST_GUILESS_MAIN(TestKeychain)
#include "tst_keychain.moc"
