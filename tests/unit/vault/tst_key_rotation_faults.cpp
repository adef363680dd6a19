// SPDX-License-Identifier: Apache-2.0
// Renewing a vault's key, killed or failing at many of its writes: afterwards the old key opens everything or
// the new one does, the vault verifies, and success is told only for the new. KEYTURN_ROTATION_ROWS and
// KEYTURN_ROTATION_POINTS say how large the vault is and at how many points it is interrupted.
#include "base/atomic_file.h"
#include "base/encoding.h"
#include "crypto/sha256.h"
#include "faults/fault_sweep.h"
#include "vault/container_fixture.h"

#include <QElapsedTimer>
#include <QObject>
#include <QProcess>
#include <QTest>

#include <cstdlib>
#include <filesystem>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::vault;

namespace {

constexpr const char *oldCode = "88SXY-CHZGJ-00CXY-ACFTC-TBM8V-V8REH-GMF7A-SDKYS";
constexpr const char *newCode = "00000-00000-00000-00000-00000-00000-00000-000S8";
constexpr std::size_t maxVaultBytes = std::size_t{1} << 28;

SecretBytes keychainSecret(std::uint8_t byte) {
    return SecretBytes::copyOf(Bytes(keychainSecretBytes, byte));
}

/// Every row and log record, without what a new key changes.
std::string digestOf(Container &container) {
    Bytes all;
    for (const Table table : {Table::Keys, Table::Materials, Table::Aliases}) {
        const auto scanned = container.scan(table, [&](const OpenRow &row) -> Status {
            const auto payload = crypto::sha256(row.payload);
            all.insert(all.end(), row.primaryKey.begin(), row.primaryKey.end());
            all.insert(all.end(), payload.begin(), payload.end());
            return {};
        });
        if (!scanned) {
            return "unreadable: " + scanned.error().detail;
        }
    }
    const auto read = container.forEachLogRecord([&](const chainlog::StoredRecord &stored) -> Status {
        if (stored.record.action != "RotateVaultKey") {
            const auto text = asBytes(stored.record.action);
            all.insert(all.end(), text.begin(), text.end());
        }
        return {};
    });
    return read ? toHex(crypto::sha256(all)) : "unreadable log: " + read.error().detail;
}

bool opensSlot(Container &container, SlotType type, const SecretBytes &secret) {
    const auto slots = container.slots();
    for (const Slot &slot : *slots) {
        if (slot.type == type && unwrapVaultKey(container.vaultId(), slot, secret)) {
            return true;
        }
    }
    return false;
}

class Scene {
public:
    explicit Scene(int rows) {
        Container container = m_fixture.createFilled();
        constexpr int atOnce = 10'000;
        bool done = true;
        for (int at = 0; at < rows; at += atOnce) {
            done = done && putRows(container, Table::Materials, "row " + std::to_string(at),
                                   std::min(atOnce, rows - at), std::string(60, 's'));
        }
        done = done && container.addKeychainSlot(keychainSecret(1), "keychain");
        done = done && container.addRecoverySlot(*RecoveryCode::parse(oldCode), "recovery");
        m_digest = digestOf(container);
        if (!done || !container.lock()) {
            qFatal("no scene");
        }
        m_bytes = readFile(vault(), maxVaultBytes).value();
        m_key = toHex(m_fixture.vaultKey().view());
    }

    std::filesystem::path vault() const { return m_fixture.file(); }
    std::filesystem::path folder() const { return m_fixture.folder(); }
    std::vector<std::string> command(const char *program) const {
        return {program, "rotate", vault().string(), m_key};
    }
    std::size_t sizeBytes() const { return m_bytes.size(); }

    void prepare() const {
        for (const auto &entry : std::filesystem::directory_iterator(folder())) {
            std::filesystem::remove(entry.path());
        }
        if (!writeFileAtomically(vault(), m_bytes, {.mode = 0600})) {
            qFatal("prepare");
        }
    }

