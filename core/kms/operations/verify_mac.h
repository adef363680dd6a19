// SPDX-License-Identifier: Apache-2.0
// VerifyMac: request and reply as in kms-api.json, members in the order of the service model. A MAC that does
// not fit is KMSInvalidMacException: MacValid is never false. The model names no form of its KeyId; as in
// every cryptographic operation it takes all four. Plain values.
#pragma once

#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "kms/enums.h"
#include "kms/operation.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct VerifyMac {
    static constexpr OperationId id = OperationId::VerifyMac;
    static const OperationInfo &info();

    struct Request {
        std::optional<SecretBytes> message;                 ///< required; 1 to 4096 bytes
        std::optional<std::string> keyId;                   ///< required; 1 to 2048 characters
        std::optional<Open<MacAlgorithmSpec>> macAlgorithm; ///< required
        std::optional<Bytes> mac;                           ///< required; 1 to 6144 bytes
        std::optional<std::vector<std::string>> grantTokens;
        std::optional<bool> dryRun;
    };
    struct Reply {
        std::optional<std::string> keyId; ///< 1 to 2048 characters
        std::optional<bool> macValid;
        std::optional<Open<MacAlgorithmSpec>> macAlgorithm;
    };
};

} // namespace keyturn::kms
