// SPDX-License-Identifier: Apache-2.0
// The campaign file: the strict YAML of job files (job_yaml.h), written and read back.
#include "reencrypt/campaign/campaign_record.h"
#include "reencrypt/job_yaml.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>

namespace keyturn::reencrypt {
namespace {

constexpr int formatVersion = 1;

/// One map of the file: reads members, remembers the first fault and what was asked for.
class Members {
public:
    Members(const JobNode &map, std::string path, std::string &fault)
        : m_map(map)
        , m_path(std::move(path))
        , m_fault(fault) {
        if (m_map.kind != JobNode::Kind::Map) {
            refuse(m_map, "", "must be a map");
        }
    }

    void only(std::initializer_list<std::string_view> names) {
        for (const JobMember &member : m_map.members) {
            if (std::find(names.begin(), names.end(), member.first.text) == names.end()) {
                refuse(member.first, member.first.text, "is unknown");
            }
        }
    }
    /// nullptr: it is not there.
    const JobNode *at(std::string_view name) const {
        const auto found = std::find_if(m_map.members.begin(), m_map.members.end(),
                                        [&](const JobMember &each) { return each.first.text == name; });
        return found == m_map.members.end() ? nullptr : &found->second;
    }

    void text(std::string_view name, std::string &value) {
        if (const JobNode *node = scalar(name)) {
            value = node->text;
        }
    }
    void flag(std::string_view name, bool &value) {
        const JobNode *node = scalar(name);
        if (node != nullptr && (node->quoted || (node->text != "true" && node->text != "false"))) {
            return refuse(*node, name, "must be true or false");
        }
        value = node != nullptr ? node->text == "true" : value;
    }
    template <class Number>
    void number(std::string_view name, Number &value) {
        const JobNode *node = scalar(name);
        if (node == nullptr) {
            return;
        }
        const char *end = node->text.data() + node->text.size();
        const auto read = std::from_chars(node->text.data(), end, value);
        if (node->quoted || read.ec != std::errc() || read.ptr != end) {
            refuse(*node, name, "must be a number");
        }
    }
    template <class Number>
    void number(std::string_view name, std::optional<Number> &value) {
        if (at(name) != nullptr) {
            number(name, value.emplace());
        }
    }
    void time(std::string_view name, std::optional<Timestamp> &value) {
        const JobNode *node = scalar(name);
        if (node == nullptr) {
            return;
        }
        auto parsed = parseIso8601(node->text);
        parsed ? void(value = *parsed) : refuse(*node, name, "must be a time like 2026-11-22T04:17:00Z");
    }
    void texts(std::string_view name, std::vector<std::string> &values) {
        const JobNode *node = at(name);
        if (node == nullptr) {
            return;
        }
        if (node->kind != JobNode::Kind::List) {
            return refuse(*node, name, "must be a list");
        }
        for (const JobNode &each : node->items) {
            if (isScalar(each, name)) {
                values.push_back(each.text);
            }
        }
    }
    void refuse(const JobNode &where, std::string_view name, std::string_view why) {
        if (m_fault.empty()) {
            m_fault = "line " + std::to_string(where.line) + ": " + m_path + std::string(name) + ": " +
                      std::string(why);
        }
    }

private:
    bool isScalar(const JobNode &node, std::string_view name) {
        const bool ok = node.kind == JobNode::Kind::Text;
        if (!ok) {
            refuse(node, name, "must be one value");
        }
        return ok;
    }
    const JobNode *scalar(std::string_view name) {
        const JobNode *node = at(name);
        return node != nullptr && isScalar(*node, name) ? node : nullptr;
    }

    const JobNode &m_map;
    std::string m_path;
    std::string &m_fault;
};

void writeTime(YamlSection &out, std::string_view name, const std::optional<Timestamp> &time) {
    if (time) {
        out.text(name, formatIso8601(*time));
    }
}

void writeFlag(YamlSection &out, std::string_view name, bool flag) {
    out.line(name, flag ? "true" : "false");
}

void writeIdle(std::string &text, const IdleEvidence &idle) {
    YamlSection out(text, "idle");
    writeTime(out, "watched-since", idle.watchedSince);
    writeTime(out, "last-look", idle.lastLook);
    writeFlag(out, "uses-are-reported", idle.usesAreReported);
    out.text("why-not", idle.whyNot);
    writeTime(out, "last-use", idle.lastUse);
    out.text("last-operation", idle.lastOperation);
    if (idle.itemsLeft) {
        out.line("items-left", std::to_string(*idle.itemsLeft));
    }
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

void readStep(const JobNode &node, Members members, StepRecord &record) {
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
    const JobNode *stated = members.at("state");
    members.refuse(stated != nullptr ? *stated : node, "state", "is unknown");
}

void readSteps(const JobNode &root, Members &members, std::string &fault, CampaignRecord &record) {
    const JobNode *steps = members.at("steps");
    for (std::size_t i = 0; i < campaignStepCount && fault.empty(); ++i) {
        const std::string name(wireName(static_cast<CampaignStep>(i)));
        const JobNode *step = steps == nullptr ? nullptr : Members(*steps, "steps", fault).at(name);
        if (step == nullptr || step->kind == JobNode::Kind::Null) {
            return members.refuse(root, "steps." + name, "is missing");
        }
        readStep(*step, Members(*step, "steps." + name + ".", fault), record.steps[i]);
    }
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
    std::string text;
    YamlSection out(text);
    out.line("keyturn-campaign", std::to_string(formatVersion));
    out.text("id", record.id);
    out.text("name", spec.name);
    out.text("reason", spec.reason);
    out.text("old-key", spec.oldKey);
    out.text("alias", spec.alias);
    writeFlag(out, "new-material", spec.newMaterial);
    out.text("successor", spec.successor);
    out.texts("jobs", spec.jobs);
    out.line("idle-days", std::to_string(spec.idleDays));
    out.line("deletion-window-days", std::to_string(spec.deletionWindowDays));
    writeTime(out, "created", record.created);
    out.text("successor-key", record.successorKey);
    out.line("alias-reads", std::to_string(record.aliasReads));
    writeIdle(text, record.idle);
    text += "\nsteps:\n";
    for (std::size_t i = 0; i < campaignStepCount; ++i) {
        const StepRecord &step = record.steps[i];
        YamlSection each(text, wireName(static_cast<CampaignStep>(i)), 1);
        each.text("state", std::string(wireName(step.state)));
        writeTime(each, "at", step.at);
        each.text("note", step.note);
    }
    return text;
}

Result<CampaignRecord> parseCampaign(std::string_view yaml) {
    std::vector<JobFileFault> faults;
    const JobNode root = parseJobYaml(yaml, faults);
    if (!faults.empty()) {
        return fail(ErrorCode::Usage, "line " + std::to_string(faults.front().line) +
                                          ": the campaign file is no valid YAML: " + faults.front().text);
    }
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
    if (const JobNode *idle = members.at("idle"); idle != nullptr && fault.empty()) {
        readIdle(Members(*idle, "idle.", fault), record.idle);
    }
    readSteps(root, members, fault, record);
    if (!fault.empty()) {
        return fail(ErrorCode::Usage, fault);
    }
    if (auto sound = checkCampaign(record.spec); !sound) {
        return failFrom(sound);
    }
    return record;
}

} // namespace keyturn::reencrypt
