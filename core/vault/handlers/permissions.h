// SPDX-License-Identifier: Apache-2.0
// What a served caller may do: what its access key names, and of that what the policies and grants of the
// keys allow. A denial in a policy wins; then an allowance in it, or a grant. Whoever unlocked the vault may
// do everything: a call without an access key passes. What is on no key (kms:CreateKey, of a replica too, and
// kms:TagResource of a new key) the access key's own list must name. A caller of another account names keys
// by ARN (a bare id only as the source of a symmetric ciphertext) and may call what AWS opens to other
// accounts. What the answer rests on is noted in the call's trace. Thread rule: any thread. Errors:
// AccessDenied in AWS's words, NotFound for another account's bare ids, UnrecognizedClient for an access key
// that has gone meanwhile.
#pragma once

#include "kms/access_keys.h"
#include "vault/handlers/call.h"

namespace keyturn::vault {

Status checkPermission(Call &call, const kms::AccessKeyStore &accessKeys);

/// Whether a grant lets the caller do `action` ("kms:Decrypt") with this request.
bool grantAllows(const Call &call, const GrantState &grant, std::string_view action, kms::KeySide side);

} // namespace keyturn::vault
