// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/job_pages.h"
#include "ui/models/job_fault_model.h"
#include "ui/models/key_words.h"
#include "ui/presenters/job_presenter.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/form.h"
#include "ui/widgets/section_header.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

enum Column { Where, What, Key, Context, ColumnCount };
constexpr int leastTable = 180;

QString contextText(const kms::EncryptionContext &context) {
    QStringList pairs;
    for (const auto &[name, value] : context) {
        pairs += fromUtf8(name) + u'=' + fromUtf8(value);
    }
    return pairs.join(QStringLiteral(", "));
}

QString wordsFor(reencrypt::SourceKind kind) {
    using reencrypt::SourceKind;
    switch (kind) {
    case SourceKind::Files:
        return JobBlobsPage::tr("Each file is one ciphertext, raw or encoded.");
    case SourceKind::Text:
        return JobBlobsPage::tr("Ciphertexts are found by their shape, wherever they stand in the text.");
    case SourceKind::Csv:
    case SourceKind::Tsv:
        return JobBlobsPage::tr("Name the column, or its number where there is no header.");
    case SourceKind::JsonLines:
        return JobBlobsPage::tr("Name the value by a JSON pointer, such as /user/key.");
    case SourceKind::Sqlite:
    case SourceKind::PostgreSql:
    case SourceKind::MySql:
    case SourceKind::Odbc:
        return JobBlobsPage::tr("Name the column. Nothing else of a row changes.");
    default:
        return JobBlobsPage::tr("These files say themselves where their wrapped keys stand.");
    }
}

} // namespace

JobBlobsPage::JobBlobsPage(JobPresenter *presenter, const KeyCatalog *catalog, QWidget *parent)
    : JobPageWidget(parent)
    , m_presenter(presenter)
    , m_catalog(catalog)
    , m_words(new QLabel(this))
    , m_blob(makeLine("job.blob"))
    , m_pointer(makeLine("job.pointer", tr("The value is no JSON")))
    , m_encoding(new QComboBox(this))
    , m_id(makeLine("job.id"))
    , m_prefix(makeLine("job.prefix", tr("Stays as it is")))
    , m_previewNote(new QLabel(this))
    , m_preview(new QTableWidget(0, ColumnCount, this)) {
    m_words->setWordWrap(true);
    m_encoding->setObjectName(QStringLiteral("job.encoding"));
    m_encoding->addItem(tr("Told by each value"), -1);
    for (const auto each : {reencrypt::Encoding::Raw, reencrypt::Encoding::Base64,
                            reencrypt::Encoding::Base64Url, reencrypt::Encoding::Hex}) {
        m_encoding->addItem(fromUtf8(reencrypt::wireName(each)), static_cast<int>(each));
    }
    form()->addWide(m_words);
    form()->addRow(tr("Ciphertext"), m_blob);
    form()->addRow(tr("JSON in it"), m_pointer, tr("Where the ciphertext stands in the value, such as /k."));
    form()->addRow(tr("Encoding"), m_encoding);
    form()->addRow(tr("Name of an item"), m_id, tr("What reports call it: a column or a pointer."));
    form()->addRow(tr("New prefix"), m_prefix, tr("Such as v2: for kms_encrypted."));
    bind(QStringLiteral("find.blob"), m_blob);
    bind(QStringLiteral("find.json-pointer"), m_pointer);
    bind(QStringLiteral("find.id"), m_id);
    bind(QStringLiteral("find.new-prefix"), m_prefix);
    watch(m_encoding);
    makeTable();
    m_previewNote->setWordWrap(true);
    theme::setTextRole(*m_previewNote, theme::TextRole::Caption);
    auto *found = new QVBoxLayout;
    found->setSpacing(theme::metric::related);
    found->addWidget(new widgets::SectionHeader(tr("What is found"), this));
    found->addWidget(m_previewNote);
    found->addWidget(m_preview, 1);
    column()->addLayout(found, 1);
}

void JobBlobsPage::makeTable() {
    m_preview->setObjectName(QStringLiteral("job.preview"));
    m_preview->setAccessibleName(tr("The first ciphertexts"));
    m_preview->setHorizontalHeaderLabels({tr("Item"), tr("What it is"), tr("Key"), tr("Context")});
    m_preview->verticalHeader()->hide();
    m_preview->setShowGrid(false);
    m_preview->setTabKeyNavigation(false);
    m_preview->setWordWrap(false);
    m_preview->setTextElideMode(Qt::ElideMiddle);
    m_preview->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_preview->setSelectionMode(QAbstractItemView::SingleSelection);
    m_preview->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_preview->horizontalHeader()->setStretchLastSection(true);
    m_preview->horizontalHeader()->resizeSection(Where, 180);
    m_preview->horizontalHeader()->resizeSection(What, 160);
    m_preview->horizontalHeader()->resizeSection(Key, 250);
    m_preview->setMinimumHeight(leastTable);
}

