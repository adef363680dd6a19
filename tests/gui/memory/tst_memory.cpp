// SPDX-License-Identifier: Apache-2.0
// The memory of the whole console, read from outside while it is worked: before the lock each secret is found
// (so the search can find), after it none is, in any form, whole or in pieces of eight bytes.
#include "gui/memory/needles.h"
#include "gui/memory/probed_vault.h"
#include "gui/memory/process_memory.h"

#include "base/encoding.h"

#include <QDirIterator>
#include <QFile>
#include <QObject>
#include <QProcess>
#include <QTest>

#include <algorithm>
#include <memory>

namespace keyturn::test {
namespace {

constexpr int patience = 90'000; ///< ms, for answers that normally take far less
constexpr std::uint8_t mask = 0xA5;

std::string masked(std::string secret) {
    for (char &c : secret) {
        c = static_cast<char>(c ^ char(mask));
    }
    return toHex(asBytes(secret));
}

/// Freed memory is wiped in the console by its own heap. A sanitizer has another in that place: it fills what
/// is freed when told to. Frames stay on the real stack, which is where a release has them.
QString sanitizerOptions() {
    return qEnvironmentVariable("ASAN_OPTIONS") +
           QStringLiteral(":max_free_fill_size=2147483647:free_fill_byte=0:quarantine_size_mb=1"
                          ":detect_stack_use_after_return=0");
}

} // namespace

class MemoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void nothingIsLeftAfterLocking_data();
    void nothingIsLeftAfterLocking();
    void aWrongPassphraseIsNotKept();
    void theSearchFindsEveryForm();

private:
    void endProbe();
    /// What the probe answered after "ok"; the test fails when it answered anything else.
    QString ask(const std::string &act);
    void look(const char *when);
    bool has(std::string_view needle, std::string_view form) const;
    QString leftovers(const std::vector<std::string> &allowed = {}) const;
    void workTheDialogs();
    void lookAtWhatWasWritten();

    std::unique_ptr<ProbedVault> m_vault;
    std::unique_ptr<QProcess> m_probe;
    std::unique_ptr<NeedleSearch> m_search;
    QString m_heap;
    QString m_told; ///< commands and messages
};

#define KEYTURN_ASK(act)                                                                                     \
    do {                                                                                                     \
        ask(act);                                                                                            \
        if (QTest::currentTestFailed()) {                                                                    \
            return;                                                                                          \
        }                                                                                                    \
    } while (false)
#define KEYTURN_LOOK(when)                                                                                   \
    do {                                                                                                     \
        look(when);                                                                                          \
        if (QTest::currentTestFailed()) {                                                                    \
            return;                                                                                          \
        }                                                                                                    \
    } while (false)

