// SPDX-License-Identifier: Apache-2.0
// The table of key states (kms-api.json "keyStates", 40 rows; kms-semantics.md section 2) on a vault: each
// operation on a key in each state, with the exception and its recorded message. Cells that a vault cannot
// reach stand in a table here with their reason; a cell that is neither run nor listed fails.
#include "published_facts.h"
#include "scene.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace keyturn;
using nlohmann::json;
using test::KeyWish;

namespace {

constexpr const char *pendingDeletion = "PendingDeletion|PendingReplicaDeletion";

/// What a cell's words mean for a key of AWS_KMS and for one whose material is imported.
struct CellWords {
    const char *words;
    const char *plain;
    const char *external;
};
constexpr CellWords cellWords[] = {
    {"ok", "ok", "ok"},
    {"ok (no effect)", "ok", "ok"},
    {"KMSInvalidStateException", "State", "State"},
    {"DisabledException", "Disabled", "Disabled"},
    {"UnsupportedOperationException", "Unsupported", "Unsupported"},
    // KMSInvalidStateException is what was seen in practice (kms-semantics.md section 2).
    {"DisabledException or KMSInvalidStateException", "State", "State"},
    {"ok; UnsupportedOperationException unless imported material", "Unsupported", "ok"},
    {"conditional: UnsupportedOperationException unless imported material", "Unsupported", "ok"},
    {"conditional: UnsupportedOperationException if imported material or custom key store", "ok",
     "Unsupported"},
    {"DisabledException or UnsupportedOperationException if imported material or custom key store",
     "Disabled", "Unsupported"},
    {"KMSInvalidStateException or UnsupportedOperationException if imported material or custom key store",
     "State", "Unsupported"},
    {"KMSInvalidStateException if imported material or UnsupportedOperationException unless imported "
     "material",
     "Unsupported", "State"},
    {"ok for symmetric AWS_KMS, and EXTERNAL with material PENDING_ROTATION; else KMSInvalidStateException; "
     "other types UnsupportedOperationException",
     "ok", "NothingPending"},
};
constexpr const char *bySide = "conditional: source side ok; destination KMSInvalidStateException";

/// Cells that differ from the table, each with its reason.
struct Amendment {
    const char *operation;
    const char *state; ///< empty: all
    const char *external;
    const char *reason;
};
constexpr Amendment amendments[] = {
    {"ListKeyRotations", "", "ok", "section 8: it tells the materials of imported keys"},
    {"RotateKeyOnDemand", pendingDeletion, "State", "section 2, note 7: imported keys rotate on demand"},
};

struct Unreachable {
    const char *operation; ///< "*": all
    const char *state;
    const char *reason;
};
constexpr Unreachable unreachable[] = {
    {"*", "Unavailable", "only keys of a custom key store become unavailable; a vault has no key stores"},
    {"*", "Creating", "a replica is made in one transaction: nobody finds it half made"},
    {"*", "Updating", "a primary Region changes in one transaction: nobody finds it half done"},
    {"GenerateMac", "PendingImport", "not applicable in this row; run as the inferred row has it"},
    {"GetPublicKey", "PendingImport", "not applicable in this row; run as the inferred row has it"},
    {"Sign", "PendingImport", "not applicable in this row; run as the inferred row has it"},
    {"Verify", "PendingImport", "not applicable in this row; run as the inferred row has it"},
    {"VerifyMac", "PendingImport", "not applicable in this row; run as the inferred row has it"},
};

std::string whyUnreachable(const std::string &operation, const std::string &state) {
    for (const Unreachable &row : unreachable) {
        if ((operation == row.operation || std::string("*") == row.operation) && state == row.state) {
            return row.reason;
        }
    }
    return {};
}

struct Case {
    test::RequestRow row;
    KeyWish wish;
    std::string state;   ///< of the key, one of those of the cell
    std::string outcome; ///< one of those of CellWords
};

std::string outcomeOf(const test::RequestRow &row, const std::string &state, const std::string &words,
                      bool external) {
    for (const Amendment &change : amendments) {
        const bool fits =
            row.operation == change.operation && (*change.state == '\0' || state == change.state);
        if (external && fits) {
            return change.external;
        }
    }
    if (words == bySide) {
        return row.side == "source" ? "ok" : "State";
    }
    const auto found = std::find_if(std::begin(cellWords), std::end(cellWords),
                                    [&](const CellWords &known) { return words == known.words; });
    if (found == std::end(cellWords)) {
        throw std::runtime_error("nobody knows what '" + words + "' means for " + std::string(row.operation));
    }
    return external ? found->external : found->plain;
}

class Table {
public:
    explicit Table(test::Scene &scene)
        : m_scene(scene) {
        for (const auto &[operation, states] : test::facts().at("keyStates").items()) {
            addRow(operation, states, true);
        }
        for (const auto &[operation, inferred] : test::facts().at("keyStatesInferred").items()) {
            addRow(operation, inferred.at("row"), false);
        }
    }

