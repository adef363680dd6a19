// SPDX-License-Identifier: Apache-2.0
#include "secret_output.h"

#include "base/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

namespace keyturn::cli {

Outcome<std::monostate> writeNewSecretFile(const std::filesystem::path &path, std::string_view text) {
    auto written =
        writeFileAtomically(path, asBytes(text), {.mode = 0600, .mayReplace = false, .keepBackup = false});
    return written ? Outcome<std::monostate>(std::monostate()) : failureFrom(written);
}

Outcome<std::monostate> showOnTerminal(std::string_view text) {
    const int terminal = ::open("/dev/tty", O_WRONLY | O_CLOEXEC);
    if (terminal < 0) {
        return failure(exitConfiguration, "There is no terminal to show the secret on");
    }
    const ssize_t written = ::write(terminal, text.data(), text.size());
    ::close(terminal);
    return written == static_cast<ssize_t>(text.size())
               ? Outcome<std::monostate>(std::monostate())
               : Outcome<std::monostate>(failure(exitGeneral, "The secret could not be shown"));
}

} // namespace keyturn::cli
