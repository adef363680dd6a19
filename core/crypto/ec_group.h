// SPDX-License-Identifier: Apache-2.0
// The curves of ec_key.h: their names and sizes, and the arithmetic on points that EVP does not offer.
// Private to crypto. Pure functions, any thread. Errors: BadEncoding, CryptoFailed, UnsupportedOperation.
#pragma once

#include "base/result.h"
#include "base/secret_bytes.h"
#include "crypto/ec_key.h"
#include "crypto/openssl_handles.h"

#include <optional>

namespace keyturn::crypto {

struct CurveInfo {
    Curve curve;
    const char *group;     ///< OpenSSL's name
    const char *keyType;   ///< of EVP_PKEY
    std::size_t sizeBytes; ///< of a coordinate and of a number below the order
    ByteView oid;          ///< the DER element
};

const CurveInfo &curveInfo(Curve curve);
std::optional<Curve> curveOfOid(ByteView oid);
/// The content of AlgorithmIdentifier: id-ecPublicKey and the curve.
Bytes ecAlgorithm(Curve curve);
/// The same read; nothing for another algorithm or an unnamed or unknown curve.
std::optional<Curve> curveOfAlgorithm(ByteView algorithm);

/// Uncompressed, from the uncompressed or the compressed form of a point on the curve that is not infinity.
Result<Bytes> normalisedPoint(Curve curve, ByteView point);
/// The public point of a number from 1 below the order, uncompressed.
Result<Bytes> publicPoint(Curve curve, ByteView scalar);
/// x of the point multiplied, by OpenSSL's ladder in constant time.
Result<SecretBytes> multiplied(Curve curve, ByteView point, ByteView scalar);
/// An EVP_PKEY of the curve; with the private half when there is a scalar.
Result<KeyHandle> ecKeyOf(Curve curve, ByteView point, const SecretBytes *scalar);

/// RFC 5915 in PKCS#8, with the public key.
SecretBytes ecToPkcs8(Curve curve, ByteView scalar, ByteView point);
struct EcPrivateNumbers {
    Curve curve;
    SecretBytes scalar; ///< as long as the curve's order
};
/// Strict DER; a public key beside the number must be the number's.
Result<EcPrivateNumbers> ecFromPkcs8(ByteView der);

} // namespace keyturn::crypto
