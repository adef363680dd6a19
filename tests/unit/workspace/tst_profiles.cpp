// SPDX-License-Identifier: Apache-2.0
// Profiles: what is refused, what a file may hold, and that nothing is lost when writing fails.
#include "base/atomic_file.h"
#include "workspace/profile_store.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace keyturn;
using namespace keyturn::workspace;

namespace {

Profile endpointProfile(std::string name) {
    Profile profile;
    profile.id = newProfileId();
    profile.name = std::move(name);
    profile.region = "eu-central-1";
    return profile;
}

/// JSON written with single quotes, for moc stumbles over raw strings.
QByteArray json(const char *text) {
    return QByteArray(text).replace('\'', '"');
}

} // namespace

class TestProfiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_path = std::filesystem::path(m_dir.path().toStdString()) / "deep" / "profiles.json"; }
    void cleanup() { std::filesystem::remove_all(m_path.parent_path()); }

    void aMissingFileIsAnEmptyStore() {
        const auto store = ProfileStore::load(m_path);
        QVERIFY(store.has_value());
        QVERIFY(store->profiles().empty());
        QVERIFY(!std::filesystem::exists(m_path));
    }

    void whatIsAddedIsReadBack() {
        auto store = ProfileStore::load(m_path);
        Profile remote = endpointProfile("Payments production");
        remote.environment = Environment::Production;
        remote.environmentLabel = "live";
        remote.safety = SafetyLevel::WrappedOnly;
        remote.shortestDeletionDays = 14;
        remote.callsPerSecond = 20;
        remote.service = EndpointService::Qkms;
        remote.origin = ProfileOrigin::AwsImport;
        remote.endpointUrl = "https://qkms.quilibrium.com/";
        remote.caBundle = "/etc/ssl/own.pem";
        remote.credentialSource = CredentialSource::AwsProfile;
        remote.awsProfile = "pay";
        QVERIFY(store->add(remote).has_value());
        Profile local;
        local.id = newProfileId();
        local.name = "Laptop";
        local.kind = ProfileKind::Vault;
        local.vaultFile = "/srv/keys/laptop.keyturn";
        local.environment = Environment::Local;
        QVERIFY(store->add(local).has_value());

        const auto again = ProfileStore::load(m_path);
        QVERIFY(again.has_value());
        QCOMPARE(again->profiles().size(), std::size_t(2));
        QVERIFY(*again->find("Payments production") == remote);
        QVERIFY(*again->find("Laptop") == local);
    }

    void theFileIsForItsOwnerOnly() {
        auto store = ProfileStore::load(m_path);
        QVERIFY(store->add(endpointProfile("a")).has_value());
        struct stat facts {};
        QCOMPARE(::stat(m_path.c_str(), &facts), 0);
        QCOMPARE(facts.st_mode & 0777, 0600U);
    }

    void renamingKeepsTheId() {
        auto store = ProfileStore::load(m_path);
        Profile profile = endpointProfile("before");
        QVERIFY(store->add(profile).has_value());
        profile.name = "after";
        QVERIFY(store->replace(profile).has_value());
        QVERIFY(store->find("before") == nullptr);
        QCOMPARE(store->find("after")->id, profile.id);
    }

    void aNameIsTakenOnce() {
        auto store = ProfileStore::load(m_path);
        QVERIFY(store->add(endpointProfile("a")).has_value());
        QVERIFY(store->add(endpointProfile("b")).has_value());
        const auto twice = store->add(endpointProfile("a"));
        QVERIFY(!twice.has_value());
        QCOMPARE(twice.error().code, ErrorCode::Usage);
        Profile renamed = *store->find("b");
        renamed.name = "a";
        QVERIFY(!store->replace(renamed).has_value());
        QCOMPARE(store->profiles().size(), std::size_t(2));
    }

    void removingWhatIsNotThereIsAnError() {
        auto store = ProfileStore::load(m_path);
        const auto removed = store->remove("ghost");
        QVERIFY(!removed.has_value());
        QCOMPARE(removed.error().code, ErrorCode::ProfileNotFound);
    }

    void faultsNameTheirMember_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("named");
        const QByteArray good =
            json("'id':'1','name':'n','kind':'endpoint','region':'us-east-1','environment':'staging'");
        const auto file = [](const QByteArray &members) -> QByteArray {
            return (json("{'version':1,'profiles':[{")) + members + "}]}";
        };
        QTest::newRow("no JSON") << QByteArray("profiles = none") << QByteArray("no profile file");
        QTest::newRow("newer") << (json("{'version':3,'profiles':[]}")) << QByteArray("newer version");
        QTest::newRow("no list") << (json("{'version':1,'profiles':{}}")) << QByteArray("\"profiles\"");
        QTest::newRow("no id") << file(json("'name':'n'")) << QByteArray("id is missing");
        QTest::newRow("kind") << file(QByteArray(good).replace("endpoint", "cloud"))
                              << QByteArray("kind takes one of: vault, endpoint");
        QTest::newRow("environment") << file(QByteArray(good).replace("staging", "prod"))
                                     << QByteArray("environment takes one of");
        QTest::newRow("flag") << file(good + json(",'readOnly':'yes'"))
                              << QByteArray("readOnly must be true or false");
        QTest::newRow("region") << file(QByteArray(good).replace("us-east-1", ""))
                                << QByteArray("region is missing");
        QTest::newRow("url") << file(good + json(",'endpoint':'ftp://x'"))
                             << QByteArray("endpoint must start with");
        const auto newer = [](const QByteArray &members) -> QByteArray {
            return json("{'version':2,'profiles':[{'id':'1','name':'n','region':'us-east-1',") + members +
                   "}]}";
        };
        QTest::newRow("Region with a blank") << file(QByteArray(good).replace("us-east-1", "x y"))
                                             << QByteArray("region must be a Region name");
        QTest::newRow("Region as a host") << file(QByteArray(good).replace("us-east-1", "evil.example/"))
                                          << QByteArray("region must be a Region name");
        QTest::newRow("unknown member") << newer(json("'colour':'red'")) << QByteArray("colour is no member");
        QTest::newRow("unknown inside")
            << newer(json("'credentials':'role','role':{'arn':'arn:aws:iam::1:role/x',"
                          "'serial':'1'}"))
            << QByteArray("role.serial is no member");
        QTest::newRow("old member in a newer file")
            << newer(json("'readOnly':true")) << QByteArray("readOnly is no member");
        QTest::newRow("repeated member") << newer(json("'safety':'read-only','safety':'normal'"))
                                         << QByteArray("\"safety\" stands there twice");
        QTest::newRow("safety") << newer(json("'safety':'none'"))
                                << QByteArray("safety takes one of: normal");
        QTest::newRow("service") << newer(json("'service':'gcp'")) << QByteArray("service takes one of: aws");
        QTest::newRow("deletion window")
            << newer(json("'shortestDeletionDays':6")) << QByteArray("shortestDeletionDays must be 7 to 30");
        QTest::newRow("deletion window as text") << newer(json("'shortestDeletionDays':'9'"))
                                                 << QByteArray("shortestDeletionDays must be a whole");
        QTest::newRow("rate") << newer(json("'callsPerSecond':0"))
                              << QByteArray("callsPerSecond must be 1 to");
        QTest::newRow("custom without URL")
            << newer(json("'service':'custom'")) << QByteArray("endpoint is missing");
        QTest::newRow("fips with a URL")
            << newer(json("'service':'custom','endpoint':'https://k.example','fips':true"))
            << QByteArray("fips and dualStack");
        QTest::newRow("process without command")
            << newer(json("'credentials':'process'")) << QByteArray("credentialProcess must hold");
        QTest::newRow("sso without account")
            << newer(json(
                   "'credentials':'sso','sso':{'startUrl':'https://a.example/start','region':'us-east-1',"
                   "'accountId':'12','roleName':'r'}"))
            << QByteArray("sso.accountId must have 12 digits");
        QTest::newRow("role without ARN") << newer(json("'credentials':'role','role':{'base':'keychain'}"))
                                          << QByteArray("role.arn is missing");
        QTest::newRow("role on a role")
            << newer(json(
                   "'credentials':'role','role':{'arn':'arn:aws:iam::111122223333:role/x','base':'sso'}"))
            << QByteArray("role.base takes one of");
        QTest::newRow("relative CA bundle")
            << newer(json("'caBundle':'own.pem'")) << QByteArray("caBundle must be an absolute path");
        QTest::newRow("relative vault")
            << file(json("'id':'1','name':'n','kind':'vault','vaultFile':'a.keyturn'"))
            << QByteArray("vaultFile must be an absolute path");
        QTest::newRow("twice") << (json("{'version':1,'profiles':[{")) + good + "},{" + good + "}]}"
                               << QByteArray("two profiles");
    }
    void faultsNameTheirMember() {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, named);
        write(content);
        const auto store = ProfileStore::load(m_path);
        QVERIFY(!store.has_value());
        QCOMPARE(store.error().code, ErrorCode::Configuration);
        QVERIFY2(store.error().detail.find(named.toStdString()) != std::string::npos,
                 store.error().detail.c_str());
        QVERIFY(store.error().detail.find(m_path.string()) == 0);
        const auto untouched = readFile(m_path, 1 << 20);
        QCOMPARE(QByteArray(asText(*untouched).data(), qsizetype(untouched->size())), content);
    }

    void filesOfTheFirstVersionAreRead() {
        write(json(
            "{'version':1,'profiles':["
            "{'id':'1','name':'a','kind':'endpoint','environment':'production','readOnly':true,"
            "'region':'us-east-1','endpoint':'','credentials':'aws-profile','awsProfile':'p','caBundle':''},"
            "{'id':'2','name':'b','kind':'endpoint','environment':'production','readOnly':false,"
            "'region':'us-east-1','endpoint':'http://127.0.0.1:9','credentials':'keychain','awsProfile':'',"
            "'caBundle':''},"
            "{'id':'3','name':'v','kind':'vault','environment':'local','readOnly':false,"
            "'vaultFile':'/srv/v'}]}"));
        auto store = ProfileStore::load(m_path);
        QVERIFY2(store.has_value(), store ? "" : store.error().detail.c_str());
        QCOMPARE(store->find("a")->safety, SafetyLevel::ReadOnly);
        QCOMPARE(store->find("a")->service, EndpointService::Aws);
        // A profile behaves as it did before: only new ones get the care that their environment suggests.
        QCOMPARE(store->find("b")->safety, SafetyLevel::Normal);
        QCOMPARE(store->find("b")->service, EndpointService::Custom);
        QCOMPARE(store->find("v")->vaultFile, std::filesystem::path("/srv/v"));
        QVERIFY(store->remove("a").has_value());
        const auto content = readFile(m_path, 1 << 20);
        QVERIFY2(asText(*content).find("\"version\": 2") != std::string_view::npos,
                 "an older program must refuse what it would take for a profile without rules");
    }

    void everySourceOfCredentialsIsReadBack() {
        auto store = ProfileStore::load(m_path);
        Profile sso = endpointProfile("sso");
        sso.credentialSource = CredentialSource::Sso;
        sso.sso = {"https://example.awsapps.com/start", "us-east-1", "111122223333", "Keys"};
        sso.fips = sso.dualStack = true;
        Profile role = endpointProfile("role");
        role.credentialSource = CredentialSource::Role;
        role.role = {"arn:aws:iam::111122223333:role/Keys",
                     "ext",
                     "arn:aws:iam::111122223333:mfa/me",
                     "me",
                     900,
                     CredentialSource::Process};
        role.credentialProcess = "/usr/bin/keys --now";
        QVERIFY(store->addAll({sso, role}).has_value());
        const auto again = ProfileStore::load(m_path);
        QVERIFY2(again.has_value(), again ? "" : again.error().detail.c_str());
        QVERIFY(*again->find("sso") == sso);
        QVERIFY(*again->find("role") == role);
    }

    void severalAreAddedTogetherOrNotAtAll() {
        auto store = ProfileStore::load(m_path);
        QVERIFY(!store->addAll({endpointProfile("a"), endpointProfile("a")}).has_value());
        QVERIFY(store->profiles().empty());
        QVERIFY(!std::filesystem::exists(m_path));
    }

    void servicesHaveTheirEndpoints() {
        Profile profile = endpointProfile("p");
        QCOMPARE(*endpointUrlOf(profile), std::string("https://kms.eu-central-1.amazonaws.com"));
        profile.fips = profile.dualStack = true;
        QCOMPARE(*endpointUrlOf(profile), std::string("https://kms-fips.eu-central-1.api.aws"));
        profile = endpointProfile("q");
        profile.service = EndpointService::Qkms;
        QCOMPARE(*endpointUrlOf(profile), std::string("https://qkms.quilibrium.com/"));
        profile.endpointUrl = "https://other.example/";
        QCOMPARE(*endpointUrlOf(profile), std::string("https://other.example/"));
    }

    void newProfilesAreCarefulInProduction() {
        QCOMPARE(defaultSafety(Environment::Production), SafetyLevel::ConfirmAndType);
        QCOMPARE(defaultSafety(Environment::Development), SafetyLevel::Normal);
    }

    void badNamesAreRefused_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("empty") << QString();
        QTest::newRow("blank at the end") << QStringLiteral("a ");
        QTest::newRow("slash") << QStringLiteral("a/b");
        QTest::newRow("line feed") << QStringLiteral("a\nb");
        QTest::newRow("too long") << QString(65, u'n');
    }
    void badNamesAreRefused() {
        QFETCH(QString, name);
        auto store = ProfileStore::load(m_path);
        QVERIFY(!store->add(endpointProfile(name.toStdString())).has_value());
        QVERIFY(!std::filesystem::exists(m_path));
    }

private:
    void write(const QByteArray &content) {
        std::filesystem::create_directories(m_path.parent_path());
        QVERIFY(writeFileAtomically(m_path, asBytes({content.constData(), std::size_t(content.size())}), {})
                    .has_value());
    }

    QTemporaryDir m_dir;
    std::filesystem::path m_path;
};

QTEST_GUILESS_MAIN(TestProfiles)
#include "tst_profiles.moc"
