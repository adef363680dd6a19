// SPDX-License-Identifier: Apache-2.0
#include "crypto/rsa_pkcs8.h"

#include "crypto/der.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <bit>

namespace keyturn::crypto {

namespace {

/// OID 1.2.840.113549.1.1.1 and the NULL of its parameters.
constexpr std::array<std::uint8_t, 13> rsaAlgorithm{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                    0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
/// In the order of RSAPrivateKey.
constexpr std::array<const char *, 8> numberNames{
    OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,           OSSL_PKEY_PARAM_RSA_D,
    OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,     OSSL_PKEY_PARAM_RSA_EXPONENT1,
    OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
constexpr std::size_t maxNumberSizeBytes = 512; // of 4096 bits

using Numbers = std::array<SecretBytes, numberNames.size()>; ///< big-endian

/// OSSL_PARAM holds numbers in the machine's order.
void toOrFromNative(MutableByteView number) {
    if constexpr (std::endian::native == std::endian::little) {
        std::reverse(number.begin(), number.end());
    }
}

/// One byte more where the first bit would read as a sign.
std::size_t contentSize(const SecretBytes &number) {
    return number.size() + ((number.data()[0] & 0x80U) != 0 ? 1 : 0);
}

SecretBytes encode(const Numbers &numbers) {
    constexpr std::array<std::uint8_t, 3> versionZero{derInteger, 1, 0};
    std::size_t inner = versionZero.size();
    for (const SecretBytes &number : numbers) {
        inner += derSize(contentSize(number));
    }
    const std::size_t wrapped = derSize(inner);
    const std::size_t outer = versionZero.size() + derSize(rsaAlgorithm.size()) + derSize(wrapped);
    SecretBytes out(derSize(outer));
    DerWriter writer(out.mutableView());
    writer.header(derSequence, outer).bytes(versionZero);
    writer.header(derSequence, rsaAlgorithm.size()).bytes(rsaAlgorithm);
    writer.header(derOctetString, wrapped).header(derSequence, inner).bytes(versionZero);
    for (const SecretBytes &number : numbers) {
        writer.header(derInteger, contentSize(number));
        if (contentSize(number) != number.size()) {
            writer.zero();
        }
        writer.bytes(number.view());
    }
    return out;
}

Error notAnRsaKey() {
    return clientError(ErrorCode::BadEncoding, "no RSA private key in PKCS#8 DER with two primes");
}

Result<Numbers> decode(ByteView der) {
    DerReader whole(der);
    DerReader info(whole.element(derSequence));
    const ByteView version = info.number();
    const ByteView algorithm = info.element(derSequence);
    DerReader wrapped(info.element(derOctetString));
    if (!info.failed() && !info.atEnd()) {
        info.element(derContext0);
    }
    DerReader key(wrapped.element(derSequence));
    const ByteView keyVersion = key.number();
    Numbers numbers;
    bool sizesFit = true;
    for (SecretBytes &number : numbers) {
        const ByteView bytes = key.number();
        sizesFit = sizesFit && !bytes.empty() && bytes.size() <= maxNumberSizeBytes;
        number = SecretBytes::copyOf(bytes);
    }
    const auto isZero = [](ByteView number) { return number.size() == 1 && number[0] == 0; };
    const bool wellFormed = !whole.failed() && whole.atEnd() && !info.failed() && info.atEnd() &&
                            !wrapped.failed() && wrapped.atEnd() && !key.failed() && key.atEnd();
    if (!wellFormed || !sizesFit || !isZero(version) || !isZero(keyVersion) ||
        !std::ranges::equal(algorithm, rsaAlgorithm)) {
        return fail(notAnRsaKey());
    }
    return numbers;
}

} // namespace

Result<KeyHandle> rsaKeyFromPkcs8(ByteView der) {
    auto numbers = decode(der);
    if (!numbers) {
        return failFrom(numbers);
    }
    std::array<OSSL_PARAM, numberNames.size() + 1> params{};
    for (std::size_t i = 0; i < numberNames.size(); ++i) {
        SecretBytes &number = (*numbers)[i];
        toOrFromNative(number.mutableView());
        params[i] = OSSL_PARAM_construct_BN(numberNames[i], number.data(), number.size());
    }
    params.back() = OSSL_PARAM_construct_end();
    const KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY *key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.data()) != 1) {
        ERR_clear_error();
        return fail(notAnRsaKey());
    }
    return KeyHandle(key);
}

Result<SecretBytes> rsaKeyToPkcs8(const EVP_PKEY *key) {
    Numbers numbers;
    for (std::size_t i = 0; i < numberNames.size(); ++i) {
        SecretBytes number(maxNumberSizeBytes);
        std::array<OSSL_PARAM, 2> params{
            OSSL_PARAM_construct_BN(numberNames[i], number.data(), number.size()),
            OSSL_PARAM_construct_end()};
        if (EVP_PKEY_get_params(key, params.data()) != 1 || params[0].return_size == 0 ||
            params[0].return_size > number.size()) {
            ERR_clear_error();
            return fail(ErrorCode::CryptoFailed, "OpenSSL does not give the numbers of the RSA key");
        }
        toOrFromNative(number.mutableView()); // the whole buffer: zeros in front on every machine
        const auto *first = std::find_if(number.data(), number.data() + number.size() - 1,
                                         [](std::uint8_t byte) { return byte != 0; });
        numbers[i] = SecretBytes::copyOf(ByteView(first, number.data() + number.size()));
    }
    return encode(numbers);
}

} // namespace keyturn::crypto
