// SPDX-License-Identifier: Apache-2.0
// parseJob(): one table of members for each part of a job file, read by one loop.
#include "reencrypt/job_file.h"
#include "reencrypt/job_yaml.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <span>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t jobTextBytesMax = 1024 * 1024;
constexpr std::uint64_t longestMilliseconds = 24ULL * 3600 * 1000;

class JobReader;
struct Member {
    std::string_view name;
    void (*read)(JobReader &reader, const JobNode &value);
};

class JobReader {
public:
    JobSpec spec;
    std::vector<JobFileFault> faults;

    void readMap(const JobNode &map, std::span<const Member> members);
    void section(const JobNode &value, std::span<const Member> members) {
        if (value.kind != JobNode::Kind::Map) {
            return fault(value, "must have members of its own: " + list(members));
        }
        readMap(value, members);
    }

    void text(const JobNode &value, std::string &out) {
        if (value.kind != JobNode::Kind::Text) {
            return fault(value, "must be a text");
        }
        out = value.text;
    }
    void texts(const JobNode &value, std::vector<std::string> &out) {
        const auto isText = [](const JobNode &item) { return item.kind == JobNode::Kind::Text; };
        if (value.kind != JobNode::Kind::List || !std::ranges::all_of(value.items, isText)) {
            return fault(value, "must be a list of texts: [one, another]");
        }
        out.clear();
        for (const JobNode &item : value.items) {
            out.push_back(item.text);
        }
    }
    void boolean(const JobNode &value, bool &out) {
        const bool plain = value.kind == JobNode::Kind::Text && !value.quoted;
        if (!plain || (value.text != "true" && value.text != "false")) {
            return fault(value, "must be true or false");
        }
        out = value.text == "true";
    }
    template <class Number>
    void whole(const JobNode &value, Number &out, std::uint64_t least, std::uint64_t most) {
        std::uint64_t number = 0;
        const char *end = value.text.data() + value.text.size();
        const auto read = std::from_chars(value.text.data(), end, number);
        const bool ok = value.kind == JobNode::Kind::Text && !value.quoted && read.ec == std::errc() &&
                        read.ptr == end && number >= least && number <= most;
        if (!ok) {
            return fault(value, "must be a whole number of " + std::to_string(least) + " to " +
                                    std::to_string(most));
        }
        out = static_cast<Number>(number);
    }
    void milliseconds(const JobNode &value, std::chrono::milliseconds &out) {
        std::uint64_t number = static_cast<std::uint64_t>(out.count());
        whole(value, number, 1, longestMilliseconds);
        out = std::chrono::milliseconds(number);
    }
    void rate(const JobNode &value) {
        double number = 0;
        const char *end = value.text.data() + value.text.size();
        const auto read = std::from_chars(value.text.data(), end, number, std::chars_format::fixed);
        const bool ok = value.kind == JobNode::Kind::Text && !value.quoted && read.ec == std::errc() &&
                        read.ptr == end && std::isfinite(number) && number >= 0 && number <= 1e6;
        if (!ok) {
            return fault(value, "must be a number of 0 (no ceiling) to 1000000 calls per second");
        }
        spec.safety.perSecond = number;
        spec.safety.rateGiven = true;
    }
    template <class Choice>
    void choice(const JobNode &value, std::optional<Choice> (*named)(std::string_view),
                std::string_view names, Choice &out) {
        const auto found = value.kind == JobNode::Kind::Text ? named(value.text) : std::nullopt;
        if (!found) {
            return fault(value, "must be one of " + std::string(names));
        }
        out = *found;
    }
    void contextPairs(const JobNode &value, ContextSpec &out);
    void destinationContext(const JobNode &value);
    void destinationContextFrom(const JobNode &value);

