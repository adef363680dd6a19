// SPDX-License-Identifier: Apache-2.0
#include "gui/harness/stage.h"

#include "gui/harness/design_rules.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QFont>
#include <QPixmap>
#include <QTest>
#include <QWidget>

#include <cmath>

namespace keyturn::gui_test {
namespace {

constexpr double testFontPoints = 10;
constexpr int cursorBlinkOff = 0;

QString appearanceName(theme::Appearance appearance) {
    switch (appearance) {
    case theme::Appearance::Light:
        return QStringLiteral("light");
    case theme::Appearance::Dark:
        return QStringLiteral("dark");
    case theme::Appearance::HighContrast:
        break;
    }
    return QStringLiteral("high-contrast");
}

/// tests/gui/tall_dialogs.txt: "name | reason" on a line.
bool isListedAsTall(const QString &name) {
    QFile file(QStringLiteral(KEYTURN_SOURCE_DIR "/tests/gui/tall_dialogs.txt"));
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text)) {
        return false;
    }
    for (const QString &line : QString::fromUtf8(file.readAll()).split(u'\n')) {
        if (!line.startsWith(u'#') && line.section(u'|', 0, 0).trimmed() == name) {
            return !line.section(u'|', 1).trimmed().isEmpty();
        }
    }
    return false;
}

} // namespace

QString screensFolder() {
    QString output = qEnvironmentVariable("KEYTURN_TEST_OUTPUT");
    if (output.isEmpty()) {
        output = QDir::current().filePath(QStringLiteral("test-output"));
    }
    return output % u"/screens";
}

Stage::Stage() {
    QApplication::setFont(QFont(QStringLiteral("DejaVu Sans"), testFontPoints));
    QApplication::setCursorFlashTime(cursorBlinkOff);
    QApplication::setEffectEnabled(Qt::UI_AnimateCombo, false);
    QApplication::setEffectEnabled(Qt::UI_General, false); // bars stand at once
    auto system = std::make_unique<theme::FixedAppearance>(theme::Appearance::Light);
    m_system = system.get();
    m_theme = std::make_unique<theme::Theme>(std::move(system));
}

Stage::~Stage() = default;

void Stage::use(theme::Appearance appearance) {
    m_system->set(appearance);
    settle();
}

QString Stage::shoot(QWidget &widget, const QString &name, theme::Appearance appearance) {
    use(appearance);
    if (!widget.isVisible()) {
        show(widget);
    }
    settle();
    const QPixmap picture = widget.grab();
    const int percent = static_cast<int>(std::lround(picture.devicePixelRatio() * 100));
    const QString suffix = percent == 100 ? QString() : QStringLiteral("-%1").arg(percent);
    QDir().mkpath(screensFolder());
    const QString file = screensFolder() % u'/' % name % u'-' % appearanceName(appearance) % suffix % u".png";
    return picture.save(file) ? file : QString();
}

QString Stage::shootBoth(QWidget &widget, const QString &name) {
    QStringList faults;
    for (const theme::Appearance appearance : {theme::Appearance::Light, theme::Appearance::Dark}) {
        if (shoot(widget, name, appearance).isEmpty()) {
            faults << QStringLiteral("the picture of %1 could not be written").arg(name);
        }
        for (const QString &fault : designFaults(widget) + heightFaults(widget, isListedAsTall(name))) {
            faults << name % u" (" % appearanceName(appearance) % u"): " % fault;
        }
    }
    faults.removeDuplicates();
    return faults.join(u'\n');
}

void Stage::settle() {
    for (int round = 0; round < 3; ++round) {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCoreApplication::processEvents();
    }
}

bool Stage::show(QWidget &widget, QSize size) {
    if (size.isValid()) {
        widget.resize(size);
    }
    widget.show();
    widget.activateWindow();
    return !widget.isWindow() || QTest::qWaitForWindowActive(&widget);
}

} // namespace keyturn::gui_test
