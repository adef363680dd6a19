// SPDX-License-Identifier: Apache-2.0
// QKMS beyond the contract: the example of its page on ReEncrypt byte for byte, its nine errors, its own name
// for a refused signature, its ARNs through a whole life of a key, and a DryRun that it does not know.
#include "fixtures/remote_qkms.h"
#include "kms/error_text.h"
#include "kms/operations/create_key.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/re_encrypt.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::contract;

namespace {

const std::string sourceId = "1234abcd-12ab-34cd-56ef-1234567890ab";
const std::string destinationId = "0987dcba-09fe-87dc-65ba-ab0987654321";

kms::ReEncrypt::Request reEncrypt() {
    kms::ReEncrypt::Request request;
    request.ciphertextBlob = Bytes{1, 2, 3};
    request.destinationKeyId = destinationId;
    return request;
}

std::string fail400(std::string_view type, std::string_view message = {}) {
    std::string body = "{\"__type\":\"" + std::string(type) + "\"";
    body += message.empty() ? "" : ",\"message\":\"" + std::string(message) + "\"";
    return test::httpAnswer(400, body + "}");
}

} // namespace

class TestQkmsPeer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void exampleBodies_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArray>("source");
        const QByteArray arn("arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab");
        const auto body = [](const QByteArray &source) -> QByteArray {
            return QByteArray("{\n    \"CiphertextBlob\": \"AQID\",\n    \"DestinationEncryptionAlgorithm\": "
                              "\"SYMMETRIC_DEFAULT\",\n    \"KeyId\": \"arn:verenc:111122223333:key/") +
                   destinationId.c_str() +
                   "\",\n    \"SourceEncryptionAlgorithm\": \"SYMMETRIC_DEFAULT\",\n" +
                   "    \"SourceKeyId\": \"" + source + "\"\n}\n";
        };
        QTest::newRow("the source as an ARN") << QByteArray(body(arn)) << arn;
        QTest::newRow("the source as a bare id")
            << QByteArray(body(QByteArray::fromStdString(sourceId))) << QByteArray::fromStdString(sourceId);
    }
    void exampleBodies() {
        QFETCH(QByteArray, answer);
        QFETCH(QByteArray, source);
        test::ScriptedPeer peer(test::answerAll(
            [&](const test::PeerRequest &) { return test::httpAnswer(200, answer.toStdString()); }));
        test::RemoteFixture remote(peer.url(), {.serverKind = remote::ServerKind::Qkms});
        auto request = reEncrypt();
        request.sourceEncryptionContext = {{"Department", "10103.0"}};
        const auto reply = kms::callAndWait<kms::ReEncrypt>(*remote.service, std::move(request));
        QVERIFY2(reply.has_value(), reply ? "" : reply.error().detail.c_str());
        QCOMPARE(QByteArray::fromStdString(*reply->sourceKeyId), source); // as it came
        QCOMPARE(*reply->keyId, "arn:verenc:111122223333:key/" + destinationId);
        QVERIFY(!reply->sourceKeyMaterialId && !reply->destinationKeyMaterialId);
        const test::PeerRequest sent = peer.requests().front();
        QCOMPARE(sent.method + " " + sent.target, std::string("POST /"));
        QCOMPARE(sent.header("content-type"), std::string("application/x-amz-json-1.1"));
        QCOMPARE(sent.header("x-amz-target"), std::string("TrentService.ReEncrypt"));
        QCOMPARE(sent.body,
                 "{\"CiphertextBlob\":\"AQID\",\"SourceEncryptionContext\":{\"Department\":\"10103.0\"},"
                 "\"DestinationKeyId\":\"" +
                     destinationId + "\"}");
    }

    void nineErrors_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<int>("attempts");
        for (const char *name :
             {"DependencyTimeoutException", "KMSInternalException", "KeyUnavailableException"}) {
            QTest::newRow(name) << QByteArray(name) << 3;
        }
        for (const char *name : {"DisabledException", "InvalidCiphertextException",
                                 "InvalidGrantTokenException", "InvalidKeyUsageException",
                                 "KMSInvalidStateException", "NotFoundException", "NotAuthorizedException"}) {
            QTest::newRow(name) << QByteArray(name) << 1;
        }
    }
    void nineErrors() {
        QFETCH(QByteArray, name);
        QFETCH(int, attempts);
        for (const char *message : {"", "told by the service"}) {
            test::ScriptedPeer peer(test::answerAll(
                [&](const test::PeerRequest &) { return fail400(name.toStdString(), message); }));
            test::RemoteFixture remote(peer.url(), {.serverKind = remote::ServerKind::Qkms});
            const auto reply = kms::callAndWait<kms::ReEncrypt>(*remote.service, reEncrypt());
            const Error &error = reply.error();
            QCOMPARE(QByteArray::fromStdString(error.serviceCode), name);
            QCOMPARE(QByteArray::fromStdString(std::string(errorCodeName(error.code))), name);
            QCOMPARE(error.serviceMessage, std::string(message));
            QCOMPARE(error.attempts, attempts);
            const kms::ErrorText text = kms::describe(error);
            QVERIFY(!text.title.empty() && !text.explanation.empty());
            QVERIFY2(!text.nextStep.empty() || text.act != kms::NextStep::None, name.constData());
        }
    }

    void aRefusedSignatureKeepsItsName() {
        QkmsBackend backend;
        // Its clock stands still; ours goes on for an hour, so that no signature of ours is good there.
        backend.remote().clock->advance(std::chrono::hours(1));
        const auto reply = kms::callAndWait<kms::ListKeys>(backend.service(), {});
        QCOMPARE(reply.error().code, ErrorCode::NotAuthorized);
        QCOMPARE(reply.error().serviceCode, std::string("NotAuthorizedException"));
        QCOMPARE(reply.error().serviceMessage, std::string("The request signature is not valid"));
        QCOMPARE(reply.error().attempts, 1);
    }

    void aLifeOfAKey() {
        QkmsBackend backend;
        const auto made = kms::callAndWait<kms::CreateKey>(backend.service(), {});
        QVERIFY2(made.has_value(), made ? "" : made.error().detail.c_str());
        const std::string arn = *made->keyMetadata->arn;
        QCOMPARE(arn, "arn:verenc:111122223333:key/" + *made->keyMetadata->keyId);
        const auto described = kms::callAndWait<kms::DescribeKey>(backend.service(), {.keyId = arn});
        QVERIFY2(described.has_value(), described ? "" : described.error().detail.c_str());
        const kms::KeyMetadata &key = *described->keyMetadata;
        QVERIFY(key.keySpec == kms::KeySpec::SYMMETRIC_DEFAULT); // it sends the older member only
        QCOMPARE(key.awsAccountId.value_or(""), std::string("111122223333"));
        QVERIFY(key.creationDate == made->keyMetadata->creationDate); // ISO 8601 on the wire
        QVERIFY(key.creationDate.has_value());
        QVERIFY(!key.currentKeyMaterialId);
        QCOMPARE(std::string(key.origin->text()), std::string("QKMS"));
        for (const test::PeerRequest &request : backend.server().requests()) {
            QVERIFY(request.header("authorization")
                        .find("SignedHeaders=content-type;host;x-amz-date;x-amz-target,") !=
                    std::string::npos);
        }
    }

    /// When nobody has said that it is QKMS, the first dry run shows what becomes of it there.
    void dryRunOfAStrangerIsNoticed() {
        QkmsBackend backend;
        const auto made = kms::callAndWait<kms::CreateKey>(backend.service(), {});
        test::RemoteFixture stranger(backend.server().url(), {.serverKind = remote::ServerKind::Unknown});
        kms::Encrypt::Request request;
        request.keyId = *made->keyMetadata->keyId;
        request.plaintext = SecretBytes::copyOf("x");
        request.dryRun = true;
        const auto reply = kms::callAndWait<kms::Encrypt>(*stranger.service, std::move(request));
        QCOMPARE(reply.error().code, ErrorCode::UnsupportedOperation);
        QVERIFY(reply.error().serviceMessage.find("ignores DryRun") != std::string::npos);
        QVERIFY(!stranger.service->capabilities().dryRun);
    }
};

QTEST_GUILESS_MAIN(TestQkmsPeer)
#include "tst_qkms_peer.moc"
