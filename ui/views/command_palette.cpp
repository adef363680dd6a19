// SPDX-License-Identifier: Apache-2.0
#include "ui/views/command_palette.h"

#include "kms/operation.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/views/action_table.h"

#include <QAction>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
constexpr int mostRows = 200;
enum Role { ActionRole = Qt::UserRole, KeyRole, OperationRole };

QString plainText(const QAction &action) {
    return action.text().remove(u'\u2026');
}

/// Every word of the query stands somewhere in the text.
bool matches(const QString &text, const QStringList &words) {
    return std::ranges::all_of(words,
                               [&](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace

CommandPalette::CommandPalette(const ActionSet &actions, const KeyCatalog &catalog, QWidget *parent)
    : QDialog(parent)
    , m_actions(actions)
    , m_catalog(catalog)
    , m_edit(new QLineEdit(this))
    , m_list(new QListWidget(this)) {
    setObjectName(QStringLiteral("commandPalette"));
    setWindowTitle(tr("Command palette"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_edit->setObjectName(QStringLiteral("palette.edit"));
    m_edit->setAccessibleName(tr("Command or key"));
    m_edit->setPlaceholderText(tr("Type a command or a key"));
    m_list->setObjectName(QStringLiteral("palette.list"));
    m_list->setAccessibleName(tr("Matches"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::group, metric::group, metric::group, metric::group);
    layout->setSpacing(metric::related);
    layout->addWidget(m_edit);
    layout->addWidget(m_list, 1);
    connect(m_edit, &QLineEdit::textChanged, this, &CommandPalette::refill);
    connect(m_edit, &QLineEdit::returnPressed, this, &CommandPalette::choose);
    connect(m_list, &QListWidget::itemActivated, this, &CommandPalette::choose);
    m_edit->installEventFilter(this);
    resize(560, 420);
    refill();
    m_edit->setFocus();
}

void CommandPalette::refill() {
    m_list->clear();
    const QStringList words = m_edit->text().simplified().split(u' ', Qt::SkipEmptyParts);
    for (const ActionRow &row : actionRows()) {
        const QAction *action = m_actions.action(row.id);
        if (action->isEnabled() && row.id != ActionId::CommandPalette && matches(plainText(*action), words)) {
            const QString keys = action->shortcut().toString(QKeySequence::NativeText);
            auto *item = new QListWidgetItem(action->icon(), plainText(*action), m_list);
            item->setData(ActionRole, int(row.id));
            item->setToolTip(keys);
        }
    }
    for (int row = 0; row < m_catalog.count() && m_list->count() < mostRows; ++row) {
        const CatalogKey &key = m_catalog.at(row);
        const QString name = fromUtf8(key.displayName());
        if (!words.isEmpty() && matches(name + u' ' + fromUtf8(key.keyId), words)) {
            auto *item = new QListWidgetItem(theme::icon(theme::Icon::Key), name, m_list);
            item->setData(KeyRole, fromUtf8(key.keyId));
            item->setToolTip(fromUtf8(key.arn));
        }
    }
    addOperations(words);
    m_list->setCurrentRow(0);
}

void CommandPalette::addOperations(const QStringList &words) {
    if (words.isEmpty() || !m_actions.action(ActionId::CallOperation)->isEnabled()) {
        return;
    }
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        const QString text =
            tr("Call %1").arg(fromUtf8(kms::operationInfo(static_cast<kms::OperationId>(i)).name));
        if (matches(text, words)) {
            auto *item = new QListWidgetItem(theme::icon(theme::Icon::More), text, m_list);
            item->setData(OperationRole, int(i));
        }
    }
}

void CommandPalette::choose() {
    const QListWidgetItem *item = m_list->currentItem();
    if (item == nullptr) {
        return;
    }
    const QVariant action = item->data(ActionRole);
    const QString keyId = item->data(KeyRole).toString();
    const QVariant operation = item->data(OperationRole);
    accept();
    if (action.isValid()) {
        m_actions.action(static_cast<ActionId>(action.toInt()))->trigger();
    } else if (operation.isValid()) {
        Q_EMIT operationChosen(operation.toInt());
    } else {
        Q_EMIT keyChosen(keyId);
    }
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event) {
    if (watched == m_edit && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
        if (step != 0) {
            m_list->setCurrentRow(
                std::clamp(m_list->currentRow() + step, 0, std::max(0, m_list->count() - 1)));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

ShortcutSheet::ShortcutSheet(const ActionSet &actions, QWidget *parent)
    : QDialog(parent) {
    setObjectName(QStringLiteral("shortcutSheet"));
    setWindowTitle(tr("Keyboard shortcuts"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *table = new QTableWidget(0, 2, this);
    table->setAccessibleName(tr("Keyboard shortcuts"));
    table->setHorizontalHeaderLabels({tr("Action"), tr("Keys")});
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    table->setTabKeyNavigation(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    for (const ActionRow &row : actionRows()) {
        const QAction *action = actions.action(row.id);
        if (action->shortcut().isEmpty()) {
            continue;
        }
        const int line = table->rowCount();
        table->insertRow(line);
        table->setItem(line, 0, new QTableWidgetItem(plainText(*action)));
        table->setItem(line, 1, new QTableWidgetItem(action->shortcut().toString(QKeySequence::NativeText)));
    }
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metric::group, metric::group, metric::group, metric::group);
    layout->addWidget(table);
    resize(460, 520);
}

} // namespace keyturn::ui
