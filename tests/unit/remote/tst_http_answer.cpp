// SPDX-License-Identifier: Apache-2.0
// From an HTTP answer to a reply or an error: by code, not by status, and nothing believed that is no KMS
// answer.
#include "kms/operations/enable_key.h"
#include "kms/operations/generate_random.h"
#include "remote/http_answer.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::remote;

namespace {

HttpAnswer answerOf(int status, const QByteArray &body, const QByteArray &errorType = {},
                    const QByteArray &type = "application/x-amz-json-1.1") {
    HttpAnswer answer;
    answer.status = status;
    answer.contentType = type.toStdString();
    answer.errorType = errorType.toStdString();
    answer.requestId = "request-1";
    answer.body.append(std::string_view(body.constData(), std::size_t(body.size())));
    return answer;
}

} // namespace

class TestHttpAnswer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void decodesAReply();
    void emptyReplies_data();
    void emptyReplies();
    void errorCodes_data();
    void errorCodes();
    void badReplies_data();
    void badReplies();
    void redirects_data();
    void redirects();
};

void TestHttpAnswer::decodesAReply() {
    auto reply = decodeAnswer(kms::GenerateRandom::info(), answerOf(200, R"({"Plaintext":"AAEC"})"));
    QVERIFY(reply.has_value());
    const auto &random = reply->as<kms::GenerateRandom>();
    QVERIFY(random.plaintext.has_value());
    QCOMPARE(random.plaintext->size(), std::size_t(3));
    QCOMPARE(reply->requestId(), std::string("request-1"));
}

void TestHttpAnswer::emptyReplies_data() {
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("empty object") << QByteArray("{}");
    QTest::newRow("unknown members") << QByteArray(R"({"Later":{"deep":[1,2,{"x":null}]}})");
}

void TestHttpAnswer::emptyReplies() {
    QFETCH(QByteArray, body);
    QVERIFY(decodeAnswer(kms::EnableKey::info(), answerOf(200, body)).has_value());
}

void TestHttpAnswer::errorCodes_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("errorType");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("serviceCode");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *title, int status, const char *errorType, const char *body,
                        ErrorCode code, const char *serviceCode, const char *message) {
        QTest::newRow(title) << status << QByteArray(errorType) << QByteArray(body)
                             << QByteArray(errorCodeName(code).data()) << QByteArray(serviceCode)
                             << QByteArray(message);
    };
    row("__type", 400, "", R"({"__type":"NotFoundException","message":"no key"})", ErrorCode::NotFound,
        "NotFoundException", "no key");
    row("with a namespace", 400, "", R"({"__type":"com.amazonaws.kms#DisabledException","message":"m"})",
        ErrorCode::Disabled, "DisabledException", "m");
    row("code", 400, "", R"({"code":"DisabledException","message":"m"})", ErrorCode::Disabled,
        "DisabledException", "m");
    row("header with a URL", 400, "DisabledException:http://internal/", R"({"message":"m"})",
        ErrorCode::Disabled, "DisabledException", "m");
    row("header before the body", 400, "DisabledException", R"({"__type":"NotFoundException"})",
        ErrorCode::Disabled, "DisabledException", "");
    row("header and no body", 400, "InvalidCiphertextException", "", ErrorCode::InvalidCiphertext,
        "InvalidCiphertextException", "");
    row("header and a page", 400, "InvalidCiphertextException", "<html>", ErrorCode::InvalidCiphertext,
        "InvalidCiphertextException", "");
    row("Message in upper case", 400, "", R"({"__type":"AccessDeniedException","Message":"M"})",
        ErrorCode::AccessDenied, "AccessDeniedException", "M");
    row("no message", 400, "", R"({"__type":"InvalidCiphertextException"})", ErrorCode::InvalidCiphertext,
        "InvalidCiphertextException", "");
    row("null message", 400, "", R"({"__type":"InvalidCiphertextException","message":null})",
        ErrorCode::InvalidCiphertext, "InvalidCiphertextException", "");
    row("unknown code", 400, "", R"({"__type":"BrandNewException","message":"new"})", ErrorCode::Unknown,
        "BrandNewException", "new");
    row("unknown code, no message", 418, "", R"({"__type":"x.y#Odd"})", ErrorCode::Unknown, "Odd", "");
    row("any status", 503, "", R"({"__type":"ThrottlingException","message":"Rate exceeded"})",
        ErrorCode::Throttling, "ThrottlingException", "Rate exceeded");
    row("not 200 but a success", 204, "DisabledException", "", ErrorCode::Disabled, "DisabledException", "");
}

