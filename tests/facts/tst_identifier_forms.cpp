// SPDX-License-Identifier: Apache-2.0
// Which forms of a key's name each operation takes (kms-api.json "idForms"; kms-semantics.md section 3) on a
// vault: every member that names a key, in every form; and what is said of a name that it does not take, of
// one that nobody has, and of one that is none.
#include "published_facts.h"
#include "scene.h"

#include <QTest>

#include <algorithm>

using namespace keyturn;
using nlohmann::json;

namespace {

const json allForms = {"keyId", "keyArn", "aliasName", "aliasArn"};
const json keysOnly = {"keyId", "keyArn"};

/// The facts name no forms for these; section 3 does.
struct Amendment {
    const char *operation;
    const json &forms;
};
const Amendment amendments[] = {
    {"GenerateMac", allForms},
    {"VerifyMac", allForms},
    {"RetireGrant", keysOnly},
};

struct Member {
    test::RequestRow row;
    std::string name;
    json forms;
};

/// A name that no operation takes, and what is said of it; "$arn" as in Scene.
struct WrongName {
    const char *what;
    const char *text;
    const char *answer;
};
const WrongName wrongNames[] = {
    {"no id", "fake-key-id", "NotFoundException: Invalid keyId 'fake-key-id'"},
    {"an id that nobody has", "00000000-0000-4000-8000-000000000000",
     "NotFoundException: Key "
     "'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000' "
     "does not exist"},
    {"an ARN that nobody has",
     "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000",
     "NotFoundException: Key "
     "'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000' "
     "does not exist"},
    {"an ARN of a strange Region",
     "arn:aws:kms:mars-north-7:111122223333:key/00000000-0000-4000-8000-000000000000",
     "NotFoundException: Invalid arn mars-north-7"},
};
constexpr const char *malformedArn = "arn:aws:kms::111122223333:key/00000000-0000-4000-8000-000000000000";

bool namesAKey(const std::string &member) {
    return member == "KeyId" || member == "SourceKeyId" || member == "DestinationKeyId" ||
           member == "TargetKeyId";
}

/// The row whose key this member names.
const test::RequestRow *rowFor(const std::string &operation, const std::string &member) {
    for (const test::RequestRow &row : test::requestRows()) {
        const std::string found =
            row.operation == operation ? json::parse(row.request).value(member, "") : std::string();
        if (found == "$key" || found == "$replicated") {
            return &row;
        }
    }
    return nullptr;
}

std::vector<Member> allMembers() {
    std::vector<Member> members;
    for (const auto &[operation, fact] : test::facts().at("operations").items()) {
        for (const json &input : fact.at("input")) {
            const std::string name = input.at("name");
            if (!namesAKey(name)) {
                continue;
            }
            const test::RequestRow *row = rowFor(operation, name);
            if (row == nullptr) {
                throw std::runtime_error("no request row names a key by " + operation + '.' + name);
            }
            const auto amended = std::find_if(std::begin(amendments), std::end(amendments),
                                              [&](const Amendment &a) { return a.operation == operation; });
            members.push_back(
                {*row, name, amended != std::end(amendments) ? amended->forms : input.at("idForms")});
        }
    }
    return members;
}

test::KeyWish wishFor(const test::RequestRow &row) {
    const bool imports = row.operation.find("Import") != std::string_view::npos;
    return {row.purpose, imports, row.multiRegion};
}

/// What is said of an alias where only keys are taken.
std::string aliasRefusal(const Member &member, const std::string &name) {
    return member.name == "TargetKeyId" ? "ValidationException: Aliases must refer to keys. Not aliases"
                                        : "NotFoundException: Invalid keyId '" + name + "'";
}

std::string labelOf(const Member &member) {
    return std::string(member.row.operation) + '.' + member.name;
}

} // namespace

