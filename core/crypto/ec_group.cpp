// SPDX-License-Identifier: Apache-2.0
#include "crypto/ec_group.h"

#include "crypto/der.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string>

namespace keyturn::crypto {

namespace {

using GroupHandle = std::unique_ptr<EC_GROUP, HandleDeleter<EC_GROUP_free>>;
using PointHandle = std::unique_ptr<EC_POINT, HandleDeleter<EC_POINT_clear_free>>;
using NumberHandle = std::unique_ptr<BIGNUM, HandleDeleter<BN_clear_free>>;
using NumberContextHandle = std::unique_ptr<BN_CTX, HandleDeleter<BN_CTX_free>>;

constexpr std::uint8_t oidP256[] = {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
constexpr std::uint8_t oidP384[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
constexpr std::uint8_t oidP521[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23};
constexpr std::uint8_t oidSecp256k1[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a};
constexpr std::uint8_t oidSm2[] = {0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d};
constexpr std::uint8_t oidEcPublicKey[] = {0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};

const CurveInfo infos[] = {{Curve::P256, "P-256", "EC", 32, oidP256},
                           {Curve::P384, "P-384", "EC", 48, oidP384},
                           {Curve::P521, "P-521", "EC", 66, oidP521},
                           {Curve::Secp256k1, "secp256k1", "EC", 32, oidSecp256k1},
                           {Curve::Sm2, "SM2", "SM2", 32, oidSm2}};

int numberOf(Curve curve) {
    switch (curve) {
    case Curve::P256:
        return NID_X9_62_prime256v1;
    case Curve::P384:
        return NID_secp384r1;
    case Curve::P521:
        return NID_secp521r1;
    case Curve::Secp256k1:
        return NID_secp256k1;
    case Curve::Sm2:
        return NID_sm2;
    }
    return NID_undef;
}

Error failed(ErrorCode code, std::string what) {
    ERR_clear_error();
    return clientError(code, std::move(what));
}

/// What one computation on a curve needs.
struct Work {
    explicit Work(Curve curve)
        : group(EC_GROUP_new_by_curve_name(numberOf(curve)))
        , context(BN_CTX_secure_new())
        , point(group ? EC_POINT_new(group.get()) : nullptr)
        , sizeBytes(curveInfo(curve).sizeBytes) {}

    bool ready() const { return group && context && point; }
    bool read(ByteView octets) const {
        return EC_POINT_oct2point(group.get(), point.get(), octets.data(), octets.size(), context.get()) ==
                   1 &&
               EC_POINT_is_at_infinity(group.get(), point.get()) == 0;
    }
    bool write(MutableByteView octets) const {
        return EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, octets.data(),
                                  octets.size(), context.get()) == octets.size();
    }
    std::size_t octetsSize() const { return 1 + 2 * sizeBytes; }

    GroupHandle group;
    NumberContextHandle context;
    PointHandle point;
    std::size_t sizeBytes;
};

NumberHandle secretNumber(ByteView bytes) {
    NumberHandle number(BN_secure_new());
    if (number && BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), number.get()) == nullptr) {
        return nullptr;
    }
    return number;
}

bool isBelowOrder(const Work &work, const BIGNUM *number) {
    return BN_is_zero(number) == 0 && BN_cmp(number, EC_GROUP_get0_order(work.group.get())) < 0;
}

Error badKey() {
    return failed(ErrorCode::BadEncoding, "no elliptic-curve key: a number or point out of range");
}

} // namespace

const CurveInfo &curveInfo(Curve curve) {
    return infos[static_cast<std::size_t>(curve)];
}

std::optional<Curve> curveOfOid(ByteView oid) {
    for (const CurveInfo &info : infos) {
        if (std::ranges::equal(info.oid, oid)) {
            return info.curve;
        }
    }
    return std::nullopt;
}

Bytes ecAlgorithm(Curve curve) {
    Bytes algorithm = toBytes(ByteView(oidEcPublicKey));
    const ByteView oid = curveInfo(curve).oid;
    algorithm.insert(algorithm.end(), oid.begin(), oid.end());
    return algorithm;
}

