// SPDX-License-Identifier: Apache-2.0
// What the small widgets do: say, count, copy, cancel, complain.
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/byte_counter.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/environment_marks.h"
#include "ui/widgets/filter_bar.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/state_badge.h"

#include <QApplication>
#include <QClipboard>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QUrl>

namespace keyturn::widgets {
namespace {

constexpr Timestamp start{std::chrono::seconds(1'000'000)};

template <class T>
T *child(QWidget &parent, const char *name) {
    return parent.findChild<T *>(QString::fromLatin1(name));
}

} // namespace

class TestWidgets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void busyButtonCancelsOnce();
    void busyButtonShowsTimeAndKeepsItsWidth();
    void counterSaysHowMuchTooMany();
    void inlineBarStaysUntilClosed();
    void copyButtonCopiesTheWholeText();
    void monoTextCutsTheMiddle();
    void badgeTellsUnknownStatesByTheirName();
    void chipNamesProfileAndEnvironment();
    void gridRefusesDuplicates();
    void gridPastesAndSaysWhatIsWrong();
    void blobChipCanBeOverruled();
    void blobTakesAFileAndGivesItBackWhole();
    void blobHandsSeveralFilesOn();
    void blobOffersTheClipboardWithoutReadingIt();
    void filterFoldsTokensIntoChips();
    void formNamesItsFields();
};

void TestWidgets::busyButtonCancelsOnce() {
    BusyButton button(QStringLiteral("Re-encrypt"));
    QSignalSpy started(&button, &BusyButton::started);
    QSignalSpy cancelled(&button, &BusyButton::cancelRequested);
    button.click();
    QCOMPARE(started.size(), 1);
    button.setBusy(true);
    QCOMPARE(button.text(), QStringLiteral("Cancel"));
    button.click();
    button.click();
    QCOMPARE(cancelled.size(), 1);
    QCOMPARE(button.text(), QStringLiteral("Cancelling"));
    QVERIFY(!button.isEnabled());
    button.setBusy(false);
    QCOMPARE(button.text(), QStringLiteral("Re-encrypt"));
    QVERIFY(button.isEnabled());
    QCOMPARE(started.size(), 1);
}

void TestWidgets::busyButtonShowsTimeAndKeepsItsWidth() {
    auto clock = std::make_shared<ManualClock>(start);
    BusyButton button(QStringLiteral("Unlock"), nullptr, clock);
    const QSize before = button.sizeHint();
    button.setBusy(true);
    QVERIFY(!button.showsSpinner());
    clock->advance(std::chrono::milliseconds(300));
    QVERIFY(button.showsSpinner());
    clock->advance(std::chrono::milliseconds(2700));
    button.refresh();
    QCOMPARE(button.text(), QStringLiteral("Cancel (3 s)"));
    QCOMPARE(button.sizeHint(), before);
}

void TestWidgets::counterSaysHowMuchTooMany() {
    ByteCounter counter(4096);
    QSignalSpy over(&counter, &ByteCounter::overChanged);
    counter.setCount(4096);
    QVERIFY(!counter.isOver());
    QCOMPARE(counter.text(), QStringLiteral("4,096 of 4,096 bytes"));
    counter.setCount(4097);
    QCOMPARE(counter.text(), QStringLiteral("4,097 of 4,096 bytes, 1 too many"));
    counter.setLimit(0);
    QCOMPARE(counter.text(), QStringLiteral("4,097 bytes"));
    QCOMPARE(over.size(), 2);
}

void TestWidgets::inlineBarStaysUntilClosed() {
    QWidget window;
    InlineBar bar(&window);
    QVERIFY(bar.isHidden());
    bar.present({NewsKind::Danger, QStringLiteral("The source key is disabled"), QStringLiteral("Enable it."),
                 QStringLiteral("Enable key"), QStringLiteral("request 1")});
    QVERIFY(!bar.isHidden());
    QCOMPARE(bar.accessibleName(), QStringLiteral("The source key is disabled"));
    QSignalSpy action(&bar, &InlineBar::actionTriggered);
    child<QPushButton>(bar, "barAction")->click();
    QCOMPARE(action.size(), 1);
    child<QPushButton>(bar, "barCopyDetails")->click();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("request 1"));
    QVERIFY(!bar.isHidden());
    QSignalSpy closed(&bar, &InlineBar::closed);
    child<QToolButton>(bar, "barClose")->click();
    QVERIFY(bar.isHidden());
    QCOMPARE(closed.size(), 1);
    bar.present({NewsKind::Info, {}, QStringLiteral("Done."), {}, {}});
    QVERIFY(child<QPushButton>(bar, "barAction")->isHidden());
    QVERIFY(child<QPushButton>(bar, "barCopyDetails")->isHidden());
}

