// SPDX-License-Identifier: Apache-2.0
// As much DER as is needed to look at a CMS EncryptedData structure. Bounds-checked, no recursion. Private.
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <optional>
#include <string>

namespace keyturn::inspect {

struct DerItem {
    std::uint8_t tag = 0;
    ByteView content;
    std::size_t totalBytes = 0; ///< tag and length included
};

/// The item at the beginning, definite lengths only; nothing if the bytes hold none or less than all of it.
std::optional<DerItem> readDer(ByteView bytes);

struct CmsEncryptedData {
    std::size_t totalBytes = 0;
    std::string algorithm; ///< "AES-256-GCM", or "algorithm <object identifier>"
    std::size_t nonceBytes = 0;
    std::size_t tagBytes = 0;
    std::size_t contentBytes = 0; ///< the encrypted content, tag included
};

std::optional<CmsEncryptedData> parseCmsEncryptedData(ByteView bytes);

/// "1.2.840.113549.1.7.6"; empty for malformed content.
std::string objectIdentifierText(ByteView content);

} // namespace keyturn::inspect
