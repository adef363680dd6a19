// SPDX-License-Identifier: Apache-2.0
#include "job_services.h"

#include "console.h"
#include "reencrypt/job_places.h"
#include "workspace/database_passwords.h"

#include <cstdlib>

namespace keyturn::cli {
namespace {

/// The command line as if --profile NAME had been given and no other target.
CommandLine withProfile(const CommandLine &line, const std::string &name) {
    CommandLine other = line;
    for (const char *option : {"vault", "endpoint-url", "region"}) {
        other.globals.values.erase(option);
    }
    other.globals.values["profile"] = {name};
    return other;
}

bool namesTarget(const CommandLine &line) {
    return line.globals.has("vault") || line.globals.has("profile") || line.globals.has("endpoint-url");
}

std::string keyType(const std::string &algorithm) {
    return algorithm.starts_with("RSAES") ? "RSA" : algorithm.starts_with("SM2") ? "SM2" : "SYMMETRIC";
}

Outcome<std::monostate> lockVault(OpenTarget &open) {
    open.service.reset();
    if (open.vault) {
        if (auto locked = open.vault->lock(); !locked) {
            return failureFrom(locked);
        }
    }
    return std::monostate();
}

} // namespace

Outcome<std::shared_ptr<const SecretText>> databasePassword(const reencrypt::JobSpec &spec,
                                                            Runtime &runtime) {
    const std::string &name = spec.source.passwordInKeychain;
    if (name.empty()) {
        return std::shared_ptr<const SecretText>();
    }
    auto secret = runtime.keychain().read(workspace::databasePasswordItem(name));
    if (!secret) {
        Failure failed = toFailure(secret.error());
        failed.hints.push_back("The job takes its database password from the keychain, under the name " +
                               name + ". keyturn-cli job password " + name + " stores it there.");
        return tl::unexpected<Failure>(std::move(failed));
    }
    auto text = std::make_shared<SecretText>();
    text->append(secret->text());
    return std::shared_ptr<const SecretText>(std::move(text));
}

Outcome<JobServices> JobServices::open(const reencrypt::JobSpec &spec, const CommandLine &line,
                                       Runtime &runtime) {
    const bool byJob = !spec.service.empty() && !namesTarget(line);
    const CommandLine sourceLine = byJob ? withProfile(line, spec.service) : line;
    auto target = findTarget(sourceLine);
    if (!target) {
        return failureFrom(target);
    }
    if (isDatabase(spec.source.kind)) {
        runtime.needApplication(); // Qt finds its database drivers by it
    }
    JobServices services;
    auto password = databasePassword(spec, runtime);
    if (!password) {
        return failureFrom(password);
    }
    services.m_databasePassword = std::move(*password);
    auto source = openTarget(*target, sourceLine, runtime);
    if (!source) {
        return failureFrom(source);
    }
    services.m_target = std::move(*target);
    services.m_source = std::move(*source);
    if (!spec.destinationService.empty()) {
        const CommandLine otherLine = withProfile(line, spec.destinationService);
        auto otherTarget = findTarget(otherLine);
        auto other = otherTarget ? openTarget(*otherTarget, otherLine, runtime)
                                 : Outcome<OpenTarget>(failureFrom(otherTarget));
        if (!other) {
            return failureFrom(other);
        }
        services.m_destination = std::move(*other);
    }
    return services;
}

reencrypt::JobParts JobServices::parts(const reencrypt::JobSpec &spec, std::string jobId) {
    const std::string endpoint = isVault() ? "vault " + m_source.vault->vaultId() : m_target.endpointUrl;
    reencrypt::JobParts parts;
    parts.services.service = m_source.service;
    parts.services.destination = m_destination ? m_destination->service : nullptr;
    parts.services.isVault = isVault();
    parts.services.jobId = std::move(jobId);
    parts.databasePassword = m_databasePassword;
    parts.rate = m_rates->of(endpoint, m_target.region, keyType(spec.sourceAlgorithm),
                             reencrypt::ceilingOf(spec, isVault()));
    return parts;
}

Outcome<workspace::JournalKey> JobServices::journalKey(const std::string &source,
                                                       const ParsedArguments &options, Runtime &runtime) {
    workspace::JournalKeyWish wish;
    wish.source = source;
    wish.vault = m_source.vault;
    const char *preset = std::getenv("KEYTURN_JOURNAL_KEY_FILE");
    if (options.has("journal-key-file")) {
        wish.keyFile = std::string(options.value("journal-key-file"));
    } else if (preset != nullptr && (source.empty() || source == "key file")) {
        wish.keyFile = preset;
    }
    const bool ofVault = source.starts_with("vault ") || (source.empty() && wish.vault);
    std::shared_ptr<workspace::JournalKeychain> keychain;
    if (wish.keyFile.empty() && !ofVault) {
        keychain = workspace::journalKeychain(runtime.keychain());
    }
    std::optional<Result<workspace::JournalKey>> answer;
    workspace::obtainJournalKey(std::move(wish), std::move(keychain),
                                [&](Result<workspace::JournalKey> key) { answer.emplace(std::move(key)); });
    if (!*answer) {
        return failureFrom(*answer);
    }
    if (!(*answer)->notice.empty()) {
        printError((*answer)->notice + "\n");
    }
    return std::move(**answer);
}

Outcome<std::monostate> JobServices::close() {
    auto source = lockVault(m_source);
    if (m_destination) {
        auto destination = lockVault(*m_destination);
        return source ? std::move(destination) : std::move(source);
    }
    return source;
}

} // namespace keyturn::cli
