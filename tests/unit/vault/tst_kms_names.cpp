// SPDX-License-Identifier: Apache-2.0
// Aliases, tags and paging (kms-semantics.md section 11).
#include "kms_vault.h"

#include "kms/operations/delete_alias.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/list_resource_tags.h"
#include "kms/operations/tag_resource.h"
#include "kms/operations/untag_resource.h"
#include "kms/operations/update_alias.h"
#include "kms/paging.h"

#include <set>

using namespace keyturn;
using namespace keyturn::test;
using kms::KeyState;

class TestKmsNames : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aliasRules();
    void aliasNames_data();
    void aliasNames();
    void fiftyAliasesPerKey();
    void tagRules();
    void pagesFollowEachOther();
    void markersAreBound();

private:
    std::unique_ptr<KmsVault> m_vault;
};

void TestKmsNames::initTestCase() {
    m_vault = std::make_unique<KmsVault>();
}

void TestKmsNames::aliasRules() {
    const std::string one = m_vault->makeKeyId();
    const std::string two = m_vault->makeKeyId();
    const std::string gone = m_vault->makeKeyIn(KeyState::PendingDeletion);
    const std::string arn = "arn:aws:kms:eu-central-1:111122223333:alias/rules";
    QCOMPARE(told(m_vault->call<kms::CreateAlias>({"alias/rules", one})), QStringLiteral("ok"));
    QCOMPARE(told(m_vault->call<kms::CreateAlias>({"alias/rules", two})),
             qstring("AlreadyExistsException: An alias with the name " + arn + " already exists"));
    QCOMPARE(told(m_vault->call<kms::CreateAlias>({"alias/second", "alias/rules"})),
             QStringLiteral("ValidationException: Aliases must refer to keys. Not aliases"));
    QCOMPARE(
        told(m_vault->call<kms::UpdateAlias>({"alias/unknown", two})),
        QStringLiteral(
            "NotFoundException: Alias arn:aws:kms:eu-central-1:111122223333:alias/unknown is not found."));
    QVERIFY(told(m_vault->call<kms::UpdateAlias>({"alias/rules", gone}))
                .startsWith(QStringLiteral("KMSInvalidState")));
    const std::string rsa = m_vault->makeKeyId(kms::KeySpec::RSA_2048);
    QVERIFY(
        told(m_vault->call<kms::UpdateAlias>({"alias/rules", rsa})).startsWith(QStringLiteral("Validation")));
    m_vault->advanceDays(1);
    QCOMPARE(told(m_vault->call<kms::UpdateAlias>({"alias/rules", two})), QStringLiteral("ok"));
    const auto described = m_vault->call<kms::DescribeKey>({"alias/rules", {}});
    QVERIFY(described && *described->keyMetadata->keyId == two);
    const auto listed = m_vault->call<kms::ListAliases>({two, {}, {}});
    QCOMPARE(listed->aliases->size(), std::size_t(1));
    QCOMPARE(qstring(*listed->aliases->front().aliasArn), qstring(arn));
    QVERIFY(*listed->aliases->front().lastUpdatedDate - *listed->aliases->front().creationDate ==
            std::chrono::days(1));
    QVERIFY(m_vault->call<kms::ListAliases>({one, {}, {}})->aliases->empty());
    QCOMPARE(told(m_vault->call<kms::DeleteAlias>({"alias/rules"})), QStringLiteral("ok"));
    QCOMPARE(told(m_vault->call<kms::DeleteAlias>({"alias/rules"})),
             qstring("NotFoundException: Alias " + arn + " is not found."));
    // Names of keys do not stand for them where only ids do.
    QCOMPARE(told(m_vault->call<kms::EnableKey>({"alias/any"})),
             QStringLiteral("NotFoundException: Invalid keyId 'alias/any'"));
}

void TestKmsNames::aliasNames_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("outcome");
    QTest::newRow("no prefix") << QStringLiteral("rules")
                               << QStringLiteral("ValidationException: Alias must start with");
    QTest::newRow("reserved") << QStringLiteral("alias/aws/s3") << QStringLiteral("NotAuthorizedException");
    QTest::newRow("space") << QStringLiteral("alias/a b") << QStringLiteral("ValidationException");
    QTest::newRow("only the prefix") << QStringLiteral("alias/")
                                     << QStringLiteral("InvalidAliasNameException");
    QTest::newRow("257") << QStringLiteral("alias/") + QString(251, u'x')
                         << QStringLiteral("ValidationException");
    QTest::newRow("256") << QStringLiteral("alias/") + QString(250, u'x') << QStringLiteral("ok");
    QTest::newRow("all characters") << QStringLiteral("alias/aZ09:/_-") << QStringLiteral("ok");
}

