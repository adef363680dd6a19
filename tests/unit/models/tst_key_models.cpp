// SPDX-License-Identifier: Apache-2.0
// Catalog, table, tree and proxy on a real vault, each held to Qt's rules for models while keys come, change
// and go.
#include "unit/presenters/desk.h"

#include "kms/call.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/tag_resource.h"
#include "ui/models/alias_tree_model.h"
#include "ui/models/catalog_cache.h"
#include "ui/models/key_proxy_model.h"
#include "ui/models/key_table_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace keyturn;
using namespace keyturn::test;
using ui::AliasTreeModel;
using ui::KeyProxyModel;
using ui::KeyTableModel;

class TestKeyModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_desk = std::make_unique<Desk>();
        m_table = std::make_unique<KeyTableModel>(&m_desk->catalog());
        m_tree = std::make_unique<AliasTreeModel>(&m_desk->catalog());
        m_proxy = std::make_unique<KeyProxyModel>(m_table.get());
        const auto mode = QAbstractItemModelTester::FailureReportingMode::QtTest;
        for (QAbstractItemModel *model :
             std::initializer_list<QAbstractItemModel *>{m_table.get(), m_tree.get(), m_proxy.get()}) {
            new QAbstractItemModelTester(model, mode, model);
        }
    }
    void cleanup() {
        m_proxy.reset();
        m_tree.reset();
        m_table.reset();
        m_desk.reset();
    }

    void rowsComePageByPageAndAreDescribed() {
        constexpr int keys = 120; // more than a page of ListKeys
        for (int i = 0; i < keys; ++i) {
            m_desk->addKey({});
        }
        QSignalSpy added(&m_desk->catalog(), &ui::KeyCatalog::rowsAdded);
        m_desk->reload();
        QCOMPARE(m_table->rowCount(), keys);
        QVERIFY(added.size() > 1);
        for (int row = 0; row < keys; ++row) {
            QCOMPARE(m_table->index(row, KeyTableModel::State).data().toString(), QStringLiteral("Enabled"));
        }
    }

    void aKeyIsFoundByEveryNameOfItsOwn() {
        const auto id = m_desk->addKey("alias/app");
        m_desk->reload();
        const auto &catalog = m_desk->catalog();
        const std::string prefix = "arn:aws:kms:eu-central-1:111122223333:";
        for (const std::string &name :
             {id, prefix + "key/" + id, std::string("alias/app"), prefix + "alias/app"}) {
            QVERIFY2(catalog.find(name) == 0, name.c_str());
        }
        // The same id or alias of another account or Region is another key.
        for (const std::string &name : {"arn:aws:kms:eu-central-1:999988887777:key/" + id,
                                        std::string("arn:aws:kms:eu-central-1:999988887777:alias/app"),
                                        "arn:aws:kms:us-east-1:111122223333:key/" + id,
                                        std::string("arn:aws:kms:us-east-1:111122223333:alias/app"),
                                        std::string("alias/App"), std::string("alias/ap"), std::string()}) {
            QVERIFY2(catalog.find(name) < 0, name.c_str());
        }
    }

    void theListOfTheLastConnectionIsShownFirst() {
        const auto id = m_desk->addKey("alias/app", "Of the app");
        m_desk->reload();
        const Timestamp then = *parseIso8601("2026-11-21T08:12:00Z");
        auto cached = ui::decodeCatalog(ui::encodeCatalog(m_desk->catalog(), then));
        QVERIFY2(cached.has_value(), cached ? "" : cached.error().detail.c_str());
        QCOMPARE(int(cached->size()), 1);
        QCOMPARE(cached->front().aliases, std::vector<std::string>{"alias/app"});
        const auto gone = [&] {
            ui::CatalogKey key = cached->front();
            key.keyId = "0c5f2b7e-6a3d-4e58-9d1b-2f7a4c8e6b10";
            key.aliases = {"alias/gone"};
            return key;
        }();
        m_desk->kms().holdAnswers();
        m_desk->catalog().setService(m_desk->session().service());
        m_desk->catalog().showCached({cached->front(), gone});
        QCOMPARE(m_table->rowCount(), 2);
        QCOMPARE(m_desk->catalog().cachedCount(), 2);
        QVERIFY(m_desk->catalog().find("alias/app") >= 0);
        QVERIFY(m_table->index(0, KeyTableModel::State).data(KeyTableModel::CachedRole).isValid());
        QCOMPARE(m_table->index(0, KeyTableModel::State).data().toString(), QStringLiteral("Enabled"));
        QVERIFY(!m_desk->catalog().isComplete());
        m_desk->kms().answerHeld();
        QTRY_VERIFY(m_desk->catalog().isComplete());
        QCOMPARE(m_table->rowCount(), 1); // what the service no longer lists is gone
        QCOMPARE(m_desk->catalog().at(0).keyId, id);
        QVERIFY(!m_table->index(0, KeyTableModel::State).data(KeyTableModel::CachedRole).isValid());
    }

    void aCachedListThatIsDamagedIsRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("another version")
            << QByteArray("keyturn-catalog 2 2026-11-21T08:12:00Z\naliases {}\n");
        QTest::newRow("cut short") << QByteArray("keyturn-catalog 1 2026-11-21T08:12:00Z\n");
        QTest::newRow("no time") << QByteArray("keyturn-catalog 1 yesterday\naliases {}\n");
        QTest::newRow("no JSON") << QByteArray("keyturn-catalog 1 2026-11-21T08:12:00Z\n{\naliases {}\n");
        QTest::newRow("no key") << QByteArray(
            "keyturn-catalog 1 2026-11-21T08:12:00Z\n{\"KeyMetadata\":{}}\naliases {}\n");
    }
    void aCachedListThatIsDamagedIsRefused() {
        QFETCH(QByteArray, text);
        QVERIFY(!ui::decodeCatalog(std::string_view(text.constData(), std::size_t(text.size()))).has_value());
    }

    void aCacheFileStaysInItsFolder() {
        QVERIFY(ui::catalogCacheFile("../../etc/passwd").empty());
        QVERIFY(ui::catalogCacheFile("").empty());
        QCOMPARE(ui::catalogCacheFile("1b4e-28ba").filename().string(), std::string("1b4e-28ba.json"));
    }

    void aRefusedCallOfOneColumnMarksItsCell() {
        m_desk->addKey("alias/app");
        m_desk->kms().failNext(kms::OperationId::ListResourceTags, {.code = ErrorCode::AccessDenied});
        m_desk->reload();
        QTRY_VERIFY(m_table->index(0, KeyTableModel::Tags).data(KeyTableModel::CellRefusedRole).isValid());
        QVERIFY(m_table->index(0, KeyTableModel::Tags)
                    .data(KeyTableModel::CellRefusedRole)
                    .toString()
                    .contains(QStringLiteral("kms:ListResourceTags")));
        QVERIFY(!m_table->index(0, KeyTableModel::Alias).data(KeyTableModel::CellRefusedRole).isValid());
    }

    void aRefusedDescriptionStaysWithItsRow() {
        m_desk->addKey("alias/app");
        m_desk->kms().failNext(kms::OperationId::DescribeKey,
                               serviceError(ErrorCode::AccessDenied, "no", ErrorOrigin::Service));
        m_desk->reload();
        QVERIFY(m_desk->catalog().at(0).refused.has_value());
        QVERIFY(!m_table->index(0, 0).data(KeyTableModel::RefusedRole).toString().isEmpty());
        m_desk->catalog().refresh(m_desk->catalog().at(0).keyId);
        QTRY_VERIFY(!m_desk->catalog().at(0).refused);
    }

    void aListingThatFailsSaysSoAndCanBeRepeated() {
        m_desk->addKey("alias/app");
        m_desk->kms().failNext(kms::OperationId::ListKeys,
                               serviceError(ErrorCode::AccessDenied, "no", ErrorOrigin::Service));
        m_desk->reload();
        QVERIFY(m_desk->catalog().listError().has_value());
        QCOMPARE(m_table->rowCount(), 0);
        m_desk->catalog().reload();
        QTRY_COMPARE(m_table->rowCount(), 1);
        QTRY_VERIFY(!m_desk->catalog().isLoading());
        QVERIFY(!m_desk->catalog().listError());
    }

    void answersOfAnOlderServiceAreDropped() {
        m_desk->addKey("alias/app");
        m_desk->kms().holdAnswers();
        m_desk->catalog().setService(m_desk->session().service());
        m_desk->catalog().setService(nullptr);
        m_desk->kms().answerHeld();
        QCoreApplication::sendPostedEvents(); // the answers are in the queue by now
        QCOMPARE(m_table->rowCount(), 0);
        QVERIFY(!m_desk->catalog().isLoading());
    }

    void theTreeCountsAKeyOnceInAFolder() {
        const auto id = m_desk->addKey("alias/team/a");
        alias("alias/team/b", id);
        alias("alias/other", id);
        m_desk->addKey("alias/team/c");
        m_desk->disable(m_desk->addKey({}));
        m_desk->reload();
        const auto count = [&](const char *path) {
            return m_tree->indexOf(QString::fromLatin1(path)).data(AliasTreeModel::CountRole).toInt();
        };
        QTRY_COMPARE(count("all"), 3);
        QTRY_COMPARE(count("state:Disabled"), 1);
        QCOMPARE(count("alias:team"), 2);
        QCOMPARE(count("alias:team/a"), 1);
        QCOMPARE(count("alias:other"), 1);
        QCOMPARE(count("no-alias"), 1);
    }

    void openFoldersStayWhenOnlyCountsChange() {
        const auto id = m_desk->addKey("alias/team/a");
        m_desk->reload();
        QTRY_VERIFY(m_tree->indexOf(QStringLiteral("alias:team")).isValid());
        QSignalSpy resets(m_tree.get(), &QAbstractItemModel::modelReset);
        m_desk->disable(id);
        m_desk->catalog().refresh(id);
        QTRY_COMPARE(
            m_tree->indexOf(QStringLiteral("state:Disabled")).data(AliasTreeModel::CountRole).toInt(), 1);
        QCOMPARE(resets.size(), 0);
    }

    void treeAndFilterNarrowTheTableTogether() {
        m_desk->addKey("alias/team/a", "first");
        m_desk->addKey("alias/team/b", "second");
        m_desk->addKey("alias/other", "first");
        m_desk->reload();
        QCOMPARE(m_proxy->rowCount(), 3);
        m_proxy->setTreePath(QStringLiteral("alias:team"));
        QCOMPARE(m_proxy->rowCount(), 2);
        m_proxy->setFilter(ui::KeyFilter::parse("first"));
        QCOMPARE(m_proxy->rowCount(), 1);
        QCOMPARE(m_proxy->index(0, KeyTableModel::Alias).data().toString(), QStringLiteral("team/a"));
        m_proxy->setTreePath(QStringLiteral("all"));
        QCOMPARE(m_proxy->rowCount(), 2);
    }

    void sortingPutsWhatIsNotKnownLast_data() {
        QTest::addColumn<int>("order");
        QTest::newRow("ascending") << int(Qt::AscendingOrder);
        QTest::newRow("descending") << int(Qt::DescendingOrder);
    }
    void sortingPutsWhatIsNotKnownLast() {
        QFETCH(int, order);
        m_desk->addKey("alias/b");
        m_desk->addKey({});
        m_desk->addKey("alias/A");
        m_desk->reload();
        m_proxy->sort(KeyTableModel::Alias, static_cast<Qt::SortOrder>(order));
        QStringList shown;
        for (int row = 0; row < 3; ++row) {
            shown += m_proxy->index(row, KeyTableModel::Alias).data().toString();
        }
        const bool ascending = order == int(Qt::AscendingOrder);
        QCOMPARE(shown, ascending ? (QStringList{QStringLiteral("A"), QStringLiteral("b"), QString()})
                                  : (QStringList{QStringLiteral("b"), QStringLiteral("A"), QString()}));
    }

    void tagsAndStatesReachTheirCells() {
        const auto id = m_desk->addKey("alias/app");
        kms::TagResource::Request request;
        request.keyId = id;
        request.tags = std::vector<kms::Tag>{{"team", "pay"}};
        QVERIFY(kms::callAndWait<kms::TagResource>(m_desk->kms(), std::move(request)).has_value());
        m_desk->scheduleDeletion(id);
        m_desk->reload();
        QTRY_COMPARE(m_table->index(0, KeyTableModel::Tags).data().toString(), QStringLiteral("team=pay"));
        QCOMPARE(m_table->index(0, 0).data(KeyTableModel::StateRole).toString(),
                 QStringLiteral("PendingDeletion"));
        QCOMPARE(m_table->index(0, 0).data(KeyTableModel::DaysLeftRole).toInt(), 14);
        QCOMPARE(m_table->index(0, KeyTableModel::State).data().toString(),
                 QStringLiteral("Pending deletion"));
    }

private:
    void alias(const std::string &name, const std::string &keyId) {
        kms::CreateAlias::Request request;
        request.aliasName = name;
        request.targetKeyId = keyId;
        QVERIFY(kms::callAndWait<kms::CreateAlias>(m_desk->kms(), std::move(request)).has_value());
    }

    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<KeyTableModel> m_table;
    std::unique_ptr<AliasTreeModel> m_tree;
    std::unique_ptr<KeyProxyModel> m_proxy;
};

QTEST_GUILESS_MAIN(TestKeyModels)
#include "tst_key_models.moc"
