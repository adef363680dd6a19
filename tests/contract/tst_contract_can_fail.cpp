// SPDX-License-Identifier: Apache-2.0
// The facts notice a service that breaks a rule: for each rule a FakeKms is bent in one place, and a fact of
// that name must not hold any more.
#include "contract.h"
#include "fakes/fake_kms.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/schedule_key_deletion.h"
#include "probe.h"

#include <QTest>

#include <algorithm>

using namespace keyturn;
using kms::AnyReply;
using kms::AnyRequest;
using kms::OperationId;

namespace {

using BendRequest = std::function<void(AnyRequest &)>;
using BendReply = std::function<void(Result<AnyReply> &)>;

/// FakeKms with one rule broken: a request is changed on its way in, or a reply on its way out.
class BentBackend final : public contract::Backend, kms::KmsService {
public:
    BentBackend(BendRequest bendRequest, BendReply bendReply)
        : m_bendRequest(std::move(bendRequest))
        , m_bendReply(std::move(bendReply)) {}

    kms::KmsService &service() override { return *this; }
    kms::Capabilities capabilities() override { return m_kms.capabilities(); }
    kms::Capabilities capabilities() const override { return m_kms.capabilities(); }
    void submit(AnyRequest request, kms::CallContext context, kms::Completion completion) override {
        if (m_bendRequest) {
            m_bendRequest(request);
        }
        m_kms.submit(std::move(request), std::move(context),
                     [this, completion = std::move(completion)](Result<AnyReply> reply) mutable {
                         if (m_bendReply) {
                             m_bendReply(reply);
                         }
                         completion(std::move(reply));
                     });
    }

private:
    BendRequest m_bendRequest;
    BendReply m_bendReply;
    test::FakeKms m_kms;
};

template <class Op>
BendRequest bend(std::function<void(typename Op::Request &)> change) {
    return [change = std::move(change)](AnyRequest &request) {
        if (request.operation() == Op::id) {
            change(request.as<Op>());
        }
    };
}

template <class Op>
BendReply bendReply(std::function<void(typename Op::Reply &)> change) {
    return [change = std::move(change)](Result<AnyReply> &reply) {
        if (reply && reply->operation() == Op::id) {
            change(reply->template as<Op>());
        }
    };
}

struct Rule {
    const char *name;
    const char *fact; ///< that must not hold
    BendRequest request;
    BendReply reply = {};
};

std::vector<Rule> rules() {
    using Decrypt = kms::Decrypt;
    using ReEncrypt = kms::ReEncrypt;
    const auto forgetMessage = [](Result<AnyReply> &reply) {
        if (!reply) {
            reply.error().serviceMessage = "something";
        }
    };
    return {
        {"Decrypt forgets the source context", "contexts: left out, by ReEncrypt",
         bend<ReEncrypt>([](auto &request) {
             request.sourceEncryptionContext = {{"Department", "IT"}, {"Purpose", "Test"}};
         })},
        {"a context given by mistake is dropped", "contexts: given where none was, by Decrypt",
         bend<Decrypt>([](auto &request) { request.encryptionContext.reset(); })},
        {"the key named is not compared", "Decrypt: a wrong KeyId is told apart",
         bend<Decrypt>([](auto &request) { request.keyId.reset(); })},
        {"SourceKeyId is not compared", "ReEncrypt: a wrong SourceKeyId",
         bend<ReEncrypt>([](auto &request) { request.sourceKeyId.reset(); })},
        {"DryRun does it", "ReEncrypt: a dry run that would work",
         bend<ReEncrypt>([](auto &request) { request.dryRun.reset(); })},
        {"the source's context is kept", "ReEncrypt: no destination context means none, not the source's",
         bend<ReEncrypt>(
             [](auto &request) { request.destinationEncryptionContext = request.sourceEncryptionContext; })},
        {"grant tokens are not looked at", "grant tokens: one that was never issued, for Encrypt",
         bend<kms::Encrypt>([](auto &request) { request.grantTokens.reset(); })},
        {"NumberOfBytes wins over KeySpec", "GenerateDataKey: both",
         bend<kms::GenerateDataKey>([](auto &request) {
             if (request.numberOfBytes) {
                 request.keySpec.reset();
             }
         })},
        {"a window of any length", "ScheduleKeyDeletion: a window of 6 days",
         bend<kms::ScheduleKeyDeletion>([](auto &request) { request.pendingWindowInDays = 7; })},
        {"limits are not looked at", "paging: ListKeys, limits",
         bend<kms::ListKeys>([](auto &request) { request.limit.reset(); })},
        {"a page loses its last key",
         "paging: ListKeys, two a page",
         {},
         bendReply<kms::ListKeys>([](auto &reply) {
             if (reply.keys && !reply.keys->empty()) {
                 reply.keys->pop_back();
             }
         })},
        {"the key id instead of the ARN",
         "Decrypt: the reply names key, algorithm and material",
         {},
         bendReply<Decrypt>([](auto &reply) { reply.keyId = "1234"; })},
        {"no source material id",
         "ReEncrypt: the reply names both keys, algorithms and materials",
         {},
         bendReply<ReEncrypt>([](auto &reply) { reply.sourceKeyMaterialId.reset(); })},
        {"messages of our own", "identifiers: a text that is no key id", {}, forgetMessage},
        {"a message where AWS sends none", "Decrypt: a byte more", {}, forgetMessage},
    };
}

} // namespace

class TestContractCanFail : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void brokenRules_data() {
        QTest::addColumn<int>("index");
        const auto all = rules();
        for (std::size_t i = 0; i < all.size(); ++i) {
            QTest::newRow(all[i].name) << static_cast<int>(i);
        }
    }
    void brokenRules() {
        QFETCH(int, index);
        const Rule rule = rules()[static_cast<std::size_t>(index)];
        const contract::Facts facts = contract::allFacts();
        const auto fact =
            std::find_if(facts.begin(), facts.end(), [&](const auto &one) { return one.name == rule.fact; });
        QVERIFY2(fact != facts.end(), rule.fact);
        BentBackend straight({}, {});
        contract::Probe straightProbe(straight);
        QCOMPARE(QString::fromStdString(contract::outcomeOf(*fact, straightProbe)), QString());
        BentBackend bent(rule.request, rule.reply);
        contract::Probe bentProbe(bent);
        QVERIFY(!contract::outcomeOf(*fact, bentProbe).empty());
    }

    void factNamesAreUnique() {
        std::vector<std::string> names;
        for (const auto &fact : contract::allFacts()) {
            names.push_back(fact.name);
        }
        std::sort(names.begin(), names.end());
        const auto twice = std::adjacent_find(names.begin(), names.end());
        QVERIFY2(twice == names.end(), twice == names.end() ? "" : twice->c_str());
    }

    void partsLoseNoFact() {
        const std::size_t facts = contract::allFacts().size();
        for (const std::size_t of : {std::size_t(1), std::size_t(2), std::size_t(5), facts + 1}) {
            for (std::size_t index = 0; index < facts; ++index) {
                int runs = 0;
                for (std::size_t number = 1; number <= of; ++number) {
                    runs +=
                        contract::partFromText(std::to_string(number) + "/" + std::to_string(of))->has(index);
                }
                QCOMPARE(runs, 1);
            }
        }
        for (const char *text : {"", "1", "0/5", "6/5", "1/0", "a/5", "1/5x", "-1/5"}) {
            QVERIFY2(!contract::partFromText(text), text);
        }
    }
};

QTEST_GUILESS_MAIN(TestContractCanFail)
#include "tst_contract_can_fail.moc"
