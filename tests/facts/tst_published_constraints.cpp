// SPDX-License-Identifier: Apache-2.0
// Every constraint of every request member at its bound and one beyond, with the service's message. Bounds,
// patterns and values come from kms-api.json and patterns are held by another engine than ours, so the tables
// of the language are checked too (tst_kms_bounds walks those). What a vault has it refuses in the same
// words.
#include "fields_of_facts.h"
#include "kms/json.h"
#include "kms/validation.h"
#include "published_facts.h"
#include "unit/vault/kms_vault.h"

#include <QTest>

using namespace keyturn;
using nlohmann::json;

namespace {

/// Members that a request cannot do without although the model does not require them.
const std::map<std::string, json> companions = {
    {"Decrypt", {{"CiphertextBlob", "YmxvYg=="}}},
    {"ReEncrypt", {{"CiphertextBlob", "YmxvYg=="}}},
    {"GenerateDataKey", {{"KeySpec", "AES_256"}}},
    {"GenerateDataKeyWithoutPlaintext", {{"KeySpec", "AES_256"}}},
    {"GenerateRandom", {{"NumberOfBytes", 1}}},
};

std::string messageOf(const Status &status) {
    return status ? std::string() : status.error().serviceMessage;
}

} // namespace

class TestPublishedConstraints : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        if (test::facts().is_null()) {
            QSKIP(test::whyNoFacts().c_str());
        }
        vault::VaultKmsOptions options;
        options.keepLog = false;
        m_vault = std::make_unique<test::KmsVault>(std::move(options));
    }

    void atTheBoundAndOneBeyond_data() {
        QTest::addColumn<QString>("operation");
        for (const auto &[operation, fact] : test::facts().at("operations").items()) {
            QTest::newRow(operation.c_str()) << QString::fromStdString(operation);
        }
    }
    void atTheBoundAndOneBeyond() {
        QFETCH(QString, operation);
        const std::string name = operation.toStdString();
        const json &members = test::facts().at("operations").at(name).at("input");
        json whole = test::smallestOf(members);
        if (const auto more = companions.find(name); more != companions.end()) {
            whole.update(more->second);
        }
        const bool present = m_vault->kms().capabilities().of(kms::findOperation(name)->id).available;
        std::string faults;
        for (const test::Trial &trial : test::trialsOf(members, whole)) {
            const std::string found = check(name, trial, present);
            faults += found.empty() ? "" : trial.what + ": " + found + '\n';
            ++m_checked;
            m_beyond += trial.message.empty() ? 0 : 1;
        }
        QVERIFY2(faults.empty(), faults.substr(0, 4000).c_str());
    }

    void cleanupTestCase() {
        std::printf("%d values, %d of them beyond a bound; %d refused by a vault in the same words\n",
                    m_checked, m_beyond, m_byVault);
        m_vault.reset();
    }

private:
    /// Empty when it is refused, or let through, as it should be.
    std::string check(const std::string &name, const test::Trial &trial, bool present) {
        const kms::OperationInfo &info = *kms::findOperation(name);
        kms::AnyRequest request = info.makeRequest();
        const std::string text = trial.request.dump();
        if (auto read = kms::readJson(text, info.request, request.object(), kms::UnknownMembers::Refuse);
            !read) {
            return "not read: " + read.error().detail;
        }
        const std::string found = messageOf(kms::validateRequest(request));
        if (trial.message.empty()) {
            // What members have to do with each other is not looked at here.
            return found.find("failed to satisfy constraint") == std::string::npos ? "" : "refused: " + found;
        }
        if (found != trial.message) {
            return "\n  said:   " + found.substr(0, 700) + "\n  wanted: " + trial.message.substr(0, 700);
        }
        return present ? checkVault(std::move(request), trial) : std::string();
    }
    std::string checkVault(kms::AnyRequest request, const test::Trial &trial) {
        const auto reply = kms::submitAndWait(m_vault->kms(), std::move(request), {});
        if (reply || reply.error().code != ErrorCode::Validation ||
            reply.error().serviceMessage != trial.message) {
            return "a vault says: " + test::told(reply).toStdString().substr(0, 700);
        }
        ++m_byVault;
        return {};
    }

    std::unique_ptr<test::KmsVault> m_vault;
    int m_checked = 0;
    int m_beyond = 0;
    int m_byVault = 0;
};

QTEST_GUILESS_MAIN(TestPublishedConstraints)
#include "tst_published_constraints.moc"
