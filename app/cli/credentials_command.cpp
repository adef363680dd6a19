// SPDX-License-Identifier: Apache-2.0
// keyturn-cli credentials: the credentials of a profile for other programs, in the forms of `aws configure
// export-credentials`: credential_process gives what lies in the keychain to every AWS tool.
#include "aws_target.h"
#include "base/text.h"
#include "commands.h"
#include "console.h"
#include "kms/json.h"
#include "target.h"
#include "workspace/profile_store.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <variant>

namespace keyturn::cli {
namespace {

using Keys = credentials::CredentialsSource::Shared;

constexpr const char *chainVariable =
    "_AWS_CLI_PROFILE_CHAIN"; ///< the AWS CLI's own, so that both see circles
constexpr std::size_t longestChain = 4;

/// A profile whose credential_process asks for the same profile again would never end.
Outcome<std::monostate> enterChain(const std::string &profile) {
    const char *set = std::getenv(chainVariable);
    const std::string before = set == nullptr ? "" : set;
    std::vector<std::string> seen;
    for (const std::string_view name : split(before, ',')) {
        if (!name.empty()) {
            seen.emplace_back(name);
        }
    }
    const bool again = std::find(seen.begin(), seen.end(), profile) != seen.end();
    seen.push_back(profile);
    if (again) {
        return failure(exitConfiguration,
                       "Credential process resolution detected an infinite loop, profile cycle: " +
                           join(seen, " -> "));
    }
    if (seen.size() > longestChain) {
        return failure(exitConfiguration, "Maximum recursive credential process resolution reached (" +
                                              std::to_string(longestChain) +
                                              ").\nProfiles seen: " + join(seen, " -> "));
    }
    ::setenv(chainVariable, join(seen, ",").c_str(), 1);
    return std::monostate();
}

Outcome<Keys> keysOfProfile(const workspace::Profile &profile, const CommandLine &line, Runtime &runtime) {
    if (profile.kind == workspace::ProfileKind::Vault) {
        return usageFailure(
            "The profile " + profile.name +
            " is a vault: it has no AWS credentials. \"keyturn-cli serve\" gives a vault an endpoint "
            "and access keys.");
    }
    auto connection = connectProfile(profile, line, runtime);
    if (!connection) {
        return failureFrom(connection);
    }
    auto keys = connection->credentials->current(systemClock()->now());
    return keys ? Outcome<Keys>(std::move(*keys)) : failureFrom(keys);
}

std::string expirationOf(const credentials::Credentials &keys) {
    std::string text = keys.expiration ? formatIso8601(*keys.expiration) : std::string();
    if (text.ends_with('Z')) {
        text.replace(text.size() - 1, 1, "+00:00");
    }
    return text;
}

void appendMember(std::string_view name, std::string_view value, SecretText &out) {
    out.append(",\n  \"" + std::string(name) + "\": ");
    kms::appendJsonString(value, out);
}

void appendProcess(const credentials::Credentials &keys, SecretText &out) {
    out.append("{\n  \"Version\": 1");
    appendMember("AccessKeyId", keys.accessKeyId, out);
    appendMember("SecretAccessKey", keys.secretKey.text(), out);
    if (!keys.sessionToken.empty()) {
        appendMember("SessionToken", keys.sessionToken.text(), out);
    }
    if (keys.expiration) {
        appendMember("Expiration", expirationOf(keys), out);
    }
    out.append("\n}\n");
}

/// How a shell sets a variable. Values of AWS need no quotes, and then get none, as the AWS CLI prints them.
struct ShellForm {
    std::string_view name;
    std::string_view before;
    std::string_view between;
    std::string_view quote;   ///< around a value that needs it
    std::string_view special; ///< inside of quotes, written after `escape`
    std::string_view escape;
    bool alwaysQuotes = false;
};

constexpr std::array<ShellForm, 5> shells{{
    {"env", "export ", "=", "'", "", ""},
    {"env-no-export", "", "=", "'", "", ""},
    {"fish", "set -gx ", " ", "'", "\\'", "\\"},
    {"powershell", "$Env:", "=", "\"", "\"$`", "`", true},
    {"windows-cmd", "set ", "=", "", "", ""},
}};

bool needsQuotes(std::string_view value) {
    return std::any_of(value.begin(), value.end(), [](char c) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return !plain && std::string_view("/+=_.:@-").find(c) == std::string_view::npos;
    });
}

/// What no quotes of this shell can hold.
bool cannotBeWritten(const ShellForm &shell, std::string_view value) {
    const bool singleQuoted = shell.quote == "'" && shell.escape.empty();
    return value.find_first_of("\n\r") != std::string_view::npos ||
           value.find('\0') != std::string_view::npos ||
           (singleQuoted && value.find('\'') != std::string_view::npos) ||
           (shell.quote.empty() && needsQuotes(value));
}

Outcome<std::monostate> appendVariable(const ShellForm &shell, std::string_view name, std::string_view value,
                                       SecretText &out) {
    if (cannotBeWritten(shell, value)) {
        return failure(exitGeneral, std::string(name) + " holds a character that --format " +
                                        std::string(shell.name) + " cannot express; use --format process");
    }
    const std::string_view quote =
        shell.alwaysQuotes || needsQuotes(value) ? shell.quote : std::string_view();
    out.append(std::string(shell.before) + std::string(name) + std::string(shell.between) +
               std::string(quote));
    for (const char c : value) {
        out.append(!quote.empty() && shell.special.find(c) != std::string_view::npos ? shell.escape
                                                                                     : std::string_view());
        out.append(c);
    }
    out.append(std::string(quote) + "\n");
    return std::monostate();
}

Outcome<std::monostate> appendVariables(const ShellForm &shell, const credentials::Credentials &keys,
                                        SecretText &out) {
    const std::string expiration = expirationOf(keys);
    const std::pair<std::string_view, std::string_view> variables[] = {
        {"AWS_ACCESS_KEY_ID", keys.accessKeyId},
        {"AWS_SECRET_ACCESS_KEY", keys.secretKey.text()},
        {"AWS_SESSION_TOKEN", keys.sessionToken.text()},
        {"AWS_CREDENTIAL_EXPIRATION", expiration}};
    for (const auto &[name, value] : variables) {
        auto written = value.empty() ? std::monostate() : appendVariable(shell, name, value, out);
        if (!written) {
            return written;
        }
    }
    return std::monostate();
}

} // namespace

