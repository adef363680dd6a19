// SPDX-License-Identifier: Apache-2.0
// How a profile gets its credentials, from files and environment alone: roles and chains, web identity,
// Identity Center, endpoints of STS; and what is wrong with a profile, in the AWS CLI's words.
#include "aws_home.h"
#include "fake_prompts.h"

#include "credentials/credential_plan.h"
#include "credentials/partition.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::credentials;
using namespace keyturn::test;

namespace {

constexpr const char *configText = R"([default]
region = eu-central-1
[profile first]
role_arn = arn:first
source_profile = base
external_id = e
mfa_serial = m
role_session_name = n
duration_seconds = 1800
[profile second]
role_arn = arn:second
source_profile = first
duration_seconds = soon
region = eu-central-1
[profile self]
role_arn = arn:self
source_profile = self
aws_access_key_id = AKSELF
aws_secret_access_key = CANARY
[profile selfless]
role_arn = arn:self
source_profile = selfless
[profile loopa]
role_arn = arn:a
source_profile = loopb
[profile loopb]
role_arn = arn:b
source_profile = loopa
[profile both]
role_arn = arn:r
source_profile = base
credential_source = Environment
[profile neither]
role_arn = arn:r
[profile gone]
role_arn = arn:r
source_profile = nobody
[profile empty]
role_arn = arn:r
source_profile = nokeys
[profile nokeys]
region = eu-west-1
[profile fromenv]
role_arn = arn:r
credential_source = Environment
[profile fromec2]
role_arn = arn:r
credential_source = Ec2InstanceMetadata
[profile fromnowhere]
role_arn = arn:r
credential_source = Somewhere
[profile onprocess]
role_arn = arn:r
source_profile = process
[profile process]
credential_process = /bin/x --y "z # w" # not a comment
[profile web]
role_arn = arn:web
web_identity_token_file = ~/token
[profile webless]
web_identity_token_file = /token
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Role One
[profile ssolegacy]
sso_start_url = https://old.awsapps.com/start
sso_region = cn-north-1
sso_account_id = 1
sso_role_name = r
[profile ssohalf]
sso_account_id = 1
[profile ssonone]
sso_session = nobody
sso_account_id = 1
sso_role_name = r
[profile ssodiffers]
sso_session = corp
sso_region = us-east-1
sso_account_id = 1
sso_role_name = r
[sso-session corp]
sso_region = eu-central-1
sso_start_url = https://corp.awsapps.com/start
sso_registration_scopes = sso:account:access, other
)";
constexpr const char *credentialsText =
    "[base]\naws_access_key_id = AKBASE\naws_secret_access_key = CANARY\n";

Result<CredentialPlan> planOf(const AwsHome &home, const QByteArray &profile,
                              const PlanOptions &options = {}) {
    ExplicitSettings given;
    if (!profile.isEmpty()) {
        given.profile = profile.toStdString();
    }
    auto files = AwsFiles::load(home.environment());
    auto settings = resolveSettings(given, home.environment(), *files);
    if (!settings) {
        return failFrom(settings);
    }
    return planCredentials(*settings, home.environment(), *files, testNow(), options);
}

} // namespace

class TestCredentialPlan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void chain();
    void selfReference();
    void processAndWebIdentity();
    void identityCenter();
    void wrongProfiles_data();
    void wrongProfiles();
    void sts_data();
    void sts();
    void sessionKeysTellPlansApart();
    void partitions();
};

