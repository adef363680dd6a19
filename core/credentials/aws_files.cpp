// SPDX-License-Identifier: Apache-2.0
#include "credentials/aws_files.h"

#include "base/atomic_file.h"

#include <set>

namespace keyturn::credentials {

namespace {

constexpr std::size_t maxFileBytes = 1024 * 1024;

std::filesystem::path fileOf(const Environment &environment, const std::string &variable, const char *name) {
    const std::filesystem::path home = homeOf(environment);
    const auto given = environment(variable);
    if (!given || given->empty()) {
        return home / ".aws" / name;
    }
    return given->starts_with("~/") ? home / given->substr(2) : std::filesystem::path(*given);
}

Result<ParsedAwsFile> loadFile(const std::filesystem::path &path, AwsFileKind kind) {
    auto content = readFile(path, maxFileBytes);
    if (!content) {
        return content.error().code == ErrorCode::FileNotFound ? Result<ParsedAwsFile>(ParsedAwsFile{})
                                                               : failFrom(content);
    }
    ParsedAwsFile parsed = parseAwsFile(asText(*content), kind, path.string());
    wipe(MutableByteView(*content));
    return parsed;
}

const std::string *settingOf(const ParsedAwsFile &file, const std::string &profile, const std::string &name) {
    const auto found = file.profiles.find(profile);
    return found != file.profiles.end() ? found->second.find(name) : nullptr;
}

} // namespace

Result<AwsFiles> AwsFiles::load(const Environment &environment) {
    AwsFiles files;
    files.configPath = fileOf(environment, "AWS_CONFIG_FILE", "config");
    files.credentialsPath = fileOf(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
    auto config = loadFile(files.configPath, AwsFileKind::Config);
    if (!config) {
        return failFrom(config);
    }
    auto credentials = loadFile(files.credentialsPath, AwsFileKind::Credentials);
    if (!credentials) {
        return failFrom(credentials);
    }
    files.config = std::move(*config);
    files.credentials = std::move(*credentials);
    return files;
}

bool AwsFiles::hasProfile(const std::string &name) const {
    return config.profiles.contains(name) || credentials.profiles.contains(name);
}

std::vector<std::string> AwsFiles::profileNames() const {
    std::set<std::string> names;
    for (const ParsedAwsFile *file : {&config, &credentials}) {
        for (const auto &[name, section] : file->profiles) {
            names.insert(name);
        }
    }
    return {names.begin(), names.end()};
}

const std::string *AwsFiles::setting(const std::string &profile, const std::string &name,
                                     std::string *file) const {
    const std::string *value = settingOf(credentials, profile, name);
    const bool fromCredentials = value != nullptr;
    if (!fromCredentials) {
        value = settingOf(config, profile, name);
    }
    if (value != nullptr && file != nullptr) {
        *file = (fromCredentials ? credentialsPath : configPath).string();
    }
    return value;
}

std::vector<FileWarning> AwsFiles::warnings() const {
    std::vector<FileWarning> all = config.warnings;
    all.insert(all.end(), credentials.warnings.begin(), credentials.warnings.end());
    return all;
}

} // namespace keyturn::credentials
