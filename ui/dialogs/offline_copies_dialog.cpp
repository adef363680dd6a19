// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/offline_copies_dialog.h"

#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/question.h"
#include "ui/dialogs/take_copy_dialog.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/inline_bar.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
constexpr int leastHeight = 220;

QString missingText(const workspace::OfflineCopyFacts &facts) {
    QStringList operations;
    for (const workspace::MissingPart &part : facts.missing) {
        operations << fromUtf8(part.operation);
    }
    operations.removeDuplicates();
    return operations.isEmpty() ? OfflineCopiesDialog::tr("Nothing") : operations.join(QStringLiteral(", "));
}

} // namespace

OfflineCopiesDialog::OfflineCopiesDialog(keychain::Keychain *keychain, std::filesystem::path folder,
                                         QWidget *parent)
    : QDialog(parent)
    , m_presenter(keychain, std::move(folder))
    , m_bar(new widgets::InlineBar(this))
    , m_pages(new QStackedWidget(this))
    , m_table(new QTreeWidget(this))
    , m_other(new QPushButton(tr("Open a file\u2026"), this))
    , m_delete(new QPushButton(tr("Delete\u2026"), this))
    , m_export(new QPushButton(tr("Export\u2026"), this))
    , m_open(new QPushButton(tr("Open"), this)) {
    setObjectName(QStringLiteral("offlineCopiesDialog"));
    setWindowTitle(tr("Offline copies"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_bar->hide();
    makeTable();
    auto *empty = new widgets::EmptyState(m_pages);
    empty->setContent(theme::Icon::Server,
                      tr("No offline copy is kept. Connect to a profile, then \u201cTake an "
                         "offline copy\u201d in the File menu."));
    m_pages->addWidget(m_table);
    m_pages->addWidget(empty);
    auto *acts = new QHBoxLayout;
    acts->setSpacing(metric::related);
    acts->addWidget(m_other);
    acts->addStretch(1);
    acts->addWidget(m_delete);
    acts->addWidget(m_export);
    acts->addWidget(m_open);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metric::dialogMargin, metric::dialogMargin, metric::dialogMargin,
                               metric::dialogMargin);
    column->setSpacing(metric::group - metric::unit);
    column->addWidget(m_bar);
    column->addWidget(m_pages, 1);
    column->addLayout(acts);
    connectParts();
    orderTabsAsLaidOut(*this);
    growWithContent(*this);
    resize(820, 420);
    refresh();
    m_presenter.list();
}

void OfflineCopiesDialog::makeTable() {
    m_table->setObjectName(QStringLiteral("copies.list"));
    m_table->setAccessibleName(tr("Offline copies, newest first"));
    m_table->setHeaderLabels({tr("Profile"), tr("Taken"), tr("Keys"), tr("Does not hold")});
    m_table->setRootIsDecorated(false);
    m_table->header()->resizeSection(0, 170);
    m_table->header()->resizeSection(1, 300);
    m_table->header()->resizeSection(2, 60);
    m_table->setMinimumHeight(leastHeight);
    m_other->setObjectName(QStringLiteral("copies.other"));
    m_delete->setObjectName(QStringLiteral("copies.delete"));
    m_export->setObjectName(QStringLiteral("copies.export"));
    m_export->setToolTip(tr("Everything in it, as one JSON document."));
    m_open->setObjectName(QStringLiteral("copies.open"));
    m_open->setDefault(true);
    theme::setButtonKind(*m_open, theme::ButtonKind::Primary);
}

void OfflineCopiesDialog::connectParts() {
    const auto open = [this] {
        if (const auto *entry = current(); entry != nullptr && entry->facts) {
            const QString file = fromUtf8(entry->kept.file.string());
            accept();
            Q_EMIT openRequested(file);
        }
    };
    connect(m_open, &QPushButton::clicked, this, open);
    connect(m_table, &QTreeWidget::itemDoubleClicked, this, open);
    connect(m_table, &QTreeWidget::currentItemChanged, this, &OfflineCopiesDialog::refresh);
    connect(m_other, &QPushButton::clicked, this, &OfflineCopiesDialog::openOther);
    connect(m_export, &QPushButton::clicked, this, &OfflineCopiesDialog::exportCurrent);
    connect(m_delete, &QPushButton::clicked, this, &OfflineCopiesDialog::deleteCurrent);
    connect(&m_presenter, &OfflineCopiesPresenter::listed, this, &OfflineCopiesDialog::showEntries);
    connect(&m_presenter, &OfflineCopiesPresenter::failed, this,
            [this](const Error &error) { m_bar->present(newsFor(error, {}, false)); });
    connect(&m_presenter, &OfflineCopiesPresenter::exported, this, [this](const QString &file) {
        m_bar->present({widgets::NewsKind::Good, tr("Exported"), file, {}, {}});
    });
    connect(&m_presenter, &OfflineCopiesPresenter::removed, this, [this] {
        m_presenter.list();
        Q_EMIT copiesChanged();
    });
}

void OfflineCopiesDialog::showEntries(const std::vector<OfflineCopiesPresenter::Entry> &entries) {
    m_entries = entries;
    m_table->clear();
    for (const auto &entry : m_entries) {
        const QStringList cells =
            entry.facts ? QStringList{fromUtf8(entry.facts->profile), takenText(*entry.facts),
                                      QString::number(entry.facts->keys), missingText(*entry.facts)}
                        : QStringList{fromUtf8(entry.kept.profile), tr("Cannot be opened"), {}, {}};
        auto *item = new QTreeWidgetItem(m_table, cells);
        item->setToolTip(0, fromUtf8(entry.kept.file.string()));
        item->setToolTip(3, cells.at(3));
    }
    m_pages->setCurrentIndex(m_entries.empty() ? 1 : 0);
    m_table->setCurrentItem(m_table->topLevelItem(0));
    (m_entries.empty() ? static_cast<QWidget *>(m_other) : m_table)->setFocus();
    refresh();
}

const OfflineCopiesPresenter::Entry *OfflineCopiesDialog::current() const {
    const int row = m_table->indexOfTopLevelItem(m_table->currentItem());
    return row < 0 || row >= int(m_entries.size()) ? nullptr : &m_entries[std::size_t(row)];
}

void OfflineCopiesDialog::refresh() {
    const auto *entry = current();
    const bool whole = entry != nullptr && entry->facts;
    m_open->setEnabled(whole);
    m_export->setEnabled(whole);
    m_delete->setEnabled(entry != nullptr);
    if (entry != nullptr && !entry->facts) {
        m_bar->present(newsFor(entry->facts.error(), {}, false));
    } else if (m_bar->news().kind == widgets::NewsKind::Danger) {
        m_bar->dismiss();
    }
}

void OfflineCopiesDialog::openOther() {
    requestOpenFile(this, tr("Open an offline copy"), tr("Offline copies (*.ktsnap);;All files (*)"),
                    [this](const std::filesystem::path &file) {
                        accept();
                        Q_EMIT openRequested(fromUtf8(file.string()));
                    });
}

void OfflineCopiesDialog::exportCurrent() {
    const std::filesystem::path copy = current()->kept.file;
    requestSaveFile(this, tr("Export the offline copy"),
                    fromUtf8(copy.stem().string()) + QStringLiteral(".json"),
                    [this, copy](const std::filesystem::path &file) { m_presenter.exportTo(copy, file); });
}

void OfflineCopiesDialog::deleteCurrent() {
    const auto *entry = current();
    ask(this,
        {.title = tr("Delete this offline copy?"),
         .text = tr("%1. The account itself is not touched; the copy cannot be brought back.")
                     .arg(fromUtf8(entry->kept.file.filename().string())),
         .verb = tr("Delete copy")},
        [this, copy = entry->kept.file] { m_presenter.remove(copy); });
}

} // namespace keyturn::ui
