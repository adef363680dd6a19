// SPDX-License-Identifier: Apache-2.0
// A bulk job on JSON Lines against a service that takes 20 ms, 64 calls in flight, journal and all: what it
// reaches of what 64 in flight can give at most, and of what boto3 with its best number of threads makes of
// the same file on the same server. Then with each new ciphertext proven by a second call, as jobs do by
// default. KEYTURN_BENCH_REMOTE_ITEMS: another number of items.
#include "credentials/credentials.h"
#include "delayed_server.h"
#include "job_load.h"
#include "remote/remote_kms.h"

#include "base/encoding.h"

#include <QCoreApplication>
#include <QProcess>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>

namespace keyturn::bench {
namespace {

using namespace reencrypt;

constexpr std::chrono::milliseconds serverDelay{20};
constexpr int inFlight = 64;
constexpr int rounds = 3;
constexpr int distinctBlobs = 20'000;

std::uint64_t itemCount() {
    return countFrom("KEYTURN_BENCH_REMOTE_ITEMS", 20'000);
}

std::shared_ptr<kms::KmsService> connectTo(const DelayedServer &server) {
    credentials::Credentials keys;
    keys.accessKeyId = "AKIATEST";
    keys.secretKey = SecretBytes::copyOf("secret");
    remote::RemoteOptions options;
    options.endpointUrl = server.url();
    options.region = "eu-central-1";
    options.credentials = credentials::fixedCredentials(std::move(keys));
    return must(remote::RemoteKms::open(std::move(options)));
}

/// In the form of AWS KMS, all under one key.
std::vector<std::string> blobs() {
    std::vector<std::string> texts;
    for (int i = 0; i < distinctBlobs; ++i) {
        Bytes blob{1, 2, 2, 0, 0x78};
        blob.resize(180, 'c');
        blob[100] = static_cast<std::uint8_t>(i);
        blob[101] = static_cast<std::uint8_t>(i >> 8);
        texts.push_back(toBase64(blob));
    }
    return texts;
}

JobSpec specWith(Verification verification) {
    const std::string key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890a";
    JobSpec spec;
    spec.source.kind = SourceKind::JsonLines;
    spec.source.paths = {"t.jsonl"};
    spec.finder.blob = "/secret";
    spec.context.pairs.emplace_back("tenant", ContextTemplate::literal("one"));
    spec.sourceKeys = {key + "b"};
    spec.destinationKey = key + "c";
    spec.safety.inFlight = inFlight;
    spec.safety.perSecond = 0;
    spec.verification = verification;
    return spec;
}

/// boto3 with its best number of threads on the same file; items a second.
double boto3PerSecond(const DelayedServer &server, const ScratchFolder &folder) {
    QProcess python;
    python.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    const auto path = [&](const char *name) {
        return QString::fromStdString((folder.path() / name).string());
    };
    python.start(QStringLiteral("/usr/bin/python3"), // Debian's own, which has Debian's boto3
                 {QStringLiteral("-I"), QStringLiteral(KEYTURN_SOURCE_DIR "/tests/bench/boto3_job.py"),
                  QString::fromStdString(server.url()), path("t.jsonl"), path("boto3.jsonl"),
                  QStringLiteral("16"), QStringLiteral("32"), QStringLiteral("64"), QStringLiteral("128")});
    python.waitForFinished(-1);
    const QList<QByteArray> words = python.readAllStandardOutput().trimmed().split(' ');
    if (words.size() != 2) {
        return 0;
    }
    std::printf("boto3, %d threads: %.1f items/s\n", words[0].toInt(), words[1].toDouble());
    std::fflush(stdout);
    return words[1].toDouble();
}

void remoteJob(benchmark::State &state, Verification verification) {
    const double bound = inFlight / std::chrono::duration<double>(serverDelay).count();
    const DelayedServer server(serverDelay, 1);
    const auto service = connectTo(server);
    const JobSpec spec = specWith(verification);
    for (auto _ : state) {
        std::vector<double> rates;
        double cpuSeconds = 0;
        double boto3 = 0;
        for (int round = 0; round < rounds; ++round) { // each on a file of its own
            const ScratchFolder folder;
            writeJsonLines(folder.path() / "t.jsonl", itemCount(), blobs());
            MoverServices services;
            services.service = service;
            services.jobId = "bench";
            const double serverBefore = server.cpuSeconds();
            const Cost job = runJob(spec, services, folder.path(), folder.path() / "job.ktj", itemCount());
            rates.push_back(job.operationsPerSecond());
            cpuSeconds += job.cpuSeconds - (server.cpuSeconds() - serverBefore);
            if (round + 1 == rounds && verification == Verification::Reply) {
                boto3 = boto3PerSecond(server, folder);
            }
        }
        std::sort(rates.begin(), rates.end());
        const double rate = rates[rates.size() / 2];
        state.counters["per_second"] = rate;
        state.counters["share_of_bound"] = rate / bound;
        state.counters["cpu_us_per_item"] = cpuSeconds / (rounds * double(itemCount())) * 1e6;
        if (boto3 > 0) {
            state.counters["boto3_per_second"] = boto3;
            state.counters["times_boto3"] = rate / boto3;
        }
    }
}
BENCHMARK_CAPTURE(remoteJob, reply, Verification::Reply)
    ->Iterations(1)
    ->Unit(benchmark::kSecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(remoteJob, proven, Verification::ReEncrypt)
    ->Iterations(1)
    ->Unit(benchmark::kSecond)
    ->UseRealTime();

} // namespace
} // namespace keyturn::bench

int main(int argc, char **argv) {
    const QCoreApplication application(argc, argv); // Qt Network wants one
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