    void fault(const JobNode &at, std::string what) {
        faults.push_back({at.line, at.column, m_member, std::move(what)});
    }
    void require(std::string_view member, std::string_view parent, std::string what);
    void check();

private:
    bool isSaid(std::string_view member) const;
    void addChecked(std::string_view line);
    static std::string list(std::span<const Member> members) {
        std::vector<std::string> names;
        for (const Member &member : members) {
            names.emplace_back(member.name);
        }
        return join(names, ", ");
    }

    std::string m_member;                              ///< the one that is read now
    std::map<std::string, JobNode, std::less<>> m_met; ///< places only
    bool m_saysSame = false;
};

constexpr std::string_view kinds = "files, text, csv, tsv, jsonl, sops, pulumi, tink, credstash, mongodb, "
                                   "parquet-keys, sqlite, postgresql, mysql, odbc";

constexpr Member sourceMembers[] = {
    {"kind", [](JobReader &r, const JobNode &v) { r.choice(v, sourceKindOf, kinds, r.spec.source.kind); }},
    {"paths", [](JobReader &r, const JobNode &v) { r.texts(v, r.spec.source.paths); }},
    {"include", [](JobReader &r, const JobNode &v) { r.texts(v, r.spec.source.include); }},
    {"exclude", [](JobReader &r, const JobNode &v) { r.texts(v, r.spec.source.exclude); }},
    {"connection", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.source.connection); }},
    {"password-in-keychain",
     [](JobReader &r, const JobNode &v) { r.text(v, r.spec.source.passwordInKeychain); }},
    {"table", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.source.table); }},
    {"key", [](JobReader &r, const JobNode &v) { r.texts(v, r.spec.source.keyColumns); }},
    {"where", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.source.where); }},
    {"header", [](JobReader &r, const JobNode &v) { r.boolean(v, r.spec.source.csvHeader); }},
    {"delimiter",
     [](JobReader &r, const JobNode &v) {
         if (v.kind != JobNode::Kind::Text || v.text.size() != 1) {
             return r.fault(v, "must be one ASCII character");
         }
         r.spec.source.delimiter = v.text.front();
     }},
    {"shared", [](JobReader &r, const JobNode &v) { r.boolean(v, r.spec.source.shared); }},
};

constexpr Member finderMembers[] = {
    {"blob", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.finder.blob); }},
    {"json-pointer", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.finder.jsonPointer); }},
    {"encoding",
     [](JobReader &r, const JobNode &v) {
         Encoding encoding = Encoding::Raw;
         const std::size_t before = r.faults.size();
         r.choice(v, encodingOf, "raw, base64, base64url, hex", encoding);
         if (r.faults.size() == before) {
             r.spec.finder.encoding = encoding;
         }
     }},
    {"id", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.finder.id); }},
    {"new-prefix", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.finder.newPrefix.emplace()); }},
};

constexpr Member safetyMembers[] = {
    {"dry-run", [](JobReader &r, const JobNode &v) { r.boolean(v, r.spec.safety.dryRun); }},
    {"backup", [](JobReader &r, const JobNode &v) { r.boolean(v, r.spec.safety.backup); }},
    {"batch", [](JobReader &r, const JobNode &v) { r.whole(v, r.spec.safety.batchItems, 1, 1000); }},
    {"in-flight", [](JobReader &r, const JobNode &v) { r.whole(v, r.spec.safety.inFlight, 1, 1024); }},
    {"rate", [](JobReader &r, const JobNode &v) { r.rate(v); }},
    {"stop-after-failures",
     [](JobReader &r, const JobNode &v) {
         r.whole(v, r.spec.safety.stopAfterFailures, 0, 1'000'000'000'000ULL);
     }},
    {"sweeps", [](JobReader &r, const JobNode &v) { r.whole(v, r.spec.safety.sweeps, 1, 10); }},
    {"lock-timeout-ms", [](JobReader &r, const JobNode &v) { r.milliseconds(v, r.spec.safety.lockTimeout); }},
    {"statement-timeout-ms",
     [](JobReader &r, const JobNode &v) { r.milliseconds(v, r.spec.safety.statementTimeout); }},
};

