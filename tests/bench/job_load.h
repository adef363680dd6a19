// SPDX-License-Identifier: Apache-2.0
// What the benchmarks of bulk jobs share: a vault with two keys and ciphertexts under the first, a job's run
// from a new journal to its end, and the memory of this process. For benchmarks: faults end the program.
#pragma once

#include "base/result.h"
#include "reencrypt/runner.h"
#include "vault/vault_kms.h"
#include "vault_load.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace keyturn::bench {

[[noreturn]] void giveUp(const Error &error);
template <class T>
T must(Result<T> result) {
    if (!result) {
        giveUp(result.error());
    }
    return std::move(*result);
}
inline void must(Status status) {
    if (!status) {
        giveUp(status.error());
    }
}

/// What the environment variable says, else `usual`.
std::uint64_t countFrom(const char *variable, std::uint64_t usual);

/// "VmHWM" (the most since forgetPeak()) or "VmRSS" of this process.
double memoryMebibytes(const std::string &name);
void forgetPeak();

/// Gone with the object.
class ScratchFolder {
public:
    ScratchFolder();
    ScratchFolder(const ScratchFolder &) = delete;
    ScratchFolder &operator=(const ScratchFolder &) = delete;
    ~ScratchFolder();
    const std::filesystem::path &path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// Keeps its log.
class TwoKeyVault {
public:
    explicit TwoKeyVault(const std::filesystem::path &folder);

    const std::shared_ptr<vault::VaultKms> &kms() const { return m_kms; }
    /// Base64 of ciphertexts of 200 bytes under the first key.
    std::vector<std::string> blobs(int count) const;
    /// From the first key to the second.
    reencrypt::JobSpec spec() const;
    reencrypt::MoverServices services() const;

private:
    std::shared_ptr<vault::VaultKms> m_kms;
    std::string m_source;
    std::string m_destination;
};

/// {"id":0,"name":"user 0","secret":"..."}, the texts one after the other again and again.
void writeJsonLines(const std::filesystem::path &file, std::uint64_t lines,
                    const std::vector<std::string> &texts);

std::unique_ptr<reencrypt::Journal> newJournal(const std::filesystem::path &file,
                                               const reencrypt::JobSpec &spec);
/// As `keyturn-cli job run` does it, without a ceiling: every one of `items` moved, or the program ends.
Cost runJob(const reencrypt::JobSpec &spec, reencrypt::MoverServices services,
            const std::filesystem::path &folder, const std::filesystem::path &journal, std::uint64_t items);

} // namespace keyturn::bench
