// SPDX-License-Identifier: Apache-2.0
// Errors in words: the one place where an Error becomes a title, an explanation and a next step. Window and
// terminal share it; a test walks all codes. Pure functions, US English, no secrets.
#pragma once

#include "base/error.h"
#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

/// What the caller knows besides the error, to name the one cause that holds.
struct ErrorCircumstances {
    const AnyRequest *request = nullptr; ///< keys and contexts are taken from it
    std::string profile;
    std::string region;
    std::string accountId;
};

/// A vault's file that is not, or does not go on from, the state last seen on this computer: a backup that
/// was put back, or one that somebody put there. `what` says which of the two and when they were changed.
Error olderVault(std::string what);
bool isOlderVault(const Error &error);

/// An act that may mend it; the console turns it into a button.
enum class NextStep : std::uint8_t {
    None,
    Retry,
    EnableKey,
    CancelDeletionAndEnable,
    CompareContext,
    ChooseOtherKey,
    ShowPolicyStatement,
    UnlockVault,
    UnlockKeyring,
    EnterCredentials,
    ChooseRegion,
    ChooseCaBundle,
    OpenReadOnly,
    WaitForVault,
    FreeSpace,
    FixInput
};

struct ErrorText {
    std::string title;       ///< a few words: "The key is disabled"
    std::string explanation; ///< sentences: what happened and why
    std::string nextStep;    ///< a sentence: what to do; may be empty
    NextStep act = NextStep::None;
    std::string policyStatement; ///< JSON to copy, for AccessDenied
};

ErrorText describe(const Error &error, const ErrorCircumstances &circumstances = {});

/// "An error occurred (NotFoundException) when calling the DescribeKey operation: ..." as the AWS CLI says
/// it; an error that no service made is told in one line of our own.
std::string commandLineSentence(const Error &error);

/// Lines for "Copy details": codes, message, request id, operation, attempts. No secrets.
std::string copyableDetails(const Error &error, const ErrorCircumstances &circumstances = {});

} // namespace keyturn::kms
