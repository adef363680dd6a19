// SPDX-License-Identifier: Apache-2.0
// Every write, sync, rename and unlink of creating a vault, putting rows, changing the passphrase and backing
// up fails in turn: afterwards the old state or the new one, whole; success only for the new; and the act can
// be repeated.
#include "base/atomic_file.h"
#include "base/encoding.h"
#include "faults/fault_sweep.h"
#include "vault/container_fixture.h"

#include <QObject>
#include <QProcess>
#include <QTest>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::vault;

namespace {

/// The vault that every run starts from, what it says, and what it says after the act.
class Scene {
public:
    /// `sayWal`: the file's header says so, as after any earlier session; not so in a fresh file or a backup.
    Scene(std::string act, bool sayWal)
        : m_act(std::move(act)) {
        {
            Container container = m_fixture.createFilled();
            m_old = contentOf(container).value();
            if (!container.lock()) {
                qFatal("lock");
            }
        }
        m_bytes = readFile(vault(), 1 << 20).value();
        m_bytes[18] = m_bytes[19] = sayWal ? 2 : 1;
        m_key = toHex(m_fixture.vaultKey().view());
    }

    std::filesystem::path folder() const { return m_fixture.folder(); }
    std::filesystem::path vault() const { return m_fixture.file(); }
    std::filesystem::path copy() const { return vault().string() + ".copy"; }
    std::vector<std::string> command(const char *program) const {
        return {program, m_act, vault().string(), m_key};
    }

    void prepare() const {
        for (const auto &entry : std::filesystem::directory_iterator(folder())) {
            std::filesystem::remove(entry.path());
        }
        if (m_act != "create" && !writeFileAtomically(vault(), m_bytes, {.mode = 0600})) {
            qFatal("prepare");
        }
    }

    /// "" or what is wrong. Opens the vault as its owner would next.
    std::string judge(const FaultRun &run) const {
        if (!run.killed && run.exitCode != 0 && run.exitCode != 3 && run.exitCode != 4) {
            return "exit code " + std::to_string(run.exitCode) + " " + run.output;
        }
        const bool reported = !run.killed && (run.exitCode == 0 || run.exitCode == 4);
        if (m_act == "create") {
            return judgeCreated(reported);
        }
        const std::string wrong = m_act == "passphrase" ? judgePassphrase(reported) : judgeContent(reported);
        return wrong.empty() && m_act == "backup" ? judgeCopy(reported) : wrong;
    }

private:
    std::string judgeCreated(bool reported) const {
        if (!std::filesystem::exists(vault())) {
            return reported ? "created, but there is no vault" : "";
        }
        auto container = Container::open(vault(), {});
        if (!container || !container->unlockWithPassphrase(secretText("new"))) {
            return "half a vault";
        }
        return container->verify()->holds() ? "" : "the new vault does not hold";
    }
    std::string judgePassphrase(bool reported) const {
        auto container = Container::open(vault(), {});
        if (!container) {
            return "does not open: " + container.error().detail;
        }
        const bool opensNew = container->slotOpenedBy(secretText("new")).has_value();
        const bool opensOld = container->slotOpenedBy(secretText(fixturePassphrase)).has_value();
        if (opensNew == opensOld) {
            return opensNew ? "both passphrases open" : "no passphrase opens";
        }
        if (reported && !opensNew) {
            return "reported, but the old passphrase opens";
        }
        auto unlocked = container->unlockWithPassphrase(secretText(opensNew ? "new" : fixturePassphrase));
        return unlocked && contentOf(*container).value() == m_old && container->verify()->holds() ? ""
                                                                                                  : "changed";
    }
    std::string judgeContent(bool reported) const {
        auto container = Container::open(vault(), {});
        if (!container) {
            return "does not open: " + container.error().detail;
        }
        if (auto unlocked = container->unlockWithVaultKey(SecretBytes::copyOf(*fromHex(m_key))); !unlocked) {
            return "does not unlock: " + unlocked.error().detail;
        }
        if (!container->verify()->holds()) {
            return "does not hold";
        }
        const bool isOld = contentOf(*container).value() == m_old;
        const auto row = container->read(Table::Keys, asBytes("key 0"));
        const bool isNew = row->value().payload.text() == "new" &&
                           container->rowCount(Table::Materials) == 5 &&
                           container->newestLogRecords(1)->front().record.action == "CreateKey";
        if (m_act == "backup") {
            return isOld ? "" : "a backup changed the vault";
        }
        return isOld == isNew || (reported && !isNew) ? "neither old nor new" : "";
    }
    std::string judgeCopy(bool reported) const {
        if (!std::filesystem::exists(copy())) {
            return reported ? "reported, but there is no backup" : "";
        }
        auto container = Container::open(copy(), {.access = Access::ReadOnly});
        const bool whole = container && container->unlockWithVaultKey(SecretBytes::copyOf(*fromHex(m_key))) &&
                           contentOf(*container).value() == m_old;
        return whole ? "" : "half a backup";
    }

