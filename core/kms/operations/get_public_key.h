// SPDX-License-Identifier: Apache-2.0
// GetPublicKey: request and reply as in kms-api.json, members in the order of the service model. Plain
// values.
#pragma once

#include "base/bytes.h"
#include "kms/enums.h"
#include "kms/operation.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct GetPublicKey {
    static constexpr OperationId id = OperationId::GetPublicKey;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId; ///< required; 1 to 2048 characters
        std::optional<std::vector<std::string>> grantTokens;
    };
    struct Reply {
        std::optional<std::string> keyId;                                 ///< 1 to 2048 characters
        std::optional<Bytes> publicKey;                                   ///< 1 to 8192 bytes
        std::optional<Open<CustomerMasterKeySpec>> customerMasterKeySpec; ///< deprecated
        std::optional<Open<KeySpec>> keySpec;
        std::optional<Open<KeyUsageType>> keyUsage;
        std::optional<std::vector<Open<EncryptionAlgorithmSpec>>> encryptionAlgorithms;
        std::optional<std::vector<Open<SigningAlgorithmSpec>>> signingAlgorithms;
        std::optional<std::vector<Open<KeyAgreementAlgorithmSpec>>> keyAgreementAlgorithms;
        std::optional<std::vector<Open<EncapsulationAlgorithmSpec>>> encapsulationAlgorithms;
    };
};

} // namespace keyturn::kms