std::optional<Curve> curveOfAlgorithm(ByteView algorithm) {
    const ByteView ours(oidEcPublicKey);
    if (algorithm.size() <= ours.size() || !std::ranges::equal(algorithm.first(ours.size()), ours)) {
        return std::nullopt;
    }
    return curveOfOid(algorithm.subspan(ours.size()));
}

bool hasCurve(Curve curve) {
    if (numberOf(curve) == NID_undef || messageDigest(hashOf(curve)) == nullptr) {
        return false;
    }
    const KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, curveInfo(curve).keyType, nullptr));
    const GroupHandle group(EC_GROUP_new_by_curve_name(numberOf(curve)));
    ERR_clear_error();
    return context && group;
}

Result<Bytes> normalisedPoint(Curve curve, ByteView point) {
    const Work work(curve);
    if (!work.ready()) {
        return fail(failed(ErrorCode::UnsupportedOperation, "this OpenSSL does not have that curve"));
    }
    const bool hybrid = !point.empty() && point[0] > 4;
    Bytes octets(work.octetsSize());
    if (point.empty() || hybrid || !work.read(point) || !work.write(octets)) {
        return fail(badKey());
    }
    return octets;
}

Result<Bytes> publicPoint(Curve curve, ByteView scalar) {
    const Work work(curve);
    const NumberHandle number = secretNumber(scalar);
    if (!work.ready() || !number) {
        return fail(failed(ErrorCode::CryptoFailed, "OpenSSL fails to set a curve up"));
    }
    Bytes octets(work.octetsSize());
    if (!isBelowOrder(work, number.get()) ||
        EC_POINT_mul(work.group.get(), work.point.get(), number.get(), nullptr, nullptr,
                     work.context.get()) != 1 ||
        !work.write(octets)) {
        return fail(badKey());
    }
    return octets;
}

Result<SecretBytes> multiplied(Curve curve, ByteView point, ByteView scalar) {
    const Work work(curve);
    const NumberHandle number = secretNumber(scalar);
    const PointHandle product(work.group ? EC_POINT_new(work.group.get()) : nullptr);
    if (!work.ready() || !number || !product) {
        return fail(failed(ErrorCode::CryptoFailed, "OpenSSL fails to set a curve up"));
    }
    const NumberHandle x(BN_secure_new());
    SecretBytes shared(work.sizeBytes);
    if (!x || !work.read(point) ||
        EC_POINT_mul(work.group.get(), product.get(), nullptr, work.point.get(), number.get(),
                     work.context.get()) != 1 ||
        EC_POINT_is_at_infinity(work.group.get(), product.get()) != 0 ||
        EC_POINT_get_affine_coordinates(work.group.get(), product.get(), x.get(), nullptr,
                                        work.context.get()) != 1 ||
        BN_bn2binpad(x.get(), shared.data(), static_cast<int>(shared.size())) < 0) {
        return fail(failed(ErrorCode::CryptoFailed, "OpenSSL fails to multiply a point"));
    }
    return shared;
}

Result<KeyHandle> ecKeyOf(Curve curve, ByteView point, const SecretBytes *scalar) {
    const CurveInfo &info = curveInfo(curve);
    SecretBytes native = scalar != nullptr ? scalar->clone() : SecretBytes();
    if constexpr (std::endian::native == std::endian::little) {
        std::reverse(native.data(), native.data() + native.size());
    }
    // OSSL_PARAM takes what it only reads by pointer to non-const.
    std::array<OSSL_PARAM, 4> params{
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char *>(info.group), 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<std::uint8_t *>(point.data()),
                                          point.size()),
        OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end()};
    if (scalar != nullptr) {
        params[2] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native.data(), native.size());
    }
    const KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, info.keyType, nullptr));
    EVP_PKEY *key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, scalar != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                          params.data()) != 1) {
        return fail(badKey());
    }
    return KeyHandle(key);
}

} // namespace keyturn::crypto
