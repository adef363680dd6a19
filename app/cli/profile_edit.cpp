// SPDX-License-Identifier: Apache-2.0
// keyturn-cli profile add|edit. Secrets go into the OS keychain, never into the profile file.
#include "console.h"
#include "credentials/keychain_item.h"
#include "profile_options.h"
#include "profile_verbs.h"
#include "report.h"
#include "terminal_prompts.h"

namespace keyturn::cli {
namespace {

using workspace::Profile;

/// The secret access key and, if there is one, the session token.
Outcome<credentials::Credentials> askCredentials(const ParsedArguments &options) {
    credentials::Credentials keys;
    keys.accessKeyId = options.value("access-key-id");
    if (keys.accessKeyId.empty()) {
        return usageFailure("--access-key-id ID is needed for a profile whose secret is in the keychain");
    }
    const auto file = options.optional("secret-file");
    if (!file) {
        if (!canPrompt()) {
            return failure(
                exitConfiguration,
                "The secret access key is needed, and there is no terminal to ask on: --secret-file FILE");
        }
        auto secret = promptSecret("Secret access key: ");
        if (!secret) {
            return failureFrom(secret);
        }
        keys.secretKey = std::move(*secret);
    } else {
        auto lines = readSecretLines(*file, 2);
        if (!lines) {
            return failureFrom(lines);
        }
        keys.secretKey = std::move((*lines)[0]);
        keys.sessionToken = std::move((*lines)[1]);
    }
    if (keys.secretKey.empty()) {
        return usageFailure("The secret access key is empty");
    }
    return keys;
}

keychain::ItemId itemOf(const Profile &profile) {
    return {keychain::ItemKind::Profile, profile.id};
}

Outcome<std::monostate> storeSecret(const Profile &profile, const ParsedArguments &options,
                                    Runtime &runtime) {
    auto keys = askCredentials(options);
    if (!keys) {
        return failureFrom(keys);
    }
    auto stored = runtime.keychain().write(itemOf(profile), credentials::writeKeychainDocument(*keys));
    if (!stored) {
        return failureFrom(stored);
    }
    return std::monostate();
}

/// Less care in production is not a matter of one careless option.
bool lowersProduction(const Profile &before, const Profile &after) {
    const bool production = before.environment == workspace::Environment::Production;
    const bool lowered = after.safety < before.safety || after.environment < before.environment ||
                         (before.shortestDeletionDays &&
                          after.shortestDeletionDays.value_or(0) < *before.shortestDeletionDays);
    return production && before.safety != workspace::SafetyLevel::Normal && lowered;
}

} // namespace

ExitOutcome addProfile(const CommandLine &line, Runtime &runtime) {
    auto words = parseCommandWords(line, profileOptions(), 1);
    if (!words) {
        return failureFrom(words);
    }
    if (words->operands.empty()) {
        return usageFailure("profile add needs a name: profile add NAME ...");
    }
    Profile fresh;
    fresh.id = workspace::newProfileId();
    fresh.name = words->operands.front();
    const auto environment = workspace::environmentFromName(words->options.value("environment"));
    fresh.safety = workspace::defaultSafety(environment.value_or(fresh.environment));
    if (words->options.value("service") == "qkms" && !line.globals.has("region")) {
        fresh.region = "us-east-1";
    }
    auto profile = applyProfileOptions(std::move(fresh), line, words->options);
    if (!profile) {
        return failureFrom(profile);
    }
    auto profiles = profileStore();
    if (!profiles) {
        return failureFrom(profiles);
    }
    if (profiles->find(profile->name) != nullptr) {
        return usageFailure(
            "There is a profile of that name already; remove it first or choose another name");
    }
    const bool keychain = workspace::usesKeychain(*profile);
    if (keychain) {
        if (auto stored = storeSecret(*profile, words->options, runtime); !stored) {
            return failureFrom(stored);
        }
    }
    auto added = profiles->add(*profile);
    if (!added) {
        if (keychain) {
            static_cast<void>(runtime.keychain().remove(itemOf(*profile)).has_value());
        }
        return failureFrom(added);
    }
    printReport(profileValue(*profile), line.wantsJson());
    return exitOk;
}

ExitOutcome editProfile(const CommandLine &line, Runtime &runtime) {
    auto before = namedProfile(line, profileOptions());
    if (!before) {
        return failureFrom(before);
    }
    auto words = parseCommandWords(line, profileOptions(), 1);
    if (!words) {
        return failureFrom(words);
    }
    auto after = applyProfileOptions(*before, line, words->options);
    if (!after) {
        return failureFrom(after);
    }
    // A command that its owner writes anew is the owner's.
    if (after->credentialProcess != before->credentialProcess) {
        after->origin = workspace::ProfileOrigin::Own;
    }
    if (lowersProduction(*before, *after) &&
        !confirmedByWord(line, "This lowers the safety rules of a production profile.", before->name)) {
        return failure(exitGeneral, "The safety rules of a production profile are lowered only when its name "
                                    "is typed: --confirm \"" +
                                        before->name + "\", or on a terminal. Nothing was changed.");
    }
    auto profiles = profileStore();
    if (!profiles) {
        return failureFrom(profiles);
    }
    if (workspace::usesKeychain(*after) &&
        (!workspace::usesKeychain(*before) || words->options.has("access-key-id"))) {
        if (auto stored = storeSecret(*after, words->options, runtime); !stored) {
            return failureFrom(stored);
        }
    }
    auto replaced = profiles->replace(*after);
    if (!replaced) {
        return failureFrom(replaced);
    }
    printReport(profileValue(*after), line.wantsJson());
    return exitOk;
}

} // namespace keyturn::cli
