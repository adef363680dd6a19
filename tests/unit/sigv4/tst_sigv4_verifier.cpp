// SPDX-License-Identifier: Apache-2.0
// The verifier: what our own signer makes is taken, and every change of request, key or time is refused with
// the code that AWS gives.
#include "sigv4/signer.h"
#include "sigv4/verifier.h"

#include <QObject>
#include <QTest>

#include <map>

using namespace keyturn;
using sigv4::HeaderView;

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Received {
    std::string method = "POST";
    std::string path = "/";
    std::string query;
    std::string body = R"({"KeyId":"alias/orders"})";
    Headers headers = {{"Host", "127.0.0.1:4599"},
                       {"Content-Type", "application/x-amz-json-1.1"},
                       {"X-Amz-Target", "TrentService.DescribeKey"}};

    void set(const std::string &name, const std::string &value) {
        for (auto &header : headers) {
            if (header.first == name) {
                header.second = value;
            }
        }
    }
    std::string get(const std::string &name) const {
        for (const auto &header : headers) {
            if (header.first == name) {
                return header.second;
            }
        }
        return {};
    }
    void remove(const std::string &name) {
        std::erase_if(headers, [&](const auto &header) { return header.first == name; });
    }
};

Timestamp signingTime() {
    return sigv4::parseAmzDate("20261122T041700Z").value();
}

std::vector<HeaderView> viewsOf(const Received &request) {
    std::vector<HeaderView> views;
    for (const auto &[name, value] : request.headers) {
        views.push_back({name, value});
    }
    return views;
}

Received signedRequest(const char *secret = "secret", const char *token = "") {
    Received request;
    const auto views = viewsOf(request);
    const SecretBytes secretKey = SecretBytes::copyOf(secret);
    const SecretBytes sessionToken = SecretBytes::copyOf(token);
    sigv4::SigningOptions options;
    options.region = "eu-central-1";
    options.service = "kms";
    options.time = signingTime();
    auto result =
        sigv4::signInHeaders({request.method, request.path, request.query, views, asBytes(request.body)},
                             {"AKIATEST", secretKey, sessionToken}, options);
    request.headers.emplace_back("X-Amz-Date", result->amzDate);
    if (!sessionToken.empty()) {
        request.headers.emplace_back("X-Amz-Security-Token", token);
    }
    request.headers.emplace_back("Authorization", result->authorization);
    return request;
}

Result<sigv4::VerifiedRequest> verifyReceived(const Received &request, Timestamp now,
                                              const std::string &region = "eu-central-1") {
    static const SecretBytes secretKey = SecretBytes::copyOf("secret");
    const auto views = viewsOf(request);
    sigv4::VerifierOptions options;
    options.service = "kms";
    options.region = region;
    options.now = now;
    return sigv4::verify({request.method, request.path, request.query, views, asBytes(request.body)}, options,
                         [](std::string_view id) { return id == "AKIATEST" ? &secretKey : nullptr; });
}

void replaceInAuthorization(Received &request, const std::string &from, const std::string &to) {
    std::string value = request.get("Authorization");
    const auto at = value.find(from);
    if (at != std::string::npos) {
        value.replace(at, from.size(), to);
    }
    request.set("Authorization", value);
}

struct Change {
    void (*apply)(Received &);
    ErrorCode code;
};

using Changes = std::map<std::string, Change>;

const Changes &changesOfTheAuthorization() {
    static const Changes all = {
        {"no Authorization",
         {[](Received &r) { r.remove("Authorization"); }, ErrorCode::MissingAuthenticationToken}},
        {"Authorization twice",
         {[](Received &r) { r.headers.emplace_back("authorization", r.get("Authorization")); },
          ErrorCode::MissingAuthenticationToken}},
        {"other algorithm",
         {[](Received &r) { replaceInAuthorization(r, "AWS4-HMAC-SHA256", "AWS3"); },
          ErrorCode::IncompleteSignature}},
        {"no Signature",
         {[](Received &r) { replaceInAuthorization(r, "Signature=", "S="); },
          ErrorCode::IncompleteSignature}},
        {"four credential parts",
         {[](Received &r) { replaceInAuthorization(r, "/kms/", "/"); }, ErrorCode::IncompleteSignature}},
        {"other service",
         {[](Received &r) { replaceInAuthorization(r, "/kms/", "/s3/"); }, ErrorCode::InvalidSignature}},
        {"other region",
         {[](Received &r) { replaceInAuthorization(r, "eu-central-1", "eu-west-1"); },
          ErrorCode::InvalidSignature}},
        {"other terminator",
         {[](Received &r) { replaceInAuthorization(r, "aws4_request", "aws5_request"); },
          ErrorCode::InvalidSignature}},
        {"scope of another day",
         {[](Received &r) { replaceInAuthorization(r, "20261122", "20261121"); },
          ErrorCode::InvalidSignature}},
        {"no date", {[](Received &r) { r.remove("X-Amz-Date"); }, ErrorCode::IncompleteSignature}},
        {"bad date", {[](Received &r) { r.set("X-Amz-Date", "today"); }, ErrorCode::IncompleteSignature}},
        {"other second",
         {[](Received &r) { r.set("X-Amz-Date", "20261122T041701Z"); }, ErrorCode::InvalidSignature}},
        {"unknown access key",
         {[](Received &r) { replaceInAuthorization(r, "AKIATEST", "AKIAOTHER"); },
          ErrorCode::UnrecognizedClient}},
    };
    return all;
}

