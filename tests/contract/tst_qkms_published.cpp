// SPDX-License-Identifier: Apache-2.0
// The bodies that QKMS publishes with its operations (docs of its API, as read in 2026), each through
// RemoteKms and back: what is sent says the same as the published request, and the published reply is read
// whole, with its drift: AccountId for AWSAccountId, Origin QKMS, the older name of the key spec, dates as
// ISO 8601 text with an offset or as a number, ARNs without service and Region, mrk- ids, no material ids.
// The blobs are of the published form, not the published bytes. And the errors that each page lists, in its
// own words.
#include "kms/call.h"
#include "kms/error_text.h"
#include "kms/json.h"
#include "unit/remote/remote_fixture.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace keyturn;

namespace {

using nlohmann::json;

/// '' for "", which keeps the rows readable.
std::string quoted(const char *text) {
    std::string out(text);
    std::replace(out.begin(), out.end(), '\'', '"');
    return out;
}

struct PublishedError {
    const char *name;
    const char *message;
    int attempts; ///< of a call that is asked for three
};

// What the page on ReEncrypt lists, all nine.
constexpr std::array reEncryptErrors = {
    PublishedError{"DependencyTimeoutException", "The system timed out while trying to fulfill the request.",
                   3},
    PublishedError{"DisabledException", "The request was rejected because the specified KMS key is disabled.",
                   1},
    PublishedError{"InvalidCiphertextException",
                   "The request was rejected because the specified ciphertext has been corrupted or is "
                   "otherwise invalid.",
                   1},
    PublishedError{"InvalidGrantTokenException",
                   "The request was rejected because the specified grant token is not valid.", 1},
    PublishedError{"InvalidKeyUsageException",
                   "The request was rejected because the specified KeyId value cannot be used for this "
                   "operation.",
                   1},
    PublishedError{"KeyUnavailableException",
                   "The request was rejected because the specified KMS key was not available.", 3},
    PublishedError{"KMSInternalException", "An internal error occurred.", 3},
    PublishedError{"KMSInvalidStateException",
                   "The request was rejected because the key state is not valid for this operation.", 1},
    PublishedError{"NotFoundException",
                   "The request was rejected because the specified entity or resource could not be found.",
                   1}};

kms::AnyRequest requestOf(const char *operation, const std::string &body) {
    const kms::OperationInfo *info = kms::findOperation(operation);
    kms::AnyRequest request = info->makeRequest();
    const auto read = kms::readJson(body, info->request, request.object(), kms::UnknownMembers::Refuse);
    if (!read) {
        qFatal("%s: %s", operation, read.error().detail.c_str());
    }
    return request;
}

void row(const char *name, const char *operation, const char *request, const char *reply,
         const char *understood = nullptr) {
    QTest::newRow(name) << QByteArray(operation) << quoted(request) << quoted(reply)
                        << quoted(understood != nullptr ? understood : reply);
}

} // namespace

