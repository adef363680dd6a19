// SPDX-License-Identifier: Apache-2.0
// What a connection learns of the service behind it, and how that shows: DryRun that is ignored, operations
// that are absent, QKMS and its ways, changes that have not spread.
#include "remote_fixture.h"

#include "kms/error_text.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_grant.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/retire_grant.h"
#include "kms/operations/revoke_grant.h"
#include "remote/dry_run_proof.h"

#include <QObject>
#include <QTest>

#include <atomic>
#include <map>

using namespace keyturn;
using namespace keyturn::test;
using remote::DryRunSupport;
using remote::ServerKind;

namespace {

/// Answers by operation; several answers to one operation come in turn, the last one stays.
PeerScript byOperation(std::map<std::string, std::vector<std::string>> answers) {
    auto shared = std::make_shared<std::map<std::string, std::vector<std::string>>>(std::move(answers));
    auto mutex = std::make_shared<std::mutex>();
    return answerAll([shared, mutex](const PeerRequest &request) {
        const std::lock_guard lock(*mutex);
        std::vector<std::string> &row = (*shared)[request.header("x-amz-target").substr(13)];
        std::string answer =
            row.empty() ? httpAnswer(400, R"({"__type":"UnknownOperationException"})") : row.front();
        if (row.size() > 1) {
            row.erase(row.begin());
        }
        return answer;
    });
}

std::string failure(const char *type) {
    return httpAnswer(400, std::string(R"({"__type":")") + type + R"(","message":"m"})");
}

kms::Encrypt::Request dryRun() {
    kms::Encrypt::Request request;
    request.keyId = "alias/orders";
    request.plaintext = SecretBytes::copyOf("x");
    request.dryRun = true;
    return request;
}

kms::ReEncrypt::Request reEncrypt(const char *source, const char *destination) {
    kms::ReEncrypt::Request request;
    request.ciphertextBlob = Bytes{1, 2, 3};
    request.sourceKeyId = source;
    request.destinationKeyId = destination;
    return request;
}

} // namespace

class TestRemoteKnowledge : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void dryRunThatIsIgnored();
    void dryRunThatIsHonoured();
    void dryRunOfChangesNeedsProof();
    void proofComesFirst_data();
    void proofComesFirst();
    void tokensOfEndedGrantsStayBehind();
    void absentOperationsAreMarked();
    void kindsGiveThemselvesAway_data();
    void kindsGiveThemselvesAway();
    void kindsByHost_data();
    void kindsByHost();
    void kindIdsGoBothWays();
    void qkmsTakesNoAliasInReEncrypt();
    void qkmsLacksOperations();
    void missingMembersAreFilledIn();
    void changesThatMayNotHaveSpread();
    void newKeysMayNotHaveSpread();
};

void TestRemoteKnowledge::dryRunThatIsIgnored() {
    ScriptedPeer peer(byOperation({{"Encrypt", {httpAnswer(200, R"({"CiphertextBlob":"AAEC"})")}}}));
    std::atomic<int> told = 0;
    RemoteFixture fixture(peer.url(), {.factsChanged = [&] { ++told; }});
    QCOMPARE(fixture.service->facts().dryRun, DryRunSupport::NotTried);
    const auto reply = kms::callAndWait<kms::Encrypt>(*fixture.service, dryRun());
    QVERIFY(!reply); // its ciphertext is nobody's
    QCOMPARE(reply.error().code, ErrorCode::UnsupportedOperation);
    QCOMPARE(reply.error().operation, std::string("Encrypt"));
    QVERIFY(kms::commandLineSentence(reply.error()).find("ignores DryRun") != std::string::npos);
    QVERIFY(told > 0);
    QCOMPARE(fixture.service->facts().dryRun, DryRunSupport::Ignored);
    QVERIFY(!fixture.service->capabilities().dryRun);

    const auto again = kms::callAndWait<kms::Encrypt>(*fixture.service, dryRun());
    QCOMPARE(again.error().code, ErrorCode::UnsupportedOperation);
    QVERIFY(again.error().serviceMessage.find("was not sent") != std::string::npos);
    QCOMPARE(peer.requests().size(), std::size_t(1));
    kms::Encrypt::Request plain = dryRun();
    plain.dryRun = false;
    QVERIFY(kms::callAndWait<kms::Encrypt>(*fixture.service, std::move(plain)).has_value());
}

