// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/context_grid.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/context_delegate.h"
#include "ui/widgets/context_model.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QTableView>

#include <algorithm>

namespace keyturn::widgets {
namespace {

namespace metric = theme::metric;

constexpr int leastRowsUnderHeading = 2;
constexpr int mostRows = 7;

} // namespace

ContextGrid::ContextGrid(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_model(new ContextModel(this))
    , m_table(new QTableView(this))
    , m_paste(new QPushButton(tr("Paste"), this))
    , m_remove(new QPushButton(tr("Remove"), this))
    , m_note(new QLabel(tr("Names and values are case-sensitive and stand in logs."), this))
    , m_problem(new QLabel(this))
    , m_compared(new QLabel(this)) {
    makeTable(title);
    m_paste->setObjectName(QStringLiteral("contextPaste"));
    m_paste->setIcon(theme::icon(theme::Icon::Paste));
    m_paste->setToolTip(tr("Paste JSON or lines of name=value"));
    m_remove->setObjectName(QStringLiteral("contextRemove"));
    for (QPushButton *button : {m_paste, m_remove}) {
        theme::setControlSize(*button, theme::ControlSize::Compact);
        theme::setButtonKind(*button, theme::ButtonKind::Quiet);
    }
    for (QLabel *label : {m_note, m_problem, m_compared}) {
        theme::setTextRole(*label, theme::TextRole::Caption);
        label->setWordWrap(true);
    }
    theme::setTone(*m_note, theme::ColorRole::MutedText);
    theme::setTone(*m_compared, theme::ColorRole::MutedText);
    theme::setTone(*m_problem, theme::ColorRole::Danger);

    auto *acts = new QHBoxLayout;
    acts->setObjectName(QStringLiteral("contextActs"));
    acts->setSpacing(metric::unit);
    acts->addWidget(m_paste);
    acts->addWidget(m_remove);
    acts->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metric::unit);
    layout->addWidget(m_table);
    layout->addWidget(m_problem);
    layout->addWidget(m_compared);
    layout->addLayout(acts);
    layout->addWidget(m_note);

    connect(m_paste, &QPushButton::clicked, this, &ContextGrid::paste);
    connect(m_remove, &QPushButton::clicked, this, &ContextGrid::removeSelected);
    connect(m_model, &ContextModel::pairsChanged, this, [this] {
        m_pasteProblem.clear();
        refresh();
        Q_EMIT changed();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &ContextGrid::refresh);
    refresh();
}

void ContextGrid::makeTable(const QString &title) {
    m_table->setObjectName(QStringLiteral("contextTable"));
    m_table->setAccessibleName(title);
    m_table->setModel(m_model);
    m_table->setItemDelegate(new ContextDelegate(m_table));
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionsClickable(false);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setEditTriggers(QAbstractItemView::AnyKeyPressed | QAbstractItemView::DoubleClicked |
                             QAbstractItemView::EditKeyPressed | QAbstractItemView::SelectedClicked);
    m_table->installEventFilter(this);
}

ContextPairs ContextGrid::pairs() const {
    return m_model->pairs();
}

void ContextGrid::setPairs(const ContextPairs &pairs) {
    m_model->setPairs(pairs);
}

QString ContextGrid::problem() const {
    const ContextPairs pairs = m_model->pairs();
    const auto twice = duplicateNames(pairs);
    if (!twice.empty()) {
        return tr("The name \"%1\" stands more than once. Names are unique.")
            .arg(QString::fromStdString(twice.front()));
    }
    const bool unnamed =
        std::any_of(pairs.begin(), pairs.end(), [](const ContextPair &pair) { return pair.name.empty(); });
    return unnamed ? tr("A value has no name.") : QString();
}

void ContextGrid::setReadOnly(bool readOnly) {
    m_readOnly = readOnly;
    m_model->setWritable(!readOnly);
    m_paste->setVisible(!readOnly);
    m_remove->setVisible(!readOnly);
    refresh();
}

void ContextGrid::compareWith(const ContextPairs &other, const QString &label) {
    m_comparedWith = label;
    m_model->compareWith(other);
    m_table->horizontalHeader()->setSectionResizeMode(ContextModel::VerdictColumn,
                                                      QHeaderView::ResizeToContents);
    refresh();
}

void ContextGrid::endComparison() {
    m_comparedWith.clear();
    m_model->endComparison();
    refresh();
}

bool ContextGrid::pasteText(const QString &text) {
    const auto parsed = parseContextText(text.toStdString());
    if (!parsed) {
        m_pasteProblem =
            tr("The clipboard holds no context: %1.").arg(QString::fromStdString(parsed.error().detail));
        refresh();
        return false;
    }
    m_model->append(*parsed);
    return true;
}

void ContextGrid::paste() {
    pasteText(QGuiApplication::clipboard()->text());
}

void ContextGrid::addAct(QWidget *button) {
    theme::setControlSize(*button, theme::ControlSize::Compact);
    auto *acts = findChild<QHBoxLayout *>(QStringLiteral("contextActs"));
    acts->insertWidget(acts->count() - 1, button);
}

void ContextGrid::setHeading(const QString &heading) {
    auto *column = static_cast<QVBoxLayout *>(layout());
    column->removeWidget(m_note);
    m_note->setWordWrap(false);
    auto *row = new QHBoxLayout;
    row->setSpacing(metric::related);
    row->addWidget(new QLabel(heading, this));
    row->addStretch(1);
    row->addWidget(m_note);
    column->insertLayout(0, row);
    m_leastRows = leastRowsUnderHeading;
    fitHeight();
}

void ContextGrid::removeSelected() {
    m_model->removePair(m_table->currentIndex().row());
}

void ContextGrid::refresh() {
    const int row = m_table->currentIndex().row();
    m_remove->setEnabled(row >= 0 && row < static_cast<int>(m_model->pairs().size()));
    m_remove->setToolTip(m_remove->isEnabled() ? QString() : tr("Select a row first"));
    const QString words = m_pasteProblem.isEmpty() ? problem() : m_pasteProblem;
    m_problem->setText(words);
    m_problem->setVisible(!words.isEmpty());
    m_table->setAccessibleDescription(words);
    m_compared->setText(m_comparedWith.isEmpty() ? QString() : tr("Compared with %1.").arg(m_comparedWith));
    m_compared->setVisible(!m_comparedWith.isEmpty());
    fitHeight();
}

void ContextGrid::fitHeight() {
    const int rows = std::clamp(m_model->rowCount(), m_leastRows, mostRows);
    m_table->setFixedHeight(metric::tableHeader + rows * metric::tableRow + 2 * metric::hairline);
}

bool ContextGrid::eventFilter(QObject *watched, QEvent *event) {
    if (watched == m_table && event->type() == QEvent::KeyPress && !m_readOnly) {
        const auto &key = *static_cast<QKeyEvent *>(event);
        if (key.matches(QKeySequence::Paste)) {
            paste();
            return true;
        }
        if (key.matches(QKeySequence::Delete)) {
            removeSelected();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace keyturn::widgets
