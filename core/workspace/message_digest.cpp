// SPDX-License-Identifier: Apache-2.0
#include "workspace/message_digest.h"

#include "crypto/hash.h"

namespace keyturn::workspace {

bool hashesMessageAlone(std::string_view signingAlgorithm) {
    return signingAlgorithm.starts_with("RSASSA_") || signingAlgorithm.starts_with("ECDSA_");
}

std::optional<std::size_t> digestSizeBytes(std::string_view signingAlgorithm) {
    if (signingAlgorithm == "SM2DSA") {
        return crypto::hashSizeBytes(crypto::Hash::Sm3);
    }
    if (!hashesMessageAlone(signingAlgorithm) && signingAlgorithm != "ED25519_PH_SHA_512") {
        return std::nullopt;
    }
    return signingAlgorithm.ends_with("_512")   ? crypto::hashSizeBytes(crypto::Hash::Sha512)
           : signingAlgorithm.ends_with("_384") ? crypto::hashSizeBytes(crypto::Hash::Sha384)
                                                : crypto::hashSizeBytes(crypto::Hash::Sha256);
}

Result<Bytes> digestToSign(std::string_view signingAlgorithm, ByteView message) {
    if (!hashesMessageAlone(signingAlgorithm)) {
        return fail(ErrorCode::UnsupportedOperation,
                    "This algorithm signs whole messages: a digest made here would give another signature.");
    }
    const crypto::Hash hash = signingAlgorithm.ends_with("_512")   ? crypto::Hash::Sha512
                              : signingAlgorithm.ends_with("_384") ? crypto::Hash::Sha384
                                                                   : crypto::Hash::Sha256;
    return crypto::digestOf(hash, message);
}

} // namespace keyturn::workspace
