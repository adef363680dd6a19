// SPDX-License-Identifier: Apache-2.0
// Finds in any text what has the shape of a ciphertext: AWS KMS (its first bytes and the DER structure
// inside), Keyturn's own, in base64 (also broken into lines) or hex; and names those of other tools. Private
// to documents/.
#pragma once

#include "reencrypt/documents/slot_document.h"

namespace keyturn::reencrypt {

struct BlobToken {
    std::size_t offset = 0;
    std::size_t length = 0;
    Cause cause = Cause::None; ///< of what looks like one and cannot be moved
    std::string message;
};

/// In order, not overlapping.
std::vector<BlobToken> findBlobTokens(std::string_view text);

} // namespace keyturn::reencrypt
