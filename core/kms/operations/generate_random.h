// SPDX-License-Identifier: Apache-2.0
// GenerateRandom: request and reply as in kms-api.json, members in the order of the service model. Plain
// values.
#pragma once

#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "kms/operation.h"
#include "kms/structures.h"

#include <cstdint>
#include <optional>
#include <string>

namespace keyturn::kms {

struct GenerateRandom {
    static constexpr OperationId id = OperationId::GenerateRandom;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::int64_t> numberOfBytes;   ///< 1 to 1024
        std::optional<std::string> customKeyStoreId; ///< 1 to 64 characters
        std::optional<RecipientInfo> recipient;
    };
    struct Reply {
        std::optional<SecretBytes> plaintext;        ///< 1 to 4096 bytes
        std::optional<Bytes> ciphertextForRecipient; ///< 1 to 6144 bytes
    };
};

} // namespace keyturn::kms