void TestRemoteKnowledge::dryRunThatIsHonoured() {
    ScriptedPeer peer(byOperation({{"Encrypt", {failure("DryRunOperationException")}}}));
    RemoteFixture fixture(peer.url());
    const auto reply = kms::callAndWait<kms::Encrypt>(*fixture.service, dryRun());
    QCOMPARE(reply.error().code, ErrorCode::DryRunOperation);
    QCOMPARE(fixture.service->facts().dryRun, DryRunSupport::Honoured);
    QVERIFY(fixture.service->capabilities().dryRun);
}

/// By operation row, so it holds for operations that come later.
void TestRemoteKnowledge::dryRunOfChangesNeedsProof() {
    int withDryRun = 0;
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        const kms::OperationInfo &operation = kms::operationInfo(kms::OperationId(i));
        const kms::Field *field = kms::findField(operation.request, "DryRun");
        if (field == nullptr) {
            continue;
        }
        ++withDryRun;
        const bool changes = operation.effect >= kms::Effect::Changes;
        const auto prepared = [&](bool hostOfAws, bool proven) {
            remote::EndpointKnowledge knowledge({}, ServerKind::Unknown, false, hostOfAws, systemClock(), {});
            if (proven) {
                kms::AnyRequest encrypt = kms::AnyRequest::of<kms::Encrypt>(dryRun());
                const auto notes = knowledge.prepare(encrypt);
                static_cast<void>(knowledge.examine(
                    *notes, fail(serviceError(ErrorCode::DryRunOperation, {}, ErrorOrigin::Service))));
            }
            kms::AnyRequest request = operation.makeRequest();
            *static_cast<bool *>(field->access->make(request.object())) = true;
            return knowledge.prepare(request).value().needsProof;
        };
        QCOMPARE(prepared(false, false), changes);
        QCOMPARE(prepared(false, true), false);
        QCOMPARE(prepared(true, false), false); // AWS itself has it
    }
    QCOMPARE(withDryRun, 17);
    for (const char *name : {"CreateGrant", "RetireGrant", "RevokeGrant"}) {
        const kms::OperationInfo *operation = kms::findOperation(name);
        QVERIFY2(operation->effect >= kms::Effect::Changes, name);
    }
}

void TestRemoteKnowledge::proofComesFirst_data() {
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("proof"); // what Encrypt is answered with; empty: a ciphertext
    QTest::addColumn<QByteArray>("sent");  // operations that went out
    QTest::addColumn<QByteArray>("outcome");
    const auto row = [](const char *title, const char *key, const char *proof, const char *sent,
                        const char *outcome) {
        QTest::newRow(title) << QByteArray(key) << QByteArray(proof) << QByteArray(sent)
                             << QByteArray(outcome);
    };
    row("honoured", "k", "DryRunOperationException", "Encrypt DisableKey ", "");
    row("ignored", "k", "", "Encrypt ", "UnsupportedOperationException");
    row("denied", "k", "AccessDeniedException", "Encrypt ", "UnsupportedOperationException");
    row("cancelled", "k", "Cancelled", "Encrypt ", "Cancelled");
    row("no key is named", "", "DryRunOperationException", "", "UnsupportedOperationException");
}

