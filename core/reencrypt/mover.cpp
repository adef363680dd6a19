// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/mover.h"

#include "crypto/sha256.h"
#include "reencrypt/mover_work.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t vaultInFlight = 1024; ///< enough to share each of its commits among many

class ServiceMover final : public BlobMover {
public:
    ServiceMover(MoverServices services, const JobSpec &spec, std::shared_ptr<JobRate> rate) {
        m_state.services = std::move(services);
        m_state.spec = spec;
        m_state.rate = std::move(rate);
        m_state.level = m_state.services.isVault ? Verification::Decrypt : spec.verification;
        const bool isDefault = spec.safety.inFlight == SafetySpec{}.inFlight;
        m_state.inFlightMax =
            m_state.services.isVault && isDefault ? vaultInFlight : std::max(1U, spec.safety.inFlight);
    }

    Result<std::vector<MoveResult>> move(std::vector<MoveRequest> requests,
                                         const CancelToken &cancel) override {
        return work(Purpose::Move, std::move(requests), cancel);
    }
    Result<std::vector<MoveResult>> prove(std::vector<MoveRequest> requests,
                                          const CancelToken &cancel) override {
        return work(Purpose::Prove, std::move(requests), cancel);
    }
    Result<std::vector<MoveResult>> rehearse(std::vector<MoveRequest> requests,
                                             const CancelToken &cancel) override {
        return work(Purpose::Rehearse, std::move(requests), cancel);
    }
    std::uint64_t calls() const override { return m_state.calls; }

private:
    Result<std::vector<MoveResult>> work(Purpose purpose, std::vector<MoveRequest> requests,
                                         const CancelToken &cancel) {
        if (m_state.isBetweenServices() && !m_state.spec.allowClientPlaintext) {
            return fail(ErrorCode::Usage,
                        "allow-client-plaintext: another service can only be reached through this machine; "
                        "the job does not allow it");
        }
        return MoveWork(m_state, purpose, std::move(requests), cancel).run();
    }

    MoverState m_state;
};

} // namespace

std::unique_ptr<BlobMover> makeMover(MoverServices services, const JobSpec &spec,
                                     std::shared_ptr<JobRate> rate) {
    return std::make_unique<ServiceMover>(std::move(services), spec, std::move(rate));
}

ItemRecord recordOf(const Place &place, ByteView before, const MoveResult &result) {
    ItemRecord record;
    record.place = place;
    record.state = result.state;
    record.cause = result.cause;
    record.before = crypto::sha256(before);
    if (!result.ciphertext.empty()) {
        record.after = crypto::sha256(result.ciphertext);
    }
    record.sourceKey = result.sourceKey;
    record.destinationKey = result.destinationKey;
    record.sourceMaterial = result.sourceMaterial;
    record.destinationMaterial = result.destinationMaterial;
    record.requestId = result.requestId;
    if (result.state == ItemState::Failed) {
        record.serviceCode = result.error.serviceCode;
        record.message =
            result.error.serviceMessage.empty() ? result.error.detail : result.error.serviceMessage;
    }
    return record;
}

} // namespace keyturn::reencrypt
