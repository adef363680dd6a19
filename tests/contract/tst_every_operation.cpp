// SPDX-License-Identifier: Apache-2.0
// Every operation there and back over the wire, with every member filled: what a service behind an endpoint
// gets is what the caller asked, and what the caller gets is what the service answered. Over the product's
// own endpoint and over one that only decodes, with the product's own client.
#include "endpoint/server.h"
#include "fakes/fixed_access_keys.h"
#include "fakes/loopback_kms_server.h"
#include "kms/call.h"
#include "unit/kms/generic_messages.h"
#include "unit/remote/remote_fixture.h"

#include <QTest>

#include <mutex>

using namespace keyturn;

namespace {

constexpr int requestSeed = 3;
constexpr int replySeed = 5;

void fillRequest(const kms::OperationInfo &info, kms::AnyRequest &request) {
    test::fillEverything(info.request, request.object(), {.seed = requestSeed});
    // A client asks an endpoint that it does not know for a proof first: not what is looked at here.
    if (const kms::Field *dryRun = kms::findField(info.request, "DryRun")) {
        *static_cast<bool *>(dryRun->access->make(request.object())) = false;
    }
}

/// Answers every operation with every member; notes what was not as fillRequest() makes it.
class FillingKms final : public kms::KmsService {
public:
    kms::Capabilities capabilities() const override { return {}; }
    void submit(kms::AnyRequest request, kms::CallContext, kms::Completion completion) override {
        const kms::OperationInfo &info = kms::operationInfo(request.operation());
        kms::AnyRequest expected = info.makeRequest();
        fillRequest(info, expected);
        note(test::firstDifference(info.request, expected.object(), request.object()));
        kms::AnyReply reply = info.makeReply();
        test::fillEverything(info.reply, reply.object(), {.seed = replySeed});
        completion(std::move(reply));
    }
    /// What differed since the last time, and how many calls there were.
    std::pair<std::string, int> take() {
        const std::lock_guard lock(m_mutex);
        return {std::exchange(m_difference, {}), std::exchange(m_calls, 0)};
    }

private:
    void note(std::string difference) {
        const std::lock_guard lock(m_mutex);
        ++m_calls;
        if (m_difference.empty()) {
            m_difference = std::move(difference);
        }
    }
    std::mutex m_mutex;
    std::string m_difference;
    int m_calls = 0;
};

std::unique_ptr<remote::RemoteKms> clientOf(const std::string &url) {
    credentials::Credentials keys;
    keys.accessKeyId = std::string(test::FixedAccessKeys::defaultId);
    keys.secretKey = SecretBytes::copyOf(test::FixedAccessKeys::defaultSecret);
    keys.source = "a test";
    remote::RemoteOptions options;
    options.endpointUrl = url;
    options.region = "eu-central-1";
    options.credentials = credentials::fixedCredentials(std::move(keys));
    auto opened = remote::RemoteKms::open(std::move(options));
    if (!opened) {
        qFatal("not connected: %s", opened.error().detail.c_str());
    }
    return std::move(*opened);
}

} // namespace

class TestEveryOperation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_service = std::make_shared<FillingKms>();
        endpoint::ServerOptions options;
        options.region = "eu-central-1";
        auto server =
            endpoint::Server::start(m_service, std::make_shared<test::FixedAccessKeys>(), std::move(options));
        QVERIFY2(server, server ? "" : server.error().detail.c_str());
        m_server = std::move(*server);
        m_decoder = std::make_unique<test::LoopbackKmsServer>(
            *m_service, test::LoopbackOptions{.clock = std::make_shared<ManualClock>(
                                                  parseIso8601("2026-11-22T04:17:00Z").value())});
    }

    void thereAndBack_data() {
        QTest::addColumn<int>("id");
        QTest::addColumn<bool>("endpoint");
        for (int id = 0; id < static_cast<int>(kms::operationCount); ++id) {
            const std::string name(kms::operationInfo(static_cast<kms::OperationId>(id)).name);
            QTest::newRow((name + ", endpoint").c_str()) << id << true;
            QTest::newRow((name + ", decoder").c_str()) << id << false;
        }
    }
    void thereAndBack() {
        QFETCH(int, id);
        QFETCH(bool, endpoint);
        const kms::OperationInfo &info = kms::operationInfo(static_cast<kms::OperationId>(id));
        kms::AnyRequest request = info.makeRequest();
        fillRequest(info, request);
        kms::AnyReply expected = info.makeReply();
        test::fillEverything(info.reply, expected.object(), {.seed = replySeed});

        // A client of its own: one that has seen a CreateGrant adds the token to what it asks next.
        const auto throughEndpoint = endpoint ? clientOf(m_server->url()) : nullptr;
        const auto throughDecoder =
            endpoint ? nullptr : std::make_unique<test::RemoteFixture>(m_decoder->url());
        kms::KmsService &client = endpoint ? *throughEndpoint : *throughDecoder->service;
        const auto reply = kms::submitAndWait(client, std::move(request), {});
        const auto [difference, calls] = m_service->take();
        QVERIFY2(reply, reply ? "" : (reply.error().serviceMessage + reply.error().detail).c_str());
        QCOMPARE(calls, 1);
        QVERIFY2(difference.empty(), ("asked: " + difference).c_str());
        const std::string answered = test::firstDifference(info.reply, expected.object(), reply->object());
        QVERIFY2(answered.empty(), ("answered: " + answered).c_str());
    }

    void aDifferenceIsSeen() {
        const kms::OperationInfo &info = kms::operationInfo(kms::OperationId::Sign);
        const auto client = clientOf(m_server->url());
        const auto reply = kms::submitAndWait(*client, info.makeRequest(), {});
        QVERIFY(reply.has_value());
        QVERIFY(!m_service->take().first.empty());
    }

    void cleanupTestCase() {
        m_decoder.reset();
        m_server.reset();
    }

private:
    std::shared_ptr<FillingKms> m_service;
    std::unique_ptr<endpoint::Server> m_server;
    std::unique_ptr<test::LoopbackKmsServer> m_decoder;
};

QTEST_GUILESS_MAIN(TestEveryOperation)
#include "tst_every_operation.moc"
