// SPDX-License-Identifier: Apache-2.0
#include "job_options.h"

#include "base/text.h"
#include "reencrypt/job_file.h"
#include "reencrypt/job_places.h"
#include "reencrypt/job_yaml.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace keyturn::cli {
namespace {

enum class Writes : std::uint8_t { Paths, Connection, Text, Texts, Number, True, False, Pairs, Empty };

struct JobOption {
    std::string_view option;
    std::string_view section; ///< of the job file; empty: the top
    std::string_view member;  ///< of a source: its kind
    Writes writes;
    std::string_view valueName;
    std::string_view help;
    bool besideFile = false; ///< may be said anew beside a job file

    bool isSource() const { return writes == Writes::Paths || writes == Writes::Connection; }
    std::string_view key() const { return option.substr(2); }
};

constexpr std::array jobOptions{
    JobOption{"--files", "source", "files", Writes::Paths, "PATH",
              "files or folders of ciphertexts, one in each file"},
    JobOption{"--text", "source", "text", Writes::Paths, "PATH",
              "ciphertexts inside text: .env, HCL, YAML, properties, shell"},
    JobOption{"--csv", "source", "csv", Writes::Paths, "PATH", "CSV files; --blob names the column"},
    JobOption{"--tsv", "source", "tsv", Writes::Paths, "PATH",
              "tab-separated files; --blob names the column"},
    JobOption{"--jsonl", "source", "jsonl", Writes::Paths, "PATH",
              "JSON Lines files; --blob is a JSON pointer"},
    JobOption{"--sops", "source", "sops", Writes::Paths, "PATH", "SOPS documents"},
    JobOption{"--pulumi", "source", "pulumi", Writes::Paths, "PATH", "Pulumi stack files"},
    JobOption{"--tink", "source", "tink", Writes::Paths, "PATH", "Tink encrypted keysets"},
    JobOption{"--credstash", "source", "credstash", Writes::Paths, "PATH", "credstash exports"},
    JobOption{"--mongodb", "source", "mongodb", Writes::Paths, "PATH", "exports of a MongoDB key vault"},
    JobOption{"--parquet-keys", "source", "parquet-keys", Writes::Paths, "PATH",
              "external key material of Parquet files"},
    JobOption{"--sqlite", "source", "sqlite", Writes::Paths, "FILE",
              "a SQLite file; with --table and --blob"},
    JobOption{"--postgres", "source", "postgresql", Writes::Connection, "CONNECTION",
              "'host=... dbname=... user=...', never a password"},
    JobOption{"--mysql", "source", "mysql", Writes::Connection, "CONNECTION", "the same for MySQL"},
    JobOption{"--odbc", "source", "odbc", Writes::Connection, "CONNECTION", "the same for ODBC"},
    JobOption{"--include", "source", "include", Writes::Texts, "PATTERN",
              "only these below a folder; ** crosses folders"},
    JobOption{"--exclude", "source", "exclude", Writes::Texts, "PATTERN", "not these; wins over --include"},
    JobOption{"--table", "source", "table", Writes::Text, "TABLE", "of a database"},
    JobOption{"--key", "source", "key", Writes::Texts, "COLUMN",
              "of the primary key, where the table names none"},
    JobOption{"--where", "source", "where", Writes::Text, "SQL", "only rows that fulfil it"},
    JobOption{"--no-header", "source", "header", Writes::False, "",
              "csv, tsv: the first line is data; columns are 1, 2, ..."},
    JobOption{"--delimiter", "source", "delimiter", Writes::Text, "CHARACTER", "csv: between the columns"},
    JobOption{"--shared", "source", "shared", Writes::True, "",
              "postgres: any number of `job work` share the job"},
    JobOption{"--blob", "find", "blob", Writes::Text, "COLUMN|POINTER", "where the ciphertext stands"},
    JobOption{"--json-pointer", "find", "json-pointer", Writes::Text, "POINTER",
              "the column holds JSON, the ciphertext is there"},
    JobOption{"--encoding", "find", "encoding", Writes::Text, "NAME",
              "raw, base64, base64url or hex; told by each value"},
    JobOption{"--id", "find", "id", Writes::Text, "COLUMN|POINTER", "what reports call an item"},
    JobOption{"--new-prefix", "find", "new-prefix", Writes::Text, "TEXT",
              "what new values begin with; else the old prefix stays"},
    JobOption{"--context", "context", "", Writes::Pairs, "NAME=VALUE",
              "the ciphertexts' encryption context; {column} stands for its value"},
    JobOption{"--context-from", "", "context-from", Writes::Text, "COLUMN|POINTER",
              "a JSON object that holds the context"},
    JobOption{"--destination-context", "destination-context", "", Writes::Pairs, "NAME=VALUE",
              "the new context; without it the old one stays"},
    JobOption{"--destination-context-from", "", "destination-context-from", Writes::Text, "COLUMN|POINTER",
              "a JSON object that holds the new context"},
    JobOption{"--drop-context", "", "destination-context", Writes::Empty, "",
              "new ciphertexts are bound to no context"},
    JobOption{"--source-key-id", "", "source-keys", Writes::Texts, "KEY", "move only what is under this key"},
    JobOption{"--destination-key-id", "", "destination-key", Writes::Text, "KEY",
              "the key that everything moves to"},
    JobOption{"--source-encryption-algorithm", "", "source-algorithm", Writes::Text, "NAME",
              "of an asymmetric source key"},
    JobOption{"--destination-encryption-algorithm", "", "destination-algorithm", Writes::Text, "NAME",
              "of an asymmetric destination key"},
    JobOption{"--dry-run", "safety", "dry-run", Writes::True, "", "everything but writing", true},
    JobOption{"--no-backup", "safety", "backup", Writes::False, "", "keep nothing for undo"},
    JobOption{"--batch", "safety", "batch", Writes::Number, "ITEMS", "1 to 256; tables: 1 to 1000"},
    JobOption{"--in-flight", "safety", "in-flight", Writes::Number, "CALLS",
              "under way at once, 1 to 1024; 8", true},
    JobOption{"--rate", "safety", "rate", Writes::Number, "CALLS",
              "per second at most; 0: no ceiling; 50, and none in a vault", true},
    JobOption{"--stop-after-failures", "safety", "stop-after-failures", Writes::Number, "ITEMS", "0: never"},
    JobOption{"--sweeps", "safety", "sweeps", Writes::Number, "PASSES",
              "databases: in a row that find nothing; 2"},
    JobOption{"--lock-timeout-ms", "safety", "lock-timeout-ms", Writes::Number, "MS", "databases; 5000"},
    JobOption{"--statement-timeout-ms", "safety", "statement-timeout-ms", Writes::Number, "MS",
              "databases; 30000"},
    JobOption{"--verify", "", "verify", Writes::Text, "LEVEL",
              "reply, re-encrypt or decrypt; a vault always decrypts"},
    JobOption{"--allow-client-plaintext", "", "allow-client-plaintext", Writes::True, "",
              "with --destination-service: Decrypt there, Encrypt here"},
    JobOption{"--service", "", "service", Writes::Text, "PROFILE", "the profile that a saved job works with"},
    JobOption{"--destination-service", "", "destination-service", Writes::Text, "PROFILE",
              "of another service to move to"},
    JobOption{"--name", "", "name", Writes::Text, "TEXT", "of the job"},
    JobOption{"--reason", "", "reason", Writes::Text, "TEXT", "for the report; compromise adds its warnings"},
};

Arity arityOf(const JobOption &option) {
    switch (option.writes) {
    case Writes::True:
    case Writes::False:
    case Writes::Empty:
        return Arity::Flag;
    case Writes::Paths:
    case Writes::Connection:
    case Writes::Texts:
    case Writes::Pairs:
        return Arity::Repeated;
    default:
        return Arity::One;
    }
}

std::vector<ArgumentSpec> makeSpecOptions() {
    std::vector<ArgumentSpec> specs;
    for (const JobOption &option : jobOptions) {
        specs.push_back({.option = std::string(option.option),
                         .arity = arityOf(option),
                         .help = std::string(option.help),
                         .valueName = std::string(option.valueName)});
    }
    return specs;
}

std::string listOf(const std::vector<std::string> &texts) {
    std::string list;
    for (const std::string &text : texts) {
        list += (list.empty() ? "" : ", ") + reencrypt::yamlScalar(text);
    }
    return "[" + list + "]";
}

/// A number stays plain; anything else is quoted, and refused where a number belongs.
std::string numberText(std::string_view text) {
    const bool plain = !text.empty() && text.find_first_not_of("0123456789.-") == std::string_view::npos;
    return plain ? std::string(text) : reencrypt::yamlScalar("'" + std::string(text));
}

/// The text of a job file out of options.
class JobText {
public:
    explicit JobText(const ParsedArguments &options)
        : m_options(options) {}

