// SPDX-License-Identifier: Apache-2.0
// The message texts that kms-semantics.md marks as recorded from the service, each found in an answer of a
// vault; capital letters and <names> in them stand for values. The document itself says which texts there
// are: one that has no row here fails.
#include "published_facts.h"
#include "recorded_rows.h"
#include "scene.h"

#include "base/atomic_file.h"

#include <QRegularExpression>
#include <QTest>

#include <set>

using namespace keyturn;
using nlohmann::json;

namespace {

/// Marked as recorded, but no text of an answer.
const std::set<std::string> noMessages = {"key-default-1", "Enable IAM User Permissions"};

std::filesystem::path semanticsPath() {
    return test::factsPath().parent_path() / "kms-semantics.md";
}

/// The document's quoted texts in front of a mark "[rec]", and those of its list of recorded texts.
std::set<std::string> textsOfTheDocument() {
    const auto bytes = readFile(semanticsPath().string(), 1 << 20);
    QString document = QString::fromUtf8(reinterpret_cast<const char *>(bytes->data()),
                                         static_cast<qsizetype>(bytes->size()));
    document.replace(QRegularExpression(QStringLiteral("\\n *")), QStringLiteral(" "));
    std::set<std::string> texts;
    const auto collect = [&](const QString &where, const QString &pattern) {
        const QRegularExpression quoted(pattern);
        for (auto found = quoted.globalMatch(where); found.hasNext();) {
            const std::string text = found.next().captured(1).toStdString();
            // Names of operations, members and exceptions are quoted too: they hold no blank.
            if (text.find(' ') != std::string::npos && !noMessages.contains(text)) {
                texts.insert(text);
            }
        }
    };
    collect(document, QStringLiteral("`([^`]+)` \\[rec\\]"));
    const qsizetype list = document.indexOf(QStringLiteral("ValidationException grammar"));
    collect(document.mid(list, document.indexOf(QStringLiteral("## 2."), list) - list),
            QStringLiteral("`([^`]+)`"));
    return texts;
}

} // namespace

class TestRecordedMessages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_scene = std::make_unique<test::Scene>(); }

    void answer_data() {
        QTest::addColumn<int>("index");
        int index = 0;
        for (const test::Recorded &row : test::recordedRows()) {
            std::string why = m_scene->whyNot(row.operation);
            why = why.empty() ? m_scene->whyNot({row.purpose, row.external, false}) : why;
            const std::string name = "section " + std::to_string(row.section) + ": " +
                                     (*row.text == '\0' ? std::string(row.answer) + " has none" : row.text);
            if (why.empty()) {
                QTest::newRow(name.c_str()) << index;
            } else {
                std::printf("not run: %s: %s\n", name.c_str(), why.c_str());
            }
            ++index;
        }
    }
    void answer() {
        QFETCH(int, index);
        const test::Recorded &row = test::recordedRows()[static_cast<std::size_t>(index)];
        try {
            m_scene->newKey({row.purpose, row.external, false});
            const json request = m_scene->request({row.operation, "", row.purpose, row.request});
            m_scene->bringTo(row.state);
            EXPECT_SAME(test::toldOf(m_scene->ask(row.operation, request)), filled(row.answer));
            // What is looked for is the recorded text, not our own copy of it.
            QVERIFY2(fits(row.text, row.answer), row.text);
        } catch (const std::exception &fault) {
            QFAIL(fault.what());
        }
    }

    void everyTextOfTheDocumentHasARow() {
        if (!std::filesystem::exists(semanticsPath())) {
            QSKIP(("no facts: " + semanticsPath().string() + " is not there").c_str());
        }
        const auto texts = textsOfTheDocument();
        const auto rows = test::recordedRows();
        std::string missing;
        for (const std::string &text : texts) {
            const bool known = std::any_of(rows.begin(), rows.end(), [&](const test::Recorded &row) {
                return *row.text != '\0' && text.find(row.text) != std::string::npos;
            });
            missing += known ? "" : '\n' + text;
        }
        QVERIFY2(missing.empty(), missing.c_str());
        QVERIFY(texts.size() > 15);
        std::printf("%zu recorded texts in the document, %zu rows\n", texts.size(), rows.size());
    }

    void cleanupTestCase() { m_scene.reset(); }

private:
    /// With what "$names" stand for.
    std::string filled(std::string text) {
        for (auto at = text.find('$'); at != std::string::npos; at = text.find('$', at + 1)) {
            std::size_t end = at + 1;
            while (end < text.size() && std::isalpha(static_cast<unsigned char>(text[end])) != 0) {
                ++end;
            }
            text.replace(at, end - at, m_scene->value(text.substr(at + 1, end - at - 1)));
        }
        return text;
    }
    /// The answer is the recorded text once <names>, capital letters and "..." stand for something.
    static bool fits(const char *text, const char *answer) {
        QString pattern = QRegularExpression::escape(QString::fromUtf8(text));
        pattern.replace(QRegularExpression(QStringLiteral("\\\\<\\w+\\\\>")), QStringLiteral(".+"));
        pattern.replace(QStringLiteral("\\.\\.\\."), QStringLiteral(".*"));
        pattern.replace(QStringLiteral("\\[A\\,\\ B\\]"), QStringLiteral("\\[.+\\]"));
        pattern.replace(QRegularExpression(QStringLiteral("\\b(A|S|N|X|Y|Op)\\b(?!')")),
                        QStringLiteral("\\S+"));
        return QRegularExpression(pattern).match(QString::fromUtf8(answer)).hasMatch();
    }

    std::unique_ptr<test::Scene> m_scene;
};

QTEST_GUILESS_MAIN(TestRecordedMessages)
#include "tst_recorded_messages.moc"
