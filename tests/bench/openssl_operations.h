// SPDX-License-Identifier: Apache-2.0
// What each cryptographic operation of KMS is for somebody who calls OpenSSL himself: the same algorithm on
// the same sizes, keys decoded before, a context for each call. Returned functions own what they use; one
// thread. They return false when OpenSSL fails.
#pragma once

#include <functional>
#include <string_view>

namespace keyturn::bench {

/// "RSA", "P-256" or "ED25519"; PSS with SHA-256, or ECDSA with it, of 32 bytes.
std::function<bool()> signFloor(std::string_view algorithm);
std::function<bool()> verifyFloor(std::string_view algorithm);
/// RSA-2048, OAEP with SHA-256, of 32 bytes.
std::function<bool()> rsaEncryptFloor();
std::function<bool()> rsaDecryptFloor();
/// HMAC-SHA-256 of 32 bytes; verifying compares in constant time.
std::function<bool()> macFloor(bool verifies);
/// ECDH on P-256, the peer's key decoded from its SubjectPublicKeyInfo.
std::function<bool()> agreementFloor();
/// A P-256 pair as PKCS #8 and SubjectPublicKeyInfo, its private half encrypted.
std::function<bool()> keyPairFloor();

} // namespace keyturn::bench
