// SPDX-License-Identifier: Apache-2.0
// A bulk job on JSON Lines: 1,000,000 blobs of 200 bytes in a local vault, every item verified by decryption,
// with the vault's log and the job's journal, against bare OpenSSL doing the same cryptography on the same
// bytes: a ReEncrypt and, for the verification, two Decrypts, which cost what a second ReEncrypt does. And
// the lane alone, with a service that answers at once. KEYTURN_BENCH_ITEMS: another number of items.
#include "base/encoding.h"
#include "kms/call.h"
#include "kms/operations/create_key.h"
#include "kms/operations/encrypt.h"
#include "reencrypt/records/table_lane.h"
#include "vault_load.h"

#include <benchmark/benchmark.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <latch>
#include <string>

namespace keyturn::bench {
namespace {

using namespace reencrypt;

constexpr std::string_view passphrase = "benchmark";
constexpr std::size_t plaintextBytes = 72; ///< of which a vault makes 200
constexpr int distinctBlobs = 20'000;      ///< repeated: making a million would take longer than moving them
constexpr double mebibyte = 1024.0 * 1024.0;

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "%s %s\n", result.error().detail.c_str(), result.error().serviceMessage.c_str());
        std::abort();
    }
    return std::move(*result);
}
void must(Status status) {
    if (!status) {
        std::fprintf(stderr, "%s\n", status.error().detail.c_str());
        std::abort();
    }
}

std::uint64_t itemCount() {
    const char *text = std::getenv("KEYTURN_BENCH_ITEMS");
    return text ? std::strtoull(text, nullptr, 10) : 1'000'000;
}

/// "VmHWM" or "VmRSS" of this process.
double memoryMebibytes(const std::string &name) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(name + ":")) {
            return std::strtod(line.c_str() + name.size() + 1, nullptr) / 1024;
        }
    }
    return 0;
}
void forgetPeak() {
    std::ofstream("/proc/self/clear_refs") << "5";
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

/// A vault with two keys, a table under the first, and a job that moves it to the second.
class JobLoad {
public:
    JobLoad() {
        std::string pattern = (std::filesystem::temp_directory_path() / "keyturn-bench-XXXXXX").string();
        if (!mkdtemp(pattern.data())) {
            std::abort();
        }
        m_folder = pattern;
        vault::CreateOptions options;
        options.kdf = crypto::Argon2idParams{64 * 1024, 3};
        options.account = "111122223333";
        options.region = "us-east-1";
        m_kms = must(vault::VaultKms::start(must(
            vault::Container::create(m_folder / "bench.vault", SecretBytes::copyOf(passphrase), options))));
        m_source = *must(kms::callAndWait<kms::CreateKey>(*m_kms, {})).keyMetadata->arn;
        const std::string destination = *must(kms::callAndWait<kms::CreateKey>(*m_kms, {})).keyMetadata->arn;
        m_spec.source.kind = SourceKind::JsonLines;
        m_spec.source.paths = {"t.jsonl"};
        m_spec.finder.blob = "/secret";
        m_spec.sourceKeys = {m_source};
        m_spec.destinationKey = destination;
        m_spec.safety.batchItems = 1000;
        m_spec.safety.perSecond = 0;
        writeTable();
    }
    ~JobLoad() {
        m_kms.reset();
        std::error_code ignored;
        std::filesystem::remove_all(m_folder, ignored);
    }

    std::unique_ptr<BlobMover> vaultMover() {
        MoverServices services;
        services.service = m_kms;
        services.isVault = true;
        services.jobId = "bench";
        return makeMover(std::move(services), m_spec, m_rates.of("bench", "local", "symmetric", 0));
    }
    Cost run(BlobMover &mover) {
        SecretBytes key(32);
        auto journal = must(Journal::create(m_folder / "job.ktj", m_spec, key, "file", systemClock()));
        Silent events;
        const LaneParts parts{&m_spec, m_folder, journal.get(), &mover, &events, systemClock()};
        auto lane = must(makeTableLane(parts));
        const Stopwatch watch;
        must(lane->recover());
        while (must(lane->step({})) == Step::More) {
        }
        const Cost cost = watch.read(double(itemCount()));
        if (events.counters.verified != itemCount()) {
            std::fprintf(stderr, "only %llu items were moved\n",
                         static_cast<unsigned long long>(events.counters.verified));
            std::abort();
        }
        return cost;
    }
    double journalMebibytes() const {
        return double(std::filesystem::file_size(m_folder / "job.ktj")) / mebibyte;
    }

private:
    std::vector<std::string> blobs() {
        std::vector<std::string> texts(distinctBlobs);
        std::latch made(distinctBlobs);
        for (std::string &text : texts) {
            kms::Encrypt::Request request;
            request.keyId = m_source;
            request.plaintext = SecretBytes(plaintextBytes);
            m_kms->submit(kms::AnyRequest::of<kms::Encrypt>(std::move(request)), {},
                          [&](Result<kms::AnyReply> reply) {
                              auto any = must(std::move(reply));
                              text = toBase64(*any.as<kms::Encrypt>().ciphertextBlob);
                              made.count_down();
                          });
        }
        made.wait();
        return texts;
    }
    void writeTable() {
        const std::vector<std::string> texts = blobs();
        std::ofstream table(m_folder / "t.jsonl", std::ios::binary);
        for (std::uint64_t i = 0; i < itemCount(); ++i) {
            table << R"({"id":)" << i << R"(,"name":"user )" << i << R"(","secret":")"
                  << texts[i % distinctBlobs] << "\"}\n";
        }
    }

    std::filesystem::path m_folder;
    std::shared_ptr<vault::VaultKms> m_kms;
    JobRates m_rates;
    std::string m_source;
    JobSpec m_spec;
};

void jobOnJsonLines(benchmark::State &state) {
    JobLoad load;
    constexpr int floorOperations = 200'000;
    for (auto _ : state) {
        const Cost before = runFloor(1, floorOperations);
        auto mover = load.vaultMover();
        forgetPeak();
        const Cost job = load.run(*mover);
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
    InstantMover mover;
    for (auto _ : state) {
        forgetPeak();
        const double rss = memoryMebibytes("VmRSS");
        const Cost job = load.run(mover);
        state.counters["per_second"] = job.operationsPerSecond();
        state.counters["cpu_us"] = job.cpuPerOperation() * 1e6;
        state.counters["wall_us"] = job.wallSeconds / job.operations * 1e6;
        state.counters["rss_growth_mib"] = memoryMebibytes("VmHWM") - rss;
    }
}
BENCHMARK(tableLaneAlone)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

} // namespace
} // namespace keyturn::bench

BENCHMARK_MAIN();
