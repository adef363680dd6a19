// SPDX-License-Identifier: Apache-2.0
// Colours are those of the table and can be read; icons are complete; the theme follows the system.
#include "ui/theme/icons.h"
#include "ui/theme/linux/portal_appearance.h"
#include "ui/theme/theme.h"
#include "unit/ui/private_bus.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QDBusVirtualObject>
#include <QFile>
#include <QPainter>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

namespace keyturn::theme {
namespace {

constexpr double readable = 4.5;
constexpr double visibleOutline = 3.0;

/// A desktop portal that answers what it is told.
class FakePortal final : public QDBusVirtualObject {
public:
    uint scheme = 1;
    uint contrast = 0;

    QString introspect(const QString &) const override { return {}; }
    bool handleMessage(const QDBusMessage &message, const QDBusConnection &connection) override {
        const QString key = message.arguments().value(1).toString();
        const bool ours = message.arguments().value(0).toString() == u"org.freedesktop.appearance";
        if (!ours) {
            return connection.send(message.createErrorReply(
                QStringLiteral("org.freedesktop.portal.Error.NotFound"), QStringLiteral("no such setting")));
        }
        const uint value = key == u"color-scheme" ? scheme : contrast;
        // Read wraps the value twice, as the portal does.
        const QDBusVariant inner{QVariant(value)};
        return connection.send(
            message.createReply(QVariant::fromValue(QDBusVariant(QVariant::fromValue(inner)))));
    }
};

QImage drawn(Icon which, QIcon::Mode mode) {
    QImage image(64, 64, QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    icon(which).paint(&painter, image.rect(), Qt::AlignCenter, mode);
    return image;
}

bool near(const QColor &a, const QColor &b) {
    constexpr int rounding = 2; // of premultiplied edges
    return std::abs(a.red() - b.red()) <= rounding && std::abs(a.green() - b.green()) <= rounding &&
           std::abs(a.blue() - b.blue()) <= rounding;
}

/// Pixels that an icon covers fully: -1 when one of them has another colour.
int coveredPixels(const QImage &image, const QColor &wanted) {
    int covered = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            if (pixel.alpha() == 255 && !near(pixel, wanted)) {
                return -1;
            }
            covered += pixel.alpha() == 255 ? 1 : 0;
        }
    }
    return covered;
}

} // namespace

class TestTheme : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tableHoldsTheColours_data();
    void tableHoldsTheColours();
    void textReadsOnEveryGround_data();
    void textReadsOnEveryGround();
    void environmentsCarryWhiteText();
    void everyIconIsDrawnInItsColour_data();
    void everyIconIsDrawnInItsColour();
    void everyIconIsDescribed();
    void markIsThereInAllSizes();
    void themeFollowsTheSystemUntilTold();
    void highContrastTakesThePlatformsPalette();
    void portalTellsDarkAndContrast();
};

void TestTheme::tableHoldsTheColours_data() {
    QTest::addColumn<int>("role");
    QTest::addColumn<QString>("light");
    QTest::addColumn<QString>("dark");
    const auto row = [](const char *name, ColorRole role, const char *light, const char *dark) {
        QTest::newRow(name) << static_cast<int>(role) << QString::fromLatin1(light)
                            << QString::fromLatin1(dark);
    };
    row("window", ColorRole::Window, "#f6f7f9", "#161a21");
    row("base", ColorRole::Base, "#ffffff", "#1d222b");
    row("alternate row", ColorRole::AlternateRow, "#f1f3f6", "#232934");
    row("hairline", ColorRole::Hairline, "#c9cfd8", "#3a4352");
    row("outline", ColorRole::Outline, "#75818f", "#748095");
    row("text", ColorRole::Text, "#1b2330", "#e7ebf2");
    row("muted", ColorRole::MutedText, "#566173", "#a7b1c2");
    row("accent", ColorRole::Accent, "#1f5fbf", "#7fb0ff");
    row("text on accent", ColorRole::TextOnAccent, "#ffffff", "#0e1726");
    row("good", ColorRole::Good, "#1b7a43", "#6fd39a");
    row("attention", ColorRole::Attention, "#8a5a00", "#f0b95a");
    row("danger", ColorRole::Danger, "#b3261e", "#ff8a80");
}

