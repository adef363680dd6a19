// SPDX-License-Identifier: Apache-2.0
// Ciphertexts of Keyturn's own vaults (core/blob/FORMAT.md).
#include "inspect/recognisers.h"

#include "base/encoding.h"
#include "blob/ciphertext.h"

#include <QCryptographicHash>

namespace keyturn::inspect {
namespace {

std::string uuidText(ByteView id) {
    std::string hex = toHex(id);
    for (const std::size_t position : {20U, 16U, 12U, 8U}) {
        hex.insert(position, 1, '-');
    }
    return hex;
}

/// The KeyMaterialId that operations answer: SHA-256 over a label and the material's id.
std::string externalMaterialId(ByteView materialId) {
    constexpr std::string_view label = "kv1/key-material-id";
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView(label.data(), static_cast<qsizetype>(label.size())));
    hash.addData(QByteArrayView(reinterpret_cast<const char *>(materialId.data()),
                                static_cast<qsizetype>(materialId.size())));
    const QByteArray digest = hash.result();
    return toHex(
        {reinterpret_cast<const std::uint8_t *>(digest.data()), static_cast<std::size_t>(digest.size())});
}

} // namespace

bool recogniseKeyturnBlob(const Input &input, Inspection &out) {
    if (!blob::hasMagic(input.bytes)) {
        return false;
    }
    out.kind = Kind::KeyturnBlob;
    addFact(out, "Size", byteCount(input.totalBytes));
    const auto parts = blob::parse(input.bytes);
    if (!parts) {
        out.summary =
            "Begins as a ciphertext of a Keyturn vault, but cannot be read: " + parts.error().detail + ".";
        out.hints.push_back("Copy the ciphertext again, whole, or use a newer Keyturn if it says so.");
        return true;
    }
    const blob::Header &header = parts->header;
    out.summary = "A ciphertext of a Keyturn vault, made with a symmetric key.";
    addFact(out, "Format", std::to_string(header.format) + ", suite " + std::to_string(header.suite));
    addFact(out, "Vault", toHex(header.vaultId));
    addFact(out, "Key", uuidText(header.keyId));
    addFact(out, "Key material", externalMaterialId(header.materialId));
    addFact(out, "Material version", std::to_string(header.materialVersion));
    addFact(out, "Size of the plaintext", byteCount(parts->plaintextSizeBytes()));
    out.sourceKey = uuidText(header.keyId);
    out.hints.push_back(
        "The encryption context is not in the ciphertext. Decrypt and ReEncrypt need exactly the one "
        "that was used to encrypt.");
    if (input.bytes.back() == '\n') {
        out.hints.push_back(
            "The last byte is a line feed. By chance that is so once in 256; if a tool added it, cut it "
            "off, or the vault will refuse the ciphertext.");
    }
    out.ciphertext = toBytes(input.bytes);
    return true;
}

} // namespace keyturn::inspect
