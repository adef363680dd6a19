// SPDX-License-Identifier: Apache-2.0
// An open vault served as windows and commands do it: live requests, environment lines, the note in the lock
// file, lock and stop in either order.
#include "fakes/raw_client.h"
#include "workspace/serving.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace keyturn;
using namespace keyturn::test;

class TestServing : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::shared_ptr<workspace::OpenVault> m_vault;
    std::unique_ptr<kms::CreatedAccessKey> m_key;

    std::filesystem::path file() const { return m_folder.path().toStdString() + "/v.keyturn"; }
    QByteArray lockNote() const {
        QFile note(QString::fromStdString(file().string() + ".lock"));
        return note.open(QIODevice::ReadOnly) ? note.readAll() : QByteArray();
    }
    RawAnswer ask(const workspace::Serving &serving, const std::string &operation,
                  const std::string &region = {}, const std::string &body = "{}") const {
        SignedRequest request;
        request.port = serving.port();
        request.target = "TrentService." + operation;
        request.region = region.empty() ? serving.region() : region;
        request.body = body;
        request.accessKeyId = m_key->key.id;
        request.secret = std::string(m_key->secret.text());
        RawClient client(serving.port());
        return client.send(request.text()) ? client.read().value_or(RawAnswer()) : RawAnswer();
    }

