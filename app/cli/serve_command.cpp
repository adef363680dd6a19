// SPDX-License-Identifier: Apache-2.0
// keyturn-cli serve: a vault as a KMS endpoint on loopback, until SIGTERM or SIGINT.
#include "access_key_command.h"
#include "commands.h"
#include "console.h"
#include "kms/json.h"
#include "secret_output.h"
#include "vault_command.h"
#include "workspace/serving.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <semaphore.h>

namespace keyturn::cli {
namespace {

constexpr std::string_view help =
    "keyturn-cli serve [--port N] [--access-key-id ID | --name NAME --principal-arn ARN --allow "
    "OPERATION,...]\n"
    "                  [--credentials-file FILE] [--print-secret] [--log-requests]\n\n"
    "Serves the vault as a KMS endpoint on 127.0.0.1, at a free port unless one is named, until SIGTERM or "
    "Ctrl+C.\n"
    "The first line of output is JSON: endpoint, region, account, accessKeyId, credentialsFile (mode 0600, "
    "AWS\n"
    "credentials syntax, removed at the end), and with --print-secret secretAccessKey. The access key is one "
    "of the\n"
    "vault (access-key create) or, unless --access-key-id names it, made for this run and never stored.\n"
    "--log-requests writes a line for each request to standard error.\n"
    "The vault is named by --vault FILE or KEYTURN_VAULT.\n\nOptions of every command:\n";

/// What wakes the command: a signal that ends it, or requests to show. A semaphore, because a signal handler
/// may use nothing else.
struct Alarm {
    Alarm() { ::sem_init(&semaphore, 0, 0); }
    ~Alarm() { ::sem_destroy(&semaphore); }
    void wait() {
        while (::sem_wait(&semaphore) != 0 && errno == EINTR) {
        }
    }
    ::sem_t semaphore{};
    volatile std::sig_atomic_t ended = 0;
};
Alarm *theAlarm = nullptr;

void endByAlarm(int) {
    theAlarm->ended = 1;
    ::sem_post(&theAlarm->semaphore);
}

/// While it lives, SIGTERM and SIGINT end the serving and not the program.
class SignalWatch {
public:
    explicit SignalWatch(Alarm &alarm) {
        theAlarm = &alarm;
        struct sigaction action {};
        action.sa_handler = endByAlarm;
        ::sigaction(SIGTERM, &action, &m_oldTerm);
        ::sigaction(SIGINT, &action, &m_oldInt);
    }
    ~SignalWatch() {
        ::sigaction(SIGTERM, &m_oldTerm, nullptr);
        ::sigaction(SIGINT, &m_oldInt, nullptr);
        theAlarm = nullptr;
    }
    SignalWatch(const SignalWatch &) = delete;
    SignalWatch &operator=(const SignalWatch &) = delete;

private:
    struct sigaction m_oldTerm {};
    struct sigaction m_oldInt {};
};

/// The credentials file of this run; gone with it.
class CredentialsFile {
public:
    CredentialsFile() = default;
    CredentialsFile(const CredentialsFile &) = delete;
    CredentialsFile &operator=(const CredentialsFile &) = delete;
    ~CredentialsFile() {
        std::error_code ignored;
        if (!m_path.empty()) {
            std::filesystem::remove(m_path, ignored);
        }
        if (!m_folder.empty()) {
            std::filesystem::remove(m_folder, ignored);
        }
    }

