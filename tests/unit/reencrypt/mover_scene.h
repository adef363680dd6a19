// SPDX-License-Identifier: Apache-2.0
// A fake service with two keys, ciphertexts under them, and a mover that is watched. One thread.
#pragma once

#include "fakes/fake_kms.h"
#include "fakes/watched_kms.h"
#include "kms/call.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "reencrypt/mover.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace keyturn::reencrypt::test {

using keyturn::test::FakeKms;
using keyturn::test::WatchedKms;
using kms::OperationId;

inline Bytes encryptAt(kms::KmsService &service, const std::string &key, std::string_view plaintext,
                       const kms::EncryptionContext &context = {}) {
    kms::Encrypt::Request request;
    request.keyId = key;
    request.plaintext = SecretBytes::copyOf(plaintext);
    request.encryptionContext = context;
    auto reply = kms::callAndWait<kms::Encrypt>(service, std::move(request));
    return reply && reply->ciphertextBlob ? *reply->ciphertextBlob : Bytes();
}

/// Empty: it cannot be opened so.
inline std::string decryptAt(kms::KmsService &service, const std::string &key, const Bytes &ciphertext,
                             const kms::EncryptionContext &context = {}) {
    kms::Decrypt::Request request;
    request.keyId = key;
    request.ciphertextBlob = ciphertext;
    request.encryptionContext = context;
    auto reply = kms::callAndWait<kms::Decrypt>(service, std::move(request));
    return reply && reply->plaintext ? std::string(reply->plaintext->text()) : std::string();
}

struct MoverScene {
    std::shared_ptr<FakeKms> kms = std::make_shared<FakeKms>();
    std::shared_ptr<WatchedKms> watched = std::make_shared<WatchedKms>(kms);
    std::string oldKey = kms->addKey("alias/old");
    std::string newKey = kms->addKey("alias/new");
    std::string otherKey = kms->addKey("alias/other");
    JobSpec spec = makeSpec();
    MoverServices services{watched, nullptr, false, "job"};

    JobSpec makeSpec() const {
        JobSpec made;
        made.destinationKey = newKey;
        made.sourceKeys = {oldKey};
        return made;
    }
    MoveRequest request(const std::string &key, const std::string &plaintext,
                        const kms::EncryptionContext &context = {}) const {
        return {encryptAt(*kms, key, plaintext, context), context, context, {}};
    }
    std::vector<MoveRequest> requests(const std::string &key, int count) const {
        std::vector<MoveRequest> made;
        for (int index = 0; index < count; ++index) {
            made.push_back(
                request(key, "plaintext " + std::to_string(index), {{"n", std::to_string(index)}}));
        }
        return made;
    }
    std::unique_ptr<BlobMover> mover(std::shared_ptr<JobRate> rate = nullptr) const {
        return makeMover(services, spec, std::move(rate));
    }
    Result<std::vector<MoveResult>> move(std::vector<MoveRequest> requests) const {
        return mover()->move(std::move(requests), {});
    }
};

inline bool allAre(const Result<std::vector<MoveResult>> &results, ItemState state) {
    return results && !results->empty() &&
           std::all_of(results->begin(), results->end(),
                       [&](const MoveResult &result) { return result.state == state; });
}

} // namespace keyturn::reencrypt::test
