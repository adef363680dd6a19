// SPDX-License-Identifier: Apache-2.0
#include "contract.h"

#include "probe.h"

#include <QCoreApplication>
#include <QTest>

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace keyturn::contract {

Facts allFacts() {
    Facts facts;
    for (const auto add :
         {&addKeyFacts, &addIdentifierFacts, &addAliasFacts, &addTagFacts, &addPagingFacts, &addStateFacts,
          &addDeletionFacts, &addRotationFacts, &addCiphertextFacts, &addContextFacts, &addReEncryptFacts,
          &addDataKeyFacts, &addRsaFacts, &addGrantFacts, &addPolicyFacts, &addUsageFacts}) {
        add(facts);
    }
    addSignatureFacts(facts);
    addAsymmetricFacts(facts);
    addImportFacts(facts);
    addMultiRegionFacts(facts);
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
    const bool takesImports = backend.capabilities().of(kms::OperationId::ImportKeyMaterial).available;
    switch (fact.need) {
    case Need::Nothing:
        return {};
    case Need::Rsa:
        return has("RSA_2048") && has("RSA_3072") && has("RSA_4096") ? "" : "it has no RSA keys";
    case Need::Hmac:
        return has("HMAC_256") ? "" : "it has no HMAC keys";
    case Need::Grants:
        return backend.capabilities().of(kms::OperationId::CreateGrant).available ? "" : "it has no grants";
    case Need::Policies:
        return backend.capabilities().of(kms::OperationId::PutKeyPolicy).available ? ""
                                                                                   : "it has no policies";
    case Need::LastUsage:
        return backend.capabilities().of(kms::OperationId::GetKeyLastUsage).available ? ""
                                                                                      : "it notes no uses";
    case Need::Clock:
        return backend.movesTime() ? "" : "its clock cannot be moved";
    case Need::ManyCalls:
        return backend.isSlow() ? "it takes thousands of calls" : "";
    case Need::Asymmetric:
        return has("ECC_NIST_P256") && has("HMAC_512") ? "" : "it has no signing and HMAC keys";
    case Need::MultiRegion:
        return backend.capabilities().of(kms::OperationId::ReplicateKey).available
                   ? ""
                   : "it has no multi-Region keys";
    case Need::Regions:
        return backend.serviceIn("eu-west-1") != nullptr ? "" : "it is reached in one Region";
    case Need::Sm2:
        return has("SM2") ? "" : "it has no SM2 keys";
    case Need::Import:
        return takesImports ? "" : "it takes no imported key material";
    case Need::ImportAndClock:
        return takesImports && backend.movesTime() ? "" : "it takes no imports or its clock cannot be moved";
    }
    return {};
}

std::optional<Part> partFromText(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    Part part;
    const auto read = [](std::string_view digits, std::size_t &number) {
        const auto end = digits.data() + digits.size();
        return std::from_chars(digits.data(), end, number).ptr == end && number > 0;
    };
    const bool good = read(text.substr(0, slash), part.number) && read(text.substr(slash + 1), part.of);
    return good && part.number <= part.of ? std::optional(part) : std::nullopt;
}

namespace {

class ContractTest : public QObject {
    Q_OBJECT
public:
    ContractTest(const BackendUnderTest &backend, Part part)
        : m_name(backend.name)
        , m_part(part)
        , m_backend(backend.make())
        , m_facts(allFacts())
        , m_probe(*m_backend) {}

private Q_SLOTS:
    void fact_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < m_facts.size(); ++i) {
            if (!m_part.has(i)) {
                continue;
            }
            ++m_mine;
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
        std::printf("contract: %s: %d facts", m_name.c_str(), m_mine);
        if (m_part.of > 1) {
            std::printf(" (part %zu of %zu; all parts: %zu)", m_part.number, m_part.of, m_facts.size());
        }
        std::printf(", %d hold, %d do not apply\n", m_holding, m_notApplicable);
        std::fflush(stdout);
    }

private:
    std::string m_name;
    Part m_part;
    std::unique_ptr<Backend> m_backend;
    Facts m_facts;
    Probe m_probe;
    int m_mine = 0;
    int m_holding = 0;
    int m_notApplicable = 0;
};

} // namespace

int runContract(int argc, char **argv, const BackendUnderTest &backend) {
    const QCoreApplication application(argc, argv);
    const char *wanted = std::getenv("KEYTURN_CONTRACT_PART");
    const auto part = wanted != nullptr ? partFromText(wanted) : std::optional<Part>(Part());
    if (!part) {
        std::fputs("KEYTURN_CONTRACT_PART must be like 2/5\n", stderr);
        return 1;
    }
    ContractTest test(backend, *part);
    return QTest::qExec(&test, argc, argv);
}

} // namespace keyturn::contract

#include "contract.moc"