void TestTheme::tableHoldsTheColours() {
    QFETCH(int, role);
    QFETCH(QString, light);
    QFETCH(QString, dark);
    QCOMPARE(tableColor(static_cast<ColorRole>(role), Appearance::Light).name(), light);
    QCOMPARE(tableColor(static_cast<ColorRole>(role), Appearance::Dark).name(), dark);
}

void TestTheme::textReadsOnEveryGround_data() {
    QTest::addColumn<int>("appearance");
    QTest::newRow("light") << static_cast<int>(Appearance::Light);
    QTest::newRow("dark") << static_cast<int>(Appearance::Dark);
}

void TestTheme::textReadsOnEveryGround() {
    QFETCH(int, appearance);
    const auto color = [appearance](ColorRole role) {
        return tableColor(role, static_cast<Appearance>(appearance));
    };
    for (const ColorRole ground : {ColorRole::Window, ColorRole::Base, ColorRole::AlternateRow}) {
        for (const ColorRole text : {ColorRole::Text, ColorRole::MutedText, ColorRole::Accent,
                                     ColorRole::Good, ColorRole::Attention, ColorRole::Danger}) {
            QVERIFY(contrastRatio(color(text), color(ground)) >= readable);
        }
        QVERIFY(contrastRatio(color(ColorRole::Outline), color(ground)) >= visibleOutline);
    }
    for (const ColorRole ground : {ColorRole::Selection, ColorRole::Hover, ColorRole::Pressed}) {
        QVERIFY(contrastRatio(color(ColorRole::Text), color(ground)) >= readable);
        QVERIFY(contrastRatio(color(ColorRole::MutedText), color(ground)) >= readable);
    }
    QVERIFY(contrastRatio(color(ColorRole::TextOnAccent), color(ColorRole::Accent)) >= readable);
    QVERIFY(contrastRatio(color(ColorRole::TextOnAccent), color(ColorRole::Danger)) >= readable);
}

void TestTheme::environmentsCarryWhiteText() {
    for (int i = 0; i < environmentCount; ++i) {
        const QColor ground = environmentColor(static_cast<Environment>(i));
        QVERIFY(contrastRatio(textOnEnvironment(), ground) >= readable);
    }
}

void TestTheme::everyIconIsDrawnInItsColour_data() {
    QTest::addColumn<int>("which");
    for (int i = 0; i < static_cast<int>(Icon::Count_); ++i) {
        QTest::newRow(qPrintable(iconName(static_cast<Icon>(i)))) << i;
    }
}

void TestTheme::everyIconIsDrawnInItsColour() {
    QFETCH(int, which);
    const auto wanted = static_cast<Icon>(which);
    QVERIFY(coveredPixels(drawn(wanted, QIcon::Normal), color(ColorRole::Text)) > 0);
    QVERIFY(coveredPixels(drawn(wanted, QIcon::Disabled), color(ColorRole::MutedText)) > 0);
    // Sharp at any resolution: a pixmap at twice the scale has twice the pixels.
    QCOMPARE(icon(wanted).pixmap(QSize(16, 16), 2.0).size(), QSize(32, 32));
}

