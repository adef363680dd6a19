// SPDX-License-Identifier: Apache-2.0
#include "workspace/applicability.h"

#include <algorithm>
#include <array>

namespace keyturn::workspace {
namespace {

using kms::KeyMetadata;
using kms::KeyState;
using kms::KeyUsageType;
using kms::OperationId;

/// How many keys an act needs: none, exactly one, or at least one.
enum class Needs { Nothing, OneKey, Keys };

struct ActRule {
    Act act;
    OperationId operation;
    Needs needs;
    std::optional<std::string> (*refuses)(const KeyMetadata &key);
};

std::optional<std::string> anyKey(const KeyMetadata &) {
    return std::nullopt;
}

bool has(const KeyMetadata &key, KeyState state) {
    return key.keyState && *key.keyState == state;
}

std::optional<std::string> unlessUsable(const KeyMetadata &key) {
    if (has(key, KeyState::Disabled)) {
        return "The key is disabled. Enable it first.";
    }
    if (has(key, KeyState::PendingDeletion) || has(key, KeyState::PendingReplicaDeletion)) {
        return "The key is pending deletion. Cancel the deletion and enable it first.";
    }
    if (has(key, KeyState::PendingImport)) {
        return "The key has no key material yet.";
    }
    return std::nullopt;
}

std::optional<std::string> unlessCrypts(const KeyMetadata &key) {
    if (key.keyUsage && !(*key.keyUsage == KeyUsageType::ENCRYPT_DECRYPT)) {
        return "The key's usage is " + std::string(key.keyUsage->text()) + ", not ENCRYPT_DECRYPT.";
    }
    return unlessUsable(key);
}

std::optional<std::string> unlessSigns(const KeyMetadata &key) {
    const bool signs = key.keyUsage && (*key.keyUsage == KeyUsageType::SIGN_VERIFY ||
                                        *key.keyUsage == KeyUsageType::GENERATE_VERIFY_MAC);
    return signs ? unlessUsable(key)
                 : std::optional<std::string>("Only keys for signatures or MACs do this.");
}

bool isSymmetric(const KeyMetadata &key) {
    return !key.keySpec || *key.keySpec == kms::KeySpec::SYMMETRIC_DEFAULT;
}

std::optional<std::string> unlessSymmetricCrypts(const KeyMetadata &key) {
    return isSymmetric(key) ? unlessCrypts(key)
                            : std::optional<std::string>("Only symmetric encryption keys do this.");
}

std::optional<std::string> unlessAsymmetric(const KeyMetadata &key) {
    return isSymmetric(key) ? std::optional<std::string>("A symmetric key has no public part.")
                            : unlessUsable(key);
}

std::optional<std::string> unlessNotPendingDeletion(const KeyMetadata &key) {
    return has(key, KeyState::PendingDeletion) ? std::optional<std::string>("The key is pending deletion.")
                                               : std::nullopt;
}

std::optional<std::string> unlessDisabled(const KeyMetadata &key) {
    return has(key, KeyState::Disabled)  ? std::nullopt
           : has(key, KeyState::Enabled) ? std::optional<std::string>("The key is enabled already.")
                                         : unlessNotPendingDeletion(key);
}

std::optional<std::string> unlessEnabled(const KeyMetadata &key) {
    return has(key, KeyState::Disabled) ? std::optional<std::string>("The key is disabled already.")
                                        : unlessNotPendingDeletion(key);
}

std::optional<std::string> unlessPendingDeletion(const KeyMetadata &key) {
    return has(key, KeyState::PendingDeletion)
               ? std::nullopt
               : std::optional<std::string>("No deletion is scheduled for the key.");
}

constexpr std::array rules{
    ActRule{Act::CreateKey, OperationId::CreateKey, Needs::Nothing, &anyKey},
    ActRule{Act::DescribeKey, OperationId::DescribeKey, Needs::OneKey, &anyKey},
    ActRule{Act::RotateNow, OperationId::RotateKeyOnDemand, Needs::OneKey, &unlessSymmetricCrypts},
    ActRule{Act::ChangeRotation, OperationId::EnableKeyRotation, Needs::OneKey, &unlessSymmetricCrypts},
    ActRule{Act::Enable, OperationId::EnableKey, Needs::Keys, &unlessDisabled},
    ActRule{Act::Disable, OperationId::DisableKey, Needs::Keys, &unlessEnabled},
    ActRule{Act::ScheduleDeletion, OperationId::ScheduleKeyDeletion, Needs::OneKey,
            &unlessNotPendingDeletion},
    ActRule{Act::CancelDeletion, OperationId::CancelKeyDeletion, Needs::OneKey, &unlessPendingDeletion},
    ActRule{Act::EditDescription, OperationId::UpdateKeyDescription, Needs::OneKey,
            &unlessNotPendingDeletion},
    ActRule{Act::EditTags, OperationId::TagResource, Needs::OneKey, &unlessNotPendingDeletion},
    ActRule{Act::CreateAlias, OperationId::CreateAlias, Needs::OneKey, &unlessNotPendingDeletion},
    ActRule{Act::DeleteAlias, OperationId::DeleteAlias, Needs::OneKey, &anyKey},
    ActRule{Act::Encrypt, OperationId::Encrypt, Needs::OneKey, &unlessCrypts},
    // A ciphertext names its own key, so these two need no selection.
    ActRule{Act::Decrypt, OperationId::Decrypt, Needs::Nothing, &anyKey},
    ActRule{Act::ReEncrypt, OperationId::ReEncrypt, Needs::Nothing, &anyKey},
    ActRule{Act::GenerateDataKey, OperationId::GenerateDataKeyWithoutPlaintext, Needs::OneKey,
            &unlessSymmetricCrypts},
    ActRule{Act::ViewPublicKey, OperationId::GetPublicKey, Needs::OneKey, &unlessAsymmetric},
    // Of HMAC keys: GenerateMac and VerifyMac. A backend that has the one has the other.
    ActRule{Act::Sign, OperationId::Sign, Needs::OneKey, &unlessSigns},
    ActRule{Act::Verify, OperationId::Verify, Needs::OneKey, &unlessSigns},
};

/// The rules stand in the order of Act, so that an act finds its own by position.
constexpr bool inOrder() {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (static_cast<std::size_t>(rules[i].act) != i) {
            return false;
        }
    }
    return true;
}
static_assert(inOrder());

} // namespace

std::optional<std::string> whyNot(Act act, const Situation &situation) {
    const ActRule &rule = rules[static_cast<std::size_t>(act)];
    if (!situation.open || situation.capabilities == nullptr) {
        return "Open a vault or connect to a profile first.";
    }
    const kms::Availability &availability = situation.capabilities->of(rule.operation);
    if (!availability.available) {
        return availability.reason;
    }
    if (rule.needs == Needs::Nothing) {
        return std::nullopt;
    }
    if (situation.selection.empty()) {
        return "Select a key first.";
    }
    if (rule.needs == Needs::OneKey && situation.selection.size() > 1) {
        return "Select one key only.";
    }
    // An act on several keys applies when one of them takes it; the dialog lists the others with their
    // reason.
    std::optional<std::string> reason;
    for (const KeyMetadata *key : situation.selection) {
        reason = rule.refuses(*key);
        if (!reason) {
            return std::nullopt;
        }
    }
    return reason;
}

} // namespace keyturn::workspace