ExitOutcome runCredentials(const CommandLine &line, Runtime &runtime) {
    static const std::vector<ArgumentSpec> options{
        {.option = "--format",
         .choices = {"process", "env", "env-no-export", "powershell", "windows-cmd", "fish"},
         .help = "process (JSON for credential_process), or how a shell sets variables",
         .valueName = "FORMAT"}};
    auto words = parseCommandWords(line, options, 1);
    if (!words) {
        return failureFrom(words);
    }
    if (words->operands.size() == 1 && words->operands.front() == "help") {
        printOut("keyturn-cli credentials --profile NAME [options]\n\n" + optionHelp(options));
        return exitOk;
    }
    if (!words->operands.empty()) {
        return usageFailure("credentials takes no words: name the profile with --profile");
    }
    const char *preset = std::getenv("AWS_PROFILE");
    const std::string name =
        line.globals.optional("profile").value_or(preset == nullptr ? "default" : preset);
    if (auto entered = enterChain(name); !entered) {
        return failureFrom(entered);
    }
    const auto store = workspace::ProfileStore::load(workspace::ProfileStore::defaultPath());
    if (!store) {
        return tl::unexpected<Failure>(toFailure(store.error()));
    }
    const workspace::Profile *profile = line.globals.has("profile") ? store->find(name) : nullptr;
    auto keys = profile != nullptr ? keysOfProfile(*profile, line, runtime) : awsCredentials(line, runtime);
    if (!keys) {
        return failureFrom(keys);
    }
    SecretText text;
    const std::string format(words->options.value("format"));
    const auto *shell =
        std::find_if(shells.begin(), shells.end(), [&](const auto &each) { return each.name == format; });
    if (shell == shells.end()) {
        appendProcess(**keys, text);
    } else if (auto written = appendVariables(*shell, **keys, text); !written) {
        return failureFrom(written);
    }
    printOut(text.view());
    return exitOk;
}

} // namespace keyturn::cli