void TestKmsNames::aliasNames() {
    QFETCH(QString, name);
    QFETCH(QString, outcome);
    const QString answer = told(m_vault->call<kms::CreateAlias>({name.toStdString(), m_vault->makeKeyId()}));
    QVERIFY2(answer.startsWith(outcome), qPrintable(answer));
}

void TestKmsNames::fiftyAliasesPerKey() {
    const std::string key = m_vault->makeKeyId();
    for (int i = 0; i < 50; ++i) {
        QVERIFY(m_vault->call<kms::CreateAlias>({"alias/fifty/" + std::to_string(i), key}));
    }
    QVERIFY(told(m_vault->call<kms::CreateAlias>({"alias/fifty/50", key}))
                .startsWith(QStringLiteral("LimitExceeded")));
}

void TestKmsNames::tagRules() {
    const std::string key = m_vault->makeKeyId();
    const auto tag = [&](std::vector<kms::Tag> tags) {
        return told(m_vault->call<kms::TagResource>({key, tags}));
    };
    std::vector<kms::Tag> fifty;
    for (int i = 0; i < 50; ++i) {
        fifty.push_back({"tag" + std::to_string(i), "1"});
    }
    QCOMPARE(tag(fifty), QStringLiteral("ok"));
    QCOMPARE(tag({kms::Tag{"one more", "1"}}), QStringLiteral("TagException: Too many tags"));
    QCOMPARE(tag({kms::Tag{"tag7", "2"}}), QStringLiteral("ok"));
    QCOMPARE(
        tag({kms::Tag{std::string(129, 'x'), ""}}),
        QStringLiteral(
            "ValidationException: 1 validation error detected: Value '%1' at 'tags.1.member.tagKey' failed "
            "to satisfy constraint: Member must have length less than or equal to 128")
            .arg(QString(129, u'x')));
    QCOMPARE(told(m_vault->call<kms::UntagResource>({key, {{"tag7", "was never there"}}})),
             QStringLiteral("ok"));
    const auto listed = m_vault->call<kms::ListResourceTags>({key, {}, {}});
    QCOMPARE(listed->tags->size(), std::size_t(49));
}

void TestKmsNames::pagesFollowEachOther() {
    KmsVault vault;
    std::set<std::string> made;
    for (int i = 0; i < 23; ++i) {
        made.insert(vault.makeKeyId());
    }
    std::set<std::string> seen;
    int pages = 0;
    kms::ListKeys::Request request;
    request.limit = 5;
    kms::listAll<kms::ListKeys>(
        vault.kms(), request, {},
        [&](kms::ListKeys::Reply &page) {
            ++pages;
            for (const auto &entry : *page.keys) {
                seen.insert(*entry.keyId);
            }
            return true;
        },
        [&](Status) {});
    QTRY_COMPARE(seen.size(), made.size());
    QCOMPARE(pages, 5);
    QVERIFY(seen == made);
}

void TestKmsNames::markersAreBound() {
    KmsVault vault;
    const std::string one = vault.makeKeyId();
    const std::string two = vault.makeKeyId();
    for (const std::string &key : {one, two}) {
        for (const char *name : {"a", "b"}) {
            QVERIFY(vault.call<kms::CreateAlias>({"alias/" + key + name, key}));
        }
    }
    const auto page = vault.call<kms::ListAliases>({one, 1, {}});
    QVERIFY(*page->truncated && page->nextMarker);
    QCOMPARE(told(vault.call<kms::ListAliases>({one, 1, page->nextMarker})), QStringLiteral("ok"));
    const QString invalid = QStringLiteral("InvalidMarkerException");
    QVERIFY(told(vault.call<kms::ListAliases>({two, 1, page->nextMarker})).startsWith(invalid));
    QVERIFY(told(vault.call<kms::ListKeys>({1, page->nextMarker})).startsWith(invalid));
    for (std::size_t at = 0; at < page->nextMarker->size(); ++at) {
        std::string changed = *page->nextMarker;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        QVERIFY(told(vault.call<kms::ListAliases>({one, 1, changed})).startsWith(invalid));
    }
    vault.reopen();
    QCOMPARE(told(vault.call<kms::ListAliases>({one, 1, page->nextMarker})), QStringLiteral("ok"));
}

QTEST_GUILESS_MAIN(TestKmsNames)
#include "tst_kms_names.moc"
