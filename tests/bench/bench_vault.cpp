// SPDX-License-Identifier: Apache-2.0
// What ReEncrypt of a local vault costs against bare OpenSSL, how it scales, what the log adds, how long
// unlocking takes. Floor and service take turns within one run, so that a noisy machine disturbs both alike;
// the ratios are counters, which gates.py judges.
#include "vault_load.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

namespace keyturn::bench {
namespace {

constexpr int rounds = 15;
constexpr int operationsPerRound = 30'000;
// Long enough that SQLite's checkpoints fall into every leg alike.
constexpr int loggedRounds = 7;
constexpr int loggedOperations = 20'000;

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                     values.end());
    return values[values.size() / 2];
}

double speed(const Cost &cost) {
    return cost.operationsPerSecond();
}

void reEncryptWithoutLog(benchmark::State &state) {
    VaultLoad load(false);
    for (auto _ : state) {
        std::vector<double> floorCost, serviceCost, share, floorScaling, serviceScaling, scalingShare;
        for (int round = 0; round < rounds; ++round) {
            const Cost floorOne = runFloor(1, operationsPerRound);
            const Cost serviceOne = load.reEncryptInTurn(1, operationsPerRound);
            const Cost floorTwo = runFloor(2, operationsPerRound);
            const Cost serviceTwo = load.reEncryptInTurn(2, operationsPerRound);
            floorCost.push_back(floorOne.cpuPerOperation() * 1e6);
            serviceCost.push_back(serviceOne.cpuPerOperation() * 1e6);
            share.push_back(floorOne.cpuPerOperation() / serviceOne.cpuPerOperation());
            floorScaling.push_back(speed(floorTwo) / speed(floorOne));
            serviceScaling.push_back(speed(serviceTwo) / speed(serviceOne));
            scalingShare.push_back(serviceScaling.back() / floorScaling.back());
        }
        state.counters["floor_us"] = median(floorCost);
        state.counters["service_us"] = median(serviceCost);
        state.counters["share_of_floor"] = median(share);
        state.counters["floor_scaling"] = median(floorScaling);
        state.counters["service_scaling"] = median(serviceScaling);
        state.counters["scaling_share"] = median(scalingShare);
    }
}
BENCHMARK(reEncryptWithoutLog)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

void reEncryptWithLog(benchmark::State &state) {
    const int inFlight = static_cast<int>(state.range(0));
    VaultLoad logged(true);
    VaultLoad unlogged(false);
    for (auto _ : state) {
        std::vector<double> cpuRatio, callersRatio, logShare, perSecond, perCommit, perCommitOfTwo,
            coresOfOne, coresOfTwo;
        for (int round = 0; round < loggedRounds; ++round) {
            const Cost floor = runFloor(1, operationsPerRound);
            const auto commits = logged.kms().commitCount();
            const Cost one = logged.reEncryptInFlight(1, inFlight, loggedOperations);
            const auto commitsOfOne = logged.kms().commitCount() - commits;
            const Cost two = logged.reEncryptInFlight(2, inFlight, loggedOperations);
            const auto commitsOfTwo = logged.kms().commitCount() - commits - commitsOfOne;
            perCommit.push_back(loggedOperations / double(commitsOfOne));
            perCommitOfTwo.push_back(loggedOperations / double(commitsOfTwo));
            const Cost without = unlogged.reEncryptInTurn(1, operationsPerRound);
            cpuRatio.push_back(one.cpuPerOperation() / floor.cpuPerOperation());
            callersRatio.push_back(speed(two) / speed(one));
            logShare.push_back(1 - without.cpuPerOperation() / one.cpuPerOperation());
            perSecond.push_back(speed(two));
            coresOfOne.push_back(one.cpuSeconds / one.wallSeconds);
            coresOfTwo.push_back(two.cpuSeconds / two.wallSeconds);
        }
        state.counters["cpu_over_floor"] = median(cpuRatio);
        state.counters["two_callers_over_one"] = median(callersRatio);
        state.counters["log_share"] = median(logShare);
        state.counters["per_second"] = median(perSecond);
        state.counters["cores_of_one"] = median(coresOfOne);
        state.counters["cores_of_two"] = median(coresOfTwo);
        state.counters["per_commit"] = median(perCommit);
        state.counters["per_commit_of_two"] = median(perCommitOfTwo);
    }
}
BENCHMARK(reEncryptWithLog)->Arg(64)->Arg(1024)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

void unlockTenThousandKeys(benchmark::State &state) {
    for (auto _ : state) {
        std::vector<double> few, many;
        for (int round = 0; round < 3; ++round) {
            few.push_back(unlockSeconds(0));
            many.push_back(unlockSeconds(10'000));
        }
        state.counters["kdf_s"] = median(few);
        state.counters["above_kdf_s"] = median(many) - median(few);
    }
}
BENCHMARK(unlockTenThousandKeys)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

} // namespace
} // namespace keyturn::bench

BENCHMARK_MAIN();
