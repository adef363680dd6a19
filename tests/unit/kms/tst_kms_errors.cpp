// SPDX-License-Identifier: Apache-2.0
// Errors in words: every code has its own, the ones that depend on the request name what can be wrong.
#include "kms/error_text.h"
#include "kms/error_words.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/re_encrypt.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <map>
#include <set>

using namespace keyturn;
using namespace keyturn::kms;

namespace {

constexpr const char *sourceArn =
    "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
constexpr const char *userArn = "arn:aws:iam::111122223333:user/op";

std::vector<ErrorCode> allCodes() {
    std::vector<ErrorCode> codes;
    for (int i = 0; i < static_cast<int>(ErrorCode::Count_); ++i) {
        codes.push_back(static_cast<ErrorCode>(i));
    }
    return codes;
}

Error errorOf(ErrorCode code, std::string message = {}) {
    return isServiceCode(code) ? serviceError(code, std::move(message))
                               : clientError(code, std::move(message));
}

AnyRequest reEncrypt(const char *source = sourceArn, const char *destination = "alias/new") {
    ReEncrypt::Request request;
    request.ciphertextBlob = Bytes{1};
    if (source != nullptr) {
        request.sourceKeyId = source;
    }
    request.destinationKeyId = destination;
    return AnyRequest::of<ReEncrypt>(std::move(request));
}

QString shown(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

bool has(const std::string &text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

class TestKmsErrors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyCodeHasItsWords_data() {
        QTest::addColumn<int>("code");
        for (const ErrorCode code : allCodes()) {
            QTest::newRow(std::string(errorCodeName(code)).c_str()) << static_cast<int>(code);
        }
    }
    void everyCodeHasItsWords() {
        QFETCH(int, code);
        const auto errorCode = static_cast<ErrorCode>(code);
        QCOMPARE(errorWords(errorCode).code, errorCode);
        for (const char *message : {"", "arn:x is what it is"}) {
            const ErrorText text = describe(errorOf(errorCode, message));
            QVERIFY(!text.title.empty() && text.title.size() <= 60);
            QVERIFY(!text.title.ends_with('.') && std::isupper(static_cast<unsigned char>(text.title[0])));
            QVERIFY2(text.explanation.ends_with('.'), text.explanation.c_str());
            QVERIFY(text.nextStep.empty() || text.nextStep.ends_with('.'));
            QVERIFY(!text.nextStep.empty() || errorCode == ErrorCode::Cancelled);
            for (const std::string *part : {&text.title, &text.explanation, &text.nextStep}) {
                QVERIFY2(part->find_first_of("%<>{}\n") == std::string::npos, part->c_str());
                QVERIFY2(!has(*part, "  ") && !has(*part, "..") && !part->starts_with(' '), part->c_str());
            }
        }
    }

    void titlesTellCausesApart() {
        std::map<std::string, ErrorCode> titles;
        for (const ErrorCode code : allCodes()) {
            const auto [other, isNew] = titles.emplace(describe(errorOf(code)).title, code);
            QVERIFY2(isNew,
                     (other->first + " is also the title of " + std::string(errorCodeName(code))).c_str());
        }
    }

    void unknownCodesKeepTheirName() {
        Error error;
        error.serviceCode = "TeapotException";
        error.operation = "Decrypt";
        QCOMPARE(shown(describe(error).title), QStringLiteral("The service answered TeapotException"));
        QCOMPARE(shown(commandLineSentence(error)),
                 QStringLiteral("An error occurred (TeapotException) when calling the Decrypt operation: "));
        error.serviceMessage = "short and stout";
        QVERIFY(has(describe(error).explanation, "The service says: short and stout."));
        QVERIFY(has(commandLineSentence(error), "operation: short and stout"));
        QVERIFY(has(copyableDetails(error), "Error: TeapotException\nKind: Unknown\n"));
        error.serviceCode.clear();
        QVERIFY(!describe(error).title.empty());
    }

    void accessDeniedFromTheServicesMessage() {
        const AnyRequest request = reEncrypt();
        const Error error =
            serviceError(ErrorCode::AccessDenied,
                         std::string("User: ") + userArn +
                             " is not authorized to perform: kms:ReEncryptFrom on resource: " + sourceArn +
                             " because no identity-based policy allows it");
        const ErrorText text = describe(error, {.request = &request});
        QVERIFY(
            has(text.explanation,
                std::string("This permission is missing: kms:ReEncryptFrom on the source key ") + sourceArn));
        QCOMPARE(text.act, NextStep::ShowPolicyStatement);
        const auto statement = nlohmann::json::parse(text.policyStatement);
        QCOMPARE(statement.at("Effect").get<std::string>(), std::string("Allow"));
        QCOMPARE(statement.at("Action").get<std::string>(), std::string("kms:ReEncryptFrom"));
        QCOMPARE(statement.at("Resource").get<std::string>(), std::string(sourceArn));
        QCOMPARE(statement.at("Principal").at("AWS").get<std::string>(), std::string(userArn));
    }

    void accessDeniedOnTheDestination() {
        const AnyRequest request = reEncrypt();
        const Error error =
            serviceError(ErrorCode::AccessDenied, "User: x is not authorized to perform: kms:ReEncryptTo");
        const ErrorText text = describe(error, {.request = &request});
        QVERIFY(has(text.explanation, "kms:ReEncryptTo on the destination key alias/new."));
        const auto statement = nlohmann::json::parse(text.policyStatement);
        QCOMPARE(statement.at("Condition")
                     .at("ForAnyValue:StringEquals")
                     .at("kms:ResourceAliases")
                     .get<std::string>(),
                 std::string("alias/new"));
    }

    void accessDeniedWithoutWords() {
        const AnyRequest request = reEncrypt(nullptr, "1234abcd-12ab-34cd-56ef-1234567890ab");
        const ErrorText text =
            describe(serviceError(ErrorCode::AccessDenied),
                     {.request = &request, .region = "cn-north-1", .accountId = "111122223333"});
        QVERIFY(has(text.explanation, "kms:ReEncryptFrom on the source key, the one that the ciphertext"));
        QVERIFY(has(text.explanation, "kms:ReEncryptTo on the destination key 1234abcd"));
        const auto statements = nlohmann::json::parse(text.policyStatement);
        QCOMPARE(statements.size(), std::size_t{2});
        QCOMPARE(statements[0].at("Resource").get<std::string>(), std::string("*"));
        QCOMPARE(
            statements[1].at("Resource").get<std::string>(),
            std::string("arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"));
    }

    void anExplicitDenyNeedsNoFurtherPermission() {
        const AnyRequest request = reEncrypt();
        const ErrorText text =
            describe(serviceError(ErrorCode::AccessDenied,
                                  "not authorized to perform: kms:ReEncryptTo with an explicit deny"),
                     {.request = &request});
        QVERIFY(text.policyStatement.empty());
        QCOMPARE(text.act, NextStep::None);
        QVERIFY(has(text.nextStep, "explicit deny"));
    }

    void everyPermissionMakesAStatement() {
        for (std::size_t i = 0; i < operationCount; ++i) {
            const auto &info = operationInfo(static_cast<OperationId>(i));
            Error error = serviceError(ErrorCode::AccessDenied);
            error.operation = std::string(info.name);
            const auto text = describe(error);
            if (info.permissions.empty()) { // who may retire a grant stands in the grant
                QVERIFY(text.policyStatement.empty() && !text.explanation.empty());
                continue;
            }
            const auto parsed = nlohmann::json::parse(text.policyStatement);
            const auto count = parsed.is_array() ? parsed.size() : 1;
            QCOMPARE(count, info.permissions.size());
            for (const PermissionNeed &need : info.permissions) {
                QVERIFY(has(text.explanation, need.action));
            }
        }
    }

    void emptyMessagesNameWhatItCanBe() {
        Decrypt::Request decrypt;
        decrypt.ciphertextBlob = Bytes{1};
        AnyRequest request = AnyRequest::of<Decrypt>(std::move(decrypt));
        const ErrorCircumstances here{.request = &request, .region = "eu-west-1"};
        std::string next = describe(serviceError(ErrorCode::InvalidCiphertext), here).nextStep;
        QVERIFY2(has(next, "no encryption context was given") && has(next, "Region eu-west-1"), next.c_str());
        request.as<Decrypt>().encryptionContext = EncryptionContext{{"a", "b"}};
        next = describe(serviceError(ErrorCode::InvalidCiphertext), here).nextStep;
        QVERIFY2(has(next, "the encryption context (1 pair given)"), next.c_str());
        request.as<Decrypt>().encryptionAlgorithm = EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256;
        next = describe(serviceError(ErrorCode::InvalidCiphertext), here).nextStep;
        QVERIFY2(has(next, "key and algorithm") && !has(next, "context"), next.c_str());
        const AnyRequest both = reEncrypt();
        next =
            describe(serviceError(ErrorCode::NotFound), {.request = &both, .region = "eu-west-1"}).nextStep;
        QVERIFY2(has(next, sourceArn) && has(next, "alias/new") && has(next, "eu-west-1"), next.c_str());
        QVERIFY(has(describe(serviceError(ErrorCode::Validation)).nextStep, "does not say which"));
        QVERIFY(has(describe(serviceError(ErrorCode::UnsupportedOperation)).nextStep, "does not say why"));
    }

    void statesHaveTheirNextStep_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("message");
        QTest::addColumn<int>("act");
        const QString arn = QString::fromLatin1(sourceArn);
        const auto row = [&](const char *name, ErrorCode code, const char *rest, NextStep act) {
            QTest::newRow(name) << static_cast<int>(code) << arn + QLatin1String(rest)
                                << static_cast<int>(act);
        };
        row("disabled", ErrorCode::Disabled, " is disabled.", NextStep::EnableKey);
        row("pending deletion", ErrorCode::KMSInvalidState, " is pending deletion.",
            NextStep::CancelDeletionAndEnable);
        row("pending import", ErrorCode::KMSInvalidState, " is pending import.", NextStep::None);
        row("not pending", ErrorCode::KMSInvalidState, " is not pending deletion.", NextStep::None);
    }
    void statesHaveTheirNextStep() {
        QFETCH(int, code);
        QFETCH(QString, message);
        QFETCH(int, act);
        const AnyRequest request = reEncrypt();
        const ErrorText text = describe(serviceError(static_cast<ErrorCode>(code), message.toStdString()),
                                        {.request = &request});
        QCOMPARE(static_cast<int>(text.act), act);
        QVERIFY2(has(text.explanation, "It is the source key, "), text.explanation.c_str());
    }

    /// What the service says about a key that it does not know yet would mislead.
    void aChangeOfOursComesFirst() {
        Error error = serviceError(ErrorCode::NotFound, "Key 'x' does not exist", ErrorOrigin::Service);
        error.detail = "x was changed 3 s ago (CreateKey), and that may not have spread yet: wait a little";
        QVERIFY(describe(error).act != NextStep::Retry);
        error.retryable = true;
        const ErrorText text = describe(error);
        QCOMPARE(shown(text.title), QStringLiteral("A change may not have spread yet"));
        QVERIFY(text.explanation.starts_with("x was changed 3 s ago (CreateKey)"));
        QVERIFY(has(text.explanation, "The service says: Key 'x' does not exist."));
        QVERIFY(text.nextStep.empty() && text.act == NextStep::Retry);
    }

    void aLoginThatFailedIsNoLackOfKeys() {
        Error error = clientError(ErrorCode::NoCredentials, "the login was not confirmed: start again");
        QCOMPARE(shown(describe(error).title), QStringLiteral("There are no credentials"));
        error.operation = "CreateToken";
        const ErrorText text = describe(error);
        QCOMPARE(shown(text.explanation), QStringLiteral("The login was not confirmed: start again."));
        QVERIFY(text.nextStep.empty() && text.act == NextStep::Retry);
        QCOMPARE(shown(commandLineSentence(error)),
                 QStringLiteral("The login has not succeeded: the login was not confirmed: start again."));
    }

    void sentencesOfTheCommandLine() {
        Error error = serviceError(ErrorCode::NotFound, "Alias arn:x is not found.");
        error.operation = "DescribeKey";
        QCOMPARE(
            shown(commandLineSentence(error)),
            QStringLiteral("An error occurred (NotFoundException) when calling the DescribeKey operation: "
                           "Alias arn:x is not found."));
        error.retryable = true;
        error.attempts = 3;
        QVERIFY(has(commandLineSentence(error), "DescribeKey operation (reached max retries: 2): "));
        const Error own = clientError(ErrorCode::VaultInUse, "keyturn, process 7");
        QCOMPARE(
            shown(commandLineSentence(own)),
            QStringLiteral("The vault is in use: keyturn, process 7. Close it there, wait for it, or open "
                           "the vault read-only here."));
    }

    void endlessMessagesAreCut() {
        const std::string endless(100'000, 'x');
        QVERIFY(describe(serviceError(ErrorCode::KMSInternal, endless)).explanation.size() < 1000);
        Error unknown;
        unknown.serviceCode = endless;
        QVERIFY(describe(unknown).title.size() < 120);
    }

    void detailsForCopying() {
        Error error = serviceError(ErrorCode::Disabled, "gone", ErrorOrigin::Service);
        error.operation = "Encrypt";
        error.requestId = "r-1";
        error.httpStatus = 400;
        error.attempts = 2;
        QCOMPARE(
            shown(copyableDetails(error, {.profile = "prod", .region = "eu-west-1", .accountId = "1"})),
            QStringLiteral("Error: DisabledException\nKind: DisabledException\nMessage: gone\nOperation: "
                           "Encrypt\nFound by: service\nRequest id: r-1\nHTTP status: 400\nAttempts: 2\n"
                           "Profile: prod\nRegion: eu-west-1\nAccount: 1\n"));
    }
};

QTEST_GUILESS_MAIN(TestKmsErrors)
#include "tst_kms_errors.moc"