void TestCredentialPlan::chain() {
    AwsHome home(configText, credentialsText);
    auto plan = planOf(home, "second");
    QVERIFY2(plan.has_value(), plan ? "" : plan.error().detail.c_str());
    const auto &second = std::get<AssumedRole>(plan->way);
    QCOMPARE(second.roleArn, std::string("arn:second"));
    QVERIFY(!second.durationSeconds); // "soon" is no number, and left out as botocore does
    const auto &first = std::get<AssumedRole>(second.base->way);
    QCOMPARE(first.roleArn, std::string("arn:first"));
    QCOMPARE(first.externalId, std::string("e"));
    QCOMPARE(first.mfaSerial, std::string("m"));
    QCOMPARE(first.sessionName, std::string("n"));
    QCOMPARE(first.durationSeconds.value(), 1800);
    QCOMPARE(first.sts.url, std::string("https://sts.eu-central-1.amazonaws.com"));
    QCOMPARE(std::get<StaticKeys>(first.base->way).credentials.accessKeyId, std::string("AKBASE"));
    QCOMPARE(plan->source, "role arn:second of profile second, with role arn:first of profile first, with " +
                               home.file("credentials") + ", profile base");
}

void TestCredentialPlan::selfReference() {
    AwsHome home(configText, credentialsText);
    auto plan = planOf(home, "self");
    QVERIFY(plan.has_value());
    QCOMPARE(std::get<StaticKeys>(std::get<AssumedRole>(plan->way).base->way).credentials.accessKeyId,
             std::string("AKSELF"));
    home.set("AWS_ACCESS_KEY_ID=AKENV AWS_SECRET_ACCESS_KEY=s");
    auto fromEnvironment = planOf(home, "fromenv");
    QVERIFY(fromEnvironment.has_value());
    QCOMPARE(
        std::get<StaticKeys>(std::get<AssumedRole>(fromEnvironment->way).base->way).credentials.accessKeyId,
        std::string("AKENV"));
}

void TestCredentialPlan::processAndWebIdentity() {
    AwsHome home(configText, credentialsText);
    auto process = planOf(home, "onprocess", {.commandsNeedApproval = true});
    QVERIFY(process.has_value());
    const auto &command = std::get<ProcessCredentials>(std::get<AssumedRole>(process->way).base->way);
    QCOMPARE(command.command, std::string("/bin/x --y \"z # w\" # not a comment")); // as the CLI would run it
    QVERIFY(command.needsApproval);
    auto web = planOf(home, "web");
    QVERIFY(web.has_value());
    QCOMPARE(std::get<WebIdentityRole>(web->way).tokenFile, home.path() / "token");
    QCOMPARE(std::get<WebIdentityRole>(web->way).roleArn, std::string("arn:web"));
    home.set("AWS_WEB_IDENTITY_TOKEN_FILE=/t AWS_ROLE_ARN=arn:env AWS_ROLE_SESSION_NAME=me");
    auto fromEnvironment = planOf(home, "");
    QVERIFY(fromEnvironment.has_value());
    QCOMPARE(std::get<WebIdentityRole>(fromEnvironment->way).roleArn, std::string("arn:env"));
    QCOMPARE(std::get<WebIdentityRole>(fromEnvironment->way).sessionName, std::string("me"));
}

void TestCredentialPlan::identityCenter() {
    AwsHome home(configText, credentialsText);
    auto plan = planOf(home, "sso");
    QVERIFY2(plan.has_value(), plan ? "" : plan.error().detail.c_str());
    const auto &sso = std::get<SsoRole>(plan->way);
    QCOMPARE(sso.sessionName, std::string("corp"));
    QCOMPARE(sso.startUrl, std::string("https://corp.awsapps.com/start"));
    QCOMPARE(sso.oidc.url, std::string("https://oidc.eu-central-1.amazonaws.com"));
    QCOMPARE(sso.portal.url, std::string("https://portal.sso.eu-central-1.amazonaws.com"));
    QVERIFY(sso.scopes == (std::vector<std::string>{"sso:account:access", "other"}));
    // sha1("corp"), as the CLI names its file.
    QCOMPARE(sso.cliTokenFile,
             home.path() / ".aws" / "sso" / "cache" / "ee0bfd2552fbd840c02cc48b6e823320543c450f.json");
    auto legacy = planOf(home, "ssolegacy");
    QVERIFY(legacy.has_value());
    const auto &old = std::get<SsoRole>(legacy->way);
    QCOMPARE(old.oidc.url, std::string("https://oidc.cn-north-1.amazonaws.com.cn"));
    QVERIFY(old.sessionName.empty() && old.scopes.empty());
    home.set("AWS_ENDPOINT_URL_SSO_OIDC=http://127.0.0.1:1 AWS_ENDPOINT_URL_SSO=http://127.0.0.1:2");
    QCOMPARE(std::get<SsoRole>(planOf(home, "sso")->way).oidc.url, std::string("http://127.0.0.1:1"));
    QCOMPARE(std::get<SsoRole>(planOf(home, "sso")->way).portal.url, std::string("http://127.0.0.1:2"));
}

