// SPDX-License-Identifier: Apache-2.0
// Encapsulate: request and reply as in kms-api.json, members in the order of the service model. A fresh
// secret of 32 bytes, in clear and as the ciphertext that Decapsulate opens. Newer than the model of
// constraints: the blobs have no published bounds. Plain values.
#pragma once

#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "kms/enums.h"
#include "kms/operation.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct Encapsulate {
    static constexpr OperationId id = OperationId::Encapsulate;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId; ///< required; 1 to 2048 characters
        std::optional<Open<EncapsulationAlgorithmSpec>> encapsulationAlgorithm; ///< required
        std::optional<std::vector<std::string>> grantTokens;
        std::optional<bool> dryRun;
    };
    struct Reply {
        std::optional<std::string> keyId; ///< 1 to 2048 characters
        std::optional<SecretBytes> sharedSecret;
        std::optional<Bytes> sharedSecretCiphertextBlob;
        std::optional<Open<EncapsulationAlgorithmSpec>> encapsulationAlgorithm;
    };
};

} // namespace keyturn::kms
