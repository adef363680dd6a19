// SPDX-License-Identifier: Apache-2.0
// DeriveSharedSecret: request and reply as in kms-api.json, members in the order of the service model.
// PublicKey is the other side's, as DER SPKI on the same curve; the secret is raw (kms-semantics.md section
// 7). Plain values.
#pragma once

#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "kms/enums.h"
#include "kms/operation.h"
#include "kms/structures.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct DeriveSharedSecret {
    static constexpr OperationId id = OperationId::DeriveSharedSecret;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId; ///< required; 1 to 2048 characters
        std::optional<Open<KeyAgreementAlgorithmSpec>> keyAgreementAlgorithm; ///< required
        std::optional<Bytes> publicKey;                                       ///< required; 1 to 8192 bytes
        std::optional<std::vector<std::string>> grantTokens;
        std::optional<bool> dryRun;
        std::optional<RecipientInfo> recipient;
    };
    struct Reply {
        std::optional<std::string> keyId;            ///< 1 to 2048 characters
        std::optional<SecretBytes> sharedSecret;     ///< 1 to 4096 bytes
        std::optional<Bytes> ciphertextForRecipient; ///< 1 to 6144 bytes
        std::optional<Open<KeyAgreementAlgorithmSpec>> keyAgreementAlgorithm;
        std::optional<Open<OriginType>> keyOrigin;
    };
};

} // namespace keyturn::kms