    Outcome<std::string> write(const std::vector<std::string> &morePaths) {
        const auto sourced = writeSource(morePaths);
        for (const JobOption &option : jobOptions) {
            if (!m_fault && !option.isSource() && m_options.has(option.key())) {
                writeOption(option, m_options.values.find(option.key())->second);
            }
        }
        if (!sourced || m_fault) {
            return usageFailure(*m_fault);
        }
        std::string text = "keyturn-job: 1\n" + m_sections[""];
        for (const auto &[name, lines] : m_sections) {
            text += name.empty() ? "" : name + ":\n" + lines;
        }
        return text;
    }

private:
    bool writeSource(const std::vector<std::string> &morePaths) {
        const JobOption *source = nullptr;
        for (const JobOption &one : jobOptions) {
            if (one.isSource() && m_options.has(one.key()) && std::exchange(source, &one) != nullptr) {
                m_fault = "A job has one kind of source; these options name several";
                return false;
            }
        }
        std::vector<std::string> places = m_options.values.find(source->key())->second;
        places.insert(places.end(), morePaths.begin(), morePaths.end());
        line("source", "kind", std::string(source->member));
        if (source->writes == Writes::Paths) {
            line("source", "paths", listOf(places));
            return true;
        }
        if (places.size() > 1) {
            m_fault =
                std::string(source->option) + " takes one connection, in one word: put it between quotes";
            return false;
        }
        line("source", "connection", reencrypt::yamlScalar(places.front()));
        return true;
    }

