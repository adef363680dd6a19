// SPDX-License-Identifier: Apache-2.0
// The clipboard guard takes back only what is its own; idle time follows the person; lock and sleep are
// heard from logind and the screen savers, played here on a bus of the test's own.
#include "ui/desktop/clipboard_guard.h"
#include "ui/desktop/idle_watch.h"
#include "ui/desktop/linux/dbus_notices.h"
#include "ui/desktop/linux/dbus_session_watch.h"
#include "ui/desktop/linux/dbus_sleep_inhibitor.h"
#include "ui/desktop/tray.h"
#include "unit/ui/private_bus.h"

#include <QApplication>
#include <QClipboard>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusUnixFileDescriptor>
#include <QDBusVirtualObject>
#include <QFile>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryFile>
#include <QTest>
#include <QWidget>

namespace keyturn::desktop {
namespace {

constexpr Timestamp start{std::chrono::seconds(1'000'000)};
const QString historyHint = QStringLiteral("x-kde-passwordManagerHint");
const QString sessionPath = QStringLiteral("/org/freedesktop/login1/session/c2");

/// logind: names a session and hands out inhibitors.
class FakeLogin final : public QDBusVirtualObject {
public:
    int inhibitors = 0;
    QString inhibits;

    QString introspect(const QString &) const override { return {}; }
    bool handleMessage(const QDBusMessage &message, const QDBusConnection &connection) override {
        if (message.member() == u"GetSessionByPID") {
            return connection.send(message.createReply(QVariant::fromValue(QDBusObjectPath(sessionPath))));
        }
        if (message.member() == u"Inhibit") {
            ++inhibitors;
            inhibits =
                message.arguments().value(0).toString() % u' ' % message.arguments().value(3).toString();
            QTemporaryFile file;
            if (!file.open()) {
                return false;
            }
            const QDBusUnixFileDescriptor descriptor(file.handle());
            return connection.send(message.createReply(QVariant::fromValue(descriptor)));
        }
        return false;
    }
};

/// The desktop's notifications: keeps what it was told.
class FakeNotifications final : public QDBusVirtualObject {
public:
    QStringList told;
    QList<uint> replaced;
    QList<uint> closed;

    QString introspect(const QString &) const override { return {}; }
    bool handleMessage(const QDBusMessage &message, const QDBusConnection &connection) override {
        const QVariantList arguments = message.arguments();
        if (message.member() == u"Notify") {
            replaced += arguments.value(1).toUInt();
            told += arguments.value(3).toString() % u'|' % arguments.value(4).toString();
            return connection.send(message.createReply(QVariant::fromValue(uint(7))));
        }
        if (message.member() == u"CloseNotification") {
            closed += arguments.value(0).toUInt();
            return connection.send(message.createReply());
        }
        return false;
    }
};

QString clipboardText() {
    return QApplication::clipboard()->text();
}

SecretBytes secret() {
    return SecretBytes::copyOf(std::string_view("hunter2"));
}

} // namespace

class TestDesktop : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseSecureHeap(); }
    void init() { QApplication::clipboard()->setText(QStringLiteral("before")); }

    void lendsMarksAndTakesBack();
    void leavesWhatIsNotItsOwn();
    void takesBackOnQuitAndDeath();
    void aSecondSecretReplacesTheFirst();

    void idleComesOnceAndEndsWithActivity();
    void activityIsSaidOnceASecond();
    void lateActivityDoesNotHideTheLimit();

    void loginAndScreenSaversAreHeard();
    void sleepIsHeldBackUntilReady();
    void withoutABusNothingWorksAndNothingBreaks();
    void aLongJobKeepsTheMachineAwake();
    void aNoticeIsToldReplacedAndChosen();
};

