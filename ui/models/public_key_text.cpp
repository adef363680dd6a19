// SPDX-License-Identifier: Apache-2.0
#include "ui/models/public_key_text.h"

#include "base/encoding.h"

#include <QByteArray>
#include <QCryptographicHash>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace keyturn::ui {
namespace {

constexpr std::uint8_t sequenceTag = 0x30;
constexpr std::uint8_t integerTag = 0x02;
constexpr std::uint8_t bitStringTag = 0x03;
constexpr std::uint8_t objectTag = 0x06;

/// Strict DER, as far as public keys need it. After a fault everything is empty.
class Der {
public:
    explicit Der(ByteView bytes)
        : m_rest(bytes) {}

    ByteView element(std::uint8_t tag) {
        if (m_rest.size() < 2 || m_rest[0] != tag) {
            return refuse();
        }
        std::size_t header = 2;
        std::size_t length = m_rest[1];
        if (length > 0x80 && length <= 0x82) {
            const std::size_t lengthBytes = length - 0x80;
            header += lengthBytes;
            if (m_rest.size() < header) {
                return refuse();
            }
            length = lengthBytes == 1 ? m_rest[2] : std::size_t(m_rest[2]) << 8 | m_rest[3];
            if (length < (lengthBytes == 1 ? 0x80U : 0x100U)) {
                return refuse(); // not the shortest form
            }
        } else if (length >= 0x80) {
            return refuse();
        }
        if (m_rest.size() - header < length) {
            return refuse();
        }
        const ByteView content = m_rest.subspan(header, length);
        m_rest = m_rest.subspan(header + length);
        return content;
    }
    /// A number from zero, without its sign byte.
    ByteView number() {
        ByteView content = element(integerTag);
        if (content.size() > 1 && content[0] == 0) {
            content = content.subspan(1);
        }
        return content;
    }
    /// Whole bytes.
    ByteView bits() {
        const ByteView content = element(bitStringTag);
        return content.empty() || content[0] != 0 ? refuse() : content.subspan(1);
    }
    ByteView rest() const { return m_rest; }
    bool failed() const { return m_failed; }

private:
    ByteView refuse() {
        m_failed = true;
        m_rest = {};
        return {};
    }
    ByteView m_rest;
    bool m_failed = false;
};

struct NamedCurve {
    std::string_view oid; ///< DER content, in hex
    std::string_view name;
    std::size_t fieldBytes;
};
constexpr std::array curves{
    NamedCurve{"2a8648ce3d030107", "P-256", 32},
    NamedCurve{"2b81040022", "P-384", 48},
    NamedCurve{"2b81040023", "P-521", 66},
    NamedCurve{"2b8104000a", "secp256k1", 32},
};
constexpr std::string_view rsaOid = "2a864886f70d010101";
constexpr std::string_view ecOid = "2a8648ce3d0201";
constexpr std::string_view ed25519Oid = "2b6570";

/// KMS's names and JOSE's.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> joseNames{{
    {"RSASSA_PSS_SHA_256", "PS256"},
    {"RSASSA_PSS_SHA_384", "PS384"},
    {"RSASSA_PSS_SHA_512", "PS512"},
    {"RSASSA_PKCS1_V1_5_SHA_256", "RS256"},
    {"RSASSA_PKCS1_V1_5_SHA_384", "RS384"},
    {"RSASSA_PKCS1_V1_5_SHA_512", "RS512"},
    {"ECDSA_SHA_384", "ES384"},
    {"ECDSA_SHA_512", "ES512"},
    {"RSAES_OAEP_SHA_1", "RSA-OAEP"},
    {"RSAES_OAEP_SHA_256", "RSA-OAEP-256"},
    {"ED25519_SHA_512", "EdDSA"},
    {"ED25519_PH_SHA_512", ""},
    {"ECDH", "ECDH-ES"},
}};

using Members = std::vector<std::pair<std::string, std::string>>;

std::string base64Url(ByteView bytes) {
    std::string text = toBase64(bytes);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    text.erase(std::ranges::find(text, '='), text.end());
    return text;
}

QByteArray sha256(ByteView bytes) {
    return QCryptographicHash::hash(
        QByteArray::fromRawData(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size())),
        QCryptographicHash::Sha256);
}

ByteView viewOf(const QByteArray &bytes) {
    return {reinterpret_cast<const std::uint8_t *>(bytes.data()), std::size_t(bytes.size())};
}

tl::unexpected<Error> noKey() {
    return fail(ErrorCode::BadEncoding, "This is no public key of a form that Keyturn knows.");
}