QWidget *JobBlobsPage::firstField() const {
    return m_blob->isVisibleTo(this) ? static_cast<QWidget *>(m_blob) : m_preview;
}

void JobBlobsPage::load(const reencrypt::JobSpec &spec) {
    m_kind = spec.source.kind;
    const bool columns = reencrypt::isDatabase(m_kind) || reencrypt::isTable(m_kind);
    m_words->setText(wordsFor(m_kind));
    m_blob->setPlaceholderText(m_kind == reencrypt::SourceKind::JsonLines
                                   ? QStringLiteral("/encrypted_key")
                                   : QStringLiteral("encrypted_kms_key"));
    form()->setRowVisible(m_blob, columns);
    form()->setRowVisible(m_pointer, columns && m_kind != reencrypt::SourceKind::JsonLines);
    form()->setRowVisible(m_id, columns);
    form()->setRowVisible(m_prefix, columns);
    form()->setRowVisible(m_encoding, columns || m_kind == reencrypt::SourceKind::Files);
    m_blob->setText(fromUtf8(spec.finder.blob));
    m_pointer->setText(fromUtf8(spec.finder.jsonPointer));
    m_id->setText(fromUtf8(spec.finder.id));
    m_prefix->setText(fromUtf8(spec.finder.newPrefix.value_or("")));
    m_encoding->setCurrentIndex(
        m_encoding->findData(spec.finder.encoding ? static_cast<int>(*spec.finder.encoding) : -1));
}

void JobBlobsPage::store(reencrypt::JobSpec &spec) const {
    const bool columns = reencrypt::isDatabase(spec.source.kind) || reencrypt::isTable(spec.source.kind);
    spec.finder = {};
    const int encoding = m_encoding->currentData().toInt();
    if (encoding >= 0 && (columns || spec.source.kind == reencrypt::SourceKind::Files)) {
        spec.finder.encoding = static_cast<reencrypt::Encoding>(encoding);
    }
    if (!columns) {
        return;
    }
    spec.finder.blob = m_blob->text().trimmed().toStdString();
    spec.finder.id = m_id->text().trimmed().toStdString();
    if (spec.source.kind != reencrypt::SourceKind::JsonLines) {
        spec.finder.jsonPointer = m_pointer->text().trimmed().toStdString();
    }
    if (!m_prefix->text().isEmpty()) {
        spec.finder.newPrefix = m_prefix->text().toStdString();
    }
}

QString JobBlobsPage::keyText(const reencrypt::PreviewItem &item) const {
    if (item.key.empty()) {
        return tr("Not to be told offline");
    }
    const QString name = keyName(*m_catalog, item.key);
    return item.certainty == "likely" ? tr("%1 (likely)").arg(name) : name;
}

void JobBlobsPage::showPreview() {
    const auto &items = m_presenter->previewed();
    m_preview->setRowCount(static_cast<int>(items.size()));
    int row = 0;
    for (const reencrypt::PreviewItem &item : items) {
        const bool fault = item.record.cause != reencrypt::Cause::None;
        const QString texts[] = {placeText(item.record.place),
                                 fault ? messageText(item.record) : fromUtf8(item.kind),
                                 fault ? QString() : keyText(item), contextText(item.context)};
        for (int column = 0; column < ColumnCount; ++column) {
            auto *cell = new QTableWidgetItem(texts[column]);
            cell->setToolTip(column == Where           ? fromUtf8(item.record.place.unit)
                             : column == Key && !fault ? fromUtf8(item.key)
                                                       : texts[column]);
            m_preview->setItem(row, column, cell);
        }
        ++row;
    }
    const bool hasContext =
        std::any_of(items.begin(), items.end(), [](const auto &item) { return !item.context.empty(); });
    m_preview->setColumnHidden(Context, !items.empty() && !hasContext); // it is said on the next page
    m_previewNote->setText(items.empty()
                               ? tr("Nothing was found.")
                               : counted(qint64(items.size()), tr("The first item, looked at offline."),
                                         tr("The first %1 items, looked at offline.")));
}

void JobBlobsPage::sayAboutPreview(const QString &text) {
    m_preview->setRowCount(0);
    m_previewNote->setText(text);
}

} // namespace keyturn::ui
