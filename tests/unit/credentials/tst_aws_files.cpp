// SPDX-License-Identifier: Apache-2.0
// The reader of the AWS files: our rows, and 80 outside seeds that must neither crash it nor leak a value.
#include "aws_home.h"

#include "fakes/vectors.h"

#include "base/encoding.h"
#include "base/text.h"
#include "credentials/aws_files.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::credentials;
using keyturn::test::AwsHome;

namespace {

ParsedAwsFile config(const QByteArray &text) {
    return parseAwsFile(std::string_view(text.constData(), std::size_t(text.size())), AwsFileKind::Config,
                        "config");
}

/// A setting as text; secrets and nested ones too ("s3.max").
QByteArray valueOf(const ParsedAwsFile &file, const std::string &profile, const std::string &name) {
    const auto found = file.profiles.find(profile);
    if (found == file.profiles.end()) {
        return "<no profile>";
    }
    if (const auto dot = name.find('.'); dot != std::string::npos) {
        const auto block = found->second.nested.find(name.substr(0, dot));
        if (block == found->second.nested.end() || !block->second.contains(name.substr(dot + 1))) {
            return "<none>";
        }
        return QByteArray::fromStdString(block->second.at(name.substr(dot + 1)));
    }
    if (const SecretBytes *secret = found->second.findSecret(name)) {
        return QByteArray(secret->text().data(), qsizetype(secret->size()));
    }
    const std::string *value = found->second.find(name);
    return value != nullptr ? QByteArray::fromStdString(*value) : "<none>";
}

} // namespace

class TestAwsFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void sectionKinds();
    void credentialsFileNames();
    void secretsAreNoSettings();
    void warningsQuoteNoValue();
    void seedsDoNoHarm();
    void filesAreFoundAndMerged();
    void missingFilesAreNoError();
    void unreadableFilesAre();
};

void TestAwsFiles::reads_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("warnings");
    const auto row = [](const char *title, const char *text, const char *name, const char *value,
                        int warnings) {
        QTest::newRow(title) << QByteArray(text) << QByteArray(name) << QByteArray(value) << warnings;
    };
    row("plain", "[default]\nregion = eu-west-1\n", "region", "eu-west-1", 0);
    row("colon", "[default]\nregion: eu-west-1\n", "region", "eu-west-1", 0);
    row("equals in the value", "[default]\nendpoint_url = http://h?a=b\n", "endpoint_url", "http://h?a=b", 0);
    row("keys ignore case", "[default]\nREGION = x\n", "region", "x", 0);
    row("CRLF", "[default]\r\nregion = x\r\n", "region", "x", 0);
    row("no newline at the end", "[default]\nregion = x", "region", "x", 0);
    row("percent is literal", "[default]\nregion = %(x)s\n", "region", "%(x)s", 0);
    row("comment lines", "# a\n[default]\n; b\nregion = x\n  # c\n", "region", "x", 0);
    row("hash inside a value", "[default]\nregion = a#b\n", "region", "a#b", 0);
    row("comment after a value", "[default]\nregion = x # y\n", "region", "x", 1);
    row("semicolon after a value", "[default]\nregion = x\t;y\n", "region", "x", 1);
    row("value that is a comment", "[default]\nregion = # y\n", "region", "", 1);
    row("comment after the header", "[default] # hello\nregion = x\n", "region", "x", 0);
    row("text after the header", "[default] hello\nregion = x\n", "region", "x", 1);
    row("last duplicate wins", "[default]\nregion = x\nregion = y\n", "region", "y", 1);
    row("duplicate section", "[default]\nregion = x\n[default]\noutput = y\n", "region", "x", 1);
    row("byte order mark", "\xef\xbb\xbf[default]\nregion = x\n", "region", "x", 1);
    row("nested", "[default]\ns3 =\n  max = 3\nregion = x\n", "s3.max", "3", 0);
    row("after nested", "[default]\ns3 =\n  max = 3\nregion = x\n", "region", "x", 0);
    row("nested without delimiter", "[default]\ns3 =\n  bad\nregion = x\n", "region", "x", 1);
    row("continued value", "[default]\nregion = a\n  b\n", "region", "a\nb", 1);
    row("indented first setting", "[default]\n  region = x\n", "region", "x", 0);
    row("setting without delimiter", "[default]\nregion\noutput = x\n", "output", "x", 1);
    row("setting without a name", "[default]\n= x\noutput = x\n", "output", "x", 1);
    row("setting before any section", "region = x\n[default]\noutput = x\n", "region", "<none>", 1);
    row("header without a bracket", "[default\nregion = x\n", "region", "<no profile>", 1);
    row("profile default", "[profile default]\nregion = x\n", "region", "x", 0);
    row("no UTF-8", "[default]\nregion = \xff\noutput = x\n", "output", "x", 1);
    row("empty value", "[default]\nregion =\n", "region", "", 0);
    row("empty", "", "region", "<no profile>", 0);
}

void TestAwsFiles::reads() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(int, warnings);
    const ParsedAwsFile parsed = config(text);
    QCOMPARE(valueOf(parsed, "default", name.toStdString()), value);
    QCOMPARE(int(parsed.warnings.size()), warnings);
    for (const FileWarning &warning : parsed.warnings) {
        QVERIFY(warning.line >= 1);
        QCOMPARE(warning.file, std::string("config"));
    }
}

