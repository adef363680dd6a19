// SPDX-License-Identifier: Apache-2.0
// The tables against the published facts (shared/reference/kms-api.json), member by member, and what holds
// for every table: patterns that can be read, redaction that hides.
#include "base/atomic_file.h"
#include "generic_messages.h"
#include "kms/operation.h"
#include "kms/pattern.h"
#include "kms/redaction.h"
#include "kms/structures.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

using namespace keyturn;
using namespace keyturn::kms;
using nlohmann::json;

namespace {

std::filesystem::path factsPath() {
    return std::filesystem::path(KEYTURN_SOURCE_DIR) / ".." / "shared" / "reference" / "kms-api.json";
}

std::string typeOf(const json &member) {
    const std::string type = member.at("type");
    if (type == "string") {
        const std::string text = member.value("sensitive", false) ? "secret text" : "text";
        return member.contains("enum") ? "enum " + member.at("enum").get<std::string>() : text;
    }
    if (type == "blob") {
        return member.value("sensitive", false) ? "secret blob" : "blob";
    }
    if (type == "structure") {
        return "structure " + member.at("shape").get<std::string>();
    }
    return type == "list" ? "list of " + typeOf(member.at("of")) : type;
}

std::string typeOf(const Field &field) {
    switch (field.kind) {
    case FieldKind::Text:
        return "text";
    case FieldKind::Blob:
        return "blob";
    case FieldKind::SecretBlob:
        return "secret blob";
    case FieldKind::SecretText:
        return "secret text";
    case FieldKind::Integer:
        return "integer";
    case FieldKind::Boolean:
        return "boolean";
    case FieldKind::Time:
        return "timestamp";
    case FieldKind::Enumeration:
        return "enum " + std::string(field.enumeration().name);
    case FieldKind::TextList:
        return "list of text";
    case FieldKind::EnumerationList:
        return "list of enum " + std::string(field.enumeration().name);
    case FieldKind::TextMap:
        return "map";
    case FieldKind::Structure:
        return "structure " + std::string(field.structure().name);
    case FieldKind::StructureList:
        return "list of structure " + std::string(field.structure().name);
    }
    return "?";
}

std::string bounds(std::int64_t min, std::int64_t max) {
    return (min < 0 ? "" : std::to_string(min)) + ".." + (max < 0 ? "" : std::to_string(max));
}
/// The bounds of the documentation hold where they are tighter than the model's.
std::string bounds(const json &fact, const char *min, const char *max) {
    const auto one = [&](const std::string &name, const std::string &documented) {
        return fact.value(documented, fact.value(name, std::int64_t{-1}));
    };
    const bool value = std::string(min) == "min";
    return bounds(one(min, value ? "docMin" : min), one(max, value ? "docMax" : max));
}

/// Everything about a member that both sides know, as one line.
std::string line(const json &member) {
    const json &scalar = member.at("type") == "list" ? member.at("of") : member;
    const std::string type = typeOf(member);
    std::string text = type + (member.value("required", false) ? " required" : "");
    text += member.value("deprecated", false) ? " deprecated" : "";
    text += " ids" + (member.contains("idForms") ? member.at("idForms").dump() : "[]");
    text += (type == "integer" ? " value " : " length ") + bounds(scalar, "min", "max");
    text += " items " + bounds(member, "minItems", "maxItems");
    return text + " pattern " + scalar.value("pattern", "");
}

std::string line(const Field &field) {
    json forms = json::array();
    constexpr std::pair<IdForm, const char *> names[] = {{IdForm::KeyId, "keyId"},
                                                         {IdForm::KeyArn, "keyArn"},
                                                         {IdForm::AliasName, "aliasName"},
                                                         {IdForm::AliasArn, "aliasArn"}};
    for (const auto &[form, name] : names) {
        if (includes(field.idForms, form)) {
            forms.push_back(name);
        }
    }
    const bool number = field.kind == FieldKind::Integer;
    std::string text = typeOf(field) + (field.required ? " required" : "");
    text += field.deprecated ? " deprecated" : "";
    text += " ids" + forms.dump();
    text += (number ? " value " + bounds(field.minValue, field.maxValue)
                    : " length " + bounds(field.minLength, field.maxLength));
    text += " items " + bounds(field.minItems, field.maxItems);
    return text + " pattern " + std::string(field.pattern);
}

/// The facts name no identifier forms for three members that take some: as cryptographic operations, and as
/// the documentation of RetireGrant has it (kms-semantics.md section 3).
json withForms(const std::string &operation, json members) {
    for (json &member : members) {
        if (member.at("name") == "KeyId" && (operation == "GenerateMac" || operation == "VerifyMac")) {
            member["idForms"] = {"keyId", "keyArn", "aliasName", "aliasArn"};
        }
        if (member.at("name") == "KeyId" && operation == "RetireGrant") {
            member["idForms"] = {"keyId", "keyArn"};
        }
    }
    return members;
}

/// The wire names of an operation's errors, in the order of the facts.
json errorNames(const OperationInfo &info) {
    json names = json::array();
    for (const ErrorCode code : info.errors) {
        names.push_back(std::string(errorCodeName(code)));
    }
    return names;
}

std::string pagingText(const json &paging) {
    if (paging.is_null()) {
        return " 0 0 0";
    }
    const json &preset = paging.at("limitDefault");
    return paging.at("items").get<std::string>() + ' ' + paging.at("limitMin").dump() + ' ' +
           paging.at("limitMax").dump() + ' ' + (preset.is_null() ? "0" : preset.dump());
}

std::string pagingText(const PagingInfo &paging) {
    return std::string(paging.items) + ' ' + std::to_string(paging.limitMin) + ' ' +
           std::to_string(paging.limitMax) + ' ' + std::to_string(paging.limitDefault);
}

class Comparison {
public:
    void compare(const std::string &where, std::span<const Field> fields, const json &members) {
        std::set<std::string> known;
        for (const json &member : members) {
            const std::string name = member.at("name");
            known.insert(name);
            const Field *field = findField(fields, name);
            const std::string ours = field != nullptr ? line(*field) : "(missing)";
            check(where + '.' + name, ours, line(member));
            ++m_members;
        }
        for (const Field &field : fields) {
            if (!known.contains(std::string(field.name))) {
                check(where + '.' + std::string(field.name), "(ours)", "(not in the facts)");
            }
        }
    }
    void check(const std::string &where, const std::string &ours, const std::string &theirs) {
        if (ours != theirs) {
            m_faults += '\n' + where + "\n  ours:  " + ours + "\n  facts: " + theirs;
        }
    }
    const std::string &faults() const { return m_faults; }
    int members() const { return m_members; }