/// DisableKey stands for an operation that changes something and has a DryRun.
void TestRemoteKnowledge::proofComesFirst() {
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, proof);
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, outcome);
    remote::EndpointKnowledge knowledge({}, ServerKind::Unknown, false, false, systemClock(), {});
    std::string operations;
    const auto send = [&](kms::AnyRequest, kms::CallContext, remote::RequestNotes notes,
                          kms::Completion completion) {
        operations += std::string(notes.operation->name) + ' ';
        if (notes.operation->name == "Encrypt") {
            QVERIFY(notes.dryRun);
            if (proof == "Cancelled") {
                completion(fail(clientError(ErrorCode::Cancelled, "")));
            } else if (!proof.isEmpty()) {
                completion(fail(serviceError(errorCodeFromServiceName(proof.toStdString()), {})));
            } else {
                completion(kms::AnyReply::of<kms::Encrypt>({}));
            }
        } else {
            QVERIFY(!notes.needsProof);
            completion(kms::AnyReply::of<kms::DisableKey>({}));
        }
    };
    remote::RequestNotes notes;
    notes.operation = &kms::DisableKey::info();
    notes.dryRun = true;
    notes.needsProof = true;
    notes.keyForProof = key.toStdString();
    int answers = 0;
    std::string found;
    proveThenSend(knowledge, send, kms::AnyRequest::of<kms::DisableKey>({}), {}, std::move(notes),
                  [&](Result<kms::AnyReply> reply) {
                      ++answers;
                      found = reply ? "" : codeOf(reply.error());
                  });
    QCOMPARE(answers, 1);
    QCOMPARE(QByteArray::fromStdString(operations), sent);
    QCOMPARE(QByteArray::fromStdString(found), outcome);
}

void TestRemoteKnowledge::absentOperationsAreMarked() {
    ScriptedPeer peer(byOperation({}));
    RemoteFixture fixture(peer.url());
    const auto known = [&] { return fixture.service->capabilities().of(kms::OperationId::GenerateRandom); };
    QVERIFY(known().available);
    QCOMPARE(fixture.generateRandom().error().code, ErrorCode::UnknownOperation);
    QVERIFY(!known().available);
    QVERIFY(known().reason.find("GenerateRandom") != std::string::npos);
    const auto again = fixture.generateRandom(); // as every backend says it of what it lacks; nothing is sent
    QCOMPARE(again.error().code, ErrorCode::UnsupportedOperation);
    QCOMPARE(again.error().serviceMessage, known().reason);
    QCOMPARE(again.error().operation, std::string("GenerateRandom"));
    QCOMPARE(peer.requests().size(), std::size_t(1));
}

void TestRemoteKnowledge::kindsGiveThemselvesAway_data() {
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("given"); // -1: none
    QTest::addColumn<int>("kind");
    const auto row = [](const char *title, const char *header, const char *body, int given, ServerKind kind) {
        QTest::newRow(title) << QByteArray(header) << QByteArray(body) << given << int(kind);
    };
    const char *aws = R"({"KeyMetadata":{"KeyId":"k","Arn":"arn:aws:kms:us-east-1:111122223333:key/k"}})";
    const char *qkms = R"({"KeyMetadata":{"KeyId":"k","Arn":"arn:verenc:111122223333:key/k"}})";
    row("nothing", "X-None", aws, -1, ServerKind::Unknown);
    row("LocalStack's header", "x-localstack", aws, -1, ServerKind::LocalStack);
    row("our own endpoint", "Server", aws, -1, ServerKind::Keyturn);
    row("ARNs of QKMS", "X-None", qkms, -1, ServerKind::Qkms);
    row("a profile knows better", "x-localstack", qkms, int(ServerKind::Aws), ServerKind::Aws);
}

