// SPDX-License-Identifier: Apache-2.0
// A secret in JSON leaves no copy behind in freed memory: neither its base64 nor its bytes.
#include "base/encoding.h"
#include "freed_memory.h"
#include "kms/json.h"
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
};

QTEST_GUILESS_MAIN(TestKmsJsonSecrets)
#include "tst_kms_json_secrets.moc"
