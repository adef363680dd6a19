// SPDX-License-Identifier: Apache-2.0
// Handlers of the operations that use a key's material, and GenerateRandom (kms-semantics.md sections 4 to
// 6). Member constraints were checked before; here: key lookup, key match, usage, state, DryRun, the work.
// Thread rule: any thread. Errors: as AWS KMS.
#pragma once

#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/generate_random.h"
#include "kms/operations/re_encrypt.h"
#include "vault/handlers/call.h"

namespace keyturn::vault {

Result<kms::Encrypt::Reply> encrypt(Call &call, const kms::Encrypt::Request &request);
Result<kms::Decrypt::Reply> decrypt(Call &call, const kms::Decrypt::Request &request);
Result<kms::ReEncrypt::Reply> reEncrypt(Call &call, const kms::ReEncrypt::Request &request);
Result<kms::GenerateDataKey::Reply> generateDataKey(Call &call, const kms::GenerateDataKey::Request &request);
Result<kms::GenerateDataKeyWithoutPlaintext::Reply>
generateDataKeyWithoutPlaintext(Call &call, const kms::GenerateDataKeyWithoutPlaintext::Request &request);
Result<kms::GenerateRandom::Reply> generateRandom(Call &call, const kms::GenerateRandom::Request &request);

} // namespace keyturn::vault
