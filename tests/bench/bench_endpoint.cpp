// SPDX-License-Identifier: Apache-2.0
// Signed ReEncrypt through the endpoint, log on, against an echo of the same bytes through the same HTTP
// library; both take turns within one run, so that a noisy machine disturbs both alike. What a request costs
// is split into its parts: each is run by itself, in the same process.
#include "endpoint/answer.h"
#include "endpoint/caller.h"
#include "endpoint/request_reader.h"
#include "endpoint/server.h"
#include "fakes/raw_client.h"
#include "http_echo.h"
#include "http_load.h"
#include "kms/call.h"
#include "kms/json.h"
#include "kms/operations/create_key.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/re_encrypt.h"
#include "vault_load.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace keyturn::bench {
namespace {

constexpr int rounds = 7;
constexpr int requestsPerRound = 20'000;
constexpr int latencyRequests = 4'000;
constexpr int partRuns = 20'000;

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                     values.end());
    return values[values.size() / 2];
}

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "%s %s\n", result.error().detail.c_str(), result.error().serviceMessage.c_str());
        std::abort();
    }
    return std::move(*result);
}

/// A vault that is served, and one signed ReEncrypt for it.
class Served {
public:
    Served()
        : m_load(true)
        , m_key(must(m_load.kms().accessKeys().create({"bench"}))) {
        endpoint::ServerOptions options;
        options.region = "us-east-1";
        m_server = must(endpoint::Server::start(
            std::shared_ptr<kms::KmsService>(std::shared_ptr<void>(), &m_load.kms()),
            std::shared_ptr<kms::AccessKeyStore>(std::shared_ptr<void>(), &m_load.kms().accessKeys()),
            std::move(options)));
        const std::string source = newKey();
        const std::string destination = newKey();
        kms::Encrypt::Request encrypt;
        encrypt.keyId = source;
        encrypt.plaintext = SecretBytes(32);
        auto encrypted = must(kms::callAndWait<kms::Encrypt>(m_load.kms(), std::move(encrypt)));
        m_request.ciphertextBlob = std::move(encrypted.ciphertextBlob);
        m_request.sourceKeyId = source;
        m_request.destinationKeyId = destination;
    }

    std::uint16_t port() const { return m_server->port(); }
    vault::VaultKms &kms() { return m_load.kms(); }
    /// Signed now: good for five minutes.
    std::string request() const {
        test::SignedRequest request;
        request.port = port();
        request.target = "TrentService.ReEncrypt";
        request.body = std::string(kms::writeJson(kms::ReEncrypt::info().request, &m_request).view());
        request.accessKeyId = m_key.key.id;
        request.secret = std::string(m_key.secret.text());
        request.region = "us-east-1";
        return request.text();
    }
    /// What the vault answers, as the endpoint writes it.
    std::string answer() {
        auto reply = must(kms::submitAndWait(
            m_load.kms(), kms::AnyRequest::of<kms::ReEncrypt>(kms::ReEncrypt::Request(m_request)), {}));
        return std::string(endpoint::answerOf(reply).body.view());
    }
    const kms::ReEncrypt::Request &asked() const { return m_request; }

private:
    std::string newKey() {
        return *must(kms::callAndWait<kms::CreateKey>(m_load.kms(), {})).keyMetadata->arn;
    }

    VaultLoad m_load;
    kms::CreatedAccessKey m_key;
    kms::ReEncrypt::Request m_request;
    std::unique_ptr<endpoint::Server> m_server;
};

template <class Act>
double microsecondsEach(Act act) {
    const Stopwatch watch;
    for (int i = 0; i < partRuns; ++i) {
        act();
    }
    return watch.read(partRuns).cpuPerOperation() * 1e6;
}

/// CPU of each part of a request, by itself.
void measureParts(benchmark::State &state, Served &served, double echoMicroseconds) {
    const std::string text = served.request();
    endpoint::RequestReader reader({});
    reader.feed(text);
    const Timestamp now = systemClock()->now();
    state.counters["cpu_http_us"] = echoMicroseconds;
    state.counters["cpu_signature_us"] = microsecondsEach([&] {
        benchmark::DoNotOptimize(
            must(endpoint::authenticate(reader.request(), {served.kms().accessKeys(), "us-east-1"}, now)));
    });
    auto reply = must(kms::submitAndWait(
        served.kms(), kms::AnyRequest::of<kms::ReEncrypt>(kms::ReEncrypt::Request(served.asked())), {}));
    state.counters["cpu_json_us"] = microsecondsEach([&] {
        benchmark::DoNotOptimize(must(endpoint::decode(reader.request(), kms::ReEncrypt::info())));
        benchmark::DoNotOptimize(endpoint::answerOf(reply));
    });
    VaultLoad unlogged(false);
    VaultLoad logged(true);
    const double crypto = unlogged.reEncryptInTurn(1, partRuns).cpuPerOperation() * 1e6;
    const double stored = logged.reEncryptInFlight(1, 64, partRuns).cpuPerOperation() * 1e6;
    state.counters["cpu_crypto_us"] = crypto;
    state.counters["cpu_storage_us"] = stored - crypto;
}

void endpointReEncrypt(benchmark::State &state) {
    Served served;
    HttpEcho echo(served.answer());
    for (auto _ : state) {
        std::vector<double> share, perSecond, echoPerSecond, cpu, echoCpu;
        int failures = 0;
        for (int round = 0; round < rounds; ++round) {
            const std::string request = served.request();
            const LoadResult plain = runHttpLoad(echo.port(), request, 64, requestsPerRound);
            const LoadResult real = runHttpLoad(served.port(), request, 64, requestsPerRound);
            share.push_back(real.perSecond() / plain.perSecond());
            perSecond.push_back(real.perSecond());
            echoPerSecond.push_back(plain.perSecond());
            cpu.push_back(real.cpuMicroseconds());
            echoCpu.push_back(plain.cpuMicroseconds());
            failures += plain.failures + real.failures;
        }
        state.counters["share_of_echo"] = median(share);
        state.counters["per_second"] = median(perSecond);
        state.counters["echo_per_second"] = median(echoPerSecond);
        state.counters["cpu_us"] = median(cpu);
        state.counters["cpu_share_of_echo"] = median(echoCpu) / median(cpu);
        for (const int connections : {1, 8}) {
            const std::string name = "_of_" + std::to_string(connections) + "_us";
            const LoadResult real =
                runHttpLoad(served.port(), served.request(), connections, latencyRequests);
            const LoadResult plain = runHttpLoad(echo.port(), served.request(), connections, latencyRequests);
            state.counters["median" + name] = real.latencyAt(0.5);
            state.counters["p99" + name] = real.latencyAt(0.99);
            state.counters["echo_median" + name] = plain.latencyAt(0.5);
            failures += plain.failures + real.failures;
        }
        state.counters["failures"] = failures;
        measureParts(state, served, median(echoCpu));
    }
}
BENCHMARK(endpointReEncrypt)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

} // namespace
} // namespace keyturn::bench

BENCHMARK_MAIN();
