// SPDX-License-Identifier: Apache-2.0
// What the access key of a served caller does not allow. Whoever unlocked the vault may do everything: a
// call without an access key passes. Pure functions. Errors: AccessDenied in AWS's words, and
// UnrecognizedClient for an access key that has gone meanwhile.
#pragma once

#include "kms/access_keys.h"
#include "vault/handlers/call.h"

namespace keyturn::vault {

Status checkPermission(Call &call, const kms::AccessKeyStore &accessKeys);

} // namespace keyturn::vault
