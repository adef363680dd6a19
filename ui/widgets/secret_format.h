// SPDX-License-Identifier: Apache-2.0
// A secret as text, hex or base64: written out whole into wiping memory, or cut into the rows that a view
// paints. Plain functions. No errors.
#pragma once

#include "base/bytes.h"
#include "base/secret_text.h"

#include <QString>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace keyturn::widgets {

enum class SecretFormat : std::uint8_t { Text, Hex, Base64 };

/// The whole secret in a format, for the clipboard or a file.
SecretText formatSecret(ByteView secret, SecretFormat format);
/// True when the bytes read as text: well-formed UTF-8 without control characters but white space.
bool readsAsText(ByteView secret);

/// The bytes of one painted row.
struct SecretRow {
    std::size_t from = 0;
    std::size_t to = 0;
};

/// Cuts a secret into rows of at most `columns` characters. `widthOf` gives the columns of the text
/// character at a position and where the next one starts.
struct TextStep {
    std::size_t next = 0;
    int columns = 1;
    bool breaksLine = false;
};
using TextStepper = std::function<TextStep(std::size_t)>;
std::vector<SecretRow> cutRows(ByteView secret, SecretFormat format, int columns, const TextStepper &step);

/// The characters of a hex or base64 row, one after the other.
void forEachCharacter(ByteView secret, const SecretRow &row, SecretFormat format,
                      const std::function<void(char)> &paint);

} // namespace keyturn::widgets
