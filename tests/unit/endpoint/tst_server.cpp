// SPDX-License-Identifier: Apache-2.0
// A served vault, asked over TCP: answers and errors as AWS sends them, signatures, what access keys allow,
// what the log keeps, lock and stop.
#include "endpoint_fixture.h"

#include "fakes/fixed_access_keys.h"
#include "kms/operations/list_keys.h"

#include <QRegularExpression>
#include <QTest>

#include <thread>

using namespace keyturn;
using namespace keyturn::test;
using namespace std::chrono_literals;

namespace {

/// Answers when it is told to.
class HeldKms final : public kms::KmsService {
public:
    kms::Capabilities capabilities() const override { return {}; }
    void submit(kms::AnyRequest, kms::CallContext context, kms::Completion completion) override {
        const std::lock_guard lock(m_mutex);
        m_contexts.push_back(std::move(context));
        m_completions.push_back(std::move(completion));
    }
    std::size_t count() const {
        const std::lock_guard lock(m_mutex);
        return m_contexts.size();
    }
    kms::CallContext context(std::size_t index) const {
        const std::lock_guard lock(m_mutex);
        return m_contexts[index];
    }
    void answerAll() {
        std::vector<kms::Completion> waiting;
        {
            const std::lock_guard lock(m_mutex);
            waiting.swap(m_completions);
        }
        for (kms::Completion &completion : waiting) {
            completion(kms::AnyReply::of<kms::ListKeys>({}));
        }
    }

private:
    mutable std::mutex m_mutex;
    std::vector<kms::CallContext> m_contexts;
    std::vector<kms::Completion> m_completions;
};

} // namespace

class TestServer : public QObject {
    Q_OBJECT

    static std::string json(const std::string &name, const std::string &value) {
        return "{\"" + name + "\":\"" + value + "\"}";
    }

    /// Before it is signed.
    static void spoilRequest(const std::string &what, ServedVault &served, SignedRequest &request) {
        if (what == "unknown key") {
            request.accessKeyId = "AKIAAAAAAAAAAAAAAAAA";
        } else if (what == "other secret") {
            request.secret = std::string(served.makeKey("another").secret.text());
        } else if (what == "too old") {
            request.time -= 6min;
        } else if (what == "too new") {
            request.time += 6min;
        } else if (what == "other region") {
            request.region = "us-east-1";
        } else if (what == "other service") {
            request.service = "s3";
        } else if (what == "disabled key") {
            QVERIFY(served.vault().kms().accessKeys().setEnabled(served.key().key.id, false));
        } else if (what == "unknown operation") {
            request.target = "TrentService.Nonsense";
        } else if (what == "foreign operation") {
            request.target = "DynamoDB_20120810.ListTables";
        } else if (what == "no JSON") {
            request.body = "{";
        } else if (what == "wrong type") {
            request.body = "{\"Limit\":\"x\"}";
        } else if (what == "twice the same name") {
            request.body = "{\"Limit\":1,\"Limit\":2}";
        } else if (what == "deep JSON") {
            request.body = "{\"a\":" + std::string(5000, '[') + std::string(5000, ']') + "}";
        } else if (what == "a member too long") {
            request.target = "TrentService.DescribeKey";
            request.body = "{\"KeyId\":\"" + std::string(2049, 'x') + "\"}";
        }
    }

private Q_SLOTS:
    void answersAsAws() {
        ServedVault served;
        const std::string keyId = served.vault().makeKeyId();
        const RawAnswer found = served.ask(served.request("DescribeKey", json("KeyId", keyId)));
        QCOMPARE(found.status, 200);
        QCOMPARE(found.header("content-type"), std::string("application/x-amz-json-1.1"));
        QCOMPARE(found.header("x-amzn-requestid").size(), std::size_t(36));
        QCOMPARE(found.member("KeyId"), keyId);
        QVERIFY(found.header("access-control-allow-origin").empty());
        const RawAnswer missing =
            served.ask(served.request("DescribeKey", json("KeyId", std::string(unknownKeyId))));
        QCOMPARE(missing.status, 400);
        QCOMPARE(missing.member("__type"), std::string("NotFoundException"));
        QCOMPARE(missing.header("x-amzn-errortype"), std::string("NotFoundException"));
        QCOMPARE(missing.member("message"),
                 "Key '" + std::string(arnPrefix) + std::string(unknownKeyId) + "' does not exist");
        const RawAnswer nothing = served.ask(served.request("DisableKey", json("KeyId", keyId)));
        QCOMPARE(nothing.status, 200);
        QVERIFY(nothing.body.empty());
        const auto notes = served.notes();
        QCOMPARE(notes.size(), std::size_t(3));
        QCOMPARE(notes[1].outcome, std::string("NotFoundException"));
        QCOMPARE(notes[1].operation, std::string("DescribeKey"));
        QCOMPARE(notes[1].accessKeyId, served.key().key.id);
        QCOMPARE(notes[1].requestId, missing.header("x-amzn-requestid"));
    }