constexpr Member jobMembers[] = {
    {"keyturn-job",
     [](JobReader &r, const JobNode &v) {
         if (v.kind != JobNode::Kind::Text || v.text != "1") {
             r.fault(v, "must be 1, the version of job files that this Keyturn reads");
         }
     }},
    {"name", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.name); }},
    {"reason", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.reason); }},
    {"service", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.service); }},
    {"source", [](JobReader &r, const JobNode &v) { r.section(v, sourceMembers); }},
    {"find", [](JobReader &r, const JobNode &v) { r.section(v, finderMembers); }},
    {"context", [](JobReader &r, const JobNode &v) { r.contextPairs(v, r.spec.context); }},
    {"context-from", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.context.from); }},
    {"destination-context", [](JobReader &r, const JobNode &v) { r.destinationContext(v); }},
    {"destination-context-from", [](JobReader &r, const JobNode &v) { r.destinationContextFrom(v); }},
    {"source-keys", [](JobReader &r, const JobNode &v) { r.texts(v, r.spec.sourceKeys); }},
    {"destination-key", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.destinationKey); }},
    {"source-algorithm", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.sourceAlgorithm); }},
    {"destination-algorithm", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.destinationAlgorithm); }},
    {"safety", [](JobReader &r, const JobNode &v) { r.section(v, safetyMembers); }},
    {"verify",
     [](JobReader &r, const JobNode &v) {
         r.choice(v, verificationOf, "reply, re-encrypt, decrypt", r.spec.verification);
     }},
    {"allow-client-plaintext",
     [](JobReader &r, const JobNode &v) { r.boolean(v, r.spec.allowClientPlaintext); }},
    {"destination-service", [](JobReader &r, const JobNode &v) { r.text(v, r.spec.destinationService); }},
};

/// A name of ours is short and plain; anything else is not repeated in a message.
std::string shownName(std::string_view name) {
    const bool plain = name.size() <= 40 && std::ranges::all_of(name, [](char c) {
                           return c == '-' || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                  (c >= '0' && c <= '9');
                       });
    return plain ? std::string(name) : std::string("a member");
}

void JobReader::readMap(const JobNode &map, std::span<const Member> members) {
    const std::string parent = m_member;
    for (const auto &[name, value] : map.members) {
        const auto found = std::ranges::find_if(
            members, [&wanted = name.text](const Member &one) { return one.name == wanted; });
        const std::string own = found == members.end() ? shownName(name.text) : name.text;
        m_member = parent.empty() ? own : parent + "." + own;
        if (found == members.end()) {
            fault(name, "is not known here; there are: " + list(members));
            continue;
        }
        JobNode place;
        place.line = value.line;
        place.column = value.column;
        m_met.emplace(m_member, std::move(place));
        found->read(*this, value);
    }
    m_member = parent;
}

void JobReader::contextPairs(const JobNode &value, ContextSpec &out) {
    if (value.kind != JobNode::Kind::Map) {
        return fault(value, "must be pairs of name and value: name: value");
    }
    out.pairs.clear();
    for (const auto &[name, text] : value.members) {
        if (text.kind != JobNode::Kind::Text) {
            fault(text, "each value must be a text");
            continue;
        }
        auto parsed = ContextTemplate::parse(text.text);
        if (!parsed) {
            fault(text, parsed.error().detail);
            continue;
        }
        out.pairs.emplace_back(name.text, std::move(*parsed));
    }
}

void JobReader::destinationContext(const JobNode &value) {
    m_saysSame = value.kind == JobNode::Kind::Text && value.text == "same";
    if (m_saysSame) {
        return;
    }
    if (value.kind != JobNode::Kind::Map) {
        return fault(value, "must be same, or pairs of name and value ({} drops the binding)");
    }
    if (!spec.destinationContext) {
        spec.destinationContext.emplace();
    }
    contextPairs(value, *spec.destinationContext);
}

