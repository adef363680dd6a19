// SPDX-License-Identifier: Apache-2.0
// Ciphertexts and messages made by hand after their descriptions, so that every byte of a sample is known.
#pragma once

#include "base/bytes.h"
#include "blob/ciphertext.h"
#include "kms/encryption_context.h"

#include <string_view>

namespace samples {

using keyturn::Bytes;

inline void append(Bytes &out, std::string_view text) {
    out.insert(out.end(), text.begin(), text.end());
}
inline void append16(Bytes &out, std::size_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}
inline void appendText16(Bytes &out, std::string_view text) {
    append16(out, text.size());
    append(out, text);
}

inline Bytes der(std::uint8_t tag, const Bytes &content) {
    Bytes item{tag};
    if (content.size() >= 0x80) {
        item.push_back(0x81);
    }
    item.push_back(static_cast<std::uint8_t>(content.size()));
    item.insert(item.end(), content.begin(), content.end());
    return item;
}
inline Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const Bytes &part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

/// What AWS KMS embeds, as seen in published samples: EncryptedData, AES-256-GCM, 12-byte nonce, 16-byte tag.
inline Bytes cmsEncryptedData(std::size_t plaintextBytes) {
    const Bytes oidEncryptedData{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06};
    const Bytes oidData{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01};
    const Bytes oidGcm{0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e};
    const Bytes gcm = der(0x30, joined({der(0x04, Bytes(12, 0x11)), der(0x02, {16})}));
    const Bytes algorithm = der(0x30, joined({der(0x06, oidGcm), gcm}));
    const Bytes content = der(0x80, Bytes(plaintextBytes + 27, 0x22)); // 11 bytes of framing, tag 16
    const Bytes info = der(0x30, joined({der(0x06, oidData), algorithm, content}));
    const Bytes data = der(0x30, joined({der(0x02, {0}), info}));
    return der(0x30, joined({der(0x06, oidEncryptedData), der(0xa0, data)}));
}

inline Bytes awsBlob(std::uint8_t generation = 2, std::size_t plaintextBytes = 32) {
    Bytes blob{1, generation, 2, 0, 0x78};
    blob.insert(blob.end(), 32, 0xab);
    if (generation == 2) {
        blob.push_back(1);
        blob.insert(blob.end(), 16, 0xcd);
    }
    const Bytes cms = cmsEncryptedData(plaintextBytes);
    append16(blob, 0);
    append16(blob, cms.size());
    blob.insert(blob.end(), cms.begin(), cms.end());
    return blob;
}

inline Bytes keyturnBlob(std::size_t plaintextBytes = 16) {
    namespace blob = keyturn::blob;
    blob::Header header;
    header.vaultId = {1, 2, 3, 4, 5, 6, 7, 8};
    header.keyId = {0x12, 0x34, 0xab, 0xcd, 0x12, 0x34, 0x12, 0x34,
                    0x12, 0x34, 0x12, 0x34, 0x56, 0x78, 0x90, 0xab};
    header.materialId.fill(0x5a);
    header.materialVersion = 3;
    Bytes bytes(blob::overheadSizeBytes + plaintextBytes, 0x77);
    blob::writeHeader(header,
                      std::span<std::uint8_t, blob::headerSizeBytes>(bytes.data(), blob::headerSizeBytes));
    return bytes;
}

inline Bytes encryptionSdkMessage(int version, std::string_view keyArn) {
    Bytes message;
    if (version == 1) {
        message = {1, 0x80, 0x03, 0x78};
        message.insert(message.end(), 16, 0x33);
    } else {
        message = {2, 0x05, 0x78};
        message.insert(message.end(), 32, 0x33);
    }
    Bytes context;
    append16(context, 1);
    appendText16(context, "purpose");
    appendText16(context, "archive");
    append16(message, context.size());
    message.insert(message.end(), context.begin(), context.end());
    append16(message, 1);
    appendText16(message, "aws-kms");
    appendText16(message, keyArn);
    const Bytes blob = awsBlob();
    append16(message, blob.size());
    message.insert(message.end(), blob.begin(), blob.end());
    message.push_back(2);
    if (version == 1) {
        message.insert(message.end(), {0, 0, 0, 0, 12});
    }
    message.insert(message.end(), {0, 0, 0x10, 0});
    message.insert(message.end(), 60, 0x44);
    return message;
}

} // namespace samples
