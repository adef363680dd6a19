// SPDX-License-Identifier: Apache-2.0
// Sign: request and reply as in kms-api.json, members in the order of the service model. Message is at most
// 4096 bytes, and a digest of the algorithm's length where MessageType is DIGEST (kms-semantics.md section
// 7). Plain values.
#pragma once

#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "kms/enums.h"
#include "kms/operation.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct Sign {
    static constexpr OperationId id = OperationId::Sign;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;   ///< required; 1 to 2048 characters
        std::optional<SecretBytes> message; ///< required; 1 to 4096 bytes
        std::optional<Open<MessageType>> messageType;
        std::optional<std::vector<std::string>> grantTokens;
        std::optional<Open<SigningAlgorithmSpec>> signingAlgorithm; ///< required
        std::optional<bool> dryRun;
    };
    struct Reply {
        std::optional<std::string> keyId; ///< 1 to 2048 characters
        std::optional<Bytes> signature;   ///< 1 to 6144 bytes
        std::optional<Open<SigningAlgorithmSpec>> signingAlgorithm;
    };
};

} // namespace keyturn::kms
