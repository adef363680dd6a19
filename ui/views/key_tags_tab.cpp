// SPDX-License-Identifier: Apache-2.0
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/theme/metrics.h"
#include "ui/views/key_detail_tabs.h"
#include "ui/widgets/inline_bar.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {

namespace metric = theme::metric;

TagsTab::TagsTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent)
    : KeyTab(context, acts, parent)
    , m_table(new QTableWidget(0, 2, this))
    , m_add(new QPushButton(tr("Add tag"), this))
    , m_remove(new QPushButton(tr("Remove tag"), this))
    , m_save(new QPushButton(tr("Save tags"), this))
    , m_revert(new QPushButton(tr("Revert"), this))
    , m_empty(new QLabel(tr("This key has no tags."), this)) {
    m_table->setObjectName(QStringLiteral("keyDetail.tags"));
    m_table->setAccessibleName(tr("Tags"));
    m_table->setHorizontalHeaderLabels({tr("Name"), tr("Value")});
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metric::related);
    for (QPushButton *button : {m_add, m_remove}) {
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    for (QPushButton *button : {m_revert, m_save}) {
        buttons->addWidget(button);
    }
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, metric::group, 0, 0);
    layout->setSpacing(metric::related);
    layout->addWidget(m_bar);
    layout->addWidget(m_empty);
    layout->addWidget(m_table, 1);
    layout->addLayout(buttons);
    connect(m_add, &QPushButton::clicked, this, [this] {
        addRow({}, {});
        m_table->setCurrentCell(m_table->rowCount() - 1, 0);
        m_table->editItem(m_table->currentItem());
    });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        m_table->removeRow(m_table->currentRow());
        updateButtons();
    });
    connect(m_save, &QPushButton::clicked, this, &TagsTab::save);
    connect(m_revert, &QPushButton::clicked, this, &TagsTab::revert);
    connect(m_table, &QTableWidget::itemChanged, this, &TagsTab::updateButtons);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &TagsTab::updateButtons);
}

void TagsTab::revert() {
    m_table->setRowCount(0);
    for (const kms::Tag &tag : m_saved) {
        addRow(fromUtf8(tag.tagKey.value_or("")), fromUtf8(tag.tagValue.value_or("")));
    }
    updateButtons();
}

void TagsTab::addRow(const QString &name, const QString &value) {
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    m_table->setItem(row, 0, new QTableWidgetItem(name));
    m_table->setItem(row, 1, new QTableWidgetItem(value));
    updateButtons();
}

std::vector<kms::Tag> TagsTab::tagsInTable() const {
    std::vector<kms::Tag> tags;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const auto text = [&](int column) {
            const QTableWidgetItem *item = m_table->item(row, column);
            return item == nullptr ? std::string() : item->text().toStdString();
        };
        if (!text(0).empty() || !text(1).empty()) {
            tags.push_back({.tagKey = text(0), .tagValue = text(1)});
        }
    }
    return tags;
}

void TagsTab::updateButtons() {
    const bool changed = tagsInTable() != m_saved;
    m_save->setEnabled(changed && mayChange());
    m_revert->setEnabled(changed);
    m_add->setEnabled(mayChange());
    m_remove->setEnabled(m_table->currentRow() >= 0 && mayChange());
    m_empty->setVisible(m_table->rowCount() == 0);
    m_table->setVisible(m_table->rowCount() > 0);
}

void TagsTab::showKey(const CatalogKey &key) {
    const bool another = key.keyId != m_keyId;
    const bool editing = !another && tagsInTable() != m_saved;
    m_keyId = key.keyId;
    m_saved = key.tags.value_or(std::vector<kms::Tag>{});
    if (!editing) {
        revert();
    }
    updateButtons();
}

void TagsTab::save() {
    const std::vector<kms::Tag> wanted = tagsInTable();
    std::vector<std::string> gone;
    for (const kms::Tag &old : m_saved) {
        const bool kept =
            std::ranges::any_of(wanted, [&](const kms::Tag &tag) { return tag.tagKey == old.tagKey; });
        if (!kept) {
            gone.push_back(old.tagKey.value_or(""));
        }
    }
    std::vector<kms::Tag> fresh;
    std::ranges::copy_if(wanted, std::back_inserter(fresh), [&](const kms::Tag &tag) {
        return std::ranges::find(m_saved, tag) == m_saved.end();
    });
    const auto done = [this](const Result<kms::AnyReply> &outcome) { report(outcome); };
    const auto addFresh = [this, fresh, done](const Result<kms::AnyReply> &outcome) {
        outcome && !fresh.empty() ? m_acts->tag(m_keyId, fresh, done) : done(outcome);
    };
    if (!gone.empty()) {
        m_acts->untag(m_keyId, gone, addFresh);
    } else if (!fresh.empty()) {
        m_acts->tag(m_keyId, fresh, done);
    }
}

} // namespace keyturn::ui
