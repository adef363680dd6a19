// SPDX-License-Identifier: Apache-2.0
// What FakeKms offers to tests besides being a KMS: failures to order, answers to hold, absent operations.
#include "fakes/fake_kms.h"
#include "kms/call.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/list_keys.h"

#include <QTest>

using namespace keyturn;
using kms::DescribeKey;
using kms::OperationId;

class TestFakeKms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keysAreNamedAlikeEveryTime() {
        test::FakeKms first;
        test::FakeKms second;
        test::FakeKms other({.seed = "other"});
        const std::string id = first.addKey("alias/a", "told");
        QCOMPARE(second.addKey("alias/a"), id);
        QVERIFY(other.addKey("alias/a") != id);
        const auto reply = kms::callAndWait<DescribeKey>(first, {.keyId = "alias/a"});
        QCOMPARE(*reply->keyMetadata->description, std::string("told"));
    }

    void orderedFailuresComeOnceEach() {
        test::FakeKms service;
        const std::string id = service.addKey();
        service.failNext(OperationId::DescribeKey, serviceError(ErrorCode::Throttling, "slow down"));
        service.failNext(OperationId::DescribeKey, clientError(ErrorCode::HostNotFound, "no host"));
        QCOMPARE(kms::callAndWait<DescribeKey>(service, {.keyId = id}).error().serviceMessage,
                 std::string("slow down"));
        QVERIFY(kms::callAndWait<kms::ListKeys>(service, {}));
        QCOMPARE(kms::callAndWait<DescribeKey>(service, {.keyId = id}).error().code, ErrorCode::HostNotFound);
        QVERIFY(kms::callAndWait<DescribeKey>(service, {.keyId = id}));
        const std::vector<OperationId> calls{OperationId::DescribeKey, OperationId::ListKeys,
                                             OperationId::DescribeKey, OperationId::DescribeKey};
        QVERIFY(service.calls() == calls);
    }

    void heldAnswersWait() {
        int answers = 0;
        {
            test::FakeKms service;
            service.holdAnswers(true);
            for (int i = 0; i < 3; ++i) {
                service.submit(kms::AnyRequest::of<kms::ListKeys>({}), {},
                               [&](Result<kms::AnyReply> reply) { answers += reply ? 1 : 0; });
            }
            QCOMPARE(answers, 0);
            QCOMPARE(service.heldAnswers(), std::size_t{3});
            QVERIFY(service.answerNext());
            QCOMPARE(answers, 1);
            service.answerHeld();
            QCOMPARE(answers, 3);
            QVERIFY(!service.answerNext());
            service.holdAnswers(true);
            service.submit(kms::AnyRequest::of<kms::ListKeys>({}), {},
                           [&](Result<kms::AnyReply>) { ++answers; });
            QCOMPARE(answers, 3);
        }
        QCOMPARE(answers, 4); // nobody waits for ever
    }

    void absentOperationsSayWhy() {
        test::FakeKms service;
        service.withdraw(OperationId::ListKeys, "there is no list here");
        QVERIFY(!service.capabilities().of(OperationId::ListKeys).available);
        const auto reply = kms::callAndWait<kms::ListKeys>(service, {});
        QCOMPARE(reply.error().code, ErrorCode::UnsupportedOperation);
        QCOMPARE(reply.error().serviceMessage, std::string("there is no list here"));
    }
};

QTEST_GUILESS_MAIN(TestFakeKms)
#include "tst_fake_kms.moc"
