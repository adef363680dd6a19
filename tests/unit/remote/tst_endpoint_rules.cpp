// SPDX-License-Identifier: Apache-2.0
// Where KMS answers in every partition, and which endpoint URLs are taken.
#include "remote/endpoint_rules.h"
#include "remote/endpoint_url.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::remote;

class TestEndpointRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hosts_data();
    void hosts();
    void refusesRegionsThatAreNoLabel_data();
    void refusesRegionsThatAreNoLabel();
    void ownUrls_data();
    void ownUrls();
    void partitions();
    void urls_data();
    void urls();
};

void TestEndpointRules::hosts_data() {
    QTest::addColumn<QByteArray>("region");
    QTest::addColumn<bool>("fips");
    QTest::addColumn<bool>("dualStack");
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("partition");
    const auto row = [](const char *region, bool fips, bool dualStack, const char *url,
                        const char *partition) {
        QTest::newRow(url) << QByteArray(region) << fips << dualStack << QByteArray(url)
                           << QByteArray(partition);
    };
    row("us-east-1", false, false, "https://kms.us-east-1.amazonaws.com", "aws");
    row("eu-central-1", true, false, "https://kms-fips.eu-central-1.amazonaws.com", "aws");
    row("eu-central-1", false, true, "https://kms.eu-central-1.api.aws", "aws");
    row("ap-southeast-2", true, true, "https://kms-fips.ap-southeast-2.api.aws", "aws");
    row("mx-central-1", false, false, "https://kms.mx-central-1.amazonaws.com", "aws");
    row("xx-unknown-9", false, false, "https://kms.xx-unknown-9.amazonaws.com", "aws");
    row("cn-northwest-1", false, false, "https://kms.cn-northwest-1.amazonaws.com.cn", "aws-cn");
    row("cn-north-1", false, true, "https://kms.cn-north-1.api.amazonwebservices.com.cn", "aws-cn");
    row("us-gov-west-1", false, false, "https://kms.us-gov-west-1.amazonaws.com", "aws-us-gov");
    row("us-gov-east-1", true, true, "https://kms-fips.us-gov-east-1.api.aws", "aws-us-gov");
    row("eusc-de-east-1", false, false, "https://kms.eusc-de-east-1.amazonaws.eu", "aws-eusc");
    row("eusc-de-east-1", false, true, "https://kms.eusc-de-east-1.api.amazonwebservices.eu", "aws-eusc");
    row("us-iso-east-1", false, false, "https://kms.us-iso-east-1.c2s.ic.gov", "aws-iso");
    row("us-iso-west-1", false, true, "https://kms.us-iso-west-1.api.aws.ic.gov", "aws-iso");
    row("us-isob-east-1", false, false, "https://kms.us-isob-east-1.sc2s.sgov.gov", "aws-iso-b");
    row("us-isob-east-1", false, true, "https://kms.us-isob-east-1.api.aws.scloud", "aws-iso-b");
    row("eu-isoe-west-1", false, false, "https://kms.eu-isoe-west-1.cloud.adc-e.uk", "aws-iso-e");
    row("eu-isoe-west-1", false, true, "https://kms.eu-isoe-west-1.api.cloud-aws.adc-e.uk", "aws-iso-e");
    row("us-isof-south-1", false, false, "https://kms.us-isof-south-1.csp.hci.ic.gov", "aws-iso-f");
    row("us-isof-south-1", true, true, "https://kms-fips.us-isof-south-1.api.aws.hci.ic.gov", "aws-iso-f");
    row("fips-us-east-2", false, false, "https://kms-fips.us-east-2.amazonaws.com", "aws");
    row("us-west-2-fips", false, false, "https://kms-fips.us-west-2.amazonaws.com", "aws");
}

void TestEndpointRules::hosts() {
    QFETCH(QByteArray, region);
    QFETCH(bool, fips);
    QFETCH(bool, dualStack);
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, partition);
    auto endpoint = kmsEndpoint(region.toStdString(), {fips, dualStack});
    QVERIFY(endpoint.has_value());
    QCOMPARE(QByteArray::fromStdString(endpoint->url), url);
    QCOMPARE(QByteArray::fromStdString(endpoint->partition), partition);
    QVERIFY(url.toStdString().find("." + endpoint->signingRegion + ".") != std::string::npos);
    QVERIFY(endpoint->signingRegion.find("fips") == std::string::npos);
    QVERIFY(parseEndpoint(endpoint->url).has_value());
}

