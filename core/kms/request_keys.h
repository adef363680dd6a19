// SPDX-License-Identifier: Apache-2.0
// What a request names: the key of a side, its encryption contexts. Read from the field tables, so it holds
// for every operation. Pure functions, any thread; what they point at is the request's. Makes no errors.
#pragma once

#include "kms/encryption_context.h"
#include "kms/operation.h"

#include <string>
#include <string_view>

namespace keyturn::kms {

/// The identifier given for a side, or nullptr when the request has none.
const std::string *keyNamed(const AnyRequest &request, KeySide side);
/// Source or Destination when the text names just one of the request's two keys; otherwise None.
KeySide sideNamedIn(std::string_view text, const AnyRequest &request);
/// The context that must fit the ciphertext of a Decrypt or ReEncrypt; nullptr for none.
const EncryptionContext *sourceContext(const AnyRequest &request);
/// "the source key ", "the key ", ... for sentences.
std::string_view sidePhrase(KeySide side);

} // namespace keyturn::kms
