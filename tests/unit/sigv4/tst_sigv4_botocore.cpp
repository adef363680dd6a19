// SPDX-License-Identifier: Apache-2.0
// 10,000 random requests of KMS's shape, signed by us and by the installed botocore: the Authorization
// headers must be equal byte for byte. KEYTURN_SEED repeats a run, KEYTURN_SIGV4_REQUESTS sets the count.
#include "base/encoding.h"
#include "base/text.h"
#include "sigv4/signer.h"

#include <QObject>
#include <QProcess>
#include <QTest>

#include <nlohmann/json.hpp>

#include <random>

using namespace keyturn;

namespace {

constexpr const char *python = "/usr/bin/python3"; // Debian's own, which has Debian's botocore

class RequestMaker {
public:
    explicit RequestMaker(std::uint32_t seed)
        : m_random(seed) {}

    struct Made {
        std::string host, path, region, accessKeyId, secret, token, body;
        std::vector<std::pair<std::string, std::string>> headers;
        Timestamp time;
    };

    Made make() {
        Made out;
        out.region = pick({"us-east-1", "eu-central-1", "ap-southeast-2", "cn-northwest-1", "us-gov-west-1"});
        out.host = pick({"kms." + out.region + ".amazonaws.com", std::string("127.0.0.1"),
                         std::string("kms.example.internal")});
        out.path = chance(10) ? pick({"/kms", "/a/b/", "/tenant%20one/kms", "/~x/./y"}) : "/";
        out.accessKeyId = "AKIA" + text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16, 16);
        out.secret = text(base64Alphabet, 40, 40);
        out.token = chance(50) ? text(base64Alphabet, 1, 1200) : "";
        out.body = jsonBody();
        out.time = sigv4::parseAmzDate("20150830T000000Z").value() +
                   std::chrono::seconds(number(0, 20 * 365 * 86400));
        out.headers = {{"X-Amz-Target", "TrentService." + pick({"ReEncrypt", "Decrypt", "GenerateDataKey"})},
                       {"Content-Type", "application/x-amz-json-1.1"},
                       {"User-Agent", "keyturn/" + text("0123456789.", 1, 9)}};
        if (chance(60)) {
            out.headers.emplace_back("amz-sdk-invocation-id", text("0123456789abcdef-", 36, 36));
            out.headers.emplace_back("amz-sdk-request",
                                     "attempt=" + std::to_string(number(1, 3)) + "; max=3");
        }
        for (int i = chance(40) ? number(1, 4) : 0; i > 0; --i) {
            out.headers.emplace_back("x-" + text("abcXYZ-019", 1, 12) + std::to_string(i), headerValue());
        }
        return out;
    }

private:
    static constexpr std::string_view base64Alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    int number(int from, int to) { return std::uniform_int_distribution<int>(from, to)(m_random); }
    bool chance(int percent) { return number(1, 100) <= percent; }
    std::string pick(const std::vector<std::string> &from) {
        return from[std::size_t(number(0, int(from.size()) - 1))];
    }
    std::string text(std::string_view alphabet, int from, int to) {
        std::string out;
        for (int left = number(from, to); left > 0; --left) {
            out += alphabet[std::size_t(number(0, int(alphabet.size()) - 1))];
        }
        return out;
    }
    std::string headerValue() {
        std::string value = text("abcXYZ019 ,;=\"'()/+:\t  ", 1, 40);
        return trimmed(value).empty() ? "v" : value;
    }
    std::string jsonBody() {
        nlohmann::json body;
        body["KeyId"] = "alias/" + text("abcdef-_/", 1, 30);
        body["CiphertextBlob"] = text(base64Alphabet, 0, number(0, 3) == 0 ? 8000 : 400);
        for (int i = number(0, 5); i > 0; --i) {
            body["EncryptionContext"][text("kéy日本 ", 0, 3) + std::to_string(i)] = text("abc \"\\\n", 0, 20);
        }
        return chance(3) ? "" : body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }

    std::mt19937 m_random;
};

std::string jsonLine(const RequestMaker::Made &made) {
    nlohmann::json line;
    line["url"] = "https://" + made.host + made.path;
    for (const auto &[name, value] : made.headers) {
        line["headers"].push_back({name, value});
    }
    line["body"] = toBase64(asBytes(made.body));
    line["access"] = made.accessKeyId;
    line["secret"] = made.secret;
    line["token"] = made.token.empty() ? nlohmann::json() : nlohmann::json(made.token);
    line["region"] = made.region;
    line["service"] = "kms";
    line["time"] = sigv4::formatAmzDate(made.time);
    return line.dump() + "\n";
}

std::string ourAuthorization(const RequestMaker::Made &made) {
    std::vector<sigv4::HeaderView> headers = {{"host", made.host}};
    for (const auto &[name, value] : made.headers) {
        headers.push_back({name, value});
    }
    const SecretBytes secret = SecretBytes::copyOf(made.secret);
    const SecretBytes token = SecretBytes::copyOf(made.token);
    sigv4::SigningOptions options;
    options.region = made.region;
    options.service = "kms";
    options.time = made.time;
    auto result = sigv4::signInHeaders({"POST", made.path, "", headers, asBytes(made.body)},
                                       {made.accessKeyId, secret, token}, options);
    return result ? result->authorization : "failed: " + result.error().detail;
}

int environmentNumber(const char *name, int otherwise) {
    bool good = false;
    const int value = qEnvironmentVariableIntValue(name, &good);
    return good ? value : otherwise;
}

} // namespace

class TestSigV4Botocore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void signsAsBotocore();
};

void TestSigV4Botocore::signsAsBotocore() {
    const auto seed =
        std::uint32_t(environmentNumber("KEYTURN_SEED", int(std::random_device{}() & 0x7fffffff)));
    const int count = environmentNumber("KEYTURN_SIGV4_REQUESTS", 10'000);
    RequestMaker maker(seed);
    std::vector<std::string> ours;
    QByteArray lines;
    for (int i = 0; i < count; ++i) {
        const auto made = maker.make();
        ours.push_back(ourAuthorization(made));
        lines += QByteArray::fromStdString(jsonLine(made));
    }
    QProcess signer;
    signer.start(
        QString::fromUtf8(python),
        {QStringLiteral("-I"), QStringLiteral(KEYTURN_SOURCE_DIR "/tests/unit/sigv4/botocore_sign.py")});
    if (!signer.waitForStarted()) {
        QSKIP("Debian's Python is not installed (packages python3 and python3-botocore)");
    }
    signer.write(lines);
    signer.closeWriteChannel();
    QVERIFY2(signer.waitForFinished(110'000), "botocore took longer than 110 s");
    const QByteArray noise = signer.readAllStandardError();
    if (noise.contains("No module named 'botocore'")) {
        QSKIP("Debian's botocore is not installed (package python3-botocore)");
    }
    QVERIFY2(signer.exitCode() == 0, noise.constData());
    const QList<QByteArray> theirs = signer.readAllStandardOutput().trimmed().split('\n');
    QCOMPARE(theirs.size(), qsizetype(count + 1));
    for (int i = 0; i < count; ++i) {
        if (theirs[i + 1] != QByteArray::fromStdString(ours[std::size_t(i)])) {
            qInfo("seed %u, request %d", seed, i);
        }
        QCOMPARE(QByteArray::fromStdString(ours[std::size_t(i)]), theirs[i + 1]);
    }
    qInfo("%d requests signed as botocore %s does (seed %u)", count, theirs[0].constData(), seed);
}

QTEST_GUILESS_MAIN(TestSigV4Botocore)
#include "tst_sigv4_botocore.moc"
