// SPDX-License-Identifier: Apache-2.0
// FaultSweep: runs a program once to count the calls by which it changes files below a folder, then once for
// each of these calls and each kind of fault, and asks an oracle after each run. See README.md.
// Link keyturn_faults. Plain functions; a sweep belongs to one thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace keyturn::test {

enum class Fault {
    Kill,       ///< SIGKILL before the call
    Tear,       ///< SIGKILL after half of a write; before any other call
    Eio,        ///< the call fails once
    Enospc,     ///< the call fails once
    DiskFull,   ///< this and every later write fails with ENOSPC
    ShortWrite, ///< half of a write, reported as such; only calls that write more than one byte
    Interrupt   ///< EINTR once; only writes, syncs and ftruncate, which POSIX lets be interrupted
};
inline const std::vector<Fault> allFaults{Fault::Kill,     Fault::Tear,       Fault::Eio,      Fault::Enospc,
                                          Fault::DiskFull, Fault::ShortWrite, Fault::Interrupt};
std::string faultName(Fault fault);

/// One call that the program made below the watched folder.
struct FaultPoint {
    long number = 0;
    std::string call; ///< "write", "fsync", "renameat2", ...
    std::size_t sizeBytes = 0;
    std::string path;
};

struct FaultRun {
    Fault fault = Fault::Kill;
    FaultPoint point;
    bool killed = false; ///< by any signal; `signal` says which
    int signal = 0;
    int exitCode = -1;  ///< meaningful when not killed
    std::string output; ///< standard output and error
    /// The program was told to stop, so it could not clean up.
    bool wasKilledByFault() const { return fault == Fault::Kill || fault == Fault::Tear; }
};

struct FaultSweep {
    std::vector<std::string> command;                             ///< program and arguments
    std::vector<std::pair<std::string, std::string>> environment; ///< besides this process's own
    std::filesystem::path watchedFolder;                          ///< must exist; made canonical
    std::vector<Fault> faults = allFaults;
    int maxPointsPerFault = 0; ///< 0: every call; else as many, evenly spaced, first and last included
    std::chrono::seconds patience{60};
    std::function<void()> prepare; ///< puts everything into the starting state; before every run
    /// After every run with a fault: what is wrong, empty when all is well.
    std::function<std::string(const FaultRun &)> oracle;
};

struct FaultReport {
    std::vector<FaultPoint> points; ///< of the run without a fault
    int runs = 0;                   ///< with a fault that happened
    std::vector<std::string> findings;
    std::string summary() const; ///< "9 calls, 55 runs, 0 findings"
};

FaultReport sweepFaults(const FaultSweep &sweep);

} // namespace keyturn::test
