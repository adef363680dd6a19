// SPDX-License-Identifier: Apache-2.0
// What the transport makes of a service that takes 20 ms: ReEncrypt with 64 in flight against what 64 in
// flight can give at most, and against boto3 with its best number of threads, on the same server, in turns.
// Then a million list entries, page by page, in memory that stays flat.
#include "delayed_server.h"

#include "credentials/credentials.h"
#include "kms/call.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/re_encrypt.h"
#include "kms/paging.h"
#include "remote/remote_kms.h"

#include <QCoreApplication>
#include <QProcess>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <mutex>
#include <vector>

namespace keyturn::bench {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds serverDelay{20};
constexpr int rounds = 3;
constexpr int callsPerRound = 8000;
constexpr int pages = 1000; ///< of 1,000 entries

[[noreturn]] void giveUp(const Error &error) {
    std::fprintf(stderr, "%s %s\n", error.detail.c_str(), error.serviceMessage.c_str());
    std::abort();
}

std::unique_ptr<remote::RemoteKms> connectTo(const DelayedServer &server) {
    credentials::Credentials keys;
    keys.accessKeyId = "AKIATEST";
    keys.secretKey = SecretBytes::copyOf("secret");
    remote::RemoteOptions options;
    options.endpointUrl = server.url();
    options.region = "eu-central-1";
    options.credentials = credentials::fixedCredentials(std::move(keys));
    auto service = remote::RemoteKms::open(std::move(options));
    if (!service) {
        giveUp(service.error());
    }
    return std::move(*service);
}

/// The request that boto3_load.py sends.
kms::AnyRequest reEncryptRequest() {
    const std::string key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890a";
    kms::EncryptionContext context;
    static_cast<void>(context.insert("tenant", "one"));
    kms::ReEncrypt::Request request;
    request.ciphertextBlob = Bytes(180, 'c');
    request.sourceKeyId = key + "b";
    request.destinationKeyId = key + "c";
    request.sourceEncryptionContext = context;
    request.destinationEncryptionContext = std::move(context);
    return kms::AnyRequest::of<kms::ReEncrypt>(std::move(request));
}

/// Keeps so many calls in flight until all are answered; calls a second.
class Load {
public:
    Load(kms::KmsService &service, int inFlight, int calls)
        : m_service(service)
        , m_left(calls)
        , m_open(calls) {
        const auto begun = std::chrono::steady_clock::now();
        for (int i = 0; i < inFlight; ++i) {
            next();
        }
        std::unique_lock lock(m_mutex);
        m_done.wait(lock, [this] { return m_open == 0; });
        m_perSecond = calls / std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    }
    double perSecond() const { return m_perSecond; }

private:
    void next() {
        if (m_left.fetch_sub(1) <= 0) {
            return;
        }
        m_service.submit(reEncryptRequest(), {}, [this](Result<kms::AnyReply> reply) {
            if (!reply) {
                giveUp(reply.error());
            }
            next();
            const std::lock_guard lock(m_mutex);
            if (--m_open == 0) {
                m_done.notify_one();
            }
        });
    }

    kms::KmsService &m_service;
    std::atomic<int> m_left;
    std::mutex m_mutex;
    std::condition_variable m_done;
    int m_open;
    double m_perSecond = 0;
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

double processCpuSeconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return double(time.tv_sec) + double(time.tv_nsec) * 1e-9;
}

/// Resident memory in MiB.
double residentMiB() {
    std::ifstream statm("/proc/self/statm");
    double total = 0;
    double resident = 0;
    statm >> total >> resident;
    return resident * 4096 / (1024 * 1024);
}

/// boto3's best rate over all numbers of threads, each printed.
double boto3PerSecond(const DelayedServer &server) {
    QProcess python;
    python.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    python.start(QStringLiteral("/usr/bin/python3"), // Debian's own, which has Debian's boto3
                 {QStringLiteral("-I"), QStringLiteral(KEYTURN_SOURCE_DIR "/tests/bench/boto3_load.py"),
                  QString::fromStdString(server.url()), QStringLiteral("1"), QStringLiteral("8"),
                  QStringLiteral("16"), QStringLiteral("32"), QStringLiteral("64"), QStringLiteral("128")});
    python.waitForFinished(-1);
    double best = 0;
    for (const QByteArray &line : python.readAllStandardOutput().trimmed().split('\n')) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() == 3) {
            std::printf("boto3, %3d threads, pool of %3d: %7.1f calls/s\n", words[0].toInt(),
                        words[1].toInt(), words[2].toDouble());
            best = std::max(best, words[2].toDouble());
        }
    }
    std::fflush(stdout);
    return best;
}

void remoteReEncrypt(benchmark::State &state) {
    const int inFlight = static_cast<int>(state.range(0));
    const double ideal = inFlight / std::chrono::duration<double>(serverDelay).count();
    DelayedServer server(serverDelay, 1);
    const auto service = connectTo(server);
    static_cast<void>(Load(*service, inFlight, inFlight * 8)); // opens the connections
    for (auto _ : state) {
        std::vector<double> rates;
        const int calls = std::min(callsPerRound, inFlight * 125);
        const double cpuBefore = processCpuSeconds() - server.cpuSeconds();
        for (int round = 0; round < rounds; ++round) {
            rates.push_back(Load(*service, inFlight, calls).perSecond());
        }
        const double cpu = processCpuSeconds() - server.cpuSeconds() - cpuBefore;
        state.counters["per_second"] = median(rates);
        state.counters["share_of_ideal"] = median(rates) / ideal;
        state.counters["cpu_us_per_call"] = cpu / (rounds * calls) * 1e6;
        if (inFlight == 64) {
            const double boto3 = boto3PerSecond(server);
            state.counters["boto3_per_second"] = boto3;
            state.counters["times_boto3"] = boto3 > 0 ? median(rates) / boto3 : 0;
        }
    }
}
BENCHMARK(remoteReEncrypt)->Arg(1)->Arg(8)->Arg(64)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

void remoteListKeys(benchmark::State &state) {
    DelayedServer server(serverDelay, pages);
    const auto service = connectTo(server);
    for (auto _ : state) {
        std::size_t entries = 0;
        int page = 0;
        double early = 0;
        double highest = 0;
        std::mutex mutex;
        std::condition_variable ended;
        bool done = false;
        kms::listAll<kms::ListKeys>(
            *service, {.limit = 1000}, {},
            [&](kms::ListKeys::Reply &reply) {
                entries += reply.keys->size();
                if (++page == 20) { // everything that is made once has been made
                    early = residentMiB();
                }
                highest = page % 20 == 0 ? std::max(highest, residentMiB()) : highest;
                return true;
            },
            [&](Status status) {
                if (!status) {
                    giveUp(status.error());
                }
                const std::lock_guard lock(mutex);
                done = true;
                ended.notify_one();
            });
        std::unique_lock lock(mutex);
        ended.wait(lock, [&] { return done; });
        state.counters["entries"] = double(entries);
        state.counters["rss_mib"] = highest;
        state.counters["rss_growth_mib"] = highest - early;
        if (entries != std::size_t(pages) * 1000) {
            state.SkipWithError("entries were lost");
        }
    }
}
BENCHMARK(remoteListKeys)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

} // namespace
} // namespace keyturn::bench

int main(int argc, char **argv) {
    const QCoreApplication application(argc, argv); // Qt Network wants one
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