    /// Everything that the facts say of one operation.
    void compareOperation(const OperationInfo &info, const json &fact) {
        const std::string name(info.name);
        compare(name + " request", info.request, withForms(name, fact.at("input")));
        compare(name + " reply", info.reply, fact.at("output"));
        check(name + " paging", pagingText(info.paging), pagingText(fact.at("paging")));
        check(name + " other accounts", info.crossAccount ? "yes" : "no",
              fact.at("crossAccount") == "yes" ? "yes" : "no");
        check(name + " errors", errorNames(info).dump(), fact.at("errors").dump());
        for (const auto &[flag, member] : {std::pair("dryRun", "DryRun"),
                                           {"dryRunModifiers", "DryRunModifiers"},
                                           {"grantTokens", "GrantTokens"},
                                           {"recipient", "Recipient"}}) {
            check(name + ' ' + member, findField(info.request, member) != nullptr ? "yes" : "no",
                  fact.at(flag).get<bool>() ? "yes" : "no");
        }
        for (const PermissionNeed &need : info.permissions) {
            const json &known = fact.at("permissions");
            const bool listed = std::find(known.begin(), known.end(), need.action) != known.end();
            check(name + ' ' + std::string(need.action), listed ? "listed" : "not listed", "listed");
        }
        check(name + " permissions", info.permissions.empty() ? "none" : "some",
              fact.at("permissions").empty() ? "none" : "some");
    }

private:
    std::string m_faults;
    int m_members = 0;
};

/// Every table reached from the operations: name and fields, each once.
std::map<std::string, std::span<const Field>> allTables() {
    std::map<std::string, std::span<const Field>> tables;
    const auto add = [&](const auto &self, const std::string &name, std::span<const Field> fields) -> void {
        if (!tables.emplace(name, fields).second) {
            return;
        }
        for (const Field &field : fields) {
            if (field.structure != nullptr) {
                self(self, std::string(field.structure().name), field.structure().fields);
            }
        }
    };
    for (std::size_t i = 0; i < operationCount; ++i) {
        const auto &info = operationInfo(static_cast<OperationId>(i));
        add(add, std::string(info.name) + ".Request", info.request);
        add(add, std::string(info.name) + ".Reply", info.reply);
    }
    return tables;
}

/// Every enumeration that a member of these tables has, with its values.
std::map<std::string, std::vector<std::string>>
allEnumerations(const std::map<std::string, std::span<const Field>> &tables) {
    std::map<std::string, std::vector<std::string>> enumerations;
    for (const auto &[name, fields] : tables) {
        for (const Field &field : fields) {
            if (field.enumeration != nullptr) {
                const EnumInfo &info = field.enumeration();
                enumerations[std::string(info.name)] = {info.names.begin(), info.names.end()};
            }
        }
    }
    return enumerations;
}

} // namespace