class TestQkmsPublished : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bodies_data() {
        QTest::addColumn<QByteArray>("operation");
        QTest::addColumn<std::string>("request");
        QTest::addColumn<std::string>("reply");
        QTest::addColumn<std::string>("understood");
        row("ReEncrypt", "ReEncrypt",
            "{'CiphertextBlob':'AQICAHiWj6o=','SourceKeyId':'1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'DestinationKeyId':'0987dcba-09fe-87dc-65ba-ab0987654321',"
            "'SourceEncryptionContext':{'Department':'Finance'},"
            "'DestinationEncryptionContext':{'Purpose':'Test'}}",
            "{'CiphertextBlob':'AQICAHiWj6o=',"
            "'SourceKeyId':'arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'KeyId':'arn:verenc:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321',"
            "'SourceEncryptionAlgorithm':'SYMMETRIC_DEFAULT',"
            "'DestinationEncryptionAlgorithm':'SYMMETRIC_DEFAULT'}");
        row("Encrypt", "Encrypt",
            "{'KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab','Plaintext':'SGVsbG8gV29ybGQ=',"
            "'EncryptionContext':{'Department':'Finance'}}",
            "{'CiphertextBlob':'AQICAHiWj6o=',"
            "'KeyId':'arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'EncryptionAlgorithm':'SYMMETRIC_DEFAULT'}");
        row("Decrypt", "Decrypt",
            "{'CiphertextBlob':'AQICAHiWj6o=','KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'EncryptionContext':{'Department':'Finance'}}",
            "{'KeyId':'arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'Plaintext':'SGVsbG8gV29ybGQ=','EncryptionAlgorithm':'SYMMETRIC_DEFAULT'}");
        row("GenerateDataKeyWithoutPlaintext", "GenerateDataKeyWithoutPlaintext",
            "{'KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab','KeySpec':'AES_256',"
            "'EncryptionContext':{'Department':'Finance'}}",
            "{'CiphertextBlob':'AQICAHiWj6o=',"
            "'KeyId':'arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'}");
        addKeyRows();
        addListRows();
    }
    void bodies() {
        QFETCH(QByteArray, operation);
        QFETCH(std::string, request);
        QFETCH(std::string, reply);
        QFETCH(std::string, understood);
        test::ScriptedPeer peer(
            test::answerAll([&](const test::PeerRequest &) { return test::httpAnswer(200, reply); }));
        test::RemoteFixture remote(peer.url(), {.serverKind = remote::ServerKind::Qkms});
        const auto answer =
            kms::submitAndWait(*remote.service, requestOf(operation.constData(), request), {});
        QVERIFY2(answer.has_value(), answer ? "" : answer.error().detail.c_str());
        const test::PeerRequest sent = peer.requests().front();
        QCOMPARE(sent.method + " " + sent.target, std::string("POST /"));
        QCOMPARE(sent.header("content-type"), std::string("application/x-amz-json-1.1"));
        QCOMPARE(sent.header("x-amz-target"), "TrentService." + operation.toStdString());
        QCOMPARE(json::parse(sent.body).dump(), json::parse(request).dump());
        const kms::OperationInfo &info = *kms::findOperation(operation.constData());
        const SecretText read = kms::writeJson(info.reply, answer->object());
        QCOMPARE(json::parse(read.view()).dump(), json::parse(understood).dump());
    }

    void nineErrors_data() {
        QTest::addColumn<int>("index");
        QCOMPARE(reEncryptErrors.size(), std::size_t(9));
        for (std::size_t i = 0; i < reEncryptErrors.size(); ++i) {
            QTest::newRow(reEncryptErrors[i].name) << int(i);
        }
    }
    void nineErrors() {
        QFETCH(int, index);
        const PublishedError &published = reEncryptErrors[std::size_t(index)];
        const json body = {{"__type", published.name}, {"message", published.message}};
        test::ScriptedPeer peer(
            test::answerAll([&](const test::PeerRequest &) { return test::httpAnswer(400, body.dump()); }));
        test::RemoteFixture remote(peer.url(), {.serverKind = remote::ServerKind::Qkms});
        const auto answer = kms::submitAndWait(
            *remote.service,
            requestOf("ReEncrypt", quoted("{'CiphertextBlob':'AQICAHiWj6o=',"
                                          "'DestinationKeyId':'0987dcba-09fe-87dc-65ba-ab0987654321'}")),
            {});
        QVERIFY(!answer);
        QCOMPARE(answer.error().serviceCode, std::string(published.name));
        QCOMPARE(answer.error().serviceMessage, std::string(published.message));
        QCOMPARE(std::string(errorCodeName(answer.error().code)), std::string(published.name));
        QCOMPARE(answer.error().attempts, published.attempts);
        QVERIFY(kms::describe(answer.error()).explanation.find(published.message) != std::string::npos);
    }

