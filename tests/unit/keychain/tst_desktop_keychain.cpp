// SPDX-License-Identifier: Apache-2.0
// The real keychain, run by tests/fakes/with_keyring.sh in five sessions: open, locked, without a keyring, no
// Secret Service, no bus. The session's name is the first argument.
#include "mute_secret_service.h"

#include "keychain/blocking_keychain.h"
#include "keychain/desktop_keychain.h"

#include <QCoreApplication>
#include <QObject>
#include <QProcess>
#include <QTest>

using namespace keyturn;
using namespace keyturn::keychain;
using keyturn::test::MuteSecretService;

namespace {

constexpr const char *testService = "org.keyturn.console.test";

/// The item that with_keyring.sh stores before it locks the keyring.
ItemId presentItem() {
    return {ItemKind::Profile, "00000000-0000-4000-8000-000000000001"};
}
ItemId freshItem() {
    return {ItemKind::Profile, newItemUuid()};
}

CallOptions soon() {
    return {std::chrono::seconds(10), {}};
}

bool secretTool(const QStringList &arguments, const QByteArray &input = {}) {
    QProcess tool;
    tool.start(QStringLiteral("secret-tool"), arguments);
    tool.write(input);
    tool.closeWriteChannel();
    return tool.waitForFinished() && tool.exitCode() == 0;
}

/// As libsecret's own tool stores an item of QtKeychain's schema.
bool storeAsAnotherProgram(const ItemId &id, const char *type, const QByteArray &content) {
    return secretTool({QStringLiteral("store"), QStringLiteral("--label=another program"),
                       QStringLiteral("xdg:schema"), QStringLiteral("org.qt.keychain"),
                       QStringLiteral("server"), QString::fromLatin1(testService), QStringLiteral("user"),
                       QString::fromStdString(*itemKey(id)), QStringLiteral("type"),
                       QString::fromLatin1(type)},
                      content);
}

QByteArray codeOf(const Error &error) {
    return QByteArray(errorCodeName(error.code).data());
}

} // namespace

/// An open keyring.
class TestUnlocked : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void probeSaysAvailable();
    void roundTrip_data();
    void roundTrip();
    void replacesAndRemoves();
    void missingItem();
    void anotherProgramsChangesAreSeen();
    void anotherProgramsTextDoesNotHideOurs();
    void refusesBadItems();
    void answersComeThroughTheLoop();
    void cancelStopsTheCall();
    void deathSilencesTheCall();
};

void TestUnlocked::probeSaysAvailable() {
    DesktopKeychain keychain(testService);
    const KeychainState state = BlockingKeychain(keychain, soon()).probe();
    QVERIFY(state.availability == Availability::Available);
    QCOMPARE(state.backend, std::string("Secret Service"));
    QVERIFY(state.detail.empty());
}

void TestUnlocked::roundTrip_data() {
    QTest::addColumn<QByteArray>("data");
    QTest::newRow("one NUL byte") << QByteArray(1, '\0');
    QTest::newRow("json") << QByteArray(R"({"secretAccessKey":"x/y+z=","token":"é"})");
    QTest::newRow("no UTF-8") << QByteArray("\xff\xfe\x00\x80\n", 5);
    QTest::newRow("64 KiB") << QByteArray(int(maxItemBytes), '\xa5');
}

void TestUnlocked::roundTrip() {
    QFETCH(QByteArray, data);
    DesktopKeychain keychain(testService);
    BlockingKeychain blocking(keychain, soon());
    const ItemId item = freshItem();
    const std::string_view text(data.constData(), std::size_t(data.size()));
    QVERIFY(blocking.write(item, SecretBytes::copyOf(text)).has_value());
    auto read = blocking.read(item);
    QVERIFY(read.has_value());
    QVERIFY(read->text() == text);
    QVERIFY(blocking.remove(item).has_value());
}

void TestUnlocked::replacesAndRemoves() {
    DesktopKeychain keychain(testService);
    BlockingKeychain blocking(keychain, soon());
    const ItemId item = freshItem();
    QVERIFY(blocking.write(item, SecretBytes::copyOf("old and longer")).has_value());
    QVERIFY(blocking.write(item, SecretBytes::copyOf("new")).has_value());
    QCOMPARE(blocking.read(item)->text(), std::string_view("new"));
    QVERIFY(blocking.remove(item).has_value());
    QVERIFY(blocking.remove(item).has_value()); // again, although it is gone
    QCOMPARE(codeOf(blocking.read(item).error()), QByteArray("KeychainNotFoundOrLocked"));
}