void TestAwsFiles::sectionKinds() {
    const ParsedAwsFile parsed =
        config("[profile dev]\na=1\n[profile \"with blank\"]\na=2\n[ profile\tx ]\na=3\n"
               "[sso-session s]\na=4\n[services local]\nkms =\n  endpoint_url = u\n"
               "[bare]\na=5\n[plugins]\na=6\n");
    QCOMPARE(valueOf(parsed, "dev", "a"), QByteArray("1"));
    QCOMPARE(valueOf(parsed, "with blank", "a"), QByteArray("2"));
    QCOMPARE(valueOf(parsed, "x", "a"), QByteArray("3"));
    QCOMPARE(valueOf(parsed, "bare", "a"), QByteArray("<no profile>"));
    QVERIFY(parsed.ssoSessions.contains("s"));
    QCOMPARE(parsed.services.at("local").nested.at("kms").at("endpoint_url"), std::string("u"));
    QCOMPARE(int(parsed.warnings.size()), 2); // [ profile x ] and [bare]
}

void TestAwsFiles::credentialsFileNames() {
    const ParsedAwsFile parsed = parseAwsFile("[dev]\na=1\n[profile x]\na=2\n[two words]\na=3\n",
                                              AwsFileKind::Credentials, "credentials");
    QCOMPARE(valueOf(parsed, "dev", "a"), QByteArray("1"));
    QCOMPARE(valueOf(parsed, "profile x", "a"), QByteArray("2"));
    QCOMPARE(valueOf(parsed, "x", "a"), QByteArray("<no profile>"));
    QCOMPARE(valueOf(parsed, "two words", "a"), QByteArray("3"));
    QCOMPARE(int(parsed.warnings.size()), 1);
}

void TestAwsFiles::secretsAreNoSettings() {
    const ParsedAwsFile parsed =
        config("[default]\naws_access_key_id=AK\naws_secret_access_key=SECRET\naws_session_token=TOKEN\n"
               "my_password=PW\n");
    const AwsSection &section = parsed.profiles.at("default");
    QCOMPARE(section.settings.size(), std::size_t(1));
    QCOMPARE(section.secrets.size(), std::size_t(3));
    QCOMPARE(section.findSecret("aws_secret_access_key")->text(), std::string_view("SECRET"));
}

void TestAwsFiles::warningsQuoteNoValue() {
    const ParsedAwsFile parsed =
        config("CANARY = CANARY\n[default]\naws_secret_access_key = x CANARY # CANARY\n  CANARY\n"
               "aws_secret_access_key = CANARY\nCANARY\n= CANARY\n[CANARY\nCANARY\n");
    QVERIFY(parsed.warnings.size() >= 6);
    for (const FileWarning &warning : parsed.warnings) {
        QVERIFY2(warning.text.find("CANARY") == std::string::npos, warning.text.c_str());
    }
}

void TestAwsFiles::seedsDoNoHarm() {
    const char *seeds = "config/aws-profile-fuzz-seeds.jsonl";
    auto content = readFile(test::vectorPath(seeds), 4 * 1024 * 1024);
    if (!content) {
        QSKIP(test::vectorsMissing(seeds).c_str());
    }
    int count = 0;
    int profiles = 0;
    for (const std::string_view line : split(asText(*content), '\n')) {
        const auto start = line.find("\"b64\": \"");
        if (start == std::string_view::npos) {
            continue;
        }
        const std::string_view base64 = line.substr(start + 8, line.rfind('"') - start - 8);
        auto seed = fromBase64(base64);
        QVERIFY(seed.has_value());
        ++count;
        for (const AwsFileKind kind : {AwsFileKind::Config, AwsFileKind::Credentials}) {
            const ParsedAwsFile parsed = parseAwsFile(asText(*seed), kind, "seed");
            profiles += int(parsed.profiles.size());
            // Every cut of a seed too: parsers fail at ends.
            for (std::size_t size = 0; size < seed->size(); ++size) {
                parseAwsFile(asText(ByteView(*seed).first(size)), kind, "seed");
            }
        }
    }
    QCOMPARE(count, 80);
    QVERIFY(profiles > 40);
    qInfo("%d seeds, %d profiles found in them", count, profiles);
}

void TestAwsFiles::filesAreFoundAndMerged() {
    AwsHome home("[default]\nregion = from-config\noutput = text\n",
                 "[default]\nregion = from-credentials\n[only]\na = 1\n");
    auto files = AwsFiles::load(home.environment());
    QVERIFY(files.has_value());
    std::string file;
    QCOMPARE(*files->setting("default", "region", &file), std::string("from-credentials"));
    QCOMPARE(file, home.file("credentials"));
    QCOMPARE(*files->setting("default", "output", &file), std::string("text"));
    QCOMPARE(file, home.file("config"));
    QVERIFY(files->setting("default", "absent") == nullptr);
    QVERIFY(files->profileNames() == (std::vector<std::string>{"default", "only"}));

    home.write("elsewhere", "[default]\noutput = moved\n");
    home.set("AWS_CONFIG_FILE=~/.aws/elsewhere AWS_SHARED_CREDENTIALS_FILE=" + home.file("none"));
    auto moved = AwsFiles::load(home.environment());
    QVERIFY(moved.has_value());
    QCOMPARE(*moved->setting("default", "output"), std::string("moved"));
    QVERIFY(!moved->hasProfile("only"));
}

void TestAwsFiles::missingFilesAreNoError() {
    const AwsHome home;
    auto files = AwsFiles::load(home.environment());
    QVERIFY(files.has_value());
    QVERIFY(files->profileNames().empty());
    QVERIFY(files->warnings().empty());
}

void TestAwsFiles::unreadableFilesAre() {
    AwsHome home;
    std::filesystem::create_directory(home.file("config"));
    QCOMPARE(AwsFiles::load(home.environment()).error().code, ErrorCode::FileNotRegular);
}

QTEST_GUILESS_MAIN(TestAwsFiles)
#include "tst_aws_files.moc"
