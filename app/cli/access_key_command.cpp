// SPDX-License-Identifier: Apache-2.0
// keyturn-cli access-key create|list|enable|disable|delete: whom a served vault knows, and what each may do.
#include "access_key_command.h"

#include "base/text.h"
#include "close_matches.h"
#include "commands.h"
#include "console.h"
#include "report.h"
#include "secret_output.h"
#include "vault_command.h"
#include "workspace/serving.h"

#include <algorithm>

namespace keyturn::cli {
namespace {

using aws::Value;

constexpr std::string_view help =
    "keyturn-cli access-key create [--name NAME] [--principal-arn ARN] [--allow OPERATION,...]\n"
    "                              [--credentials-file FILE]\n"
    "keyturn-cli access-key list\n"
    "keyturn-cli access-key enable ID | disable ID | delete ID\n\n"
    "Access keys are kept sealed in the vault and count when it is served. Without --allow a key may call "
    "every\n"
    "operation; with it, ReplicateKey needs CreateKey as well, and new keys with tags need TagResource.\n"
    "The secret is shown once: on the terminal, or in a new file of AWS credentials syntax.\n"
    "The vault is named by --vault FILE or KEYTURN_VAULT.\n\nOptions of every command:\n";

/// "ReEncrypt" and "re-encrypt" are the same.
std::string plainName(std::string_view name) {
    std::string plain = toLowerAscii(name);
    plain.erase(std::remove(plain.begin(), plain.end(), '-'), plain.end());
    return plain;
}

Outcome<std::string> operationNamed(std::string_view word) {
    std::vector<std::string> names;
    for (std::size_t index = 0; index < kms::operationCount; ++index) {
        names.emplace_back(kms::operationInfo(static_cast<kms::OperationId>(index)).name);
        if (plainName(names.back()) == plainName(word)) {
            return names.back();
        }
    }
    std::string text = "--allow: there is no operation \"" + std::string(word) + "\"";
    if (const auto close = closeMatches(word, names); !close.empty()) {
        text += "; maybe you meant " + join(close, " or ");
    }
    return usageFailure(text);
}

Value describe(const kms::AccessKey &key) {
    return Value::map({{"AccessKeyId", Value::text(key.id)},
                       {"Name", Value::text(key.name)},
                       {"PrincipalArn", Value::text(key.principalArn)},
                       {"Allowed", Value::text(key.permissionText())},
                       {"Enabled", Value::boolean(key.enabled)},
                       {"Created", Value::text(formatIso8601(key.created))},
                       {"LastUsed", key.lastUsed ? Value::text(formatIso8601(*key.lastUsed)) : Value()}});
}

Outcome<std::monostate> handOut(const kms::CreatedAccessKey &created,
                                const std::optional<std::string> &file) {
    const SecretText credentials = workspace::credentialsFileText(created);
    if (file) {
        return writeNewSecretFile(*file, credentials.view());
    }
    SecretText shown;
    shown.append("Access key, its secret shown this once:\n\n");
    shown.append(credentials.view());
    shown.append("\n");
    return showOnTerminal(shown.view());
}

ExitOutcome create(const CommandLine &line, Runtime &runtime) {
    std::vector<ArgumentSpec> options = accessKeyOptions();
    options.push_back({.option = "--credentials-file"});
    auto words = parseCommandWords(line, options, 0);
    if (!words) {
        return failureFrom(words);
    }
    const auto file = words->options.optional("credentials-file");
    if (!file && !canPrompt()) {
        return usageFailure(
            "access-key create needs --credentials-file FILE or a terminal to show the secret on");
    }
    if (file && std::filesystem::exists(*file)) {
        return usageFailure("--credentials-file: " + *file + " exists already");
    }
    auto wish = accessKeyWish(words->options);
    if (!wish) {
        return failureFrom(wish);
    }
    auto vault = openNamed(line, runtime, workspace::OpenMode::ReadWrite);
    if (!vault) {
        return failureFrom(vault);
    }
    const auto keys = (*vault)->accessKeys();
    auto created = keys->create(std::move(*wish));
    if (!created) {
        return failureFrom(created);
    }
    if (auto handed = handOut(*created, file); !handed) {
        // Nobody has its secret: it is of no use.
        static_cast<void>(keys->remove(created->key.id).has_value());
        return failureFrom(handed);
    }
    printReport(describe(created->key), line.wantsJson());
    return finished(**vault);
}

ExitOutcome list(const CommandLine &line, Runtime &runtime) {
    auto vault = openNamed(line, runtime, workspace::OpenMode::ReadOnly);
    if (!vault) {
        return failureFrom(vault);
    }
    Value::List keys;
    for (const kms::AccessKey &key : (*vault)->accessKeys()->list()) {
        keys.push_back(describe(key));
    }
    printReport(Value::map({{"AccessKeys", Value::list(std::move(keys))}}), line.wantsJson());
    return finished(**vault);
}

ExitOutcome change(const CommandLine &line, Runtime &runtime, const std::string &verb) {
    auto words = parseCommandWords(line, {}, 1);
    if (!words) {
        return failureFrom(words);
    }
    if (words->operands.empty()) {
        return usageFailure("access-key " + verb + " needs the id, as \"access-key list\" shows it");
    }
    auto vault = openNamed(line, runtime, workspace::OpenMode::ReadWrite);
    if (!vault) {
        return failureFrom(vault);
    }
    const auto keys = (*vault)->accessKeys();
    const std::string &id = words->operands.front();
    auto done = verb == "delete" ? keys->remove(id) : keys->setEnabled(id, verb == "enable");
    return done ? finished(**vault) : failureFrom(done);
}

} // namespace

std::vector<ArgumentSpec> accessKeyOptions() {
    return {{.option = "--name"}, {.option = "--principal-arn"}, {.option = "--allow"}};
}

Outcome<kms::NewAccessKey> accessKeyWish(const ParsedArguments &options) {
    kms::NewAccessKey wish;
    wish.name = options.value("name");
    wish.principalArn = options.value("principal-arn");
    if (!options.has("allow")) {
        return wish;
    }
    wish.operations.emplace();
    for (const std::string_view word : split(options.value("allow"), ',')) {
        auto name = operationNamed(trimmed(word));
        if (!name) {
            return failureFrom(name);
        }
        wish.operations->push_back(std::move(*name));
    }
    return wish;
}

ExitOutcome runAccessKey(const CommandLine &line, Runtime &runtime) {
    CommandLine rest = line;
    const std::string verb = rest.words.empty() ? "help" : rest.words.front();
    if (!rest.words.empty()) {
        rest.words.erase(rest.words.begin());
    }
    if (verb == "create") {
        return create(rest, runtime);
    }
    if (verb == "list") {
        return list(rest, runtime);
    }
    if (verb == "enable" || verb == "disable" || verb == "delete") {
        return change(rest, runtime, verb);
    }
    if (verb == "help") {
        printOut(std::string(help) + optionHelp(globalOptions()));
        return exitOk;
    }
    return usageFailure("There is no command \"access-key " + verb + "\".\n\n" +
                        std::string(help.substr(0, help.find("\n\n"))));
}

} // namespace keyturn::cli
