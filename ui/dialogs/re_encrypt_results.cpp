// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/re_encrypt_results.h"

#include "kms/error_text.h"
#include "ui/models/key_words.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

using Outcome = ReEncryptItem::Outcome;
constexpr int leastRows = 3;
enum Column { Name, Kind, Result, OldKey, NewKey, Size, Digest, ColumnCount };

QString digestOf(const Bytes &bytes) {
    const QByteArrayView view(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size()));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(view);
    return QString::fromLatin1(hash.result().toHex());
}

QIcon iconOf(Outcome outcome) {
    switch (outcome) {
    case Outcome::Done:
    case Outcome::WouldSucceed:
        return theme::icon(theme::Icon::Success, theme::ColorRole::Good);
    case Outcome::Failed:
        return theme::icon(theme::Icon::Error, theme::ColorRole::Danger);
    case Outcome::Cancelled:
        return theme::icon(theme::Icon::Cancel, theme::ColorRole::MutedText);
    case Outcome::Waiting:
    case Outcome::Running:
        return {};
    }
    return {};
}

QString resultText(const ReEncryptItem &item) {
    return item.error ? fromUtf8(kms::describe(*item.error).title) : outcomeWord(item.outcome);
}

/// Asks for a few rows only and takes what is left over.
struct LowTable final : QTableWidget {
    using QTableWidget::QTableWidget;
    QSize sizeHint() const override { return {QTableWidget::sizeHint().width(), minimumHeight()}; }
};

} // namespace

QString outcomeWord(Outcome outcome) {
    switch (outcome) {
    case Outcome::Waiting:
        return QCoreApplication::translate("ReEncrypt", "Waiting");
    case Outcome::Running:
        return QCoreApplication::translate("ReEncrypt", "Re-encrypting\u2026");
    case Outcome::Done:
        return QCoreApplication::translate("ReEncrypt", "Re-encrypted");
    case Outcome::WouldSucceed:
        return QCoreApplication::translate("ReEncrypt", "Would succeed");
    case Outcome::Failed:
        return QCoreApplication::translate("ReEncrypt", "Failed");
    case Outcome::Cancelled:
        return QCoreApplication::translate("ReEncrypt", "Cancelled");
    }
    return {};
}

ReEncryptResults::ReEncryptResults(QWidget *parent)
    : QWidget(parent)
    , m_summary(new QLabel(this))
    , m_table(new LowTable(0, ColumnCount, this)) {
    m_summary->setObjectName(QStringLiteral("reEncrypt.summary"));
    m_table->setObjectName(QStringLiteral("reEncrypt.results"));
    m_table->setAccessibleName(tr("Ciphertexts and outcomes"));
    m_table->setHorizontalHeaderLabels({tr("Ciphertext"), tr("Kind"), tr("Result"), tr("Old key"),
                                        tr("New key"), tr("Size"), tr("SHA-256")});
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->resizeSection(Name, 110);
    m_table->horizontalHeader()->resizeSection(Kind, 145);
    m_table->horizontalHeader()->resizeSection(Result, 200);
    m_table->horizontalHeader()->resizeSection(OldKey, 150);
    m_table->horizontalHeader()->resizeSection(NewKey, 150);
    m_table->horizontalHeader()->resizeSection(Size, 140);
    m_table->setMinimumHeight(theme::metric::tableHeader + leastRows * theme::metric::tableRow +
                              2 * theme::metric::hairline);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, theme::metric::related, 0, 0);
    layout->setSpacing(theme::metric::related);
    layout->addWidget(m_summary);
    layout->addWidget(m_table, 1);
    connect(m_table, &QTableWidget::currentCellChanged, this,
            [this](int row) { Q_EMIT currentRowChanged(row); });
}

void ReEncryptResults::setItems(const std::vector<ReEncryptItem> &items) {
    m_outcomes.assign(items.size(), Outcome::Waiting);
    m_table->setRowCount(static_cast<int>(items.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        setItem(row, items[static_cast<std::size_t>(row)]);
    }
    if (!items.empty()) {
        m_table->selectRow(0);
    }
    summarise();
}

void ReEncryptResults::setItem(int row, const ReEncryptItem &item) {
    m_outcomes[static_cast<std::size_t>(row)] = item.outcome;
    const auto put = [&](int column, const QString &text) {
        auto *cell = new QTableWidgetItem(text);
        cell->setToolTip(text);
        if (column == OldKey || column == NewKey || column == Digest) {
            cell->setFont(theme::font(theme::TextRole::Fixed));
        }
        m_table->setItem(row, column, cell);
    };
    put(Name, item.name);
    put(Kind, fromUtf8(inspect::title(item.inspection.kind)));
    put(Result,
        !item.ciphertext().empty() || item.error ? resultText(item) : tr("Left alone: no KMS ciphertext"));
    m_table->item(row, Result)->setIcon(iconOf(item.outcome));
    const bool done = item.reply && item.reply->ciphertextBlob;
    put(OldKey, done ? fromUtf8(item.reply->sourceKeyId.value_or("")) : fromUtf8(item.inspection.sourceKey));
    put(NewKey, done ? fromUtf8(item.reply->keyId.value_or("")) : QString());
    put(Size,
        done ? tr("%1 \u2192 %2 bytes").arg(item.ciphertext().size()).arg(item.reply->ciphertextBlob->size())
             : QString());
    put(Digest, done ? digestOf(*item.reply->ciphertextBlob) : QString());
    if (done) {
        m_table->item(row, Digest)
            ->setToolTip(tr("Old: %1\nNew: %2")
                             .arg(digestOf(item.ciphertext()), digestOf(*item.reply->ciphertextBlob)));
    }
    summarise();
}

int ReEncryptResults::currentRow() const {
    return m_table->currentRow();
}

void ReEncryptResults::summarise() {
    const auto countOf = [this](Outcome outcome) { return int(std::ranges::count(m_outcomes, outcome)); };
    QStringList parts;
    const struct {
        Outcome outcome;
        QString text;
    } counts[] = {{Outcome::Done, tr("%1 re-encrypted")},
                  {Outcome::WouldSucceed, tr("%1 would succeed")},
                  {Outcome::Failed, tr("%1 failed")},
                  {Outcome::Cancelled, tr("%1 cancelled")},
                  {Outcome::Running, tr("%1 running")}};
    for (const auto &each : counts) {
        if (const int count = countOf(each.outcome); count > 0) {
            parts += each.text.arg(count);
        }
    }
    m_summary->setText(parts.isEmpty()
                           ? counted(qint64(m_outcomes.size()), tr("1 ciphertext"), tr("%1 ciphertexts"))
                           : parts.join(QStringLiteral(" \u00b7 ")));
}

} // namespace keyturn::ui