void TestEndpointRules::refusesRegionsThatAreNoLabel_data() {
    QTest::addColumn<QByteArray>("region");
    for (const char *region :
         {"", "a.b", "evil.example/", "us_east_1", "-us", "us-", "us east", "us@x", "fips-"}) {
        QTest::newRow(*region != '\0' ? region : "empty") << QByteArray(region);
    }
}

void TestEndpointRules::refusesRegionsThatAreNoLabel() {
    QFETCH(QByteArray, region);
    auto endpoint = kmsEndpoint(region.toStdString());
    QVERIFY(!endpoint);
    QCOMPARE(endpoint.error().code, ErrorCode::Configuration);
}

void TestEndpointRules::ownUrls_data() {
    QTest::addColumn<QByteArray>("region");
    QTest::addColumn<bool>("fips");
    QTest::addColumn<bool>("dualStack");
    QTest::addColumn<QByteArray>("says"); // empty: it is taken
    QTest::newRow("plain") << QByteArray("eu-central-1") << false << false << QByteArray();
    QTest::newRow("FIPS") << QByteArray("eu-central-1") << true << false << QByteArray("FIPS and");
    QTest::newRow("dual stack") << QByteArray("eu-central-1") << false << true
                                << QByteArray("dual stack and");
    QTest::newRow("both") << QByteArray("eu-central-1") << true << true << QByteArray("FIPS and");
    QTest::newRow("FIPS by the Region")
        << QByteArray("fips-us-east-1") << false << false << QByteArray("FIPS and");
}

void TestEndpointRules::ownUrls() {
    QFETCH(QByteArray, region);
    QFETCH(bool, fips);
    QFETCH(bool, dualStack);
    QFETCH(QByteArray, says);
    auto endpoint = customEndpoint("https://kms.example:8443/x", region.toStdString(), {fips, dualStack});
    QCOMPARE(endpoint.has_value(), says.isEmpty());
    if (endpoint) {
        QCOMPARE(endpoint->url, std::string("https://kms.example:8443/x"));
        QCOMPARE(endpoint->signingRegion, region.toStdString());
    } else {
        QCOMPARE(endpoint.error().code, ErrorCode::Configuration);
        QVERIFY(QByteArray::fromStdString(endpoint.error().detail).startsWith(says));
    }
}

void TestEndpointRules::partitions() {
    QCOMPARE(awsPartitions().size(), std::size_t(8));
    for (const AwsPartition &partition : awsPartitions()) {
        QCOMPARE(partitionOf(partition.implicitRegion).name, partition.name);
        QCOMPARE(partitionOf(std::string(partition.name) + "-global").name, partition.name);
    }
}

void TestEndpointRules::urls_data() {
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("outcome"); // "host path", or the error
    const auto row = [](const char *url, const char *outcome) {
        QTest::newRow(url) << QByteArray(url) << QByteArray(outcome);
    };
    row("https://kms.eu-west-1.amazonaws.com", "kms.eu-west-1.amazonaws.com /");
    row("https://KMS.Example:443/", "kms.example /");
    row("https://kms.example:8443/tenant%20one/x", "kms.example:8443 /tenant%20one/x");
    row("http://127.0.0.1:4599", "127.0.0.1:4599 /");
    row("http://127.9.8.7:1/", "127.9.8.7:1 /");
    row("http://[::1]:4599/", "[::1]:4599 /");
    row("http://localhost:80/", "localhost /");
    row("http://kms.example/", "InsecureEndpoint");
    row("http://localhost.example/", "InsecureEndpoint");
    row("http://127.0.0.1.example/", "InsecureEndpoint");
    row("http://10.0.0.1:4599/", "InsecureEndpoint");
    row("http://[::2]/", "InsecureEndpoint");
    row("http://0.0.0.0:4599/", "InsecureEndpoint");
    row("foo", "Configuration");
    row("", "Configuration");
    row("https://", "Configuration");
    row("ftp://127.0.0.1/", "Configuration");
    row("https://user@kms.example/", "Configuration");
    row("https://127.0.0.1@kms.example/", "Configuration");
    row("https://kms.example/?a=b", "Configuration");
    row("https://kms.example/#a", "Configuration");
    row("https://kms example/", "Configuration");
}

void TestEndpointRules::urls() {
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, outcome);
    auto target = parseEndpoint(url.toStdString());
    const std::string actual =
        target ? target->hostHeader + " " + target->path : std::string(errorCodeName(target.error().code));
    QCOMPARE(QByteArray::fromStdString(actual), outcome);
}

QTEST_GUILESS_MAIN(TestEndpointRules)
#include "tst_endpoint_rules.moc"
