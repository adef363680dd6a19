// SPDX-License-Identifier: Apache-2.0
#include "workspace/profile_exchange.h"

#include "base/atomic_file.h"
#include "base/text.h"
#include "credentials/aws_files.h"
#include "credentials/settings.h"
#include "workspace/profile_json.h"

#include <algorithm>

namespace keyturn::workspace {
namespace {

using credentials::AwsFiles;

constexpr std::size_t maxSharedBytes = 1024 * 1024;
constexpr std::size_t maxNameCharacters = 64;

/// A name that validateProfile takes, as close to the given one as possible.
std::string usableName(std::string_view given) {
    std::string name;
    for (const char c : given) {
        const bool usable = static_cast<unsigned char>(c) >= 0x20 && c != '/' && c != 0x7f;
        name += usable ? c : '-';
    }
    while (!name.empty() && name.front() == ' ') {
        name.erase(0, 1);
    }
    name = name.substr(0, maxNameCharacters);
    while (!isValidUtf8(name)) {
        name.pop_back(); // a character cut in two, or bytes that are no text
    }
    while (!name.empty() && name.back() == ' ') {
        name.pop_back();
    }
    return name.empty() ? "profile" : name;
}

/// What importing would store must not differ in anything but id and origin.
bool sameContent(Profile one, const Profile &other) {
    one.id = other.id;
    one.origin = other.origin;
    return one == other;
}

class NameChooser {
public:
    explicit NameChooser(const ProfileStore &store)
        : m_store(store) {}

