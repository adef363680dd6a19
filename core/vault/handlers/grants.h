// SPDX-License-Identifier: Apache-2.0
// Grants (kms-semantics.md section 11): handlers of CreateGrant, RetireGrant and RevokeGrant, which change,
// and of the two lists; and grant tokens. A token is sealed, not stored: ROWS.md. Member constraints were
// checked before. Thread rule: changes on the writer thread, lists on any. Errors: as AWS KMS.
#pragma once

#include "kms/operations/create_grant.h"
#include "kms/operations/list_grants.h"
#include "kms/operations/list_retirable_grants.h"
#include "kms/operations/retire_grant.h"
#include "kms/operations/revoke_grant.h"
#include "vault/handlers/call.h"
#include "vault/handlers/changes.h"

namespace keyturn::vault {

Result<kms::CreateGrant::Reply> createGrant(Call &call, Changes &changes,
                                            const kms::CreateGrant::Request &request);
Result<kms::RetireGrant::Reply> retireGrant(Call &call, Changes &changes,
                                            const kms::RetireGrant::Request &request);
Result<kms::RevokeGrant::Reply> revokeGrant(Call &call, Changes &changes,
                                            const kms::RevokeGrant::Request &request);
Result<kms::ListGrants::Reply> listGrants(Call &call, const kms::ListGrants::Request &request);
Result<kms::ListRetirableGrants::Reply> listRetirableGrants(Call &call,
                                                            const kms::ListRetirableGrants::Request &request);

inline constexpr std::size_t maxGrantsPerKey = 50'000;

/// What CreateGrant asks for against its key: who, which operations, which constraints. InvalidArn,
/// Validation.
Status checkGrantWish(const kms::CreateGrant::Request &request, const KeyState &key);

/// The grant that RetireGrant names, by token or by key and id. Notes it in the trace.
Result<GrantPointer> grantToRetire(Call &call, const kms::RetireGrant::Request &request);

/// A fresh token of a grant.
Result<std::string> makeGrantToken(const VaultCore &core, const GrantState &grant);
/// Null: the grant is gone. InvalidGrantToken for a text that this vault has not made.
Result<GrantPointer> grantOfToken(const VaultCore &core, std::string_view token);
/// The grants whose tokens a request brings, whatever its operation. InvalidGrantToken.
Result<std::vector<GrantPointer>> grantsOfTokens(Call &call);

} // namespace keyturn::vault
