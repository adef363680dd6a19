// SPDX-License-Identifier: Apache-2.0
#include "workspace/import_wrapping.h"

#include "base/encoding.h"
#include "base/secret_text.h"
#include "crypto/aes_key_wrap.h"
#include "crypto/ec_key.h"
#include "crypto/random.h"
#include "crypto/rsa_key.h"

#include <algorithm>

namespace keyturn::workspace {
namespace {

constexpr std::size_t symmetricBytes = 32;
constexpr std::string_view pemBegin = "-----BEGIN PRIVATE KEY-----";
constexpr std::string_view pemEnd = "-----END PRIVATE KEY-----";

struct HmacBounds {
    std::string_view spec;
    std::size_t least;
    std::size_t most;
};
/// From the hash's size to its block's.
constexpr HmacBounds hmacs[] = {
    {"HMAC_224", 28, 64}, {"HMAC_256", 32, 64}, {"HMAC_384", 48, 128}, {"HMAC_512", 64, 128}};

Result<SecretBytes> fromPem(std::string_view text) {
    const auto begin = text.find(pemBegin);
    const auto end = text.find(pemEnd);
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) {
        return fail(ErrorCode::BadEncoding,
                    "This PEM holds no unencrypted PKCS#8 private key (BEGIN PRIVATE KEY). Convert it first: "
                    "openssl pkcs8 -topk8 -nocrypt -outform DER.");
    }
    SecretText base64;
    for (const char c : text.substr(begin + pemBegin.size(), end - begin - pemBegin.size())) {
        if (c != '\n' && c != '\r' && c != ' ') {
            base64.append(c);
        }
    }
    return secretFromBase64(base64.view());
}

Status checkLength(std::string_view keySpec, std::size_t size) {
    if (keySpec == "SYMMETRIC_DEFAULT" && size != symmetricBytes) {
        return fail(ErrorCode::Usage,
                    "A symmetric key needs 32 bytes; the file has " + std::to_string(size) + ".");
    }
    const auto hmac = std::ranges::find(hmacs, keySpec, &HmacBounds::spec);
    if (hmac != std::end(hmacs) && (size < hmac->least || size > hmac->most)) {
        return fail(ErrorCode::Usage, "A key of spec " + std::string(keySpec) + " needs " +
                                          std::to_string(hmac->least) + " to " + std::to_string(hmac->most) +
                                          " bytes; the file has " + std::to_string(size) + ".");
    }
    if (size == 0) {
        return fail(ErrorCode::Usage, "The file is empty.");
    }
    return {};
}

Result<Bytes> wrapWithOaep(const crypto::RsaPublicKey &key, crypto::OaepHash hash, ByteView material) {
    if (material.size() > key.maxPlaintextSizeBytes(hash)) {
        return fail(ErrorCode::Usage, "This algorithm wraps at most " +
                                          std::to_string(key.maxPlaintextSizeBytes(hash)) +
                                          " bytes with this key. Choose RSA_AES_KEY_WRAP.");
    }
    return key.encryptOaep(hash, material);
}

/// A fresh AES key, wrapped by RSA, in front of what it wraps.
Result<Bytes> wrapInTwoSteps(const crypto::RsaPublicKey &key, crypto::OaepHash hash, ByteView material) {
    auto aesKey = crypto::randomSecret(crypto::keyWrapKeySizeBytes);
    if (!aesKey) {
        return failFrom(aesKey);
    }
    auto outer = wrapWithOaep(key, hash, aesKey->view());
    if (!outer) {
        return outer;
    }
    auto inner = crypto::wrapKeyPadded(aesKey->view(), material);
    if (!inner) {
        return inner;
    }
    outer->insert(outer->end(), inner->begin(), inner->end());
    return outer;
}

} // namespace

std::vector<std::string> wrappingAlgorithmsFor(std::string_view keySpec) {
    if (keySpec.starts_with("RSA_")) {
        return {"RSA_AES_KEY_WRAP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1"};
    }
    if (keySpec.starts_with("ECC_")) {
        return {"RSA_AES_KEY_WRAP_SHA_256", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1",
                "RSAES_OAEP_SHA_1"};
    }
    if (keySpec == "SM2") {
        return {"SM2PKE"};
    }
    return {"RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1"};
}

std::vector<std::string> wrappingKeysFor(std::string_view keySpec, std::string_view algorithm) {
    if (algorithm == "SM2PKE") {
        return {"SM2"};
    }
    std::vector<std::string> keys{"RSA_4096", "RSA_3072", "RSA_2048"};
    if (keySpec == "ECC_NIST_P521" && algorithm.starts_with("RSAES_")) {
        keys.pop_back(); // it does not fit
    }
    return keys;
}

Result<SecretBytes> materialFromFile(std::string_view keySpec, const SecretBytes &content) {
    const bool isPem = content.text().find("-----BEGIN") != std::string_view::npos;
    auto material = isPem ? fromPem(content.text()) : Result<SecretBytes>(content.clone());
    if (!material) {
        return material;
    }
    if (auto length = checkLength(keySpec, material->size()); !length) {
        return failFrom(length);
    }
    return material;
}

Result<Bytes> wrapForImport(std::string_view algorithm, ByteView wrappingKeySpki,
                            const SecretBytes &material) {
    if (algorithm == "SM2PKE") {
        const auto sm2 = crypto::EcPublicKey::fromSpki(wrappingKeySpki);
        return sm2 ? sm2->encryptSm2(material.view()) : Result<Bytes>(tl::unexpected<Error>(sm2.error()));
    }
    const auto key = crypto::RsaPublicKey::fromSpki(wrappingKeySpki);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    const auto hash = algorithm.ends_with("SHA_256") ? crypto::OaepHash::Sha256 : crypto::OaepHash::Sha1;
    if (algorithm.starts_with("RSAES_OAEP_")) {
        return wrapWithOaep(*key, hash, material.view());
    }
    if (algorithm.starts_with("RSA_AES_KEY_WRAP_")) {
        return wrapInTwoSteps(*key, hash, material.view());
    }
    return fail(ErrorCode::UnsupportedOperation, "Keyturn does not wrap with this algorithm.");
}

} // namespace keyturn::workspace
