// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/job_pages.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <array>

namespace keyturn::ui {
namespace {

using reencrypt::SourceKind;
constexpr std::array kinds{SourceKind::Text,      SourceKind::Files,         SourceKind::Sops,
                           SourceKind::JsonLines, SourceKind::Csv,           SourceKind::Tsv,
                           SourceKind::Sqlite,    SourceKind::PostgreSql,    SourceKind::MySql,
                           SourceKind::Odbc,      SourceKind::Pulumi,        SourceKind::Tink,
                           SourceKind::Credstash, SourceKind::MongoKeyVault, SourceKind::ParquetKeys};
constexpr int pathRows = 3;

std::vector<std::string> listOf(const QString &text, QChar separator) {
    std::vector<std::string> all;
    for (const QString &each : text.split(separator, Qt::SkipEmptyParts)) {
        if (!each.trimmed().isEmpty()) {
            all.push_back(each.trimmed().toStdString());
        }
    }
    return all;
}

QString textOf(const std::vector<std::string> &all, const QString &separator) {
    QStringList texts;
    for (const std::string &each : all) {
        texts += fromUtf8(each);
    }
    return texts.join(separator);
}

} // namespace

JobSourcePage::JobSourcePage(QWidget *parent)
    : JobPageWidget(parent)
    , m_kind(new QComboBox(this))
    , m_paths(new QPlainTextEdit(this))
    , m_choose(new QWidget(this))
    , m_database(makeLine("job.database", tr("/srv/app/app.db")))
    , m_include(makeLine("job.include", tr("**/*.env, **/*.yaml")))
    , m_exclude(makeLine("job.exclude", tr("vendor/**")))
    , m_connection(makeLine("job.connection", tr("host=db.example dbname=app user=rotate")))
    , m_table(makeLine("job.table", tr("public.users")))
    , m_key(makeLine("job.key", tr("The table's primary key")))
    , m_where(makeLine("job.where", tr("All rows")))
    , m_header(new QCheckBox(tr("The first record names the columns"), this))
    , m_delimiter(makeLine("job.delimiter")) {
    m_kind->setObjectName(QStringLiteral("job.kind"));
    for (const SourceKind each : kinds) {
        m_kind->addItem(kindName(each), static_cast<int>(each));
    }
    m_paths->setObjectName(QStringLiteral("job.paths"));
    m_paths->setTabChangesFocus(true);
    m_paths->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_paths->setFixedHeight(m_paths->fontMetrics().lineSpacing() * pathRows + theme::metric::group);
    m_header->setObjectName(QStringLiteral("job.header"));
    m_delimiter->setMaxLength(1);
    m_delimiter->setMaximumWidth(theme::metric::buttonMinWidth);
    auto *files = new QPushButton(tr("Choose files\u2026"), m_choose);
    files->setObjectName(QStringLiteral("job.chooseFiles"));
    auto *folder = new QPushButton(tr("Choose folder\u2026"), m_choose);
    folder->setObjectName(QStringLiteral("job.chooseFolder"));
    auto *row = new QHBoxLayout(m_choose);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::metric::related);
    row->addWidget(files);
    row->addWidget(folder);
    row->addStretch(1);
    form()->addRow(tr("Source"), m_kind);
    form()->addRow(tr("Files and folders"), m_paths, tr("One a line. Folders are searched whole."));
    form()->addField(m_choose);
    auto *database = new QPushButton(tr("Choose\u2026"), this);
    database->setObjectName(QStringLiteral("job.chooseDatabase"));
    database->setAccessibleName(tr("Choose the database file"));
    form()->addRow(tr("Database file"), {m_database, database});
    form()->addRow(tr("Only"), m_include,
                   tr("Patterns below a folder, separated by commas; ** crosses folders."));
    form()->addRow(tr("Leave out"), m_exclude);
    form()->addRow(tr("Connection"), m_connection,
                   tr("Never a password: that comes from PGPASSFILE, PGPASSWORD or the keychain."));
    form()->addRow(tr("Table"), m_table);
    form()->addRow(tr("Key columns"), m_key);
    form()->addRow(tr("Where"), m_where, tr("An SQL condition that every row must meet."));
    form()->addField(m_header);
    form()->addRow(tr("Separator"), m_delimiter);
    column()->addStretch(1);
    bind(QStringLiteral("source.paths"), m_paths);
    bind(QStringLiteral("source.paths"), m_database);
    bind(QStringLiteral("source.include"), m_include);
    bind(QStringLiteral("source.exclude"), m_exclude);
    bind(QStringLiteral("source.connection"), m_connection);
    bind(QStringLiteral("source.table"), m_table);
    bind(QStringLiteral("source.key"), m_key);
    bind(QStringLiteral("source.where"), m_where);
    bind(QStringLiteral("source.delimiter"), m_delimiter);
    connect(files, &QPushButton::clicked, this, &JobSourcePage::chooseFiles);
    connect(database, &QPushButton::clicked, this, &JobSourcePage::chooseDatabase);
    connect(folder, &QPushButton::clicked, this, &JobSourcePage::chooseFolder);
    connect(m_kind, &QComboBox::activated, this, &JobSourcePage::showKind);
    watch(m_kind);
    watch(m_paths);
    watch(m_header);
    showKind();
}

