// SPDX-License-Identifier: Apache-2.0
// Profile, Region, endpoint and CA bundle: who wins, and what is said about it. Sentences and order as the
// AWS CLI v2 has them.
#include "aws_home.h"

#include "credentials/settings.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::credentials;
using keyturn::test::AwsHome;

namespace {

constexpr const char *configText = R"([default]
region = eu-default-1
[profile dev]
region = eu-dev-1
endpoint_url = https://profile.example
ca_bundle = /ca/profile.pem
max_attempts = 5
[profile served]
region = eu-served-1
services = local
endpoint_url = https://profile.example
[profile noregion]
output = json
[profile emptyregion]
region =
[profile ignoring]
endpoint_url = https://profile.example
ignore_configured_endpoint_urls = true
[profile fips]
use_fips_endpoint = TRUE
[profile dual]
use_dualstack_endpoint = true
[services local]
kms =
  endpoint_url = https://services.example
)";

QByteArray show(const std::optional<Sourced> &value, const AwsHome &home) {
    if (!value) {
        return "<none>";
    }
    QByteArray text = QByteArray::fromStdString(value->value + " by " + value->source);
    return text.replace(QByteArray::fromStdString(home.file("config")), "CONFIG");
}

/// "--profile=dev --region=x" into what the command line would say.
ExplicitSettings explicitFrom(const QByteArray &words) {
    ExplicitSettings out;
    for (const QByteArray &word : words.split(' ')) {
        const std::string value = word.mid(word.indexOf('=') + 1).toStdString();
        if (word.startsWith("--profile=")) {
            out.profile = value;
        } else if (word.startsWith("--region=")) {
            out.region = value;
        } else if (word.startsWith("--endpoint-url=")) {
            out.endpointUrl = value;
        } else if (word.startsWith("--ca-bundle=")) {
            out.caBundle = value;
        }
    }
    return out;
}

} // namespace

class TestCredentialSettings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void resolves_data();
    void resolves();
    void refuses_data();
    void refuses();
    void missingRegionNamesTheFix();
    void maxAttempts();
};

void TestCredentialSettings::resolves_data() {
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<QByteArray>("environment");
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *title, const char *given, const char *environment, const char *what,
                        const char *expected) {
        QTest::newRow(title) << QByteArray(given) << QByteArray(environment) << QByteArray(what)
                             << QByteArray(expected);
    };
    row("profile: default", "", "", "profile", "default by default");
    row("profile: AWS_PROFILE", "", "AWS_PROFILE=dev", "profile", "dev by AWS_PROFILE");
    row("profile: AWS_DEFAULT_PROFILE", "", "AWS_DEFAULT_PROFILE=dev", "profile",
        "dev by AWS_DEFAULT_PROFILE");
    row("profile: AWS_PROFILE before AWS_DEFAULT_PROFILE", "", "AWS_PROFILE=dev AWS_DEFAULT_PROFILE=served",
        "profile", "dev by AWS_PROFILE");
    row("profile: option first", "--profile=served", "AWS_PROFILE=dev", "profile", "served by --profile");
    row("region: none", "--profile=noregion", "", "region", "<none>");
    row("region: profile", "", "", "region", "eu-default-1 by CONFIG, profile default");
    row("region: other profile", "--profile=dev", "", "region", "eu-dev-1 by CONFIG, profile dev");
    row("region: AWS_DEFAULT_REGION", "", "AWS_DEFAULT_REGION=us-b-1", "region",
        "us-b-1 by AWS_DEFAULT_REGION");
    row("region: AWS_REGION first", "", "AWS_REGION=us-a-1 AWS_DEFAULT_REGION=us-b-1", "region",
        "us-a-1 by AWS_REGION");
    row("region: option first", "--region=us-c-1", "AWS_REGION=us-a-1", "region", "us-c-1 by --region");
    row("region: empty in a profile is none", "--profile=emptyregion", "", "region", "<none>");
    row("endpoint: none", "", "", "endpoint", "<none>");
    row("endpoint: profile", "--profile=dev", "", "endpoint",
        "https://profile.example by CONFIG, profile dev");
    row("endpoint: services before profile", "--profile=served", "", "endpoint",
        "https://services.example by CONFIG, services local, kms");
    row("endpoint: AWS_ENDPOINT_URL before services", "--profile=served",
        "AWS_ENDPOINT_URL=https://all.example", "endpoint", "https://all.example by AWS_ENDPOINT_URL");
    row("endpoint: AWS_ENDPOINT_URL_KMS before that", "--profile=served",
        "AWS_ENDPOINT_URL=https://all.example AWS_ENDPOINT_URL_KMS=https://kms.example", "endpoint",
        "https://kms.example by AWS_ENDPOINT_URL_KMS");
    row("endpoint: option first", "--endpoint-url=https://option.example",
        "AWS_ENDPOINT_URL_KMS=https://kms.example", "endpoint", "https://option.example by --endpoint-url");
    row("endpoint: ignored by the environment", "--profile=dev", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true",
        "endpoint", "<none>");
    row("endpoint: ignored by the profile, environment too", "--profile=ignoring",
        "AWS_ENDPOINT_URL=https://all.example", "endpoint", "<none>");
    row("endpoint: the option is never ignored", "--profile=ignoring --endpoint-url=https://option.example",
        "", "endpoint", "https://option.example by --endpoint-url");
    row("endpoint: empty variable is none", "", "AWS_ENDPOINT_URL=", "endpoint", "<none>");
    row("CA: profile", "--profile=dev", "", "ca", "/ca/profile.pem by CONFIG, profile dev");
    row("CA: environment", "--profile=dev", "AWS_CA_BUNDLE=/ca/env.pem", "ca",
        "/ca/env.pem by AWS_CA_BUNDLE");
    row("CA: option", "--ca-bundle=/ca/o.pem", "AWS_CA_BUNDLE=/ca/env.pem", "ca", "/ca/o.pem by --ca-bundle");
    row("FIPS", "--profile=fips", "", "fips", "1");
    row("no FIPS", "", "AWS_USE_FIPS_ENDPOINT=false", "fips", "0");
    row("dual stack", "", "AWS_USE_DUALSTACK_ENDPOINT=true", "dualstack", "1");
}