void MemoryTest::init() {
    m_vault = std::make_unique<ProbedVault>();
    m_probe = std::make_unique<QProcess>();
    auto environment = QProcessEnvironment::systemEnvironment();
    const QString home = QString::fromStdString(m_vault->folder().string());
    for (const char *variable :
         {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME"}) {
        environment.insert(QString::fromLatin1(variable), home);
    }
    environment.insert(QStringLiteral("ASAN_OPTIONS"), sanitizerOptions());
    m_probe->setProcessEnvironment(environment);
    m_probe->start(qEnvironmentVariable("KEYTURN_MEMORY_PROBE"), QStringList());
    QVERIFY2(m_probe->waitForStarted(), qPrintable(m_probe->errorString()));
    m_heap = ask({});
}

void MemoryTest::cleanup() {
    endProbe();
    m_search.reset();
    m_probe.reset();
    m_vault.reset();
}

void MemoryTest::endProbe() {
    if (m_probe && m_probe->state() == QProcess::Running) {
        m_probe->write("quit\n");
        QVERIFY(m_probe->waitForFinished(patience));
        QCOMPARE(m_probe->exitStatus(), QProcess::NormalExit);
        QCOMPARE(m_probe->exitCode(), 0);
    }
}

QString MemoryTest::ask(const std::string &act) {
    if (!act.empty()) {
        m_probe->write(QByteArray::fromStdString(act + "\n"));
    }
    while (!m_probe->canReadLine()) {
        if (!m_probe->waitForReadyRead(patience)) {
            QTest::qFail("the probe does not answer", __FILE__, __LINE__);
            return {};
        }
    }
    const QString answer = QString::fromUtf8(m_probe->readLine()).trimmed();
    if (answer != u"ok" && !answer.startsWith(u"ok ")) {
        const std::string told = act.substr(0, act.find(' ')) + ": " + answer.toStdString();
        QTest::qFail(told.c_str(), __FILE__, __LINE__);
    }
    return answer.mid(3);
}

void MemoryTest::look(const char *when) {
    m_search = std::make_unique<NeedleSearch>(m_vault->needles());
    const MemoryRead read =
        readMemoryOf(m_probe->processId(), NeedleSearch::overlapBytes,
                     [this](ByteView run, const std::string &place) { m_search->lookThrough(run, place); });
    QVERIFY2(read.fault.empty(), read.fault.c_str());
    QVERIFY(read.mappings > 20);
    QVERIFY(read.sanitizerShadow == 0 || m_heap == u"sanitizer's heap");
    qInfo("%s: %.1f MiB of %zu mappings", when, double(read.bytesRead) / (1 << 20), read.mappings);
}

bool MemoryTest::has(std::string_view needle, std::string_view form) const {
    const auto seen = m_search->seen(needle);
    return std::any_of(seen.begin(), seen.end(), [form](const Sighting &sighting) {
        return sighting.form == form && sighting.whole > 0;
    });
}

QString MemoryTest::leftovers(const std::vector<std::string> &allowed) const {
    QString text;
    for (const std::string &place : m_search->places()) {
        const bool expected = std::any_of(allowed.begin(), allowed.end(), [&](const std::string &needle) {
            return place.starts_with(needle + " as ");
        });
        if (!expected) {
            text += u'\n' + QString::fromStdString(place);
        }
    }
    return text;
}

void MemoryTest::workTheDialogs() {
    KEYTURN_ASK("decrypt " + m_vault->ciphertext());
    KEYTURN_ASK("reveal decrypt.plaintext");
    KEYTURN_ASK("copy decrypt.plaintext");
    KEYTURN_LOOK("decrypted, revealed, copied");
    QVERIFY(has("plaintext", "bytes"));
    QVERIFY(has("key material, keyed form", "bytes"));

    KEYTURN_ASK("call-decrypt " + m_vault->ciphertext());
    KEYTURN_ASK("reveal call.secret.Plaintext");
    KEYTURN_ASK("copy call.secret.Plaintext");

    KEYTURN_ASK("open-inspect");
    for (const char *editor : {"decrypt.blob", "inspect.blob"}) {
        KEYTURN_ASK(std::string("paste-by-mistake ") + editor);
    }
    KEYTURN_LOOK("pasted by mistake");
    QVERIFY(has("plaintext", "UTF-16")); // editors and their histories

    KEYTURN_ASK("open-encrypt " + m_vault->rsaKey());
    KEYTURN_ASK("paste-into-pad");
    KEYTURN_ASK("type-plaintext " + masked(m_vault->plaintext()));
    const QString command = ask("copy-command encryptDialog");
    QVERIFY(command.contains(u"keyturn-cli kms encrypt"));
    m_told += command;
    KEYTURN_ASK("encrypt");
    const QString wrapped = ask("make-data-key " + m_vault->symmetricKey());
    KEYTURN_ASK("reveal dataKey.plaintext");
    KEYTURN_ASK("copy dataKey.plaintext");
    KEYTURN_ASK("paste-by-mistake filterText");
    const SecretBytes dataKey = m_vault->openDataKey(wrapped.toStdString());
    m_vault->addNeedle("data key", dataKey.view(), SecretKind::Binary);
    KEYTURN_LOOK("data key made, revealed, copied");
    QVERIFY(has("plaintext", "bytes"));
    QVERIFY(has("RSA prime", "bytes"));
    QVERIFY(has("data key", "bytes"));
    QVERIFY(has("data key", "hex"));           // on the clipboard
    QVERIFY(has("data key", "hex as UTF-16")); // in the filter
}

void MemoryTest::nothingIsLeftAfterLocking_data() {
    QTest::addColumn<bool>("closesDialogsFirst");
    QTest::addColumn<QString>("entry");
    QTest::newRow("with every dialog open") << false << QStringLiteral("type-passphrase");
    QTest::newRow("with the dialogs closed") << true << QStringLiteral("type-passphrase");
    QTest::newRow("with the passphrase pasted") << false << QStringLiteral("paste-passphrase");
}

void MemoryTest::nothingIsLeftAfterLocking() {
    QFETCH(bool, closesDialogsFirst);
    QFETCH(QString, entry);
    KEYTURN_ASK("open " + m_vault->file().string());
    KEYTURN_LOOK("locked, nothing typed");
    QVERIFY2(leftovers().isEmpty(), qPrintable(leftovers()));

    KEYTURN_ASK(entry.toStdString() + " " + masked(m_vault->passphrase()));
    KEYTURN_LOOK("passphrase entered");
    QVERIFY(has("passphrase", "bytes"));

    KEYTURN_ASK("unlock");
    KEYTURN_LOOK("unlocked");
    QVERIFY(has("vault key", "bytes"));
    QVERIFY(has("subkey of the vault key", "bytes"));
    QCOMPARE(leftovers({"vault key", "subkey of the vault key"}),
             QString()); // the passphrase is gone already

    workTheDialogs();
    if (QTest::currentTestFailed()) {
        return;
    }
    if (closesDialogsFirst) {
        KEYTURN_ASK("close-dialogs");
    }
    KEYTURN_ASK("lock");
    KEYTURN_LOOK("locked");
    QVERIFY2(leftovers().isEmpty(), qPrintable(leftovers()));
    lookAtWhatWasWritten();
}

/// Vault, settings, profiles, state, messages, commands and the command line of the process.
void MemoryTest::lookAtWhatWasWritten() {
    NeedleSearch search(m_vault->needles());
    const auto lookAt = [&search](const QByteArray &bytes, const std::string &place) {
        search.lookThrough(asBytes(std::string_view(bytes.constData(), std::size_t(bytes.size()))), place);
    };
    const QString process = QStringLiteral("/proc/%1/").arg(m_probe->processId());
    for (const char *entry : {"cmdline", "environ"}) {
        const QString name = process + QLatin1String(entry);
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        lookAt(file.readAll(), name.toStdString());
    }
    endProbe();
    lookAt(m_told.toUtf8(), "a command");
    lookAt(m_probe->readAllStandardError(), "standard error");
    int files = 0;
    QDirIterator each(QString::fromStdString(m_vault->folder().string()), QDir::Files | QDir::Hidden,
                      QDirIterator::Subdirectories);
    while (each.hasNext()) {
        QFile file(each.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        lookAt(file.readAll(), file.fileName().toStdString());
        ++files;
    }
    QVERIFY(files >= 3); // the vault, its copy, the settings
    QVERIFY2(search.places().empty(), search.places().empty() ? "" : search.places().front().c_str());
}

void MemoryTest::aWrongPassphraseIsNotKept() {
    KEYTURN_ASK("open " + m_vault->file().string());
    KEYTURN_ASK("type-passphrase " + masked(m_vault->wrongPassphrase()));
    KEYTURN_LOOK("wrong passphrase typed");
    QVERIFY(has("wrong passphrase", "bytes"));
    KEYTURN_ASK("unlock-wrongly");
    KEYTURN_LOOK("refused");
    QVERIFY2(leftovers().isEmpty(), qPrintable(leftovers()));
}

void MemoryTest::theSearchFindsEveryForm() {
    const std::vector<Needle> needles{
        {"text", asBytes("Q7mTz2xWk9RbVh4pLd8sJc3nFy6gHt5v"), SecretKind::Text}};
    for (const Form &form : needles.front().forms) {
        for (const std::size_t cut : {std::size_t(0), form.pieceBytes - 1}) {
            NeedleSearch search(needles);
            Bytes memory(37, 0xEE);
            memory.insert(memory.end(), form.whole.begin() + std::ptrdiff_t(cut), form.whole.end());
            memory.insert(memory.end(), 41, 0xEE);
            search.lookThrough(memory, "here");
            const auto seen = search.seen("text");
            QVERIFY2(std::any_of(seen.begin(), seen.end(),
                                 [&](const Sighting &sighting) {
                                     return sighting.form == form.name && (sighting.whole == 1) == (cut == 0);
                                 }),
                     (form.name + " cut by " + std::to_string(cut)).c_str());
        }
    }
}

} // namespace keyturn::test

QTEST_GUILESS_MAIN(keyturn::test::MemoryTest)
#include "tst_memory.moc"