const Changes &changesOfTheRequest() {
    static const Changes all = {
        {"body changed", {[](Received &r) { r.body += " "; }, ErrorCode::InvalidSignature}},
        {"target changed",
         {[](Received &r) { r.set("X-Amz-Target", "TrentService.Decrypt"); }, ErrorCode::InvalidSignature}},
        {"host changed", {[](Received &r) { r.set("Host", "evil:1"); }, ErrorCode::InvalidSignature}},
        {"method changed", {[](Received &r) { r.method = "GET"; }, ErrorCode::InvalidSignature}},
        {"path changed", {[](Received &r) { r.path = "/x"; }, ErrorCode::InvalidSignature}},
        {"query added", {[](Received &r) { r.query = "a=b"; }, ErrorCode::InvalidSignature}},
        {"unsigned x-amz header added",
         {[](Received &r) { r.headers.emplace_back("X-Amz-Extra", "1"); }, ErrorCode::InvalidSignature}},
        {"signed header gone", {[](Received &r) { r.remove("Content-Type"); }, ErrorCode::InvalidSignature}},
        {"host not signed",
         {[](Received &r) { replaceInAuthorization(r, "content-type;host;", "content-type;"); },
          ErrorCode::InvalidSignature}},
        {"signed headers unsorted",
         {[](Received &r) { replaceInAuthorization(r, "content-type;host", "host;content-type"); },
          ErrorCode::InvalidSignature}},
        {"content hash that is not the body's",
         {[](Received &r) { r.headers.emplace_back("x-amz-content-sha256", "00"); },
          ErrorCode::InvalidSignature}},
        {"signature cut",
         {[](Received &r) {
              std::string value = r.get("Authorization");
              value.pop_back();
              r.set("Authorization", value);
          },
          ErrorCode::InvalidSignature}},
        {"signature longer",
         {[](Received &r) { r.set("Authorization", r.get("Authorization") + "0"); },
          ErrorCode::InvalidSignature}},
    };
    return all;
}

const Change &changeNamed(const std::string &name) {
    const auto found = changesOfTheAuthorization().find(name);
    return found != changesOfTheAuthorization().end() ? found->second : changesOfTheRequest().at(name);
}

} // namespace

class TestSigV4Verifier : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesWhatWeSigned();
    void takesASignedSessionToken();
    void takesAnyRegionWhenNoneIsNamed();
    void everyWrongSignatureDigitIsRefused();
    void otherSecretIsRefused();
    void takesOtherRegionsThatItIsTold();
    void refusesChanges_data();
    void refusesChanges();
    void window_data();
    void window();
    void headerOrderAndCaseDoNotMatter();
};

void TestSigV4Verifier::takesWhatWeSigned() {
    auto verified = verifyReceived(signedRequest(), signingTime());
    QVERIFY(verified.has_value());
    QCOMPARE(verified->accessKeyId, std::string("AKIATEST"));
    QCOMPARE(verified->region, std::string("eu-central-1"));
    QVERIFY(verified->time == signingTime());
}

void TestSigV4Verifier::takesOtherRegionsThatItIsTold() {
    const Received request = signedRequest();
    const auto views = viewsOf(request);
    const SecretBytes secretKey = SecretBytes::copyOf("secret");
    const std::function<bool(std::string_view)> taken = [](std::string_view region) {
        return region == "eu-central-1";
    };
    const std::function<bool(std::string_view)> none;
    for (const auto *others : {&taken, &none}) {
        sigv4::VerifierOptions options{"kms", "us-east-1", signingTime()};
        options.otherRegions = others;
        const auto verified =
            sigv4::verify({request.method, request.path, request.query, views, asBytes(request.body)},
                          options, [&](std::string_view) { return &secretKey; });
        QCOMPARE(verified.has_value(), others == &taken);
        QVERIFY(!verified || verified->region == "eu-central-1");
    }
}

