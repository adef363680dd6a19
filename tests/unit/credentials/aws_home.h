// SPDX-License-Identifier: Apache-2.0
// AwsHome: a home folder with AWS files and an environment, as a test wants them.
#pragma once

#include "credentials/aws_files.h"

#include "base/atomic_file.h"

#include <QTemporaryDir>

#include <map>
#include <string>

namespace keyturn::test {

class AwsHome {
public:
    explicit AwsHome(const std::string &config = {}, const std::string &credentials = {}) {
        std::filesystem::create_directory(path() / ".aws");
        if (!config.empty()) {
            write("config", config);
        }
        if (!credentials.empty()) {
            write("credentials", credentials);
        }
        variables["HOME"] = path().string();
    }

    std::filesystem::path path() const { return m_folder.path().toStdString(); }
    std::string file(const std::string &name) const { return (path() / ".aws" / name).string(); }
    void write(const std::string &name, const std::string &text) {
        const Status written = writeFileAtomically(path() / ".aws" / name, asBytes(text), {});
        Q_ASSERT(written.has_value());
        static_cast<void>(written);
    }
    credentials::Environment environment() const {
        return [this](const std::string &name) -> std::optional<std::string_view> {
            const auto found = variables.find(name);
            return found != variables.end() ? std::optional<std::string_view>(found->second) : std::nullopt;
        };
    }
    /// "A=1 B=2", blank between.
    void set(const std::string &assignments) {
        for (std::size_t at = 0; at < assignments.size();) {
            const auto end = std::min(assignments.find(' ', at), assignments.size());
            const std::string one = assignments.substr(at, end - at);
            variables[one.substr(0, one.find('='))] = one.substr(one.find('=') + 1);
            at = end + 1;
        }
    }

    std::map<std::string, std::string> variables;

private:
    QTemporaryDir m_folder;
};

} // namespace keyturn::test