void TestUnlocked::anotherProgramsChangesAreSeen() {
    DesktopKeychain keychain(testService);
    BlockingKeychain blocking(keychain, soon());
    const ItemId item = freshItem();
    QVERIFY(blocking.write(item, SecretBytes::copyOf("ours")).has_value());
    QVERIFY(storeAsAnotherProgram(item, "base64", QByteArray("theirs").toBase64()));
    auto changed = blocking.read(item);
    QVERIFY(changed.has_value());
    QCOMPARE(changed->text(), std::string_view("theirs"));
    QVERIFY(secretTool({QStringLiteral("clear"), QStringLiteral("server"), QString::fromLatin1(testService),
                        QStringLiteral("user"), QString::fromStdString(*itemKey(item))}));
    QCOMPARE(codeOf(blocking.read(item).error()), QByteArray("KeychainNotFoundOrLocked"));
}

/// A text item is read before a binary one of the same key.
void TestUnlocked::anotherProgramsTextDoesNotHideOurs() {
    DesktopKeychain keychain(testService);
    BlockingKeychain blocking(keychain, soon());
    const ItemId item = freshItem();
    QVERIFY(blocking.write(item, SecretBytes::copyOf("ours")).has_value());
    QVERIFY(storeAsAnotherProgram(item, "plaintext", "theirs"));
    QCOMPARE(blocking.read(item)->text(), std::string_view("theirs"));
    QVERIFY(blocking.write(item, SecretBytes::copyOf("ours again")).has_value());
    QCOMPARE(blocking.read(item)->text(), std::string_view("ours again"));
}

void TestUnlocked::missingItem() {
    DesktopKeychain keychain(testService);
    auto read = BlockingKeychain(keychain, soon()).read(freshItem());
    QCOMPARE(codeOf(read.error()), QByteArray("KeychainNotFoundOrLocked"));
    QVERIFY(read.error().detail.find("no such item") != std::string::npos);
}

void TestUnlocked::refusesBadItems() {
    DesktopKeychain keychain(testService);
    BlockingKeychain blocking(keychain, soon());
    QCOMPARE(codeOf(blocking.read({ItemKind::Vault, "name"}).error()), QByteArray("Usage"));
    QCOMPARE(codeOf(blocking.remove({ItemKind::Vault, ""}).error()), QByteArray("Usage"));
    QCOMPARE(codeOf(blocking.write(freshItem(), {}).error()), QByteArray("Usage"));
    QCOMPARE(codeOf(blocking.write(freshItem(), SecretBytes(maxItemBytes + 1)).error()), QByteArray("Usage"));
}

void TestUnlocked::answersComeThroughTheLoop() {
    DesktopKeychain keychain(testService);
    int answers = 0;
    keychain.read(freshItem(), soon(), [&](Result<SecretBytes>) { ++answers; });
    keychain.read({ItemKind::Vault, "bad"}, soon(), [&](Result<SecretBytes>) { ++answers; });
    QCOMPARE(answers, 0);
    QTRY_COMPARE(answers, 2);
}

void TestUnlocked::cancelStopsTheCall() {
    DesktopKeychain keychain(testService);
    CancelSource source;
    CallOptions options = soon();
    options.cancel = source.token();
    source.cancel();
    QCOMPARE(codeOf(BlockingKeychain(keychain, options).read(freshItem()).error()), QByteArray("Cancelled"));
}

void TestUnlocked::deathSilencesTheCall() {
    bool called = false;
    {
        DesktopKeychain keychain(testService);
        keychain.read(freshItem(), soon(), [&](Result<SecretBytes>) { called = true; });
    }
    DesktopKeychain other(testService);
    QVERIFY(!BlockingKeychain(other, soon()).read(freshItem()).has_value()); // the loop ran
    QVERIFY(!called);
}

/// A locked keyring, with an item in it.
class TestLocked : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCallSaysLocked();
};

void TestLocked::everyCallSaysLocked() {
    DesktopKeychain keychain(testService);
    BlockingKeychain blocking(keychain, soon());
    QVERIFY(blocking.probe().availability == Availability::Locked);
    auto read = blocking.read(presentItem());
    QCOMPARE(codeOf(read.error()), QByteArray("KeychainLocked"));
    QVERIFY(read.error().detail.find("locked") != std::string::npos);
    QCOMPARE(codeOf(blocking.read(freshItem()).error()), QByteArray("KeychainLocked"));
    QCOMPARE(codeOf(blocking.write(freshItem(), SecretBytes::copyOf("x")).error()),
             QByteArray("KeychainLocked"));
}