void TestSigV4Verifier::takesASignedSessionToken() {
    Received request = signedRequest("secret", "token/+=");
    QVERIFY(verifyReceived(request, signingTime()).has_value());
    request.set("X-Amz-Security-Token", "other");
    QCOMPARE(verifyReceived(request, signingTime()).error().code, ErrorCode::InvalidSignature);
}

void TestSigV4Verifier::takesAnyRegionWhenNoneIsNamed() {
    QVERIFY(verifyReceived(signedRequest(), signingTime(), "").has_value());
}

void TestSigV4Verifier::everyWrongSignatureDigitIsRefused() {
    const Received good = signedRequest();
    const std::string value = good.get("Authorization");
    for (std::size_t i = value.size() - 64; i < value.size(); ++i) {
        Received bad = good;
        std::string changed = value;
        changed[i] = changed[i] == '0' ? '1' : '0';
        bad.set("Authorization", changed);
        QCOMPARE(verifyReceived(bad, signingTime()).error().code, ErrorCode::InvalidSignature);
    }
}

void TestSigV4Verifier::otherSecretIsRefused() {
    auto refused = verifyReceived(signedRequest("other"), signingTime());
    QCOMPARE(refused.error().code, ErrorCode::InvalidSignature);
    QCOMPARE(refused.error().serviceCode, std::string("InvalidSignatureException"));
    QVERIFY(refused.error().serviceMessage.starts_with("The request signature we calculated does not match"));
}

void TestSigV4Verifier::refusesChanges_data() {
    QTest::addColumn<QByteArray>("change");
    for (const Changes *all : {&changesOfTheAuthorization(), &changesOfTheRequest()}) {
        for (const auto &[name, change] : *all) {
            QTest::newRow(name.c_str()) << QByteArray::fromStdString(name);
        }
    }
}

void TestSigV4Verifier::refusesChanges() {
    QFETCH(QByteArray, change);
    const Change &one = changeNamed(change.toStdString());
    Received request = signedRequest();
    one.apply(request);
    auto refused = verifyReceived(request, signingTime());
    QVERIFY(!refused);
    QCOMPARE(QByteArray::fromStdString(std::string(errorCodeName(refused.error().code))),
             QByteArray::fromStdString(std::string(errorCodeName(one.code))));
    QVERIFY(!refused.error().serviceMessage.empty());
}

void TestSigV4Verifier::window_data() {
    QTest::addColumn<int>("secondsOff");
    QTest::addColumn<bool>("good");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("5 min late") << 300 << true << QByteArray();
    QTest::newRow("5 min early") << -300 << true << QByteArray();
    QTest::newRow("5 min 1 s late")
        << 301 << false
        << QByteArray("Signature expired: 20261122T041700Z is now earlier than 20261122T041701Z "
                      "(20261122T042201Z - 5 min.)");
    QTest::newRow("5 min 1 s early")
        << -301 << false
        << QByteArray("Signature not yet current: 20261122T041700Z is still later than 20261122T041659Z "
                      "(20261122T041159Z + 5 min.)");
}

void TestSigV4Verifier::window() {
    QFETCH(int, secondsOff);
    QFETCH(bool, good);
    QFETCH(QByteArray, message);
    auto verified = verifyReceived(signedRequest(), signingTime() + std::chrono::seconds(secondsOff));
    QCOMPARE(verified.has_value(), good);
    if (!good) {
        QCOMPARE(verified.error().code, ErrorCode::InvalidSignature);
        QCOMPARE(QByteArray::fromStdString(verified.error().serviceMessage), message);
    }
}

void TestSigV4Verifier::headerOrderAndCaseDoNotMatter() {
    Received request = signedRequest();
    std::reverse(request.headers.begin(), request.headers.end());
    for (auto &[name, value] : request.headers) {
        name = QByteArray::fromStdString(name).toUpper().toStdString();
    }
    QVERIFY(verifyReceived(request, signingTime()).has_value());
}

QTEST_GUILESS_MAIN(TestSigV4Verifier)
#include "tst_sigv4_verifier.moc"