QWidget *JobSourcePage::firstField() const {
    return m_kind;
}

reencrypt::SourceKind JobSourcePage::kind() const {
    return static_cast<SourceKind>(m_kind->currentData().toInt());
}

void JobSourcePage::showKind() {
    const SourceKind now = kind();
    const bool server = reencrypt::isDatabase(now) && now != SourceKind::Sqlite;
    const bool folders = !reencrypt::isDatabase(now);
    const bool separated = now == SourceKind::Csv || now == SourceKind::Tsv;
    const auto show = [this](QWidget *field, bool visible) { form()->setRowVisible(field, visible); };
    show(m_paths, folders);
    show(m_choose, folders);
    show(m_database, now == SourceKind::Sqlite);
    show(m_include, folders);
    show(m_exclude, folders);
    show(m_connection, server);
    for (QWidget *each : {m_table, m_key, m_where}) {
        show(each, reencrypt::isDatabase(now));
    }
    show(m_header, separated);
    show(m_delimiter, now == SourceKind::Csv);
}

void JobSourcePage::chooseFiles() {
    requestOpenFiles(this, tr("Files to re-encrypt"),
                     [this](const std::vector<std::filesystem::path> &files) {
                         for (const auto &file : files) {
                             addPath(fromUtf8(file.string()));
                         }
                     });
}

void JobSourcePage::chooseDatabase() {
    requestOpenFile(this, tr("Database to re-encrypt"), {}, [this](const std::filesystem::path &file) {
        m_database->setText(fromUtf8(file.string()));
        Q_EMIT changed();
    });
}

void JobSourcePage::chooseFolder() {
    requestFolder(this, tr("Folder to re-encrypt"),
                  [this](const std::filesystem::path &folder) { addPath(fromUtf8(folder.string())); });
}

void JobSourcePage::addPath(const QString &path) {
    const QString before = m_paths->toPlainText();
    m_paths->setPlainText(before.trimmed().isEmpty() ? path : before + u'\n' + path);
}

void JobSourcePage::load(const reencrypt::JobSpec &spec) {
    const reencrypt::SourceSpec &source = spec.source;
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(source.kind)));
    const QSignalBlocker quiet(m_paths);
    m_paths->setPlainText(textOf(source.paths, QStringLiteral("\n")));
    m_database->setText(source.paths.empty() ? QString() : fromUtf8(source.paths.front()));
    m_include->setText(textOf(source.include, QStringLiteral(", ")));
    m_exclude->setText(textOf(source.exclude, QStringLiteral(", ")));
    m_connection->setText(fromUtf8(source.connection));
    m_table->setText(fromUtf8(source.table));
    m_key->setText(textOf(source.keyColumns, QStringLiteral(", ")));
    m_where->setText(fromUtf8(source.where));
    m_header->setChecked(source.csvHeader);
    m_delimiter->setText(QString(QLatin1Char(source.delimiter)));
    showKind();
}

void JobSourcePage::store(reencrypt::JobSpec &spec) const {
    reencrypt::SourceSpec source;
    source.shared = spec.source.shared;
    source.kind = kind();
    const bool database = reencrypt::isDatabase(source.kind);
    if (source.kind == SourceKind::Sqlite && !m_database->text().trimmed().isEmpty()) {
        source.paths = {m_database->text().trimmed().toStdString()};
    }
    if (!database) {
        source.paths = listOf(m_paths->toPlainText(), u'\n');
        source.include = listOf(m_include->text(), u',');
        source.exclude = listOf(m_exclude->text(), u',');
    } else {
        source.connection =
            source.kind == SourceKind::Sqlite ? std::string() : m_connection->text().toStdString();
        source.table = m_table->text().trimmed().toStdString();
        source.keyColumns = listOf(m_key->text(), u',');
        source.where = m_where->text().trimmed().toStdString();
    }
    source.csvHeader = m_header->isChecked();
    if (source.kind == SourceKind::Csv && !m_delimiter->text().isEmpty()) {
        source.delimiter = m_delimiter->text().front().toLatin1();
    }
    spec.source = std::move(source);
}

} // namespace keyturn::ui