void TestWidgets::copyButtonCopiesTheWholeText() {
    MonoText id(QStringLiteral("Key ARN"));
    const QString arn =
        QStringLiteral("arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab");
    id.setText(arn);
    id.resize(200, 30);
    QVERIFY(id.shownText() != arn);
    auto *copy = id.findChild<CopyButton *>();
    copy->click();
    QCOMPARE(QApplication::clipboard()->text(), arn);
    QCOMPARE(copy->accessibleName(), QStringLiteral("Copied"));
}

void TestWidgets::monoTextCutsTheMiddle() {
    MonoText id(QStringLiteral("Key id"));
    id.setText(QStringLiteral("1234abcd-12ab-34cd-56ef-1234567890ab"));
    id.resize(id.sizeHint());
    QCOMPARE(id.shownText(), id.text());
    id.resize(180, id.height());
    QVERIFY(id.shownText().startsWith(u"1234") && id.shownText().endsWith(u"ab"));
    QCOMPARE(id.toolTip(), id.text());
    QVERIFY(id.accessibleName().contains(id.text()));
}

void TestWidgets::badgeTellsUnknownStatesByTheirName() {
    StateBadge badge;
    badge.setState(stateLookFromWire(u"PendingDeletion"), QStringLiteral("5 days left"));
    QCOMPARE(badge.text(), QStringLiteral("Pending deletion · 5 days left"));
    QCOMPARE(badge.accessibleName(), badge.text());
    badge.setState(stateLookFromWire(u"Hibernating"), {}, QStringLiteral("Hibernating"));
    QCOMPARE(badge.text(), QStringLiteral("Hibernating"));
    QSet<int> shapes;
    for (const char16_t *wire :
         {u"Enabled", u"Disabled", u"PendingDeletion", u"PendingImport", u"Unavailable", u"Creating"}) {
        shapes.insert(static_cast<int>(stateWords(stateLookFromWire(wire)).icon));
    }
    QCOMPARE(shapes.size(), 6); // one shape each, so that they differ without colour
}

void TestWidgets::chipNamesProfileAndEnvironment() {
    EnvironmentChip chip;
    chip.setProfile(theme::Environment::Production, QStringLiteral("pay-eu"));
    QCOMPARE(chip.text(), QStringLiteral("pay-eu · Production"));
    QCOMPARE(chip.accessibleName(), chip.text());
}

void TestWidgets::gridRefusesDuplicates() {
    ContextGrid grid(QStringLiteral("Source context"));
    QSignalSpy changed(&grid, &ContextGrid::changed);
    grid.setPairs({{"tenant", "pay"}});
    QVERIFY(grid.isValid());
    grid.setPairs({{"tenant", "pay"}, {"tenant", "risk"}});
    QCOMPARE(grid.problem(), QStringLiteral("The name \"tenant\" stands more than once. Names are unique."));
    auto *table = child<QTableView>(grid, "contextTable");
    QCOMPARE(table->accessibleDescription(), grid.problem());
    table->setCurrentIndex(table->model()->index(1, 0));
    QTest::keyClick(table, Qt::Key_Delete);
    QVERIFY(grid.isValid());
    QCOMPARE(changed.size(), 3);
    grid.setPairs({{"", "x"}});
    QCOMPARE(grid.problem(), QStringLiteral("A value has no name."));
}

void TestWidgets::gridPastesAndSaysWhatIsWrong() {
    ContextGrid grid(QStringLiteral("Source context"));
    auto *table = child<QTableView>(grid, "contextTable");
    QApplication::clipboard()->setText(QStringLiteral("{\"tenant\":\"pay\"}"));
    QTest::keyClick(table, Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(grid.pairs(), (ContextPairs{{"tenant", "pay"}}));
    QApplication::clipboard()->setText(QStringLiteral("no context"));
    QTest::keyClick(table, Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(grid.pairs().size(), std::size_t(1));
    QVERIFY(table->accessibleDescription().contains(QStringLiteral("give JSON or name=value lines")));
}

void TestWidgets::blobChipCanBeOverruled() {
    BlobEdit edit(QStringLiteral("Source"));
    QSignalSpy changed(&edit, &BlobEdit::changed);
    child<QPlainTextEdit>(edit, "blobText")->setPlainText(QStringLiteral("abcd"));
    QCOMPARE(edit.kind(), BlobKind::Base64);
    QCOMPARE(edit.bytes()->size(), std::size_t(3));
    edit.chooseKind(BlobKind::Hex);
    QCOMPARE(edit.bytes()->size(), std::size_t(2));
    QCOMPARE(child<QToolButton>(edit, "blobKind")->text(), QStringLiteral("Hex (chosen)"));
    edit.chooseNoKind();
    QCOMPARE(edit.kind(), BlobKind::Base64);
    QSignalSpy submitted(&edit, &BlobEdit::submitRequested);
    QTest::keyClick(child<QPlainTextEdit>(edit, "blobText"), Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(submitted.size(), 1);
    QCOMPARE(edit.text(), QStringLiteral("abcd"));
    QCOMPARE(changed.size(), 3);
}

void TestWidgets::blobTakesAFileAndGivesItBackWhole() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("cards.bin"));
    QByteArray content;
    for (int i = 0; i < 256; ++i) {
        content.append(static_cast<char>(i));
    }
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    file.close();
    BlobEdit edit(QStringLiteral("Source"));
    QVERIFY(edit.openFile(path).has_value());
    QCOMPARE(edit.fileName(), QStringLiteral("cards.bin"));
    QCOMPARE(edit.kind(), BlobKind::Raw);
    QVERIFY(*edit.bytes() == Bytes(content.begin(), content.end()));
    edit.clear();
    QVERIFY(edit.isEmpty());
    const auto missing = edit.openFile(folder.filePath(QStringLiteral("missing")));
    QVERIFY(!missing && missing.error().code == ErrorCode::FileNotFound);
}

void TestWidgets::blobHandsSeveralFilesOn() {
    BlobEdit edit(QStringLiteral("Source"));
    QSignalSpy several(&edit, &BlobEdit::filesDropped);
    QMimeData dropped;
    dropped.setUrls({QUrl::fromLocalFile(QStringLiteral("/a")), QUrl::fromLocalFile(QStringLiteral("/b"))});
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &dropped, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&edit, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &dropped, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&edit, &drop);
    QCOMPARE(several.size(), 1);
    QCOMPARE(several.first().first().toStringList().size(), 2);
    QVERIFY(edit.isEmpty());
}

