// SPDX-License-Identifier: Apache-2.0
#include "workspace/probe_store.h"

#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "kms/operation.h"
#include "workspace/profile_store.h"
#include "workspace/strict_json.h"

namespace keyturn::workspace {
namespace {

constexpr int formatVersion = 1;
constexpr std::size_t maxFileBytes = 256 * 1024;

template <class E, std::size_t N>
E fromWire(std::string_view name, E absent) {
    for (std::size_t i = 0; i < N; ++i) {
        if (wireName(static_cast<E>(i)) == name) {
            return static_cast<E>(i);
        }
    }
    return absent;
}

std::string placeOf(const Profile &profile) {
    return endpointUrlOf(profile).value_or(profile.endpointUrl);
}

Json toJson(const ConnectionReport &report) {
    Json json;
    json["version"] = formatVersion;
    json["endpoint"] = report.endpointUrl;
    json["region"] = report.region;
    json["testedAt"] = formatIso8601(report.testedAt);
    json["serverKind"] = report.serverKind;
    json["accountId"] = report.accountId;
    json["callerArn"] = report.callerArn;
    json["credentials"] = report.credentialOrigin;
    json["tls"] = report.tlsProtocol;
    json["certificate"] = report.certificateSubject;
    if (report.clockOffset) {
        json["clockOffsetSeconds"] = report.clockOffset->count();
    }
    if (report.honoursDryRun) {
        json["honoursDryRun"] = *report.honoursDryRun;
    }
    for (std::size_t i = 0; i < testStepCount; ++i) {
        const StepResult &step = report.steps[i];
        json["steps"].push_back({{"step", wireName(static_cast<TestStep>(i))},
                                 {"state", wireName(step.state)},
                                 {"detail", step.detail},
                                 {"nextStep", step.nextStep}});
    }
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        const OperationProbe &probe = report.operations[i];
        json["operations"].push_back(
            {{"operation", kms::operationInfo(static_cast<kms::OperationId>(i)).name},
             {"state", wireName(probe.state)},
             {"reason", probe.reason}});
    }
    return json;
}

void readSteps(const Json &list, ConnectionReport &report) {
    for (const Json &entry : list) {
        MemberReader read(entry);
        const std::string name = read.text("step");
        for (std::size_t i = 0; i < testStepCount; ++i) {
            if (wireName(static_cast<TestStep>(i)) == name) {
                report.steps[i] = {fromWire<StepState, 6>(read.text("state"), StepState::Skipped),
                                   read.text("detail"), read.text("nextStep")};
            }
        }
    }
}

void readOperations(const Json &list, ConnectionReport &report) {
    for (const Json &entry : list) {
        MemberReader read(entry);
        if (const kms::OperationInfo *info = kms::findOperation(read.text("operation"))) {
            report.of(info->id) = {fromWire<ProbeState, 4>(read.text("state"), ProbeState::NotTried),
                                   read.text("reason")};
        }
    }
}

std::optional<ConnectionReport> fromJson(const Json &json) {
    if (!json.is_object()) {
        return std::nullopt;
    }
    MemberReader read(json);
    const auto version = read.integer("version");
    const Json *steps = read.array("steps");
    const Json *operations = read.array("operations");
    const auto tested = parseIso8601(read.text("testedAt"));
    if (version != formatVersion || steps == nullptr || operations == nullptr || !tested) {
        return std::nullopt;
    }
    ConnectionReport report;
    report.testedAt = *tested;
    report.endpointUrl = read.text("endpoint");
    report.region = read.text("region");
    report.serverKind = read.text("serverKind");
    report.accountId = read.text("accountId");
    report.callerArn = read.text("callerArn");
    report.credentialOrigin = read.text("credentials");
    report.tlsProtocol = read.text("tls");
    report.certificateSubject = read.text("certificate");
    if (const auto offset = read.integer("clockOffsetSeconds")) {
        report.clockOffset = std::chrono::seconds(*offset);
    }
    if (json.contains("honoursDryRun")) {
        report.honoursDryRun = read.flag("honoursDryRun");
    }
    readSteps(*steps, report);
    readOperations(*operations, report);
    return read.finish().empty() ? std::optional(std::move(report)) : std::nullopt;
}

} // namespace

ProbeStore::ProbeStore(std::filesystem::path folder)
    : m_folder(folder.empty() ? ProfileStore::defaultPath().parent_path() / "probes" : std::move(folder)) {}

std::filesystem::path ProbeStore::fileOf(const Profile &profile) const {
    return m_folder / (profile.id + ".json");
}

Status ProbeStore::save(const Profile &profile, const ConnectionReport &report) {
    if (auto folder = platform::createPrivateDirectory(m_folder); !folder) {
        return folder;
    }
    const std::string text = toJson(report).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    return writeFileAtomically(fileOf(profile), asBytes(text), {});
}

std::optional<ConnectionReport> ProbeStore::load(const Profile &profile) const {
    const auto content = readFile(fileOf(profile), maxFileBytes);
    if (!content) {
        return std::nullopt;
    }
    const auto json = parseStrictJson(asText(*content));
    auto report = json ? fromJson(*json) : std::nullopt;
    const bool here = report && report->endpointUrl == placeOf(profile) && report->region == profile.region;
    return here ? std::move(report) : std::nullopt;
}

Status ProbeStore::remove(const Profile &profile) {
    std::error_code fault;
    std::filesystem::remove(fileOf(profile), fault);
    return fault ? Status(fail(systemError(fault.value(), fileOf(profile).string()))) : Status{};
}

} // namespace keyturn::workspace
