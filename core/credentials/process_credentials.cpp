// SPDX-License-Identifier: Apache-2.0
#include "credentials/process_credentials.h"

#include "credentials/flat_json.h"

#include "base/text.h"

#include <QProcess>

#include <algorithm>

namespace keyturn::credentials {

namespace {

constexpr std::size_t maxToldBytes = 400;
constexpr std::size_t longestToldWord = 31; ///< longer ones may be keys
constexpr int pollMs = 50;

tl::unexpected<Error> retrievalFailed(const std::string &why) {
    return fail(ErrorCode::Configuration, "Error when retrieving credentials from custom-process: " + why);
}

/// What the program said for people, fit to be shown: one line, no controls, no word that may be a key.
std::string toldText(std::string_view text) {
    std::string out;
    for (const std::string_view line : split(text, '\n')) {
        for (const std::string_view word : split(trimmed(line), ' ')) {
            const bool plain = std::all_of(word.begin(), word.end(), [](char c) {
                return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
            });
            if (word.empty() || out.size() > maxToldBytes) {
                continue;
            }
            out += out.empty() ? "" : " ";
            out += plain && isValidUtf8(word) && word.size() <= longestToldWord ? std::string(word) : "(...)";
        }
    }
    return out;
}

void moveInto(SecretText &out, QByteArray bytes) {
    out.append(std::string_view(bytes.constData(), std::size_t(bytes.size())));
    wipe(MutableByteView(reinterpret_cast<std::uint8_t *>(bytes.data()), std::size_t(bytes.size())));
}

struct ProcessOutput {
    SecretText out;
    SecretText errors;
    int exitCode = 0;
    bool crashed = false;
};

class Run {
public:
    Run(const ProcessLimits &limits, const CancelToken &cancel)
        : m_limits(limits)
        , m_cancel(cancel) {}

    Result<ProcessOutput> operator()(const std::vector<std::string> &command) {
        QStringList arguments;
        for (std::size_t i = 1; i < command.size(); ++i) {
            arguments << QString::fromStdString(command[i]);
        }
        m_process.setStandardInputFile(QProcess::nullDevice());
        m_process.start(QString::fromStdString(command[0]), arguments);
        if (!m_process.waitForStarted(-1)) {
            return retrievalFailed("the program " + command[0] +
                                   " could not be started: it is not there, or may not be run");
        }
        const auto end = std::chrono::steady_clock::now() + m_limits.timeout;
        while (m_process.state() != QProcess::NotRunning) {
            m_process.waitForReadyRead(pollMs);
            collect();
            if (auto good = check(end); !good) {
                m_process.kill();
                m_process.waitForFinished();
                return failFrom(good);
            }
        }
        collect();
        if (auto good = check(end); !good && good.error().code != ErrorCode::TimedOut) {
            return failFrom(good);
        }
        m_output.exitCode = m_process.exitCode();
        m_output.crashed = m_process.exitStatus() != QProcess::NormalExit;
        return std::move(m_output);
    }

private:
    void collect() {
        moveInto(m_output.out, m_process.readAllStandardOutput());
        moveInto(m_output.errors, m_process.readAllStandardError());
    }
    Status check(std::chrono::steady_clock::time_point end) const {
        if (m_cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "the program was stopped");
        }
        if (m_output.out.size() > m_limits.maxOutputBytes ||
            m_output.errors.size() > m_limits.maxOutputBytes) {
            return retrievalFailed("the program wrote more than " + std::to_string(m_limits.maxOutputBytes) +
                                   " bytes");
        }
        if (std::chrono::steady_clock::now() >= end) {
            const auto seconds = std::chrono::ceil<std::chrono::seconds>(m_limits.timeout).count();
            return fail(ErrorCode::TimedOut,
                        "Error when retrieving credentials from custom-process: the program did not end "
                        "within " +
                            std::to_string(seconds) + " s; it may be waiting for an answer");
        }
        return {};
    }

    const ProcessLimits &m_limits;
    const CancelToken &m_cancel;
    QProcess m_process;
    ProcessOutput m_output;
};

Result<Credentials> readAnswer(std::string_view text, Timestamp now) {
    auto members = readFlatJson(text, Nested::Join);
    if (!members) {
        return retrievalFailed("the program's answer is no JSON object: " + members.error().detail);
    }
    const auto version = memberNumber(*members, "Version");
    if (version != 1) {
        const std::string words =
            version ? "'" + std::to_string(*version) + "'" : std::string("'<Version key not provided>'");
        return retrievalFailed("Unsupported version " + words +
                               " for credential process provider, supported versions: 1");
    }
    for (const char *name : {"AccessKeyId", "SecretAccessKey"}) {
        if (memberText(*members, name).empty()) {
            return retrievalFailed("Missing required key in response: '" + std::string(name) + "'");
        }
    }
    Credentials out;
    out.accessKeyId = memberText(*members, "AccessKeyId");
    out.secretKey = SecretBytes::copyOf(memberText(*members, "SecretAccessKey"));
    out.sessionToken = SecretBytes::copyOf(memberText(*members, "SessionToken"));
    if (const std::string_view expiration = memberText(*members, "Expiration"); !expiration.empty()) {
        auto time = parseIso8601(expiration);
        if (!time) {
            return retrievalFailed("the Expiration in the program's answer is no ISO 8601 time");
        }
        if (*time <= now) {
            return fail(ErrorCode::ExpiredToken, "the program's credentials expired at " +
                                                     formatIso8601(*time) + ": log in with it again");
        }
        out.expiration = *time;
    }
    return out;
}

} // namespace

Result<std::vector<std::string>> splitCommand(std::string_view command) {
    std::vector<std::string> out;
    std::optional<std::string> word;
    char quote = '\0';
    for (std::size_t i = 0; i < command.size(); ++i) {
        const char c = command[i];
        const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (quote == '\0' && blank) {
            if (word) {
                out.push_back(std::move(*word));
                word.reset();
            }
            continue;
        }
        if (!word) {
            word.emplace();
        }
        if (c == quote) {
            quote = '\0';
        } else if (quote == '\0' && (c == '"' || c == '\'')) {
            quote = c;
        } else if (c == '\\' && quote != '\'') {
            if (++i == command.size()) {
                return retrievalFailed("the command ends with a backslash");
            }
            // Inside double quotes a backslash stays but before a quote and another backslash.
            if (quote == '"' && command[i] != '"' && command[i] != '\\') {
                *word += '\\';
            }
            *word += command[i];
        } else {
            *word += c;
        }
    }
    if (quote != '\0') {
        return retrievalFailed("a quotation in the command has no end");
    }
    if (word) {
        out.push_back(std::move(*word));
    }
    if (out.empty() || out[0].empty()) {
        return retrievalFailed("the command is empty");
    }
    return out;
}

Result<Credentials> runCredentialProcess(const std::string &command, const ProcessLimits &limits,
                                         Timestamp now, const CancelToken &cancel) {
    auto words = splitCommand(command);
    if (!words) {
        return failFrom(words);
    }
    auto output = Run(limits, cancel)(*words);
    if (!output) {
        return failFrom(output);
    }
    if (output->crashed || output->exitCode != 0) {
        const std::string said = toldText(output->errors.view());
        return retrievalFailed(
            (output->crashed ? std::string("the program crashed")
                             : "the program ended with exit code " + std::to_string(output->exitCode)) +
            (said.empty() ? "" : "; it said: " + said));
    }
    return readAnswer(output->out.view(), now);
}

} // namespace keyturn::credentials
