// SPDX-License-Identifier: Apache-2.0
// Files that people take for ciphertext and that a few first bytes give away.
#include "inspect/der.h"
#include "inspect/recognisers.h"

namespace keyturn::inspect {
namespace {

bool beginsWith(ByteView bytes, std::string_view magic) {
    return bytes.size() >= magic.size() && asText(bytes.first(magic.size())) == magic;
}

bool isVaultFile(ByteView bytes) {
    // SQLite's magic, and application_id "KTVL" at offset 68 (core/vault/FORMAT.md section 1).
    return bytes.size() >= 100 && beginsWith(bytes, std::string_view("SQLite format 3\0", 16)) &&
           asText(bytes.subspan(68, 4)) == "KTVL";
}

bool describe(Inspection &out, const Input &input, Kind kind, std::string summary) {
    out.kind = kind;
    out.summary = std::move(summary);
    addFact(out, "Size", byteCount(input.totalBytes));
    return true;
}

} // namespace

bool recogniseKnownFile(const Input &input, Inspection &out) {
    const ByteView bytes = input.bytes;
    if (isVaultFile(bytes)) {
        out.hints.push_back("Open it with --vault, or in the console.");
        return describe(out, input, Kind::KeyturnVault,
                        "A Keyturn vault. It holds keys and is no KMS ciphertext.");
    }
    if (beginsWith(bytes, "\x1f\x8b\x08")) {
        out.hints.push_back("Unpack it first; what is inside may be a ciphertext.");
        return describe(out, input, Kind::Gzip, "Data packed by gzip, no KMS ciphertext.");
    }
    if (beginsWith(bytes, std::string_view("PK\x03\x04", 4))) {
        return describe(out, input, Kind::Zip, "A ZIP archive, no KMS ciphertext.");
    }
    const auto der = readDer(bytes);
    if (der && der->tag == 0x30 && der->totalBytes == bytes.size() && input.isWhole() && bytes.size() > 16) {
        out.hints.push_back("Keys and certificates are stored like this. A KMS ciphertext never begins so.");
        return describe(out, input, Kind::Der,
                        "One DER structure (a key, a certificate or the like), no KMS "
                        "ciphertext.");
    }
    return false;
}

} // namespace keyturn::inspect
