// SPDX-License-Identifier: Apache-2.0
// Messages of the AWS Encryption SDK, versions 1 and 2 (ecosystem.md 4.2 item 8).
#include "inspect/byte_reader.h"
#include "inspect/recognisers.h"

#include "base/encoding.h"
#include "base/text.h"

#include <cstdio>

namespace keyturn::inspect {
namespace {

struct EncryptedDataKey {
    std::string provider;
    std::string info;
    std::size_t bytes = 0;
};

struct Message {
    int version = 0;
    std::uint16_t suite = 0;
    ByteView messageId;
    kms::EncryptionContext context;
    std::vector<EncryptedDataKey> dataKeys;
    std::uint8_t contentType = 0;
    std::uint32_t frameBytes = 0;
};

struct Suite {
    std::uint16_t id;
    std::string_view name;
};
constexpr Suite suites[] = {
    {0x0014, "AES-128-GCM"},
    {0x0046, "AES-192-GCM"},
    {0x0078, "AES-256-GCM"},
    {0x0114, "AES-128-GCM, HKDF"},
    {0x0146, "AES-192-GCM, HKDF"},
    {0x0178, "AES-256-GCM, HKDF"},
    {0x0214, "AES-128-GCM, HKDF, signed (ECDSA P-256)"},
    {0x0346, "AES-192-GCM, HKDF, signed (ECDSA P-384)"},
    {0x0378, "AES-256-GCM, HKDF, signed (ECDSA P-384)"},
    {0x0478, "AES-256-GCM, HKDF, key commitment"},
    {0x0578, "AES-256-GCM, HKDF, key commitment, signed (ECDSA P-384)"},
};

std::string_view suiteName(std::uint16_t id) {
    for (const Suite &suite : suites) {
        if (suite.id == id) {
            return suite.name;
        }
    }
    return {};
}

bool readContext(ByteView bytes, kms::EncryptionContext &context) {
    if (bytes.empty()) {
        return true;
    }
    ByteReader reader(bytes);
    const std::uint16_t count = reader.u16();
    for (std::uint16_t i = 0; i < count && reader.ok(); ++i) {
        std::string name = reader.text(reader.u16());
        std::string value = reader.text(reader.u16());
        if (!reader.ok() || !isValidUtf8(name) || !isValidUtf8(value) ||
            !context.insert(std::move(name), std::move(value))) {
            return false;
        }
    }
    return reader.ok() && reader.remaining() == 0;
}

bool readDataKeys(ByteReader &reader, std::vector<EncryptedDataKey> &keys) {
    const std::uint16_t count = reader.u16();
    if (count == 0) {
        return false;
    }
    for (std::uint16_t i = 0; i < count && reader.ok(); ++i) {
        EncryptedDataKey key;
        key.provider = reader.text(reader.u16());
        key.info = reader.text(reader.u16());
        key.bytes = reader.take(reader.u16()).size();
        if (!reader.ok() || key.provider.empty() || !isValidUtf8(key.provider)) {
            return false;
        }
        keys.push_back(std::move(key));
    }
    return reader.ok();
}

std::optional<Message> parse(ByteView bytes) {
    ByteReader reader(bytes);
    Message message;
    message.version = reader.u8();
    if (message.version == 1) {
        if (reader.u8() != 0x80) {
            return std::nullopt;
        }
    } else if (message.version != 2) {
        return std::nullopt;
    }
    message.suite = reader.u16();
    if (suiteName(message.suite).empty()) {
        return std::nullopt;
    }
    message.messageId = reader.take(message.version == 1 ? 16 : 32);
    const ByteView context = reader.take(reader.u16());
    if (!reader.ok() || !readContext(context, message.context) || !readDataKeys(reader, message.dataKeys)) {
        return std::nullopt;
    }
    message.contentType = reader.u8();
    if (message.version == 1) {
        reader.take(5); // reserved, length of the nonce
    }
    message.frameBytes = reader.u32();
    if (!reader.ok() || message.contentType < 1 || message.contentType > 2) {
        return std::nullopt;
    }
    return message;
}

std::string printable(const std::string &text) {
    for (const char character : text) {
        if (static_cast<unsigned char>(character) < 0x20 || character == 0x7f) {
            return byteCount(text.size()) + " of binary data";
        }
    }
    return isValidUtf8(text) ? text : byteCount(text.size()) + " of binary data";
}

} // namespace

bool recogniseEncryptionSdkMessage(const Input &input, Inspection &out) {
    const auto message = parse(input.bytes);
    if (!message) {
        return false;
    }
    out.kind = Kind::EncryptionSdkMessage;
    out.summary = "A message of the AWS Encryption SDK, version " + std::to_string(message->version) +
                  ". ReEncrypt cannot take it whole: only the data keys inside are KMS ciphertexts.";
    addFact(out, "Size", byteCount(input.totalBytes));
    char suite[32];
    std::snprintf(suite, sizeof suite, "%04x", message->suite);
    addFact(out, "Algorithm suite", std::string(suite) + " (" + std::string(suiteName(message->suite)) + ")");
    addFact(out, "Message id", toHex(message->messageId));
    addFact(out, "Encryption context", contextText(message->context));
    addFact(out, "Data keys", std::to_string(message->dataKeys.size()));
    for (const EncryptedDataKey &key : message->dataKeys) {
        const bool ofKms = key.provider == "aws-kms";
        addFact(out, ofKms ? "Key" : "Data key of provider " + printable(key.provider), printable(key.info));
        addFact(out, "Size of the data key's ciphertext", byteCount(key.bytes));
        if (ofKms && out.sourceKey.empty()) {
            out.sourceKey = printable(key.info);
        }
    }
    addFact(out, "Body",
            message->contentType == 2 ? "frames of " + byteCount(message->frameBytes)
                                      : std::string("one piece"));
    out.context = message->context;
    out.hints.push_back(
        "The message's header is authenticated together with its data keys, so replacing them breaks "
        "it. To move it to another key, decrypt and encrypt it with the Encryption SDK.");
    return true;
}

} // namespace keyturn::inspect
