// SPDX-License-Identifier: Apache-2.0
// Every widget in its states, in light and dark, held to the design rules.
#include "gui/gallery/gallery_pages.h"
#include "gui/harness/design_rules.h"
#include "gui/harness/stage.h"

#include "ui/widgets/secret_edit.h"

#include <QKeyEvent>
#include <QPushButton>
#include <QTest>

namespace keyturn::gui_test {

using PageMaker = std::unique_ptr<QWidget> (*)();

class TestGallery : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<Stage>(); }
    void cleanupTestCase() { m_stage.reset(); }
    void pages_data();
    void pages();
    void focusRingStandsAroundTheControl();
    void highContrastKeepsTheRules();

private:
    std::unique_ptr<Stage> m_stage;
};

void TestGallery::pages_data() {
    QTest::addColumn<PageMaker>("make");
    QTest::newRow("gallery-controls") << &controlsPage;
    QTest::newRow("gallery-views") << &viewsPage;
    QTest::newRow("gallery-bars") << &barsPage;
    QTest::newRow("gallery-environments") << &environmentsPage;
    QTest::newRow("gallery-states") << &statesPage;
    QTest::newRow("gallery-secrets") << &secretsPage;
    QTest::newRow("gallery-context") << &contextPage;
    QTest::newRow("gallery-blobs") << &blobsPage;
    QTest::newRow("gallery-form") << &formPage;
    QTest::newRow("gallery-filter") << &filterPage;
    QTest::newRow("gallery-empty") << &emptyPage;
    QTest::newRow("gallery-icons") << &iconsPage;
    QTest::newRow("gallery-menu") << &menuPage;
}

void TestGallery::pages() {
    QFETCH(PageMaker, make);
    const std::unique_ptr<QWidget> page = make();
    Stage::show(*page);
    if (auto *caps = page->findChild<widgets::SecretEdit *>(QStringLiteral("caps"))) {
        constexpr quint32 lockModifier = 0x2;
        QKeyEvent typed(QEvent::KeyPress, Qt::Key_A, Qt::NoModifier, 0, 0, lockModifier, QStringLiteral("A"));
        QCoreApplication::sendEvent(caps, &typed);
    }
    KEYTURN_SHOOT(*m_stage, *page, QString::fromLatin1(QTest::currentDataTag()));
}

void TestGallery::focusRingStandsAroundTheControl() {
    const std::unique_ptr<QWidget> page = controlsPage();
    QVERIFY(Stage::show(*page));
    auto *button = page->findChild<QPushButton *>(QStringLiteral("Copy"));
    button->setFocus(Qt::TabFocusReason);
    Stage::settle();
    m_stage->shoot(*page, QStringLiteral("gallery-focus"), theme::Appearance::Dark);
    m_stage->shoot(*page, QStringLiteral("gallery-focus"), theme::Appearance::Light);
    const QImage image = page->grab().toImage();
    const QPoint left = button->mapTo(page.get(), QPoint(-2, button->height() / 2));
    const double ratio = image.devicePixelRatio();
    const QColor ring = image.pixelColor((QPointF(left) * ratio).toPoint());
    QCOMPARE(ring, theme::color(theme::ColorRole::Accent));
    const QPoint gap = button->mapTo(page.get(), QPoint(-1, button->height() / 2));
    QVERIFY(image.pixelColor((QPointF(gap) * ratio).toPoint()) != ring);
}

void TestGallery::highContrastKeepsTheRules() {
    m_stage->use(theme::Appearance::HighContrast);
    for (PageMaker make : {&controlsPage, &viewsPage, &barsPage, &formPage}) {
        const std::unique_ptr<QWidget> page = make();
        QVERIFY(Stage::show(*page));
        Stage::settle();
        const QStringList faults = designFaults(*page);
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
    }
    m_stage->use(theme::Appearance::Light);
}

} // namespace keyturn::gui_test

QTEST_MAIN(keyturn::gui_test::TestGallery)
#include "tst_gallery.moc"
