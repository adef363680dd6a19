// SPDX-License-Identifier: Apache-2.0
// The design rules themselves: each finds the fault that it is for, and leaves a clean window alone.
#include "gui/harness/design_rules.h"
#include "gui/harness/stage.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QStandardItemModel>
#include <QTableView>
#include <QTest>
#include <QTimer>

namespace keyturn::gui_test {
namespace {

const QString longText = QStringLiteral("A text that is much longer than the room it has been given here");

void chain(const QList<QWidget *> &order) {
    for (qsizetype i = 1; i < order.size(); ++i) {
        QWidget::setTabOrder(order.at(i - 1), order.at(i));
    }
}

struct Window {
    QWidget widget;
    QLabel *label = new QLabel(QStringLiteral("&Alias"), &widget);
    QLineEdit *line = new QLineEdit(&widget);
    QPushButton *first = new QPushButton(QStringLiteral("Close"), &widget);
    QPushButton *second = new QPushButton(QStringLiteral("Save"), &widget);
    QTableView *table = new QTableView(&widget);
    QStandardItemModel model{1, 2};

    Window() {
        label->setBuddy(line);
        table->setAccessibleName(QStringLiteral("Tags"));
        table->setObjectName(QStringLiteral("table"));
        model.setHorizontalHeaderLabels({QStringLiteral("Name"), QStringLiteral("Value")});
        model.setItem(0, 0, new QStandardItem(QStringLiteral("team")));
        model.setItem(0, 1, new QStandardItem(QStringLiteral("pay")));
        table->setModel(&model);
        auto *column = new QVBoxLayout(&widget);
        column->addWidget(label);
        column->addWidget(line);
        column->addWidget(table);
        auto *row = new QHBoxLayout;
        row->addWidget(first);
        row->addWidget(second);
        column->addLayout(row);
        chain({line, table, first, second});
    }
};

} // namespace

using Harm = std::function<void(Window &)>;
using Rule = QStringList (*)(QWidget &);

class TestDesignRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<Stage>(); }
    void cleanupTestCase() { m_stage.reset(); }
    void aCleanWindowHasNoFaults();
    void eachFaultIsFound_data();
    void eachFaultIsFound();
    void whatIsCutButToldIsNoFault();
    void whatIsScrolledAwayHasItsPlace();
    void aTallDialogIsAFault_data();
    void aTallDialogIsAFault();

private:
    std::unique_ptr<Stage> m_stage;
};

void TestDesignRules::aCleanWindowHasNoFaults() {
    Window window;
    QVERIFY(Stage::show(window.widget, QSize(420, 320)));
    Stage::settle();
    const QStringList faults = designFaults(window.widget);
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
}

void TestDesignRules::eachFaultIsFound_data() {
    QTest::addColumn<Harm>("harm");
    QTest::addColumn<Rule>("rule");
    QTest::addColumn<QString>("words");
    QTest::newRow("label cut") << Harm([](Window &w) {
        w.label->setText(longText);
        w.label->setFixedWidth(60);
    }) << &textFaults << QStringLiteral("needs");
    QTest::newRow("button cut") << Harm([](Window &w) {
        w.first->setText(longText);
        w.first->setFixedWidth(60);
    }) << &textFaults << QStringLiteral("needs");
    QTest::newRow("placeholder cut") << Harm([](Window &w) {
        w.line->setPlaceholderText(longText);
        w.line->setFixedWidth(80);
    }) << &textFaults << QStringLiteral("needs");
    QTest::newRow("header cut") << Harm([](Window &w) { w.table->setColumnWidth(0, 12); }) << &textFaults
                                << QStringLiteral("QHeaderView");
    QTest::newRow("cell cut") << Harm([](Window &w) { w.model.item(0, 0)->setText(longText); }) << &textFaults
                              << QStringLiteral("QTableView");
    QTest::newRow("faint words") << Harm([](Window &w) {
        QPalette palette = w.label->palette();
        palette.setColor(QPalette::WindowText, QColor(0xC0, 0xC4, 0xCA));
        w.label->setPalette(palette);
    }) << &contrastFaults << QStringLiteral("contrast");
    QTest::newRow("faint cell") << Harm([](Window &w) {
        w.model.item(0, 0)->setForeground(QColor(0xC0, 0xC4, 0xCA));
    }) << &contrastFaults << QStringLiteral("QTableView");
    QTest::newRow("Tab goes back") << Harm([](Window &w) {
        chain({w.second, w.first, w.table, w.line});
    }) << &tabOrderFaults << QStringLiteral("Tab goes back");
    QTest::newRow("out of Tab's reach") << Harm([](Window &w) { w.second->setFocusPolicy(Qt::ClickFocus); })
                                        << &tabOrderFaults << QStringLiteral("cannot be reached");
    QTest::newRow("content cut at the side") << Harm([](Window &w) {
        auto *area = new QScrollArea(&w.widget);
        auto *wide = new QWidget;
        wide->setMinimumWidth(900);
        area->setWidget(wide);
        area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        w.widget.layout()->addWidget(area);
    }) << &cutFaults << QStringLiteral("cut off");
    QTest::newRow("no rest") << Harm([](Window &w) {
        auto *timer = new QTimer(&w.widget);
        QObject::connect(timer, &QTimer::timeout, w.label, [&w] { w.label->updateGeometry(); });
        timer->start(0);
    }) << &restFaults << QStringLiteral("come to rest");
    QTest::newRow("no name") << Harm([](Window &w) { w.label->setBuddy(nullptr); }) << &accessibleNameFaults
                             << QStringLiteral("no accessible name");
}