class TestIdentifierForms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        if (test::facts().is_null()) {
            QSKIP(test::whyNoFacts().c_str());
        }
        m_scene = std::make_unique<test::Scene>();
        for (Member &member : allMembers()) {
            const std::string operation(member.row.operation);
            std::string why = m_scene->whyNot(operation);
            why = why.empty() ? m_scene->whyNot(wishFor(member.row)) : why;
            if (why.empty()) {
                m_members.push_back(std::move(member));
            } else {
                std::printf("not run: %s: %s\n", labelOf(member).c_str(), why.c_str());
            }
        }
    }

    void form_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<QString>("form");
        for (std::size_t i = 0; i < m_members.size(); ++i) {
            for (const json &form : allForms) {
                const std::string text = form;
                QTest::newRow((labelOf(m_members[i]) + ", " + text).c_str())
                    << static_cast<int>(i) << QString::fromStdString(text);
            }
        }
    }
    void form() {
        QFETCH(int, index);
        QFETCH(QString, form);
        const Member &member = m_members[static_cast<std::size_t>(index)];
        const std::string wanted = form.toStdString();
        try {
            json request = fresh(member);
            const std::string name = m_scene->value(wanted == "keyId"       ? "key"
                                                    : wanted == "keyArn"    ? "arn"
                                                    : wanted == "aliasName" ? "alias"
                                                                            : "aliasArn");
            request[member.name] = name;
            const bool takes =
                std::find(member.forms.begin(), member.forms.end(), json(wanted)) != member.forms.end();
            EXPECT_SAME(answerTo(member.row.operation, request), takes ? "ok" : aliasRefusal(member, name));
        } catch (const std::exception &fault) {
            QFAIL(fault.what());
        }
    }

    void wrongName_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < m_members.size(); ++i) {
            QTest::newRow(labelOf(m_members[i]).c_str()) << static_cast<int>(i);
        }
    }
    void wrongName() {
        QFETCH(int, index);
        const Member &member = m_members[static_cast<std::size_t>(index)];
        const std::string operation(member.row.operation);
        try {
            json request = fresh(member);
            for (const WrongName &wrong : wrongNames) {
                request[member.name] = wrong.text;
                EXPECT_SAME(answerTo(operation, request), std::string(wrong.answer));
            }
            request[member.name] = malformedArn;
            const json errors = test::facts().at("operations").at(operation).at("errors");
            const bool listed =
                std::find(errors.begin(), errors.end(), "InvalidArnException") != errors.end();
            EXPECT_SAME(answerTo(operation, request),
                        (listed ? "InvalidArnException: Invalid arn " : "NotFoundException: Invalid arn ") +
                            std::string(malformedArn));
            const bool takesAliases = member.forms.size() == allForms.size();
            request[member.name] = "alias/nobody-has-this";
            EXPECT_SAME(answerTo(operation, request),
                        takesAliases
                            ? "NotFoundException: Alias "
                              "arn:aws:kms:eu-central-1:111122223333:alias/nobody-has-this is not found."
                            : aliasRefusal(member, "alias/nobody-has-this"));
        } catch (const std::exception &fault) {
            QFAIL(fault.what());
        }
    }

    void cleanupTestCase() {
        std::printf("%zu members that name a key, in four forms each\n", m_members.size());
        m_scene.reset();
    }

private:
    std::string answerTo(std::string_view operation, const json &request) {
        return test::toldOf(m_scene->ask(operation, request));
    }
    /// A new key that the operation works on, and the request about it.
    json fresh(const Member &member) {
        m_scene->newKey(wishFor(member.row));
        json request = m_scene->request(member.row);
        m_scene->value("aliasArn"); // while it can be made
        if (member.row.operation == "CancelKeyDeletion") {
            m_scene->bringTo("PendingDeletion");
        }
        return request;
    }

    std::unique_ptr<test::Scene> m_scene;
    std::vector<Member> m_members;
};

QTEST_GUILESS_MAIN(TestIdentifierForms)
#include "tst_identifier_forms.moc"