void TestRemoteKnowledge::kindsGiveThemselvesAway() {
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, body);
    QFETCH(int, given);
    QFETCH(int, kind);
    ScriptedPeer peer(byOperation(
        {{"DescribeKey", {httpAnswer(200, body.toStdString(), {{header.toStdString(), "keyturn/1"}})}}}));
    RemoteFixture fixture(peer.url(),
                          {.serverKind = given < 0 ? std::nullopt : std::optional(ServerKind(given))});
    QVERIFY(kms::callAndWait<kms::DescribeKey>(*fixture.service, {.keyId = "k"}).has_value());
    QCOMPARE(int(fixture.service->facts().serverKind), kind);
    QCOMPARE(fixture.service->capabilities().aliasesAsKeyIds, ServerKind(kind) != ServerKind::Qkms);
    QCOMPARE(fixture.service->capabilities().dryRun, ServerKind(kind) != ServerKind::Qkms);
}

void TestRemoteKnowledge::kindsByHost_data() {
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("kind");
    const auto row = [](const char *host, const char *kind) {
        QTest::newRow(host) << QByteArray(host) << QByteArray(kind);
    };
    row("kms.eu-central-1.amazonaws.com", "aws");
    row("kms-fips.us-gov-west-1.api.aws", "aws");
    row("KMS.cn-north-1.amazonaws.com.cn", "aws");
    row("kms.eusc-de-east-1.amazonaws.eu", "aws");
    row("vpce-0a1b-x.kms.eu-west-1.vpce.amazonaws.com", "aws");
    row("kms.amazonaws.com.evil.example", "other");
    row("kms.eu-west-1.evilamazonaws.com", "other");
    row("s3.eu-west-1.amazonaws.com", "other");
    row("qkms.quilibrium.com", "qkms");
    row("notqkms.quilibrium.com", "other");
    row("localhost.localstack.cloud", "localstack");
    row("127.0.0.1", "other");
}

void TestRemoteKnowledge::kindsByHost() {
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, kind);
    QCOMPARE(
        QByteArray::fromStdString(std::string(serverKindId(remote::serverKindOfHost(host.toStdString())))),
        kind);
}

void TestRemoteKnowledge::kindIdsGoBothWays() {
    for (int i = 0; i <= int(ServerKind::Keyturn); ++i) {
        const auto kind = ServerKind(i);
        QVERIFY(remote::serverKindFromId(remote::serverKindId(kind)) == kind);
        QVERIFY(!remote::serverKindName(kind).empty());
    }
    QVERIFY(!remote::serverKindFromId("nothing"));
    QVERIFY(remote::retryModeFromName("adaptive") == remote::RetryMode::Adaptive);
    QVERIFY(remote::retryModeFromName("legacy") == remote::RetryMode::Standard);
    QVERIFY(!remote::retryModeFromName("Adaptive"));
}

void TestRemoteKnowledge::qkmsTakesNoAliasInReEncrypt() {
    ScriptedPeer peer(byOperation({{"ReEncrypt", {httpAnswer(200, R"({"CiphertextBlob":"AAEC"})")}}}));
    RemoteFixture fixture(peer.url(), {.serverKind = ServerKind::Qkms});
    for (const auto &[source, destination, field] :
         {std::tuple("alias/a", "k", "SourceKeyId"),
          std::tuple("k", "arn:verenc:111122223333:alias/a", "DestinationKeyId")}) {
        const auto reply = kms::callAndWait<kms::ReEncrypt>(*fixture.service, reEncrypt(source, destination));
        QCOMPARE(reply.error().code, ErrorCode::Usage);
        QVERIFY(reply.error().detail.starts_with(field));
    }
    QCOMPARE(peer.connections(), 0);
    QVERIFY(
        kms::callAndWait<kms::ReEncrypt>(*fixture.service, reEncrypt("k", "arn:verenc:111122223333:key/k2"))
            .has_value());
    const std::string authorization = peer.requests().front().header("authorization");
    QVERIFY2(authorization.find("SignedHeaders=content-type;host;x-amz-date;x-amz-target,") !=
                 std::string::npos,
             authorization.c_str()); // exactly these, as its documentation demands
}