Result<Members> rsaMembers(ByteView key) {
    Der outer(key);
    Der numbers(outer.element(sequenceTag));
    const ByteView modulus = numbers.number();
    const ByteView exponent = numbers.number();
    if (outer.failed() || numbers.failed() || modulus.empty() || exponent.empty()) {
        return noKey();
    }
    return Members{{"e", base64Url(exponent)}, {"kty", "RSA"}, {"n", base64Url(modulus)}};
}

Result<Members> curveMembers(ByteView curveOid, ByteView point) {
    const std::string oid = toHex(curveOid);
    const auto curve = std::ranges::find(curves, oid, &NamedCurve::oid);
    if (curve == curves.end()) {
        return fail(ErrorCode::UnsupportedOperation, "JWK has no name for this key's curve. Use PEM or DER.");
    }
    constexpr std::uint8_t uncompressed = 0x04;
    if (point.size() != 1 + 2 * curve->fieldBytes || point[0] != uncompressed) {
        return noKey();
    }
    return Members{{"crv", std::string(curve->name)},
                   {"kty", "EC"},
                   {"x", base64Url(point.subspan(1, curve->fieldBytes))},
                   {"y", base64Url(point.subspan(1 + curve->fieldBytes))}};
}

/// What RFC 7638 hashes: the members that make the key, in the order of their names.
Result<Members> keyMembers(ByteView der) {
    Der outer(der);
    Der info(outer.element(sequenceTag));
    Der algorithm(info.element(sequenceTag));
    const std::string oid = toHex(algorithm.element(objectTag));
    const ByteView key = info.bits();
    if (outer.failed() || info.failed() || algorithm.failed() || !outer.rest().empty() ||
        !info.rest().empty()) {
        return noKey();
    }
    if (oid == rsaOid) {
        return rsaMembers(key);
    }
    if (oid == ecOid) {
        return curveMembers(algorithm.element(objectTag), key);
    }
    if (oid == ed25519Oid) {
        return Members{{"crv", "Ed25519"}, {"kty", "OKP"}, {"x", base64Url(key)}};
    }
    return fail(ErrorCode::UnsupportedOperation, "JWK has no name for this kind of key. Use PEM or DER.");
}

std::string jsonOf(const Members &members, std::string_view between, std::string_view indent,
                   std::string_view colon) {
    std::string json = "{";
    for (std::size_t i = 0; i < members.size(); ++i) {
        json.append(i == 0 ? "" : ",").append(i == 0 && between.empty() ? "" : between).append(indent);
        json.append("\"").append(members[i].first).append("\"").append(colon);
        json.append("\"").append(members[i].second).append("\""); // base64url and names: nothing to escape
    }
    return json.append(between).append("}");
}

/// "alg" where the key has one algorithm that JOSE names.
std::optional<std::string> joseName(const std::vector<std::string> &algorithms, const Members &key) {
    if (algorithms.size() != 1) {
        return std::nullopt;
    }
    if (algorithms.front() == "ECDSA_SHA_256") { // two curves share it
        const bool isKoblitz = key.front().second == "secp256k1";
        return isKoblitz ? "ES256K" : "ES256";
    }
    const auto found = std::ranges::find(joseNames, std::string_view(algorithms.front()),
                                         &std::pair<std::string_view, std::string_view>::first);
    return found == joseNames.end() || found->second.empty() ? std::nullopt
                                                             : std::optional<std::string>(found->second);
}

} // namespace

std::string pemOfPublicKey(ByteView der) {
    constexpr std::size_t lineLength = 64;
    const std::string text = toBase64(der);
    std::string pem = "-----BEGIN PUBLIC KEY-----\n";
    for (std::size_t i = 0; i < text.size(); i += lineLength) {
        pem.append(text, i, lineLength).append("\n");
    }
    return pem.append("-----END PUBLIC KEY-----\n");
}

Result<std::string> jwkOfPublicKey(ByteView der, const std::vector<std::string> &algorithms) {
    auto key = keyMembers(der);
    if (!key) {
        return failFrom(key);
    }
    const std::string canonical = jsonOf(*key, {}, {}, ":");
    Members all = *key;
    if (!algorithms.empty()) {
        const bool encrypts = algorithms.front().starts_with("RSAES") || algorithms.front() == "ECDH";
        all.emplace_back("use", encrypts ? "enc" : "sig");
    }
    if (auto name = joseName(algorithms, *key)) {
        all.emplace_back("alg", std::move(*name));
    }
    all.emplace_back("kid", base64Url(viewOf(sha256(asBytes(canonical)))));
    return jsonOf(all, "\n", "  ", ": ") + "\n";
}

std::string fingerprintOfPublicKey(ByteView der) {
    return toHex(viewOf(sha256(der)));
}

} // namespace keyturn::ui