    void refuses_data() {
        QTest::addColumn<QString>("spoiled");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, const char *code, const char *message) {
            QTest::newRow(name) << QString::fromLatin1(name) << QString::fromLatin1(code)
                                << QString::fromLatin1(message);
        };
        const char *const differs =
            "The request signature we calculated does not match the signature you provided.*";
        row("no authorization", "MissingAuthenticationToken", "Missing Authentication Token");
        row("half an authorization", "IncompleteSignature",
            "Authorization header requires 'SignedHeaders'.*");
        row("unknown key", "UnrecognizedClientException",
            "The security token included in the request is invalid.");
        row("other secret", "InvalidSignatureException", differs);
        row("body changed", "InvalidSignatureException", differs);
        row("target changed", "InvalidSignatureException", differs);
        row("signature changed", "InvalidSignatureException", differs);
        row("too old", "InvalidSignatureException", "Signature expired: .* is now earlier than .*");
        row("too new", "InvalidSignatureException", "Signature not yet current: .* is still later than .*");
        row("other region", "InvalidSignatureException", "Credential should be scoped to a valid region.*");
        row("other service", "InvalidSignatureException",
            "Credential should be scoped to correct service: 'kms'.*");
        row("disabled key", "UnrecognizedClientException",
            "The security token included in the request is invalid.");
        row("unknown operation", "UnknownOperationException", "");
        row("foreign operation", "UnknownOperationException", "");
        row("no JSON", "SerializationException", ".*");
        row("wrong type", "SerializationException", ".*");
        row("twice the same name", "SerializationException", ".*");
        row("deep JSON", "SerializationException", ".*");
        row("a member too long", "ValidationException", "1 validation error detected: .*");
    }
    void refuses() {
        QFETCH(QString, spoiled);
        QFETCH(QString, code);
        QFETCH(QString, message);
        ServedVault served;
        SignedRequest request = served.request("ListKeys");
        const std::string what = spoiled.toStdString();
        spoilRequest(what, served, request);
        std::string text = request.text();
        const auto replace = [&text](const std::string &from, const std::string &to) {
            const auto at = text.find(from);
            QVERIFY(at != std::string::npos);
            text.replace(at, from.size(), to);
        };
        if (what == "no authorization") {
            replace("Authorization: ", "X-Other: ");
        } else if (what == "half an authorization") {
            replace("SignedHeaders=", "Headers=");
        } else if (what == "body changed") {
            replace("\r\n\r\n{}", "\r\n\r\n[]");
        } else if (what == "target changed") {
            replace("TrentService.ListKeys", "TrentService.CreateKey");
        } else if (what == "signature changed") {
            const auto at = text.find("Signature=") + 10;
            text[at] = text[at] == '0' ? '1' : '0';
        }
        const RawAnswer answer = served.ask(text);
        QCOMPARE(answer.status, 400);
        QCOMPARE(qstring(answer.member("__type")), code);
        const QRegularExpression pattern(QRegularExpression::anchoredPattern(message));
        QVERIFY2(pattern.match(qstring(answer.member("message"))).hasMatch(), answer.body.c_str());
        QVERIFY(answer.body.find(std::string(served.key().secret.text())) == std::string::npos);
    }

    void allowsWhatTheKeyMay() {
        ServedVault served;
        const std::string keyId = served.vault().makeKeyId();
        const std::string arn = std::string(arnPrefix) + keyId;
        const auto maker = served.makeKey("maker", {{"GenerateDataKeyWithoutPlaintext"}});
        const auto opener = served.makeKey("opener", {{"Decrypt"}});
        const std::string dataKeyRequest = "{\"KeyId\":\"" + keyId + "\",\"KeySpec\":\"AES_256\"}";
        const RawAnswer made =
            served.ask(served.requestOf(maker, "GenerateDataKeyWithoutPlaintext", dataKeyRequest));
        QCOMPARE(made.status, 200);
        const std::string decryptRequest = json("CiphertextBlob", made.member("CiphertextBlob"));
        const auto denied = [&](const kms::CreatedAccessKey &key, const std::string &operation,
                                const std::string &body, const std::string &resource) {
            const RawAnswer answer = served.ask(served.requestOf(key, operation, body));
            QCOMPARE(answer.status, 400);
            QCOMPARE(answer.member("__type"), std::string("AccessDeniedException"));
            QCOMPARE(answer.member("message"),
                     "User: " + key.key.principalArn + " is not authorized to perform: kms:" + operation +
                         " on resource: " + resource +
                         " because no identity-based policy allows the kms:" + operation + " action");
        };
        denied(maker, "Decrypt", decryptRequest, arn);
        denied(maker, "GenerateDataKey", dataKeyRequest, arn);
        denied(maker, "ListKeys", "{}", "*");
        denied(opener, "GenerateDataKeyWithoutPlaintext", dataKeyRequest, arn);
        const RawAnswer opened = served.ask(served.requestOf(opener, "Decrypt", decryptRequest));
        QCOMPARE(opened.status, 200);
        QCOMPARE(opened.member("KeyId"), arn);
        QCOMPARE(opened.member("Plaintext").size(), std::size_t(44));
        // Refused or not, the vault's log says whose request it was.
        std::vector<chainlog::StoredRecord> records;
        QVERIFY(served.vault().kms().withContainer([&](vault::Container &container) -> Status {
            auto newest = container.newestLogRecords(6);
            if (!newest) {
                return failFrom(newest);
            }
            records = std::move(*newest);
            return {};
        }));
        QCOMPARE(records[0].record.actor, opener.key.id);
        QCOMPARE(records[0].record.outcome, std::string("Success"));
        QCOMPARE(records[1].record.actor, opener.key.id);
        QCOMPARE(records[1].record.outcome, std::string("AccessDeniedException"));
        QCOMPARE(records[4].record.action, std::string("Decrypt"));
        QCOMPARE(records[4].record.actor, maker.key.id);
        QCOMPARE(records[5].record.action, std::string("GenerateDataKeyWithoutPlaintext"));
    }

    void keepsAliveAndPipelines() {
        ServedVault served;
        RawClient client(served.port());
        const std::string one = served.request("ListKeys").text();
        QVERIFY(client.send(one));
        QCOMPARE(client.read().value_or(RawAnswer()).status, 200);
        QVERIFY(client.send(one + one + served.request("Nonsense").text() + one));
        for (const int status : {200, 200, 400, 200}) {
            QCOMPARE(client.read().value_or(RawAnswer()).status, status);
        }
        SignedRequest last = served.request("ListKeys");
        last.moreHeaders = {{"Connection", "close"}};
        QVERIFY(client.send(last.text()));
        const auto answer = client.read();
        QVERIFY(answer.has_value());
        QCOMPARE(answer->header("connection"), std::string("close"));
        QVERIFY(client.waitForClose());
    }

    void locksWhileServing() {
        ServedVault served;
        const std::string keyId = served.vault().makeKeyId();
        const std::string encrypt =
            served.request("Encrypt", "{\"KeyId\":\"" + keyId + "\",\"Plaintext\":\"AAAA\"}").text();
        std::atomic<bool> stop = false;
        std::atomic<int> good = 0, told = 0, other = 0;
        std::vector<std::thread> clients;
        for (int i = 0; i < 4; ++i) {
            clients.emplace_back([&] {
                RawClient client(served.port());
                while (!stop && client.send(encrypt)) {
                    const auto answer = client.read();
                    if (!answer) {
                        break;
                    }
                    const bool locked = answer->status == 503 &&
                                        answer->member("__type") == "ServiceUnavailable" &&
                                        answer->member("message") == "The vault is locked.";
                    ++(answer->status == 200 ? good : locked ? told : other);
                }
            });
        }
        QTRY_VERIFY(good > 100);
        QVERIFY(served.vault().lock());
        QTRY_VERIFY(told > 100);
        stop = true;
        for (std::thread &client : clients) {
            client.join();
        }
        QCOMPARE(other.load(), 0);
    }

    void stopsWhileServing() {
        ServedVault served;
        const std::string keyId = served.vault().makeKeyId();
        const std::string encrypt =
            served.request("Encrypt", "{\"KeyId\":\"" + keyId + "\",\"Plaintext\":\"AAAA\"}").text();
        std::atomic<int> good = 0, cut = 0;
        std::vector<std::thread> clients;
        for (int i = 0; i < 4; ++i) {
            clients.emplace_back([&] {
                RawClient client(served.port());
                while (client.send(encrypt)) {
                    const auto answer = client.read();
                    if (!answer) {
                        ++cut; // closed between two requests
                        break;
                    }
                    ++good;
                }
            });
        }
        QTRY_VERIFY(good > 100);
        served.server().stop();
        for (std::thread &client : clients) {
            client.join();
        }
        QVERIFY(!RawClient(served.port()).isConnected());
        // Whatever was logged as done was answered, but for what was cut: at most one a client.
        std::uint64_t done = 0;
        QVERIFY(served.vault().kms().withContainer([&](vault::Container &container) {
            return container.forEachLogRecord([&](const chainlog::StoredRecord &stored) -> Status {
                done += stored.record.action == "Encrypt" ? 1 : 0;
                return {};
            });
        }));
        QCOMPARE(done, static_cast<std::uint64_t>(good.load()));
    }

    void cancelsForClientsThatGo() {
        const auto held = std::make_shared<HeldKms>();
        const auto keys = std::make_shared<FixedAccessKeys>();
        keys->add("AKIAFEW", "few", {{"Encrypt"}});
        endpoint::ServerOptions options;
        options.region = "eu-central-1";
        options.limits.stopTime = 200ms;
        auto server = endpoint::Server::start(held, keys, std::move(options));
        QVERIFY(server.has_value());
        SignedRequest request;
        request.port = (*server)->port();
        RawClient going(request.port), staying(request.port), hanging(request.port);
        for (RawClient *client : {&going, &staying, &hanging}) {
            const std::size_t before = held->count();
            QVERIFY(client->send(request.text()));
            QTRY_VERIFY(held->count() == before + 1);
        }
        const kms::CallContext context = held->context(0);
        QCOMPARE(context.principal.arn, std::string("arn:aws:iam::111122223333:user/test"));
        QCOMPARE(context.principal.accessKeyId, request.accessKeyId);
        QCOMPARE(context.principal.program, std::string("endpoint"));
        QVERIFY(context.deadline.has_value() && !context.requestId.empty());
        going.close();
        QTRY_VERIFY(held->context(0).cancel.isCancelled());
        QVERIFY(!held->context(1).cancel.isCancelled());
        held->answerAll(); // one answer more than there are clients
        QCOMPARE(staying.read().value_or(RawAnswer()).status, 200);
        QCOMPARE(hanging.read().value_or(RawAnswer()).status, 200);
        request.accessKeyId = "AKIAFEW";
        request.secret = "few";
        QVERIFY(staying.send(request.text()));
        QCOMPARE(staying.read().value_or(RawAnswer()).member("__type"), std::string("AccessDeniedException"));
        QCOMPARE(held->count(), std::size_t(3));
        // Time is up for what is under way at the stop, and an answer that comes later goes nowhere.
        request = SignedRequest();
        request.port = (*server)->port();
        QVERIFY(hanging.send(request.text()));
        QTRY_VERIFY(held->count() == 4);
        server->reset();
        QVERIFY(held->context(3).cancel.isCancelled());
        held->answerAll();
        QVERIFY(!hanging.read().has_value());
    }

    void refusesOtherAddressesAndTakenPorts() {
        ServedVault served;
        const auto start = [&](const std::string &address, std::uint16_t port) {
            endpoint::ServerOptions options;
            options.address = address;
            options.port = port;
            auto started = endpoint::Server::start(
                std::shared_ptr<kms::KmsService>(std::shared_ptr<void>(), &served.vault().kms()),
                std::shared_ptr<kms::AccessKeyStore>(std::shared_ptr<void>(),
                                                     &served.vault().kms().accessKeys()),
                std::move(options));
            return started ? ErrorCode::Unknown : started.error().code;
        };
        QVERIFY(start("0.0.0.0", 0) == ErrorCode::Usage);
        QVERIFY(start("192.168.1.1", 0) == ErrorCode::Usage);
        QVERIFY(start("example.com", 0) == ErrorCode::Usage);
        QVERIFY(start("127.0.0.1", served.port()) == ErrorCode::ConnectionFailed);
    }
};

QTEST_GUILESS_MAIN(TestServer)
#include "tst_server.moc"
