// SPDX-License-Identifier: Apache-2.0
// Record: what a ciphertext file does not say about itself, in <file>.kms.json beside it: keys, algorithms,
// context, key material, time. Holds no secret (an encryption context is none). Plain value.
// Errors: BadJson, Usage (a record of a newer version), file errors.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "kms/encryption_context.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace keyturn::inspect {

struct Record {
    std::optional<std::int64_t> version;  ///< of this form; 1
    std::optional<std::string> operation; ///< "Encrypt", "ReEncrypt", ...
    std::optional<std::string> keyId;     ///< the key that the ciphertext is under now, ARN if known
    std::optional<std::string> encryptionAlgorithm;
    std::optional<std::string> keyMaterialId;
    std::optional<kms::EncryptionContext> encryptionContext;
    std::optional<std::string> sourceKeyId; ///< of ReEncrypt: where it came from
    std::optional<std::string> sourceEncryptionAlgorithm;
    std::optional<std::string> sourceKeyMaterialId;
    std::optional<std::int64_t> ciphertextBytes; ///< size of the file that this belongs to
    std::optional<Timestamp> time;
};

/// <file>.kms.json
std::filesystem::path recordPath(const std::filesystem::path &ciphertextFile);

std::string recordText(const Record &record);
Result<Record> parseRecord(std::string_view text);
/// True for a text that claims to be a record, readable or not.
bool looksLikeRecord(std::string_view text);

/// Writes the record beside the file, mode 0600, atomically.
Status saveRecord(const std::filesystem::path &ciphertextFile, const Record &record);
/// The record beside a file; nothing when there is none.
Result<std::optional<Record>> loadRecord(const std::filesystem::path &ciphertextFile);

} // namespace keyturn::inspect