void TestWidgets::blobOffersTheClipboardWithoutReadingIt() {
    QApplication::clipboard()->setText(QStringLiteral("AQID"));
    BlobEdit edit(QStringLiteral("Source"));
    auto *paste = child<QPushButton>(edit, "blobPaste");
    QVERIFY(edit.isEmpty() && !paste->isHidden() && paste->isEnabled());
    paste->click();
    QCOMPARE(edit.text(), QStringLiteral("AQID"));
    QVERIFY(paste->isHidden());
}

void TestWidgets::filterFoldsTokensIntoChips() {
    FilterBar bar;
    bar.addField(QStringLiteral("state"), {QStringLiteral("disabled")});
    bar.addField(QStringLiteral("alias"));
    QSignalSpy changed(&bar, &FilterBar::queryChanged);
    bar.lineEdit()->setCompleter(nullptr); // it would write along
    QTest::keyClicks(bar.lineEdit(), QStringLiteral("pay state:disabled "));
    QCOMPARE(bar.chips(), QStringList{QStringLiteral("state:disabled")});
    QCOMPARE(bar.lineEdit()->text(), QStringLiteral("pay"));
    QCOMPARE(bar.query(), QStringLiteral("state:disabled pay"));
    QCOMPARE(changed.last().first().toString(), bar.query());
    QTest::keyClicks(bar.lineEdit(), QStringLiteral(" -alias:\"old one\""));
    QTest::keyClick(bar.lineEdit(), Qt::Key_Return);
    QCOMPARE(bar.chips().size(), 2);
    QTest::keyClicks(bar.lineEdit(), QStringLiteral(" color:red "));
    QCOMPARE(bar.chips().size(), 2); // no field of that name: words
    bar.lineEdit()->clear();
    QTest::keyClick(bar.lineEdit(), Qt::Key_Backspace);
    QCOMPARE(bar.chips(), QStringList{QStringLiteral("state:disabled")});
    child<QToolButton>(bar, "filterChip")->click();
    QVERIFY(bar.chips().isEmpty());
    bar.setQuery(QStringLiteral("state:disabled x"));
    bar.clear();
    QCOMPARE(bar.query(), QString());
    QSignalSpy down(&bar, &FilterBar::leftDownward);
    QTest::keyClick(bar.lineEdit(), Qt::Key_Down);
    QCOMPARE(down.size(), 1);
}

void TestWidgets::formNamesItsFields() {
    Form form;
    auto *alias = new QLineEdit;
    form.addRow(QStringLiteral("&Alias"), alias, QStringLiteral("Starts with alias/."));
    QCOMPARE(alias->accessibleName(), QStringLiteral("Alias"));
    QCOMPARE(alias->accessibleDescription(), QStringLiteral("Starts with alias/."));
    form.setFault(alias, QStringLiteral("This alias exists."));
    QCOMPARE(alias->accessibleDescription(), QStringLiteral("This alias exists."));
    QCOMPARE(form.faultOf(alias), QStringLiteral("This alias exists."));
    form.setFault(alias, {});
    QCOMPARE(alias->accessibleDescription(), QStringLiteral("Starts with alias/."));
    form.resize(1400, 100);
    form.show();
    QVERIFY(alias->width() <= 720);
    form.setRowVisible(alias, false);
    QVERIFY(!alias->isVisible());
}

} // namespace keyturn::widgets

QTEST_MAIN(keyturn::widgets::TestWidgets)
#include "tst_widgets.moc"
