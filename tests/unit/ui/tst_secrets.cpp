// SPDX-License-Identifier: Apache-2.0
// Secret fields keep their text in SecretBytes alone: how they edit, what they refuse, and that nothing is
// left in the process's memory.
#include "ui/desktop/clipboard_guard.h"
#include "ui/widgets/secret_buffer.h"
#include "ui/widgets/secret_canvas.h"
#include "ui/widgets/secret_edit.h"
#include "ui/widgets/secret_format.h"
#include "ui/widgets/secret_pad.h"
#include "ui/widgets/secret_view.h"
#include "unit/ui/memory_scan.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QInputMethodEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

namespace keyturn::widgets {
namespace {

constexpr int canaryCharacters = 24;

void type(QWidget &field, const test::MemoryScan &scan) {
    for (int i = 0; i < scan.size(); ++i) {
        QTest::keyClick(&field, scan.characterAt(i));
    }
}

std::string taken(SecretEdit &field) {
    return std::string(field.take().text());
}

} // namespace

class TestSecrets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseSecureHeap(); }

    void bufferStepsByCharacter();
    void keysEdit_data();
    void keysEdit();
    void nothingComesOutByTheKeyboard();
    void pasteIsTakenAsItIs_data();
    void pasteIsTakenAsItIs();
    void inputMethodsWriteAndReadNothing();
    void longInputIsRefusedWhole();
    void capsLockIsSeen_data();
    void capsLockIsSeen();
    void revealEndsByItself();
    void assistiveTechnologyHearsBulletsOnly();
    void equalsComparesTexts();
    void formats_data();
    void formats();
    void viewHidesUntilAsked();
    void padTakesFilesAndLines();

    void typedSecretIsGoneAfterClear();
    void typedSecretIsGoneAfterTake();
    void pastedSecretIsGoneAfterClear();
    void shownSecretIsGoneAfterLock_data();
    void shownSecretIsGoneAfterLock();
    void lentSecretIsGoneAfterTakingBack();
    void padSecretIsGoneAfterClear();
};

void TestSecrets::bufferStepsByCharacter() {
    SecretBuffer buffer;
    const std::string text = "a\xC3\xA9"
                             "e\xCC\x81"
                             "\xF0\x9F\x94\x91z"; // a, é, e + accent, key, z
    buffer.assign(asBytes(text));
    QCOMPARE(buffer.characters(), std::size_t(5));
    QCOMPARE(buffer.next(1), std::size_t(3));
    QCOMPARE(buffer.next(3), std::size_t(6)); // with its accent
    QCOMPARE(buffer.previous(6), std::size_t(3));
    QCOMPARE(buffer.previous(buffer.sizeBytes()), buffer.sizeBytes() - 1);
    buffer.erase(1, 3);
    QCOMPARE(QString::fromUtf8(reinterpret_cast<const char *>(buffer.view().data()), 1), QStringLiteral("a"));
    QCOMPARE(buffer.sizeBytes(), text.size() - 2);
    for (int i = 0; i < 300; ++i) { // grows past its first capacity
        buffer.insert(0, asBytes("x"));
    }
    QCOMPARE(buffer.sizeBytes(), text.size() - 2 + 300);
    const SecretBytes all = buffer.take();
    QCOMPARE(all.size(), text.size() - 2 + 300);
    QVERIFY(buffer.empty());
}