/// A Secret Service that holds no keyring yet.
class TestEmpty : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysThatNoKeyringIsThere();
};

void TestEmpty::saysThatNoKeyringIsThere() {
    DesktopKeychain keychain(testService);
    BlockingKeychain blocking(keychain, soon());
    QVERIFY(blocking.probe().availability == Availability::NoDefaultCollection);
    QCOMPARE(codeOf(blocking.read(freshItem()).error()), QByteArray("KeychainNotFoundOrLocked"));
    auto written = blocking.write(freshItem(), SecretBytes::copyOf("x"));
    QCOMPARE(codeOf(written.error()), QByteArray("KeychainUnavailable"));
    QVERIFY2(written.error().detail.find("no default keyring yet") != std::string::npos,
             written.error().detail.c_str());
}

/// A bus without a Secret Service; then one that never answers.
class TestNoService : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCallSaysNoService();
    void unansweredPromptTimesOut();
};

void TestNoService::everyCallSaysNoService() {
    DesktopKeychain keychain(testService);
    BlockingKeychain blocking(keychain, soon());
    QVERIFY(blocking.probe().availability == Availability::NoSecretService);
    for (const Error &error :
         {blocking.read(freshItem()).error(), blocking.write(freshItem(), SecretBytes::copyOf("x")).error(),
          blocking.remove(freshItem()).error()}) {
        QCOMPARE(codeOf(error), QByteArray("KeychainUnavailable"));
        QVERIFY(error.detail.starts_with("no Secret Service runs"));
    }
}

void TestNoService::unansweredPromptTimesOut() {
    MuteSecretService service;
    QVERIFY(service.isRunning());
    {
        DesktopKeychain keychain(testService);
        const CallOptions hasty{std::chrono::milliseconds(300), {}};
        auto read = BlockingKeychain(keychain, hasty).read(freshItem());
        QCOMPARE(codeOf(read.error()), QByteArray("KeychainTimedOut"));
        QVERIFY(read.error().detail.find("prompt") != std::string::npos);
    }
    // The job is still there although its caller is gone; its late end must do no harm.
    QTRY_VERIFY(service.waitingCalls() > 0);
    service.refuseWaitingCalls();
    DesktopKeychain keychain(testService);
    bool answered = false;
    keychain.read(freshItem(), {std::chrono::milliseconds(300), {}},
                  [&](Result<SecretBytes>) { answered = true; });
    QTRY_VERIFY(answered);
}

/// No session bus.
class TestNoBus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCallSaysNoBus();
};

void TestNoBus::everyCallSaysNoBus() {
    DesktopKeychain keychain(testService);
    BlockingKeychain blocking(keychain, soon());
    QVERIFY(blocking.probe().availability == Availability::NoSessionBus);
    for (const Error &error :
         {blocking.read(freshItem()).error(), blocking.write(freshItem(), SecretBytes::copyOf("x")).error(),
          blocking.remove(freshItem()).error()}) {
        QCOMPARE(codeOf(error), QByteArray("KeychainUnavailable"));
        QVERIFY(error.detail.starts_with("there is no D-Bus session bus"));
    }
}

int main(int argc, char **argv) {
    QCoreApplication application(argc, argv);
    const QByteArray state = argc > 1 ? argv[1] : "";
    QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() > 1) {
        arguments.removeAt(1);
    }
    if (state == "unlocked") {
        TestUnlocked test;
        return QTest::qExec(&test, arguments);
    }
    if (state == "locked") {
        TestLocked test;
        return QTest::qExec(&test, arguments);
    }
    if (state == "empty") {
        TestEmpty test;
        return QTest::qExec(&test, arguments);
    }
    if (state == "no-service") {
        TestNoService test;
        return QTest::qExec(&test, arguments);
    }
    if (state == "no-bus") {
        TestNoBus test;
        return QTest::qExec(&test, arguments);
    }
    qCritical("usage: tst_desktop_keychain unlocked|locked|empty|no-service|no-bus [Qt Test options]");
    return 2;
}

#include "tst_desktop_keychain.moc"