class TestKmsTables : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        constexpr std::size_t maxBytes = 1 << 20;
        const auto text = readFile(factsPath().string(), maxBytes);
        if (text) {
            m_facts = json::parse(text->begin(), text->end());
        }
    }

    void everyOperationIsFoundByIdAndName() {
        for (std::size_t i = 0; i < operationCount; ++i) {
            const auto &info = operationInfo(static_cast<OperationId>(i));
            QCOMPARE(static_cast<std::size_t>(info.id), i);
            QCOMPARE(findOperation(info.name), &info);
            QVERIFY(info.makeRequest().operation() == info.id);
            QVERIFY(info.makeReply().operation() == info.id);
        }
        QCOMPARE(findOperation("reEncrypt"), nullptr);
    }

    void membersAreThoseOfTheFacts() {
        if (m_facts.is_null()) {
            QSKIP(("no facts: " + factsPath().string() + " is not there").c_str());
        }
        Comparison comparison;
        for (const auto &[name, fact] : m_facts.at("operations").items()) {
            const OperationInfo *info = findOperation(name);
            comparison.check(name, info != nullptr ? "there" : "missing", "there");
            if (info != nullptr) {
                comparison.compareOperation(*info, fact);
            }
        }
        // All of theirs are found by name, and each name is found once: so these are all of ours.
        comparison.check("operations", std::to_string(operationCount),
                         std::to_string(m_facts.at("operations").size()));
        std::printf("kms-api.json: %zu operations, %d members compared\n", operationCount,
                    comparison.members());
        QVERIFY2(comparison.faults().empty(), comparison.faults().c_str());
    }

    void structuresAndEnumerationsAreThoseOfTheFacts() {
        if (m_facts.is_null()) {
            QSKIP(("no facts: " + factsPath().string() + " is not there").c_str());
        }
        Comparison comparison;
        const auto tables = allTables();
        const auto enumerations = allEnumerations(tables);
        for (const auto &[name, members] : m_facts.at("structures").items()) {
            const auto table = tables.find(name);
            comparison.check(name, table != tables.end() ? "there" : "missing", "there");
            if (table != tables.end()) {
                comparison.compare(name, table->second, members);
            }
        }
        for (const auto &[name, values] : m_facts.at("enums").items()) {
            const auto found = enumerations.find(name);
            const auto ours = found == enumerations.end() ? json("missing") : json(found->second);
            comparison.check(name, ours.dump(), values.dump());
        }
        comparison.check("enumerations", std::to_string(enumerations.size()),
                         std::to_string(m_facts.at("enums").size()));
        comparison.check("tables", std::to_string(tables.size()),
                         std::to_string(2 * operationCount + m_facts.at("structures").size()));
        std::printf("kms-api.json: %zu enumerations, %d members of structures compared\n",
                    enumerations.size(), comparison.members());
        QVERIFY2(comparison.faults().empty(), comparison.faults().c_str());
    }

    void everyKmsErrorHasACode() {
        if (m_facts.is_null()) {
            QSKIP(("no facts: " + factsPath().string() + " is not there").c_str());
        }
        QCOMPARE(m_facts.at("errors").size(), std::size_t{48});
        for (const auto &[name, fact] : m_facts.at("errors").items()) {
            const ErrorCode code = errorCodeFromServiceName(name);
            QVERIFY2(code != ErrorCode::Unknown, name.c_str());
            QCOMPARE(std::string(errorCodeName(code)), name);
            int operations = 0;
            for (std::size_t i = 0; i < operationCount; ++i) {
                operations += hasError(operationInfo(static_cast<OperationId>(i)), code) ? 1 : 0;
            }
            QVERIFY2(operations == fact.at("operations").get<int>(), name.c_str());
        }
    }

    void whatRevealsASecretSaysSo() {
        for (std::size_t i = 0; i < operationCount; ++i) {
            const auto &info = operationInfo(static_cast<OperationId>(i));
            const bool reveals = std::any_of(info.reply.begin(), info.reply.end(), [](const Field &field) {
                // A wrapping key's public half and the id of a credential are secrets for the model alone; a
                // token opens no data by itself.
                return holdsSecret(field) && field.name != "PublicKey" && field.name != "CustomKeyStores" &&
                       field.name != "GrantToken";
            });
            QVERIFY2(reveals == (info.effect == Effect::RevealsPlaintext), info.name.data());
        }
    }

    void everyPatternCanBeRead() {
        int patterns = 0;
        for (const auto &[name, fields] : allTables()) {
            for (const Field &field : fields) {
                if (!field.pattern.empty()) {
                    const auto where =
                        name + '.' + std::string(field.name) + ' ' + std::string(field.pattern);
                    QVERIFY2(Pattern::compile(field.pattern), where.c_str());
                    ++patterns;
                }
            }
        }
        QVERIFY(patterns > 20);
    }

    void everyPatternOfTheFactsCanBeRead() {
        if (m_facts.is_null()) {
            QSKIP(("no facts: " + factsPath().string() + " is not there").c_str());
        }
        std::set<std::string> patterns;
        const auto collect = [&](const auto &self, const json &value) -> void {
            if (value.is_object() && value.contains("pattern")) {
                patterns.insert(value.at("pattern").get<std::string>());
            }
            if (value.is_structured()) {
                for (const json &inner : value) {
                    self(self, inner);
                }
            }
        };
        collect(collect, m_facts);
        for (const std::string &pattern : patterns) {
            QVERIFY2(Pattern::compile(pattern), pattern.c_str());
        }
        QCOMPARE(patterns.size(), std::size_t{18});
    }

    void secretsAreRedacted() {
        const test::FillOptions marked{.secret = "keyturn-marker-secret"};
        int secretMembers = 0;
        for (std::size_t i = 0; i < operationCount; ++i) {
            const auto &info = operationInfo(static_cast<OperationId>(i));
            AnyRequest request = info.makeRequest();
            AnyReply reply = info.makeReply();
            test::fillEverything(info.request, request.object(), marked);
            test::fillEverything(info.reply, reply.object(), marked);
            for (const std::string &text :
                 {redacted(info.request, request.object()), redacted(info.reply, reply.object())}) {
                QVERIFY2(text.find("marker") == std::string::npos, text.c_str());
                QVERIFY2(text.find('\n') == std::string::npos, text.c_str());
            }
            for (const auto fields : {info.request, info.reply}) {
                secretMembers += static_cast<int>(std::count_if(
                    fields.begin(), fields.end(), [](const Field &field) { return field.secret; }));
            }
        }
        // Four times Plaintext, four times Message, three SharedSecrets, PrivateKeyPlaintext, two passwords
        // and the public key of GetParametersForImport; and two grant tokens, which the model calls no
        // secret.
        QCOMPARE(secretMembers, 17);
    }

    void aSecretTextWouldBeHiddenToo() {
        const std::string marker = "keyturn-marker-secret";
        Tag tag{.tagKey = marker, .tagValue = "shown"};
        std::vector<Field> fields(structureInfo<Tag>().fields.begin(), structureInfo<Tag>().fields.end());
        fields[0] = fields[0].hide();
        QCOMPARE(redacted(fields, &tag), std::string("{TagKey=(21 bytes, hidden), TagValue=shown}"));
    }

    void redactedIsOneReadableLine() {
        KeyMetadata metadata;
        metadata.keyId = "a\nb";
        metadata.enabled = true;
        metadata.creationDate = Timestamp(std::chrono::seconds(1'700'000'000));
        metadata.keyState = KeyState::Disabled;
        metadata.encryptionAlgorithms =
            std::vector<Open<EncryptionAlgorithmSpec>>{EncryptionAlgorithmSpec::SM2PKE};
        QCOMPARE(
            redacted(structureInfo<KeyMetadata>().fields, &metadata),
            std::string("{KeyId=a b, CreationDate=2023-11-14T22:13:20Z, Enabled=true, KeyState=Disabled, "
                        "EncryptionAlgorithms=[SM2PKE]}"));
    }

private:
    json m_facts;
};

QTEST_GUILESS_MAIN(TestKmsTables)
#include "tst_kms_tables.moc"
