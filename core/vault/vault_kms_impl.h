// SPDX-License-Identifier: Apache-2.0
// What VaultKms is made of. Internal to vault_kms*.cpp.
#pragma once

#include "vault/handlers/permissions.h"
#include "vault/vault_access_keys.h"
#include "vault/vault_kms.h"
#include "vault/vault_kms_gate.h"
#include "vault/vault_kms_pool.h"
#include "vault/vault_regions.h"
#include "vault/writer.h"

#include <array>
#include <atomic>
#include <mutex>

namespace keyturn::vault {

class VaultKms::Impl final : public WriterClient, public kms::KmsService {
public:
    Impl(Container container, const Identity &identity, VaultKmsOptions options);
    ~Impl() override;

    Status load();
    Status begin();
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;
    kms::Capabilities capabilities() const override;
    Status lock();

    bool recompute(Job &job) override;
    Status permit(Call &call) override { return checkPermission(call, m_accessKeys); }
    void recomputeOnPool(JobPointer job) override;
    void finish(std::vector<JobPointer> &batch) override;
    std::uint64_t inFlight() const override { return m_gate.inside(); }

    bool hasOwnRegion() const { return m_own != nullptr; }
    Writer &writer() { return m_writer; }
    VaultAccessKeys &accessKeys() { return m_accessKeys; }
    const VaultKmsOptions &options() const { return m_options; }

private:
    /// The Region that a row names.
    Result<VaultCore *> regionOf(const std::string &rowRegion);
    Status loadKeys();
    Status loadMaterials();
    Status loadAliases();
    Status loadGrants();
    Status checkWhole() const;

    bool isReadOnly() const { return m_access != Access::ReadWrite; }
    void makeRequestId(Job &job);
    void finish(JobPointer job);
    /// An error that ends the job before anything is computed.
    Status admit(const Job &job) const;
    void process(JobPointer job, bool onPool);
    /// False: needs the pool.
    bool compute(Job &job, bool onPool);
    void prepareChange(Call &call, Job &job);
    void toPool(JobPointer job);

    const VaultKmsOptions m_options;
    Container m_container;
    const Access m_access;
    VaultShared m_shared;
    VaultRegions m_regions;
    VaultCore *const m_own; ///< of calls that name no Region; null: the options name none of the vault's
    JobStore m_jobs;
    Gate m_gate;
    CancelSource m_stop;
    const CancelToken m_stopping = m_stop.token();
    Pool m_pool;
    Writer m_writer;
    VaultAccessKeys m_accessKeys;
    std::array<std::uint8_t, 8> m_requestIdPrefix{};
    std::atomic<std::uint64_t> m_requestCount = 0;
    std::mutex m_lockMutex;
    bool m_locked = false;
};

} // namespace keyturn::vault
