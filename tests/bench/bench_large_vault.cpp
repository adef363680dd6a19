// SPDX-License-Identifier: Apache-2.0
// A vault of 100,000 keys: how long it takes to open (without the KDF) and to list, and how much memory it
// takes then. The vault is made by a process of its own, so that this one's memory is what opening took.
// KEYTURN_BENCH_KEYS: another number.
#include "vault_load.h"

#include "kms/call.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/list_keys.h"

#include <benchmark/benchmark.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace keyturn::bench {
namespace {

int keyCount() {
    const char *wanted = std::getenv("KEYTURN_BENCH_KEYS");
    return wanted != nullptr ? std::atoi(wanted) : 100'000;
}

double residentMib() {
    std::ifstream statm("/proc/self/statm");
    long total = 0, resident = 0;
    statm >> total >> resident;
    return double(resident) * double(sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "%s %s\n", result.error().detail.c_str(), result.error().serviceMessage.c_str());
        std::abort();
    }
    return std::move(*result);
}

/// All pages; what they held.
std::size_t listAllKeys(vault::VaultKms &kms) {
    std::size_t listed = 0;
    kms::ListKeys::Request request;
    request.limit = 1000;
    for (bool more = true; more;) {
        kms::ListKeys::Request page = request;
        const auto reply = must(kms::callAndWait<kms::ListKeys>(kms, std::move(page)));
        listed += reply.keys->size();
        more = reply.truncated.value_or(false);
        request.marker = reply.nextMarker;
    }
    return listed;
}

void openAndList(benchmark::State &state, const std::filesystem::path &file, int keys) {
    for (auto _ : state) {
        const double before = residentMib();
        auto container = must(vault::Container::open(file, {}));
        const Stopwatch unlocking;
        if (auto unlocked = container.unlockWithPassphrase(benchPassphrase()); !unlocked) {
            std::abort();
        }
        const double unlockSeconds = unlocking.read(1).wallSeconds;
        const Stopwatch starting;
        auto kms = must(vault::VaultKms::start(std::move(container)));
        state.counters["start_s"] = starting.read(1).wallSeconds;
        state.counters["unlock_s"] = unlockSeconds;
        state.counters["open_mib"] = residentMib() - before;
        const Stopwatch listing;
        const std::size_t listed = listAllKeys(*kms);
        state.counters["list_s"] = listing.read(1).wallSeconds;
        state.counters["listed_mib"] = residentMib() - before;
        state.counters["file_mib"] = double(std::filesystem::file_size(file)) / (1024 * 1024);
        if (listed != std::size_t(keys)) {
            std::abort();
        }
    }
}

} // namespace
} // namespace keyturn::bench

int main(int argc, char **argv) {
    using namespace keyturn::bench;
    const std::filesystem::path folder = newBenchFolder();
    const int keys = keyCount();
    const pid_t maker = fork();
    if (maker == 0) {
        makeVaultOf(folder / "bench.vault", keys);
        std::fflush(nullptr);
        _exit(0);
    }
    int status = -1;
    if (waitpid(maker, &status, 0) != maker || status != 0) {
        std::fputs("the vault was not made\n", stderr);
        return 1;
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RegisterBenchmark(
        ("largeVault/" + std::to_string(keys)).c_str(),
        [&](benchmark::State &state) { openAndList(state, folder / "bench.vault", keys); })
        ->Iterations(1)
        ->Unit(benchmark::kSecond)
        ->UseRealTime();
    benchmark::RunSpecifiedBenchmarks();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    return 0;
}
