// SPDX-License-Identifier: Apache-2.0
// Profiles from the AWS files, for other people, and from them: nothing secret travels, nothing is
// overwritten.
#include "base/atomic_file.h"
#include "workspace/profile_exchange.h"

#include <QTemporaryDir>
#include <QTest>

using namespace keyturn;
using namespace keyturn::workspace;

namespace {

constexpr const char *marker = "MARKERsecret";

bool mentions(const std::vector<std::string> &texts, std::string_view part) {
    return std::ranges::any_of(texts,
                               [&](const std::string &text) { return text.find(part) != std::string::npos; });
}

Profile shared(std::string name) {
    Profile profile;
    profile.id = newProfileId();
    profile.name = std::move(name);
    profile.region = "eu-central-1";
    profile.safety = SafetyLevel::WrappedOnly;
    profile.environment = Environment::Production;
    return profile;
}

} // namespace

class TestExchange : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_path = std::filesystem::path(m_dir->path().toStdString());
        qputenv("AWS_CONFIG_FILE", (m_path / "config").c_str());
        qputenv("AWS_SHARED_CREDENTIALS_FILE", (m_path / "credentials").c_str());
    }
    void cleanup() {
        qunsetenv("AWS_CONFIG_FILE");
        qunsetenv("AWS_SHARED_CREDENTIALS_FILE");
    }

    void everyAwsProfileBecomesOne() {
        write("config",
              "[default]\nregion = eu-west-1\n"
              "[profile prod-keys]\nregion = eu-central-1\nrole_arn = arn:aws:iam::111122223333:role/K\n"
              "source_profile = base\nuse_fips_endpoint = true\n"
              "[profile tool]\nregion = us-east-2\ncredential_process = /opt/keys --token MARKERsecret\n"
              "[profile local]\nendpoint_url = http://127.0.0.1:4566\nca_bundle = /etc/own.pem\n"
              "[profile through]\nregion = us-east-1\nrole_arn = arn:aws:iam::111122223333:role/T\n"
              "source_profile = tool\n"
              "[profile machine]\nregion = us-east-1\nrole_arn = arn:aws:iam::111122223333:role/T\n"
              "credential_source = Ec2InstanceMetadata\n");
        write("credentials", "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = MARKERsecret\n");
        // What is set for this run only belongs in no stored profile.
        qputenv("AWS_REGION", "ap-south-1");
        qputenv("AWS_ENDPOINT_URL", "https://stray.example");
        const auto preview = previewAwsImport(m_store);
        qunsetenv("AWS_REGION");
        qunsetenv("AWS_ENDPOINT_URL");
        QVERIFY2(preview.has_value(), preview ? "" : preview.error().detail.c_str());
        QCOMPARE(preview->rows.size(), std::size_t(7));
        const ImportRow &prod = row(*preview, "prod-keys");
        QCOMPARE(prod.profile.credentialSource, CredentialSource::AwsProfile);
        QCOMPARE(prod.profile.awsProfile, std::string("prod-keys"));
        QCOMPARE(prod.profile.region, std::string("eu-central-1"));
        QCOMPARE(prod.profile.environment, Environment::Production);
        QCOMPARE(prod.profile.safety, SafetyLevel::ConfirmAndType);
        QCOMPARE(prod.profile.origin, ProfileOrigin::AwsImport);
        QVERIFY(prod.profile.fips);
        QVERIFY(prod.profile.endpointUrl.empty());
        const ImportRow &tool = row(*preview, "tool");
        QCOMPARE(tool.command, std::string("/opt/keys --token MARKERsecret"));
        QVERIFY(mentions(tool.warnings, "runs a program"));
        QCOMPARE(row(*preview, "through").command, tool.command);
        QVERIFY(row(*preview, "prod-keys").command.empty());
        const ImportRow &local = row(*preview, "local");
        QCOMPARE(local.profile.service, EndpointService::Custom);
        QCOMPARE(local.profile.region, std::string("us-east-1"));
        QVERIFY(mentions(local.warnings, "names no Region"));
        QVERIFY(mentions(local.warnings, "http://127.0.0.1:4566"));
        QVERIFY(mentions(local.warnings, "/etc/own.pem"));
        QVERIFY(mentions(row(*preview, "machine").warnings, "cannot connect"));
        QCOMPARE(row(*preview, "default").profile.region, std::string("eu-west-1"));
        for (const ImportRow &each : preview->rows) {
            QVERIFY(validateProfile(each.profile).has_value());
        }
    }

    void nothingSecretIsCopied() {
        write("config",
              "[profile tool]\nregion = us-east-2\ncredential_process = /opt/keys --token MARKERsecret\n");
        write("credentials", "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = MARKERsecret\n"
                             "aws_session_token = MARKERsecret\n");
        auto store = ProfileStore::load(m_path / "profiles.json");
        const auto preview = previewAwsImport(*store);
        QVERIFY(importProfiles(*store, preview->rows).has_value());
        QCOMPARE(store->profiles().size(), std::size_t(2));
        const auto file = readFile(m_path / "profiles.json", 1 << 20);
        QVERIFY(asText(*file).find(marker) == std::string_view::npos);
        QVERIFY(exportProfiles(store->profiles()).find(marker) == std::string::npos);
    }

    void aSecondImportFindsThemThere() {
        write("config", "[profile a]\nregion = us-east-1\n[profile b]\nregion = us-east-1\n");
        auto store = ProfileStore::load(m_path / "profiles.json");
        QVERIFY(importProfiles(*store, previewAwsImport(*store)->rows).has_value());
        auto again = previewAwsImport(*store);
        QVERIFY(again->rows[0].alreadyThere && again->rows[1].alreadyThere);
        QVERIFY(importProfiles(*store, again->rows).has_value());
        QCOMPARE(store->profiles().size(), std::size_t(2));
        // One that was changed since is another profile, under a name of its own.
        Profile changed = *store->find("a");
        changed.region = "eu-west-3";
        QVERIFY(store->replace(changed).has_value());
        again = previewAwsImport(*store);
        QVERIFY(!again->rows[0].alreadyThere);
        QCOMPARE(again->rows[0].profile.name, std::string("a (2)"));
        QVERIFY(mentions(again->rows[0].warnings, "is taken"));
    }

    void doubtfulLinesAndProfilesAreWarnings() {
        write("config",
              "[profile ok]\nregion = us-east-1\n[profile bad]\nregion = x y\n[profile ok]\nregion = z\n");
        const auto preview = previewAwsImport(m_store);
        QVERIFY(preview.has_value());
        QVERIFY(mentions(preview->warnings, "bad cannot be imported"));
        QVERIFY(mentions(preview->warnings, "line "));
        QCOMPARE(preview->rows.size(), std::size_t(1));
    }

    void noFilesAreNoProfiles() {
        const auto preview = previewAwsImport(m_store);
        QVERIFY(preview.has_value());
        QVERIFY(preview->rows.empty());
    }

    void whatIsSharedArrivesWithoutIdsAndSecrets() {
        Profile role = shared("Role");
        role.credentialSource = CredentialSource::Role;
        role.role = {
            "arn:aws:iam::111122223333:role/Keys", "ext", "", "", std::nullopt, CredentialSource::Process};
        role.credentialProcess = "/usr/bin/keys";
        role.shortestDeletionDays = 20;
        role.callsPerSecond = 7;
        role.environmentLabel = "live";
        Profile custom = shared("Custom");
        custom.service = EndpointService::Custom;
        custom.endpointUrl = "https://kms.example";
        const std::array profiles{role, custom};
        const std::string text = exportProfiles(profiles);
        QVERIFY(text.find(role.id) == std::string::npos);
        const auto preview = previewSharedProfiles(text, m_store);
        QVERIFY2(preview.has_value(), preview ? "" : preview.error().detail.c_str());
        const ImportRow &arrived = row(*preview, "Role");
        QVERIFY(arrived.profile.id != role.id);
        QCOMPARE(arrived.profile.origin, ProfileOrigin::Shared);
        QCOMPARE(arrived.command, std::string("/usr/bin/keys"));
        Profile same = arrived.profile;
        same.id = role.id;
        same.origin = role.origin;
        QVERIFY(same == role);
        const ImportRow &other = row(*preview, "Custom");
        QVERIFY(mentions(other.warnings, "https://kms.example"));
        QVERIFY(mentions(other.warnings, "enter your own"));
    }

    void sharedFilesAreReadStrictly_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("named");
        const auto json = [](const char *text) { return QByteArray(text).replace('\'', '"'); };
        QTest::newRow("no JSON") << QByteArray("name = x") << QByteArray("no profile file");
        QTest::newRow("the store's own file")
            << json("{'version':2,'profiles':[]}") << QByteArray("keyturnProfiles");
        QTest::newRow("newer") << json("{'keyturnProfiles':9,'profiles':[]}") << QByteArray("newer version");
        QTest::newRow("unknown member")
            << json("{'keyturnProfiles':2,'profiles':[{'name':'n','region':'us-east-1','run':'rm'}]}")
            << QByteArray("run is no member");
        QTest::newRow("an id") << json(
                                      "{'keyturnProfiles':2,'profiles':[{'id':'1','name':'n','region':'x'}]}")
                               << QByteArray("id is no member");
        QTest::newRow("its own origin")
            << json("{'keyturnProfiles':2,'profiles':[{'name':'n','region':'x','origin':'own'}]}")
            << QByteArray("origin is no member");
        QTest::newRow("Region") << json("{'keyturnProfiles':2,'profiles':[{'name':'n','region':'x y'}]}")
                                << QByteArray("region must be");
        QTest::newRow("twice") << json("{'keyturnProfiles':2,'profiles':[],'profiles':[]}")
                               << QByteArray("stands there twice");
        QTest::newRow("deep") << QByteArray(2000, '[') << QByteArray("nested too deeply");
        QTest::newRow("beside") << json("{'keyturnProfiles':2,'profiles':[],'more':1}")
                                << QByteArray("more is no member");
    }
    void sharedFilesAreReadStrictly() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, named);
        write("shared.json", text.constData());
        const auto preview = previewSharedFile(m_path / "shared.json", m_store);
        QVERIFY(!preview.has_value());
        QCOMPARE(preview.error().code, ErrorCode::Configuration);
        QVERIFY2(preview.error().detail.find(named.toStdString()) != std::string::npos,
                 preview.error().detail.c_str());
    }

private:
    void write(const char *name, const char *content) {
        QVERIFY(writeFileAtomically(m_path / name, asBytes(content), {}).has_value());
    }
    static const ImportRow &row(const ImportPreview &preview, std::string_view name) {
        static const ImportRow none;
        for (const ImportRow &each : preview.rows) {
            if (each.profile.name == name) {
                return each;
            }
        }
        return none;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::filesystem::path m_path;
    ProfileStore m_store = ProfileStore::refusing("nothing is stored here");
};

QTEST_GUILESS_MAIN(TestExchange)
#include "tst_exchange.moc"
