// SPDX-License-Identifier: Apache-2.0
// The list of screens and the pictures agree: every listed one exists in light and dark and shows something,
// and no picture is unlisted.
#include <QDir>
#include <QFile>
#include <QImage>
#include <QRegularExpression>
#include <QTest>

namespace keyturn::gui_test {
namespace {

struct Screen {
    QString name;
    bool alsoAt200 = false;
};

QList<Screen> listedScreens() {
    QList<Screen> screens;
    QFile file(QStringLiteral(KEYTURN_SOURCE_DIR "/tests/gui/screens.txt"));
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text)) {
        return screens;
    }
    for (const QString &line : QString::fromUtf8(file.readAll()).split(u'\n')) {
        QString name = line.section(u'|', 0, 0).trimmed();
        if (name.isEmpty() || name.startsWith(u'#')) {
            continue;
        }
        const bool large = name.endsWith(QStringLiteral("@200"));
        screens << Screen{large ? name.chopped(4) : name, large};
    }
    return screens;
}

QString picture(const QString &name, const QString &appearance, bool at200) {
    return qEnvironmentVariable("KEYTURN_TEST_OUTPUT") +
           QStringLiteral("/screens/%1-%2%3.png")
               .arg(name, appearance, at200 ? QStringLiteral("-200") : QString());
}

/// A picture of one colour shows nothing.
bool showsSomething(const QImage &image) {
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixel(x, y) != image.pixel(0, 0)) {
                return true;
            }
        }
    }
    return false;
}

} // namespace

class TestScreens : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyListedScreenIsPictured_data();
    void everyListedScreenIsPictured();
    void noPictureIsUnlisted();
    void namesAreUnique();
};

void TestScreens::everyListedScreenIsPictured_data() {
    QTest::addColumn<QString>("file");
    for (const Screen &screen : listedScreens()) {
        for (const QString &appearance : {QStringLiteral("light"), QStringLiteral("dark")}) {
            const QString row = screen.name + u' ' + appearance;
            QTest::newRow(qPrintable(row)) << picture(screen.name, appearance, false);
            if (screen.alsoAt200) {
                QTest::newRow(qPrintable(row + QStringLiteral(" at 200 %")))
                    << picture(screen.name, appearance, true);
            }
        }
    }
}

void TestScreens::everyListedScreenIsPictured() {
    QFETCH(QString, file);
    const QImage image(file);
    QVERIFY2(!image.isNull(), qPrintable(file + QStringLiteral(" was not made by the tests of tests/gui")));
    QVERIFY(showsSomething(image));
}

void TestScreens::noPictureIsUnlisted() {
    QStringList listed;
    for (const Screen &screen : listedScreens()) {
        listed << screen.name;
    }
    const QDir folder(qEnvironmentVariable("KEYTURN_TEST_OUTPUT") + QStringLiteral("/screens"));
    static const QRegularExpression ending(QStringLiteral("-(light|dark|high-contrast)(-\\d+)?\\.png$"));
    for (QString name : folder.entryList({QStringLiteral("*.png")})) {
        name.remove(ending);
        QVERIFY2(listed.contains(name),
                 qPrintable(name + QStringLiteral(" is missing in tests/gui/screens.txt")));
    }
}

void TestScreens::namesAreUnique() {
    QStringList names;
    for (const Screen &screen : listedScreens()) {
        QVERIFY2(!names.contains(screen.name), qPrintable(screen.name));
        names << screen.name;
    }
    QVERIFY(!names.isEmpty());
}

} // namespace keyturn::gui_test

QTEST_GUILESS_MAIN(keyturn::gui_test::TestScreens)
#include "tst_screens.moc"
