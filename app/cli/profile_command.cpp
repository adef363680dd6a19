// SPDX-License-Identifier: Apache-2.0
// keyturn-cli profile add|edit|list|show|test|remove|import|export.
#include "console.h"
#include "profile_options.h"
#include "profile_verbs.h"
#include "report.h"
#include "workspace/probe_store.h"

#include <array>

namespace keyturn::cli {
namespace {

using aws::Value;
using workspace::Profile;
using workspace::ProfileStore;

constexpr std::string_view help =
    "keyturn-cli profile add NAME --region REGION [OPTIONS]\n"
    "keyturn-cli profile add NAME --vault FILE [OPTIONS]\n"
    "keyturn-cli profile edit NAME [--rename NEW] [OPTIONS]\n"
    "keyturn-cli profile list\n"
    "keyturn-cli profile show NAME\n"
    "keyturn-cli profile test NAME\n"
    "keyturn-cli profile remove NAME\n"
    "keyturn-cli profile import aws|FILE [--preview] [--names NAME ...]\n"
    "keyturn-cli profile export [--names NAME ...] [--to FILE]\n\n"
    "Where:        --region REGION  --service aws|qkms|custom  --endpoint-url URL  --ca-bundle FILE\n"
    "              --fips --no-fips --dual-stack --no-dual-stack\n"
    "Credentials:  --credentials keychain|environment|aws-profile|process|sso|role\n"
    "              --access-key-id ID [--secret-file FILE]   (keychain)\n"
    "              --aws-profile NAME                        (whatever that profile says)\n"
    "              --credential-process COMMAND\n"
    "              --sso-start-url URL --sso-region REGION --sso-account-id ID --sso-role-name NAME\n"
    "              --role-arn ARN [--role-base keychain|environment|aws-profile|process] [--external-id ID]\n"
    "              [--mfa-serial ARN] [--role-session-name NAME] [--duration-seconds N]\n"
    "Rules:        --environment local|development|staging|production  --environment-label TEXT\n"
    "              --safety normal|confirm|confirm-and-type|wrapped-only|read-only  (--read-only)\n"
    "              --shortest-deletion-days N|none  --calls-per-second N|none\n\n"
    "--secret-file: the first line is the secret access key, the second, if any, the session token; - is "
    "standard\n"
    "input. Without it the secret is asked for on the terminal. New production profiles start with\n"
    "confirm-and-type.\n";

ExitOutcome list(const CommandLine &line) {
    auto profiles = profileStore();
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

ExitOutcome show(const CommandLine &line) {
    auto profile = namedProfile(line);
    if (!profile) {
        return failureFrom(profile);
    }
    printReport(profileValue(*profile), line.wantsJson());
    return exitOk;
}

ExitOutcome remove(const CommandLine &line, Runtime &runtime) {
    auto profile = namedProfile(line);
    if (!profile) {
        return failureFrom(profile);
    }
    auto profiles = profileStore();
    if (!profiles) {
        return failureFrom(profiles);
    }
    if (workspace::usesKeychain(*profile)) {
        auto gone = runtime.keychain().remove({keychain::ItemKind::Profile, profile->id});
        if (!gone) {
            return failureFrom(gone);
        }
    }
    auto removed = profiles->remove(profile->name);
    if (!removed) {
        return failureFrom(removed);
    }
    // A report without its profile is never read again.
    static_cast<void>(workspace::ProbeStore().remove(*profile).has_value());
    return exitOk;
}

ExitOutcome printHelp() {
    printOut(help);
    return exitOk;
}

struct Verb {
    std::string_view name;
    ExitOutcome (*run)(const CommandLine &line, Runtime &runtime);
};

constexpr std::array verbs{
    Verb{"add", &addProfile},
    Verb{"edit", &editProfile},
    Verb{"list", [](const CommandLine &line, Runtime &) { return list(line); }},
    Verb{"show", [](const CommandLine &line, Runtime &) { return show(line); }},
    Verb{"test", &testProfile},
    Verb{"remove", &remove},
    Verb{"import", [](const CommandLine &line, Runtime &) { return importProfiles(line); }},
    Verb{"export", [](const CommandLine &line, Runtime &) { return exportProfiles(line); }},
    Verb{"help", [](const CommandLine &, Runtime &) { return printHelp(); }},
};

} // namespace

Outcome<ProfileStore> profileStore() {
    auto loaded = ProfileStore::load(ProfileStore::defaultPath());
    return loaded ? Outcome<ProfileStore>(std::move(*loaded)) : failureFrom(loaded);
}

Outcome<Profile> namedProfile(const CommandLine &line, std::span<const ArgumentSpec> options) {
    auto words = parseCommandWords(line, options, 1);
    if (!words) {
        return failureFrom(words);
    }
    const std::string name =
        words->operands.empty() ? std::string(line.globals.value("profile")) : words->operands.front();
    if (name.empty()) {
        return usageFailure("Name the profile");
    }
    auto profiles = profileStore();
    if (!profiles) {
        return failureFrom(profiles);
    }
    const Profile *found = profiles->find(name);
    if (found == nullptr) {
        return failure(exitGeneral, "The config profile (" + name + ") could not be found");
    }
    return *found;
}

ExitOutcome runProfile(const CommandLine &line, Runtime &runtime) {
    CommandLine rest = line;
    const std::string verb = rest.words.empty() ? "help" : rest.words.front();
    if (!rest.words.empty()) {
        rest.words.erase(rest.words.begin());
    }
    for (const Verb &each : verbs) {
        if (each.name == verb) {
            return each.run(rest, runtime);
        }
    }
    return usageFailure("There is no command \"profile " + verb + "\".\n\n" + std::string(help));
}

} // namespace keyturn::cli