    std::vector<Case> cases;
    int cells = 0; ///< of the published table
    int run = 0;
    std::vector<std::string> listed;

private:
    void addRow(const std::string &operation, const json &states, bool published) {
        for (const auto &[state, words] : states.items()) {
            const std::string why = whyUnreachable(published ? operation : "*", state);
            const std::size_t before = cases.size();
            const bool isRun = why.empty() && words != "n/a" && (published || isNew(operation, state));
            const std::string missing = isRun ? addCell(operation, state, words) : why;
            if (!published) {
                continue;
            }
            ++cells;
            if (cases.size() > before) {
                ++run;
            } else {
                listed.push_back(operation + " x " + state + ": " + missing);
            }
        }
    }
    /// The published row leaves the cell to the inferred one, or there is no published row.
    static bool isNew(const std::string &operation, const std::string &state) {
        return !test::facts().at("keyStates").contains(operation) ||
               !whyUnreachable(operation, state).empty();
    }

    /// Why no case came of it, where none did.
    std::string addCell(const std::string &operation, const std::string &state, const std::string &words) {
        std::string missing = m_scene.whyNot(operation);
        if (!missing.empty()) {
            return missing;
        }
        for (const test::RequestRow &row : test::requestRowsOf(operation)) {
            for (const bool external : {false, true}) {
                const std::string outcome = outcomeOf(row, state, words, external);
                const bool tellsApart = outcome != outcomeOf(row, state, words, !external);
                const bool onlyImported = state == "PendingImport";
                if (external ? !(tellsApart || onlyImported) : onlyImported) {
                    continue;
                }
                // A primary key whose replicas are there waits for them before its own time runs.
                const bool isDeletion = state == pendingDeletion;
                const bool hasReplica = row.request.find("$replicated") != std::string_view::npos;
                const char *deletion = hasReplica ? "PendingReplicaDeletion" : "PendingDeletion";
                const KeyWish wish{row.purpose, external, row.multiRegion};
                addCase({row, wish, isDeletion ? deletion : state, outcome}, missing);
                if (isDeletion && !hasReplica && !external && row.purpose == test::Purpose::Encryption) {
                    addCase({row, {row.purpose, false, true}, "PendingReplicaDeletion", outcome}, missing);
                }
            }
        }
        return missing;
    }

    void addCase(Case wanted, std::string &missing) {
        if (const std::string why = m_scene.whyNot(wanted.wish); !why.empty()) {
            missing = why;
            return;
        }
        cases.push_back(std::move(wanted));
    }

