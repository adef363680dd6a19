// SPDX-License-Identifier: Apache-2.0
// Sizes that the style gives to controls, and the ring around the one with the keyboard.
#include "ui/theme/control_kind.h"
#include "ui/theme/focus_ring.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_scale.h"

#include <QComboBox>
#include <QFocusFrame>
#include <QFontInfo>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QTableView>
#include <QTest>
#include <QVBoxLayout>

namespace keyturn::theme {

class TestStyle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_theme.reset(); }
    void controlsAreThirtyHigh();
    void tablesHaveTheirRows();
    void smallestTypeIsElevenPixels();
    void ringFollowsTheKeyboardOnly();
    void filledButtonsTurnWithTheTheme();

private:
    FixedAppearance *m_system = nullptr;
    std::unique_ptr<Theme> m_theme;
};

void TestStyle::initTestCase() {
    auto system = std::make_unique<FixedAppearance>(Appearance::Light);
    m_system = system.get();
    m_theme = std::make_unique<Theme>(std::move(system));
}

void TestStyle::controlsAreThirtyHigh() {
    const QPushButton button(QStringLiteral("Copy"));
    const QLineEdit line;
    QComboBox combo;
    combo.addItem(QStringLiteral("RSA_2048"));
    const QSpinBox spin;
    for (const QWidget *control :
         {static_cast<const QWidget *>(&button), static_cast<const QWidget *>(&line),
          static_cast<const QWidget *>(&combo), static_cast<const QWidget *>(&spin)}) {
        QCOMPARE(control->sizeHint().height(), 30);
    }
    QPushButton small(QStringLiteral("Copy"));
    setControlSize(small, ControlSize::Compact);
    QCOMPARE(small.sizeHint().height(), 26);
    setControlSize(small, ControlSize::Large);
    QCOMPARE(small.sizeHint().height(), 40);
}

void TestStyle::tablesHaveTheirRows() {
    QStandardItemModel model(3, 2);
    QTableView table;
    table.setModel(&model);
    table.verticalHeader()->hide();
    table.show();
    QCOMPARE(table.rowHeight(0), 28);
    QCOMPARE(table.horizontalHeader()->sizeHint().height(), 30);
}

void TestStyle::smallestTypeIsElevenPixels() {
    const QFont before = QApplication::font();
    QFont tiny = before;
    tiny.setPixelSize(9);
    QApplication::setFont(tiny);
    QVERIFY(QFontInfo(font(TextRole::Caption)).pixelSize() >= 11);
    QApplication::setFont(before);
    QVERIFY(QFontInfo(font(TextRole::Title)).pixelSize() > QFontInfo(font(TextRole::Body)).pixelSize());
    QVERIFY(QFontInfo(font(TextRole::Fixed)).fixedPitch());
}

void TestStyle::ringFollowsTheKeyboardOnly() {
    QWidget window;
    auto *layout = new QVBoxLayout(&window);
    auto *first = new QPushButton(QStringLiteral("First"));
    auto *second = new QPushButton(QStringLiteral("Second"));
    layout->addWidget(first);
    layout->addWidget(second);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    first->setFocus(Qt::TabFocusReason);
    const auto ring = [&window] { return window.findChild<QFocusFrame *>(QStringLiteral("focusRing")); };
    QTRY_VERIFY(ring() != nullptr && ring()->isVisible());
    QCOMPARE(ring()->widget(), first);
    QCOMPARE(ring()->geometry(), first->geometry().adjusted(-3, -3, 3, 3));
    QTest::mouseClick(second, Qt::LeftButton);
    second->setFocus(Qt::MouseFocusReason);
    QVERIFY(!ring()->isVisible());
    QTest::keyClick(second, Qt::Key_Shift);
    QTRY_VERIFY(ring()->isVisible());
    QCOMPARE(ring()->widget(), second);
}

void TestStyle::filledButtonsTurnWithTheTheme() {
    QPushButton button(QStringLiteral("Delete"));
    setButtonKind(button, ButtonKind::Danger);
    button.resize(button.sizeHint());
    const QPoint ground(6, button.height() / 2);
    QCOMPARE(button.grab().toImage().pixelColor(ground), tableColor(ColorRole::Danger, Appearance::Light));
    m_system->set(Appearance::Dark);
    QCOMPARE(button.grab().toImage().pixelColor(ground), tableColor(ColorRole::Danger, Appearance::Dark));
    m_system->set(Appearance::Light);
    button.setEnabled(false); // an act that is off does not shout
    QCOMPARE(button.grab().toImage().pixelColor(ground), tableColor(ColorRole::Window, Appearance::Light));
}

} // namespace keyturn::theme

QTEST_MAIN(keyturn::theme::TestStyle)
#include "tst_style.moc"
