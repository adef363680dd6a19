// SPDX-License-Identifier: Apache-2.0
// A vault in a temporary folder and the loads that are put on it. For benchmarks.
#pragma once

#include "base/bytes.h"
#include "vault/vault_kms.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace keyturn::bench {

/// Wall and processor time of a piece of work.
struct Cost {
    double wallSeconds = 0;
    double cpuSeconds = 0; ///< of all threads of the process
    double operations = 0;

    double cpuPerOperation() const { return cpuSeconds / operations; }
    double operationsPerSecond() const { return operations / wallSeconds; }
    Cost &operator+=(const Cost &other);
};

class Stopwatch {
public:
    Stopwatch();
    Cost read(double operations) const;

private:
    double m_wall;
    double m_cpu;
};

class VaultLoad {
public:
    explicit VaultLoad(bool keepLog);
    ~VaultLoad();

    vault::VaultKms &kms() { return *m_kms; }
    /// One ReEncrypt after the other on each of `threads` threads. Without a log only.
    Cost reEncryptInTurn(int threads, int operationsPerThread);
    /// On `callers` threads, each with so many in flight at any time, answers dropped where they were asked
    /// for.
    Cost reEncryptInFlight(int callers, int inFlightEach, int operations);

private:
    class Window;
    kms::AnyRequest request() const;

    std::filesystem::path m_folder;
    std::unique_ptr<vault::VaultKms> m_kms;
    std::string m_source;
    std::string m_destination;
    Bytes m_ciphertext;
    std::vector<std::unique_ptr<Window>> m_windows;
};

/// The floor on `threads` threads.
Cost runFloor(int threads, int operationsPerThread);

/// A folder of its own in the temporary one; whoever asks removes it.
std::filesystem::path newBenchFolder();
SecretBytes benchPassphrase();
/// A vault of so many symmetric keys, locked again.
void makeVaultOf(const std::filesystem::path &file, int keys);

/// Unlocking a vault of so many keys, KDF included; the vault is made before.
double unlockSeconds(int keys);

} // namespace keyturn::bench
