// SPDX-License-Identifier: Apache-2.0
// What the history costs: the same calls to a vault (without a log of its own) straight and through
// RecordedKms, in turns within one run. Calls that change wait until their intent is durable: their time is
// the disk's.
#include "vault_load.h"

#include "history/recorded_kms.h"
#include "kms/call.h"
#include "kms/operations/create_key.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/update_key_description.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace keyturn::bench {
namespace {

constexpr int rounds = 9;
constexpr int readings = 3000;
constexpr int changes = 60;

/// Forwards to a service that somebody else owns.
class Borrowed final : public kms::KmsService {
public:
    explicit Borrowed(kms::KmsService &service)
        : m_service(service) {}
    kms::Capabilities capabilities() const override { return m_service.capabilities(); }
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override {
        m_service.submit(std::move(request), std::move(context), std::move(completion));
    }

private:
    kms::KmsService &m_service;
};

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(values.size() / 2), values.end());
    return values[values.size() / 2];
}

template <class Op, class Make>
Cost run(kms::KmsService &service, int count, const Make &make) {
    const Stopwatch watch;
    for (int i = 0; i < count; ++i) {
        if (auto reply = kms::callAndWait<Op>(service, make()); !reply) {
            std::fprintf(stderr, "%s %s\n", reply.error().detail.c_str(),
                         reply.error().serviceMessage.c_str());
            std::abort();
        }
    }
    return watch.read(count);
}

class Scene {
public:
    Scene()
        : m_folder(newBenchFolder())
        , m_recorder(std::make_shared<history::Recorder>(
              history::RecorderOptions{.file = m_folder / "history", .program = "bench"})) {
        m_recorder->provideKey(history::HistoryKey{SecretBytes(32), "a benchmark"});
        const auto service = std::make_shared<Borrowed>(m_load.kms());
        m_recorded = std::make_unique<history::RecordedKms>(service, m_recorder, "bench");
        auto key = kms::callAndWait<kms::CreateKey>(m_load.kms(), {});
        if (!key) {
            std::abort();
        }
        m_key = *key->keyMetadata->arn;
    }
    ~Scene() {
        m_recorded.reset();
        m_recorder.reset();
        std::error_code ignored;
        std::filesystem::remove_all(m_folder, ignored);
    }
    Scene(const Scene &) = delete;
    Scene &operator=(const Scene &) = delete;

    kms::KmsService &straight() { return m_load.kms(); }
    kms::KmsService &recorded() { return *m_recorded; }
    Status flush() { return m_recorder->flush(); }
    kms::Encrypt::Request encryption() const {
        kms::Encrypt::Request request;
        request.keyId = m_key;
        request.plaintext = SecretBytes(32);
        return request;
    }
    kms::UpdateKeyDescription::Request change() const { return {.keyId = m_key, .description = "d"}; }

private:
    std::filesystem::path m_folder;
    VaultLoad m_load{false};
    std::shared_ptr<history::Recorder> m_recorder;
    std::unique_ptr<history::RecordedKms> m_recorded;
    std::string m_key;
};

void recordedCalls(benchmark::State &state) {
    Scene scene;
    for (auto _ : state) {
        std::vector<double> added, straightCpu, changeStraight, changeRecorded;
        for (int round = 0; round < rounds; ++round) {
            const auto encryption = [&] { return scene.encryption(); };
            const Cost straight = run<kms::Encrypt>(scene.straight(), readings, encryption);
            const Stopwatch watch;
            run<kms::Encrypt>(scene.recorded(), readings, encryption);
            if (!scene.flush()) { // what is written behind the caller's back counts too
                std::abort();
            }
            const Cost recorded = watch.read(readings);
            straightCpu.push_back(straight.cpuPerOperation() * 1e6);
            added.push_back((recorded.cpuPerOperation() - straight.cpuPerOperation()) * 1e6);
            const auto change = [&] { return scene.change(); };
            changeStraight.push_back(
                run<kms::UpdateKeyDescription>(scene.straight(), changes, change).wallSeconds / changes *
                1e3);
            changeRecorded.push_back(
                run<kms::UpdateKeyDescription>(scene.recorded(), changes, change).wallSeconds / changes *
                1e3);
        }
        state.counters["encrypt_us"] = median(straightCpu);
        state.counters["recording_us"] = median(added);
        state.counters["change_ms"] = median(changeStraight);
        state.counters["recorded_change_ms"] = median(changeRecorded);
    }
}
BENCHMARK(recordedCalls)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

} // namespace
} // namespace keyturn::bench

BENCHMARK_MAIN();
