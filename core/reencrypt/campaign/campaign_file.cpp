// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/campaign/campaign_record.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <initializer_list>

namespace keyturn::reencrypt {
namespace {

constexpr int formatVersion = 1;

/// One map of the file: reads members, remembers the first fault and what was asked for.
class Members {
public:
    Members(const YAML::Node &map, std::string path, std::string &fault)
        : m_map(map)
        , m_path(std::move(path))
        , m_fault(fault) {
        if (!m_map.IsMap()) {
            refuse(m_map, "", "must be a map");
        }
    }

    void only(std::initializer_list<std::string_view> names) {
        for (const auto &pair : m_map) {
            const std::string name = pair.first.Scalar();
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                refuse(pair.first, name, "is unknown");
            }
        }
    }
    YAML::Node at(const char *name) const { return m_map.IsMap() ? m_map[name] : YAML::Node(); }

    void text(const char *name, std::string &value) {
        const YAML::Node node = at(name);
        if (node.IsDefined() && scalar(node, name)) {
            value = node.Scalar();
        }
    }
    void flag(const char *name, bool &value) { as(name, value, "must be true or false"); }
    template <class Number>
    void number(const char *name, Number &value) {
        as(name, value, "must be a number");
    }
    template <class Number>
    void number(const char *name, std::optional<Number> &value) {
        if (at(name).IsDefined()) {
            number(name, value.emplace());
        }
    }
    void time(const char *name, std::optional<Timestamp> &value) {
        const YAML::Node node = at(name);
        if (!node.IsDefined() || !scalar(node, name)) {
            return;
        }
        auto parsed = parseIso8601(node.Scalar());
        parsed ? void(value = *parsed) : refuse(node, name, "must be a time like 2026-11-22T04:17:00Z");
    }
    void texts(const char *name, std::vector<std::string> &values) {
        const YAML::Node node = at(name);
        if (!node.IsDefined()) {
            return;
        }
        if (!node.IsSequence()) {
            return refuse(node, name, "must be a list");
        }
        for (const auto &each : node) {
            if (scalar(each, name)) {
                values.push_back(each.Scalar());
            }
        }
    }
    void refuse(const YAML::Node &where, std::string_view name, std::string_view why) {
        if (m_fault.empty()) {
            m_fault = "line " + std::to_string(where.Mark().line + 1) + ": " + m_path + std::string(name) +
                      ": " + std::string(why);
        }
    }

private:
    bool scalar(const YAML::Node &node, const char *name) {
        if (!node.IsScalar()) {
            refuse(node, name, "must be one value");
        }
        return node.IsScalar();
    }
    template <class Value>
    void as(const char *name, Value &value, const char *why) {
        const YAML::Node node = at(name);
        if (node.IsDefined() && scalar(node, name) && !YAML::convert<Value>::decode(node, value)) {
            refuse(node, name, why);
        }
    }

    YAML::Node m_map;
    std::string m_path;
    std::string &m_fault;
};

void writeTime(YAML::Emitter &out, const char *name, const std::optional<Timestamp> &time) {
    if (time) {
        out << YAML::Key << name << YAML::Value << formatIso8601(*time);
    }
}

void writeText(YAML::Emitter &out, const char *name, const std::string &text) {
    if (!text.empty()) {
        out << YAML::Key << name << YAML::Value << YAML::DoubleQuoted << text;
    }
}

void writeIdle(YAML::Emitter &out, const IdleEvidence &idle) {
    out << YAML::Key << "idle" << YAML::Value << YAML::BeginMap;
    writeTime(out, "watched-since", idle.watchedSince);
    writeTime(out, "last-look", idle.lastLook);
    out << YAML::Key << "uses-are-reported" << YAML::Value << idle.usesAreReported;
    writeText(out, "why-not", idle.whyNot);
    writeTime(out, "last-use", idle.lastUse);
    writeText(out, "last-operation", idle.lastOperation);
    if (idle.itemsLeft) {
        out << YAML::Key << "items-left" << YAML::Value << *idle.itemsLeft;
    }
    out << YAML::EndMap;
}

void readIdle(Members members, IdleEvidence &idle) {
    members.only({"watched-since", "last-look", "uses-are-reported", "why-not", "last-use", "last-operation",
                  "items-left"});
    members.time("watched-since", idle.watchedSince);
    members.time("last-look", idle.lastLook);
    members.flag("uses-are-reported", idle.usesAreReported);
    members.text("why-not", idle.whyNot);
    members.time("last-use", idle.lastUse);
    members.text("last-operation", idle.lastOperation);
    members.number("items-left", idle.itemsLeft);
}

void readStep(Members members, StepRecord &record) {
    members.only({"state", "at", "note"});
    std::string state;
    members.text("state", state);
    members.time("at", record.at);
    members.text("note", record.note);
    for (const auto each :
         {StepState::Waiting, StepState::Begun, StepState::Done, StepState::Failed, StepState::NotNeeded}) {
        if (wireName(each) == state) {
            record.state = each;
            return;
        }
    }
    members.refuse(members.at("state"), "state", "is unknown");
}

void readSpec(Members &members, CampaignSpec &spec) {
    members.text("name", spec.name);
    members.text("reason", spec.reason);
    members.text("old-key", spec.oldKey);
    members.text("alias", spec.alias);
    members.flag("new-material", spec.newMaterial);
    members.text("successor", spec.successor);
    members.texts("jobs", spec.jobs);
    members.number("idle-days", spec.idleDays);
    members.number("deletion-window-days", spec.deletionWindowDays);
}

} // namespace