void TestCredentialSettings::resolves() {
    QFETCH(QByteArray, given);
    QFETCH(QByteArray, environment);
    QFETCH(QByteArray, what);
    QFETCH(QByteArray, expected);
    AwsHome home(configText);
    home.set(environment.toStdString());
    auto files = AwsFiles::load(home.environment());
    auto settings = resolveSettings(explicitFrom(given), home.environment(), *files);
    QVERIFY2(settings.has_value(), settings ? "" : settings.error().detail.c_str());
    QByteArray actual;
    if (what == "profile") {
        actual = show(settings->profile, home);
        QCOMPARE(settings->profileIsExplicit, given.contains("--profile="));
    } else if (what == "region") {
        actual = show(settings->region, home);
    } else if (what == "endpoint") {
        actual = show(settings->endpointUrl, home);
    } else if (what == "ca") {
        actual = show(settings->caBundle, home);
    } else {
        actual = QByteArray::number(int(what == "fips" ? settings->useFips : settings->useDualStack));
    }
    QCOMPARE(actual, expected);
}

void TestCredentialSettings::refuses_data() {
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<QByteArray>("environment");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("sentence");
    const auto row = [](const char *title, const char *given, const char *environment, ErrorCode code,
                        const char *sentence) {
        QTest::newRow(title) << QByteArray(given) << QByteArray(environment)
                             << QByteArray(errorCodeName(code).data()) << QByteArray(sentence);
    };
    row("no such profile", "--profile=nope", "", ErrorCode::ProfileNotFound,
        "The config profile (nope) could not be found");
    row("no such profile by environment", "", "AWS_PROFILE=nope", ErrorCode::ProfileNotFound,
        "The config profile (nope) could not be found");
    row("empty AWS_PROFILE", "", "AWS_PROFILE=", ErrorCode::ProfileNotFound,
        "The config profile () could not be found");
    row("region with an underscore", "--region=a_b", "", ErrorCode::Configuration,
        "Provided region_name 'a_b' doesn't match a supported format.");
    row("region with a slash", "--region=a/b", "", ErrorCode::Configuration,
        "Provided region_name 'a/b' doesn't match a supported format.");
    row("region that ends in a dash", "--region=a-", "", ErrorCode::Configuration,
        "Provided region_name 'a-' doesn't match a supported format.");
    row("empty region variable", "", "AWS_REGION=", ErrorCode::Configuration,
        "the Region from AWS_REGION is empty");
    row("FIPS and endpoint", "--profile=fips --endpoint-url=https://x", "", ErrorCode::Configuration,
        "Invalid Configuration: FIPS and custom endpoint are not supported");
    row("dual stack and endpoint", "--profile=dual --endpoint-url=https://x", "", ErrorCode::Configuration,
        "Invalid Configuration: Dualstack and custom endpoint are not supported");
    row("attempts no number", "", "AWS_MAX_ATTEMPTS=many", ErrorCode::Configuration,
        "the number of attempts from AWS_MAX_ATTEMPTS is no number of at least 1");
    row("no attempts", "", "AWS_MAX_ATTEMPTS=0", ErrorCode::Configuration,
        "the number of attempts from AWS_MAX_ATTEMPTS is no number of at least 1");
}

void TestCredentialSettings::refuses() {
    QFETCH(QByteArray, given);
    QFETCH(QByteArray, environment);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, sentence);
    AwsHome home(configText);
    home.set(environment.toStdString());
    auto files = AwsFiles::load(home.environment());
    auto settings = resolveSettings(explicitFrom(given), home.environment(), *files);
    QVERIFY(!settings);
    QCOMPARE(QByteArray(errorCodeName(settings.error().code).data()), code);
    QCOMPARE(QByteArray::fromStdString(settings.error().detail), sentence);
}

void TestCredentialSettings::missingRegionNamesTheFix() {
    AwsHome home;
    auto files = AwsFiles::load(home.environment());
    auto settings = resolveSettings({}, home.environment(), *files);
    QVERIFY(settings.has_value());
    auto region = settings->requireRegion();
    QCOMPARE(region.error().code, ErrorCode::NoRegion);
    QCOMPARE(region.error().detail,
             std::string("You must specify a region. You can also configure your region "
                         "by running \"aws configure\"."));
}

void TestCredentialSettings::maxAttempts() {
    AwsHome home(configText);
    auto files = AwsFiles::load(home.environment());
    QVERIFY(!resolveSettings({}, home.environment(), *files)->maxAttempts);
    QCOMPARE(*resolveSettings(explicitFrom("--profile=dev"), home.environment(), *files)->maxAttempts, 5);
    home.set("AWS_MAX_ATTEMPTS=2");
    QCOMPARE(*resolveSettings(explicitFrom("--profile=dev"), home.environment(), *files)->maxAttempts, 2);
}

QTEST_GUILESS_MAIN(TestCredentialSettings)
#include "tst_credential_settings.moc"
