// SPDX-License-Identifier: Apache-2.0
// The rules of wire JSON: what is read, what is refused and how it is told, what is written.
#include "base/encoding.h"
#include "generic_messages.h"
#include "kms/json.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/tag_resource.h"

#include <QTest>

#include <cstdlib>
#include <ctime>

using namespace keyturn;
using namespace keyturn::kms;

namespace {

QString shown(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// The detail of the failure, "" when it was read.
std::string readFault(const OperationInfo &info, std::string_view text,
                      UnknownMembers unknown = UnknownMembers::Skip) {
    AnyRequest request = info.makeRequest();
    const auto status = readJson(text, info.request, request.object(), unknown);
    return status ? std::string() : status.error().detail;
}

std::string nested(int levels) {
    std::string text = R"({"X":)";
    text += std::string(static_cast<std::size_t>(levels - 1), '[') +
            std::string(static_cast<std::size_t>(levels - 1), ']');
    return text + '}';
}

std::string manyMembers(int count) {
    std::string text = "{";
    for (int i = 0; i < count; ++i) {
        text += (i == 0 ? "\"m" : ",\"m") + std::to_string(i) + "\":0";
    }
    return text + '}';
}

std::string written(const OperationInfo &info, const AnyRequest &request, JsonWriteOptions options = {}) {
    return std::string(writeJson(info.request, request.object(), options).view());
}

KeyMetadata created(std::int64_t microseconds) {
    KeyMetadata metadata;
    metadata.creationDate = Timestamp(std::chrono::microseconds(microseconds));
    return metadata;
}

} // namespace

class TestKmsJson : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refusals_data() {
        QTest::addColumn<QString>("operation");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("fault");
        const auto row = [](const char *name, const char *operation, const std::string &text,
                            const char *fault) {
            QTest::newRow(name) << QString::fromLatin1(operation) << shown(text)
                                << QString::fromLatin1(fault);
        };
        row("nothing", "ListKeys", "", "");
        row("null", "ListKeys", "null", "");
        row("empty object", "ListKeys", " {} ", "");
        row("only a space", "ListKeys", " ", "no valid JSON at byte 1");
        row("list at the top", "ListKeys", "[]", "an object is wanted, not a list");
        row("text at the top", "ListKeys", "\"a\"", "an object is wanted, not a text");
        row("number at the top", "ListKeys", "7", "an object is wanted, not a number");
        row("true at the top", "ListKeys", "true", "an object is wanted, not true or false");
        row("two objects", "ListKeys", "{}{}", "no valid JSON at byte 3");
        row("trailing comma", "ListKeys", R"({"Limit":1,})", "no valid JSON at byte 12");
        row("comment", "ListKeys", "{}//", "no valid JSON at byte 3");
        row("null is absent", "ListKeys", R"({"Limit":null})", "");
        row("unknown members", "ListKeys", R"({"A":{"B":[1,{"C":null}]},"Limit":3})", "");
        row("name twice", "ListKeys", R"({"Limit":1,"Limit":1})", "Limit: given twice");
        row("name twice, once escaped", "ListKeys", R"({"Limit":1,"\u004cimit":1})", "Limit: given twice");
        row("unknown name twice", "ListKeys", R"({"A":1,"A":1})", "a name given twice");
        row("nested unknown name twice", "ListKeys", R"({"A":{"b":1,"b":1}})", "a name given twice");
        row("pair twice", "ReEncrypt", R"({"SourceEncryptionContext":{"a":"1","a":"1"}})",
            "SourceEncryptionContext pair 2: a name given twice");
        row("16 levels", "ListKeys", nested(16), "");
        row("17 levels", "ListKeys", nested(17), "nested deeper than 16 levels");
        row("1024 members", "ListKeys", manyMembers(1024), "");
        row("1025 members", "ListKeys", manyMembers(1025), "more than 1024 members in one object");
        row("text for a number", "ListKeys", R"({"Limit":"1"})",
            "Limit: a whole number is wanted, not a text");
        row("fraction", "ListKeys", R"({"Limit":1.5})",
            "Limit: a whole number is wanted, not a number with a fraction, an exponent or too many digits");
        row("whole fraction", "ListKeys", R"({"Limit":1.0})",
            "Limit: a whole number is wanted, not a number with a fraction, an exponent or too many digits");
        row("exponent", "ListKeys", R"({"Limit":1e2})",
            "Limit: a whole number is wanted, not a number with a fraction, an exponent or too many digits");
        row("largest", "ListKeys", R"({"Limit":9223372036854775807})", "");
        row("too large", "ListKeys", R"({"Limit":9223372036854775808})",
            "Limit: a whole number is wanted, not a number with a fraction, an exponent or too many digits");
        row("smallest", "ListKeys", R"({"Limit":-9223372036854775808})", "");
        row("number for a text", "ListKeys", R"({"Marker":1})", "Marker: a text is wanted, not a number");
        row("object for a text", "ListKeys", R"({"Marker":{}})", "Marker: a text is wanted, not an object");
        row("number for true", "Decrypt", R"({"DryRun":1})", "DryRun: true or false is wanted, not a number");
        row("text for true", "Decrypt", R"({"DryRun":"true"})",
            "DryRun: true or false is wanted, not a text");
        row("text for a list", "Decrypt", R"({"GrantTokens":"a"})",
            "GrantTokens: a list is wanted, not a text");
        row("null in a list", "Decrypt", R"({"GrantTokens":["a",null]})",
            "GrantTokens[1]: a text is wanted, not null");
        row("list in a list", "Decrypt", R"({"GrantTokens":[["a"]]})",
            "GrantTokens[0]: a text is wanted, not a list");
        row("number in a map", "Decrypt", R"({"EncryptionContext":{"a":"b","c":1}})",
            "EncryptionContext pair 2: a text is wanted, not a number");
        row("list for a map", "Decrypt", R"({"EncryptionContext":[]})",
            "EncryptionContext: an object is wanted, not a list");
        row("path into a list", "TagResource", R"({"Tags":[{"TagKey":"a"},{"TagKey":2}]})",
            "Tags[1].TagKey: a text is wanted, not a number");
        row("text for a structure", "TagResource", R"({"Tags":["a"]})",
            "Tags[0]: an object is wanted, not a text");
        row("base64 unpadded", "Decrypt", R"({"CiphertextBlob":"QUI"})",
            "CiphertextBlob: base64 has a length that is a multiple of 4; this one has 3 characters");
        row("base64 with a line feed", "Decrypt", "{\"CiphertextBlob\":\"QUJD\\n\"}",
            "CiphertextBlob: base64 has a length that is a multiple of 4; this one has 5 characters");
        row("base64 of URLs", "Decrypt", R"({"CiphertextBlob":"QUJ-"})",
            "CiphertextBlob: no base64 character at position 4");
        row("base64 spare bits", "Decrypt", R"({"CiphertextBlob":"QUJ="})",
            "CiphertextBlob: base64 whose unused last bits are not zero, at position 3");
        row("base64 empty", "Decrypt", R"({"CiphertextBlob":""})", "");
        row("secret that is no base64", "Encrypt", R"({"Plaintext":"QUJ-"})",
            "Plaintext: no base64 character at position 4");
        row("secret as a number", "Encrypt", R"({"Plaintext":1})",
            "Plaintext: a base64 text is wanted, not a number");
        row("secret as an object", "Encrypt", R"({"Plaintext":{"Plaintext":"QUJD"}})",
            "Plaintext: a base64 text is wanted, not an object");
        row("secret not closed", "Encrypt", "{\"Plaintext\":\"QUJD", "no valid JSON at byte 18");
        row("not UTF-8", "ListKeys", "{\"Marker\":\"\\ud800\"}", "no valid JSON at byte 18");
        row("control character", "ListKeys", "{\"Marker\":\"a\tb\"}", "no valid JSON at byte 13");
    }
    void refusals() {
        QFETCH(QString, operation);
        QFETCH(QString, text);
        QFETCH(QString, fault);
        const OperationInfo *info = findOperation(operation.toStdString());
        QVERIFY(info != nullptr);
        QCOMPARE(shown(readFault(*info, text.toStdString())), fault);
    }