void TestDesktop::lendsMarksAndTakesBack() {
    ClipboardGuard guard(*QApplication::clipboard());
    QSignalSpy countdown(&guard, &ClipboardGuard::countdown);
    guard.lend(secret());
    QCOMPARE(clipboardText(), QStringLiteral("hunter2"));
    QCOMPARE(QApplication::clipboard()->mimeData()->data(historyHint), QByteArray("secret"));
    for (int left = 9; left > 0; --left) {
        guard.secondPassed();
        QCOMPARE(guard.secondsLeft(), left);
        QCOMPARE(clipboardText(), QStringLiteral("hunter2"));
    }
    guard.secondPassed();
    QVERIFY(!guard.isLending());
    QCOMPARE(clipboardText(), QString());
    // The hint stays: a history that sees the empty text must not bring the last one back.
    QCOMPARE(QApplication::clipboard()->mimeData()->data(historyHint), QByteArray("secret"));
    QCOMPARE(countdown.first().first().toInt(), 10);
    QCOMPARE(countdown.last().first().toInt(), 0);
}

void TestDesktop::leavesWhatIsNotItsOwn() {
    ClipboardGuard guard(*QApplication::clipboard());
    guard.lend(secret());
    QApplication::clipboard()->setText(QStringLiteral("somebody else's"));
    QVERIFY(!guard.holdsOurs());
    guard.secondPassed();
    QVERIFY(!guard.isLending());
    QCOMPARE(clipboardText(), QStringLiteral("somebody else's"));
    guard.takeBack();
    QCOMPARE(clipboardText(), QStringLiteral("somebody else's"));
}

void TestDesktop::takesBackOnQuitAndDeath() {
    {
        ClipboardGuard guard(*QApplication::clipboard());
        guard.lend(secret());
    }
    QCOMPARE(clipboardText(), QString());
    ClipboardGuard guard(*QApplication::clipboard());
    guard.lend(secret());
    Q_EMIT qApp->aboutToQuit({});
    QCOMPARE(clipboardText(), QString());
}

void TestDesktop::aSecondSecretReplacesTheFirst() {
    ClipboardGuard guard(*QApplication::clipboard());
    guard.lend(secret());
    guard.secondPassed();
    guard.lend(SecretBytes::copyOf(std::string_view("other")));
    QCOMPARE(guard.secondsLeft(), 10);
    QCOMPARE(clipboardText(), QStringLiteral("other"));
}

void TestDesktop::idleComesOnceAndEndsWithActivity() {
    auto clock = std::make_shared<ManualClock>(start);
    IdleWatch watch(clock);
    QSignalSpy idle(&watch, &IdleWatch::idleReached);
    watch.setLimit(std::chrono::seconds(240));
    clock->advance(std::chrono::seconds(239));
    watch.check();
    QCOMPARE(idle.size(), 0);
    QWidget window;
    QTest::keyClick(&window, Qt::Key_A);
    QCOMPARE(watch.idleFor(), std::chrono::milliseconds(0));
    clock->advance(std::chrono::seconds(240));
    watch.check();
    watch.check();
    QCOMPARE(idle.size(), 1);
    QTest::mouseClick(&window, Qt::LeftButton);
    clock->advance(std::chrono::seconds(240));
    watch.check();
    QCOMPARE(idle.size(), 2);
    watch.setLimit({});
    clock->advance(std::chrono::hours(1));
    watch.check();
    QCOMPARE(idle.size(), 2);
}

void TestDesktop::activityIsSaidOnceASecond() {
    auto clock = std::make_shared<ManualClock>(start);
    IdleWatch watch(clock);
    QSignalSpy seen(&watch, &IdleWatch::activitySeen);
    watch.touch();
    watch.touch();
    QCOMPARE(seen.size(), 1);
    clock->advance(std::chrono::seconds(1));
    watch.touch();
    QCOMPARE(seen.size(), 2);
}

void TestDesktop::lateActivityDoesNotHideTheLimit() {
    auto clock = std::make_shared<ManualClock>(start);
    IdleWatch watch(clock);
    QSignalSpy idle(&watch, &IdleWatch::idleReached);
    watch.setLimit(std::chrono::seconds(60));
    clock->advance(std::chrono::hours(8)); // the machine slept, no timer ran
    watch.touch();
    QCOMPARE(idle.size(), 1);
}

