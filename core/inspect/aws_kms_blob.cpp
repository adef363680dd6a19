// SPDX-License-Identifier: Apache-2.0
// Ciphertexts with the shape of AWS KMS. AWS has published no format and may change it: the kind and the
// meaning of each part stay "likely"; sizes and bytes are read (kms-semantics.md section 12,
// ecosystem.md 4.1).
#include "inspect/byte_reader.h"
#include "inspect/der.h"
#include "inspect/recognisers.h"

#include "base/encoding.h"
#include "kms/identifier.h"

#include <algorithm>
#include <array>

namespace keyturn::inspect {
namespace {

constexpr std::size_t materialGroupBytes = 32;
constexpr std::size_t importTokenBytesMin = 1024; ///< import tokens share the shape and are larger

struct Generation {
    std::string_view text; ///< what the first bytes are called here
    bool hasPerCallValue;  ///< 01 and 16 fresh bytes follow the group
};

std::optional<Generation> generationOf(ByteView header) {
    if (header.size() < 5 || header[0] != 1 || header[3] != 0 || header[4] != 0x78) {
        return std::nullopt;
    }
    if (header[2] < 1 || header[2] > 3) {
        return std::nullopt;
    }
    if (header[1] == 2) {
        return Generation{"second (01 02 ..)", true};
    }
    if (header[1] == 1) {
        return Generation{"first (01 01 ..)", false};
    }
    return std::nullopt;
}

void describeStructure(const CmsEncryptedData &cms, Inspection &out) {
    addFact(out, "Embedded structure",
            "CMS EncryptedData, " + byteCount(cms.totalBytes) + ", " + cms.algorithm);
    if (cms.nonceBytes > 0) {
        addFact(out, "Nonce", byteCount(cms.nonceBytes));
    }
    if (cms.tagBytes > 0) {
        addFact(out, "Authentication tag", byteCount(cms.tagBytes));
    }
    // Samples of 32 and 64-byte data keys all carry 11 bytes more than plaintext and tag.
    const std::size_t overheadBytes = cms.tagBytes + 11;
    if (cms.contentBytes > overheadBytes) {
        addFact(out, "Size of the plaintext", byteCount(cms.contentBytes - overheadBytes), Certainty::Likely);
    }
}

void describeRest(ByteView rest, Inspection &out) {
    if (rest.empty()) {
        return;
    }
    const bool newline =
        std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == '\n' || byte == '\r'; });
    addFact(out, "After the structure", byteCount(rest.size()) + (newline ? " (line feed)" : ""));
    out.hints.push_back(
        newline ? "A line feed stands after the ciphertext. The service will refuse it; cut it off."
                : "Bytes stand after the ciphertext that do not belong to it. The service will refuse "
                  "it; cut them off.");
}

void addCommonHints(Inspection &out) {
    out.hints.push_back(
        "The key is not named in the ciphertext; the service finds it by itself for symmetric keys. "
        "Name the source key if you know it, so that nothing under another key is taken.");
    out.hints.push_back(
        "The encryption context is not in the ciphertext. Decrypt and ReEncrypt need exactly the one "
        "that was used to encrypt.");
}

bool recognise2014(const Input &input, Inspection &out) {
    // A protobuf wrapper: field 1, 32 bytes; field 2 follows (base64 begins with CiA to CiD).
    const ByteView bytes = input.bytes;
    if (bytes.size() < 64 || bytes[0] != 0x0a || bytes[1] != 0x20 || bytes[34] != 0x12) {
        return false;
    }
    out.kind = Kind::AwsKmsBlob;
    out.certainty = Certainty::Likely;
    out.summary = "Has the shape of ciphertexts that AWS KMS made in 2014.";
    addFact(out, "Size", byteCount(input.totalBytes));
    addFact(out, "Generation", "2014 (0a 20 ..)", Certainty::Likely);
    addFact(out, "Key material group", toHex(bytes.subspan(2, materialGroupBytes)), Certainty::Likely);
    addFact(out, "Key", "not in the ciphertext", Certainty::Unknown);
    addCommonHints(out);
    out.ciphertext = toBytes(bytes);
    return true;
}

} // namespace

bool recogniseAwsKmsBlob(const Input &input, Inspection &out) {
    const auto generation = generationOf(input.bytes);
    if (!generation) {
        return recognise2014(input, out);
    }
    ByteReader reader(input.bytes);
    reader.take(5);
    const ByteView group = reader.take(materialGroupBytes);
    if (generation->hasPerCallValue) {
        if (reader.u8() != 1) {
            return false;
        }
        reader.take(16);
    }
    const std::uint32_t length = reader.u32();
    if (!reader.ok()) {
        return false;
    }
    const bool cut = length > reader.remaining();
    const ByteView structure = reader.take(std::min<std::size_t>(length, reader.remaining()));
    const auto cms = parseCmsEncryptedData(structure);
    if (!cms && !cut) {
        return false;
    }
    out.kind = Kind::AwsKmsBlob;
    out.certainty = Certainty::Likely;
    addFact(out, "Size", byteCount(input.totalBytes));
    addFact(out, "Generation", std::string(generation->text), Certainty::Likely);
    addFact(out, "Key material group", toHex(group), Certainty::Likely);
    addFact(out, "Key", "not in the ciphertext", Certainty::Unknown);
    if (cms) {
        describeStructure(*cms, out);
        describeRest(structure.subspan(cms->totalBytes), out);
    }
    describeRest(input.bytes.subspan(reader.position()), out);
    if (cut) {
        out.summary = "Begins as a ciphertext of AWS KMS, but its end is missing.";
        addFact(out, "Missing", byteCount(length - structure.size()));
        out.hints.push_back("Copy the ciphertext again, whole. A cut one cannot be decrypted.");
        return true;
    }
    out.summary =
        "Has the shape of the symmetric ciphertexts that AWS KMS makes. AWS does not publish the format.";
    if (input.totalBytes >= importTokenBytesMin) {
        out.hints.push_back(
            "Import tokens have the same shape and about this size: make sure that this is not one.");
    }
    addCommonHints(out);
    out.hints.push_back(
        "Ciphertexts of one key material group were most likely made by the same key material.");
    out.ciphertext = toBytes(input.bytes);
    return true;
}

bool recogniseEmulatorBlob(const Input &input, Inspection &out) {
    // moto: key id in ASCII, nonce 12, tag 16, ciphertext.
    constexpr std::size_t idBytes = 36;
    if (input.bytes.size() <= idBytes + 28) {
        return false;
    }
    const std::string_view id = asText(input.bytes.first(idBytes));
    if (!kms::looksLikeKeyId(id)) {
        return false;
    }
    out.kind = Kind::EmulatorBlob;
    out.certainty = Certainty::Likely;
    out.summary = "Begins with a key id in clear text, as ciphertexts of KMS emulators do. AWS KMS makes "
                  "none like this.";
    addFact(out, "Size", byteCount(input.totalBytes));
    addFact(out, "Key", std::string(id));
    addFact(out, "Size of the plaintext", byteCount(input.totalBytes - idBytes - 28), Certainty::Likely);
    out.sourceKey = std::string(id);
    out.hints.push_back("Only the emulator that made it can open it.");
    out.ciphertext = toBytes(input.bytes);
    return true;
}

} // namespace keyturn::inspect