    void unknownMembersCanBeRefused() {
        QCOMPARE(
            shown(readFault(ListKeys::info(), R"({"Limit":1,"Secret-looking":2})", UnknownMembers::Refuse)),
            QStringLiteral("no member of that name (number 2 in the object)"));
        QCOMPARE(shown(readFault(TagResource::info(), R"({"Tags":[{"TagKey":"a","Other":"b"}]})",
                                 UnknownMembers::Refuse)),
                 QStringLiteral("Tags[0]: no member of that name (number 2 in the object)"));
    }

    void faultsNeverQuoteInput() {
        const std::string marker = "keyturn-marker";
        const std::string texts[] = {
            "{\"Marker\":\"" + marker + "\x01\"}", "{\"" + marker + "\":1,\"" + marker + "\":1}",
            "{\"Limit\":\"" + marker + "\"}", "{\"CiphertextBlob\":\"" + marker + "\"}", marker};
        for (const std::string &text : texts) {
            for (const OperationInfo *info : {&ListKeys::info(), &Decrypt::info()}) {
                QVERIFY(readFault(*info, text).find(marker) == std::string::npos);
            }
        }
    }

    void escapedSecrets() {
        // What other encoders write for "+", "/" and "=".
        Decrypt::Reply reply;
        QVERIFY(readJson(R"({"Plaintext" : "\u002B\/8\u003d"})", Decrypt::info().reply, &reply));
        QCOMPARE(toBase64(reply.plaintext->view()), std::string("+/8="));
    }

