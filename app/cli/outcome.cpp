// SPDX-License-Identifier: Apache-2.0
#include "outcome.h"

#include "kms/error_text.h"

namespace keyturn::cli {
namespace {

int exitCodeOf(const Error &error) {
    if (!error.serviceCode.empty()) {
        return exitService;
    }
    switch (error.code) {
    case ErrorCode::Usage:
        return exitUsage;
    case ErrorCode::Configuration:
    case ErrorCode::NoCredentials:
    case ErrorCode::NoRegion:
        return exitConfiguration;
    default:
        return exitGeneral;
    }
}

} // namespace

Failure toFailure(Error error) {
    Failure result;
    result.exitCode = exitCodeOf(error);
    result.text = kms::commandLineSentence(error);
    // The sentence of an error of ours has its next step inside already.
    if (const kms::ErrorText words = kms::describe(error);
        !error.serviceCode.empty() && !words.nextStep.empty()) {
        result.hints.push_back(words.nextStep);
    }
    if (error.code == ErrorCode::VaultInUse) {
        result.hints.push_back("--wait SECONDS waits for it.");
    }
    if (error.code == ErrorCode::VaultReadOnly &&
        error.detail.find("open it read-only") != std::string::npos) {
        result.hints.push_back(
            "Make a profile that only reads: keyturn-cli profile add NAME --vault FILE --read-only");
    }
    result.error = std::move(error);
    return result;
}

} // namespace keyturn::cli
