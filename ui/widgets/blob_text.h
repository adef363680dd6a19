// SPDX-License-Identifier: Apache-2.0
// How a ciphertext was written down: guessed from its text, or taken as told; decoded strictly (white space
// around and line breaks inside are no part of base64 and hex as people paste them). Plain functions.
// Errors: BadEncoding, naming what does not fit, never the text. What the bytes hold is core/inspect's part.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <QString>

#include <cstdint>
#include <string_view>

namespace keyturn::widgets {

enum class BlobKind : std::uint8_t {
    Nothing,
    Raw, ///< the text's own bytes, or a file's
    Base64,
    Hex,
    DataUrl,
    TransitText,    ///< vault:v1:<base64>
    EncryptedField, ///< ENC[...,data:<base64>,...]
};

/// The likely kind of a text.
BlobKind guessBlobKind(std::string_view text);
/// The bytes of a text read as a kind.
Result<Bytes> readBlob(std::string_view text, BlobKind kind);
/// "Base64": for the chip.
QString blobKindWord(BlobKind kind);

} // namespace keyturn::widgets
