// SPDX-License-Identifier: Apache-2.0
// Handlers of the operations that use a key's material, and GenerateRandom (kms-semantics.md sections 4 to
// 7). Member constraints were checked before; here: key lookup, key match, usage, state, DryRun, the work.
// Thread rule: any thread. Errors: as AWS KMS.
#pragma once

#include "kms/operations/decrypt.h"
#include "kms/operations/derive_shared_secret.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_pair.h"
#include "kms/operations/generate_data_key_pair_without_plaintext.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/generate_mac.h"
#include "kms/operations/generate_random.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/sign.h"
#include "kms/operations/verify.h"
#include "kms/operations/verify_mac.h"
#include "vault/handlers/call.h"

namespace keyturn::vault {

Result<kms::Encrypt::Reply> encrypt(Call &call, const kms::Encrypt::Request &request);
Result<kms::Decrypt::Reply> decrypt(Call &call, const kms::Decrypt::Request &request);
Result<kms::ReEncrypt::Reply> reEncrypt(Call &call, const kms::ReEncrypt::Request &request);
Result<kms::GenerateDataKey::Reply> generateDataKey(Call &call, const kms::GenerateDataKey::Request &request);
Result<kms::GenerateDataKeyWithoutPlaintext::Reply>
generateDataKeyWithoutPlaintext(Call &call, const kms::GenerateDataKeyWithoutPlaintext::Request &request);
Result<kms::GenerateDataKeyPair::Reply> generateDataKeyPair(Call &call,
                                                            const kms::GenerateDataKeyPair::Request &request);
Result<kms::GenerateDataKeyPairWithoutPlaintext::Reply>
generateDataKeyPairWithoutPlaintext(Call &call,
                                    const kms::GenerateDataKeyPairWithoutPlaintext::Request &request);
Result<kms::GenerateRandom::Reply> generateRandom(Call &call, const kms::GenerateRandom::Request &request);
Result<kms::Sign::Reply> sign(Call &call, const kms::Sign::Request &request);
Result<kms::Verify::Reply> verify(Call &call, const kms::Verify::Request &request);
Result<kms::GenerateMac::Reply> generateMac(Call &call, const kms::GenerateMac::Request &request);
Result<kms::VerifyMac::Reply> verifyMac(Call &call, const kms::VerifyMac::Request &request);
Result<kms::DeriveSharedSecret::Reply> deriveSharedSecret(Call &call,
                                                          const kms::DeriveSharedSecret::Request &request);

} // namespace keyturn::vault
