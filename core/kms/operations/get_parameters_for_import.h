// SPDX-License-Identifier: Apache-2.0
// GetParametersForImport: request and reply as in kms-api.json, members in the order of the service model.
// The token and the wrapping key hold for 24 hours and belong together, so the service keeps something for
// it: a change. The model calls the wrapping key's public half sensitive, and so do we. Plain values.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/secret_bytes.h"
#include "kms/enums.h"
#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct GetParametersForImport {
    static constexpr OperationId id = OperationId::GetParametersForImport;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;                     ///< required; 1 to 2048 characters
        std::optional<Open<AlgorithmSpec>> wrappingAlgorithm; ///< required
        std::optional<Open<WrappingKeySpec>> wrappingKeySpec; ///< required
    };
    struct Reply {
        std::optional<std::string> keyId;     ///< 1 to 2048 characters
        std::optional<Bytes> importToken;     ///< 1 to 6144 bytes
        std::optional<SecretBytes> publicKey; ///< 1 to 4096 bytes
        std::optional<Timestamp> parametersValidTo;
    };
};

} // namespace keyturn::kms