void TestRemoteKnowledge::qkmsLacksOperations() {
    RemoteFixture fixture("http://127.0.0.1:1", {.serverKind = ServerKind::Qkms});
    const kms::Capabilities capabilities = fixture.service->capabilities();
    QCOMPARE(capabilities.backend, std::string("QKMS"));
    for (const auto id : {kms::OperationId::GenerateRandom, kms::OperationId::RotateKeyOnDemand,
                          kms::OperationId::ListKeyRotations}) {
        QVERIFY(!capabilities.of(id).available);
        QVERIFY(!capabilities.of(id).reason.empty());
    }
    QVERIFY(capabilities.of(kms::OperationId::ReEncrypt).available);
    const auto reply = kms::callAndWait<kms::Encrypt>(*fixture.service, dryRun());
    QCOMPARE(reply.error().code, ErrorCode::UnsupportedOperation); // and nothing was sent
    QCOMPARE(reply.error().attempts, 0);
}

void TestRemoteKnowledge::missingMembersAreFilledIn() {
    ScriptedPeer peer(byOperation(
        {{"DescribeKey",
          {httpAnswer(200, R"({"KeyMetadata":{"KeyId":"k","Arn":"arn:verenc:111122223333:key/k",)"
                           R"("CustomerMasterKeySpec":"SYMMETRIC_DEFAULT","Origin":"QKMS",)"
                           R"("QAccountId":"111122223333","CreationDate":"2026-05-01T12:00:00.250Z"}})")}}}));
    RemoteFixture fixture(peer.url());
    const auto reply = kms::callAndWait<kms::DescribeKey>(*fixture.service, {.keyId = "k"});
    QVERIFY2(reply.has_value(), reply ? "" : reply.error().detail.c_str());
    const kms::KeyMetadata &key = *reply->keyMetadata;
    QVERIFY(key.keySpec == kms::KeySpec::SYMMETRIC_DEFAULT);
    QCOMPARE(key.awsAccountId, std::optional<std::string>("111122223333"));
    QCOMPARE(std::string(key.origin->text()), std::string("QKMS"));
    QVERIFY(key.creationDate == parseIso8601("2026-05-01T12:00:00.250Z").value());
}

void TestRemoteKnowledge::changesThatMayNotHaveSpread() {
    ScriptedPeer peer(byOperation({{"CreateAlias", {httpAnswer(200, "")}},
                                   {"EnableKey", {httpAnswer(200, "")}},
                                   {"DisableKey", {httpAnswer(200, "")}},
                                   {"Encrypt", {failure("DisabledException")}},
                                   {"DescribeKey", {failure("NotFoundException")}}}));
    RemoteFixture fixture(peer.url());
    const auto describe = [&] {
        return kms::callAndWait<kms::DescribeKey>(*fixture.service,
                                                  {.keyId = "arn:aws:kms:eu-central-1:1:alias/new"})
            .error();
    };
    QVERIFY(!describe().retryable);
    QVERIFY(describe().detail.empty());
    QVERIFY(
        kms::callAndWait<kms::CreateAlias>(*fixture.service, {.aliasName = "alias/new", .targetKeyId = "k1"})
            .has_value());
    fixture.clock->advance(std::chrono::seconds(7));
    const Error late = describe();
    QCOMPARE(late.code, ErrorCode::NotFound); // what the service said stays what it is
    QCOMPARE(late.serviceMessage, std::string("m"));
    QVERIFY(late.retryable);
    QCOMPARE(late.attempts, 1);
    QVERIFY(late.detail.find("alias/new was changed 7 s ago (CreateAlias)") != std::string::npos);
    QVERIFY(kms::describe(late).act == kms::NextStep::Retry);
    QCOMPARE(fixture.service->recentChange("arn:aws:kms:eu-central-1:1:alias/new")->operation,
             std::string("CreateAlias"));
    fixture.clock->advance(std::chrono::minutes(5));
    QVERIFY(!describe().retryable);
    QVERIFY(!fixture.service->recentChange("alias/new"));

    const auto encrypt = [&] {
        kms::Encrypt::Request request = dryRun();
        request.keyId = "k1";
        request.dryRun = false;
        return kms::callAndWait<kms::Encrypt>(*fixture.service, std::move(request)).error();
    };
    QVERIFY(kms::callAndWait<kms::DisableKey>(*fixture.service, {.keyId = "k1"}).has_value());
    QVERIFY(!encrypt().retryable); // disabled is what it was made
    QVERIFY(kms::callAndWait<kms::EnableKey>(*fixture.service, {.keyId = "k1"}).has_value());
    QVERIFY(encrypt().retryable);
}

