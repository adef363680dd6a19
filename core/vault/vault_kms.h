// SPDX-License-Identifier: Apache-2.0
// VaultKms: AWS KMS on a local vault (kms-semantics.md): keys, aliases, tags, rotation, cryptography. Made of
// an unlocked Container, which it owns from then on.
//   Container::open(...) -> container.unlockWith...(...) -> VaultKms::start(std::move(container), options)
// Threads: submit() and capabilities() from any thread. Symmetric cryptography runs on the calling thread,
// RSA and calls from `interactiveThread` on a small pool, changes on the vault's writer thread; completions
// run on any of them. Nobody gets an answer before its log record is durable. start(), withContainer() and
// lock() block: never on a GUI thread, and never inside a Completion. Owner: whoever started it; destroying
// locks it. Errors: of operations as AWS KMS, and VaultLocked, VaultReadOnly, Cancelled, TimedOut, DiskFull,
// IoFailed, VaultDamaged. Follows DESIGN.md sections 3 and 4.
#pragma once

#include "chainlog/record.h"
#include "kms/access_keys.h"
#include "kms/service.h"
#include "vault/container.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace keyturn::vault {

struct VaultKmsOptions {
    std::string program = "keyturn";     ///< "console", "cli": actor in the log where a call names none
    std::thread::id interactiveThread{}; ///< the GUI thread: its calls are computed on the pool
    std::shared_ptr<const Clock> clock = systemClock();
    std::size_t cachedMaterials = 4096;
    std::string region;  ///< of calls that name none; empty: the vault's own
    bool keepLog = true; ///< false: for benchmarks, and for jobs that write records of their own
};

class VaultKms final : public kms::KmsService {
public:
    /// Reads keys and aliases, settles what is due, notes the unlocking in the log. Usage: options.region is
    /// none of the vault's partition.
    static Result<std::unique_ptr<VaultKms>> start(Container container, VaultKmsOptions options = {});
    ~VaultKms() override;

    kms::Capabilities capabilities() const override;
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;

    /// Runs `act` on the writer thread, between commits, and waits: slots, backup, verify, reading the log.
    Status withContainer(const std::function<Status(Container &)> &act);
    /// A record for the container's functions that take some; actor is the program.
    chainlog::Record record(std::string_view action) const;
    /// Whom a served vault knows, and what each may do; good as long as this VaultKms is.
    kms::AccessKeyStore &accessKeys();
    /// Deletions and rotations that are due now; otherwise done within a minute.
    Status settleDueWork();

    /// Stops intake (VaultLocked), cancels, waits for what is under way, wipes keys, leaves exactly one file.
    /// Idempotent.
    Status lock();

    /// Commits so far; for benchmarks and tests of group commit.
    std::uint64_t commitCount() const;

private:
    class Impl;
    explicit VaultKms(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::vault
