// SPDX-License-Identifier: Apache-2.0
// JSONTestSuite (vectors/json): y_ must be read, n_ must be refused, i_ may do either but must not crash.
// Each document is read twice: as it is, where only an object, null or nothing can be a message, and as the
// value of a member that the table does not have, where any value can stand.
#include "base/atomic_file.h"
#include "base/encoding.h"
#include "base/text.h"
#include "fakes/vectors.h"
#include "kms/field_table.h"
#include "kms/json.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <map>

using namespace keyturn;

namespace {

struct Nothing {
    std::optional<std::string> never;
};
constexpr kms::Field nothingFields[] = {kms::field<&Nothing::never>("NeverSent")};

bool reads(const std::string &text) {
    Nothing nothing;
    return kms::readJson(text, nothingFields, &nothing).has_value();
}
bool readsAsMember(const std::string &text) {
    return reads(R"({"Unknown":)" + text + "}");
}

/// Where our rules are stricter than JSON, on purpose.
const std::map<std::string, const char *> refusedOnPurpose{
    {"y_object_duplicated_key", "a name given twice is refused"},
    {"y_object_duplicated_key_and_value", "a name given twice is refused"},
};
/// Where our rules take more than JSON, on purpose.
const std::map<std::string, const char *> takenOnPurpose{
    {"n_structure_no_data", "a reply without a body is an empty object"},
};

} // namespace

class TestKmsJsonSuite : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        constexpr std::size_t maxBytes = 1 << 20;
        const auto file = readFile(test::vectorPath("json/JSONTestSuite.jsonl"), maxBytes);
        if (!file) {
            QSKIP(test::vectorsMissing("json/JSONTestSuite.jsonl").c_str());
        }
        for (const std::string_view line : split(asText(*file), '\n')) {
            if (!line.empty()) {
                const auto row = nlohmann::json::parse(line);
                const auto bytes = fromBase64(row.at("b64").get<std::string>()).value();
                std::string name = row.at("file").get<std::string>();
                name.resize(name.rfind(".json") == std::string::npos ? name.size() : name.rfind(".json"));
                m_documents[name.substr(name.find_last_of('/') + 1)] = std::string(asText(bytes));
            }
        }
        m_documents["n_structure_100000_opening_arrays"] = std::string(100'000, '[');
        std::string nested;
        for (int i = 0; i < 50'000; ++i) {
            nested += R"([{"":)";
        }
        m_documents["n_structure_open_array_object"] = nested + '\n';
    }

    void mustBeRead() {
        int read = 0;
        int strict = 0;
        for (const auto &[name, text] : m_documents) {
            if (!name.starts_with("y_")) {
                continue;
            }
            const bool onPurpose = refusedOnPurpose.contains(name);
            QVERIFY2(readsAsMember(text) != onPurpose, name.c_str());
            if (text.find_first_not_of(" \t\r\n") != std::string::npos && trimmed(text).front() == '{') {
                QVERIFY2(reads(text) != onPurpose, name.c_str());
            }
            (onPurpose ? strict : read) += 1;
        }
        std::printf("JSONTestSuite: %d of y_ read, %d refused on purpose\n", read, strict);
        QCOMPARE(static_cast<std::size_t>(strict), refusedOnPurpose.size());
        QCOMPARE(read, 93);
    }

    void mustBeRefused() {
        int refused = 0;
        for (const auto &[name, text] : m_documents) {
            if (!name.starts_with("n_")) {
                continue;
            }
            QVERIFY2(reads(text) == takenOnPurpose.contains(name), name.c_str());
            QVERIFY2(!readsAsMember(text), name.c_str());
            ++refused;
        }
        std::printf("JSONTestSuite: %d of n_ refused\n", refused);
        QVERIFY(refused >= 188);
    }

    void mayDoEither() {
        int read = 0;
        int refused = 0;
        for (const auto &[name, text] : m_documents) {
            if (name.starts_with("i_")) {
                (readsAsMember(text) ? read : refused) += 1;
            }
        }
        std::printf("JSONTestSuite: of i_ %d read, %d refused\n", read, refused);
        QVERIFY(read + refused >= 35);
    }

    void transformDocumentsDoNotCrash() {
        int others = 0;
        for (const auto &[name, text] : m_documents) {
            if (!name.starts_with("y_") && !name.starts_with("n_") && !name.starts_with("i_")) {
                (void)readsAsMember(text);
                ++others;
            }
        }
        QCOMPARE(others, 22);
        QCOMPARE(m_documents.size(), std::size_t{340});
    }

private:
    std::map<std::string, std::string> m_documents;
};

QTEST_GUILESS_MAIN(TestKmsJsonSuite)
#include "tst_kms_json_suite.moc"
