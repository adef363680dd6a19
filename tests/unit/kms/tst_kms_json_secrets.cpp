// SPDX-License-Identifier: Apache-2.0
// A secret in JSON leaves no copy behind in freed memory: neither its base64 nor its bytes.
#include "base/encoding.h"
#include "freed_memory.h"
#include "kms/json.h"
#include "kms/operations/create_custom_key_store.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::kms;

namespace {

const std::string secret = "keyturn-marker-of-a-plaintext-that-nobody-may-see-afterwards";
const std::string secretBase64 = toBase64(asBytes(secret));

std::string replyText() {
    return R"({"KeyId":"k","Plaintext":")" + secretBase64 + R"(","EncryptionAlgorithm":"SYMMETRIC_DEFAULT"})";
}

std::string passwordText(const std::string &json) {
    return R"({"KeyStorePassword":")" + json + R"(","CustomKeyStoreName":"n"})";
}

std::string keyStoreText() {
    return R"({"CustomKeyStoreName":"n","KeyStorePassword":")" + secret +
           R"(","XksProxyAuthenticationCredential":{"AccessKeyId":"A","RawSecretAccessKey":")" + secret +
           R"("}})";
}

} // namespace

class TestKmsJsonSecrets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { test::watchFreedMemoryFor({}); }

    void theWatchSeesAnOrdinaryCopy() {
        test::watchFreedMemoryFor(secretBase64);
        delete new std::string(replyText());
        QVERIFY(test::freedBlocksWithText() > 0);
    }

    void readingLeavesNoBase64() {
        const std::string text = replyText();
        Decrypt::Reply reply;
        test::watchFreedMemoryFor(secretBase64);
        const auto status = readJson(text, Decrypt::info().reply, &reply);
        const std::size_t found = test::freedBlocksWithText();
        QVERIFY(status);
        QCOMPARE(found, std::size_t{0});
        QVERIFY(reply.plaintext->text() == secret);
    }

    void readingLeavesNoBytes() {
        const std::string text = replyText();
        test::watchFreedMemoryFor(secret);
        {
            Decrypt::Reply reply;
            QVERIFY(readJson(text, Decrypt::info().reply, &reply));
        }
        QCOMPARE(test::freedBlocksWithText(), std::size_t{0});
    }

    void aRefusedReadLeavesNothingEither() {
        std::string text = replyText();
        text.insert(text.find(secretBase64) + 40, "!"); // no base64 any more
        Decrypt::Reply reply;
        test::watchFreedMemoryFor(std::string_view(secretBase64).substr(0, 40));
        const auto status = readJson(text, Decrypt::info().reply, &reply);
        const std::size_t found = test::freedBlocksWithText();
        QVERIFY(!status);
        QVERIFY(status.error().detail.find(secretBase64.substr(0, 10)) == std::string::npos);
        QCOMPARE(found, std::size_t{0});
    }

    void writingLeavesNothing() {
        Encrypt::Request request;
        request.keyId = "k";
        request.plaintext = SecretBytes::copyOf(secret);
        test::watchFreedMemoryFor(secretBase64);
        bool written = false;
        {
            const SecretText text = writeJson(Encrypt::info().request, &request, {.indent = 4});
            written = text.view().find(secretBase64) != std::string_view::npos;
        }
        const std::size_t found = test::freedBlocksWithText();
        QVERIFY(written);
        QCOMPARE(found, std::size_t{0});
    }

    // A secret text goes as it is, not as base64; inside a structure too.

    void textsAreReadAsJsonWritesThem_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("text"); // what the secret is then
        QTest::addColumn<bool>("valid");
        const auto row = [](const char *name, const char *json, const char *text, bool valid = true) {
            QTest::newRow(name) << QByteArray(json) << QByteArray(text) << valid;
        };
        row("plain", "pass word", "pass word");
        row("empty", "", "");
        row("escapes", "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t");
        row("one byte", "\\u0041", "A");
        row("two bytes", "\\u00e9", "\xc3\xa9");
        row("three bytes", "\\u20ac", "\xe2\x82\xac");
        row("pair of surrogates", "\\ud83d\\udd11", "\xf0\x9f\x94\x91");
        row("not escaped", "\xf0\x9f\x94\x91", "\xf0\x9f\x94\x91");
        row("half a pair", "\\ud83d", "", false);
        row("half a pair and a letter", "\\ud83dx", "", false);
        row("two first halves", "\\ud83d\\ud83d", "", false);
        row("second half", "\\udd11", "", false);
        row("no hexadecimal", "\\u00g9", "", false);
        row("cut", "\\u00", "", false);
        row("no escape", "\\x", "", false);
        row("control character", "a\tb", "", false);
        row("not UTF-8", "\xff", "", false);
    }
    void textsAreReadAsJsonWritesThem() {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, text);
        QFETCH(bool, valid);
        const std::string whole = passwordText(json.toStdString());
        CreateCustomKeyStore::Request request;
        const auto status = readJson(whole, CreateCustomKeyStore::info().request, &request);
        QCOMPARE(status.has_value(), valid);
        if (valid) {
            QCOMPARE(request.keyStorePassword->view(),
                     std::string_view(text.data(), std::size_t(text.size())));
            QCOMPARE(*request.customKeyStoreName, std::string("n"));
        } else {
            QCOMPARE(status.error().detail, std::string("KeyStorePassword: no valid JSON text"));
        }
    }

    void textsLeaveNothingBehind() {
        const std::string json = keyStoreText();
        bool same = false;
        test::watchFreedMemoryFor(secret);
        {
            CreateCustomKeyStore::Request request;
            const auto status = readJson(json, CreateCustomKeyStore::info().request, &request);
            same = status && request.keyStorePassword->view() == secret &&
                   request.xksProxyAuthenticationCredential->rawSecretAccessKey->view() == secret &&
                   writeJson(CreateCustomKeyStore::info().request, &request).view() == json;
        }
        const std::size_t found = test::freedBlocksWithText();
        QVERIFY(same);
        QCOMPARE(found, std::size_t{0});
    }

    void aRefusedTextLeavesNothingEither() {
        const std::string json = passwordText(secret + "\\x");
        test::watchFreedMemoryFor(secret);
        bool refused = false;
        {
            CreateCustomKeyStore::Request request;
            const auto status = readJson(json, CreateCustomKeyStore::info().request, &request);
            refused = !status && status.error().detail.find("marker") == std::string::npos;
        }
        const std::size_t found = test::freedBlocksWithText();
        QVERIFY(refused);
        QCOMPARE(found, std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(TestKmsJsonSecrets)
#include "tst_kms_json_secrets.moc"