void TestDesktop::loginAndScreenSaversAreHeard() {
    const test::PrivateBus bus;
    QVERIFY2(bus.isRunning(), "dbus-daemon (package dbus) did not start");
    FakeLogin login;
    QDBusConnection service = bus.connect(QStringLiteral("login"));
    QVERIFY(service.registerService(QStringLiteral("org.freedesktop.login1")));
    QVERIFY(service.registerVirtualObject(QStringLiteral("/org/freedesktop/login1"), &login));
    DBusSessionWatch watch(bus.connect(QStringLiteral("system")), bus.connect(QStringLiteral("session")));
    QTRY_VERIFY(watch.delaysSleep()); // asked after the session was, so that one is known too
    QVERIFY(watch.works());
    QCOMPARE(login.inhibits, QStringLiteral("sleep delay"));

    QSignalSpy locked(&watch, &SessionWatch::sessionLocked);
    QSignalSpy unlocked(&watch, &SessionWatch::sessionUnlocked);
    const auto say = [&service](const QString &path, const QString &interface, const QString &name,
                                const QVariantList &arguments) {
        QDBusMessage signal = QDBusMessage::createSignal(path, interface, name);
        signal.setArguments(arguments);
        service.send(signal);
    };
    const QString session = QStringLiteral("org.freedesktop.login1.Session");
    say(sessionPath, session, QStringLiteral("Lock"), {});
    QTRY_COMPARE(locked.size(), 1);
    say(sessionPath, session, QStringLiteral("Unlock"), {});
    QTRY_COMPARE(unlocked.size(), 1);
    say(sessionPath, QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("PropertiesChanged"),
        {session, QVariantMap{{QStringLiteral("LockedHint"), true}}, QStringList()});
    QTRY_COMPARE(locked.size(), 2);
    say(QStringLiteral("/org/gnome/ScreenSaver"), QStringLiteral("org.gnome.ScreenSaver"),
        QStringLiteral("ActiveChanged"), {true});
    QTRY_COMPARE(locked.size(), 3);
    // Somebody else's session is none of ours.
    say(QStringLiteral("/org/freedesktop/login1/session/c9"), session, QStringLiteral("Lock"), {});
    say(sessionPath, session, QStringLiteral("Unlock"), {});
    QTRY_COMPARE(unlocked.size(), 2);
    QCOMPARE(locked.size(), 3);
}

void TestDesktop::sleepIsHeldBackUntilReady() {
    const test::PrivateBus bus;
    QVERIFY2(bus.isRunning(), "dbus-daemon (package dbus) did not start");
    FakeLogin login;
    QDBusConnection service = bus.connect(QStringLiteral("login-sleep"));
    QVERIFY(service.registerService(QStringLiteral("org.freedesktop.login1")));
    QVERIFY(service.registerVirtualObject(QStringLiteral("/org/freedesktop/login1"), &login));
    DBusSessionWatch watch(bus.connect(QStringLiteral("system-sleep")),
                           QDBusConnection(QStringLiteral("none")));
    QTRY_VERIFY(watch.delaysSleep());
    QSignalSpy sleeping(&watch, &SessionWatch::aboutToSleep);
    QSignalSpy awake(&watch, &SessionWatch::awake);
    const auto prepare = [&service](bool starting) {
        QDBusMessage signal = QDBusMessage::createSignal(QStringLiteral("/org/freedesktop/login1"),
                                                         QStringLiteral("org.freedesktop.login1.Manager"),
                                                         QStringLiteral("PrepareForSleep"));
        signal << starting;
        service.send(signal);
    };
    prepare(true);
    QTRY_COMPARE(sleeping.size(), 1);
    QVERIFY(watch.delaysSleep()); // until everything is locked
    watch.readyForSleep();
    QVERIFY(!watch.delaysSleep());
    prepare(false);
    QTRY_COMPARE(awake.size(), 1);
    QTRY_VERIFY(watch.delaysSleep()); // for the next time
    QCOMPARE(login.inhibitors, 2);
}

