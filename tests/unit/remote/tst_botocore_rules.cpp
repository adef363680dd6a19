// SPDX-License-Identifier: Apache-2.0
// Our rules against those of the botocore that is installed, which writes the expected rows when the test
// runs: endpoints of all its Regions, delays, retry quota and adaptive rate number for number, proxies of the
// environment.
#include "remote/adaptive_rate.h"
#include "remote/endpoint_rules.h"
#include "remote/proxy_rules.h"
#include "remote/retry_rules.h"

#include <QObject>
#include <QProcess>
#include <QTest>

#include <cmath>
#include <map>
#include <set>

using namespace keyturn;
using namespace keyturn::remote;

namespace {

const QString debiansPython = QStringLiteral("/usr/bin/python3"); // with Debian's botocore
const QString newerPython = QStringLiteral("python3");            // perhaps another, with a newer one

/// The lines that a script beside this file prints.
QList<QByteArray> linesOf(const QString &script, const QByteArray &input = {},
                          const QString &python = debiansPython) {
    QProcess process;
    process.start(python,
                  {QStringLiteral("-I"), QStringLiteral(KEYTURN_SOURCE_DIR "/tests/unit/remote/") + script});
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000) || process.exitCode() != 0) {
        qWarning("%s", process.readAllStandardError().constData());
        return {};
    }
    QList<QByteArray> lines = process.readAllStandardOutput().split('\n');
    lines.removeAll(QByteArray());
    return lines;
}

bool isNear(double a, double b) {
    return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

credentials::Environment environmentOf(const std::map<std::string, std::string> &variables) {
    return [&variables](const std::string &name) -> std::optional<std::string_view> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional<std::string_view>(found->second);
    };
}

struct ProxyRow {
    const char *url;
    std::vector<const char *> variables;
};

const std::vector<ProxyRow> &proxyRows() {
    static const std::vector<ProxyRow> rows = {
        {"https://kms.eu-west-1.amazonaws.com/", {}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=http://upper:1"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"https_proxy=http://lower:2"}},
        {"https://kms.eu-west-1.amazonaws.com/",
         {"HTTPS_PROXY=http://upper:1", "https_proxy=http://lower:2"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=http://upper:1", "https_proxy="}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY="}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTP_PROXY=http://plain:3"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"ALL_PROXY=http://all:4"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=proxy.corp:3128"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=//proxy.corp:3128"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=http://u:p@h:1", "NO_PROXY="}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=*"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=*,a"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=amazonaws.com"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=.amazonaws.com"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=AmazonAWS.com"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=zonaws.com"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=a.b, amazonaws.com"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=,,a"}},
        {"https://kms.eu-west-1.amazonaws.com/",
         {"HTTPS_PROXY=http://h:1", "NO_PROXY=amazonaws.com", "no_proxy=other.example"}},
        {"https://kms.eu-west-1.amazonaws.com/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=a", "no_proxy="}},
        {"https://kms.example:8443/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=kms.example"}},
        {"https://kms.example:8443/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=kms.example:8443"}},
        {"https://kms.example:8443/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=kms.example:443"}},
        {"https://kms.example:8443/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=example:8443"}},
        {"https://kms.example:8443/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=..example"}},
        {"https://KMS.Example/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=kms.example"}},
        {"https://10.1.2.3/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=10.0.0.0/8"}},
        {"https://10.1.2.3/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=10.1.2.3"}},
        {"https://kms.example/", {"HTTPS_PROXY=http://h:1", "NO_PROXY=*.example"}},
    };
    return rows;
}

} // namespace

class TestBotocoreRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void endpoints();
    void delays();
    void quota();
    void adaptiveRate();
    void proxies();

private:
    /// Rows of one kind from botocore_retries.py, without the kind.
    QList<QList<QByteArray>> retryRows(const QByteArray &kind);
    QList<QByteArray> m_retryLines;
};

QList<QList<QByteArray>> TestBotocoreRules::retryRows(const QByteArray &kind) {
    if (m_retryLines.isEmpty()) {
        m_retryLines = linesOf(QStringLiteral("botocore_retries.py"));
    }
    QList<QList<QByteArray>> rows;
    for (const QByteArray &line : m_retryLines) {
        QList<QByteArray> words = line.split(' ');
        if (words.takeFirst() == kind) {
            rows.append(words);
        }
    }
    return rows;
}