void TestTheme::everyIconIsDescribed() {
    QFile file(QStringLiteral(KEYTURN_SOURCE_DIR "/resources/icons/README.md"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString readme = QString::fromUtf8(file.readAll());
    for (int i = 0; i < static_cast<int>(Icon::Count_); ++i) {
        const QString name = iconName(static_cast<Icon>(i));
        const QRegularExpression word(u"[| ,]" % QRegularExpression::escape(name) % u"[ ,]");
        QVERIFY2(readme.contains(word), qPrintable(name));
    }
}

void TestTheme::markIsThereInAllSizes() {
    const QIcon mark = applicationIcon();
    QVERIFY(mark.availableSizes().contains(QSize(256, 256)));
    const QImage image = mark.pixmap(64, 64).toImage();
    QCOMPARE(image.pixelColor(32, 4).name(), tableColor(ColorRole::Accent, Appearance::Light).name());
    QCOMPARE(image.pixelColor(0, 0).alpha(), 0);
}

void TestTheme::themeFollowsTheSystemUntilTold() {
    auto system = std::make_unique<FixedAppearance>(Appearance::Light);
    FixedAppearance *desktop = system.get();
    Theme theme(std::move(system));
    QSignalSpy changes(&theme, &Theme::appearanceChanged);
    QCOMPARE(currentAppearance(), Appearance::Light);
    desktop->set(Appearance::Dark);
    QCOMPARE(currentAppearance(), Appearance::Dark);
    QCOMPARE(QApplication::palette().color(QPalette::Window),
             tableColor(ColorRole::Window, Appearance::Dark));
    theme.setPreference(Preference::Light);
    QCOMPARE(QApplication::palette().color(QPalette::Window),
             tableColor(ColorRole::Window, Appearance::Light));
    desktop->set(Appearance::Light);
    theme.setPreference(Preference::System);
    QCOMPARE(changes.size(), 2); // nothing changed by what changed nothing
}

void TestTheme::highContrastTakesThePlatformsPalette() {
    const QPalette before = QApplication::palette();
    QPalette platform(Qt::white, Qt::black, Qt::white, Qt::black, Qt::gray, Qt::white, Qt::white, Qt::black,
                      Qt::black);
    platform.setColor(QPalette::Highlight, Qt::yellow);
    QApplication::setPalette(platform);
    {
        auto system = std::make_unique<FixedAppearance>(Appearance::Light);
        FixedAppearance *desktop = system.get();
        const Theme theme(std::move(system));
        desktop->set(Appearance::HighContrast);
        QCOMPARE(QApplication::palette().color(QPalette::Window), QColor(Qt::black));
        QCOMPARE(color(ColorRole::Accent), QColor(Qt::yellow));
        QCOMPARE(color(ColorRole::MutedText), QColor(Qt::white));
    }
    QApplication::setPalette(before);
}

void TestTheme::portalTellsDarkAndContrast() {
    const test::PrivateBus bus;
    QVERIFY2(bus.isRunning(), "dbus-daemon (package dbus) did not start");
    FakePortal portal;
    QDBusConnection service = bus.connect(QStringLiteral("portal"));
    QVERIFY(service.registerService(QStringLiteral("org.freedesktop.portal.Desktop")));
    QVERIFY(service.registerVirtualObject(QStringLiteral("/org/freedesktop/portal/desktop"), &portal));

    const PortalAppearance appearance(bus.connect(QStringLiteral("console")), Appearance::Light);
    QCOMPARE(appearance.appearance(), Appearance::Light); // nobody waits for the portal
    QTRY_COMPARE(appearance.appearance(), Appearance::Dark);
    // From here on signals speak; answers that are still on their way must not undo them.

    const auto say = [&service](const QString &key, uint value) {
        QDBusMessage signal = QDBusMessage::createSignal(QStringLiteral("/org/freedesktop/portal/desktop"),
                                                         QStringLiteral("org.freedesktop.portal.Settings"),
                                                         QStringLiteral("SettingChanged"));
        signal << QStringLiteral("org.freedesktop.appearance") << key
               << QVariant::fromValue(QDBusVariant(QVariant(value)));
        service.send(signal);
    };
    say(QStringLiteral("contrast"), 1);
    QTRY_COMPARE(appearance.appearance(), Appearance::HighContrast);
    say(QStringLiteral("contrast"), 0);
    say(QStringLiteral("color-scheme"), 2);
    QTRY_COMPARE(appearance.appearance(), Appearance::Light);
}

} // namespace keyturn::theme

QTEST_MAIN(keyturn::theme::TestTheme)
#include "tst_theme.moc"