void TestDesktop::withoutABusNothingWorksAndNothingBreaks() {
    DBusSessionWatch watch{QDBusConnection(QStringLiteral("nobody")),
                           QDBusConnection(QStringLiteral("nobody"))};
    QVERIFY(!watch.works());
    watch.readyForSleep();
    DBusSleepInhibitor inhibitor{QDBusConnection(QStringLiteral("nobody"))};
    inhibitor.hold(QStringLiteral("nobody hears"));
    QVERIFY(!inhibitor.isHeld());
    inhibitor.release();
    DBusNotices notices{QDBusConnection(QStringLiteral("nobody"))};
    notices.tell(QStringLiteral("Done"), QStringLiteral("nobody sees"));
    notices.withdraw();
    const auto tray = makeTray({}); // this platform has none
    QVERIFY(!tray->isThere());
    tray->show(QStringLiteral("nothing"));
    tray->hide();
}

void TestDesktop::aNoticeIsToldReplacedAndChosen() {
    const test::PrivateBus bus;
    QVERIFY2(bus.isRunning(), "dbus-daemon (package dbus) did not start");
    FakeNotifications desktop;
    QDBusConnection service = bus.connect(QStringLiteral("notifications"));
    QVERIFY(service.registerService(QStringLiteral("org.freedesktop.Notifications")));
    const QString path = QStringLiteral("/org/freedesktop/Notifications");
    QVERIFY(service.registerVirtualObject(path, &desktop));
    DBusNotices notices(bus.connect(QStringLiteral("session-notices")));
    QSignalSpy chosen(&notices, &Notices::chosen);
    const auto say = [&](const char *name, const QVariantList &arguments) {
        QDBusMessage signal = QDBusMessage::createSignal(
            path, QStringLiteral("org.freedesktop.Notifications"), QString::fromLatin1(name));
        signal.setArguments(arguments);
        service.send(signal);
    };
    notices.tell(QStringLiteral("Done"), QStringLiteral("40 done"));
    QTRY_COMPARE(desktop.told, QStringList{QStringLiteral("Done|40 done")});
    QTRY_VERIFY(notices.stands());                              // its number is known
    say("ActionInvoked", {uint(8), QStringLiteral("default")}); // another program's
    say("ActionInvoked", {uint(7), QStringLiteral("default")});
    QTRY_COMPARE(chosen.size(), 1);
    notices.tell(QStringLiteral("Done"), QStringLiteral("41 done"));
    QTRY_COMPARE(desktop.replaced, (QList<uint>{0, 7}));
    notices.withdraw();
    QTRY_COMPARE(desktop.closed, QList<uint>{7});
    QVERIFY(!notices.stands());
    notices.tell(QStringLiteral("Done"), QStringLiteral("42 done"));
    QTRY_COMPARE(desktop.replaced.size(), 3);
    QTRY_VERIFY(notices.stands());
    say("NotificationClosed", {uint(7), uint(2)}); // by the person
    QTRY_VERIFY(!notices.stands());
}

void TestDesktop::aLongJobKeepsTheMachineAwake() {
    const test::PrivateBus bus;
    QVERIFY2(bus.isRunning(), "dbus-daemon (package dbus) did not start");
    FakeLogin login;
    QDBusConnection service = bus.connect(QStringLiteral("login-awake"));
    QVERIFY(service.registerService(QStringLiteral("org.freedesktop.login1")));
    QVERIFY(service.registerVirtualObject(QStringLiteral("/org/freedesktop/login1"), &login));
    DBusSleepInhibitor inhibitor(bus.connect(QStringLiteral("system-awake")));
    inhibitor.hold(QStringLiteral("A job runs"));
    inhibitor.hold(QStringLiteral("A job runs")); // once is enough
    QTRY_VERIFY(inhibitor.isHeld());
    QCOMPARE(login.inhibitors, 1);
    QCOMPARE(login.inhibits, QStringLiteral("sleep:idle block"));
    inhibitor.release();
    QVERIFY(!inhibitor.isHeld());
    inhibitor.hold(QStringLiteral("Another job runs"));
    inhibitor.release(); // before the answer, which must not hold anything then
    QTRY_COMPARE(login.inhibitors, 2);
    QCoreApplication::processEvents();
    QVERIFY(!inhibitor.isHeld());
}

} // namespace keyturn::desktop

QTEST_MAIN(keyturn::desktop::TestDesktop)
#include "tst_desktop.moc"