    std::string m_act;
    ContainerFixture m_fixture;
    std::string m_old;
    Bytes m_bytes;
    std::string m_key;
};

} // namespace

class ContainerFaultsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sweep_data();
    void sweep();
};

void ContainerFaultsTest::sweep_data() {
    QTest::addColumn<QByteArray>("act");
    QTest::addColumn<bool>("moreFaults");
    QTest::addColumn<int>("fewestCalls");
    QTest::addColumn<int>("mostSyncs");
    QTest::newRow("create") << QByteArray("create") << false << 8 << 99;
    QTest::newRow("put rows") << QByteArray("put") << true << 15 << 5;
    QTest::newRow("put rows into a fresh file") << QByteArray("put") << false << 15 << 9;
    QTest::newRow("change the passphrase") << QByteArray("passphrase") << false << 15 << 99;
    QTest::newRow("backup") << QByteArray("backup") << false << 15 << 99;
}

void ContainerFaultsTest::sweep() {
    QFETCH(const QByteArray, act);
    QFETCH(const bool, moreFaults);
    QFETCH(const int, fewestCalls);
    QFETCH(const int, mostSyncs);
    const char *program = std::getenv("KEYTURN_CONTAINER_ACT");
    QVERIFY2(program != nullptr, "ctest names the program");
    const Scene scene(act.toStdString(), QByteArray(QTest::currentDataTag()) != "put rows into a fresh file");
    FaultSweep sweep;
    sweep.command = scene.command(program);
    sweep.watchedFolder = scene.folder();
    sweep.faults = {Fault::Kill, Fault::Eio, Fault::Enospc};
    if (moreFaults) {
        sweep.faults.insert(sweep.faults.end(), {Fault::Tear, Fault::DiskFull});
    }
    sweep.prepare = [&scene] { scene.prepare(); };
    sweep.oracle = [&](const FaultRun &run) -> std::string {
        std::string wrong = scene.judge(run);
        const bool done = act == "create" && std::filesystem::exists(scene.vault());
        if (wrong.empty() && !done) {
            QStringList words;
            for (const std::string &word : scene.command(program)) {
                words << QString::fromStdString(word);
            }
            const QString first = words.takeFirst();
            wrong = QProcess::execute(first, words) == 0 ? "" : "a second try fails";
        }
        return wrong;
    };
    const FaultReport report = sweepFaults(sweep);
    std::printf("container %s: %s\n", act.constData(), report.summary().c_str());
    for (const std::string &finding : report.findings) {
        std::printf("%s\n", finding.c_str());
    }
    std::fflush(stdout);
    QCOMPARE(report.findings.size(), std::size_t{0});
    QVERIFY(report.points.size() >= static_cast<std::size_t>(fewestCalls));
    const auto syncs = std::count_if(report.points.begin(), report.points.end(), [](const FaultPoint &point) {
        return point.call == "fsync" || point.call == "fdatasync";
    });
    QVERIFY2(syncs <= mostSyncs, qPrintable(QString::number(syncs)));
}

QTEST_GUILESS_MAIN(ContainerFaultsTest)
#include "tst_container_faults.moc"
