// SPDX-License-Identifier: Apache-2.0
#include "target.h"

#include "aws_target.h"
#include "base/text.h"
#include "console.h"
#include "credentials/obtain_and_wait.h"
#include "kms/error_text.h"
#include "progress_line.h"
#include "remote/remote_kms.h"
#include "snapshot_command.h"
#include "terminal_prompts.h"
#include "workspace/connect.h"
#include "workspace/probe_store.h"
#include "workspace/profile_store.h"

#include <cstdlib>

namespace keyturn::cli {
namespace {

std::string environmentValue(const char *name) {
    const char *value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

bool namesAwsSettings() {
    for (const char *name :
         {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL"}) {
        if (!environmentValue(name).empty()) {
            return true;
        }
    }
    return false;
}

tl::unexpected<Failure> nothingNamed() {
    return failure(
        exitConfiguration,
        "Nothing is named to work on. Name a vault with --vault FILE (or KEYTURN_VAULT), a profile with "
        "--profile NAME, or an endpoint with --endpoint-url URL and --region REGION.");
}

/// A profile of Keyturn by its name; nothing when there is none of that name.
Outcome<std::optional<workspace::Profile>> keyturnProfile(const std::string &name) {
    const auto store = workspace::ProfileStore::load(workspace::ProfileStore::defaultPath());
    if (!store) {
        return tl::unexpected<Failure>(toFailure(store.error()));
    }
    const workspace::Profile *found = store->find(name);
    return found == nullptr ? std::optional<workspace::Profile>() : std::optional(*found);
}

Target ofProfile(workspace::Profile profile, const CommandLine &line) {
    Target target;
    if (profile.kind == workspace::ProfileKind::Vault) {
        target.vaultFile = profile.vaultFile;
        target.profile = std::move(profile);
        return target;
    }
    target.kind = Target::Kind::KeyturnProfile;
    if (line.globals.has("endpoint-url")) {
        profile.endpointUrl = line.globals.value("endpoint-url");
        profile.service = workspace::EndpointService::Custom;
        profile.fips = profile.dualStack = false;
    }
    if (line.globals.has("region")) {
        profile.region = line.globals.value("region");
    }
    if (line.globals.has("ca-bundle")) {
        profile.caBundle = std::filesystem::absolute(std::string(line.globals.value("ca-bundle")));
    }
    target.endpointUrl = workspace::endpointUrlOf(profile).value_or(profile.endpointUrl);
    target.region = profile.region;
    target.profile = std::move(profile);
    return target;
}

Outcome<std::optional<SecretBytes>> keychainSecret(const std::string &vaultId, Runtime &runtime) {
    auto secret = runtime.keychain().read({keychain::ItemKind::Vault, vaultId});
    if (secret) {
        return std::optional(std::move(*secret));
    }
    if (!canPrompt()) {
        return failureFrom(secret);
    }
    printError("The keychain did not give the vault's secret (" + secret.error().detail + ").\n");
    return std::optional<SecretBytes>();
}

/// Passphrase file, then the keychain if the vault has a slot for it, then a prompt.
Outcome<workspace::VaultToOpen> withSecret(workspace::VaultToOpen vault, const CommandLine &line,
                                           Runtime &runtime) {
    if (const auto file = line.globals.optional("recovery-code-file")) {
        auto code = readSecretLine(*file);
        if (!code) {
            return failureFrom(code);
        }
        vault.with = workspace::UnlockWith::RecoveryCode;
        vault.secret = std::move(*code);
        return vault;
    }
    auto passphrase = givenPassphrase(line);
    if (!passphrase) {
        return failureFrom(passphrase);
    }
    if (*passphrase) {
        vault.secret = std::move(**passphrase);
        return vault;
    }
    const auto facts = workspace::readVaultFacts(vault.file);
    if (!facts) {
        return tl::unexpected<Failure>(toFailure(facts.error()));
    }
    for (const auto &slot : facts->slots) {
        if (slot.type != "keychain") {
            continue;
        }
        auto secret = keychainSecret(facts->vaultId, runtime);
        if (!secret) {
            return failureFrom(secret);
        }
        if (*secret) {
            vault.with = workspace::UnlockWith::KeychainSecret;
            vault.secret = std::move(**secret);
            return vault;
        }
        break;
    }
    if (!canPrompt()) {
        return failure(exitConfiguration,
                       "The vault " + vault.file.string() +
                           " needs its passphrase, and there is no terminal to ask on. Give "
                           "--passphrase-file FILE (- is standard input) or KEYTURN_PASSPHRASE_FILE, "
                           "or add a keychain slot with: keyturn-cli vault slots add-keychain");
    }
    auto typed = promptSecret("Passphrase of " + vault.file.string() + ": ");
    if (!typed) {
        return failureFrom(typed);
    }
    vault.secret = std::move(*typed);
    return vault;
}

Outcome<OpenTarget> openProfile(const workspace::Profile &profile, const CommandLine &line,
                                Runtime &runtime) {
    auto connection = connectProfile(profile, line, runtime);
    if (!connection) {
        return failureFrom(connection);
    }
    return OpenTarget{nullptr, std::move(connection->stack.service), std::move(connection->credentialOrigin),
                      [endpoint = connection->endpoint] { return endpoint->facts().clockSkew; }};
}

} // namespace

Outcome<workspace::Connection> connectProfile(const workspace::Profile &profile, const CommandLine &line,
                                              Runtime &runtime) {
    runtime.needApplication();
    std::optional<SecretBytes> item;
    if (workspace::usesKeychain(profile)) {
        auto read = runtime.keychain().read({keychain::ItemKind::Profile, profile.id});
        if (!read) {
            return failureFrom(read);
        }
        item = std::move(*read);
    }
    const auto prompts = terminalPrompts(line, runtime);
    workspace::ConnectParts parts;
    parts.stack.confirmation = prompts;
    parts.stack.history = runtime.history();
    parts.stack.report = workspace::ProbeStore().load(profile);
    parts.prompts = prompts;
    const auto source = profile.credentialSource;
    if (source != workspace::CredentialSource::Keychain &&
        source != workspace::CredentialSource::Environment) {
        parts.cache = runtime.sessionCache();
    }
    auto connection = workspace::connectEndpoint(profile, std::move(item), std::move(parts));
    if (!connection) {
        return failureFrom(connection);
    }
    // The keychain answers through this thread's event loop, so whatever has to be fetched is fetched
    // here.
    auto keys = credentials::obtainAndWait(*connection->credentials, systemClock()->now());
    if (!keys) {
        return failureFrom(keys);
    }
    return std::move(*connection);
}

Outcome<Target> findTarget(const CommandLine &line) {
    const ParsedArguments &globals = line.globals;
    if (const auto named = globals.optional("snapshot")) {
        if (globals.has("vault") || globals.has("profile") || globals.has("endpoint-url")) {
            return usageFailure(
                "--snapshot cannot be given together with --vault, --profile or --endpoint-url");
        }
        auto file = snapshotFile(*named);
        if (!file) {
            return failureFrom(file);
        }
        Target target;
        target.kind = Target::Kind::Snapshot;
        target.snapshotFile = std::move(*file);
        return target;
    }
    if (globals.has("vault") && (globals.has("profile") || globals.has("endpoint-url"))) {
        return usageFailure("--vault cannot be given together with --profile or --endpoint-url");
    }
    if (const auto name = globals.optional("profile")) {
        auto profile = keyturnProfile(*name);
        if (!profile) {
            return failureFrom(profile);
        }
        return *profile ? Outcome<Target>(ofProfile(std::move(**profile), line)) : findAwsTarget(line);
    }
    if (globals.has("endpoint-url")) {
        return findAwsTarget(line);
    }
    if (globals.has("vault") || !environmentValue("KEYTURN_VAULT").empty()) {
        auto file = namedVault(line);
        if (!file) {
            return failureFrom(file);
        }
        Target target;
        target.vaultFile = std::move(*file);
        return target;
    }
    return namesAwsSettings() ? findAwsTarget(line) : Outcome<Target>(nothingNamed());
}

Outcome<OpenTarget> openTarget(const Target &target, const CommandLine &line, Runtime &runtime) {
    switch (target.kind) {
    case Target::Kind::KeyturnProfile:
        return openProfile(target.profile, line, runtime);
    case Target::Kind::AwsSettings:
        return openAwsTarget(target, line, runtime);
    case Target::Kind::Snapshot:
        return openSnapshotTarget(target, runtime);
    case Target::Kind::Vault:
        break;
    }
    const auto mode =
        target.profile.isReadOnly() ? workspace::OpenMode::ReadOnly : workspace::OpenMode::ReadWrite;
    auto vault = openNamedVault(target.vaultFile, mode, line, runtime);
    if (!vault) {
        return failureFrom(vault);
    }
    workspace::StackParts parts;
    parts.confirmation = terminalPrompts(line, runtime);
    parts.history = target.profile.name.empty() ? nullptr : runtime.history(); // else the vault's own log
    auto service = target.profile.name.empty()
                       ? (*vault)->service()
                       : workspace::decorate((*vault)->service(), target.profile, parts);
    return OpenTarget{std::move(*vault), std::move(service), {}, [] { return std::chrono::seconds(0); }};
}

Outcome<std::filesystem::path> namedVault(const CommandLine &line) {
    const std::string named = line.globals.has("vault") ? std::string(line.globals.value("vault"))
                                                        : environmentValue("KEYTURN_VAULT");
    if (named.empty()) {
        return failure(exitConfiguration, "No vault is named. Use --vault FILE or KEYTURN_VAULT.");
    }
    return std::filesystem::path(named);
}

Outcome<workspace::VaultToOpen> vaultToOpen(const std::filesystem::path &file, workspace::OpenMode mode,
                                            const CommandLine &line, Runtime &runtime) {
    workspace::VaultToOpen vault;
    vault.file = file;
    vault.mode = mode;
    vault.program = "cli";
    vault.region = line.globals.optional("region").value_or("");
    vault.waitIfInUse = std::chrono::seconds(pythonInteger(line.globals.value("wait")).value_or(0));
    return withSecret(std::move(vault), line, runtime);
}

Outcome<std::shared_ptr<workspace::OpenVault>> openNamedVault(const std::filesystem::path &file,
                                                              workspace::OpenMode mode,
                                                              const CommandLine &line, Runtime &runtime) {
    auto ready = vaultToOpen(file, mode, line, runtime);
    if (!ready) {
        return failureFrom(ready);
    }
    ProgressLine progress;
    ready->waits = [&](const Error &inUse) { progress.show("Waiting: " + inUse.detail); };
    ready->acceptOlder = [&progress, ask = olderVaultQuestion(line)](const std::string &what) {
        progress.clear();
        return ask(what);
    };
    progress.show("Opening " + file.filename().string());
    auto opened = workspace::openVault(std::move(*ready), CancelToken());
    progress.clear();
    if (!opened) {
        const bool older = kms::isOlderVault(opened.error());
        Failure failed = toFailure(std::move(opened.error()));
        if (older) {
            failed.hints.push_back("--accept-older-vault accepts it, once.");
        }
        return tl::unexpected<Failure>(std::move(failed));
    }
    for (const std::string &warning : (*opened)->warnings()) {
        printError("Warning: " + warning + "\n");
    }
    return std::move(*opened);
}

std::function<bool(const std::string &what)> olderVaultQuestion(const CommandLine &line) {
    if (line.globals.has("accept-older-vault")) {
        return [](const std::string &) { return true; };
    }
    return [](const std::string &what) -> bool {
        const auto typed =
            askLine("This is not the vault as it was last seen here: " + what +
                    ".\nIf it is accepted, it counts from now on, and what only the other one has is "
                    "lost here.\nType accept to go on: ");
        return typed && trimmed(*typed) == "accept";
    };
}

Outcome<std::optional<SecretBytes>> givenPassphrase(const CommandLine &line) {
    const std::string path = line.globals.has("passphrase-file")
                                 ? std::string(line.globals.value("passphrase-file"))
                                 : environmentValue("KEYTURN_PASSPHRASE_FILE");
    if (path.empty()) {
        return std::optional<SecretBytes>();
    }
    auto passphrase = readSecretLine(path);
    if (!passphrase) {
        return failureFrom(passphrase);
    }
    if (passphrase->empty()) {
        return usageFailure("The passphrase in " + (path == "-" ? std::string("standard input") : path) +
                            " is empty");
    }
    return std::optional(std::move(*passphrase));
}

Failure callFailure(Error error, const Target &target) {
    std::string url = target.endpointUrl;
    if (!url.empty() && url.find('/', url.find("//") + 2) == std::string::npos) {
        url += "/";
    }
    const ErrorCode code = error.code;
    Failure result = toFailure(std::move(error));
    if (code == ErrorCode::ConnectionFailed || code == ErrorCode::HostNotFound) {
        result.text = "Could not connect to the endpoint URL: \"" + url + "\"";
    } else if (code == ErrorCode::TimedOut) {
        result.text = "Read timeout on endpoint URL: \"" + url + "\"";
    } else if (code == ErrorCode::SafetyRefused) {
        result.hints.push_back(
            "Where there is no terminal, --confirm TEXT answers what the profile asks: yes, "
            "or the key's own alias.");
    }
    return result;
}

} // namespace keyturn::cli
