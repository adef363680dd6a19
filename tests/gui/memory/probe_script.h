// SPDX-License-Identifier: Apache-2.0
// The acts of a person at the console, one function each: they click, type and wait for what is to be seen.
// What is typed comes masked (each byte xor 0xa5, in hex) and is unmasked one character at a time, so that no
// whole secret lies in memory that the product did not put there. Each act says "ok", with what it has to
// tell, or what did not happen. GUI thread.
#pragma once

#include <QString>

#include <functional>
#include <map>
#include <string>

class QPushButton;
class QWidget;

namespace keyturn {
class Console;
}

namespace keyturn::test {

class ProbeScript {
public:
    explicit ProbeScript(Console &console);

    /// One line: an act and its argument.
    std::string act(const std::string &line);

private:
    using Act = std::function<std::string(const std::string &argument)>;

    std::string open(const std::string &vaultFile);
    std::string typeInto(QWidget *field, const std::string &masked);
    std::string pastePassphrase(const std::string &masked);
    std::string unlock();
    std::string unlockWrongly();
    std::string decrypt(const std::string &ciphertext);
    std::string reveal(const QString &view);
    std::string copy(const QString &view);
    std::string openEncrypt(const std::string &key);
    std::string pasteIntoPad();
    std::string openInspect();
    std::string pasteByMistake(const QString &editor);
    std::string encrypt();
    std::string copyCommand(const QString &dialog);
    std::string makeDataKey(const std::string &key);
    std::string callDecrypt(const std::string &ciphertext);
    std::string closeDialogs();
    std::string lock();

    QWidget *widget(const QString &name) const;
    std::string press(const QString &button);
    std::string trigger(int action, const QString &dialog);

    Console &m_console;
    std::map<std::string, Act> m_acts;
};

} // namespace keyturn::test
