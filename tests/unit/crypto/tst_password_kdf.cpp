// SPDX-License-Identifier: Apache-2.0
// scrypt against RFC 7914, Argon2id against Debian's argon2 program; bounds, cancelling, running out of
// memory.
#include "child_process.h"
#include "vector_file.h"

#include "crypto/password_kdf.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QObject>
#include <QTest>

#include <algorithm>
#include <bit>
#include <fstream>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::crypto;

namespace {

const std::string salt = "sixteen byte slt";
constexpr std::uint32_t smallMemoryKib = 19 * 1024;

/// Runs `act` in a child that may map only `spareBytes` more than it has; its exit code.
template <class Act>
int inTightMemory(rlim_t spareBytes, Act act) {
    const pid_t child = fork();
    if (child == 0) {
        rlim_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        const rlim_t limit = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + spareBytes;
        const rlimit limits{limit, limit};
        _exit(setrlimit(RLIMIT_AS, &limits) == 0 ? act() : 99);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

class PasswordKdfTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void scryptVectors();
    void argon2idAgreesWithTheProgram_data();
    void argon2idAgreesWithTheProgram();
    void bounds_data();
    void bounds();
    void everyInputCounts();
    void saltAndSizeAreChecked();
    void cancelledBefore();
    void outOfMemoryIsAnError_data();
    void outOfMemoryIsAnError();
};

void PasswordKdfTest::scryptVectors() {
    const std::string file = "kdf/kbkdf-scrypt.json";
    const auto vectors = readVectors(file);
    if (!vectors) {
        QSKIP(vectorsMissing(file).c_str());
    }
    VectorCounts counts;
    for (const auto &test : vectors->at("scrypt")) {
        const auto cost = test.at("N").get<std::uint64_t>();
        const ScryptParams params{static_cast<std::uint8_t>(std::countr_zero(cost)),
                                  test.at("r").get<std::uint32_t>(), test.at("p").get<std::uint32_t>()};
        Bytes out(test.at("length").get<std::size_t>());
        const auto password = test.at("password").get<std::string>();
        const auto saltText = test.at("salt").get<std::string>();
        QVERIFY(scryptUnbounded(params, asBytes(password), asBytes(saltText), out).has_value());
        QCOMPARE(out, hexField(test, "output"));
        ++counts.validAccepted;
    }
    counts.print(file + " (scrypt)");
    QCOMPARE(counts.validAccepted, 4);
}

void PasswordKdfTest::argon2idAgreesWithTheProgram_data() {
    QTest::addColumn<QString>("passphrase");
    QTest::addColumn<uint>("memoryKib");
    QTest::addColumn<uint>("passes");
    QTest::addColumn<int>("sizeBytes");
    QTest::newRow("floor") << "correct horse" << smallMemoryKib << 1U << 32;
    QTest::newRow("more passes") << "correct horse" << smallMemoryKib << 5U << 32;
    QTest::newRow("64 MiB") << "correct horse" << 65536U << 3U << 32;
    QTest::newRow("memory that is no multiple of four") << "correct horse" << 20001U << 2U << 32;
    QTest::newRow("not ASCII") << QStringLiteral("Schl\u00fcssel \U0001F511") << smallMemoryKib << 2U << 32;
    QTest::newRow("64 bytes out") << "x" << smallMemoryKib << 2U << 64;
    QTest::newRow("16 bytes out") << "x" << smallMemoryKib << 2U << 16;
}

void PasswordKdfTest::argon2idAgreesWithTheProgram() {
    QFETCH(const QString, passphrase);
    QFETCH(const uint, memoryKib);
    QFETCH(const uint, passes);
    QFETCH(const int, sizeBytes);
    const std::string text = passphrase.toStdString();
    const auto key = derivePasswordKey(Argon2idParams{memoryKib, passes}, asBytes(text), asBytes(salt),
                                       static_cast<std::size_t>(sizeBytes));
    QVERIFY(key.has_value());
    const auto theirs = runProgram(QStringLiteral("argon2"),
                                   {QString::fromStdString(salt), QStringLiteral("-id"), QStringLiteral("-t"),
                                    QString::number(passes), QStringLiteral("-k"), QString::number(memoryKib),
                                    QStringLiteral("-p"), QStringLiteral("1"), QStringLiteral("-l"),
                                    QString::number(sizeBytes), QStringLiteral("-r")},
                                   asBytes(text));
    QVERIFY2(theirs.exitCode == 0, "the argon2 program of Debian's package argon2 is needed");
    QCOMPARE(toHex(key->view()) + "\n", std::string(asText(theirs.output)));
}

void PasswordKdfTest::bounds_data() {
    QTest::addColumn<bool>("scrypt");
    QTest::addColumn<uint>("first");  // memory in KiB, or log2 N
    QTest::addColumn<uint>("second"); // passes, or r
    QTest::addColumn<uint>("third");  // p
    QTest::addColumn<bool>("inside");
    QTest::newRow("Argon2id, least") << false << 19U * 1024 << 1U << 0U << true;
    QTest::newRow("Argon2id, most") << false << 2048U * 1024 << 32U << 0U << true;
    QTest::newRow("Argon2id, memory below") << false << 19U * 1024 - 1 << 3U << 0U << false;
    QTest::newRow("Argon2id, memory above") << false << 2048U * 1024 + 1 << 3U << 0U << false;
    QTest::newRow("Argon2id, memory at the type's end") << false << 0xffffffffU << 3U << 0U << false;
    QTest::newRow("Argon2id, no pass") << false << 65536U << 0U << 0U << false;
    QTest::newRow("Argon2id, passes above") << false << 65536U << 33U << 0U << false;
    QTest::newRow("scrypt, least") << true << 15U << 8U << 1U << true;
    QTest::newRow("scrypt, most") << true << 20U << 8U << 4U << true;
    QTest::newRow("scrypt, cost below") << true << 14U << 8U << 1U << false;
    QTest::newRow("scrypt, cost above") << true << 21U << 8U << 1U << false;
    QTest::newRow("scrypt, cost at the type's end") << true << 255U << 8U << 1U << false;
    QTest::newRow("scrypt, other r") << true << 17U << 16U << 1U << false;
    QTest::newRow("scrypt, p of 0") << true << 17U << 8U << 0U << false;
    QTest::newRow("scrypt, p above") << true << 17U << 8U << 5U << false;
}

void PasswordKdfTest::bounds() {
    QFETCH(const bool, scrypt);
    QFETCH(const uint, first);
    QFETCH(const uint, second);
    QFETCH(const uint, third);
    QFETCH(const bool, inside);
    const PasswordKdfParams params =
        scrypt ? PasswordKdfParams(ScryptParams{static_cast<std::uint8_t>(first), second, third})
               : PasswordKdfParams(Argon2idParams{first, second});
    const auto checked = checkPasswordKdfBounds(params);
    QCOMPARE(checked.has_value(), inside);
    if (!inside) {
        QCOMPARE(checked.error().code, ErrorCode::KdfOutOfBounds);
        const auto derived = derivePasswordKey(params, asBytes("x"), asBytes(salt), 32);
        QVERIFY(!derived && derived.error().code == ErrorCode::KdfOutOfBounds);
    }
}

void PasswordKdfTest::everyInputCounts() {
    const std::string otherSalt = "sixteen byte slT";
    const auto key = [](const PasswordKdfParams &params, std::string_view passphrase, std::string_view with) {
        return toHex(derivePasswordKey(params, asBytes(passphrase), asBytes(with), 32).value().view());
    };
    const PasswordKdfParams argon2 = Argon2idParams{smallMemoryKib, 1};
    const PasswordKdfParams scrypt = ScryptParams{15, 8, 1};
    const std::vector<std::string> keys{
        key(argon2, "pass", salt),
        key(scrypt, "pass", salt),
        key(argon2, "pasS", salt),
        key(scrypt, "pasS", salt),
        key(argon2, "pass", otherSalt),
        key(scrypt, "pass", otherSalt),
        key(Argon2idParams{smallMemoryKib, 2}, "pass", salt),
        key(Argon2idParams{smallMemoryKib + 4, 1}, "pass", salt),
        key(ScryptParams{15, 8, 2}, "pass", salt),
        key(ScryptParams{16, 8, 1}, "pass", salt),
    };
    for (std::size_t i = 0; i < keys.size(); ++i) {
        QCOMPARE(std::count(keys.begin(), keys.end(), keys[i]), 1);
    }
    QCOMPARE(key(argon2, "pass", salt), keys[0]);
}

void PasswordKdfTest::saltAndSizeAreChecked() {
    const Argon2idParams params{smallMemoryKib, 1};
    const auto outcome = [&](std::string_view with, std::size_t size) {
        const auto key = derivePasswordKey(params, asBytes("x"), asBytes(with), size);
        return key ? ErrorCode::Unknown : key.error().code;
    };
    QCOMPARE(outcome("fifteen byte sl", 32), ErrorCode::Usage);
    QCOMPARE(outcome("seventeen byte sa", 32), ErrorCode::Usage);
    QCOMPARE(outcome(salt, 15), ErrorCode::Usage);
    QCOMPARE(outcome(salt, 65), ErrorCode::Usage);
    QCOMPARE(outcome(salt, 32), ErrorCode::Unknown);
}

void PasswordKdfTest::cancelledBefore() {
    CancelSource source;
    source.cancel();
    const auto before = derivePasswordKey(Argon2idParams{}, asBytes("x"), asBytes(salt), 32, source.token());
    QVERIFY(!before && before.error().code == ErrorCode::Cancelled);
    const int exitCode = inTightMemory(64 << 20, [&source] { // not even begun: it would run out of memory
        const PasswordKdfParams large = Argon2idParams{2048 * 1024, 1};
        const auto key = derivePasswordKey(large, asBytes("x"), asBytes(salt), 32, source.token());
        return !key && key.error().code == ErrorCode::Cancelled ? 7 : 1;
    });
    QCOMPARE(exitCode, 7);
}

void PasswordKdfTest::outOfMemoryIsAnError_data() {
    QTest::addColumn<bool>("scrypt");
    QTest::newRow("Argon2id") << false;
    QTest::newRow("scrypt") << true;
}

void PasswordKdfTest::outOfMemoryIsAnError() {
    QFETCH(const bool, scrypt);
    constexpr rlim_t spareBytes = 64 << 20;
    const PasswordKdfParams params = scrypt ? PasswordKdfParams(ScryptParams{20, 8, 1})
                                            : PasswordKdfParams(Argon2idParams{2048 * 1024, 1});
    const int exitCode = inTightMemory(spareBytes, [&params] {
        const auto key = derivePasswordKey(params, asBytes("x"), asBytes(salt), 32);
        return !key && key.error().code == ErrorCode::OutOfMemory ? 7 : 1;
    });
    QCOMPARE(exitCode, 7);
    const int control = inTightMemory(spareBytes, [] {
        const PasswordKdfParams small = Argon2idParams{smallMemoryKib, 1};
        return derivePasswordKey(small, asBytes("x"), asBytes(salt), 32) ? 7 : 1;
    });
    QCOMPARE(control, 7);
}

QTEST_APPLESS_MAIN(PasswordKdfTest)
#include "tst_password_kdf.moc"
