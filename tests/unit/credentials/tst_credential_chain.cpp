// SPDX-License-Identifier: Apache-2.0
// The credential chain: which keys sign, where they came from, and the AWS CLI's sentences when there are
// none.
#include "aws_home.h"

#include "credentials/credential_plan.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::credentials;
using keyturn::test::AwsHome;

namespace {

constexpr const char *configText = R"([default]
aws_access_key_id = AKCONFIGDEFAULT
aws_secret_access_key = config-default-secret
[profile inconfig]
aws_access_key_id = AKCONFIG
aws_secret_access_key = config-secret
aws_session_token = config-token
[profile role]
role_arn = arn:aws:iam::111122223333:role/r
source_profile = dev
[profile web]
web_identity_token_file = /t
role_arn = arn:aws:iam::111122223333:role/r
[profile sso]
sso_session = s
sso_account_id = 111122223333
sso_role_name = R
[sso-session s]
sso_region = eu-west-1
sso_start_url = https://x.awsapps.com/start
[profile process]
credential_process = /bin/x
[profile processtoo]
credential_process = /bin/x
[profile login]
login_session = s
[profile partialconfig]
aws_access_key_id = AKPART
[profile nokeys]
region = eu-west-1
)";
constexpr const char *credentialsText = R"([dev]
aws_access_key_id = AKDEV
aws_secret_access_key = dev-secret
[old]
aws_access_key_id = AKOLD
aws_secret_access_key = old-secret
aws_security_token = old-token
[role]
aws_access_key_id = AKROLE
aws_secret_access_key = role-secret
[processtoo]
aws_access_key_id = AKTOO
aws_secret_access_key = too-secret
[partial]
aws_access_key_id = AKPART
)";

Timestamp now() {
    return parseIso8601("2026-11-22T04:17:00Z").value();
}

Result<Credentials> resolve(const AwsHome &home, const QByteArray &profile) {
    ExplicitSettings given;
    if (!profile.isEmpty()) {
        given.profile = profile.toStdString();
    }
    auto files = AwsFiles::load(home.environment());
    auto settings = resolveSettings(given, home.environment(), *files);
    if (!settings) {
        return failFrom(settings);
    }
    auto plan = planCredentials(*settings, home.environment(), *files, now());
    if (!plan) {
        return failFrom(plan);
    }
    if (!plan->isStatic()) {
        return fail(ErrorCode::Configuration, "to be fetched from " + plan->source);
    }
    return std::move(std::get<StaticKeys>(plan->way).credentials);
}

} // namespace

class TestCredentialChain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void finds_data();
    void finds();
    void refuses_data();
    void refuses();
    void fixedCredentialsExpire();
};

void TestCredentialChain::finds_data() {
    QTest::addColumn<QByteArray>("profile");
    QTest::addColumn<QByteArray>("environment");
    QTest::addColumn<QByteArray>("keys"); // access key/secret/token
    QTest::addColumn<QByteArray>("source");
    const auto row = [](const char *title, const char *profile, const char *environment, const char *keys,
                        const char *source) {
        QTest::newRow(title) << QByteArray(profile) << QByteArray(environment) << QByteArray(keys)
                             << QByteArray(source);
    };
    const char *keys = "AWS_ACCESS_KEY_ID=AKENV AWS_SECRET_ACCESS_KEY=env-secret";
    row("environment", "", keys, "AKENV/env-secret/", "environment variable AWS_ACCESS_KEY_ID");
    row("environment with both tokens, as botocore takes them", "",
        "AWS_ACCESS_KEY_ID=AKENV AWS_SECRET_ACCESS_KEY=s AWS_SESSION_TOKEN=t AWS_SECURITY_TOKEN=old",
        "AKENV/s/old", "environment variable AWS_ACCESS_KEY_ID");
    row("environment with the old token", "",
        "AWS_ACCESS_KEY_ID=AKENV AWS_SECRET_ACCESS_KEY=s AWS_SECURITY_TOKEN=old", "AKENV/s/old",
        "environment variable AWS_ACCESS_KEY_ID");
    row("AWS_PROFILE does not take the environment's keys away", "",
        "AWS_ACCESS_KEY_ID=AKENV AWS_SECRET_ACCESS_KEY=s AWS_PROFILE=dev", "AKENV/s/",
        "environment variable AWS_ACCESS_KEY_ID");
    row("--profile does", "dev", keys, "AKDEV/dev-secret/", "CREDENTIALS, profile dev");
    row("empty access key is none", "", "AWS_ACCESS_KEY_ID= AWS_PROFILE=dev", "AKDEV/dev-secret/",
        "CREDENTIALS, profile dev");
    row("default of the config file", "", "", "AKCONFIGDEFAULT/config-default-secret/",
        "CONFIG, profile default");
    row("config file", "inconfig", "", "AKCONFIG/config-secret/config-token", "CONFIG, profile inconfig");
    row("old token name", "old", "", "AKOLD/old-secret/old-token", "CREDENTIALS, profile old");
    row("credentials file before a process", "processtoo", "", "AKTOO/too-secret/",
        "CREDENTIALS, profile processtoo");
}