void TestSecrets::keysEdit_data() {
    QTest::addColumn<QList<int>>("keys");
    QTest::addColumn<int>("modifiers");
    QTest::addColumn<QString>("left");
    const int none = Qt::NoModifier;
    QTest::newRow("backspace") << QList<int>{Qt::Key_Backspace} << none << QStringLiteral("secre");
    QTest::newRow("delete at the end") << QList<int>{Qt::Key_Delete} << none << QStringLiteral("secret");
    QTest::newRow("delete in front") << QList<int>{Qt::Key_Home, Qt::Key_Delete} << none
                                     << QStringLiteral("ecret");
    QTest::newRow("left, backspace") << QList<int>{Qt::Key_Left, Qt::Key_Backspace} << none
                                     << QStringLiteral("secrt");
    QTest::newRow("all of it") << QList<int>{Qt::Key_Backspace} << int(Qt::ControlModifier) << QString();
    QTest::newRow("select all, delete")
        << QList<int>{Qt::Key_A, Qt::Key_Delete} << int(Qt::ControlModifier) << QString();
    QTest::newRow("select left, delete") << QList<int>{Qt::Key_Left, Qt::Key_Left, Qt::Key_Backspace}
                                         << int(Qt::ShiftModifier) << QStringLiteral("secr");
    QTest::newRow("undo does nothing")
        << QList<int>{Qt::Key_Z} << int(Qt::ControlModifier) << QStringLiteral("secret");
}

void TestSecrets::keysEdit() {
    QFETCH(QList<int>, keys);
    QFETCH(int, modifiers);
    QFETCH(QString, left);
    SecretEdit field;
    QTest::keyClicks(&field, QStringLiteral("secret"));
    for (const int key : keys) {
        QTest::keyClick(&field, static_cast<Qt::Key>(key), Qt::KeyboardModifiers(modifiers));
    }
    QCOMPARE(QString::fromStdString(taken(field)), left);
}

