// SPDX-License-Identifier: Apache-2.0
// What a person fills in to grant the use of a key, without widgets: which operations a key of that kind has,
// why a form cannot be sent, the request. Pure functions. Follows kms-semantics.md section 11.
#pragma once

#include "kms/operations/create_grant.h"
#include "kms/structures.h"

#include <QString>

#include <string>
#include <vector>

namespace keyturn::ui {

struct GrantForm {
    enum class Context { Any, Equals, Contains };

    std::string keyId;
    bool toService = false; ///< the grantee is a service of AWS
    std::string grantee;    ///< ARN, or name of the service
    std::string retiring;   ///< ARN; empty: nobody but the account
    std::string name;       ///< makes asking twice harmless
    std::vector<std::string> operations;
    Context constraint = Context::Any;
    kms::EncryptionContext context;
    std::string sourceArn;
};

/// Wire names, the usual ones first.
std::vector<std::string> grantOperationsOf(const kms::KeyMetadata &key);
/// Only symmetric keys have contexts to constrain.
bool takesContextConstraint(const kms::KeyMetadata &key);

enum class GrantField { Grantee, Retiring, Operations, Context, SourceArn };
struct GrantFault {
    GrantField field;
    QString sentence;
};
/// Why the form cannot be sent; empty: it can.
std::vector<GrantFault> grantFaults(const GrantForm &form);
kms::CreateGrant::Request grantRequest(const GrantForm &form);

/// "Decrypt and Encrypt where team=payments": a grant in a few words.
QString grantConstraintText(const kms::GrantListEntry &grant);
/// Whom it is for, as it is listed.
QString granteeText(const kms::GrantListEntry &grant);

} // namespace keyturn::ui