void TestHttpAnswer::errorCodes() {
    QFETCH(int, status);
    QFETCH(QByteArray, errorType);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, serviceCode);
    QFETCH(QByteArray, message);
    auto reply = decodeAnswer(kms::GenerateRandom::info(), answerOf(status, body, errorType));
    QVERIFY(!reply);
    const Error &error = reply.error();
    QCOMPARE(QByteArray(errorCodeName(error.code).data()), code);
    QCOMPARE(QByteArray::fromStdString(error.serviceCode), serviceCode);
    QCOMPARE(QByteArray::fromStdString(error.serviceMessage), message);
    QCOMPARE(error.httpStatus, status);
    QCOMPARE(error.requestId, std::string("request-1"));
    QCOMPARE(int(error.origin), int(ErrorOrigin::Service));
}

void TestHttpAnswer::badReplies_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *title, int status, const char *type, const QByteArray &body,
                        const char *says) {
        QTest::newRow(title) << status << QByteArray(type) << body << QByteArray(says);
    };
    const char *json = "application/x-amz-json-1.1";
    row("cut JSON", 200, json, R"({"Plaintext":"CANA)", "no valid reply");
    row("wrong type of a member", 200, json, R"({"Plaintext":17})", "no valid reply");
    row("no base64", 200, json, R"({"Plaintext":"CANARY!"})", "no valid reply");
    row("repeated member", 200, json, R"({"Plaintext":"AA==","Plaintext":"AQ=="})", "no valid reply");
    row("array", 200, json, R"(["CANARY"])", "no KMS answer");
    row("page", 200, "text/html", "<html>CANARY</html>", "an HTML page");
    row("page without its type", 200, json, " <!DOCTYPE html>CANARY", "an HTML page");
    row("page 502", 502, "text/html", "<html>CANARY</html>", "an HTML page");
    row("XML 403", 403, "application/xml", "<Error>CANARY</Error>", "an XML document");
    row("empty 404", 404, "", "", "an empty body");
    row("JSON without a code 400", 400, json, R"({"error":"CANARY"})", "HTTP 400");
    row("text 200", 200, "text/plain", "CANARY", "no KMS answer");
    row("nested too deep", 200, json, QByteArray(40, '[').prepend(R"({"x":)"), "no valid reply");
}

void TestHttpAnswer::badReplies() {
    QFETCH(int, status);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, says);
    auto reply = decodeAnswer(kms::GenerateRandom::info(), answerOf(status, body, {}, type));
    QVERIFY(!reply);
    QCOMPARE(reply.error().code, ErrorCode::BadReply);
    QCOMPARE(reply.error().httpStatus, status);
    const QByteArray detail = QByteArray::fromStdString(reply.error().detail);
    QVERIFY2(detail.contains(says), detail.constData());
    QVERIFY2(!detail.contains("CANA"), detail.constData());
}

void TestHttpAnswer::redirects_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("location");
    QTest::addColumn<QByteArray>("says");
    for (const int status : {300, 301, 302, 303, 304, 307, 308}) {
        QTest::addRow("%d", status) << status << QByteArray("https://evil.example/CANARY")
                                    << QByteArray("points to host evil.example");
    }
    QTest::newRow("nowhere") << 302 << QByteArray() << QByteArray("points to another place");
    QTest::newRow("no URL") << 302 << QByteArray(":// ^^") << QByteArray("points to another place");
}

void TestHttpAnswer::redirects() {
    QFETCH(int, status);
    QFETCH(QByteArray, location);
    QFETCH(QByteArray, says);
    HttpAnswer answer = answerOf(status, R"({"Plaintext":"AAEC"})");
    answer.location = location.toStdString();
    auto reply = decodeAnswer(kms::GenerateRandom::info(), answer);
    QVERIFY(!reply);
    QCOMPARE(reply.error().code, ErrorCode::Redirected);
    const QByteArray detail = QByteArray::fromStdString(reply.error().detail);
    QVERIFY2(detail.contains(says), detail.constData());
    QVERIFY2(!detail.contains("CANARY"), detail.constData());
}

QTEST_GUILESS_MAIN(TestHttpAnswer)
#include "tst_http_answer.moc"