    test::Scene &m_scene;
};

std::string nameOf(const Case &one) {
    std::string name = std::string(one.row.operation) + ", " + one.state;
    name += one.row.side.empty() ? "" : ", " + std::string(one.row.side);
    name += one.wish.external ? ", imported" : "";
    return name + (one.wish.multiRegion ? ", multi-Region" : "");
}

/// "<exception>: <message>" that a case must answer; the message of an exception for imported keys is not
/// recorded.
std::string answerWanted(const Case &one, const std::string &arn) {
    if (one.outcome == "Disabled") {
        return "DisabledException: " + arn + " is disabled.";
    }
    if (one.outcome == "NothingPending") {
        return "KMSInvalidStateException: No available key material pending rotation for the key: " + arn +
               ".";
    }
    if (one.outcome == "Unsupported") {
        return "UnsupportedOperationException: " + arn + " origin is " +
               (one.wish.external ? "EXTERNAL" : "AWS_KMS") + " which is not valid for this operation.";
    }
    if (one.outcome == "State") {
        const bool cancels = one.row.operation == "CancelKeyDeletion";
        return "KMSInvalidStateException: " + arn +
               (cancels                        ? " is not pending deletion."
                : one.state == "PendingImport" ? " is pending import."
                                               : " is pending deletion.");
    }
    return one.outcome;
}

} // namespace

/// QCOMPARE does not show std::string.
#define EXPECT_SAME(found, expected)                                                                         \
    do {                                                                                                     \
        const std::string differs = test::difference(found, expected);                                       \
        QVERIFY2(differs.empty(), differs.c_str());                                                          \
    } while (false)

class TestKeyStates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        if (test::facts().is_null()) {
            QSKIP(test::whyNoFacts().c_str());
        }
        m_scene = std::make_unique<test::Scene>();
        m_table = std::make_unique<Table>(*m_scene);
    }

    void cell_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < m_table->cases.size(); ++i) {
            QTest::newRow(nameOf(m_table->cases[i]).c_str()) << static_cast<int>(i);
        }
    }
    void cell() {
        QFETCH(int, index);
        const Case &one = m_table->cases[static_cast<std::size_t>(index)];
        try {
            m_scene->newKey(one.wish);
            const json request = m_scene->request(one.row);
            m_scene->bringTo(one.state);
            const auto answer = m_scene->ask(one.row.operation, request);
            EXPECT_SAME(test::toldOf(answer), answerWanted(one, m_scene->arn()));
            if (!answer) { // what is refused changes nothing
                EXPECT_SAME(m_scene->state(), one.state);
            }
        } catch (const std::exception &fault) {
            QFAIL(fault.what());
        }
    }

    void everyCellIsRunOrListed() {
        for (const std::string &cell : m_table->listed) {
            std::printf("not run: %s\n", cell.c_str());
        }
        std::printf("%d cells: %d run as %zu cases (inferred rows too), %zu listed\n", m_table->cells,
                    m_table->run, m_table->cases.size(), m_table->listed.size());
        QCOMPARE(test::facts().at("keyStates").size(), std::size_t{40});
        QCOMPARE(m_table->cells, 280);
        QCOMPARE(m_table->run + static_cast<int>(m_table->listed.size()), m_table->cells);
        for (const std::string &cell : m_table->listed) {
            QVERIFY2(!cell.ends_with(": "), cell.c_str());
        }
    }
    /// An operation that a vault lacks says what capabilities() says, whatever key it names.
    void whatIsAbsentSaysWhy() {
        for (const auto &[operation, states] : test::facts().at("keyStates").items()) {
            if (const std::string why = m_scene->whyNot(operation); !why.empty()) {
                EXPECT_SAME(test::toldOf(m_scene->ask(operation, json::object())),
                            "UnsupportedOperationException: " + why);
            }
        }
    }

    void cleanupTestCase() {
        m_table.reset();
        m_scene.reset();
    }

private:
    std::unique_ptr<test::Scene> m_scene;
    std::unique_ptr<Table> m_table;
};

QTEST_GUILESS_MAIN(TestKeyStates)
#include "tst_key_states.moc"
