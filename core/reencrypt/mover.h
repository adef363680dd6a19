// SPDX-License-Identifier: Apache-2.0
// BlobMover: moves ciphertexts to the destination key by ReEncrypt, several calls in flight, and proves each
// by the job's verification level before anybody writes it down. Holds no plaintext except under
// Verification::Decrypt and in moves between services, then in secure memory and at most 4 KiB per item.
// Always sends SourceKeyId: the job's only source key; else the item's hint; else what one probe call
// answered for its group (its answer is discarded; FORMAT.md "Which key"). move() blocks; one thread at a
// time; calls run on the service's threads. Follows reliability-security.md section 4 points 7 and 8,
// ecosystem.md 2.4.
#pragma once

#include "base/cancel.h"
#include "base/result.h"
#include "kms/service.h"
#include "reencrypt/item.h"
#include "reencrypt/job.h"
#include "reencrypt/job_rate.h"

#include <memory>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

struct MoveRequest {
    Bytes ciphertext;
    kms::EncryptionContext context;
    kms::EncryptionContext newContext;
    std::string keyHint; ///< a key that the source names for it; may be empty
};

struct MoveResult {
    ItemState state =
        ItemState::Failed; ///< Verified (moved and proven), Applied (moved, level Reply), Skipped, Failed
    Cause cause = Cause::None;
    Error error;      ///< of Failed
    Bytes ciphertext; ///< the new one
    std::string sourceKey, destinationKey, sourceMaterial, destinationMaterial, requestId;
};

struct MoverServices {
    std::shared_ptr<kms::KmsService> service;
    std::shared_ptr<kms::KmsService> destination; ///< nullptr: the same; another needs allowClientPlaintext
    bool isVault = false;                         ///< every item is verified by decryption
    std::string jobId;
};

/// What stops a whole job and not one item: it pauses with this reason, nothing is lost, resume goes on.
bool stopsTheJob(
    const Error &error); // expired credentials, locked vault, no network, destination key unusable

class BlobMover {
public:
    virtual ~BlobMover() = default;
    /// Results in the order of requests. Errors: Cancelled (nothing of it was used), and what stopsTheJob().
    virtual Result<std::vector<MoveResult>> move(std::vector<MoveRequest> requests,
                                                 const CancelToken &cancel) = 0;
    /// Is this ciphertext under the destination key with that context? One look: `verify` and second passes.
    virtual Result<std::vector<MoveResult>> prove(std::vector<MoveRequest> requests,
                                                  const CancelToken &cancel) = 0;
    /// May it be moved? By DryRun: Applied; by one round trip whose answer was discarded, where the key must
    /// be asked for or the service knows no DryRun: Verified; else Failed with the reason.
    virtual Result<std::vector<MoveResult>> rehearse(std::vector<MoveRequest> requests,
                                                     const CancelToken &cancel) = 0;
    virtual std::uint64_t calls() const = 0;
};

std::unique_ptr<BlobMover> makeMover(MoverServices services, const JobSpec &spec,
                                     std::shared_ptr<JobRate> rate);

/// The record of a result, ciphertexts as digests.
ItemRecord recordOf(const Place &place, ByteView before, const MoveResult &result);

} // namespace keyturn::reencrypt
