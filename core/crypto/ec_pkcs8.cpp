// SPDX-License-Identifier: Apache-2.0
// Elliptic-curve private keys as PKCS#8 (RFC 5208) around ECPrivateKey (RFC 5915).
#include "crypto/der.h"
#include "crypto/ec_group.h"

#include <algorithm>
#include <array>

namespace keyturn::crypto {

namespace {

constexpr std::array<std::uint8_t, 3> versionZero{derInteger, 1, 0};
constexpr std::array<std::uint8_t, 3> versionOne{derInteger, 1, 1};

Error notAnEcKey() {
    return clientError(ErrorCode::BadEncoding,
                       "no elliptic-curve private key of a known named curve in PKCS#8 DER");
}

/// ECPrivateKey's parts; what is optional is empty.
struct Parts {
    ByteView scalar;
    ByteView parameters;
    ByteView point;
    bool wellFormed = false;
};

Parts readEcPrivateKey(ByteView der) {
    DerReader whole(der);
    DerReader key(whole.element(derSequence));
    Parts parts;
    const ByteView version = key.number();
    parts.scalar = key.element(derOctetString);
    if (key.isNext(derContext0)) {
        parts.parameters = key.element(derContext0);
    }
    bool pointInForm = true;
    if (key.isNext(derContext1)) {
        DerReader inner(key.element(derContext1));
        parts.point = inner.bits();
        pointInForm = inner.isDone();
    }
    parts.wellFormed =
        whole.isDone() && key.isDone() && pointInForm && version.size() == 1 && version[0] == 1;
    return parts;
}

bool isItsPoint(Curve curve, ByteView scalar, ByteView point) {
    const auto own = publicPoint(curve, scalar);
    const auto given = normalisedPoint(curve, point);
    return own && given && *own == *given;
}

} // namespace

SecretBytes ecToPkcs8(Curve curve, ByteView scalar, ByteView point) {
    const Bytes algorithm = ecAlgorithm(curve);
    const std::size_t bits = 1 + point.size();
    const std::size_t inner = versionOne.size() + derSize(scalar.size()) + derSize(derSize(bits));
    const std::size_t wrapped = derSize(inner);
    const std::size_t outer = versionZero.size() + derSize(algorithm.size()) + derSize(wrapped);
    SecretBytes out(derSize(outer));
    DerWriter writer(out.mutableView());
    writer.header(derSequence, outer).bytes(versionZero);
    writer.header(derSequence, algorithm.size()).bytes(algorithm);
    writer.header(derOctetString, wrapped).header(derSequence, inner).bytes(versionOne);
    writer.header(derOctetString, scalar.size()).bytes(scalar);
    writer.header(derContext1, derSize(bits)).header(derBitString, bits).zero().bytes(point);
    return out;
}

Result<EcPrivateNumbers> ecFromPkcs8(ByteView der) {
    DerReader whole(der);
    DerReader info(whole.element(derSequence));
    const ByteView version = info.number();
    const auto curve = curveOfAlgorithm(info.element(derSequence));
    const Parts parts = readEcPrivateKey(info.element(derOctetString));
    if (!info.failed() && !info.atEnd()) {
        info.element(derContext0); // attributes
    }
    if (!whole.isDone() || !info.isDone() || !parts.wellFormed || !curve || version.size() != 1 ||
        version[0] != 0) {
        return fail(notAnEcKey());
    }
    const CurveInfo &known = curveInfo(*curve);
    const bool otherCurve = !parts.parameters.empty() && !std::ranges::equal(parts.parameters, known.oid);
    const bool otherPoint = !parts.point.empty() && !isItsPoint(*curve, parts.scalar, parts.point);
    if (parts.scalar.size() != known.sizeBytes || otherCurve || otherPoint) {
        return fail(notAnEcKey());
    }
    return EcPrivateNumbers{*curve, SecretBytes::copyOf(parts.scalar)};
}

} // namespace keyturn::crypto
