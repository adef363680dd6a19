// SPDX-License-Identifier: Apache-2.0
// Our reader of the AWS files against botocore's own: the 80 outside seeds, and texts made of the lines that
// people write. Where both read a text without a warning of ours, every section and setting is the same;
// where botocore refuses it, we warn.
#include "fakes/vectors.h"

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "base/text.h"
#include "credentials/aws_files.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QObject>
#include <QProcess>
#include <QTest>

#include <random>

using namespace keyturn;
using namespace keyturn::credentials;

namespace {

struct Text {
    AwsFileKind kind;
    std::string content;
};

QJsonObject jsonOf(const AwsSection &section) {
    QJsonObject out;
    for (const auto &[name, value] : section.settings) {
        out[QString::fromStdString(name)] = QString::fromStdString(value);
    }
    for (const auto &[name, value] : section.secrets) {
        out[QString::fromStdString(name)] = QString::fromUtf8(value.text().data(), qsizetype(value.size()));
    }
    for (const auto &[name, inner] : section.nested) {
        QJsonObject block;
        for (const auto &[key, value] : inner) {
            block[QString::fromStdString(key)] = QString::fromStdString(value);
        }
        out[QString::fromStdString(name)] = block;
    }
    return out;
}

QJsonObject jsonOf(const std::map<std::string, AwsSection> &sections) {
    QJsonObject out;
    for (const auto &[name, section] : sections) {
        out[QString::fromStdString(name)] = jsonOf(section);
    }
    return out;
}

QJsonObject jsonOf(const ParsedAwsFile &file) {
    return {{QStringLiteral("profiles"), jsonOf(file.profiles)},
            {QStringLiteral("sso_sessions"), jsonOf(file.ssoSessions)},
            {QStringLiteral("services"), jsonOf(file.services)}};
}

std::vector<Text> seeds() {
    std::vector<Text> out;
    auto content = readFile(test::vectorPath("config/aws-profile-fuzz-seeds.jsonl"), 4 * 1024 * 1024);
    for (const std::string_view line :
         content ? split(asText(*content), '\n') : std::vector<std::string_view>()) {
        const auto start = line.find("\"b64\": \"");
        if (start != std::string_view::npos) {
            auto seed = fromBase64(line.substr(start + 8, line.rfind('"') - start - 8));
            const auto kind = line.find("credentials") != std::string_view::npos ? AwsFileKind::Credentials
                                                                                 : AwsFileKind::Config;
            out.push_back({kind, std::string(asText(*seed))});
        }
    }
    return out;
}

/// Lines that people write, '@' between.
constexpr std::string_view someLines =
    "[default]@[profile a]@[profile \"a b\"]@[sso-session s]@[services v]@[a]@[plugins]@[ default ]@[profile "
    " a2]@"
    "[profile 'q']@[profile]@[profile a b c]@[a] # c@[a] x@[a@region = eu-west-1@Region=EU@output: json@"
    "role_arn = arn:aws:iam::1:role/x=y@credential_process = /bin/x \"a b\" # c@endpoint_url = "
    "http://h/#frag@"
    "region = a # b@region = a ; b@region = a#b@empty =@kms =@  endpoint_url = http://k@\tx = y@    y: z@  "
    "more@"
    "  # c@# comment@; comment@@   @noequals@= novalue@aws_access_key_id = AK@aws_secret_access_key = a/b+c=@"
    "aws_session_token = t@duration_seconds = 900@key with blank = 1@percent = %(x)s@quoted = \"v\"@"
    "\xef\xbb\xbf[default]@uml = \xc3\xa4@bad = \xff";

std::vector<Text> made(int count) {
    const std::vector<std::string_view> lines = split(someLines, '@');
    std::mt19937 random(20261122);
    std::vector<Text> out;
    for (int i = 0; i < count; ++i) {
        std::string content;
        const bool windows = random() % 5 == 0;
        for (auto left = random() % 10; left > 0; --left) {
            content += lines[random() % lines.size()];
            content += left == 1 && random() % 2 == 0 ? "" : windows ? "\r\n" : "\n";
        }
        out.push_back({random() % 2 == 0 ? AwsFileKind::Config : AwsFileKind::Credentials, content});
    }
    return out;
}

} // namespace

class TestAwsFilesBotocore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAsBotocore();
};

void TestAwsFilesBotocore::readsAsBotocore() {
    std::vector<Text> texts = seeds();
    const auto fromSeeds = texts.size();
    for (Text &text : made(4000)) {
        texts.push_back(std::move(text));
    }
    QByteArray input;
    for (const Text &text : texts) {
        input += text.kind == AwsFileKind::Config ? "config " : "credentials ";
        input += text.content.empty() ? "-" : QByteArray::fromStdString(text.content).toHex();
        input += "\n";
    }
    QProcess python;
    python.start(QStringLiteral("/usr/bin/python3"),
                 {QStringLiteral(KEYTURN_SOURCE_DIR "/tests/unit/credentials/botocore_parse.py")});
    QVERIFY2(python.waitForStarted(), "Debian's Python is not installed (package python3)");
    python.write(input);
    python.closeWriteChannel();
    QVERIFY(python.waitForFinished(110'000));
    QVERIFY2(python.exitCode() == 0, python.readAllStandardError().constData());
    const QList<QByteArray> theirs = python.readAllStandardOutput().trimmed().split('\n');
    QCOMPARE(theirs.size(), qsizetype(texts.size() + 1));
    int equal = 0;
    int warned = 0;
    int refused = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const ParsedAwsFile ours = parseAwsFile(texts[i].content, texts[i].kind, "file");
        const QJsonDocument their = QJsonDocument::fromJson(theirs[qsizetype(i + 1)]);
        const std::string shown = toHex(asBytes(texts[i].content)) + " " + texts[i].content;
        if (theirs[qsizetype(i + 1)] == "null") {
            QVERIFY2(!ours.warnings.empty(), shown.c_str());
            ++refused;
        } else if (jsonOf(ours) != their.object()) {
            QVERIFY2(!ours.warnings.empty(),
                     (shown + "\nours " + QJsonDocument(jsonOf(ours)).toJson().toStdString() + "\ntheirs " +
                      their.toJson().toStdString())
                         .c_str());
            ++warned;
        } else {
            ++equal;
        }
    }
    qInfo("%d seeds and %d made texts: %d read as botocore %s does, %d otherwise and with a warning, %d that "
          "it "
          "refuses and we warn about",
          int(fromSeeds), int(texts.size() - fromSeeds), equal, theirs[0].constData(), warned, refused);
    QVERIFY(equal > 800);
}

QTEST_GUILESS_MAIN(TestAwsFilesBotocore)
#include "tst_aws_files_botocore.moc"