void JobReader::destinationContextFrom(const JobNode &value) {
    if (!spec.destinationContext) {
        spec.destinationContext.emplace();
    }
    text(value, spec.destinationContext->from);
    if (value.kind == JobNode::Kind::Text && value.text.empty()) {
        fault(value, "must name a column or a JSON pointer");
    }
}

void JobReader::require(std::string_view member, std::string_view parent, std::string what) {
    if (m_met.find(member) != m_met.end()) {
        return;
    }
    const auto found = m_met.find(parent);
    const JobNode place = found == m_met.end() ? JobNode() : found->second;
    faults.push_back({place.line, place.column, std::string(member), std::move(what)});
}

/// What no single member can tell, and checkJob()'s sentences with their places.
void JobReader::check() {
    require("keyturn-job", "", "is missing; a job file begins with keyturn-job: 1");
    require("source", "", "is missing; say what is worked on");
    if (m_met.contains("source")) {
        require("source.kind", "source", "is missing; it is one of " + std::string(kinds));
    }
    require("destination-key", "", "is missing; name the key that everything moves to");
    if (m_saysSame && spec.destinationContext) {
        const JobNode &place = m_met.find("destination-context-from")->second;
        faults.push_back({place.line, place.column, "destination-context-from",
                          "cannot stand beside destination-context: same"});
    }
    const auto checked = checkJob(spec);
    if (!checked) {
        for (const std::string_view line : split(checked.error().detail, '\n')) {
            addChecked(line);
        }
    }
}

/// A member that is off already, or that belongs to one that is, needs no second sentence; and what a source
/// may have depends on its kind.
bool JobReader::isSaid(std::string_view member) const {
    return std::ranges::any_of(faults, [&](const JobFileFault &fault) {
        const bool same = !fault.member.empty() && member.starts_with(fault.member) &&
                          (member.size() == fault.member.size() || member[fault.member.size()] == '.');
        const bool kindUnknown = (fault.member == "source.kind" || fault.member == "source") &&
                                 (member.starts_with("source") || member.starts_with("find"));
        return same || kindUnknown;
    });
}

void JobReader::addChecked(std::string_view line) {
    const auto colon = line.find(": ");
    const std::string_view member = colon == std::string_view::npos ? "" : line.substr(0, colon);
    if (isSaid(member)) {
        return;
    }
    // The nearest member that stands in the file, itself or what it belongs to.
    std::string_view known = member;
    while (!known.empty() && m_met.find(known) == m_met.end()) {
        const auto dot = known.find_last_of('.');
        known = dot == std::string_view::npos ? std::string_view() : known.substr(0, dot);
    }
    const JobNode place = known.empty() ? JobNode() : m_met.find(known)->second;
    faults.push_back({place.line, place.column, std::string(member),
                      std::string(member.empty() ? line : line.substr(colon + 2))});
}

} // namespace

ParsedJob parseJob(std::string_view yaml) {
    JobReader reader;
    if (yaml.size() > jobTextBytesMax) {
        return {{}, {{1, 1, {}, "a job file has at most 1 MiB"}}};
    }
    const JobNode root = parseJobYaml(yaml, reader.faults);
    const bool readable = reader.faults.empty() || root.kind == JobNode::Kind::Map;
    if (root.kind == JobNode::Kind::Map) {
        if (!root.members.empty() && root.members.front().first.text != "keyturn-job") {
            const JobNode &first = root.members.front().first;
            reader.faults.push_back({first.line, first.column, {}, "a job file begins with keyturn-job: 1"});
        }
        reader.readMap(root, jobMembers);
        reader.check();
    } else if (readable) {
        reader.faults.push_back({root.line, root.column, {}, "a job file begins with keyturn-job: 1"});
    }
    std::ranges::stable_sort(reader.faults, [](const JobFileFault &a, const JobFileFault &b) {
        return a.line != b.line ? a.line < b.line : a.column < b.column;
    });
    return {std::move(reader.spec), std::move(reader.faults)};
}

} // namespace keyturn::reencrypt