    void writeOption(const JobOption &option, const std::vector<std::string> &values) {
        switch (option.writes) {
        case Writes::Text:
            return line(option.section, option.member, reencrypt::yamlScalar(values.front()));
        case Writes::Texts:
            return line(option.section, option.member, listOf(values));
        case Writes::Number:
            return line(option.section, option.member, numberText(values.front()));
        case Writes::True:
            return line(option.section, option.member, "true");
        case Writes::False:
            return line(option.section, option.member, "false");
        case Writes::Empty:
            if (m_options.has("destination-context") || m_options.has("destination-context-from")) {
                m_fault = "--drop-context cannot be given together with --destination-context";
                return;
            }
            return line(option.section, option.member, "{}");
        case Writes::Paths:
        case Writes::Connection: // the source is written by itself
            return;
        case Writes::Pairs:
            break;
        }
        std::set<std::string> names;
        for (const std::string &pair : values) {
            const auto equals = pair.find('=');
            if (equals == std::string::npos || equals == 0) {
                m_fault = std::string(option.option) + " takes NAME=VALUE";
                return;
            }
            if (!names.insert(pair.substr(0, equals)).second) {
                m_fault = std::string(option.option) + " gives one name two values";
                return;
            }
            line(option.section, reencrypt::yamlScalar(pair.substr(0, equals)),
                 reencrypt::yamlScalar(pair.substr(equals + 1)));
        }
    }

