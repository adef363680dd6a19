// SPDX-License-Identifier: Apache-2.0
#include "contract.h"

#include "probe.h"

#include <QCoreApplication>
#include <QTest>

#include <cstdio>

namespace keyturn::contract {

Facts allFacts() {
    Facts facts;
    for (const auto add : {&addKeyFacts, &addIdentifierFacts, &addAliasFacts, &addTagFacts, &addPagingFacts,
                           &addStateFacts, &addDeletionFacts, &addRotationFacts, &addCiphertextFacts,
                           &addContextFacts, &addReEncryptFacts, &addDataKeyFacts, &addRsaFacts}) {
        add(facts);
    }
    return facts;
}

std::string outcomeOf(const Fact &fact, Probe &probe) {
    try {
        fact.check(probe);
        return {};
    } catch (const std::exception &found) { // DoesNotHold, or a fault of the fact itself
        return found.what();
    }
}

std::string whyNotApplicable(const Fact &fact, Backend &backend) {
    if (std::string reason = backend.whyNot(fact.name); !reason.empty()) {
        return reason;
    }
    const auto has = [&](std::string_view spec) { return backend.capabilities().hasKeySpec(spec); };
    switch (fact.need) {
    case Need::Nothing:
        return {};
    case Need::Rsa:
        return has("RSA_2048") && has("RSA_3072") && has("RSA_4096") ? "" : "it has no RSA keys";
    case Need::Hmac:
        return has("HMAC_256") ? "" : "it has no HMAC keys";
    case Need::Clock:
        return backend.movesTime() ? "" : "its clock cannot be moved";
    case Need::ManyCalls:
        return backend.isSlow() ? "it takes thousands of calls" : "";
    }
    return {};
}

namespace {

class ContractTest : public QObject {
    Q_OBJECT
public:
    explicit ContractTest(const BackendUnderTest &backend)
        : m_name(backend.name)
        , m_backend(backend.make())
        , m_facts(allFacts())
        , m_probe(*m_backend) {}

private Q_SLOTS:
    void fact_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < m_facts.size(); ++i) {
            const std::string reason = whyNotApplicable(m_facts[i], *m_backend);
            if (reason.empty()) {
                QTest::newRow(m_facts[i].name.c_str()) << static_cast<int>(i);
            } else {
                std::printf("does not apply: %s x %s: %s\n", m_facts[i].name.c_str(), m_name.c_str(),
                            reason.c_str());
                ++m_notApplicable;
            }
        }
    }
    void fact() {
        QFETCH(int, index);
        const Fact &row = m_facts[static_cast<std::size_t>(index)];
        const std::string found = outcomeOf(row, m_probe);
        std::printf("%s: %s x %s\n", found.empty() ? "holds" : "DOES NOT HOLD", row.name.c_str(),
                    m_name.c_str());
        m_holding += found.empty() ? 1 : 0;
        QVERIFY2(found.empty(), found.c_str());
    }
    void cleanupTestCase() {
        std::printf("contract: %s: %zu facts, %d hold, %d do not apply\n", m_name.c_str(), m_facts.size(),
                    m_holding, m_notApplicable);
        std::fflush(stdout);
    }

private:
    std::string m_name;
    std::unique_ptr<Backend> m_backend;
    Facts m_facts;
    Probe m_probe;
    int m_holding = 0;
    int m_notApplicable = 0;
};

} // namespace

int runContract(int argc, char **argv, const BackendUnderTest &backend) {
    const QCoreApplication application(argc, argv);
    ContractTest test(backend);
    return QTest::qExec(&test, argc, argv);
}

} // namespace keyturn::contract

#include "contract.moc"
