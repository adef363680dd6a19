// SPDX-License-Identifier: Apache-2.0
// An older or other copy of a vault in its place is noticed and asked about; people who share a vault
// properly are not bothered; a new vault key is remembered; the vault's log is verified.
#include "base/atomic_file.h"
#include "kms/call.h"
#include "kms/error_text.h"
#include "kms/operations/create_key.h"
#include "workspace/vault_access.h"
#include "workspace/vault_care.h"
#include "workspace/vault_memory.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace keyturn;
using namespace keyturn::workspace;

class TestVaultCare : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    int m_asked = 0;
    std::string m_what;

    std::filesystem::path path(const char *name) const {
        return std::filesystem::path(m_folder->path().toStdString()) / name;
    }
    std::filesystem::path file() const { return path("v"); }

    /// `machine` has a memory of its own. `accept`: -1 nobody is asked, 0 no, 1 yes.
    Result<std::shared_ptr<OpenVault>> open(const char *machine, int accept = -1,
                                            OpenMode mode = OpenMode::ReadWrite) {
        VaultToOpen vault;
        vault.file = file();
        vault.secret = SecretBytes::copyOf("pass");
        vault.mode = mode;
        vault.program = "test";
        vault.memoryFolder = path(machine);
        if (accept >= 0) {
            vault.acceptOlder = [this, accept](const std::string &what) {
                ++m_asked;
                m_what = what;
                return accept == 1;
            };
        }
        return openVault(std::move(vault), {});
    }
    static bool work(OpenVault &vault) {
        return kms::callAndWait<kms::CreateKey>(*vault.service(), {}).has_value();
    }
    /// Opened, changed, locked.
    QString session(const char *machine, int accept = -1) {
        auto vault = open(machine, accept);
        if (!vault) {
            return QString::fromStdString(kms::isOlderVault(vault.error()) ? "older" : vault.error().detail);
        }
        return work(**vault) && (*vault)->lock() ? QStringLiteral("ok") : QStringLiteral("no work");
    }
    Bytes bytes() const { return readFile(file(), 1 << 24).value(); }
    void putBack(const Bytes &content) const {
        QVERIFY(writeFileAtomically(file(), content, {.mode = 0600}));
    }
    VaultKeyRotation rotation(const char *machine) const {
        VaultKeyRotation wish;
        wish.file = file();
        wish.passphrase = SecretBytes::copyOf("pass");
        wish.memoryFolder = path(machine);
        wish.program = "test";
        return wish;
    }
    static std::string logOf(OpenVault &vault) {
        std::string log;
        const auto read = vault.exportLog(0, [&](std::string_view line) { log += line; });
        return read ? log : std::string();
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_asked = 0;
        NewVault vault;
        vault.file = file();
        vault.passphrase = SecretBytes::copyOf("pass");
        vault.kdfMemoryMib = 19;
        vault.memoryFolder = path("here");
        auto made = createVault(vault, {});
        QVERIFY(made);
        QVERIFY(work(**made));
        QVERIFY((*made)->lock());
    }

    void aPassphraseIsCheckedAndTheOpenVaultIsLeftAlone() {
        auto opened = open("here");
        QVERIFY(opened);
        OpenVault &vault = **opened;
        const std::string log = logOf(vault);
        const auto check = [&](std::string_view passphrase) {
            const auto checked = vault.checkPassphrase(SecretBytes::copyOf(passphrase), {});
            return checked ? std::optional<ErrorCode>() : checked.error().code;
        };
        QVERIFY(!check("pass"));
        QVERIFY(check("Pass") == ErrorCode::WrongPassphrase);
        QVERIFY(check("") == ErrorCode::Usage);
        QCOMPARE(logOf(vault), log);
        QVERIFY(work(vault));
        QVERIFY(vault.changePassphrase(SecretBytes::copyOf("pass"), SecretBytes::copyOf("next"), {}));
        QVERIFY(check("pass") == ErrorCode::WrongPassphrase);
        QVERIFY(!check("next"));
        QVERIFY(vault.lock());
        QVERIFY(check("next") == ErrorCode::VaultLocked);
    }

    void yesterdaysFileIsNoticedAndAskedAbout() {
        const Bytes yesterday = bytes();
        QCOMPARE(session("here"), QStringLiteral("ok"));
        QCOMPARE(session("here"), QStringLiteral("ok"));
        putBack(yesterday);
        // Nobody to ask, and a no: refused, and nothing has changed.
        const auto refused = open("here");
        QVERIFY(!refused);
        QVERIFY(kms::isOlderVault(refused.error()));
        QVERIFY2(refused.error().detail.find("v is older (change ") == 0, refused.error().detail.c_str());
        QCOMPARE(session("here", 0), QStringLiteral("older"));
        QCOMPARE(m_asked, 1);
        QVERIFY(m_what.find("last seen on this computer (change ") != std::string::npos);
        QVERIFY(bytes() == yesterday);
        // To look at it, it opens, and says so.
        auto look = open("here", -1, OpenMode::ReadOnly);
        QVERIFY(look);
        QCOMPARE((*look)->warnings().size(), std::size_t(1));
        QVERIFY((*look)->warnings()[0].find("is older") != std::string::npos);
        QVERIFY((*look)->lock());
        QCOMPARE(session("here"), QStringLiteral("older"));
        // Accepted: noted in the log, and the truth from now on.
        auto accepted = open("here", 1);
        QVERIFY(accepted);
        QVERIFY(logOf(**accepted).find("\"action\":\"AcceptOlderVault\"") != std::string::npos);
        QVERIFY(logOf(**accepted).find("v is older (change ") != std::string::npos);
        QVERIFY((*accepted)->lock());
        QCOMPARE(session("here", 0), QStringLiteral("ok"));
        QCOMPARE(m_asked, 2);
    }

    void aBackupPutBackIsTheSameQuestion() {
        auto vault = open("here");
        QVERIFY(vault);
        QVERIFY((*vault)->backup(path("backup"), false));
        QVERIFY(work(**vault));
        QVERIFY((*vault)->lock());
        putBack(readFile(path("backup"), 1 << 24).value());
        QCOMPARE(session("here"), QStringLiteral("older"));
        QCOMPARE(session("here", 1), QStringLiteral("ok"));
        QCOMPARE(session("here"), QStringLiteral("ok"));
    }

    void aCopyUnderAnotherNameIsAnotherFile() {
        std::filesystem::copy_file(file(), path("copy"));
        QCOMPARE(session("here"), QStringLiteral("ok"));
        VaultToOpen copy;
        copy.file = path("copy");
        copy.secret = SecretBytes::copyOf("pass");
        copy.memoryFolder = path("here");
        auto opened = openVault(std::move(copy), {});
        QVERIFY(opened);
        QVERIFY(work(**opened) && (*opened)->lock());
        QCOMPARE(session("here", 0), QStringLiteral("ok"));
        QCOMPARE(m_asked, 0);
    }

    void twoComputersThatShareAVaultAreNotAsked() {
        for (int day = 0; day < 3; ++day) {
            QCOMPARE(session("here", 0), QStringLiteral("ok"));
            QCOMPARE(session("there", 0), QStringLiteral("ok"));
        }
        QCOMPARE(m_asked, 0);
    }

    /// Both went on from the same copy: neither file has the other's changes, however many they are.
    void aCopyThatWentAnotherWayIsNoticed_data() {
        QTest::addColumn<int>("sessionsThere");
        QTest::newRow("as many changes") << 1;
        QTest::newRow("more changes") << 4;
    }
    void aCopyThatWentAnotherWayIsNoticed() {
        QFETCH(const int, sessionsThere);
        const Bytes common = bytes();
        QCOMPARE(session("here"), QStringLiteral("ok"));
        const Bytes ours = bytes();
        putBack(common);
        for (int i = 0; i < sessionsThere; ++i) {
            QCOMPARE(session("there"), QStringLiteral("ok"));
        }
        const Bytes theirs = bytes();
        QCOMPARE(session("here", 0), QStringLiteral("older"));
        QVERIFY2(m_what.find("has another history") != std::string::npos, m_what.c_str());
        QVERIFY(bytes() == theirs);
        putBack(ours);
        QCOMPARE(session("there", 0), QStringLiteral("older"));
        QCOMPARE(session("here", 0), QStringLiteral("ok"));
    }

    /// A program that is killed has told nobody; what it committed is remembered all the same.
    void everyCommitIsRemembered() {
        const Bytes before = bytes();
        std::uint64_t remembered = 0;
        {
            auto vault = open("here");
            QVERIFY(vault);
            vault::VaultUuid id{};
            const auto entry = *std::filesystem::directory_iterator(path("here"));
            QCOMPARE(std::filesystem::file_size(entry.path()), std::uintmax_t(156));
            const auto read = [&] {
                const Bytes content = readFile(entry.path(), 4096).value();
                std::copy_n(content.begin() + 8, id.size(), id.begin());
                return (*VaultMemory::open(path("here"), file(), id, true))->known()->generation;
            };
            const auto atFirst = read();
            QVERIFY(work(**vault));
            remembered = read();
            QVERIFY(remembered > atFirst);
            QVERIFY((*vault)->lock());
        }
        putBack(before);
        QCOMPARE(session("here"), QStringLiteral("older"));
    }

    void aNewVaultKeyIsRememberedAndFollowed() {
        const Bytes before = bytes();
        QCOMPARE(session("there"), QStringLiteral("ok"));
        QVERIFY(rotateVaultKey(rotation("there"), {}));
        QCOMPARE(session("here", 0), QStringLiteral("ok")); // renewed elsewhere is newer
        const Bytes renewed = bytes();
        putBack(before);
        const auto refused = rotateVaultKey(rotation("here"), {});
        QVERIFY(!refused);
        QVERIFY(kms::isOlderVault(refused.error()));
        QVERIFY(bytes() == before);
        QCOMPARE(session("there"), QStringLiteral("older"));
        putBack(renewed);
        QCOMPARE(session("here", 0), QStringLiteral("ok"));
    }

    void aMemoryThatCannotBeUsedIsSaid_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("no folder can be made") << 0;
        QTest::newRow("not to be understood") << 1;
        QTest::newRow("of another vault") << 2;
    }
    void aMemoryThatCannotBeUsedIsSaid() {
        QFETCH(const int, kind);
        if (kind == 0) {
            std::ofstream(path("nowhere")) << "a file";
            auto vault = open("nowhere");
            QVERIFY2(vault, vault ? "" : vault.error().detail.c_str());
            QVERIFY((*vault)->warnings().at(0).find("would not be noticed") != std::string::npos);
            return;
        }
        const auto entry = *std::filesystem::directory_iterator(path("here"));
        Bytes content = readFile(entry.path(), 4096).value();
        content[kind == 1 ? 100 : 9] ^= 1;
        QVERIFY(writeFileAtomically(entry.path(), content, {.mode = 0600}));
        auto vault = open("here");
        QVERIFY(vault);
        QVERIFY((*vault)->warnings().at(0).find("could not be understood") != std::string::npos);
        QVERIFY((*vault)->lock());
        auto again = open("here");
        QVERIFY((*again)->warnings().empty());
    }

    void theWordsSayWhatToDo() {
        const Error error = kms::olderVault("v is older");
        const auto text = kms::describe(error);
        QVERIFY(text.title.find("last seen here") != std::string::npos);
        QVERIFY(text.nextStep.find("accept it") != std::string::npos);
        QVERIFY(kms::commandLineSentence(error).find("v is older") != std::string::npos);
        QVERIFY(!kms::isOlderVault(clientError(ErrorCode::VaultDamaged, "x")));
    }

    void theLogIsVerified() {
        const auto verified = [this] {
            VaultToOpen vault;
            vault.file = file();
            vault.secret = SecretBytes::copyOf("pass");
            return verifyVaultLog(std::move(vault), {}, {});
        };
        const auto report = verified();
        QVERIFY(report);
        QVERIFY(report->findings.empty());
        QVERIFY(report->records >= 2 && report->pages >= 2);
        QCOMPARE(report->lastHash.size(), std::size_t(64));
        QVERIFY(report->sealedBy.find("key number 1") != std::string::npos);
        QCOMPARE(report->notProven.size(), std::size_t(3));
        QVERIFY(rotateVaultKey(rotation("here"), {}));
        const auto renewed = verified();
        QVERIFY(renewed->findings.empty());
        QCOMPARE(renewed->records, report->records + 1);
        QCOMPARE(renewed->notProven.size(), std::size_t(4));
        auto vault = open("here");
        QVERIFY(logOf(**vault).find("the last record before had the hash " + report->lastHash) !=
                std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestVaultCare)
#include "tst_vault_care.moc"