void TestCredentialChain::finds() {
    QFETCH(QByteArray, profile);
    QFETCH(QByteArray, environment);
    QFETCH(QByteArray, keys);
    QFETCH(QByteArray, source);
    AwsHome home(configText, credentialsText);
    home.set(environment.toStdString());
    auto found = resolve(home, profile);
    QVERIFY2(found.has_value(), found ? "" : found.error().detail.c_str());
    const std::string actual = found->accessKeyId + "/" + std::string(found->secretKey.text()) + "/" +
                               std::string(found->sessionToken.text());
    QCOMPARE(QByteArray::fromStdString(actual), keys);
    QCOMPARE(QByteArray::fromStdString(found->source)
                 .replace(QByteArray::fromStdString(home.file("config")), "CONFIG")
                 .replace(QByteArray::fromStdString(home.file("credentials")), "CREDENTIALS"),
             source);
}

void TestCredentialChain::refuses_data() {
    QTest::addColumn<QByteArray>("profile");
    QTest::addColumn<QByteArray>("environment");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("sentence");
    const auto row = [](const char *title, const char *profile, const char *environment, ErrorCode code,
                        const char *sentence) {
        QTest::newRow(title) << QByteArray(profile) << QByteArray(environment)
                             << QByteArray(errorCodeName(code).data()) << QByteArray(sentence);
    };
    row("none", "nokeys", "", ErrorCode::NoCredentials,
        "Unable to locate credentials. You can configure credentials by running \"aws configure\".");
    row("half in the environment", "", "AWS_ACCESS_KEY_ID=AK", ErrorCode::Configuration,
        "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY");
    row("half in the credentials file", "partial", "", ErrorCode::Configuration,
        "Partial credentials found in shared-credentials-file, missing: aws_secret_access_key");
    row("half in the config file", "partialconfig", "", ErrorCode::Configuration,
        "Partial credentials found in config-file, missing: aws_secret_access_key");
    row("expired in the environment", "",
        "AWS_ACCESS_KEY_ID=AK AWS_SECRET_ACCESS_KEY=s AWS_CREDENTIAL_EXPIRATION=2020-01-01T00:00:00Z",
        ErrorCode::ExpiredToken,
        "Credentials were refreshed, but the refreshed credentials are still expired.");
    row("bad expiration", "", "AWS_ACCESS_KEY_ID=AK AWS_SECRET_ACCESS_KEY=s AWS_CREDENTIAL_EXPIRATION=soon",
        ErrorCode::Configuration, "AWS_CREDENTIAL_EXPIRATION is no ISO 8601 time");
    const auto fetched = [&](const char *profile, const char *source) {
        const QByteArray sentence = QByteArray("to be fetched from ") + source;
        row(profile, profile, "", ErrorCode::Configuration, sentence.constData());
    };
    fetched("role", "role arn:aws:iam::111122223333:role/r of profile role, with CREDENTIALS, profile dev");
    fetched("web", "role arn:aws:iam::111122223333:role/r with the web identity of CONFIG, profile web");
    fetched("sso", "IAM Identity Center, role R in account 111122223333, profile sso");
    fetched("process", "credential_process of CONFIG, profile process");
    row("login", "login", "", ErrorCode::Configuration,
        "profile login gets its credentials from a login session (login_session), which Keyturn cannot read: "
        "use IAM Identity Center, access keys, or credential_process = aws configure export-credentials "
        "--format process");
    row("container", "", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/x AWS_PROFILE=nokeys",
        ErrorCode::NoCredentials,
        "Unable to locate credentials. You can configure credentials by running \"aws configure\". "
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set, but Keyturn never asks container or instance "
        "services.");
}

void TestCredentialChain::refuses() {
    QFETCH(QByteArray, profile);
    QFETCH(QByteArray, environment);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, sentence);
    AwsHome home(configText, credentialsText);
    home.set(environment.toStdString());
    auto found = resolve(home, profile);
    QVERIFY(!found);
    QCOMPARE(QByteArray(errorCodeName(found.error().code).data()), code);
    QCOMPARE(QByteArray::fromStdString(found.error().detail)
                 .replace(QByteArray::fromStdString(home.file("config")), "CONFIG")
                 .replace(QByteArray::fromStdString(home.file("credentials")), "CREDENTIALS"),
             sentence);
}

void TestCredentialChain::fixedCredentialsExpire() {
    Credentials credentials;
    credentials.accessKeyId = "AK";
    credentials.secretKey = SecretBytes::copyOf("s");
    credentials.expiration = now();
    credentials.source = "a test";
    const auto source = fixedCredentials(std::move(credentials));
    auto before = source->current(now() - std::chrono::seconds(1));
    QVERIFY(before.has_value());
    QCOMPARE((*before)->accessKeyId, std::string("AK"));
    auto after = source->current(now());
    QCOMPARE(after.error().code, ErrorCode::ExpiredToken);
    QCOMPARE(after.error().detail,
             std::string("the credentials from a test expired at 2026-11-22T04:17:00Z"));
}

QTEST_GUILESS_MAIN(TestCredentialChain)
#include "tst_credential_chain.moc"
