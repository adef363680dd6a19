// SPDX-License-Identifier: Apache-2.0
// SOPS documents made by sops's own rules still keep them after a move. Makes, opens and judges them by
// sops_rules.py, which knows nothing of Keyturn.
#include "unit/reencrypt_documents/document_samples.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <map>

using namespace keyturn;
using namespace keyturn::documents;

namespace {

struct Answer {
    int exitCode = -1;
    QByteArray output;
};
Answer rules(const QStringList &arguments) {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(
        QStringLiteral(PYTHON),
        QStringList{QStringLiteral(KEYTURN_SOURCE_DIR "/tests/unit/reencrypt_documents/sops_rules.py")} +
            arguments);
    process.waitForFinished(120000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAll()};
}

std::string readAll(const QString &path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}
bool writeAll(const QString &path, const std::string &content) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) &&
           file.write(shown(content)) == static_cast<qint64>(content.size());
}

} // namespace

class TestSopsRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_before.isValid());
        const Answer made = rules({QStringLiteral("make"), m_before.path()});
        QVERIFY2(made.exitCode == 0, made.output.constData());
        for (const QByteArray &line :
             shown(readAll(m_before.filePath(QStringLiteral("moves")))).split('\n')) {
            const auto pair = line.split(' ');
            if (pair.size() == 2) {
                m_moves[pair[0].toStdString()] = pair[1].toStdString();
            }
        }
        m_names = QDir(m_before.path()).entryList(QDir::Files, QDir::Name);
        m_names.removeAll(QStringLiteral("moves"));
        QCOMPARE(m_names.size(), qsizetype(20));
    }

    void fixturesHold() {
        const Answer checked = rules({QStringLiteral("check"), m_before.path()});
        QVERIFY2(checked.exitCode == 0, checked.output.constData());
    }

    void movedDocumentsHold() {
        QTemporaryDir after;
        for (const QString &name : std::as_const(m_names)) {
            const std::string text = readAll(m_before.filePath(name));
            std::string moved;
            QVERIFY2(moveByList(text, name.toStdString(), moved), qPrintable(name));
            QVERIFY(moved != text);
            QVERIFY(writeAll(after.filePath(name), moved));
        }
        const Answer checked = rules({QStringLiteral("check"), after.path(), m_before.path()});
        QVERIFY2(checked.exitCode == 0, checked.output.constData());
        QCOMPARE(checked.output.count("holds:"), m_names.size());
    }

    void aSecondRunFindsEverythingMoved() {
        for (const QString &name : std::as_const(m_names)) {
            std::string moved;
            QVERIFY(moveByList(readAll(m_before.filePath(name)), name.toStdString(), moved));
            const auto again = parseDocument(asBytes(moved), name.toStdString(), spec());
            QVERIFY(again);
            QVERIFY(!(*again)->blobs().empty());
            for (const FoundBlob &blob : (*again)->blobs()) {
                QCOMPARE(blob.keyHint, newArn);
            }
        }
    }

    /// The judge can say no: each of these is what a careless editor does to a file.
    void theRulesNoticeDamage_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        const QString yaml = QStringLiteral("tree.yaml");
        QTest::newRow("a value read as another type") << yaml << QByteArray("'yes'") << QByteArray("yes");
        QTest::newRow("a changed value")
            << yaml << QByteArray("version_unencrypted: 1.0") << QByteArray("version_unencrypted: 1.1");
        QTest::newRow("a removed value") << yaml << QByteArray("note_unencrypted: 'yes'\n") << QByteArray();
        QTest::newRow("another time of the MAC")
            << yaml << QByteArray("lastmodified: '2024") << QByteArray("lastmodified: '2025");
        QTest::newRow("another context") << yaml << QByteArray("app: shop") << QByteArray("app: other");
        QTest::newRow("another key") << yaml << QByteArray("alias/second") << QByteArray("alias/third");
        QTest::newRow("another key of a group")
            << QStringLiteral("tree-groups.json") << QByteArray("alias/second") << QByteArray("alias/third");
        QTest::newRow("a changed value in JSON")
            << QStringLiteral("tree.json") << QByteArray("\"yes\"") << QByteArray("\"no\"");
        QTest::newRow("a changed value in ENV")
            << QStringLiteral("lines.env") << QByteArray("a=b") << QByteArray("a=c");
        QTest::newRow("a changed value in INI")
            << QStringLiteral("sections.ini") << QByteArray("k_unencrypted = v")
            << QByteArray("k_unencrypted = w");
    }
    void theRulesNoticeDamage() {
        QFETCH(QString, name);
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        const std::string text = readAll(m_before.filePath(name));
        const std::string damaged = replaced(text, from.toStdString(), to.toStdString());
        QVERIFY(damaged != text);
        QTemporaryDir folder;
        QVERIFY(writeAll(folder.filePath(name), damaged));
        QCOMPARE(rules({QStringLiteral("check"), folder.path()}).exitCode, 1);
    }

private:
    static JobSpec spec() {
        JobSpec spec = job(SourceKind::Sops);
        spec.sourceKeys = {oldArn};
        return spec;
    }

    bool moveByList(const std::string &text, const std::string &name, std::string &out) const {
        const auto document = parseDocument(asBytes(text), name, spec());
        if (!document) {
            return false;
        }
        std::vector<NewBlob> news;
        for (const FoundBlob &blob : (*document)->blobs()) {
            const auto fresh = m_moves.find(toBase64(blob.ciphertext));
            if (blob.cause != Cause::None || blob.keyHint != oldArn || fresh == m_moves.end()) {
                return false;
            }
            news.push_back({blob.index, *fromBase64(fresh->second), newArn, &blob.newContext, movedAt()});
        }
        const auto edits = (*document)->edits(news);
        const auto bytes = edits ? applyEdits(asBytes(text), *edits) : Result<Bytes>(fail(edits.error()));
        if (!bytes || !differOnlyInEdits(asBytes(text), *bytes, *edits)) {
            return false;
        }
        out = textOf(*bytes);
        return true;
    }

    QTemporaryDir m_before;
    QStringList m_names;
    std::map<std::string, std::string> m_moves;
};

QTEST_GUILESS_MAIN(TestSopsRules)
#include "tst_sops_rules.moc"
