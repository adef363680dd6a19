// SPDX-License-Identifier: Apache-2.0
// keyturn-cli profile add|list|show|test|remove. Secrets go into the OS keychain, never into the profile
// file.
#include "commands.h"
#include "console.h"
#include "credentials/keychain_item.h"
#include "kms/call.h"
#include "kms/operations/list_keys.h"
#include "report.h"
#include "target.h"
#include "workspace/profile_store.h"

namespace keyturn::cli {
namespace {

using aws::Value;
using workspace::Profile;
using workspace::ProfileStore;

constexpr std::string_view help =
    "keyturn-cli profile add NAME --region REGION [--endpoint-url URL] [--credentials "
    "keychain|environment|aws-profile]\n"
    "                        [--access-key-id ID] [--secret-file FILE] [--aws-profile NAME] [--ca-bundle "
    "FILE]\n"
    "                        [--environment local|development|staging|production] [--read-only]\n"
    "keyturn-cli profile add NAME --vault FILE [--environment ...] [--read-only]\n"
    "keyturn-cli profile list\n"
    "keyturn-cli profile show NAME\n"
    "keyturn-cli profile test NAME\n"
    "keyturn-cli profile remove NAME\n\n"
    "--secret-file: the first line is the secret access key, the second, if any, the session token; - is "
    "standard\n"
    "input. Without it the secret is asked for on the terminal.\n";

Outcome<ProfileStore> store() {
    auto loaded = ProfileStore::load(ProfileStore::defaultPath());
    return loaded ? Outcome<ProfileStore>(std::move(*loaded)) : failureFrom(loaded);
}

Value textOrNull(const std::string &text) {
    return text.empty() ? Value() : Value::text(text);
}

Value profileValue(const Profile &profile) {
    Value::Map members{{"Name", Value::text(profile.name)},
                       {"Id", Value::text(profile.id)},
                       {"Kind", Value::text(workspace::wireName(profile.kind))}};
    if (profile.kind == workspace::ProfileKind::Vault) {
        members.emplace_back("Vault", Value::text(profile.vaultFile.string()));
    } else {
        members.emplace_back("EndpointUrl", textOrNull(profile.endpointUrl));
        members.emplace_back("Region", textOrNull(profile.region));
        members.emplace_back("Credentials", Value::text(workspace::wireName(profile.credentialSource)));
        members.emplace_back("AwsProfile", textOrNull(profile.awsProfile));
        members.emplace_back("CaBundle", textOrNull(profile.caBundle.string()));
    }
    members.emplace_back("Environment", Value::text(workspace::wireName(profile.environment)));
    members.emplace_back("ReadOnly", Value::boolean(profile.isReadOnly()));
    return Value::map(std::move(members));
}

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

Outcome<Profile> profileFrom(const std::string &name, const CommandLine &line,
                             const ParsedArguments &options) {
    Profile profile;
    profile.id = workspace::newProfileId();
    profile.name = name;
    if (const auto environment = options.optional("environment")) {
        auto known = workspace::environmentFromName(*environment);
        if (!known) {
            return failureFrom(known);
        }
        profile.environment = *known;
    }
    profile.safety = options.has("read-only") ? workspace::SafetyLevel::ReadOnly
                                              : workspace::defaultSafety(profile.environment);
    if (line.globals.has("vault")) {
        profile.kind = workspace::ProfileKind::Vault;
        profile.vaultFile = std::filesystem::absolute(std::string(line.globals.value("vault")));
        return profile;
    }
    profile.endpointUrl = line.globals.value("endpoint-url");
    if (!profile.endpointUrl.empty()) {
        profile.service = workspace::EndpointService::Custom;
    }
    profile.region = line.globals.value("region");
    profile.caBundle = std::string(line.globals.value("ca-bundle"));
    profile.awsProfile = options.value("aws-profile");
    const auto source = options.optional("credentials");
    const std::string sourceName = source.value_or(profile.awsProfile.empty() ? "keychain" : "aws-profile");
    auto known = workspace::credentialSourceFromName(sourceName);
    if (!known) {
        return failureFrom(known);
    }
    profile.credentialSource = *known;
    return profile;
}

ExitOutcome add(const CommandLine &line, Runtime &runtime) {
    static const std::vector<ArgumentSpec> options{
        {.option = "--credentials"}, {.option = "--access-key-id"},
        {.option = "--secret-file"}, {.option = "--aws-profile"},
        {.option = "--environment"}, {.option = "--read-only", .arity = Arity::Flag},
    };
    auto words = parseCommandWords(line, options, 1);
    if (!words) {
        return failureFrom(words);
    }
    if (words->operands.empty()) {
        return usageFailure("profile add needs a name: profile add NAME ...");
    }
    auto profile = profileFrom(words->operands.front(), line, words->options);
    if (!profile) {
        return failureFrom(profile);
    }
    if (auto valid = workspace::validateProfile(*profile); !valid) {
        return failureFrom(valid);
    }
    auto profiles = store();
    if (!profiles) {
        return failureFrom(profiles);
    }
    if (profiles->find(profile->name) != nullptr) {
        return usageFailure(
            "There is a profile of that name already; remove it first or choose another name");
    }
    const bool keychain = profile->kind == workspace::ProfileKind::Endpoint &&
                          profile->credentialSource == workspace::CredentialSource::Keychain;
    if (keychain) {
        auto keys = askCredentials(words->options);
        if (!keys) {
            return failureFrom(keys);
        }
        auto stored = runtime.keychain().write({keychain::ItemKind::Profile, profile->id},
                                               credentials::writeKeychainDocument(*keys));
        if (!stored) {
            return failureFrom(stored);
        }
    }
    auto added = profiles->add(*profile);
    if (!added) {
        if (keychain) {
            static_cast<void>(
                runtime.keychain().remove({keychain::ItemKind::Profile, profile->id}).has_value());
        }
        return failureFrom(added);
    }
    printReport(profileValue(*profile), line.wantsJson());
    return exitOk;
}

ExitOutcome list(const CommandLine &line) {
    auto profiles = store();
    if (!profiles) {
        return failureFrom(profiles);
    }
    Value::List items;
    for (const Profile &profile : profiles->profiles()) {
        items.push_back(profileValue(profile));
    }
    printReport(Value::map({{"Profiles", Value::list(std::move(items))}}), line.wantsJson());
    return exitOk;
}

/// The profile that the first operand, or --profile, names.
Outcome<Profile> named(const CommandLine &line) {
    auto words = parseCommandWords(line, {}, 1);
    if (!words) {
        return failureFrom(words);
    }
    const std::string name =
        words->operands.empty() ? std::string(line.globals.value("profile")) : words->operands.front();
    if (name.empty()) {
        return usageFailure("Name the profile");
    }
    auto profiles = store();
    if (!profiles) {
        return failureFrom(profiles);
    }
    const Profile *found = profiles->find(name);
    if (found == nullptr) {
        return failure(exitGeneral, "The config profile (" + name + ") could not be found");
    }
    return *found;
}

ExitOutcome show(const CommandLine &line) {
    auto profile = named(line);
    if (!profile) {
        return failureFrom(profile);
    }
    printReport(profileValue(*profile), line.wantsJson());
    return exitOk;
}

ExitOutcome test(const CommandLine &line, Runtime &runtime) {
    auto profile = named(line);
    if (!profile) {
        return failureFrom(profile);
    }
    CommandLine chosen = line;
    chosen.globals.values.insert_or_assign("profile", std::vector<std::string>{profile->name});
    auto target = findTarget(chosen);
    if (!target) {
        return failureFrom(target);
    }
    auto open = openTarget(*target, chosen, runtime);
    if (!open) {
        return failureFrom(open);
    }
    kms::ListKeys::Request request;
    request.limit = 1;
    auto reply = kms::callAndWait<kms::ListKeys>(*open->service, std::move(request));
    if (!reply) {
        return tl::unexpected<Failure>(callFailure(reply.error(), *target));
    }
    const auto capabilities = open->service->capabilities();
    printReport(Value::map({{"Profile", Value::text(profile->name)},
                            {"Backend", Value::text(capabilities.backend)},
                            {"Region", textOrNull(capabilities.region)},
                            {"Credentials", textOrNull(open->credentialOrigin)},
                            {"Answer", Value::text("ListKeys succeeded")}}),
                line.wantsJson());
    return exitOk;
}

ExitOutcome remove(const CommandLine &line, Runtime &runtime) {
    auto profile = named(line);
    if (!profile) {
        return failureFrom(profile);
    }
    auto profiles = store();
    if (!profiles) {
        return failureFrom(profiles);
    }
    if (profile->kind == workspace::ProfileKind::Endpoint &&
        profile->credentialSource == workspace::CredentialSource::Keychain) {
        auto gone = runtime.keychain().remove({keychain::ItemKind::Profile, profile->id});
        if (!gone) {
            return failureFrom(gone);
        }
    }
    auto removed = profiles->remove(profile->name);
    return removed ? ExitOutcome(exitOk) : failureFrom(removed);
}

} // namespace

ExitOutcome runProfile(const CommandLine &line, Runtime &runtime) {
    CommandLine rest = line;
    const std::string verb = rest.words.empty() ? "help" : rest.words.front();
    if (!rest.words.empty()) {
        rest.words.erase(rest.words.begin());
    }
    if (verb == "add") {
        return add(rest, runtime);
    }
    if (verb == "list") {
        return list(rest);
    }
    if (verb == "show") {
        return show(rest);
    }
    if (verb == "test") {
        return test(rest, runtime);
    }
    if (verb == "remove") {
        return remove(rest, runtime);
    }
    if (verb == "help") {
        printOut(help);
        return exitOk;
    }
    return usageFailure("There is no command \"profile " + verb + "\".\n\n" + std::string(help));
}

} // namespace keyturn::cli
