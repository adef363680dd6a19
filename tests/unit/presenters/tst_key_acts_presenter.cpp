// SPDX-License-Identifier: Apache-2.0
// One act, one call, one outcome, and the catalog knows of it.
#include "unit/presenters/desk.h"

#include "kms/operations/create_key.h"
#include "ui/presenters/key_acts_presenter.h"

#include <QSignalSpy>
#include <QTest>

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