    void line(std::string_view section, std::string_view member, const std::string &value) {
        m_sections[std::string(section)] +=
            (section.empty() ? "" : "  ") + std::string(member) + ": " + value + "\n";
    }

    const ParsedArguments &m_options;
    std::map<std::string, std::string> m_sections;
    std::optional<std::string> m_fault;
};

/// "find.blob" is --blob here.
std::string optionOf(std::string_view member) {
    const JobOption *close = nullptr;
    for (const JobOption &option : jobOptions) {
        const std::string section(option.section);
        if (option.isSource()) {
            continue;
        }
        if (option.writes != Writes::Pairs &&
            (section.empty() ? "" : section + ".") + std::string(option.member) == member) {
            return std::string(option.option);
        }
        if (option.writes == Writes::Pairs && (member == section || member.starts_with(section + "."))) {
            close = &option;
        }
    }
    return std::string(close == nullptr ? member : close->option);
}

Outcome<reencrypt::JobSpec> parsed(const std::string &text) {
    reencrypt::ParsedJob job = reencrypt::parseJob(text);
    std::string faults;
    for (const reencrypt::JobFileFault &fault : job.faults) {
        const std::string option = fault.member.empty() ? std::string() : optionOf(fault.member) + ": ";
        faults += (faults.empty() ? "" : "\n") + option + fault.text;
    }
    return faults.empty() ? Outcome<reencrypt::JobSpec>(std::move(job.spec)) : usageFailure(faults);
}

} // namespace

const std::vector<ArgumentSpec> &jobSpecOptions() {
    static const std::vector<ArgumentSpec> specs = makeSpecOptions();
    return specs;
}

bool namesJobSource(const ParsedArguments &options) {
    return std::ranges::any_of(
        jobOptions, [&](const JobOption &one) { return one.isSource() && options.has(one.key()); });
}

std::vector<std::string> optionsOfTheFile(const ParsedArguments &options) {
    std::vector<std::string> found;
    for (const JobOption &one : jobOptions) {
        if (!one.besideFile && options.has(one.key())) {
            found.emplace_back(one.option);
        }
    }
    return found;
}

Outcome<reencrypt::JobSpec> jobOfOptions(const ParsedArguments &options,
                                         const std::vector<std::string> &morePaths) {
    auto text = JobText(options).write(morePaths);
    if (!text) {
        return failureFrom(text);
    }
    auto spec = parsed(*text);
    if (!spec) {
        return failureFrom(spec);
    }
    return reencrypt::withAbsolutePaths(std::move(*spec), std::filesystem::current_path());
}

Outcome<reencrypt::JobSpec> withOverrides(reencrypt::JobSpec spec, const ParsedArguments &options) {
    std::string more;
    spec.safety.dryRun = spec.safety.dryRun || options.has("dry-run");
    for (const JobOption &one : jobOptions) {
        if (one.besideFile && one.writes == Writes::Number && options.has(one.key())) {
            more += (more.empty() ? "{" : ", ") + std::string(one.member) + ": " +
                    numberText(options.value(one.key()));
        }
    }
    if (more.empty()) {
        return spec;
    }
    auto one = parsed(
        "keyturn-job: 1\nsource: {kind: files, paths: [x]}\ndestination-key: x\nsafety: " + more + "}\n");
    if (!one) {
        return failureFrom(one);
    }
    if (options.has("rate")) {
        spec.safety.perSecond = one->safety.perSecond;
        spec.safety.rateGiven = true;
    }
    if (options.has("in-flight")) {
        spec.safety.inFlight = one->safety.inFlight;
    }
    return spec;
}

} // namespace keyturn::cli
