// SPDX-License-Identifier: Apache-2.0
// The errors that KMS gives, with its own words where they are known (kms-semantics.md, marked [rec]); ours
// elsewhere. Pure functions.
#pragma once

#include "base/result.h"
#include "vault/vault_kms_core.h"

#include <string>
#include <string_view>

namespace keyturn::vault {

using Fault = tl::unexpected<Error>;

Fault serviceFault(ErrorCode code, std::string message = {});
/// ValidationException in the service's own words.
Fault validationFault(std::string message);
/// "1 validation error detected: Value ... at '<member>' failed to satisfy constraint: ..."
Fault memberFault(std::string_view value, std::string_view member, std::string_view constraint);
Fault nullMemberFault(std::string_view member);
Fault unsupportedFault(std::string reason);

Fault invalidKeyIdFault(std::string_view text);
Fault noSuchKeyFault(const VaultNames &names, std::string_view keyId);
Fault noSuchAliasFault(const VaultNames &names, std::string_view aliasName);
Fault disabledFault(const KeyState &key);
Fault pendingDeletionFault(const KeyState &key);
Fault pendingImportFault(const KeyState &key);
/// Where a key made here is asked for what imported keys have, or the other way round.
Fault originFault(const KeyState &key);
Fault notPendingDeletionFault(const KeyState &key);
Fault invalidCiphertextFault();
Fault incorrectKeyFault();
Fault algorithmFault(std::string_view algorithm, const KeyState &key);
Fault dryRunFault();

} // namespace keyturn::vault