private:
    static void addKeyRows() {
        row("CreateKey", "CreateKey",
            "{'Description':'Example symmetric encryption KMS key','KeyUsage':'ENCRYPT_DECRYPT',"
            "'CustomerMasterKeySpec':'SYMMETRIC_DEFAULT'}",
            "{'KeyMetadata':{'AccountId':'111122223333','KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'Arn':'arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'CreationDate':'2023-12-01T00:00:00-07:00','Enabled':true,"
            "'Description':'Example symmetric encryption KMS key','KeyUsage':'ENCRYPT_DECRYPT',"
            "'KeyState':'Enabled','Origin':'QKMS','CustomerMasterKeySpec':'SYMMETRIC_DEFAULT',"
            "'MultiRegion':false}}",
            "{'KeyMetadata':{'AWSAccountId':'111122223333','KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'Arn':'arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'CreationDate':1701414000,'Enabled':true,"
            "'Description':'Example symmetric encryption KMS key','KeyUsage':'ENCRYPT_DECRYPT',"
            "'KeyState':'Enabled','Origin':'QKMS','CustomerMasterKeySpec':'SYMMETRIC_DEFAULT',"
            "'KeySpec':'SYMMETRIC_DEFAULT','MultiRegion':false}}");
        row("CreateKey, multi-Region", "CreateKey",
            "{'Description':'Example multi-Region primary key','MultiRegion':true,"
            "'KeyUsage':'ENCRYPT_DECRYPT','CustomerMasterKeySpec':'SYMMETRIC_DEFAULT'}",
            "{'KeyMetadata':{'AccountId':'111122223333','KeyId':'mrk-1234abcd12ab34cd56ef1234567890ab',"
            "'Arn':'arn:verenc:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab','MultiRegion':true}}",
            "{'KeyMetadata':{'AWSAccountId':'111122223333','KeyId':'mrk-1234abcd12ab34cd56ef1234567890ab',"
            "'Arn':'arn:verenc:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab','MultiRegion':true}}");
        row("DescribeKey", "DescribeKey", "{'KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab'}",
            "{'KeyMetadata':{'AWSAccountId':'111122223333',"
            "'Arn':'arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'CreationDate':'2023-12-01T00:00:00-07:00','Description':'Example symmetric encryption key',"
            "'Enabled':true,'KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab','KeyManager':'CUSTOMER',"
            "'KeyState':'Enabled','KeyUsage':'ENCRYPT_DECRYPT','CustomerMasterKeySpec':'SYMMETRIC_DEFAULT',"
            "'Origin':'AWS_KMS','MultiRegion':false}}",
            "{'KeyMetadata':{'AWSAccountId':'111122223333',"
            "'Arn':'arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'CreationDate':1701414000,'Description':'Example symmetric encryption key',"
            "'Enabled':true,'KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab','KeyManager':'CUSTOMER',"
            "'KeyState':'Enabled','KeyUsage':'ENCRYPT_DECRYPT','CustomerMasterKeySpec':'SYMMETRIC_DEFAULT',"
            "'KeySpec':'SYMMETRIC_DEFAULT','Origin':'AWS_KMS','MultiRegion':false}}");
        row("ScheduleKeyDeletion", "ScheduleKeyDeletion",
            "{'KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab','PendingWindowInDays':7}",
            "{'KeyId':'arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'DeletionDate':1668815672.0,'KeyState':'PendingDeletion','PendingWindowInDays':30}",
            "{'KeyId':'arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'DeletionDate':1668815672,'KeyState':'PendingDeletion','PendingWindowInDays':30}");
    }
    static void addListRows() {
        row("ListKeys", "ListKeys", "{}",
            "{'Keys':[{'KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'KeyArn':'arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'},"
            "{'KeyId':'0987dcba-09fe-87dc-65ba-ab0987654321',"
            "'KeyArn':'arn:verenc:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321'}],"
            "'Truncated':false}");
        row("ListKeys, a page", "ListKeys", "{'Limit':1}",
            "{'Keys':[{'KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab',"
            "'KeyArn':'arn:verenc:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'}],"
            "'NextMarker':'eyJlbmNyeXB0ZWREYXRhIjpbMTIsMzQsNTYsNzgsOTBdfQ==','Truncated':true}");
        row("ListAliases", "ListAliases", "{'KeyId':'1234abcd-12ab-34cd-56ef-1234567890ab'}",
            "{'Aliases':[{'AliasArn':'arn:verenc:111122223333:alias/test-key','AliasName':'alias/test-key',"
            "'CreationDate':1668815672.0,'LastUpdatedDate':1668815672.0,"
            "'TargetKeyId':'1234abcd-12ab-34cd-56ef-1234567890ab'}],'Truncated':false}",
            "{'Aliases':[{'AliasArn':'arn:verenc:111122223333:alias/test-key','AliasName':'alias/test-key',"
            "'CreationDate':1668815672,'LastUpdatedDate':1668815672,"
            "'TargetKeyId':'1234abcd-12ab-34cd-56ef-1234567890ab'}],'Truncated':false}");
    }
};

Q_DECLARE_METATYPE(std::string)
QTEST_GUILESS_MAIN(TestQkmsPublished)
#include "tst_qkms_published.moc"