void TestSecrets::nothingComesOutByTheKeyboard() {
    QApplication::clipboard()->setText(QStringLiteral("before"));
    SecretEdit field;
    QTest::keyClicks(&field, QStringLiteral("secret"));
    QTest::keyClick(&field, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(&field, Qt::Key_C, Qt::ControlModifier);
    QTest::keyClick(&field, Qt::Key_X, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("before"));
    QCOMPARE(taken(field), std::string("secret"));
}

void TestSecrets::pasteIsTakenAsItIs_data() {
    QTest::addColumn<QString>("clipboard");
    QTest::addColumn<QString>("result");
    QTest::newRow("plain") << QStringLiteral("pass phrase") << QStringLiteral("pass phrase");
    QTest::newRow("spaces stay") << QStringLiteral(" a ") << QStringLiteral(" a ");
    QTest::newRow("last line break goes") << QStringLiteral("a\r\n") << QStringLiteral("a");
    QTest::newRow("two lines are refused") << QStringLiteral("a\nb") << QString();
    QTest::newRow("not normalised") << QString::fromUtf8("e\xCC\x81") << QString::fromUtf8("e\xCC\x81");
}

void TestSecrets::pasteIsTakenAsItIs() {
    QFETCH(QString, clipboard);
    QFETCH(QString, result);
    QApplication::clipboard()->setText(clipboard);
    SecretEdit field;
    QSignalSpy refused(&field, &SecretEdit::inputRefused);
    QTest::keyClick(&field, Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(refused.size(), result.isEmpty() ? 1 : 0);
    QCOMPARE(QString::fromStdString(taken(field)), result);
}

void TestSecrets::inputMethodsWriteAndReadNothing() {
    SecretEdit field;
    QInputMethodEvent commit;
    commit.setCommitString(QString::fromUtf8("\xE5\xAF\x86\xE9\x91\xB0"));
    QCoreApplication::sendEvent(&field, &commit);
    QCOMPARE(field.characters(), std::size_t(2));
    QVERIFY(!field.inputMethodQuery(Qt::ImSurroundingText).isValid());
    QVERIFY(!field.inputMethodQuery(Qt::ImCurrentSelection).isValid());
    const auto hints = static_cast<Qt::InputMethodHints>(field.inputMethodQuery(Qt::ImHints).toInt());
    QVERIFY(hints.testFlag(Qt::ImhHiddenText) && hints.testFlag(Qt::ImhSensitiveData));
}

void TestSecrets::longInputIsRefusedWhole() {
    SecretEdit field;
    QSignalSpy refused(&field, &SecretEdit::inputRefused);
    field.insertText(QString(static_cast<qsizetype>(secretEditMaxBytes), u'a'));
    QCOMPARE(refused.size(), 0);
    field.insertText(u"b");
    QCOMPARE(refused.size(), 1);
    QCOMPARE(field.sizeBytes(), secretEditMaxBytes);
}

void TestSecrets::capsLockIsSeen_data() {
    QTest::addColumn<int>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("modifiers");
    QTest::addColumn<int>("native");
    QTest::addColumn<bool>("on");
    QTest::newRow("upper without shift") << int(Qt::Key_A) << QStringLiteral("A") << 0 << 0 << true;
    QTest::newRow("upper with shift")
        << int(Qt::Key_A) << QStringLiteral("A") << int(Qt::ShiftModifier) << 0 << false;
    QTest::newRow("lower with shift")
        << int(Qt::Key_A) << QStringLiteral("a") << int(Qt::ShiftModifier) << 0 << true;
    QTest::newRow("lock modifier on a digit") << int(Qt::Key_1) << QStringLiteral("1") << 0 << 2 << true;
    QTest::newRow("the key itself") << int(Qt::Key_CapsLock) << QString() << 0 << 0 << true;
    QTest::newRow("the key that ends it") << int(Qt::Key_CapsLock) << QString() << 0 << 2 << false;
}

void TestSecrets::capsLockIsSeen() {
    QFETCH(int, key);
    QFETCH(QString, text);
    QFETCH(int, modifiers);
    QFETCH(int, native);
    QFETCH(bool, on);
    SecretEdit field;
    QKeyEvent press(QEvent::KeyPress, key, Qt::KeyboardModifiers(modifiers), 0, 0,
                    static_cast<quint32>(native), text);
    QCoreApplication::sendEvent(&field, &press);
    QCOMPARE(field.capsLockSeen(), on);
    QCOMPARE(!field.accessibleDescription().isEmpty(), on);
}

void TestSecrets::revealEndsByItself() {
    SecretEdit field;
    field.insertText(u"secret");
    QTest::mouseClick(field.findChild<QToolButton *>(QStringLiteral("reveal")), Qt::LeftButton);
    QVERIFY(field.isRevealed());
    auto *timer = field.findChild<QTimer *>();
    QVERIFY(timer->isActive() && timer->isSingleShot());
    QCOMPARE(timer->intervalAsDuration(), std::chrono::milliseconds(secretRevealedFor));
    QVERIFY(QMetaObject::invokeMethod(timer, "timeout", Qt::DirectConnection));
    QVERIFY(!field.isRevealed());
    field.setRevealed(true);
    field.clear();
    QVERIFY(!field.isRevealed());
}

void TestSecrets::assistiveTechnologyHearsBulletsOnly() {
    SecretEdit field;
    field.setAccessibleName(QStringLiteral("Passphrase"));
    field.insertText(u"secret");
    QAccessibleInterface *face = QAccessible::queryAccessibleInterface(&field);
    QVERIFY(face != nullptr && face->state().passwordEdit);
    QCOMPARE(face->text(QAccessible::Name), QStringLiteral("Passphrase"));
    QCOMPARE(face->text(QAccessible::Value), QString(6, QChar(0x2022)));
    QCOMPARE(face->textInterface()->text(0, 6), QString(6, QChar(0x2022)));
    face->editableTextInterface()->replaceText(0, 6, QStringLiteral("other"));
    QCOMPARE(taken(field), std::string("other"));
}

void TestSecrets::equalsComparesTexts() {
    SecretEdit one;
    SecretEdit two;
    one.insertText(u"secret");
    two.insertText(u"secret");
    QVERIFY(one.equals(two));
    two.insertText(u"!");
    QVERIFY(!one.equals(two));
}

void TestSecrets::formats_data() {
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<int>("format");
    QTest::addColumn<QByteArray>("written");
    QTest::newRow("text") << QByteArray("a\nb") << int(SecretFormat::Text) << QByteArray("a\nb");
    QTest::newRow("hex") << QByteArray("\x00\xff\x10", 3) << int(SecretFormat::Hex) << QByteArray("00ff10");
    QTest::newRow("base64 0") << QByteArray("abc") << int(SecretFormat::Base64) << QByteArray("YWJj");
    QTest::newRow("base64 1") << QByteArray("abcd") << int(SecretFormat::Base64) << QByteArray("YWJjZA==");
    QTest::newRow("base64 2") << QByteArray("abcde") << int(SecretFormat::Base64) << QByteArray("YWJjZGU=");
}

void TestSecrets::formats() {
    QFETCH(QByteArray, secret);
    QFETCH(int, format);
    QFETCH(QByteArray, written);
    const ByteView view(reinterpret_cast<const std::uint8_t *>(secret.constData()),
                        static_cast<std::size_t>(secret.size()));
    const auto which = static_cast<SecretFormat>(format);
    const SecretText text = formatSecret(view, which);
    QCOMPARE(QByteArray(text.view().data(), static_cast<qsizetype>(text.size())), written);
    // What is painted row by row is the same text.
    if (which == SecretFormat::Text) {
        return;
    }
    QByteArray painted;
    for (const SecretRow &row : cutRows(view, which, 4, {})) {
        forEachCharacter(view, row, which, [&painted](char c) { painted.append(c); });
    }
    QCOMPARE(painted.replace(' ', ""), written);
}

void TestSecrets::viewHidesUntilAsked() {
    SecretView view(QStringLiteral("Plaintext"));
    auto *canvas = view.findChild<SecretCanvas *>();
    QVERIFY(view.isEmpty());
    view.reveal();
    QVERIFY(!view.isRevealed()); // there is nothing to show
    SecretBytes binary(2);
    binary.data()[0] = 0xFF;
    view.setSecret(binary);
    QCOMPARE(view.format(), SecretFormat::Hex); // it is no text
    view.setSecret(SecretBytes::copyOf(std::string_view("hello")));
    QCOMPARE(view.format(), SecretFormat::Text);
    QVERIFY(canvas->hidesSecret() && !view.wasSeen());
    view.reveal();
    QVERIFY(!canvas->hidesSecret() && view.wasSeen());
    for (int second = 0; second < 10; ++second) {
        QVERIFY(view.isRevealed());
        view.secondPassed();
    }
    QVERIFY(canvas->hidesSecret());
    auto *format = view.findChild<QComboBox *>(QStringLiteral("secretFormat"));
    format->setCurrentIndex(2);
    QCOMPARE(std::string(view.formatted().view()), std::string("aGVsbG8="));
    view.clear();
    QVERIFY(view.isEmpty());
}

void TestSecrets::padTakesFilesAndLines() {
    SecretPad pad;
    QTest::keyClicks(&pad, QStringLiteral("ab"));
    QTest::keyClick(&pad, Qt::Key_Return);
    QTest::keyClicks(&pad, QStringLiteral("cd"));
    QSignalSpy submitted(&pad, &SecretPad::submitRequested);
    QTest::keyClick(&pad, Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(submitted.size(), 1);
    QCOMPARE(std::string(pad.copy().text()), std::string("ab\ncd"));
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("plain.txt"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("line\n");
    file.close();
    QVERIFY(pad.openFile(path).has_value());
    QVERIFY(pad.endsWithLineBreak());
    pad.stripLineBreak();
    QCOMPARE(std::string(pad.take().text()), std::string("line"));
    const auto missing = pad.openFile(folder.filePath(QStringLiteral("missing")));
    QVERIFY(!missing && missing.error().code == ErrorCode::FileNotFound);
}

void TestSecrets::typedSecretIsGoneAfterClear() {
    const test::MemoryScan scan(canaryCharacters);
    SecretEdit field;
    field.show();
    type(field, scan);
    field.setRevealed(true);
    field.grab(); // painting must not gather the characters either
    QVERIFY(!scan.found().isEmpty());
    QVERIFY(scan.found().startsWith(QStringLiteral("UTF-8")));
    field.clear();
    QCOMPARE(scan.found(), QString());
}

void TestSecrets::typedSecretIsGoneAfterTake() {
    const test::MemoryScan scan(canaryCharacters);
    SecretEdit field;
    type(field, scan);
    {
        const SecretBytes secret = field.take();
        QVERIFY(!scan.found().isEmpty());
        QCOMPARE(secret.size(), std::size_t(canaryCharacters));
    }
    QCOMPARE(scan.found(), QString());
}

void TestSecrets::pastedSecretIsGoneAfterClear() {
    const test::MemoryScan scan(canaryCharacters);
    QApplication::clipboard()->clear();
    desktop::ClipboardGuard guard(*QApplication::clipboard());
    SecretBytes secret(canaryCharacters);
    for (int i = 0; i < scan.size(); ++i) {
        secret.data()[i] = static_cast<std::uint8_t>(scan.characterAt(i));
    }
    guard.lend(std::move(secret));
    SecretEdit field;
    QTest::keyClick(&field, Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(field.characters(), std::size_t(canaryCharacters));
    guard.takeBack();
    QVERIFY(!scan.found().isEmpty());
    field.clear();
    QCOMPARE(scan.found(), QString());
}

void TestSecrets::shownSecretIsGoneAfterLock_data() {
    QTest::addColumn<int>("format");
    QTest::newRow("text") << int(SecretFormat::Text);
    QTest::newRow("hex") << int(SecretFormat::Hex);
    QTest::newRow("base64") << int(SecretFormat::Base64);
}

void TestSecrets::shownSecretIsGoneAfterLock() {
    QFETCH(int, format);
    const test::MemoryScan scan(canaryCharacters);
    SecretView view(QStringLiteral("Plaintext"));
    view.show();
    {
        SecretBytes secret(canaryCharacters);
        for (int i = 0; i < scan.size(); ++i) {
            secret.data()[i] = static_cast<std::uint8_t>(scan.characterAt(i));
        }
        view.setSecret(secret);
    }
    view.findChild<QComboBox *>(QStringLiteral("secretFormat"))->setCurrentIndex(format);
    view.reveal();
    view.grab();
    {
        const SecretText written = view.formatted();
        QVERIFY(!written.empty());
        QVERIFY(!scan.found().isEmpty());
    }
    view.clear();
    QCOMPARE(scan.found(), QString());
}

void TestSecrets::lentSecretIsGoneAfterTakingBack() {
    const test::MemoryScan scan(canaryCharacters);
    desktop::ClipboardGuard guard(*QApplication::clipboard());
    SecretBytes secret(canaryCharacters);
    for (int i = 0; i < scan.size(); ++i) {
        secret.data()[i] = static_cast<std::uint8_t>(scan.characterAt(i));
    }
    guard.lend(std::move(secret));
    // Somebody asks for the bytes, as the display server does.
    QVERIFY(!QApplication::clipboard()->mimeData()->data(QStringLiteral("text/plain")).isEmpty());
    QVERIFY(!scan.found().isEmpty());
    guard.takeBack();
    QCOMPARE(scan.found(), QString());
}

void TestSecrets::padSecretIsGoneAfterClear() {
    const test::MemoryScan scan(canaryCharacters);
    SecretPad pad;
    pad.show();
    type(pad, scan);
    pad.grab();
    QVERIFY(!scan.found().isEmpty());
    pad.clearSecret();
    QCOMPARE(scan.found(), QString());
}

} // namespace keyturn::widgets

QTEST_MAIN(keyturn::widgets::TestSecrets)
#include "tst_secrets.moc"
