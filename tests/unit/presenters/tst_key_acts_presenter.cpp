// SPDX-License-Identifier: Apache-2.0
// One act, one call, one outcome, and the catalog knows of it.
#include "unit/presenters/desk.h"

#include "kms/operations/create_key.h"
#include "ui/models/key_choices.h"
#include "ui/presenters/key_acts_presenter.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace keyturn;
using namespace keyturn::test;
using keyturn::ui::KeyActsPresenter;

class TestKeyActsPresenter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_desk = std::make_unique<Desk>();
        m_key = m_desk->addKey("alias/app");
        m_desk->reload();
        m_acts = std::make_unique<KeyActsPresenter>(m_desk->context());
        m_outcome.reset();
    }
    void cleanup() {
        m_acts.reset();
        m_desk.reset();
    }

    void statesChangeAndTheCatalogFollows() {
        QSignalSpy changed(m_acts.get(), &KeyActsPresenter::keyChanged);
        m_acts->disable(m_key, done());
        QVERIFY(succeeded());
        QTRY_COMPARE(stateOf(m_key), "Disabled");
        m_acts->enable(m_key, done());
        QVERIFY(succeeded());
        QTRY_COMPARE(stateOf(m_key), "Enabled");
        m_acts->scheduleDeletion(m_key, 7, done());
        QVERIFY(succeeded());
        QTRY_COMPARE(stateOf(m_key), "PendingDeletion");
        QCOMPARE(changed.size(), 3);
    }

    void cancellingADeletionEnablesInOneAct() {
        m_desk->scheduleDeletion(m_key);
        m_acts->cancelDeletion(m_key, done());
        QVERIFY(succeeded());
        QTRY_COMPARE(stateOf(m_key), "Disabled"); // as AWS leaves it
        m_desk->scheduleDeletion(m_key);
        m_acts->cancelDeletionAndEnable(m_key, done());
        QVERIFY(succeeded());
        QTRY_COMPARE(stateOf(m_key), "Enabled");
    }

    void aRefusedActLeavesTheCatalogAlone() {
        QSignalSpy changed(m_acts.get(), &KeyActsPresenter::keyChanged);
        m_acts->cancelDeletion(m_key, done());
        QVERIFY(QTest::qWaitFor([this] { return m_outcome.has_value(); }));
        QCOMPARE(*m_outcome, "KMSInvalidStateException");
        QCOMPARE(changed.size(), 0);
        QVERIFY(!m_acts->isBusy());
    }

    void everyUsageThatIsOfferedIsTaken_data() {
        QTest::addColumn<QString>("spec");
        for (const char *spec : {"SYMMETRIC_DEFAULT", "RSA_2048", "ECC_NIST_P256", "ECC_NIST_P384",
                                 "ECC_NIST_P521", "ECC_NIST_EDWARDS25519", "ECC_SECG_P256K1", "SM2",
                                 "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"}) {
            QTest::newRow(spec) << QString::fromLatin1(spec);
        }
    }
    void everyUsageThatIsOfferedIsTaken() {
        QFETCH(QString, spec);
        const std::string keySpec = spec.toStdString();
        const auto usages = ui::usagesOfSpec(keySpec);
        for (const char *usage : {"ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT",
                                  "ENCAPSULATE_DECAPSULATE"}) {
            const bool offered = std::ranges::find(usages, usage) != usages.end();
            m_outcome.reset();
            m_acts->create({.keySpec = keySpec, .keyUsage = usage}, done());
            QTRY_VERIFY(m_outcome.has_value());
            QVERIFY2((*m_outcome == "ok") == offered, (keySpec + " " + usage + " " + *m_outcome).c_str());
        }
    }

    void aKindOfKeyIsSentAsItWasChosen() {
        std::optional<kms::CreateKey::Request> sent;
        m_desk->kms().seen = [&](const kms::AnyRequest &request) {
            if (request.operation() == kms::OperationId::CreateKey) {
                sent = request.as<kms::CreateKey>();
            }
        };
        m_acts->create({}, done());
        QTRY_VERIFY(m_outcome.has_value());
        QVERIFY(!sent->origin && !sent->multiRegion); // as a service wants it that knows neither
        m_outcome.reset();
        m_acts->create(
            {.keySpec = "HMAC_256", .keyUsage = "GENERATE_VERIFY_MAC", .imported = true, .multiRegion = true},
            done());
        QTRY_VERIFY(m_outcome.has_value());
        QVERIFY(*sent->keySpec == kms::KeySpec::HMAC_256);
        QVERIFY(*sent->keyUsage == kms::KeyUsageType::GENERATE_VERIFY_MAC);
        QVERIFY(*sent->origin == kms::OriginType::EXTERNAL);
        QCOMPARE(*sent->multiRegion, true);
    }

    void aNewKeyComesWithItsAlias() {
        m_acts->create({.description = "Invoices", .aliasName = "alias/team/new", .tags = {{"team", "pay"}}},
                       done());
        QVERIFY(succeeded());
        QTRY_VERIFY(m_desk->catalog().find("alias/team/new") >= 0);
        const auto &key = m_desk->catalog().at(m_desk->catalog().find("alias/team/new"));
        QTRY_VERIFY(key.metadata.has_value());
        QCOMPARE(key.metadata->description, "Invoices");
    }

    void aKeyWhoseAliasIsTakenIsThereAndSaysSo() {
        std::string detail;
        m_acts->create({.aliasName = "alias/app"}, [&](const Result<kms::AnyReply> &reply) {
            detail = reply ? "ok" : reply.error().detail;
        });
        QTRY_VERIFY(!detail.empty());
        QVERIFY2(detail.find("was created; only its alias is missing") != std::string::npos, detail.c_str());
        QTRY_COMPARE(m_desk->catalog().count(), 2);
    }

    void whatMustBeTyped_data() {
        QTest::addColumn<QStringList>("aliases");
        QTest::addColumn<QString>("text");
        QTest::newRow("its alias") << QStringList{QStringLiteral("alias/a"), QStringLiteral("alias/b")}
                                   << QStringLiteral("alias/a");
        QTest::newRow("no alias") << QStringList() << QStringLiteral("89abcdef");
    }
    void whatMustBeTyped() {
        QFETCH(QStringList, aliases);
        QFETCH(QString, text);
        std::vector<std::string> names;
        for (const QString &alias : aliases) {
            names.push_back(alias.toStdString());
        }
        QCOMPARE(ui::confirmationTextFor("11111111-2222-4333-8444-5555-0123456789abcdef", names), text);
    }

    void withoutASessionTheActIsRefused() {
        m_desk->session().lock();
        m_acts->disable(m_key, done());
        QCOMPARE(m_outcome.value_or(""), errorCodeName(ErrorCode::VaultLocked));
    }

private:
    KeyActsPresenter::Done done() {
        m_outcome.reset();
        return [this](const Result<kms::AnyReply> &reply) {
            m_outcome = reply                               ? std::string("ok")
                        : reply.error().serviceCode.empty() ? std::string(errorCodeName(reply.error().code))
                                                            : reply.error().serviceCode;
        };
    }
    bool succeeded() {
        return QTest::qWaitFor([this] { return m_outcome.has_value(); }) && *m_outcome == "ok";
    }
    std::string stateOf(const std::string &keyId) {
        const auto &metadata = m_desk->catalog().at(m_desk->catalog().find(keyId)).metadata;
        return metadata && metadata->keyState ? std::string(metadata->keyState->text()) : std::string();
    }

    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<KeyActsPresenter> m_acts;
    std::string m_key;
    std::optional<std::string> m_outcome;
};

QTEST_MAIN(TestKeyActsPresenter)
#include "tst_key_acts_presenter.moc"
