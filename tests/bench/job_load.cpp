// SPDX-License-Identifier: Apache-2.0
#include "job_load.h"

#include "base/encoding.h"
#include "kms/call.h"
#include "kms/operations/create_key.h"
#include "kms/operations/encrypt.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <latch>

namespace keyturn::bench {

using namespace reencrypt;

namespace {
constexpr std::string_view passphrase = "benchmark";
constexpr std::size_t plaintextBytes = 72; ///< of which a vault makes 200
constexpr std::size_t madeAtOnce = 1000;
} // namespace

void giveUp(const Error &error) {
    std::fprintf(stderr, "%s %s\n", error.detail.c_str(), error.serviceMessage.c_str());
    std::abort();
}

std::uint64_t countFrom(const char *variable, std::uint64_t usual) {
    const char *text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : usual;
}

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

ScratchFolder::ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "keyturn-bench-XXXXXX").string();
    if (!mkdtemp(pattern.data())) {
        std::abort();
    }
    m_path = pattern;
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

TwoKeyVault::TwoKeyVault(const std::filesystem::path &folder) {
    vault::CreateOptions options;
    options.kdf = crypto::Argon2idParams{64 * 1024, 3};
    options.account = "111122223333";
    options.region = "us-east-1";
    m_kms = must(vault::VaultKms::start(
        must(vault::Container::create(folder / "bench.vault", SecretBytes::copyOf(passphrase), options))));
    m_source = *must(kms::callAndWait<kms::CreateKey>(*m_kms, {})).keyMetadata->arn;
    m_destination = *must(kms::callAndWait<kms::CreateKey>(*m_kms, {})).keyMetadata->arn;
}

std::vector<std::string> TwoKeyVault::blobs(int count) const {
    std::vector<std::string> texts(static_cast<std::size_t>(count));
    // Few at once: what the making takes would count as the job's memory.
    for (std::size_t begin = 0; begin < texts.size(); begin += madeAtOnce) {
        const std::size_t end = std::min(texts.size(), begin + madeAtOnce);
        std::latch made(static_cast<std::ptrdiff_t>(end - begin));
        for (std::size_t i = begin; i < end; ++i) {
            kms::Encrypt::Request request;
            request.keyId = m_source;
            request.plaintext = SecretBytes(plaintextBytes);
            m_kms->submit(kms::AnyRequest::of<kms::Encrypt>(std::move(request)), {},
                          [&, i](Result<kms::AnyReply> reply) {
                              auto any = must(std::move(reply));
                              texts[i] = toBase64(*any.as<kms::Encrypt>().ciphertextBlob);
                              made.count_down();
                          });
        }
        made.wait();
    }
    return texts;
}

JobSpec TwoKeyVault::spec() const {
    JobSpec spec;
    spec.sourceKeys = {m_source};
    spec.destinationKey = m_destination;
    spec.safety.perSecond = 0;
    return spec;
}

MoverServices TwoKeyVault::services() const {
    MoverServices services;
    services.service = m_kms;
    services.isVault = true;
    services.jobId = "bench";
    return services;
}

void writeJsonLines(const std::filesystem::path &file, std::uint64_t lines,
                    const std::vector<std::string> &texts) {
    std::ofstream table(file, std::ios::binary);
    for (std::uint64_t i = 0; i < lines; ++i) {
        table << R"({"id":)" << i << R"(,"name":"user )" << i << R"(","secret":")" << texts[i % texts.size()]
              << "\"}\n";
    }
}

std::unique_ptr<Journal> newJournal(const std::filesystem::path &file, const JobSpec &spec) {
    return must(Journal::create(file, spec, SecretBytes(32), "file", systemClock()));
}

Cost runJob(const JobSpec &spec, MoverServices services, const std::filesystem::path &folder,
            const std::filesystem::path &journal, std::uint64_t items) {
    JobRates rates;
    JobParts parts;
    parts.services = std::move(services);
    parts.rate = rates.of("bench", "local", "symmetric", 0);
    parts.base = folder;
    JobRunner runner(newJournal(journal, spec), std::move(parts));
    const Stopwatch watch;
    must(runner.run());
    const Cost cost = watch.read(double(items));
    if (runner.progress().counters.done != items) {
        std::fprintf(stderr, "only %llu items were moved\n",
                     static_cast<unsigned long long>(runner.progress().counters.done));
        std::abort();
    }
    return cost;
}

} // namespace keyturn::bench
