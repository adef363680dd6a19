// SPDX-License-Identifier: Apache-2.0
#include "vault_load.h"

#include "kms/call.h"
#include "kms/operations/create_key.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/re_encrypt.h"
#include "openssl_floor.h"

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <latch>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace keyturn::bench {

namespace {

constexpr std::string_view passphrase = "benchmark";

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

double seconds(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return double(time.tv_sec) + double(time.tv_nsec) * 1e-9;
}

std::filesystem::path newFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "keyturn-bench-XXXXXX").string();
    if (!mkdtemp(pattern.data())) {
        std::abort();
    }
    return pattern;
}

vault::Container newVault(const std::filesystem::path &file) {
    vault::CreateOptions options;
    options.kdf = crypto::Argon2idParams{64 * 1024, 3};
    options.account = "111122223333";
    options.region = "us-east-1";
    return must(vault::Container::create(file, SecretBytes::copyOf(passphrase), options));
}

std::string newKey(vault::VaultKms &kms) {
    return *must(kms::callAndWait<kms::CreateKey>(kms, {})).keyMetadata->arn;
}

/// The same on each of `threads` threads, begun together.
Cost onThreads(int threads, double operations, const std::function<void()> &work) {
    std::latch ready(threads + 1);
    std::vector<std::thread> workers;
    for (int i = 0; i < threads; ++i) {
        workers.emplace_back([&] {
            ready.arrive_and_wait();
            work();
        });
    }
    ready.arrive_and_wait();
    const Stopwatch watch;
    for (std::thread &worker : workers) {
        worker.join();
    }
    return watch.read(operations);
}

} // namespace

/// What a caller has in flight, and the answers on their way back to it: like any receiver of its own thread,
/// it drops them there. Woken once, not for each answer: answers come by the batch.
class VaultLoad::Window {
public:
    explicit Window(int size)
        : m_free(size) {}

    /// Waits for room and drops what has come.
    void take(int count) {
        if (m_taken >= count) {
            m_taken -= count;
            return;
        }
        std::unique_lock lock(m_mutex);
        m_awaited = count - m_taken;
        m_wake.wait(lock, [this] { return m_free >= m_awaited; });
        m_awaited = 0;
        m_taken += std::exchange(m_free, 0) - count;
        m_replies.swap(m_dropped);
        lock.unlock();
        m_dropped.clear();
    }
    void giveBack(kms::AnyReply reply) {
        const std::lock_guard lock(m_mutex);
        m_replies.push_back(std::move(reply));
        if (++m_free == m_awaited) {
            m_wake.notify_one();
        }
    }

private:
    int m_taken = 0; ///< the caller's own
    std::vector<kms::AnyReply> m_dropped;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<kms::AnyReply> m_replies;
    int m_free;
    int m_awaited = 0;
};

Cost &Cost::operator+=(const Cost &other) {
    wallSeconds += other.wallSeconds;
    cpuSeconds += other.cpuSeconds;
    operations += other.operations;
    return *this;
}

Stopwatch::Stopwatch()
    : m_wall(seconds(CLOCK_MONOTONIC))
    , m_cpu(seconds(CLOCK_PROCESS_CPUTIME_ID)) {}

Cost Stopwatch::read(double operations) const {
    return {seconds(CLOCK_MONOTONIC) - m_wall, seconds(CLOCK_PROCESS_CPUTIME_ID) - m_cpu, operations};
}

VaultLoad::VaultLoad(bool keepLog)
    : m_folder(newFolder()) {
    vault::VaultKmsOptions options;
    options.keepLog = keepLog;
    m_kms = must(vault::VaultKms::start(newVault(m_folder / "bench.vault"), options));
    m_source = newKey(*m_kms);
    m_destination = newKey(*m_kms);
    kms::Encrypt::Request encrypt;
    encrypt.keyId = m_source;
    encrypt.plaintext = SecretBytes(32);
    m_ciphertext = *must(kms::callAndWait<kms::Encrypt>(*m_kms, std::move(encrypt))).ciphertextBlob;
}

VaultLoad::~VaultLoad() {
    m_kms.reset();
    m_windows.clear();
    std::error_code ignored;
    std::filesystem::remove_all(m_folder, ignored);
}

kms::AnyRequest VaultLoad::request() const {
    kms::ReEncrypt::Request request;
    request.ciphertextBlob = m_ciphertext;
    request.sourceKeyId = m_source;
    request.destinationKeyId = m_destination;
    return kms::AnyRequest::of<kms::ReEncrypt>(std::move(request));
}

Cost VaultLoad::reEncryptInTurn(int threads, int operationsPerThread) {
    return onThreads(threads, double(threads) * operationsPerThread, [&] {
        for (int i = 0; i < operationsPerThread; ++i) {
            m_kms->submit(request(), {}, [](Result<kms::AnyReply> reply) { must(std::move(reply)); });
        }
    });
}

Cost VaultLoad::reEncryptInFlight(int callers, int inFlightEach, int operations) {
    // They live as long as the vault: the last answer may still be on its way out when its caller goes on.
    std::atomic<std::size_t> next = m_windows.size();
    for (int i = 0; i < callers; ++i) {
        m_windows.push_back(std::make_unique<Window>(inFlightEach));
    }
    return onThreads(callers, operations, [&] {
        Window &window = *m_windows[next++];
        for (int i = 0; i < operations / callers; ++i) {
            window.take(1);
            m_kms->submit(request(), {}, [&window](Result<kms::AnyReply> reply) {
                window.giveBack(must(std::move(reply)));
            });
        }
        window.take(inFlightEach);
    });
}

Cost runFloor(int threads, int operationsPerThread) {
    return onThreads(threads, double(threads) * operationsPerThread, [&] {
        OpensslFloor floor;
        for (int i = 0; i < operationsPerThread; ++i) {
            if (!floor.run()) {
                std::abort();
            }
        }
    });
}

std::filesystem::path newBenchFolder() {
    return newFolder();
}

SecretBytes benchPassphrase() {
    return SecretBytes::copyOf(passphrase);
}

void makeVaultOf(const std::filesystem::path &file, int keys) {
    vault::VaultKmsOptions options;
    options.keepLog = false;
    auto kms = must(vault::VaultKms::start(newVault(file), options));
    std::latch made(keys);
    for (int i = 0; i < keys; ++i) {
        kms->submit(kms::AnyRequest::of<kms::CreateKey>({}), {}, [&](Result<kms::AnyReply> reply) {
            must(std::move(reply));
            made.count_down();
        });
    }
    made.wait();
    must(kms->lock());
}

double unlockSeconds(int keys) {
    const std::filesystem::path folder = newFolder();
    makeVaultOf(folder / "bench.vault", keys);
    const Stopwatch watch;
    auto container = must(vault::Container::open(folder / "bench.vault", {}));
    must(container.unlockWithPassphrase(SecretBytes::copyOf(passphrase)));
    auto kms = must(vault::VaultKms::start(std::move(container)));
    const double spent = watch.read(1).wallSeconds;
    must(kms->lock());
    kms.reset();
    std::filesystem::remove_all(folder);
    return spent;
}

} // namespace keyturn::bench
