// SPDX-License-Identifier: Apache-2.0
#include "keychain/secret_service_probe.h"

#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusReply>
#include <QDBusVariant>
#include <QFileInfo>
#include <QUuid>

#include <memory>

namespace keyturn::keychain {

namespace {

constexpr int callTimeoutMs = 5000;
constexpr const char *secretService = "org.freedesktop.secrets";
constexpr const char *kwalletService = "org.kde.kwalletd5"; // the only one that QtKeychain 0.13 talks to

QString text(const char *ascii) {
    return QString::fromLatin1(ascii);
}

/// libdbus would start a bus of its own through X11 when none is named; a keychain on such a bus is no use.
bool sessionBusIsNamed() {
    if (!qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS")) {
        return true;
    }
    const QString runtimeDirectory = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return !runtimeDirectory.isEmpty() && QFileInfo::exists(runtimeDirectory + text("/bus"));
}

bool isKdeSession() {
    return qEnvironmentVariable("XDG_CURRENT_DESKTOP").split(u':').contains(text("KDE"));
}

QDBusMessage busCall(const char *method) {
    return QDBusMessage::createMethodCall(text("org.freedesktop.DBus"), text("/org/freedesktop/DBus"),
                                          text("org.freedesktop.DBus"), text(method));
}

} // namespace

std::string availabilityDetail(Availability availability) {
    switch (availability) {
    case Availability::Available:
        return {};
    case Availability::NoSessionBus:
        return "there is no D-Bus session bus, so no keychain can be reached: start the program inside a "
               "desktop session, or under dbus-run-session with a keyring unlocked";
    case Availability::NoSecretService:
        return "no Secret Service runs on the session bus and none can be started: install and start "
               "gnome-keyring, KWallet or KeePassXC";
    case Availability::NoDefaultCollection:
        return "the Secret Service has no default keyring yet: make one (for example by logging in on the "
               "desktop once), then try again";
    case Availability::Locked:
        return "the default keyring is locked: unlock it, then try again";
    }
    return {};
}

void SecretServiceProbe::start(QObject *parent, Keychain::ProbeDone done) {
    auto *probe = new SecretServiceProbe(parent, std::move(done));
    QMetaObject::invokeMethod(
        probe, [probe] { probe->begin(); }, Qt::QueuedConnection);
}

SecretServiceProbe::SecretServiceProbe(QObject *parent, Keychain::ProbeDone done)
    : QObject(parent)
    , m_done(std::move(done))
    , m_connectionName(text("keyturn-probe-") + QUuid::createUuid().toString(QUuid::Id128))
    , m_bus(m_connectionName) {}

SecretServiceProbe::~SecretServiceProbe() {
    m_bus = QDBusConnection(QString());
    QDBusConnection::disconnectFromBus(m_connectionName);
}

void SecretServiceProbe::begin() {
    // A connection of our own: Qt's shared one stays dead for ever when the bus was not there at first.
    if (sessionBusIsNamed()) {
        m_bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, m_connectionName);
    }
    if (!m_bus.isConnected()) {
        finish(Availability::NoSessionBus);
        return;
    }
    askOwner();
}

void SecretServiceProbe::askOwner() {
    QDBusMessage message = busCall("NameHasOwner");
    message << text(secretService);
    call(message, [this](const QDBusMessage &answer) {
        if (QDBusReply<bool>(answer).value()) {
            askDefaultCollection();
        } else {
            askActivatable();
        }
    });
}

void SecretServiceProbe::askActivatable() {
    call(busCall("ListActivatableNames"), [this](const QDBusMessage &answer) {
        const QStringList names = QDBusReply<QStringList>(answer).value();
        if (isKdeSession() && names.contains(text(kwalletService))) {
            finish(Availability::Available, "KWallet");
        } else if (names.contains(text(secretService))) {
            askDefaultCollection();
        } else {
            finish(Availability::NoSecretService);
        }
    });
}

void SecretServiceProbe::askDefaultCollection() {
    QDBusMessage message =
        QDBusMessage::createMethodCall(text(secretService), text("/org/freedesktop/secrets"),
                                       text("org.freedesktop.Secret.Service"), text("ReadAlias"));
    message << text("default");
    call(message, [this](const QDBusMessage &answer) {
        const QDBusReply<QDBusObjectPath> path(answer);
        if (!path.isValid()) {
            finish(Availability::NoSecretService, {},
                   availabilityDetail(Availability::NoSecretService) + " (" +
                       path.error().name().toStdString() + ")");
        } else if (path.value().path().size() <= 1) {
            finish(Availability::NoDefaultCollection, "Secret Service");
        } else {
            askLocked(path.value().path());
        }
    });
}

void SecretServiceProbe::askLocked(const QString &collectionPath) {
    QDBusMessage message = QDBusMessage::createMethodCall(
        text(secretService), collectionPath, text("org.freedesktop.DBus.Properties"), text("Get"));
    message << text("org.freedesktop.Secret.Collection") << text("Locked");
    call(message, [this](const QDBusMessage &answer) {
        const QDBusReply<QDBusVariant> locked(answer);
        const bool open = locked.isValid() && !locked.value().variant().toBool();
        finish(open ? Availability::Available : Availability::Locked, "Secret Service");
    });
}

void SecretServiceProbe::call(const QDBusMessage &message,
                              UniqueFunction<void(const QDBusMessage &)> answered) {
    auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(message, callTimeoutMs), this);
    auto shared = std::make_shared<UniqueFunction<void(const QDBusMessage &)>>(std::move(answered));
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [watcher, shared] {
        watcher->deleteLater();
        (*shared)(watcher->reply());
    });
}

void SecretServiceProbe::finish(Availability availability, std::string backend, std::string detail) {
    KeychainState state{availability, std::move(backend),
                        detail.empty() ? availabilityDetail(availability) : std::move(detail)};
    deleteLater();
    Keychain::ProbeDone done = std::move(m_done);
    done(std::move(state));
}

} // namespace keyturn::keychain
