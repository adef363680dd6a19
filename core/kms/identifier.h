// SPDX-License-Identifier: Apache-2.0
// KeyIdentifier: the forms in which a key is named, read without ever counting ARN fields: AWS
// (arn:aws:kms:us-east-1:111122223333:key/...), other services (arn:verenc:111122223333:key/...), mrk- ids
// (kms-semantics.md sections 3 and 13). Plain value, pure functions.
#pragma once

#include "kms/field.h"

#include <optional>
#include <string>
#include <string_view>

namespace keyturn::kms {

struct KeyIdentifier {
    IdForm form = IdForm::None;
    std::string text;      ///< as given
    std::string resource;  ///< key id, or alias name with "alias/"
    std::string partition; ///< of an ARN: its second field ("aws", "verenc")
    std::string service;   ///< "kms"; empty where the ARN has none
    std::string region;    ///< empty where the ARN has none
    std::string accountId; ///< empty where the text has none

    bool isArn() const { return form == IdForm::KeyArn || form == IdForm::AliasArn; }
    bool isAlias() const { return form == IdForm::AliasName || form == IdForm::AliasArn; }
};

/// Never fails: a text that is no ARN and has no "alias/" is taken as a key id.
KeyIdentifier parseKeyIdentifier(std::string_view text);

/// 8-4-4-4-12 hex, or "mrk-" and 32 hex digits.
bool looksLikeKeyId(std::string_view text);
/// 12 digits.
bool looksLikeAccountId(std::string_view text);

std::string keyArn(std::string_view partition, std::string_view region, std::string_view account,
                   std::string_view keyId);
std::string aliasArn(std::string_view partition, std::string_view region, std::string_view account,
                     std::string_view aliasName);
/// "aws", "aws-cn", "aws-us-gov", ... for a Region name; "aws" for one that is not known.
std::string_view partitionOfRegion(std::string_view region);
/// A name such as the Regions of that partition have: "eu-west-2" in "aws", but not "cn-north-1".
bool isRegionOfPartition(std::string_view region, std::string_view partition);

/// Characters of 1..256 of [a-zA-Z0-9:/_-] after the prefix "alias/".
bool isWellFormedAliasName(std::string_view text);

} // namespace keyturn::kms