void TestCredentialPlan::wrongProfiles_data() {
    QTest::addColumn<QByteArray>("sentence");
    const auto row = [](const char *profile, const char *sentence) {
        QTest::newRow(profile) << QByteArray(sentence);
    };
    row("both", "The profile \"both\" contains both source_profile and credential_source.");
    row("neither", "Partial credentials found in assume-role, missing: source_profile or credential_source");
    row("gone", "The source_profile \"nobody\" referenced in the profile \"gone\" does not exist.");
    row("empty", "The source profile \"nokeys\" must have credentials.");
    row("selfless",
        "Infinite loop in credential configuration detected. Attempting to load from profile selfless "
        "which has already been visited. Visited profiles: ['selfless']");
    row("loopa",
        "Infinite loop in credential configuration detected. Attempting to load from profile loopa which "
        "has already been visited. Visited profiles: ['loopa', 'loopb']");
    row("fromenv", "Error when retrieving credentials from Environment: No credentials found in "
                   "credential_source referenced in profile fromenv");
    row("fromec2",
        "profile fromec2 names credential_source = Ec2InstanceMetadata, which Keyturn does not ask: it "
        "never calls instance or container services; use source_profile, credential_process or the "
        "environment");
    row("fromnowhere",
        "The credential source \"Somewhere\" referenced in profile \"fromnowhere\" is not valid.");
    row("webless", "The provided profile or the current environment is configured to assume role with web "
                   "identity but has no role ARN configured. Ensure that the profile has the role_arn"
                   "configuration set or the AWS_ROLE_ARN env var is set.");
    row("ssohalf", "The profile \"ssohalf\" is configured to use SSO but is missing required configuration: "
                   "sso_role_name, sso_start_url, sso_region");
    row("ssonone", "The specified sso-session does not exist: \"nobody\"");
    row("ssodiffers", "The value for sso_region is inconsistent between profile (us-east-1) and sso-session "
                      "(eu-central-1).");
}

void TestCredentialPlan::wrongProfiles() {
    QFETCH(QByteArray, sentence);
    const AwsHome home(configText, credentialsText);
    auto plan = planOf(home, QTest::currentDataTag());
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, ErrorCode::Configuration);
    QCOMPARE(QByteArray::fromStdString(plan.error().detail), sentence);
}