std::string writeCampaign(const CampaignRecord &record) {
    const CampaignSpec &spec = record.spec;
    YAML::Emitter out;
    out << YAML::BeginMap;
    out << YAML::Key << "keyturn-campaign" << YAML::Value << formatVersion;
    writeText(out, "id", record.id);
    writeText(out, "name", spec.name);
    writeText(out, "reason", spec.reason);
    writeText(out, "old-key", spec.oldKey);
    writeText(out, "alias", spec.alias);
    out << YAML::Key << "new-material" << YAML::Value << spec.newMaterial;
    writeText(out, "successor", spec.successor);
    out << YAML::Key << "jobs" << YAML::Value << YAML::BeginSeq;
    for (const std::string &job : spec.jobs) {
        out << YAML::DoubleQuoted << job;
    }
    out << YAML::EndSeq;
    out << YAML::Key << "idle-days" << YAML::Value << spec.idleDays;
    out << YAML::Key << "deletion-window-days" << YAML::Value << spec.deletionWindowDays;
    writeTime(out, "created", record.created);
    writeText(out, "successor-key", record.successorKey);
    out << YAML::Key << "alias-reads" << YAML::Value << record.aliasReads;
    writeIdle(out, record.idle);
    out << YAML::Key << "steps" << YAML::Value << YAML::BeginMap;
    for (std::size_t i = 0; i < campaignStepCount; ++i) {
        const StepRecord &step = record.steps[i];
        out << YAML::Key << std::string(wireName(static_cast<CampaignStep>(i))) << YAML::Value
            << YAML::BeginMap;
        out << YAML::Key << "state" << YAML::Value << std::string(wireName(step.state));
        writeTime(out, "at", step.at);
        writeText(out, "note", step.note);
        out << YAML::EndMap;
    }
    out << YAML::EndMap << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

Result<CampaignRecord> parseCampaign(std::string_view yaml) try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    CampaignRecord record;
    std::string fault;
    Members members(root, "", fault);
    int version = 0;
    members.number("keyturn-campaign", version);
    if (fault.empty() && version > formatVersion) {
        return fail(ErrorCode::VaultNewer, "the campaign file was written by a later Keyturn");
    }
    if (fault.empty() && version != formatVersion) {
        return fail(ErrorCode::Usage, "line 1: keyturn-campaign: must be 1");
    }
    members.only({"keyturn-campaign", "id", "name", "reason", "old-key", "alias", "new-material", "successor",
                  "jobs", "idle-days", "deletion-window-days", "created", "successor-key", "alias-reads",
                  "idle", "steps"});
    members.text("id", record.id);
    readSpec(members, record.spec);
    std::optional<Timestamp> created;
    members.time("created", created);
    record.created = created.value_or(Timestamp());
    members.text("successor-key", record.successorKey);
    members.number("alias-reads", record.aliasReads);
    if (fault.empty() && members.at("idle").IsDefined()) {
        readIdle(Members(members.at("idle"), "idle.", fault), record.idle);
    }
    for (std::size_t i = 0; i < campaignStepCount && fault.empty(); ++i) {
        const std::string name(wireName(static_cast<CampaignStep>(i)));
        const YAML::Node step = members.at("steps").IsMap() ? members.at("steps")[name] : YAML::Node();
        if (!step.IsDefined() || step.IsNull()) {
            members.refuse(root, "steps." + name, "is missing");
            break;
        }
        readStep(Members(step, "steps." + name + ".", fault), record.steps[i]);
    }
    if (!fault.empty()) {
        return fail(ErrorCode::Usage, fault);
    }
    if (auto sound = checkCampaign(record.spec); !sound) {
        return failFrom(sound);
    }
    return record;
} catch (const YAML::Exception &error) {
    return fail(ErrorCode::Usage,
                "line " + std::to_string(error.mark.line + 1) + ": the campaign file is no valid YAML");
}

} // namespace keyturn::reencrypt
