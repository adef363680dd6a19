// SPDX-License-Identifier: Apache-2.0
// A vault's own log, verified in a file that somebody worked on: every bit, cut and exchange is reported with
// its place, however much of the rest is still whole.
#include "base/atomic_file.h"
#include "vault/container_fixture.h"

#include <QObject>
#include <QTest>

#include <algorithm>
#include <fstream>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::vault;

namespace {

/// A locked vault with four log pages, its key, and where in the file each page's bytes are.
struct Scene {
    Scene() {
        Container container = fixture.createFilled();
        if (!putRows(container, Table::Tags, "tag", 1, "t") || !container.lock()) {
            qFatal("no scene");
        }
        key = fixture.vaultKey();
        whole = readFile(fixture.file(), 1 << 20).value();
        auto database = sqlite::Database::openImage(whole).value();
        auto statement = database.prepare("SELECT sealed FROM log_pages ORDER BY page").value();
        while (statement.step().value()) {
            const ByteView sealed = statement.blob(0);
            const auto at = std::search(whole.begin(), whole.end(), sealed.begin(), sealed.end());
            pages.emplace_back(static_cast<std::size_t>(at - whole.begin()), sealed.size());
        }
    }

    /// The findings in one text; what prevented verifying counts as one.
    std::string verify() const {
        auto container = Container::open(fixture.file(), {.access = Access::Examine});
        auto unlocked = container ? container->unlockWithVaultKey(key.clone()) : Status(failFrom(container));
        auto report = unlocked ? container->verifyLog() : failFrom(unlocked);
        if (!report) {
            return report.error().detail;
        }
        std::string all;
        for (const auto &finding : report->findings) {
            all += finding.where + ": " + finding.what + "\n";
        }
        return all;
    }
    void put(const Bytes &content) const {
        std::ofstream file(fixture.file(), std::ios::binary | std::ios::trunc);
        file.write(reinterpret_cast<const char *>(content.data()),
                   static_cast<std::streamsize>(content.size()));
    }

    ContainerFixture fixture;
    SecretBytes key;
    Bytes whole;
    std::vector<std::pair<std::size_t, std::size_t>> pages; ///< offset and size
};

} // namespace

class LogVerifyTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyBitOfAPageIsReported();
    void cutsAndExchanges_data();
    void cutsAndExchanges();
    void damageElsewhereHidesNothing();
};

void LogVerifyTest::everyBitOfAPageIsReported() {
    Scene scene;
    QCOMPARE(scene.verify(), std::string());
    QCOMPARE(scene.pages.size(), std::size_t{4});
    const bool every = qEnvironmentVariableIsSet("KEYTURN_SOAK");
    int flipped = 0;
    for (std::size_t page = 0; page < scene.pages.size(); ++page) {
        const auto [offset, size] = scene.pages[page];
        const std::string place = "log: log page " + std::to_string(page + 1) + ":";
        for (std::size_t at = 0; at < size; ++at) {
            for (unsigned bit = every ? 0 : at % 8; bit < (every ? 8 : at % 8 + 1); ++bit) {
                Bytes content = scene.whole;
                content[offset + at] = static_cast<std::uint8_t>(content[offset + at] ^ (1U << bit));
                scene.put(content);
                const std::string findings = scene.verify();
                QVERIFY2(findings.find(place) == 0,
                         qPrintable(QString::number(at) + u' ' + QString::fromStdString(place + findings)));
                ++flipped;
            }
        }
    }
    std::printf("bits of log pages flipped: %d, all reported with their page\n", flipped);
}

void LogVerifyTest::cutsAndExchanges_data() {
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QStringList>("says");
    const auto page = [](int number, const char *what) {
        return QStringLiteral("log page %1: %2").arg(number).arg(QLatin1String(what));
    };
    QTest::newRow("first page cut") << QByteArray("DELETE FROM log_pages WHERE page=1")
                                    << QStringList{page(1, "missing (behind record 0)")};
    QTest::newRow("a page cut") << QByteArray("DELETE FROM log_pages WHERE page=2")
                                << QStringList{page(2, "missing (behind record 1)")};
    QTest::newRow("the end cut") << QByteArray("DELETE FROM log_pages WHERE page>=3")
                                 << QStringList{page(3, "missing (behind record 2)")};
    QTest::newRow("all cut") << QByteArray("DELETE FROM log_pages") << QStringList{page(1, "missing")};
    QTest::newRow("two exchanged")
        << QByteArray(
               "UPDATE log_pages SET page=page+100 WHERE page=2; UPDATE log_pages SET page=2 WHERE page=3; "
               "UPDATE log_pages SET page=3 WHERE page=102")
        << QStringList{page(2, "altered, or of another place"), page(3, "altered, or of another place")};
    QTest::newRow("one doubled at the end")
        << QByteArray("INSERT INTO log_pages SELECT 5, version, epoch, sealed FROM log_pages WHERE page=4")
        << QStringList{QStringLiteral("1 pages stand outside of the log's 4")};
    QTest::newRow("another version") << QByteArray("UPDATE log_pages SET version=version+1 WHERE page=3")
                                     << QStringList{page(3, "altered")};
    QTest::newRow("another epoch") << QByteArray("UPDATE log_pages SET epoch=9 WHERE page=3")
                                   << QStringList{page(3, "wrong form")};
}

void LogVerifyTest::cutsAndExchanges() {
    QFETCH(const QByteArray, sql);
    QFETCH(const QStringList, says);
    Scene scene;
    forge(scene.fixture.file(), sql.toStdString());
    const QString findings = QString::fromStdString(scene.verify());
    for (const QString &expected : says) {
        QVERIFY2(findings.contains(expected), qPrintable(findings));
    }
}

void LogVerifyTest::damageElsewhereHidesNothing() {
    Scene scene;
    forge(scene.fixture.file(), "DELETE FROM rows WHERE tbl=17");
    QCOMPARE(scene.verify(), std::string());
    forge(scene.fixture.file(), "UPDATE state SET sealed=zeroblob(300)");
    QVERIFY(scene.verify().find("root: the vault's root was altered: where the log ends is not known") == 0);
    forge(scene.fixture.file(), "UPDATE log_pages SET sealed=zeroblob(300) WHERE page=2");
    QVERIFY(scene.verify().find("log page 2: altered") != std::string::npos);
}

QTEST_GUILESS_MAIN(LogVerifyTest)
#include "tst_log_verify.moc"
