// SPDX-License-Identifier: Apache-2.0
#include "console.h"

#include "kms/json.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace keyturn::cli {
namespace {

constexpr std::size_t secretLineMax = 4096;

void writeAll(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// Echo off for as long as it lives; back on also when a signal ends the program.
class SilentTerminal {
public:
    explicit SilentTerminal(int descriptor)
        : m_descriptor(descriptor) {
        m_ok = ::tcgetattr(descriptor, &s_before) == 0;
        if (!m_ok) {
            return;
        }
        s_descriptor = descriptor;
        struct sigaction action {};
        action.sa_handler = &SilentTerminal::interrupted;
        ::sigaction(SIGINT, &action, &m_oldInterrupt);
        ::sigaction(SIGTERM, &action, &m_oldTerminate);
        termios silent = s_before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ECHONL;
        ::tcsetattr(descriptor, TCSAFLUSH, &silent);
    }
    ~SilentTerminal() {
        if (m_ok) {
            ::tcsetattr(m_descriptor, TCSAFLUSH, &s_before);
            ::sigaction(SIGINT, &m_oldInterrupt, nullptr);
            ::sigaction(SIGTERM, &m_oldTerminate, nullptr);
        }
    }
    SilentTerminal(const SilentTerminal &) = delete;
    SilentTerminal &operator=(const SilentTerminal &) = delete;

private:
    static void interrupted(int signal) {
        ::tcsetattr(s_descriptor, TCSAFLUSH, &s_before);
        ::_exit(128 + signal);
    }
    static inline termios s_before{};
    static inline int s_descriptor = -1;
    int m_descriptor;
    bool m_ok = false;
    struct sigaction m_oldInterrupt {};
    struct sigaction m_oldTerminate {};
};

Outcome<SecretBytes> readLine(int descriptor, const std::string &name) {
    SecretBytes line(secretLineMax + 1);
    std::size_t used = 0;
    while (used <= secretLineMax) {
        std::uint8_t byte = 0;
        const ssize_t got = ::read(descriptor, &byte, 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return failure(exitGeneral, "Cannot read " + name + ": " + std::strerror(errno));
        }
        if (got == 0 || byte == '\n') {
            break;
        }
        line.data()[used++] = byte;
        wipe({&byte, 1});
    }
    if (used > secretLineMax) {
        return usageFailure("The first line of " + name + " is longer than " + std::to_string(secretLineMax) +
                            " bytes");
    }
    if (used > 0 && line.data()[used - 1] == '\r') {
        --used;
    }
    line.shrink(used);
    return line;
}

void printJsonFailure(const Failure &failure) {
    SecretText json;
    json.append("{\n    \"Error\": {\n        \"Code\": ");
    const std::string code = !failure.error ? std::string("ClientError")
                             : failure.error->serviceCode.empty()
                                 ? std::string(errorCodeName(failure.error->code))
                                 : failure.error->serviceCode;
    kms::appendJsonString(code, json);
    json.append(",\n        \"Message\": ");
    const bool fromService = failure.error && !failure.error->serviceCode.empty();
    kms::appendJsonString(fromService ? failure.error->serviceMessage : failure.text, json);
    if (failure.error && !failure.error->requestId.empty()) {
        json.append(",\n        \"RequestId\": ");
        kms::appendJsonString(failure.error->requestId, json);
    }
    json.append("\n    },\n    \"ExitCode\": " + std::to_string(failure.exitCode) + "\n}\n");
    printError(json.view());
}

} // namespace

void printOut(std::string_view text) {
    writeAll(STDOUT_FILENO, text);
}

void printError(std::string_view text) {
    writeAll(STDERR_FILENO, text);
}

void printFailure(const Failure &failure, bool asJson) {
    if (asJson) {
        return printJsonFailure(failure);
    }
    printError("\n" + failure.text + "\n");
    for (const std::string &hint : failure.hints) {
        printError("Hint: " + hint + "\n");
    }
}

bool stdinIsTerminal() {
    return ::isatty(STDIN_FILENO) == 1;
}

bool stdoutIsTerminal() {
    return ::isatty(STDOUT_FILENO) == 1;
}

bool stderrIsTerminal() {
    return ::isatty(STDERR_FILENO) == 1;
}

std::size_t outputWidthColumns() {
    constexpr std::size_t unknown = 80;
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : unknown;
}

std::size_t errorWidthColumns() {
    constexpr std::size_t unknown = 80;
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : unknown;
}

bool canPrompt() {
    const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (terminal >= 0) {
        ::close(terminal);
    }
    return terminal >= 0 && stdinIsTerminal();
}

Outcome<SecretBytes> promptSecret(std::string_view question) {
    const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (terminal < 0) {
        return failure(exitConfiguration, "There is no terminal to ask on");
    }
    auto line = [&] {
        const SilentTerminal silent(terminal); // before the question: nobody types ahead of it and is seen
        writeAll(terminal, question);
        return readLine(terminal, "the terminal");
    }();
    ::close(terminal);
    return line;
}

Outcome<SecretBytes> readSecretLine(const std::string &path) {
    auto lines = readSecretLines(path, 1);
    if (!lines) {
        return failureFrom(lines);
    }
    return std::move(lines->front());
}

Outcome<std::vector<SecretBytes>> readSecretLines(const std::string &path, std::size_t count) {
    const bool standardInput = path == "-";
    const int descriptor = standardInput ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return failure(exitGeneral, "Cannot read " + path + ": " + std::strerror(errno));
    }
    std::vector<SecretBytes> lines;
    std::optional<Failure> fault;
    while (lines.size() < count && !fault) {
        auto line = readLine(descriptor, standardInput ? "standard input" : path);
        if (line) {
            lines.push_back(std::move(*line));
        } else {
            fault = std::move(line.error());
        }
    }
    if (!standardInput) {
        ::close(descriptor);
    }
    if (fault) {
        return tl::unexpected<Failure>(std::move(*fault));
    }
    return lines;
}

} // namespace keyturn::cli
