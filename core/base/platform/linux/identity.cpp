// SPDX-License-Identifier: Apache-2.0
#include "base/platform/identity.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>

namespace keyturn::inline base::platform {

namespace {

struct Account {
    std::string name;
    std::string home;
};

std::optional<Account> accountOfThisUser() {
    std::array<char, 16384> buffer{};
    passwd entry{};
    passwd *found = nullptr;
    if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
        return std::nullopt;
    }
    return Account{found->pw_name, found->pw_dir};
}

/// XDG Base Directory Specification: a value that is not absolute is to be ignored.
std::filesystem::path directory(const char *variable, const char *belowHome) {
    const char *value = std::getenv(variable);
    const bool usable = value != nullptr && value[0] == '/';
    return (usable ? std::filesystem::path(value) : homeDirectory() / belowHome) / "keyturn";
}

} // namespace

std::string programName() {
    return program_invocation_short_name;
}

long processId() {
    return static_cast<long>(getpid());
}

std::string userName() {
    const auto account = accountOfThisUser();
    return account ? account->name : "uid " + std::to_string(geteuid());
}

std::filesystem::path configDirectory() {
    return directory("XDG_CONFIG_HOME", ".config");
}
std::filesystem::path dataDirectory() {
    return directory("XDG_DATA_HOME", ".local/share");
}
std::filesystem::path stateDirectory() {
    return directory("XDG_STATE_HOME", ".local/state");
}
std::filesystem::path cacheDirectory() {
    return directory("XDG_CACHE_HOME", ".cache");
}

std::filesystem::path homeDirectory() {
    const char *home = std::getenv("HOME");
    if (home != nullptr && home[0] == '/') {
        return home;
    }
    const auto account = accountOfThisUser();
    return account && !account->home.empty() ? account->home : "/";
}

} // namespace keyturn::inline base::platform
