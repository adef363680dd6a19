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
        remote.readOnly = true;
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
        QTest::newRow("newer") << (json("{'version':2,'profiles':[]}")) << QByteArray("newer version");
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
        QTest::newRow("relative vault")
            << file(json("'id':'1','name':'n','kind':'vault','vaultFile':'a.keyturn'"))
            << QByteArray("vaultFile must be an absolute path");
        QTest::newRow("twice") << (json("{'version':1,'profiles':[{")) + good + "},{" + good + "}]}"
                               << QByteArray("two profiles");
    }
    void faultsNameTheirMember() {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, named);
        std::filesystem::create_directories(m_path.parent_path());
        QVERIFY(writeFileAtomically(m_path, asBytes({content.constData(), std::size_t(content.size())}), {})
                    .has_value());
        const auto store = ProfileStore::load(m_path);
        QVERIFY(!store.has_value());
        QCOMPARE(store.error().code, ErrorCode::Configuration);
        QVERIFY2(store.error().detail.find(named.toStdString()) != std::string::npos,
                 store.error().detail.c_str());
        QVERIFY(store.error().detail.find(m_path.string()) == 0);
        const auto untouched = readFile(m_path, 1 << 20);
        QCOMPARE(QByteArray(asText(*untouched).data(), qsizetype(untouched->size())), content);
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
    QTemporaryDir m_dir;
    std::filesystem::path m_path;
};

QTEST_GUILESS_MAIN(TestProfiles)
#include "tst_profiles.moc"