void TestBotocoreRules::endpoints() {
    QList<QByteArray> lines = linesOf(QStringLiteral("botocore_endpoints.py"));
    QVERIFY2(lines.size() >= 150, "botocore lists fewer Regions than it ever did");
    lines += linesOf(QStringLiteral("botocore_endpoints.py"), {}, newerPython);
    std::set<std::string> partitions;
    for (const QByteArray &line : lines) {
        const QList<QByteArray> row = line.split('\t');
        QCOMPARE(row.size(), 5);
        auto found = kmsEndpoint(row[0].toStdString(), {row[1] == "1", row[2] == "1"});
        QVERIFY2(found.has_value(), line.constData());
        const std::string told = line.toStdString() + " but found " + found->url + " " + found->partition;
        QVERIFY2(found->url == row[3].toStdString() && found->partition == row[4].toStdString(),
                 told.c_str());
        partitions.insert(found->partition);
    }
    std::printf("%d endpoints of %zu partitions are as botocore has them\n", int(lines.size()),
                partitions.size());
    QVERIFY(partitions.size() >= 5);
}

void TestBotocoreRules::delays() {
    const auto rows = retryRows("delay");
    QCOMPARE(rows.size(), 25);
    for (const QList<QByteArray> &row : rows) {
        const double expected = std::floor(row[2].toDouble() * 1000 + 1e-6);
        QCOMPARE(double(retryDelay(row[0].toInt() - 1, row[1].toDouble()).count()), expected);
    }
}

void TestBotocoreRules::quota() {
    const auto rows = retryRows("quota");
    QCOMPARE(rows.size(), 600);
    RetryQuota quota;
    bool ranDry = false;
    for (const QList<QByteArray> &row : rows) {
        if (row[0] == "error" || row[0] == "timeout") {
            ranDry = !quota.take({true, row[0] == "timeout"}) || ranDry;
        } else {
            quota.giveBack(row[0] == "success" ? 0 : row[0] == "recovered" ? 5 : 10);
        }
        QCOMPARE(quota.left(), row[1].toInt());
    }
    QVERIFY(ranDry);
}

void TestBotocoreRules::adaptiveRate() {
    std::optional<AdaptiveRate> rate;
    int rows = 0;
    int waits = 0;
    retryRows("rate");
    for (const QByteArray &line : std::as_const(m_retryLines)) {
        const QList<QByteArray> row = line.split(' ');
        if (row[0] == "start") {
            rate.emplace(row[1].toDouble());
        } else if (row[0] == "rate") {
            const double now = row[1].toDouble();
            rate->answered(row[2] == "1", now);
            const double wait = rate->waitToSend(now);
            if (rate->limit()) {
                QVERIFY2(isNear(*rate->limit(), row[3].toDouble()), line.constData());
            }
            QVERIFY2(isNear(wait, row[4].toDouble()), line.constData());
            ++rows;
            waits += wait > 0 ? 1 : 0;
        }
    }
    QCOMPARE(rows, 1200);
    QVERIFY(waits > 100);
    std::printf("%d adaptive steps are as botocore has them, %d of them waits\n", rows, waits);
}

void TestBotocoreRules::proxies() {
    QByteArray input;
    for (const ProxyRow &row : proxyRows()) {
        input += row.url;
        for (const char *variable : row.variables) {
            input += QByteArray("\t") + variable;
        }
        input += '\n';
    }
    const QList<QByteArray> expected = linesOf(QStringLiteral("botocore_proxies.py"), input);
    QCOMPARE(std::size_t(expected.size()), proxyRows().size());
    for (qsizetype i = 0; i < expected.size(); ++i) {
        const ProxyRow &row = proxyRows()[std::size_t(i)];
        std::map<std::string, std::string> variables;
        for (const std::string variable : row.variables) {
            const auto equals = variable.find('=');
            variables[variable.substr(0, equals)] = variable.substr(equals + 1);
        }
        const QUrl url(QString::fromLatin1(row.url));
        auto proxy = proxyFor({ProxySource::Environment, {}, environmentOf(variables)},
                              url.host().toStdString(), std::uint16_t(url.port(0)), true);
        QVERIFY(proxy.has_value());
        const QUrl wanted = expected[i] == "-" ? QUrl() : QUrl(QString::fromLatin1(expected[i]));
        const std::string told = std::string(row.url) + ", row " + std::to_string(i);
        QVERIFY2(proxy->host == wanted.host().toStdString(), told.c_str());
        QVERIFY2(wanted.isEmpty() || int(proxy->port) == wanted.port(80), told.c_str());
    }
}

QTEST_GUILESS_MAIN(TestBotocoreRules)
#include "tst_botocore_rules.moc"
