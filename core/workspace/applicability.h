// SPDX-License-Identifier: Apache-2.0
// When an act applies: a pure function of what is selected, what the backend has and what state things are
// in. It returns the reason, so that a greyed-out action can say why. Plain values.
#pragma once

#include "kms/capabilities.h"
#include "kms/enums.h"
#include "kms/structures.h"

#include <optional>
#include <span>
#include <string>

namespace keyturn::workspace {

enum class Act : std::uint8_t {
    CreateKey,
    DescribeKey,
    RotateNow,
    ChangeRotation,
    Enable,
    Disable,
    ScheduleDeletion,
    CancelDeletion,
    EditDescription,
    EditTags,
    CreateAlias,
    DeleteAlias,
    Encrypt,
    Decrypt,
    ReEncrypt,
    GenerateDataKey,
    ViewPublicKey,
    Sign,
    Verify
};

struct Situation {
    bool open = false; ///< a vault is unlocked or an endpoint connected
    const kms::Capabilities *capabilities = nullptr;
    std::span<const kms::KeyMetadata *const> selection;
};

/// Nothing when the act applies; otherwise why not, as a sentence.
std::optional<std::string> whyNot(Act act, const Situation &situation);

} // namespace keyturn::workspace
