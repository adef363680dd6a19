// SPDX-License-Identifier: Apache-2.0
// Verify: request and reply as in kms-api.json, members in the order of the service model. A signature that
// does not fit is KMSInvalidSignatureException: SignatureValid is never false. Plain values.
#pragma once

#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "kms/enums.h"
#include "kms/operation.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct Verify {
    static constexpr OperationId id = OperationId::Verify;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;   ///< required; 1 to 2048 characters
        std::optional<SecretBytes> message; ///< required; 1 to 4096 bytes
        std::optional<Open<MessageType>> messageType;
        std::optional<Bytes> signature;                             ///< required; 1 to 6144 bytes
        std::optional<Open<SigningAlgorithmSpec>> signingAlgorithm; ///< required
        std::optional<std::vector<std::string>> grantTokens;
        std::optional<bool> dryRun;
    };
    struct Reply {
        std::optional<std::string> keyId; ///< 1 to 2048 characters
        std::optional<bool> signatureValid;
        std::optional<Open<SigningAlgorithmSpec>> signingAlgorithm;
    };
};

} // namespace keyturn::kms