private Q_SLOTS:
    void init() {
        std::filesystem::remove(file());
        workspace::NewVault vault;
        vault.file = file();
        vault.passphrase = SecretBytes::copyOf(std::string_view("correct horse"));
        vault.kdfMemoryMib = 19;
        vault.program = "test";
        auto made = workspace::createVault(vault, {});
        QVERIFY(made.has_value());
        m_vault = std::move(*made);
        auto key = m_vault->accessKeys()->create({"app"});
        QVERIFY(key.has_value());
        m_key = std::make_unique<kms::CreatedAccessKey>(std::move(*key));
    }
    void cleanup() {
        QVERIFY(m_vault->lock().has_value());
        m_vault.reset();
    }

    void showsLiveRequests() {
        std::atomic<int> told = 0;
        auto serving = workspace::Serving::start(m_vault, {}, [&told] { ++told; });
        QVERIFY(serving.has_value());
        QCOMPARE((*serving)->region(), std::string("us-east-1"));
        QCOMPARE((*serving)->accountId(), std::string("111122223333"));
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(ask(**serving, "ListKeys").status, 200);
        }
        QTRY_COMPARE((*serving)->requestCount(), std::uint64_t(3));
        QCOMPARE(told.load(), 1);
        auto requests = (*serving)->requestsSince(0);
        QCOMPARE(requests.size(), std::size_t(3));
        QCOMPARE(requests[2].serial, std::uint64_t(3));
        QCOMPARE(requests[2].operation, std::string("ListKeys"));
        QCOMPARE(requests[2].outcome, std::string("Success"));
        QCOMPARE(requests[2].accessKeyId, m_key->key.id);
        QVERIFY((*serving)->requestsSince(3).empty());
        QCOMPARE(ask(**serving, "Nonsense").status, 400);
        QTRY_COMPARE(told.load(), 2);
        requests = (*serving)->requestsSince(3);
        QCOMPARE(requests.size(), std::size_t(1));
        QCOMPARE(requests[0].outcome, std::string("UnknownOperationException"));
        const auto used = m_vault->accessKeys()->list();
        QVERIFY(used.size() == 1 && used[0].lastUsed.has_value());
    }

    void theScopeChoosesTheRegion() {
        auto serving = workspace::Serving::start(m_vault, {});
        QVERIFY(serving.has_value());
        for (const char *region : {"", "eu-west-1", "sa-east-1"}) {
            const RawAnswer made = ask(**serving, "CreateKey", region);
            const std::string prefix =
                std::string("arn:aws:kms:") + (*region == 0 ? "us-east-1" : region) + ":111122223333:key/";
            QCOMPARE(made.status, 200);
            QVERIFY2(made.body.find(prefix) != std::string::npos, made.body.c_str());
            const RawAnswer listed = ask(**serving, "ListKeys", region);
            QVERIFY(listed.body.find(prefix) != std::string::npos);
            QCOMPARE(listed.body.find("KeyArn"), listed.body.rfind("KeyArn"));
        }
        for (const char *region : {"cn-north-1", "nowhere", "us-east-"}) {
            const RawAnswer refused = ask(**serving, "ListKeys", region);
            QCOMPARE(refused.status, 400);
            QVERIFY2(refused.body.find("Credential should be scoped to a valid region.") != std::string::npos,
                     refused.body.c_str());
        }
    }

    void keepsTheNewestOnly() {
        auto serving = workspace::Serving::start(m_vault, {});
        QVERIFY(serving.has_value());
        RawClient client((*serving)->port());
        const std::string refused =
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string((*serving)->port()) +
            "\r\nContent-Type: application/x-amz-json-1.1\r\n\r\n";
        for (int i = 0; i < 1200; ++i) {
            QVERIFY(client.send(refused));
            QCOMPARE(client.read().value_or(RawAnswer()).status, 400);
        }
        QTRY_COMPARE((*serving)->requestCount(), std::uint64_t(1200));
        const auto kept = (*serving)->requestsSince(0);
        QCOMPARE(kept.size(), std::size_t(1000));
        QCOMPARE(kept.front().serial, std::uint64_t(201));
        QCOMPARE(kept.back().outcome, std::string("MissingAuthenticationToken"));
    }

    void namesItselfInTheLockFile() {
        QVERIFY(!lockNote().contains(", serving "));
        auto serving = workspace::Serving::start(m_vault, {});
        QVERIFY(serving.has_value());
        const QByteArray url = QByteArray::fromStdString((*serving)->url());
        QVERIFY2(lockNote().contains(QByteArray("serving ").append(url)), lockNote().constData());
        (*serving)->stop();
        QVERIFY(!lockNote().contains(", serving "));
        QVERIFY(!RawClient((*serving)->port()).isConnected());
        (*serving)->stop();
    }

    void mayBeLockedFirst() {
        auto serving = workspace::Serving::start(m_vault, {});
        QVERIFY(serving.has_value());
        QCOMPARE(ask(**serving, "ListKeys").status, 200);
        QVERIFY(m_vault->lock().has_value());
        const RawAnswer answer = ask(**serving, "ListKeys");
        QCOMPARE(answer.status, 503);
        QCOMPARE(answer.member("message"), std::string("The vault is locked."));
        (*serving)->stop();
        QVERIFY(workspace::Serving::start(m_vault, {}).has_value() == false);
    }

    void tellsShellsWhereItIs() {
        QCOMPARE(
            workspace::environmentLines("http://127.0.0.1:1", "eu-central-1", "/a b/it's"),
            std::string("export AWS_ENDPOINT_URL_KMS='http://127.0.0.1:1'\nexport AWS_REGION='eu-central-1'\n"
                        "export AWS_DEFAULT_REGION='eu-central-1'\n"
                        "export AWS_SHARED_CREDENTIALS_FILE='/a b/it'\\''s'\n"));
        const SecretText withKey = workspace::environmentLines("http://127.0.0.1:1", "eu-central-1", *m_key);
        const std::string_view text = withKey.view();
        QVERIFY(text.find("export AWS_ACCESS_KEY_ID='" + m_key->key.id + "'\n") != std::string_view::npos);
        QVERIFY(text.find(m_key->secret.text()) != std::string_view::npos);
        const SecretText file = workspace::credentialsFileText(*m_key);
        QVERIFY(file.view().starts_with("[default]\naws_access_key_id = AKIA"));
        QCOMPARE(workspace::exampleCommand("http://127.0.0.1:1", "eu-central-1"),
                 std::string("aws kms list-keys --endpoint-url http://127.0.0.1:1 --region eu-central-1"));
    }
};

QTEST_GUILESS_MAIN(TestServing)
#include "tst_serving.moc"
