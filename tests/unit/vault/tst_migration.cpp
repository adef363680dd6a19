// SPDX-License-Identifier: Apache-2.0
// The golden vault of format 1 goes to a format 2 that tests alone have: everything in it opens afterwards,
// the copy is what it was, programs of today refuse it by name, and an interruption leaves the one or the
// other.
#include "base/atomic_file.h"
#include "faults/fault_sweep.h"
#include "kms/call.h"
#include "kms/operations/decrypt.h"
#include "vault/container_fixture.h"
#include "vault/next_format.h"
#include "vault/vault_kms.h"

#include <QObject>
#include <QTest>

#include <cstdlib>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::vault;

namespace {

std::filesystem::path golden(const char *name) {
    return std::filesystem::path(KEYTURN_SOURCE_DIR) / "tests" / "data" / "golden" / name;
}

int markedKeys(Container &container) {
    int marked = 0;
    const auto read = container.scan(Table::Keys, [&](const OpenRow &row) -> Status {
        marked += asText(row.payload).ends_with(markedAs) ? 1 : 0;
        return {};
    });
    return read ? marked : -1;
}

} // namespace

class MigrationTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    Bytes m_golden;

    std::filesystem::path path(const char *name) const {
        return std::filesystem::path(m_folder->path().toStdString()) / name;
    }
    Result<Container> open(const char *name, const Formats &formats,
                           Access access = Access::ReadWrite) const {
        OpenOptions options;
        options.access = access;
        options.formats = &formats;
        auto container = Container::open(path(name), options);
        auto unlocked = container ? container->unlockWithPassphrase(secretText("golden passphrase"))
                                  : Status(failFrom(container));
        return unlocked ? std::move(container) : failFrom(unlocked);
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_golden = readFile(golden("v1.keyturn"), 1 << 20).value();
        QVERIFY(writeFileAtomically(path("v"), m_golden, {.mode = 0600}));
    }

    void theGoldenVaultGoesToTheNextFormat() {
        std::string before;
        {
            auto container = open("v", nextFormat());
            QVERIFY2(container, container ? "" : container.error().detail.c_str());
            QVERIFY(container->needsMigration());
            before = contentOf(*container).value();
            // Until then it is read, and not changed.
            const auto refused = putRows(*container, Table::Tags, "t", 1, "x");
            QCOMPARE(refused.error().code, ErrorCode::VaultReadOnly);
            QVERIFY(refused.error().detail.find("format 1") != std::string::npos);
            const std::vector<chainlog::Record> records{logRecord("MigrateVault")};
            const auto migrated = container->migrate(path("v.v1.bak"), records);
            QVERIFY2(migrated, migrated ? "" : migrated.error().detail.c_str());
            QCOMPARE(container->format(), std::uint16_t{2});
            QVERIFY(!container->needsMigration());
            QVERIFY(container->verify()->holds());
            QVERIFY(container->lock());
        }
        auto container = open("v", nextFormat());
        QVERIFY2(container, container ? "" : container.error().detail.c_str());
        QVERIFY(markedKeys(*container) > 0);
        QCOMPARE(std::uint64_t(markedKeys(*container)), container->rowCount(Table::Keys));
        QCOMPARE(container->newestLogRecords(1)->front().record.action, std::string("MigrateVault"));
        QVERIFY(container->migrate(path("no copy"))); // nothing to do
        QVERIFY(!std::filesystem::exists(path("no copy")));
        auto kms = VaultKms::start(std::move(*container));
        QVERIFY(kms);
        kms::Decrypt::Request request;
        request.ciphertextBlob = readFile(golden("v1-first-material.blob"), 6144).value();
        request.encryptionContext = {{"team", "blue"}, {"purpose", "golden"}};
        const auto reply = kms::callAndWait<kms::Decrypt>(**kms, std::move(request));
        QVERIFY(reply);
        QCOMPARE(reply->plaintext->text(), std::string_view("golden plaintext"));
        QVERIFY((*kms)->lock());
        // The copy is the vault as it was, for programs of today.
        auto copy = open("v.v1.bak", shippedFormats());
        QVERIFY(copy);
        QCOMPARE(contentOf(*copy).value(), before);
    }

    void programsOfTodayRefuseItByName() {
        {
            auto container = open("v", nextFormat());
            QVERIFY(container->migrate(path("copy")));
            QVERIFY(container->lock());
        }
        for (const Access access : {Access::ReadWrite, Access::ReadOnly, Access::Examine}) {
            const auto refused = open("v", shippedFormats(), access);
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::VaultNewer);
            QVERIFY2(refused.error().detail.find("needs format 2, this program knows up to 1") !=
                         std::string::npos,
                     refused.error().detail.c_str());
        }
    }

    void whatIsShippedHasNothingToDo() {
        auto container = open("v", shippedFormats());
        QVERIFY(!container->needsMigration());
        QCOMPARE(container->format(), containerFormat);
        QVERIFY(container->migrate(path("copy")));
        QVERIFY(!std::filesystem::exists(path("copy")));
        QVERIFY(shippedFormats().steps.empty());
    }

    void failures_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("the copy's name is taken") << 0;
        QTest::newRow("a step fails half way") << 1;
        QTest::newRow("a step is missing") << 2;
        QTest::newRow("a step leaves other tables than the format has") << 3;
    }
    /// Nothing has changed, and the vault can still be migrated.
    void failures() {
        QFETCH(const int, kind);
        Formats formats = nextFormat();
        if (kind == 0) {
            QVERIFY(writeFileAtomically(path("copy"), m_golden, {.mode = 0600}));
        } else if (kind == 1) {
            formats.steps[0].act = [](MigrationWork &work) -> Status {
                const auto done = takeStepToTwo(work);
                return fail(ErrorCode::Usage, done ? "enough" : "too early");
            };
        } else if (kind == 2) {
            formats.steps.clear();
        } else {
            formats.steps[0].act = [](MigrationWork &work) -> Status {
                const auto done = takeStepToTwo(work);
                return done ? work.database.execute("CREATE TABLE more(id INTEGER PRIMARY KEY)") : done;
            };
        }
        {
            auto container = open("v", formats);
            QVERIFY(container);
            const std::string before = contentOf(*container).value();
            QVERIFY(!container->migrate(path("copy")));
            QCOMPARE(contentOf(*container).value(), before);
            QCOMPARE(container->format(), std::uint16_t{1});
            QCOMPARE(markedKeys(*container), 0);
            QVERIFY(container->lock());
        }
        QVERIFY(open("v", shippedFormats()));
        auto again = open("v", nextFormat());
        QVERIFY(again->migrate(path("another copy")));
        QVERIFY(again->verify()->holds());
    }

    void anInterruptionLeavesTheOneOrTheOther() {
        const char *program = std::getenv("KEYTURN_MIGRATION_ACT");
        QVERIFY2(program != nullptr, "ctest names the program");
        int migrated = 0;
        int left = 0;
        FaultSweep sweep;
        sweep.command = {program, path("v").string()};
        sweep.watchedFolder = m_folder->path().toStdString();
        sweep.faults = {Fault::Kill, Fault::Enospc};
        sweep.maxPointsPerFault = qEnvironmentVariableIsSet("KEYTURN_SOAK") ? 0 : 6;
        sweep.prepare = [this] {
            for (const auto &entry : std::filesystem::directory_iterator(path("v").parent_path())) {
                std::filesystem::remove(entry.path());
            }
            QVERIFY(writeFileAtomically(path("v"), m_golden, {.mode = 0600}));
        };
        sweep.oracle = [&](const FaultRun &run) -> std::string {
            auto container = open("v", nextFormat());
            if (!container) {
                return "does not open: " + container.error().detail;
            }
            const bool done = container->format() == 2;
            ++(done ? migrated : left);
            if (!run.killed && run.exitCode == 0 && !done) {
                return "told as done, and it is not";
            }
            if (markedKeys(*container) != (done ? int(container->rowCount(Table::Keys)) : 0)) {
                return "a mixture";
            }
            if (!container->verify()->holds()) {
                return "does not verify";
            }
            if (done && !open("v.bak", shippedFormats(), Access::ReadOnly)) {
                return "migrated without a copy";
            }
            return done || container->migrate(path("second")) ? "" : "cannot be migrated again";
        };
        const FaultReport report = sweepFaults(sweep);
        std::printf("migration: %s; migrated %d times, not %d times\n", report.summary().c_str(), migrated,
                    left);
        for (const std::string &finding : report.findings) {
            std::printf("%s\n", finding.c_str());
        }
        QCOMPARE(report.findings.size(), std::size_t{0});
        QVERIFY(migrated > 0 && left > 0);
    }
};

QTEST_GUILESS_MAIN(MigrationTest)
#include "tst_migration.moc"