    void aNullSecretIsAbsentAndTheNextTextIsItself() {
        Decrypt::Reply reply;
        QVERIFY(readJson(R"({"Plaintext":null,"KeyId":"QUJD"})", Decrypt::info().reply, &reply));
        QVERIFY(!reply.plaintext);
        QCOMPARE(*reply.keyId, std::string("QUJD"));
    }

    void times_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("microseconds");
        QTest::newRow("whole") << QStringLiteral("1700000000") << qint64{1'700'000'000'000'000};
        QTest::newRow("fraction") << QStringLiteral("1700000000.123") << qint64{1'700'000'000'123'000};
        QTest::newRow("microseconds") << QStringLiteral("1700000000.123456") << qint64{1'700'000'000'123'456};
        QTest::newRow("exponent") << QStringLiteral("1.7000000001E9") << qint64{1'700'000'000'100'000};
        QTest::newRow("before 1970") << QStringLiteral("-1.5") << qint64{-1'500'000};
        QTest::newRow("ISO 8601") << QStringLiteral("\"2023-11-14T22:13:20Z\"")
                                  << qint64{1'700'000'000'000'000};
        QTest::newRow("ISO 8601, offset, fraction")
            << QStringLiteral("\"2023-11-14T23:13:20.5+01:00\"") << qint64{1'700'000'000'500'000};
    }
    void times() {
        QFETCH(QString, text);
        QFETCH(qint64, microseconds);
        DescribeKey::Reply reply;
        const std::string json = R"({"KeyMetadata":{"KeyId":"k","CreationDate":)" + text.toStdString() + "}}";
        QVERIFY(readJson(json, DescribeKey::info().reply, &reply));
        QCOMPARE(qint64{reply.keyMetadata->creationDate->time_since_epoch().count()}, microseconds);
    }

    void badTimes() {
        for (const char *text : {"\"yesterday\"", "1e300", "253402300800", "-1e13", "true", "{}"}) {
            DescribeKey::Reply reply;
            const std::string json = R"({"KeyMetadata":{"CreationDate":)" + std::string(text) + "}}";
            const auto status = readJson(json, DescribeKey::info().reply, &reply);
            QVERIFY2(!status, text);
            QVERIFY(status.error().detail.starts_with("KeyMetadata.CreationDate: "));
        }
    }

    void unknownEnumerationsAreKept() {
        DescribeKey::Reply reply;
        QVERIFY(readJson(R"({"KeyMetadata":{"KeyState":"Melting","EncryptionAlgorithms":["SM2PKE","NEW"]}})",
                         DescribeKey::info().reply, &reply));
        QCOMPARE(reply.keyMetadata->keyState->text(), std::string_view("Melting"));
        QVERIFY(!reply.keyMetadata->keyState->isKnown());
        QCOMPARE(reply.keyMetadata->encryptionAlgorithms->at(0).known(),
                 std::optional(EncryptionAlgorithmSpec::SM2PKE));
        QCOMPARE(reply.keyMetadata->encryptionAlgorithms->at(1).text(), std::string_view("NEW"));
        QCOMPARE(
            std::string(writeJson(DescribeKey::info().reply, &reply).view()),
            std::string(R"({"KeyMetadata":{"KeyState":"Melting","EncryptionAlgorithms":["SM2PKE","NEW"]}})"));
    }

    void membersAreWrittenInTheOrderOfTheModel() {
        ReEncrypt::Request request;
        request.dryRun = false;
        request.destinationKeyId = "d";
        request.grantTokens = std::vector<std::string>{};
        request.sourceEncryptionContext = EncryptionContext{{"b", "1"}, {"a", "2"}};
        request.ciphertextBlob = Bytes{0xfb, 0xff, 0xfe};
        const auto any = AnyRequest::of<ReEncrypt>(std::move(request));
        QCOMPARE(shown(written(ReEncrypt::info(), any)),
                 QStringLiteral(R"({"CiphertextBlob":"+//+","SourceEncryptionContext":{"b":"1","a":"2"},)"
                                R"("DestinationKeyId":"d","GrantTokens":[],"DryRun":false})"));
    }

    void indentedAsTheAwsCliPrints() {
        TagResource::Request request;
        request.keyId = "k";
        request.tags = std::vector<Tag>{{"a", "\"\\\b\f\n\r\t\x1f\x7f\xc3\xa9"}, {}};
        const auto any = AnyRequest::of<TagResource>(std::move(request));
        QCOMPARE(
            shown(written(TagResource::info(), any, {.indent = 4})),
            QStringLiteral("{\n    \"KeyId\": \"k\",\n    \"Tags\": [\n        {\n"
                           "            \"TagKey\": \"a\",\n            \"TagValue\": "
                           "\"\\\"\\\\\\b\\f\\n\\r\\t\\u001f\x7f\u00e9\"\n        },\n        {}\n    ]\n}"));
    }

    void writtenTimes_data() {
        QTest::addColumn<qint64>("microseconds");
        QTest::addColumn<QString>("epoch");
        QTest::addColumn<QString>("iso");
        QTest::newRow("whole") << qint64{1'700'000'000'000'000} << QStringLiteral("1700000000")
                               << QStringLiteral("\"2023-11-14T22:13:20+00:00\"");
        QTest::newRow("milliseconds") << qint64{1'700'000'000'120'000} << QStringLiteral("1700000000.12")
                                      << QStringLiteral("\"2023-11-14T22:13:20.120000+00:00\"");
        QTest::newRow("microseconds") << qint64{1'700'000'000'000'001} << QStringLiteral("1700000000.000001")
                                      << QStringLiteral("\"2023-11-14T22:13:20.000001+00:00\"");
        QTest::newRow("before 1970") << qint64{-500'000} << QStringLiteral("-0.5")
                                     << QStringLiteral("\"1969-12-31T23:59:59.500000+00:00\"");
    }
    void writtenTimes() {
        QFETCH(qint64, microseconds);
        QFETCH(QString, epoch);
        QFETCH(QString, iso);
        setenv("TZ", "UTC", 1);
        tzset();
        const KeyMetadata metadata = created(microseconds);
        const auto fields = structureInfo<KeyMetadata>().fields;
        QCOMPARE(shown(writeJson(fields, &metadata).view()),
                 QLatin1String(R"({"CreationDate":)") + epoch + QLatin1String("}"));
        const JsonWriteOptions local{.timestamps = TimestampForm::Iso8601Local};
        QCOMPARE(shown(writeJson(fields, &metadata, local).view()),
                 QLatin1String(R"({"CreationDate":)") + iso + QLatin1String("}"));
    }

    void timesOfAnotherZone() {
        setenv("TZ", "XYZ3:30", 1); // west of Greenwich
        tzset();
        const KeyMetadata metadata = created(1'700'000'000'000'000);
        const JsonWriteOptions local{.timestamps = TimestampForm::Iso8601Local};
        QCOMPARE(shown(writeJson(structureInfo<KeyMetadata>().fields, &metadata, local).view()),
                 QStringLiteral(R"({"CreationDate":"2023-11-14T18:43:20-03:30"})"));
    }

    void roundTrip_data() {
        QTest::addColumn<int>("id");
        for (int id = 0; id < static_cast<int>(operationCount); ++id) {
            QTest::newRow(std::string(operationInfo(static_cast<OperationId>(id)).name).c_str()) << id;
        }
    }
    void roundTrip() {
        QFETCH(int, id);
        const OperationInfo &info = operationInfo(static_cast<OperationId>(id));
        for (const int indent : {0, 4}) {
            AnyRequest request = info.makeRequest();
            AnyRequest requestAgain = info.makeRequest();
            test::fillEverything(info.request, request.object());
            const SecretText text = writeJson(info.request, request.object(), {.indent = indent});
            const auto read =
                readJson(text.view(), info.request, requestAgain.object(), UnknownMembers::Refuse);
            QVERIFY2(read, read ? "" : read.error().detail.c_str());
            QCOMPARE(shown(test::firstDifference(info.request, request.object(), requestAgain.object())),
                     QString());

            AnyReply reply = info.makeReply();
            AnyReply replyAgain = info.makeReply();
            test::fillEverything(info.reply, reply.object(), {.seed = 2});
            const SecretText replyText = writeJson(info.reply, reply.object(), {.indent = indent});
            QVERIFY(readJson(replyText.view(), info.reply, replyAgain.object(), UnknownMembers::Refuse));
            QCOMPARE(shown(test::firstDifference(info.reply, reply.object(), replyAgain.object())),
                     QString());
        }
    }

    void theComparisonSeesADifference() {
        AnyRequest a = ReEncrypt::info().makeRequest();
        AnyRequest b = ReEncrypt::info().makeRequest();
        test::fillEverything(ReEncrypt::info().request, a.object(), {.seed = 1});
        test::fillEverything(ReEncrypt::info().request, b.object(), {.seed = 2});
        QVERIFY(!test::firstDifference(ReEncrypt::info().request, a.object(), b.object()).empty());
    }

    void errorBodies_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, const char *text, const char *code, const char *message) {
            QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(code)
                                << QString::fromUtf8(message);
        };
        row("KMS", R"({"__type":"NotFoundException","message":"gone"})", "NotFoundException", "gone");
        row("capital", R"({"__type":"X","Message":"gone"})", "X", "gone");
        row("both", R"({"__type":"X","Message":"B","message":"a"})", "X", "a");
        row("namespace", "{\"__type\":\"com.amazonaws.kms#DisabledException\"}", "DisabledException", "");
        row("address", "{\"__type\":\"a.b#C:http://x.y/#z\"}", "C", "");
        row("code first", R"({"__type":"T","code":"C"})", "C", "");
        row("code is no text", R"({"code":400,"__type":"T","message":["x"]})", "T", "");
        row("more members", R"({"__type":"T","x":{"y":[]}})", "T", "");
        row("empty", "", "", "");
    }
    void errorBodies() {
        QFETCH(QString, text);
        QFETCH(QString, code);
        QFETCH(QString, message);
        const auto body = readErrorBody(text.toStdString());
        QVERIFY(body);
        QCOMPARE(shown(body->code), code);
        QCOMPARE(shown(body->message), message);
    }

    void htmlIsNoErrorBody() {
        const auto body = readErrorBody("<html>gateway</html>");
        QVERIFY(!body);
        QCOMPARE(body.error().code, ErrorCode::BadJson);
    }
};

QTEST_GUILESS_MAIN(TestKmsJson)
#include "tst_kms_json.moc"
