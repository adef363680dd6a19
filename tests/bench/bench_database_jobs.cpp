// SPDX-License-Identifier: Apache-2.0
// A bulk job on a column of 100,000 rows in SQLite and in PostgreSQL, keys in a local vault, every item
// verified by decryption: where its time goes, service, database, journal and the job itself. The two passes
// that must find nothing are part of it. The linker puts a clock around the lane's database (--wrap), for the
// lane opens it itself. KEYTURN_BENCH_ROWS: another number of rows.
#include "job_load.h"
#include "reencrypt/lane.h"
#include "timed_parts.h"
#include "unit/reencrypt_sql/private_postgres.h"

#include <QCoreApplication>
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>

#define KEYTURN_OPEN_ROW_STORE                                                                               \
    "_ZN7keyturn9reencrypt12openRowStoreERKNS0_7JobSpecERKNS0_14RowStoreAccessERKNSt10filesystem7__"         \
    "cxx114pathE"

namespace keyturn::bench {
namespace {

using namespace reencrypt;

struct Clocks {
    Clocked service;
    Clocked database;
    Clocked journal;
};
Clocks *presentClocks = nullptr;

} // namespace

Result<std::unique_ptr<RowStore>>
openPlainStore(const JobSpec &, const RowStoreAccess &,
               const std::filesystem::path &) asm("__real_" KEYTURN_OPEN_ROW_STORE);
Result<std::unique_ptr<RowStore>>
openTimedStore(const JobSpec &, const RowStoreAccess &,
               const std::filesystem::path &) asm("__wrap_" KEYTURN_OPEN_ROW_STORE);
Result<std::unique_ptr<RowStore>> openTimedStore(const JobSpec &spec, const RowStoreAccess &access,
                                                 const std::filesystem::path &base) {
    Clocked &clock = presentClocks->database;
    auto opened = clock([&] { return openPlainStore(spec, access, base); });
    if (!opened) {
        return opened;
    }
    return std::unique_ptr<RowStore>(std::make_unique<TimedStore>(std::move(*opened), clock));
}

namespace {

std::uint64_t rowCount() {
    return countFrom("KEYTURN_BENCH_ROWS", 100'000);
}

class Counted final : public LaneEvents {
public:
    void items(const std::vector<ItemRecord> &items) override {
        for (const ItemRecord &item : items) {
            countItem(counters, item);
        }
    }
    void at(std::string_view) override {}
    void total(std::uint64_t, bool) override {}
    void advanced(std::uint64_t) override {}
    Counters counters;
};

void fillSqlite(const std::filesystem::path &file, const std::vector<std::string> &texts) {
    sqlite3 *database = nullptr;
    sqlite3_stmt *insert = nullptr;
    const auto good = [](int code) {
        if (code != SQLITE_OK && code != SQLITE_DONE) {
            std::fprintf(stderr, "%s\n", sqlite3_errstr(code));
            std::abort();
        }
    };
    good(sqlite3_open(file.c_str(), &database));
    good(sqlite3_exec(database,
                      "PRAGMA journal_mode=WAL; CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, "
                      "secret TEXT); BEGIN",
                      nullptr, nullptr, nullptr));
    good(sqlite3_prepare_v2(database, "INSERT INTO users VALUES(?1, 'user ' || ?1, ?2)", -1, &insert,
                            nullptr));
    for (std::size_t i = 0; i < texts.size(); ++i) {
        good(sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(i)));
        good(sqlite3_bind_text(insert, 2, texts[i].data(), static_cast<int>(texts[i].size()), SQLITE_STATIC));
        good(sqlite3_step(insert));
        good(sqlite3_reset(insert));
    }
    good(sqlite3_finalize(insert));
    good(sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr));
    good(sqlite3_close(database));
}

void fillPostgres(const test::PrivatePostgres &server, const std::vector<std::string> &texts) {
    std::string sql = "CREATE TABLE users(id bigint PRIMARY KEY, name text, secret text);\n"
                      "COPY users FROM STDIN;\n";
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string id = std::to_string(i);
        sql.append(id).append("\tuser ").append(id).append("\t").append(texts[i]).append("\n");
    }
    server.psql(QString::fromStdString(sql + "\\.\nANALYZE users;\n"));
}

void runTimed(benchmark::State &state, const JobSpec &spec, const TwoKeyVault &vault,
              const ScratchFolder &folder) {
    Clocks clocks;
    presentClocks = &clocks;
    JobRates rates;
    TimedJournal journal(newJournal(folder.path() / "job.ktj", spec), clocks.journal);
    TimedMover mover(makeMover(vault.services(), spec, rates.of("bench", "local", "symmetric", 0)),
                     clocks.service);
    Counted events;
    auto lane = must(makeLane({&spec, folder.path(), &journal, &mover, &events, systemClock(), nullptr}));
    forgetPeak();
    const Stopwatch watch;
    must(lane->recover());
    while (must(lane->step({})) == Step::More) {
    }
    const Cost cost = watch.read(double(rowCount()));
    if (events.counters.verified != rowCount()) {
        std::fprintf(stderr, "only %llu rows were moved\n",
                     static_cast<unsigned long long>(events.counters.verified));
        std::abort();
    }
    const double wall = cost.wallSeconds;
    state.counters["per_second"] = cost.operationsPerSecond();
    state.counters["service_share"] = clocks.service.seconds() / wall;
    state.counters["database_share"] = clocks.database.seconds() / wall;
    state.counters["journal_share"] = clocks.journal.seconds() / wall;
    state.counters["own_share"] =
        1 - (clocks.service.seconds() + clocks.database.seconds() + clocks.journal.seconds()) / wall;
    state.counters["peak_rss_mib"] = memoryMebibytes("VmHWM");
}

JobSpec specOf(const TwoKeyVault &vault, SourceKind kind) {
    JobSpec spec = vault.spec();
    spec.source.kind = kind;
    spec.source.table = "users";
    spec.finder.blob = "secret";
    return spec;
}

void jobOnSqlite(benchmark::State &state) {
    const ScratchFolder folder;
    const TwoKeyVault vault(folder.path());
    JobSpec spec = specOf(vault, SourceKind::Sqlite);
    spec.source.paths = {"users.db"};
    fillSqlite(folder.path() / "users.db", vault.blobs(static_cast<int>(rowCount())));
    for (auto _ : state) {
        runTimed(state, spec, vault, folder);
    }
}
BENCHMARK(jobOnSqlite)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

void jobOnPostgres(benchmark::State &state) {
    QString why;
    const auto server = test::PrivatePostgres::create(&why);
    if (!server) {
        state.SkipWithError(qPrintable(why));
        return;
    }
    const ScratchFolder folder;
    const TwoKeyVault vault(folder.path());
    JobSpec spec = specOf(vault, SourceKind::PostgreSql);
    spec.source.connection = server->connection();
    fillPostgres(*server, vault.blobs(static_cast<int>(rowCount())));
    for (auto _ : state) {
        runTimed(state, spec, vault, folder);
    }
}
BENCHMARK(jobOnPostgres)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

} // namespace
} // namespace keyturn::bench

int main(int argc, char **argv) {
    const QCoreApplication application(argc, argv); // Qt's database drivers are plug-ins
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
