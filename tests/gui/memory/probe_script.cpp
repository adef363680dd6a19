// SPDX-License-Identifier: Apache-2.0
#include "gui/memory/probe_script.h"

#include "app/console/console.h"
#include "base/encoding.h"
#include "ui/dialogs/call_dialog.h"
#include "ui/dialogs/crypt_dialogs.h"
#include "ui/dialogs/data_key_dialog.h"
#include "ui/dialogs/key_picker.h"
#include "ui/models/key_catalog.h"
#include "ui/views/action_table.h"
#include "ui/views/key_browser.h"
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/secret_edit.h"
#include "ui/widgets/secret_pad.h"
#include "ui/widgets/secret_view.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDialog>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTest>

namespace keyturn::test {
namespace {

using workspace::Session;

constexpr int patience = 60'000; ///< ms, for waits that normally take far less
constexpr std::uint8_t mask = 0xA5;
const std::string ok = "ok";

template <class Condition>
bool comesTrue(Condition condition) {
    return QTest::qWaitFor(condition, patience);
}

void click(QWidget *button) {
    QTest::mouseClick(button, Qt::LeftButton);
}

} // namespace

ProbeScript::ProbeScript(Console &console)
    : m_console(console) {
    m_acts = {
        {"open", [this](const std::string &file) { return open(file); }},
        {"type-passphrase",
         [this](const std::string &masked) {
             return typeInto(widget(QStringLiteral("unlock.secret")), masked);
         }},
        {"type-plaintext",
         [this](const std::string &masked) {
             return typeInto(widget(QStringLiteral("encrypt.pad")), masked);
         }},
        {"paste-passphrase", [this](const std::string &masked) { return pastePassphrase(masked); }},
        {"unlock", [this](const std::string &) { return unlock(); }},
        {"unlock-wrongly", [this](const std::string &) { return unlockWrongly(); }},
        {"decrypt", [this](const std::string &ciphertext) { return decrypt(ciphertext); }},
        {"reveal", [this](const std::string &view) { return reveal(QString::fromStdString(view)); }},
        {"copy", [this](const std::string &view) { return copy(QString::fromStdString(view)); }},
        {"open-encrypt", [this](const std::string &key) { return openEncrypt(key); }},
        {"paste-into-pad", [this](const std::string &) { return pasteIntoPad(); }},
        {"open-inspect", [this](const std::string &) { return openInspect(); }},
        {"paste-by-mistake",
         [this](const std::string &editor) { return pasteByMistake(QString::fromStdString(editor)); }},
        {"encrypt", [this](const std::string &) { return encrypt(); }},
        {"copy-command",
         [this](const std::string &dialog) { return copyCommand(QString::fromStdString(dialog)); }},
        {"make-data-key", [this](const std::string &key) { return makeDataKey(key); }},
        {"call-decrypt", [this](const std::string &ciphertext) { return callDecrypt(ciphertext); }},
        {"close-dialogs", [this](const std::string &) { return closeDialogs(); }},
        {"lock", [this](const std::string &) { return lock(); }},
    };
}

std::string ProbeScript::act(const std::string &line) {
    const std::size_t blank = line.find(' ');
    const auto found = m_acts.find(line.substr(0, blank));
    if (found == m_acts.end()) {
        return "there is no such act";
    }
    return found->second(blank == std::string::npos ? std::string() : line.substr(blank + 1));
}

QWidget *ProbeScript::widget(const QString &name) const {
    for (QWidget *each : QApplication::allWidgets()) {
        if (each->objectName() == name && each->isVisible()) {
            return each;
        }
    }
    return nullptr;
}

std::string ProbeScript::press(const QString &button) {
    auto *found = widget(button);
    if (found == nullptr || !comesTrue([found] { return found->isEnabled(); })) {
        return "no button to press: " + button.toStdString();
    }
    click(found);
    return ok;
}

std::string ProbeScript::trigger(int action, const QString &dialog) {
    auto *row = m_console.window().findChild<ui::ActionSet *>()->action(static_cast<ui::ActionId>(action));
    if (!row->isEnabled()) {
        return "the action is off: " + row->toolTip().toStdString();
    }
    row->trigger();
    return comesTrue([&] { return widget(dialog) != nullptr; }) ? ok : "the dialog did not come";
}

std::string ProbeScript::open(const std::string &vaultFile) {
    m_console.openVaultFile(QString::fromStdString(vaultFile), false);
    return comesTrue([this] { return widget(QStringLiteral("unlock.secret")) != nullptr; })
               ? ok
               : "no field for the passphrase";
}

std::string ProbeScript::typeInto(QWidget *field, const std::string &masked) {
    const auto bytes = fromHex(masked);
    if (field == nullptr || !bytes) {
        return "nowhere to type";
    }
    field->setFocus();
    for (std::size_t at = 0; at < bytes->size(); ++at) {
        // Every fifth character mistyped first: what is taken back must be gone as well.
        if (at % 5 == 4) {
            QTest::keyClick(field, 'x');
            QTest::keyClick(field, Qt::Key_Backspace);
        }
        QTest::keyClick(field, static_cast<char>((*bytes)[at] ^ mask));
    }
    return ok;
}

/// As from a password manager, which takes the clipboard back afterwards.
std::string ProbeScript::pastePassphrase(const std::string &masked) {
    const auto bytes = fromHex(masked);
    auto *field = qobject_cast<widgets::SecretEdit *>(widget(QStringLiteral("unlock.secret")));
    if (field == nullptr || !bytes) {
        return "nowhere to paste";
    }
    {
        QString text;
        for (const std::uint8_t byte : *bytes) {
            text += QLatin1Char(static_cast<char>(byte ^ mask));
        }
        QApplication::clipboard()->setText(text);
    }
    QTest::keyClick(field, Qt::Key_V, Qt::ControlModifier);
    QApplication::clipboard()->clear();
    return field->sizeBytes() == bytes->size() ? ok : "the passphrase was not pasted";
}

std::string ProbeScript::unlock() {
    QTest::keyClick(widget(QStringLiteral("unlock.secret")), Qt::Key_Return);
    auto &window = m_console.window();
    const bool open = comesTrue([&] {
        return window.session().state() == Session::State::Open && window.catalog().count() > 0 &&
               !window.catalog().isLoading();
    });
    return open ? ok : "the vault did not open";
}

std::string ProbeScript::unlockWrongly() {
    QTest::keyClick(widget(QStringLiteral("unlock.secret")), Qt::Key_Return);
    auto &session = m_console.window().session();
    const bool back = comesTrue([&] { return session.state() == Session::State::Opening; }) &&
                      comesTrue([&] { return session.state() == Session::State::Locked; });
    return back ? ok : "the vault did not stay locked";
}

std::string ProbeScript::decrypt(const std::string &ciphertext) {
    if (auto shown = trigger(int(ui::ActionId::Decrypt), QStringLiteral("decryptDialog")); shown != ok) {
        return shown;
    }
    m_console.window()
        .findChild<widgets::BlobEdit *>(QStringLiteral("decrypt.blob"))
        ->setText(QString::fromStdString(ciphertext));
    auto *dialog = m_console.window().findChild<ui::DecryptDialog *>();
    click(dialog->findChild<QAbstractButton *>(QStringLiteral("crypt.run")));
    return comesTrue([this] { return widget(QStringLiteral("decrypt.plaintext")) != nullptr; })
               ? ok
               : "nothing was decrypted";
}

std::string ProbeScript::reveal(const QString &view) {
    auto *secret = qobject_cast<widgets::SecretView *>(widget(view));
    if (secret == nullptr) {
        return "nothing to reveal";
    }
    click(secret->findChild<QAbstractButton *>(QStringLiteral("secretReveal")));
    secret->findChild<QAbstractScrollArea *>(QStringLiteral("secret"))->viewport()->repaint();
    return secret->isRevealed() ? ok : "not revealed";
}

std::string ProbeScript::copy(const QString &view) {
    auto *secret = qobject_cast<widgets::SecretView *>(widget(view));
    if (secret == nullptr) {
        return "nothing to copy";
    }
    click(secret->findChild<QAbstractButton *>(QStringLiteral("secretCopy")));
    return ok;
}

std::string ProbeScript::openEncrypt(const std::string &key) {
    m_console.window().findChild<ui::KeyBrowser *>()->selectKey(key);
    if (auto shown = trigger(int(ui::ActionId::Encrypt), QStringLiteral("encryptDialog")); shown != ok) {
        return shown;
    }
    m_console.window().findChild<ui::EncryptDialog *>()->setKey(key);
    return ok;
}

std::string ProbeScript::pasteIntoPad() {
    auto *pad = qobject_cast<widgets::SecretPad *>(widget(QStringLiteral("encrypt.pad")));
    if (pad == nullptr) {
        return "no pad to paste into";
    }
    const std::size_t before = pad->sizeBytes();
    QTest::keyClick(pad, Qt::Key_V, Qt::ControlModifier);
    return pad->sizeBytes() > before ? ok : "nothing was pasted";
}

std::string ProbeScript::openInspect() {
    return trigger(int(ui::ActionId::Inspect), QStringLiteral("inspectDialog"));
}

/// A secret pasted where none belongs, and taken back: the editor's history has it then.
std::string ProbeScript::pasteByMistake(const QString &editor) {
    QWidget *field = widget(editor);
    if (auto *blob = qobject_cast<widgets::BlobEdit *>(field)) {
        field = blob->findChild<QPlainTextEdit *>();
        QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
    }
    if (field == nullptr) {
        return "no such editor";
    }
    QTest::keyClick(field, Qt::Key_V, Qt::ControlModifier);
    if (const auto *line = qobject_cast<QLineEdit *>(field); line != nullptr) {
        return line->text().isEmpty() ? "nothing was pasted" : ok;
    }
    auto *text = qobject_cast<QPlainTextEdit *>(field);
    const bool pasted = text->document()->isUndoAvailable();
    QTest::keyClick(field, Qt::Key_Z, Qt::ControlModifier);
    return pasted && text->document()->isRedoAvailable() ? ok : "nothing was pasted and undone";
}

std::string ProbeScript::encrypt() {
    auto *dialog = m_console.window().findChild<ui::EncryptDialog *>();
    auto *run = dialog->findChild<QAbstractButton *>(QStringLiteral("crypt.run"));
    if (!comesTrue([run] { return run->isEnabled(); })) {
        return "nothing can be encrypted";
    }
    click(run);
    return comesTrue([this] { return widget(QStringLiteral("encrypt.ciphertext")) != nullptr; })
               ? ok
               : "nothing was encrypted";
}

std::string ProbeScript::copyCommand(const QString &dialog) {
    for (auto *button : widget(dialog)->findChildren<widgets::CopyButton *>()) {
        if (button->accessibleName() == widgets::CopyButton::tr("Copy as command")) {
            click(button);
            return ok + " " + QApplication::clipboard()->text().toStdString();
        }
    }
    return "there is no command to copy";
}

std::string ProbeScript::makeDataKey(const std::string &key) {
    m_console.window().findChild<ui::KeyBrowser *>()->selectKey(key);
    if (auto shown = trigger(int(ui::ActionId::DataKey), QStringLiteral("dataKeyDialog")); shown != ok) {
        return shown;
    }
    auto *dialog = m_console.window().findChild<ui::DataKeyDialog *>();
    dialog->setKey(key);
    dialog->findChild<QCheckBox *>(QStringLiteral("dataKey.withPlaintext"))->setChecked(true);
    if (auto pressed = press(QStringLiteral("dataKey.run")); pressed != ok) {
        return pressed;
    }
    if (!comesTrue([this] { return widget(QStringLiteral("dataKey.plaintext")) != nullptr; })) {
        return "no data key was made";
    }
    const auto *wrapped = dialog->findChild<widgets::MonoText *>(QStringLiteral("dataKey.ciphertext"));
    return ok + " " + wrapped->text().toStdString();
}

/// Decrypt through the form of any operation: the reply's plaintext is shown apart from its members.
std::string ProbeScript::callDecrypt(const std::string &ciphertext) {
    if (auto shown = trigger(int(ui::ActionId::CallOperation), QStringLiteral("callDialog")); shown != ok) {
        return shown;
    }
    m_console.window().findChild<ui::CallDialog *>()->choose(kms::OperationId::Decrypt);
    auto *field = widget(QStringLiteral("call.CiphertextBlob"));
    auto *editor = field != nullptr ? field->findChild<QPlainTextEdit *>() : nullptr;
    if (editor == nullptr) {
        return "no field for the ciphertext";
    }
    editor->setPlainText(QString::fromStdString(ciphertext));
    if (auto pressed = press(QStringLiteral("call.run")); pressed != ok) {
        return pressed;
    }
    return comesTrue([this] { return widget(QStringLiteral("call.secret.Plaintext")) != nullptr; })
               ? ok
               : "nothing was decrypted";
}

std::string ProbeScript::closeDialogs() {
    for (QDialog *dialog : m_console.window().findChildren<QDialog *>()) {
        dialog->reject();
    }
    const bool gone = comesTrue([this] { return m_console.window().findChildren<QDialog *>().isEmpty(); });
    return gone ? ok : "a dialog stays open";
}

std::string ProbeScript::lock() {
    auto &session = m_console.window().session();
    m_console.window().findChild<ui::ActionSet *>()->action(ui::ActionId::Lock)->trigger();
    // The session's worker does one act after the other: when this one has run, the keys are wiped.
    bool wiped = false;
    session.runBlocking([](const CancelToken &) { return Status{}; },
                        [&wiped](const Status &) { wiped = true; });
    const bool locked = comesTrue([&] {
        return wiped && session.state() == Session::State::Locked &&
               m_console.window().findChildren<QDialog *>().isEmpty();
    });
    return locked ? ok : "the vault was not locked";
}

} // namespace keyturn::test
