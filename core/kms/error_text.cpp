// SPDX-License-Identifier: Apache-2.0
#include "kms/error_text.h"

#include "base/text.h"
#include "kms/access_denied.h"
#include "kms/error_words.h"
#include "kms/identifier.h"
#include "kms/open_enum.h"
#include "kms/request_keys.h"

#include <array>

namespace keyturn::kms {
namespace {

constexpr std::size_t maxQuotedCharacters = 600;

/// A service's words or a detail as a sentence of ours: one line, not endless, with a full stop.
std::string asSentence(std::string_view text) {
    std::string sentence = elideMiddle(trimmed(text), maxQuotedCharacters);
    for (char &c : sentence) {
        c = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    const bool ends =
        !sentence.empty() && (sentence.back() == '.' || sentence.back() == '!' || sentence.back() == '?');
    return ends ? sentence : sentence + '.';
}

/// The same where nothing stands before it.
std::string asFirstSentence(std::string_view text) {
    std::string sentence = asSentence(text);
    if (sentence.front() >= 'a' && sentence.front() <= 'z') {
        sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
    }
    return sentence;
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string connectionPhrase(const ErrorCircumstances &circumstances) {
    std::string text;
    if (!circumstances.region.empty()) {
        text += " in Region " + circumstances.region;
    }
    if (!circumstances.accountId.empty()) {
        text += " of account " + circumstances.accountId;
    }
    return text;
}

std::string contextPhrase(const EncryptionContext *context) {
    if (context == nullptr || context->empty()) {
        return "no encryption context was given, so one that was used for encrypting is missing";
    }
    const std::string pairs = std::to_string(context->size()) + (context->size() == 1 ? " pair" : " pairs");
    return "the encryption context (" + pairs +
           " given) must be the one used for encrypting, letter case included";
}

bool namesAsymmetricAlgorithm(const AnyRequest &request) {
    const auto &fields = operationInfo(request.operation()).request;
    for (const std::string_view name : {"EncryptionAlgorithm", "SourceEncryptionAlgorithm"}) {
        const Field *field = findField(fields, name);
        const void *value = field != nullptr ? field->access->get(request.object()) : nullptr;
        if (value != nullptr &&
            static_cast<const OpenEnum *>(value)->text(field->enumeration()) != "SYMMETRIC_DEFAULT") {
            return true;
        }
    }
    return false;
}

/// The service tells nothing: which of context, key, Region or damage it can be.
std::string ciphertextAdvice(const ErrorCircumstances &circumstances) {
    if (circumstances.request == nullptr) {
        return "Check the encryption context, the key and the Region, and that the ciphertext is whole.";
    }
    const AnyRequest &request = *circumstances.request;
    if (namesAsymmetricAlgorithm(request)) {
        return "Check key and algorithm, for the ciphertext holds neither, and that it is whole.";
    }
    std::string text = "Check three things: " + contextPhrase(sourceContext(request)) +
                       "; the ciphertext must be whole, decoded from base64 once and without a trailing "
                       "newline; and its key must be one of this service";
    return text + connectionPhrase(circumstances) + '.';
}

std::string notFoundAdvice(const ErrorCircumstances &circumstances) {
    std::string names;
    if (circumstances.request != nullptr) {
        for (const KeySide side : {KeySide::Key, KeySide::Source, KeySide::Destination, KeySide::Alias}) {
            if (const std::string *key = keyNamed(*circumstances.request, side)) {
                names += (names.empty() ? "" : " and ") + *key;
            }
        }
    }
    const std::string where = connectionPhrase(circumstances);
    return "Check " + (names.empty() ? "the key id or alias" : names) + ": it must exist" + where +
           "; a key of another account needs its full ARN.";
}

void nameSide(ErrorText &text, const Error &error, const ErrorCircumstances &circumstances) {
    if (circumstances.request == nullptr) {
        return;
    }
    const KeySide side = sideNamedIn(error.serviceMessage, *circumstances.request);
    if (side != KeySide::None) {
        text.explanation +=
            " It is " + std::string(sidePhrase(side)) + ", " + *keyNamed(*circumstances.request, side) + '.';
    }
}

void describeState(ErrorText &text, std::string_view message) {
    struct Row {
        std::string_view part;
        std::string_view title;
        std::string_view nextStep;
        NextStep act;
    };
    static constexpr std::array rows{
        Row{"not pending deletion", "The key is not pending deletion", "There is no deletion to cancel.",
            NextStep::None},
        Row{"pending deletion", "The key is pending deletion",
            "Cancel its deletion and enable the key, then try again.", NextStep::CancelDeletionAndEnable},
        Row{"pending import", "The key has no key material", "Import key material for it, then try again.",
            NextStep::None},
        Row{"is unavailable", "The key's store is not connected", "Connect the key store, then try again.",
            NextStep::None},
        Row{"is disabled", "The key is disabled", "Enable the key, then try again.", NextStep::EnableKey},
    };
    for (const Row &row : rows) {
        if (contains(message, row.part)) {
            text.title = row.title;
            text.nextStep = row.nextStep;
            text.act = row.act;
            return;
        }
    }
}

std::string ownNameTitle(const Error &error) {
    return error.serviceCode.empty() ? std::string(errorWords(ErrorCode::Unknown).title)
                                     : "The service answered " + elideMiddle(error.serviceCode, 60);
}

void addCircumstances(ErrorText &text, const Error &error, const ErrorCircumstances &circumstances) {
    switch (error.code) {
    case ErrorCode::Unknown:
        text.title = ownNameTitle(error);
        break;
    case ErrorCode::InvalidCiphertext:
        text.nextStep = ciphertextAdvice(circumstances);
        break;
    case ErrorCode::NotFound:
        text.nextStep = notFoundAdvice(circumstances);
        break;
    case ErrorCode::Disabled:
        nameSide(text, error, circumstances);
        break;
    case ErrorCode::KMSInvalidState:
        describeState(text, error.serviceMessage);
        nameSide(text, error, circumstances);
        break;
    case ErrorCode::Validation:
        text.nextStep = error.serviceMessage.empty()
                            ? "The service does not say which: check key, algorithm, sizes and context."
                            : "Mend the value that is named, then try again.";
        break;
    case ErrorCode::UnsupportedOperation:
        text.nextStep = error.serviceMessage.empty() && error.detail.empty()
                            ? "The service does not say why: check the key's spec, usage, origin and Region."
                            : "Choose a key that allows it, or another service.";
        break;
    default:
        break;
    }
}

/// Answers that a place gives which has not heard of a change yet.
bool mayBeOld(ErrorCode code) {
    return code == ErrorCode::NotFound || code == ErrorCode::AccessDenied || code == ErrorCode::Disabled ||
           code == ErrorCode::KMSInvalidState || code == ErrorCode::AlreadyExists;
}

/// A person's login at IAM Identity Center: its detail tells the whole story, next step included.
bool isLogin(const Error &error) {
    return error.code == ErrorCode::NoCredentials && error.operation == "CreateToken" &&
           !error.detail.empty();
}

ErrorText describeLogin(const Error &error) {
    return {"The login has not succeeded", asFirstSentence(error.detail), {}, NextStep::Retry, {}};
}

constexpr std::string_view openingOlderVault = "OpenOlderVault";
constexpr std::string_view olderVaultTitle = "This is not the vault as it was last seen here";
constexpr std::string_view olderVaultStep = "If you put a backup back, or mean this copy, accept it: it "
                                            "counts from now on, and what only the other one has is "
                                            "lost here. If not, find the later file first.";

/// The change comes first: what the service says about a key that it does not know yet misleads.
void putChangeFirst(ErrorText &text, const Error &error) {
    text.title = "A change may not have spread yet";
    text.explanation = asSentence(error.detail);
    text.nextStep.clear();
    text.act = NextStep::Retry;
}

std::string serviceName(const Error &error) {
    return error.serviceCode.empty() ? std::string(errorCodeName(error.code)) : error.serviceCode;
}

} // namespace

Error olderVault(std::string what) {
    Error error = clientError(ErrorCode::VaultDamaged, std::move(what), ErrorOrigin::Vault);
    error.operation = openingOlderVault;
    return error;
}

bool isOlderVault(const Error &error) {
    return error.code == ErrorCode::VaultDamaged && error.operation == openingOlderVault;
}

ErrorText describe(const Error &error, const ErrorCircumstances &circumstances) {
    ErrorText text;
    if (isOlderVault(error)) {
        return {std::string(olderVaultTitle),
                asFirstSentence(error.detail),
                std::string(olderVaultStep),
                NextStep::None,
                {}};
    }
    if (isLogin(error)) {
        return describeLogin(error);
    }
    if (error.code == ErrorCode::AccessDenied) {
        text = describeAccessDenied(error, circumstances);
    } else {
        const ErrorWords &words = errorWords(error.code);
        text = {std::string(words.title),
                std::string(words.explanation),
                std::string(words.nextStep),
                words.act,
                {}};
        addCircumstances(text, error, circumstances);
    }
    // Whoever made the error knows of a change to the key.
    const bool lags = error.retryable && mayBeOld(error.code) && !error.detail.empty();
    if (lags) {
        putChangeFirst(text, error);
    }
    if (!error.serviceMessage.empty()) {
        text.explanation += " The service says: " + asSentence(error.serviceMessage);
    }
    if (!error.detail.empty() && !lags) {
        text.explanation += " In detail: " + asSentence(error.detail);
    }
    return text;
}

std::string commandLineSentence(const Error &error) {
    const bool fromService = isServiceCode(error.code) || !error.serviceCode.empty();
    if (fromService) {
        const bool gaveUp = error.retryable && error.attempts > 1;
        std::string sentence = "An error occurred (" + serviceName(error) + ") when calling the " +
                               error.operation + " operation";
        sentence += gaveUp ? " (reached max retries: " + std::to_string(error.attempts - 1) + ")" : "";
        return sentence + ": " + error.serviceMessage;
    }
    if (isLogin(error)) {
        return describeLogin(error).title + ": " + asSentence(error.detail);
    }
    if (isOlderVault(error)) {
        return std::string(olderVaultTitle) + ": " + asSentence(error.detail) + " " +
               std::string(olderVaultStep);
    }
    const ErrorWords &words = errorWords(error.code);
    std::string sentence(words.title);
    sentence += ": " + (error.detail.empty() ? std::string(words.explanation) : asSentence(error.detail));
    if (!words.nextStep.empty()) {
        sentence += ' ' + std::string(words.nextStep);
    }
    return sentence;
}

std::string copyableDetails(const Error &error, const ErrorCircumstances &circumstances) {
    static constexpr std::array<std::string_view, 5> origins{"client", "service", "vault", "network",
                                                             "system"};
    std::string lines;
    const auto line = [&lines](std::string_view name, std::string_view value) {
        if (!value.empty()) {
            lines.append(name).append(": ").append(value).append("\n");
        }
    };
    line("Error", serviceName(error));
    line("Kind", errorCodeName(error.code));
    line("Message", error.serviceMessage);
    line("Detail", error.detail);
    line("Operation", error.operation);
    line("Found by", origins[static_cast<std::size_t>(error.origin)]);
    line("Request id", error.requestId);
    line("HTTP status", error.httpStatus == 0 ? "" : std::to_string(error.httpStatus));
    line("Attempts", error.attempts == 0 ? "" : std::to_string(error.attempts));
    line("Profile", circumstances.profile);
    line("Region", circumstances.region);
    line("Account", circumstances.accountId);
    return lines;
}

} // namespace keyturn::kms