void TestDesignRules::eachFaultIsFound() {
    QFETCH(Harm, harm);
    QFETCH(Rule, rule);
    QFETCH(QString, words);
    Window window;
    harm(window);
    QVERIFY(Stage::show(window.widget, QSize(420, 320)));
    Stage::settle();
    const QStringList faults = rule(window.widget);
    QVERIFY(!faults.isEmpty());
    QVERIFY2(faults.join(u'\n').contains(words), qPrintable(faults.join(u'\n')));
}

void TestDesignRules::whatIsCutButToldIsNoFault() {
    Window window;
    window.model.item(0, 0)->setText(longText);
    window.model.item(0, 0)->setToolTip(longText);
    QVERIFY(Stage::show(window.widget, QSize(420, 320)));
    Stage::settle();
    const QStringList faults = designFaults(window.widget);
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
}

void TestDesignRules::whatIsScrolledAwayHasItsPlace() {
    Window window;
    auto *area = new QScrollArea(&window.widget);
    area->setFocusPolicy(Qt::NoFocus);
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    auto *upper = new QLineEdit(page);
    auto *lower = new QLineEdit(page);
    column->addWidget(upper);
    column->addSpacing(600); // below every button, if nothing cut it off
    column->addWidget(lower);
    area->setWidget(page);
    static_cast<QVBoxLayout *>(window.widget.layout())->insertWidget(3, area);
    QVERIFY(Stage::show(window.widget, QSize(420, 420)));
    Stage::settle();
    chain({window.line, window.table, upper, lower, window.first, window.second});
    QCOMPARE(tabOrderFaults(window.widget), QStringList());
    chain({window.line, window.table, lower, upper, window.first, window.second});
    QCOMPARE(tabOrderFaults(window.widget).size(), 1);
}

void TestDesignRules::aTallDialogIsAFault_data() {
    QTest::addColumn<int>("content");
    QTest::addColumn<int>("height");
    QTest::addColumn<bool>("listed");
    QTest::addColumn<bool>("faulty");
    QTest::newRow("as it should be") << 300 << 500 << false << false;
    QTest::newRow("too tall") << 300 << 801 << false << true;
    QTest::newRow("needed, not listed") << 900 << 960 << false << true;
    QTest::newRow("needed and listed") << 900 << 900 << true << false;
    QTest::newRow("listed, more than it needs") << 900 << 1200 << true << true;
}

void TestDesignRules::aTallDialogIsAFault() {
    QFETCH(int, content);
    QFETCH(int, height);
    QFETCH(bool, listed);
    QFETCH(bool, faulty);
    for (const bool scrolls : {false, true}) {
        QDialog dialog;
        auto *column = new QVBoxLayout(&dialog);
        column->setContentsMargins(0, 0, 0, 0);
        auto *page = new QWidget;
        auto *inner = new QVBoxLayout(page);
        inner->setContentsMargins(0, 0, 0, 0);
        auto *part = new QWidget(page);
        part->setMinimumHeight(content);
        inner->addWidget(part);
        if (scrolls) {
            auto *area = new QScrollArea(&dialog);
            area->setFrameShape(QFrame::NoFrame);
            area->setWidgetResizable(true);
            area->setWidget(page);
            column->addWidget(area);
        } else {
            column->addWidget(page);
        }
        QVERIFY(Stage::show(dialog, QSize(400, height)));
        Stage::settle();
        QCOMPARE(neededHeight(dialog), content);
        QCOMPARE(!heightFaults(dialog, listed).isEmpty(), faulty);
    }
}

} // namespace keyturn::gui_test

QTEST_MAIN(keyturn::gui_test::TestDesignRules)
#include "tst_design_rules.moc"