void TestRemoteKnowledge::newKeysMayNotHaveSpread() {
    ScriptedPeer peer(byOperation(
        {{"CreateKey",
          {httpAnswer(200, R"({"KeyMetadata":{"KeyId":"k9","Arn":"arn:aws:kms:r:111122223333:key/k9"}})")}},
         {"DescribeKey", {failure("NotFoundException")}}}));
    RemoteFixture fixture(peer.url());
    QVERIFY(fixture.createKey().has_value());
    const auto reply = kms::callAndWait<kms::DescribeKey>(*fixture.service, {.keyId = "k9"});
    QVERIFY(reply.error().detail.find("k9 was changed 0 s ago (CreateKey)") != std::string::npos);
}

void TestRemoteKnowledge::tokensOfEndedGrantsStayBehind() {
    remote::EndpointKnowledge knowledge({}, ServerKind::Unknown, false, false, systemClock(), {});
    const auto grant = [&](const char *id, const char *token) {
        auto request = kms::AnyRequest::of<kms::CreateGrant>({.keyId = "k"});
        const auto notes = knowledge.prepare(request);
        QVERIFY(notes && knowledge.examine(*notes, kms::AnyReply::of<kms::CreateGrant>({token, id})));
    };
    const auto sent = [&](std::optional<Error> answer = {}) {
        auto request = kms::AnyRequest::of<kms::DescribeKey>({.keyId = "k"});
        const auto notes = knowledge.prepare(request);
        const auto &tokens = request.as<kms::DescribeKey>().grantTokens;
        auto text = tokens ? QString::fromStdString(tokens->front()) : QStringLiteral("none");
        if (answer) {
            const auto reply = knowledge.examine(*notes, tl::unexpected<Error>(std::move(*answer)));
            text += reply.error().retryable ? QStringLiteral(", to be tried again") : QString();
        }
        return text;
    };
    grant("id-1", "token-1");
    QCOMPARE(sent(), QStringLiteral("token-1"));
    auto revoke = kms::AnyRequest::of<kms::RevokeGrant>({.keyId = "k", .grantId = "id-1"});
    const auto revoking = knowledge.prepare(revoke);
    QVERIFY(knowledge.examine(*revoking, kms::AnyReply::of<kms::RevokeGrant>({})));
    QCOMPARE(sent(), QStringLiteral("none"));
    grant("id-2", "token-2");
    auto retire = kms::AnyRequest::of<kms::RetireGrant>({.grantToken = "token-2"});
    const auto retiring = knowledge.prepare(retire);
    QVERIFY(knowledge.examine(*retiring, kms::AnyReply::of<kms::RetireGrant>({})));
    QCOMPARE(sent(), QStringLiteral("none"));
    grant("id-3", "token-3"); // which somebody else ends
    const Error refusal = serviceError(ErrorCode::InvalidGrantToken, {}, ErrorOrigin::Service);
    QCOMPARE(sent(refusal), QStringLiteral("token-3, to be tried again"));
    QCOMPARE(sent(refusal), QStringLiteral("none"));
}

QTEST_GUILESS_MAIN(TestRemoteKnowledge)
#include "tst_remote_knowledge.moc"
