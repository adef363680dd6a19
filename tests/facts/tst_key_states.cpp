// SPDX-License-Identifier: Apache-2.0
// The table of key states (kms-api.json "keyStates", 40 rows; kms-semantics.md section 2) on a vault: each
// operation on a key in each state, with the exception and its recorded message; and the rows that are
// inferred ("keyStatesInferred"). States that a vault's keys never have stand in a table here with their
// reason; a cell that is neither run nor listed there fails, and so does an operation that the vault lost.
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
    const char *state;
    const char *reason;
};
constexpr Unreachable unreachable[] = {
    {"Unavailable", "only keys of a custom key store become unavailable; a vault has no key stores"},
    {"Creating", "a replica is made in one transaction: nobody finds it half made"},
    {"Updating", "a primary Region changes in one transaction: nobody finds it half done"},
};
/// Operations of the inferred rows that a vault may lack; capabilities() tells why.
constexpr const char *vaultsLack[] = {"Encapsulate", "Decapsulate"};

std::string whyUnreachable(const std::string &state) {
    for (const Unreachable &row : unreachable) {
        if (state == row.state) {
            return row.reason;
        }
    }
    return {};
}

bool isPublished(const std::string &operation) {
    return test::facts().at("keyStates").contains(operation);
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
    /// `without`: as if nobody had written request rows for that operation.
    explicit Table(test::Scene &scene, std::string without = {})
        : m_scene(scene)
        , m_without(std::move(without)) {
        json rows = test::facts().at("keyStates");
        for (const auto &[operation, guess] : test::facts().at("keyStatesInferred").items()) {
            for (const auto &[state, words] : guess.at("row").items()) {
                // What is published counts; what it leaves open is inferred.
                json &cell = rows[operation][state];
                cell = cell.is_null() || cell == "n/a" ? words : cell;
            }
        }
        for (const auto &[operation, states] : rows.items()) {
            for (const auto &[state, words] : states.items()) {
                addCell(operation, state, words);
            }
        }
    }

    struct Count {
        int run = 0;
        int listed = 0;
    };
    std::vector<Case> cases;
    Count published;
    Count inferred;                   ///< of operations that the published table lacks
    std::vector<std::string> listed;  ///< not run, each with its reason
    std::vector<std::string> missing; ///< neither, each with what is in the way

private:
    void addCell(const std::string &operation, const std::string &state, const std::string &words) {
        const std::string cell = operation + " x " + state + ": ";
        Count &count = isPublished(operation) ? published : inferred;
        std::string why = whyUnreachable(state);
        if (why.empty() &&
            std::find(std::begin(vaultsLack), std::end(vaultsLack), operation) != std::end(vaultsLack)) {
            why = m_scene.whyNot(operation);
        }
        if (!why.empty()) {
            listed.push_back(cell + why);
            ++count.listed;
            return;
        }
        const std::size_t before = cases.size();
        std::string inTheWay = m_scene.whyNot(operation);
        if (inTheWay.empty()) {
            inTheWay = addCases(operation, state, words);
        }
        if (inTheWay.empty() && cases.size() == before) {
            inTheWay = "no row of requests";
        }
        if (!inTheWay.empty()) {
            missing.push_back(cell + inTheWay);
        }
        count.run += cases.size() > before ? 1 : 0;
    }

    /// What kept a case from being one, where something did.
    std::string addCases(const std::string &operation, const std::string &state, const std::string &words) {
        std::string inTheWay;
        for (const test::RequestRow &row : test::requestRowsOf(operation)) {
            if (row.operation == m_without) {
                continue;
            }
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
                addCase({row, wish, isDeletion ? deletion : state, outcome}, inTheWay);
                if (isDeletion && !hasReplica && !external && row.purpose == test::Purpose::Encryption) {
                    addCase({row, {row.purpose, false, true}, "PendingReplicaDeletion", outcome}, inTheWay);
                }
            }
        }
        return inTheWay;
    }

    void addCase(Case wanted, std::string &inTheWay) {
        if (const std::string why = m_scene.whyNot(wanted.wish); !why.empty()) {
            inTheWay = why;
            return;
        }
        cases.push_back(std::move(wanted));
    }

    test::Scene &m_scene;
    const std::string m_without;
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
        const auto [run, listed] = m_table->published;
        std::printf(
            "280 published cells: %d run, %d listed; of inferred rows: %d run, %d listed; %zu cases\n", run,
            listed, m_table->inferred.run, m_table->inferred.listed, m_table->cases.size());
        QCOMPARE(test::facts().at("keyStates").size(), std::size_t{40});
        EXPECT_SAME(m_table->missing.empty() ? "" : m_table->missing.front(), "");
        QCOMPARE(run, 40 * 4);    // Enabled, Disabled, both kinds of pending deletion, PendingImport
        QCOMPARE(listed, 40 * 3); // and no other state
        QCOMPARE(m_table->inferred.run + m_table->inferred.listed, 6 * 7);
    }
    /// The check above can fail, for each operation.
    void anOperationWithoutRequestsIsMissed() {
        for (const auto &[operation, states] : test::facts().at("keyStates").items()) {
            const Table table(*m_scene, operation);
            QCOMPARE(table.missing.size(), std::size_t{4});
            for (const std::string &cell : table.missing) {
                QVERIFY2(cell.starts_with(operation + " x "), cell.c_str());
            }
        }
    }
    void everyRequestRowIsOfTheTable() {
        for (const test::RequestRow &row : test::requestRows()) {
            const bool isKnown = isPublished(std::string(row.operation)) ||
                                 test::facts().at("keyStatesInferred").contains(row.operation);
            QVERIFY2(isKnown, std::string(row.operation).c_str());
        }
    }
    /// An operation that a vault lacks says what capabilities() says, whatever key it names.
    void whatIsAbsentSaysWhy() {
        for (const char *operation : vaultsLack) {
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