    /// "" or what is wrong; counts what it found.
    std::string judge(const FaultRun &run) {
        if (!run.killed && run.exitCode != 0 && run.exitCode != 3 && run.exitCode != 4) {
            return "exit code " + std::to_string(run.exitCode) + " " + run.output;
        }
        auto container = Container::open(vault(), {});
        const auto opened = container ? container->unlockWithPassphrase(secretText(fixturePassphrase))
                                      : Status(failFrom(container));
        if (!opened) {
            return "does not open: " + opened.error().detail;
        }
        const bool renewed = container->stamp().epoch == 2;
        const bool reported = !run.killed && (run.exitCode == 0 || run.exitCode == 4);
        ++(renewed ? newFound : oldFound);
        lastWasRenewed = renewed;
        if (reported && !renewed) {
            return "reported, but the old key opens";
        }
        for (const bool ofNew : {false, true}) {
            const auto code = RecoveryCode::parse(ofNew ? newCode : oldCode);
            if (opensSlot(*container, SlotType::Keychain, keychainSecret(ofNew ? 2 : 1)) !=
                    (ofNew == renewed) ||
                opensSlot(*container, SlotType::Recovery, code->secret()) != (ofNew == renewed)) {
                return "a mixture of old and new slots";
            }
        }
        if (digestOf(*container) != m_digest) {
            return "other rows or records: " + digestOf(*container);
        }
        const auto report = container->verify();
        if (!report || !report->holds()) {
            return "does not verify: " + (report ? report->findings.front().what : report.error().detail);
        }
        const auto newest = container->newestLogRecords(1);
        if ((newest->front().record.action == "RotateVaultKey") != renewed) {
            return "the log does not say what happened";
        }
        return container->lock() ? "" : "cannot be locked";
    }

    int oldFound = 0;
    int newFound = 0;
    bool lastWasRenewed = false;

private:
    ContainerFixture m_fixture;
    std::string m_digest;
    Bytes m_bytes;
    std::string m_key;
};

int sizeFrom(const char *variable) {
    return qEnvironmentVariableIntValue(variable);
}

} // namespace

class KeyRotationFaultsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oldOrNew();

private:
    static void sweep(Scene &scene, const char *program, const std::vector<Fault> &faults, int points,
                      int &runs);
};

void KeyRotationFaultsTest::sweep(Scene &scene, const char *program, const std::vector<Fault> &faults,
                                  int points, int &runs) {
    FaultSweep sweep;
    sweep.command = scene.command(program);
    sweep.watchedFolder = scene.folder();
    sweep.faults = faults;
    sweep.maxPointsPerFault = points;
    sweep.prepare = [&scene] { scene.prepare(); };
    int judged = 0;
    sweep.oracle = [&](const FaultRun &run) -> std::string {
        std::string wrong = scene.judge(run);
        if (wrong.empty() && !scene.lastWasRenewed && judged++ % 10 == 0) {
            const auto words = scene.command(program);
            const int again = QProcess::execute(QString::fromStdString(words[0]),
                                                {QStringLiteral("rotate"), QString::fromStdString(words[2]),
                                                 QString::fromStdString(words[3])});
            wrong = again == 0 ? "" : "a second try fails";
        }
        return wrong;
    };
    const FaultReport report = sweepFaults(sweep);
    std::printf("%s\n", report.summary().c_str());
    for (const std::string &finding : report.findings) {
        std::printf("%s\n", finding.c_str());
    }
    std::fflush(stdout);
    runs += report.runs;
    QCOMPARE(report.findings.size(), std::size_t{0});
    QVERIFY(report.points.size() >= 20);
}

void KeyRotationFaultsTest::oldOrNew() {
    const char *program = std::getenv("KEYTURN_CONTAINER_ACT");
    const int rows = sizeFrom("KEYTURN_ROTATION_ROWS");
    const int points = sizeFrom("KEYTURN_ROTATION_POINTS");
    QVERIFY2(program != nullptr && rows > 0 && points > 0, "ctest names the program and the sizes");
    Scene scene(rows);
    QElapsedTimer timer;
    timer.start();
    int runs = 0;
    sweep(scene, program, {Fault::Kill}, points * 7 / 10, runs);
    sweep(scene, program, {Fault::Tear, Fault::Eio, Fault::Enospc}, points / 10, runs);
    std::printf("%d rows, %zu bytes, %d interruptions: the old key %d times, the new one %d times; %lld ms\n",
                rows, scene.sizeBytes(), runs, scene.oldFound, scene.newFound,
                static_cast<long long>(timer.elapsed()));
    QVERIFY(runs >= points);
    QVERIFY(scene.oldFound > 0);
    QVERIFY(scene.newFound > 0);
}

QTEST_GUILESS_MAIN(KeyRotationFaultsTest)
#include "tst_key_rotation_faults.moc"
