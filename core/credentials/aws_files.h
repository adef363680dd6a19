// SPDX-License-Identifier: Apache-2.0
// The AWS shared files (~/.aws/config and ~/.aws/credentials, or where AWS_CONFIG_FILE and
// AWS_SHARED_CREDENTIALS_FILE point), read only. The reader takes whatever any AWS tool takes; a line that
// tools read differently gives a warning that names file and line and never quotes a value. Values whose name
// says secret, token or password are SecretBytes. Plain values, any thread.
// Errors: PermissionDenied, FileNotRegular, Usage (over 1 MiB), IoFailed; a missing file is none.
// Follows ecosystem.md sections 1.1 and 1.2.
#pragma once

#include "credentials/environment.h"

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_bytes.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace keyturn::credentials {

enum class AwsFileKind { Config, Credentials };

struct FileWarning {
    std::string file;
    int line = 0;
    std::string text;
};

/// The settings of one section. Names are lower case.
struct AwsSection {
    std::map<std::string, std::string> settings;
    std::map<std::string, SecretBytes> secrets;
    std::map<std::string, std::map<std::string, std::string>> nested; ///< "s3 =" and its indented lines

    /// A setting's text, or null.
    const std::string *find(const std::string &name) const;
    const SecretBytes *findSecret(const std::string &name) const;
};

/// One file, as sections by kind and name.
struct ParsedAwsFile {
    std::map<std::string, AwsSection> profiles;
    std::map<std::string, AwsSection> ssoSessions;
    std::map<std::string, AwsSection> services;
    std::vector<FileWarning> warnings;
};

/// Never fails: what cannot be read is left out with a warning.
ParsedAwsFile parseAwsFile(std::string_view content, AwsFileKind kind, const std::string &fileName);

struct AwsFiles {
    std::filesystem::path configPath;
    std::filesystem::path credentialsPath;
    ParsedAwsFile config;
    ParsedAwsFile credentials;

    static Result<AwsFiles> load(const Environment &environment);

    bool hasProfile(const std::string &name) const;
    std::vector<std::string> profileNames() const;
    /// A profile's setting; the credentials file wins over the config file. `file` is set to the winner's
    /// path.
    const std::string *setting(const std::string &profile, const std::string &name,
                               std::string *file = nullptr) const;
    std::vector<FileWarning> warnings() const;
};

} // namespace keyturn::credentials