void TestCredentialPlan::sts_data() {
    QTest::addColumn<QByteArray>("environment");
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("region");
    const auto row = [](const char *environment, const char *url, const char *region) {
        QTest::newRow(environment) << QByteArray(environment) << QByteArray(url) << QByteArray(region);
    };
    row("AWS_REGION=eu-west-1", "https://sts.eu-west-1.amazonaws.com", "eu-west-1");
    row("AWS_REGION=cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn", "cn-north-1");
    row("AWS_REGION=us-gov-west-1 AWS_USE_FIPS_ENDPOINT=true", "https://sts.us-gov-west-1.amazonaws.com",
        "us-gov-west-1");
    row("AWS_REGION=us-east-2 AWS_USE_FIPS_ENDPOINT=true", "https://sts-fips.us-east-2.amazonaws.com",
        "us-east-2");
    row("AWS_REGION=fips-us-east-2", "https://sts-fips.us-east-2.amazonaws.com", "us-east-2");
    row("AWS_REGION=us-east-2 AWS_USE_DUALSTACK_ENDPOINT=true", "https://sts.us-east-2.api.aws", "us-east-2");
    row("AWS_REGION=us-isob-east-1", "https://sts.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1");
    row("AWS_REGION=eusc-de-east-1", "https://sts.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1");
    row("AWS_REGION=eu-west-1 AWS_STS_REGIONAL_ENDPOINTS=legacy", "https://sts.amazonaws.com", "us-east-1");
    row("AWS_REGION=il-central-1 AWS_STS_REGIONAL_ENDPOINTS=legacy", "https://sts.il-central-1.amazonaws.com",
        "il-central-1");
    row("AWS_REGION=eu-west-1 AWS_ENDPOINT_URL_STS=http://127.0.0.1:1", "http://127.0.0.1:1", "eu-west-1");
    row("AWS_REGION=eu-west-1 AWS_ENDPOINT_URL=http://127.0.0.1:2", "http://127.0.0.1:2", "eu-west-1");
    row("AWS_REGION=eu-west-1 AWS_ENDPOINT_URL_KMS=http://127.0.0.1:3", "https://sts.eu-west-1.amazonaws.com",
        "eu-west-1");
    row("AWS_REGION=eu-west-1 AWS_ENDPOINT_URL_STS=http://127.0.0.1:1 "
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true",
        "https://sts.eu-west-1.amazonaws.com", "eu-west-1");
    row("HOME=/nonexistent", "https://sts.amazonaws.com", "us-east-1"); // no Region anywhere
}

void TestCredentialPlan::sts() {
    QFETCH(QByteArray, environment);
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, region);
    AwsHome home(configText, credentialsText);
    home.set(environment.toStdString());
    auto files = AwsFiles::load(home.environment());
    auto settings = resolveSettings({}, home.environment(), *files);
    QVERIFY(settings.has_value());
    auto found = stsEndpoint(*settings, home.environment(), *files);
    QVERIFY(found.has_value());
    QCOMPARE(QByteArray::fromStdString(found->url), url);
    QCOMPARE(QByteArray::fromStdString(found->signingRegion), region);
}

void TestCredentialPlan::sessionKeysTellPlansApart() {
    const AwsHome home(configText, credentialsText);
    std::vector<std::string> keys;
    for (const char *profile : {"first", "second", "self", "onprocess", "web", "sso", "ssolegacy"}) {
        keys.push_back(sessionKey(planOf(home, profile).value()));
        QVERIFY(!keys.back().empty());
        QVERIFY(keys.back().find("CANARY") == std::string::npos);
        QCOMPARE(sessionKey(planOf(home, profile).value()), keys.back());
    }
    std::sort(keys.begin(), keys.end());
    QVERIFY(std::unique(keys.begin(), keys.end()) == keys.end());
    QVERIFY(sessionKey(planOf(home, "process").value()).empty());
}

void TestCredentialPlan::partitions() {
    for (const auto &[region, name] : std::map<std::string, std::string>{{"eu-west-1", "aws"},
                                                                         {"cn-north-1", "aws-cn"},
                                                                         {"us-gov-east-1", "aws-us-gov"},
                                                                         {"us-iso-east-1", "aws-iso"},
                                                                         {"us-isob-east-1", "aws-iso-b"},
                                                                         {"eu-isoe-west-1", "aws-iso-e"},
                                                                         {"us-isof-south-1", "aws-iso-f"},
                                                                         {"eusc-de-east-1", "aws-eusc"},
                                                                         {"xx-unknown-9", "aws"}}) {
        QCOMPARE(std::string(partitionOf(region).name), name);
    }
    QVERIFY(!isHostLabel("eu-west-1.evil.example.com") && !isHostLabel("") && !isHostLabel("-a"));
}

QTEST_GUILESS_MAIN(TestCredentialPlan)
#include "tst_credential_plan.moc"
