// SPDX-License-Identifier: Apache-2.0
// A bulk job on JSON Lines: 1,000,000 blobs of 200 bytes in a local vault, every item verified by decryption,
// with the vault's log and the job's journal, against bare OpenSSL doing the same cryptography on the same
// bytes: a ReEncrypt and, for the verification, two Decrypts, which cost what a second ReEncrypt does. And
// the lane alone, with a service that answers at once; and records of 10 MiB, which memory must bear.
// KEYTURN_BENCH_ITEMS: another number of items.
#include "job_load.h"
#include "reencrypt/records/table_lane.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace keyturn::bench {
namespace {

using namespace reencrypt;

constexpr int distinctBlobs = 20'000; ///< repeated: making a million would take longer than moving them
constexpr double mebibyte = 1024.0 * 1024.0;
constexpr std::uint64_t longRecords = 60; ///< of 10 MiB

std::uint64_t itemCount() {
    return countFrom("KEYTURN_BENCH_ITEMS", 1'000'000);
}

class Silent final : public LaneEvents {
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

/// Answers at once with as many bytes: what is left is the lane.
class InstantMover final : public BlobMover {
public:
    Result<std::vector<MoveResult>> move(std::vector<MoveRequest> requests, const CancelToken &) override {
        std::vector<MoveResult> results(requests.size());
        for (std::size_t i = 0; i < requests.size(); ++i) {
            results[i].state = ItemState::Verified;
            results[i].ciphertext = std::move(requests[i].ciphertext);
            results[i].ciphertext.back() ^= 1;
        }
        return results;
    }
    Result<std::vector<MoveResult>> prove(std::vector<MoveRequest> requests,
                                          const CancelToken &cancel) override {
        return move(std::move(requests), cancel);
    }
    Result<std::vector<MoveResult>> rehearse(std::vector<MoveRequest> requests,
                                             const CancelToken &cancel) override {
        return move(std::move(requests), cancel);
    }
    std::uint64_t calls() const override { return 0; }
};

/// A table under a vault's first key, and a job that moves it to the second.
class JobLoad {
public:
    explicit JobLoad(std::uint64_t items = itemCount())
        : m_items(items)
        , m_vault(m_folder.path())
        , m_spec(m_vault.spec()) {
        m_spec.source.kind = SourceKind::JsonLines;
        m_spec.source.paths = {"t.jsonl"};
        m_spec.finder.blob = "/secret";
        m_spec.safety.batchItems = 1000;
    }
    void writeShortRecords() { writeJsonLines(table(), m_items, m_vault.blobs(distinctBlobs)); }
    void writeLongRecords() {
        const std::string note(10 * 1024 * 1024, 'x');
        std::ofstream file(table(), std::ios::binary);
        for (const std::string &text : m_vault.blobs(static_cast<int>(m_items))) {
            file << R"({"note":")" << note << R"(","secret":")" << text << "\"}\n";
        }
    }
    Cost run() { return runJob(m_spec, m_vault.services(), m_folder.path(), journal(), m_items); }
    Cost runLane(BlobMover &mover) {
        const auto kept = newJournal(journal(), m_spec);
        Silent events;
        auto lane = must(
            makeTableLane({&m_spec, m_folder.path(), kept.get(), &mover, &events, systemClock(), nullptr}));
        const Stopwatch watch;
        must(lane->recover());
        while (must(lane->step({})) == Step::More) {
        }
        const Cost cost = watch.read(double(m_items));
        if (events.counters.verified != m_items) {
            std::fprintf(stderr, "not all items were moved\n");
            std::abort();
        }
        return cost;
    }
    double journalMebibytes() const { return double(std::filesystem::file_size(journal())) / mebibyte; }

private:
    std::filesystem::path table() const { return m_folder.path() / "t.jsonl"; }
    std::filesystem::path journal() const { return m_folder.path() / "job.ktj"; }

    const std::uint64_t m_items;
    ScratchFolder m_folder;
    TwoKeyVault m_vault;
    JobSpec m_spec;
};

void jobOnJsonLines(benchmark::State &state) {
    JobLoad load;
    load.writeShortRecords();
    constexpr int floorOperations = 200'000;
    for (auto _ : state) {
        const Cost before = runFloor(1, floorOperations);
        forgetPeak();
        const Cost job = load.run();
        const double peak = memoryMebibytes("VmHWM");
        const Cost behind = runFloor(1, floorOperations);
        const double floorPerSecond = (before.operationsPerSecond() + behind.operationsPerSecond()) / 2 / 2;
        state.counters["per_second"] = job.operationsPerSecond();
        state.counters["floor_per_second"] = floorPerSecond;
        state.counters["share_of_floor"] = job.operationsPerSecond() / floorPerSecond;
        state.counters["cpu_us"] = job.cpuPerOperation() * 1e6;
        state.counters["cores"] = job.cpuSeconds / job.wallSeconds;
        state.counters["peak_rss_mib"] = peak;
        state.counters["journal_mib"] = load.journalMebibytes();
    }
}
BENCHMARK(jobOnJsonLines)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

void tableLaneAlone(benchmark::State &state) {
    JobLoad load;
    load.writeShortRecords();
    InstantMover mover;
    for (auto _ : state) {
        forgetPeak();
        const double rss = memoryMebibytes("VmRSS");
        const Cost job = load.runLane(mover);
        state.counters["per_second"] = job.operationsPerSecond();
        state.counters["cpu_us"] = job.cpuPerOperation() * 1e6;
        state.counters["wall_us"] = job.wallSeconds / job.operations * 1e6;
        state.counters["rss_growth_mib"] = memoryMebibytes("VmHWM") - rss;
    }
}
BENCHMARK(tableLaneAlone)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

void tableOfLongCells(benchmark::State &state) {
    JobLoad load(longRecords);
    load.writeLongRecords();
    for (auto _ : state) {
        forgetPeak();
        const Cost job = load.run();
        state.counters["mib_per_second"] = job.operationsPerSecond() * 10;
        state.counters["peak_rss_mib"] = memoryMebibytes("VmHWM");
    }
}
BENCHMARK(tableOfLongCells)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

} // namespace
} // namespace keyturn::bench

BENCHMARK_MAIN();