    Outcome<std::monostate> write(const std::optional<std::string> &wished, std::string_view text) {
        std::filesystem::path path;
        if (wished) {
            path = std::filesystem::absolute(*wished);
        } else {
            const char *runtime = std::getenv("XDG_RUNTIME_DIR");
            const auto base = runtime != nullptr && *runtime == '/' ? std::filesystem::path(runtime)
                                                                    : std::filesystem::temp_directory_path();
            std::string name = (base / "keyturn-serve-XXXXXX").string();
            if (::mkdtemp(name.data()) == nullptr) {
                return tl::unexpected<Failure>(toFailure(systemError(errno, "a folder for the credentials")));
            }
            m_folder = name;
            path = m_folder / "credentials";
        }
        auto written = writeNewSecretFile(path, text);
        if (written) {
            m_path = path;
        }
        return written;
    }
    const std::filesystem::path &path() const { return m_path; }

private:
    std::filesystem::path m_folder; ///< empty: the file was wished elsewhere
    std::filesystem::path m_path;
};

Outcome<kms::CreatedAccessKey> accessKeyOf(workspace::OpenVault &vault, const ParsedArguments &options) {
    const auto keys = vault.accessKeys();
    if (const auto id = options.optional("access-key-id")) {
        const auto entry = keys->find(*id);
        if (entry == nullptr) {
            return usageFailure("--access-key-id: the vault has no access key of that id, or it is disabled");
        }
        return kms::CreatedAccessKey{entry->facts, entry->secret.clone()};
    }
    auto wish = accessKeyWish(options);
    if (!wish) {
        return failureFrom(wish);
    }
    wish->lifetime = kms::KeyLifetime::UntilLocked;
    auto created = keys->create(std::move(*wish));
    return created ? Outcome<kms::CreatedAccessKey>(std::move(*created)) : failureFrom(created);
}

void appendMember(std::string_view name, std::string_view value, SecretText &out) {
    out.append(out.empty() ? "{" : ", ");
    kms::appendJsonString(name, out);
    out.append(": ");
    kms::appendJsonString(value, out);
}

void announce(const workspace::Serving &serving, const kms::CreatedAccessKey &key,
              const std::filesystem::path &credentials, bool withSecret) {
    SecretText text;
    appendMember("endpoint", serving.url(), text);
    appendMember("region", serving.region(), text);
    appendMember("account", serving.accountId(), text);
    appendMember("accessKeyId", key.key.id, text);
    appendMember("credentialsFile", credentials.string(), text);
    if (withSecret) {
        appendMember("secretAccessKey", key.secret.text(), text);
    }
    text.append("}\n");
    printOut(text.view());
}

void showRequests(const workspace::Serving &serving, std::uint64_t &shown) {
    for (const workspace::LiveRequest &one : serving.requestsSince(shown)) {
        if (one.serial > shown + 1) {
            printError("(" + std::to_string(one.serial - shown - 1) + " requests are not shown)\n");
        }
        shown = one.serial;
        printError(formatIso8601(one.time) + " " + std::to_string(one.status) + " " + one.outcome + " " +
                   (one.operation.empty() ? "-" : one.operation) + " " +
                   (one.accessKeyId.empty() ? "-" : one.accessKeyId) + " " +
                   std::to_string(one.took.count()) + " us " + one.requestId + "\n");
    }
}

Outcome<std::uint16_t> portOf(const ParsedArguments &options) {
    const auto port =
        options.has("port") ? pythonInteger(options.value("port")) : std::optional(std::int64_t(0));
    if (!port || *port < 0 || *port > 65535) {
        return usageFailure("--port takes 0 to 65535; 0 picks a free one");
    }
    return static_cast<std::uint16_t>(*port);
}

Outcome<ParsedArguments> serveOptions(const CommandLine &line) {
    std::vector<ArgumentSpec> options = accessKeyOptions();
    options.insert(options.end(), {{.option = "--port", .integer = true},
                                   {.option = "--access-key-id"},
                                   {.option = "--credentials-file"},
                                   {.option = "--print-secret", .arity = Arity::Flag},
                                   {.option = "--log-requests", .arity = Arity::Flag}});
    auto words = parseCommandWords(line, options, 0);
    if (!words) {
        return failureFrom(words);
    }
    const ParsedArguments &given = words->options;
    if (given.has("access-key-id") &&
        (given.has("name") || given.has("principal-arn") || given.has("allow"))) {
        return usageFailure(
            "--access-key-id names a key of the vault; --name, --principal-arn and --allow describe "
            "one for this run");
    }
    return std::move(words->options);
}

} // namespace

ExitOutcome runServe(const CommandLine &line, Runtime &runtime) {
    if (line.words.size() == 1 && line.words.front() == "help") {
        printOut(std::string(help) + optionHelp(globalOptions()));
        return exitOk;
    }
    auto options = serveOptions(line);
    if (!options) {
        return failureFrom(options);
    }
    auto port = portOf(*options);
    if (!port) {
        return failureFrom(port);
    }
    auto vault = openNamed(line, runtime, workspace::OpenMode::ReadWrite);
    if (!vault) {
        return failureFrom(vault);
    }
    auto key = accessKeyOf(**vault, *options);
    if (!key) {
        return failureFrom(key);
    }
    Alarm alarm;
    const SignalWatch watch(alarm);
    const bool logs = options->has("log-requests");
    auto serving = workspace::Serving::start(*vault, {.port = *port}, [&alarm, logs] {
        if (logs) {
            ::sem_post(&alarm.semaphore);
        }
    });
    if (!serving) {
        return failureFrom(serving);
    }
    CredentialsFile credentials;
    auto written =
        credentials.write(options->optional("credentials-file"), workspace::credentialsFileText(*key).view());
    if (!written) {
        return failureFrom(written);
    }
    announce(**serving, *key, credentials.path(), options->has("print-secret"));
    std::uint64_t shown = 0;
    while (alarm.ended == 0) {
        alarm.wait();
        if (logs) {
            showRequests(**serving, shown);
        }
    }
    (*serving)->stop();
    if (logs) {
        showRequests(**serving, shown);
    }
    return finished(**vault);
}

} // namespace keyturn::cli