    void place(ImportRow &row) {
        const Profile *stored = m_store.find(row.profile.name);
        row.alreadyThere = stored != nullptr && sameContent(row.profile, *stored);
        const std::string wanted = row.profile.name;
        for (int number = 2; isTaken(row.profile.name) && !row.alreadyThere; ++number) {
            const std::string ending = " (" + std::to_string(number) + ")";
            row.profile.name = wanted.substr(0, maxNameCharacters - ending.size()) + ending;
        }
        if (row.profile.name != wanted) {
            row.warnings.push_back("The name \"" + wanted + "\" is taken; it is imported as \"" +
                                   row.profile.name + "\".");
        }
        m_given.push_back(row.profile.name);
    }

private:
    bool isTaken(const std::string &name) const {
        return m_store.find(name) != nullptr || std::ranges::find(m_given, name) != m_given.end();
    }
    const ProfileStore &m_store;
    std::vector<std::string> m_given;
};

std::string settingOf(const AwsFiles &files, const std::string &profile, const char *name) {
    const std::string *value = files.setting(profile, name);
    return value == nullptr ? std::string() : *value;
}

Environment guessEnvironment(const std::string &name) {
    std::string lower;
    for (const char c : name) {
        lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    for (const std::string_view word : {"prod", "live"}) {
        if (lower.find(word) != std::string::npos) {
            return Environment::Production;
        }
    }
    for (const std::string_view word : {"stag", "preprod", "uat"}) {
        if (lower.find(word) != std::string::npos) {
            return Environment::Staging;
        }
    }
    return Environment::Development;
}

void warnOfEndpoint(const Profile &profile, ImportRow &row) {
    if (!profile.endpointUrl.empty()) {
        row.warnings.push_back("It sends its calls, signed, to " + profile.endpointUrl + ", not to AWS.");
    }
    if (!profile.caBundle.empty()) {
        row.warnings.push_back("It trusts the certificates of " + profile.caBundle.string() + ".");
    }
}

void readSettings(const credentials::Settings &settings, ImportRow &row) {
    Profile &profile = row.profile;
    profile.region = settings.region ? settings.region->value : std::string();
    if (profile.region.empty()) {
        profile.region = "us-east-1";
        row.warnings.emplace_back("It names no Region; us-east-1 is put in.");
    }
    if (settings.endpointUrl) {
        profile.service = EndpointService::Custom;
        profile.endpointUrl = settings.endpointUrl->value;
    } else {
        profile.fips = settings.useFips;
        profile.dualStack = settings.useDualStack;
    }
    if (settings.caBundle && settings.caBundle->value.starts_with('/')) {
        profile.caBundle = settings.caBundle->value;
    }
}

/// The profile's process, or the one at the end of its chain of roles.
std::string commandBehind(const AwsFiles &files, std::string name) {
    for (int step = 0; step < 8; ++step) {
        const std::string source = settingOf(files, name, "source_profile");
        if (settingOf(files, name, "role_arn").empty() || source.empty() || source == name) {
            return settingOf(files, name, "credential_process");
        }
        name = source;
    }
    return {};
}

void warnOfUnknownWays(const AwsFiles &files, const std::string &name, ImportRow &row) {
    if (!settingOf(files, name, "login_session").empty()) {
        row.warnings.emplace_back(
            "It takes its credentials from \"aws login\", which Keyturn does not read: it cannot connect.");
    }
    const std::string source = settingOf(files, name, "credential_source");
    if (!source.empty() && source != "Environment") {
        row.warnings.emplace_back(
            "It takes its credentials from the machine's own role, which Keyturn never asks for: it cannot "
            "connect.");
    }
}

Result<ImportRow> awsRow(const std::string &name, const AwsFiles &files,
                         const credentials::Environment &filesOnly) {
    credentials::ExplicitSettings given;
    given.profile = name;
    auto settings = credentials::resolveSettings(given, filesOnly, files);
    if (!settings) {
        return failFrom(settings);
    }
    ImportRow row;
    row.profile.id = newProfileId();
    row.profile.name = usableName(name);
    row.profile.credentialSource = CredentialSource::AwsProfile;
    row.profile.awsProfile = name;
    row.profile.origin = ProfileOrigin::AwsImport;
    row.profile.environment = guessEnvironment(name);
    row.profile.safety = defaultSafety(row.profile.environment);
    const bool inConfig = files.config.profiles.contains(name);
    row.from = (inConfig ? files.configPath : files.credentialsPath).string() + ", profile " + name;
    readSettings(*settings, row);
    row.command = commandBehind(files, name);
    if (!row.command.empty()) {
        row.warnings.emplace_back(
            "It runs a program for its credentials; you are asked once before it runs.");
    }
    warnOfUnknownWays(files, name, row);
    warnOfEndpoint(row.profile, row);
    return row;
}

/// Where the files are, and nothing else: what the environment sets now belongs in no stored profile.
credentials::Environment onlyPlaces(credentials::Environment whole) {
    return [whole = std::move(whole)](const std::string &name) -> std::optional<std::string_view> {
        const bool place =
            name == "AWS_CONFIG_FILE" || name == "AWS_SHARED_CREDENTIALS_FILE" || name == "HOME";
        return place ? whole(name) : std::nullopt;
    };
}

} // namespace

Result<ImportPreview> previewAwsImport(const ProfileStore &store) {
    const auto environment = onlyPlaces(credentials::processEnvironment());
    auto files = AwsFiles::load(environment);
    if (!files) {
        return failFrom(files);
    }
    ImportPreview preview;
    for (const credentials::FileWarning &warning : files->warnings()) {
        preview.warnings.push_back(warning.file + ", line " + std::to_string(warning.line) + ": " +
                                   warning.text);
    }
    NameChooser names(store);
    for (const std::string &name : files->profileNames()) {
        auto row = awsRow(name, *files, environment);
        const auto valid = row ? validateProfile(row->profile) : Status{};
        if (!row || !valid) {
            preview.warnings.push_back("The AWS profile " + usableName(name) +
                                       " cannot be imported: " + (row ? valid.error() : row.error()).detail);
            continue;
        }
        names.place(*row);
        preview.rows.push_back(std::move(*row));
    }
    return preview;
}

std::string exportProfiles(std::span<const Profile> profiles) {
    return writeProfiles(DocumentKind::Exchange, {profiles.begin(), profiles.end()});
}

Result<ImportPreview> previewSharedProfiles(std::string_view text, const ProfileStore &store) {
    auto document = readProfiles(DocumentKind::Exchange, text);
    if (!document) {
        return failFrom(document);
    }
    ImportPreview preview;
    NameChooser names(store);
    for (Profile &profile : document->profiles) {
        ImportRow row;
        row.profile = std::move(profile);
        row.from = "shared profile " + row.profile.name;
        const CredentialSource source = row.profile.credentialSource;
        const bool process =
            source == CredentialSource::Process ||
            (source == CredentialSource::Role && row.profile.role.base == CredentialSource::Process);
        if (process) {
            row.command = row.profile.credentialProcess;
            row.warnings.emplace_back("It runs a program for its credentials; you are asked once before it "
                                      "runs.");
        }
        if (row.profile.kind == ProfileKind::Endpoint) {
            warnOfEndpoint(row.profile, row);
            if (usesKeychain(row.profile)) {
                row.warnings.emplace_back("Its access key is not in the file: enter your own.");
            }
        }
        names.place(row);
        preview.rows.push_back(std::move(row));
    }
    return preview;
}

Result<ImportPreview> previewSharedFile(const std::filesystem::path &file, const ProfileStore &store) {
    auto content = readFile(file, maxSharedBytes);
    if (!content) {
        return failFrom(content);
    }
    auto preview = previewSharedProfiles(asText(*content), store);
    if (!preview) {
        return fail(ErrorCode::Configuration, file.string() + ": " + preview.error().detail);
    }
    return preview;
}

Status importProfiles(ProfileStore &store, std::span<const ImportRow> rows) {
    std::vector<Profile> profiles;
    for (const ImportRow &row : rows) {
        if (!row.alreadyThere) {
            profiles.push_back(row.profile);
        }
    }
    return profiles.empty() ? Status{} : store.addAll(std::move(profiles));
}

} // namespace keyturn::workspace
