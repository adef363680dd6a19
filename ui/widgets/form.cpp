// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/form.h"

#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/section_header.h"

#include <QBoxLayout>
#include <QFormLayout>
#include <QLabel>

namespace keyturn::widgets {
namespace {

namespace metric = theme::metric;

constexpr const char *hintProperty = "keyturnHint";
constexpr const char *faultProperty = "keyturnFault";

} // namespace

Form::Form(QWidget *parent)
    : QWidget(parent)
    , m_rows(new QFormLayout) {
    auto *left = new QHBoxLayout(this);
    left->setContentsMargins(0, 0, 0, 0);
    auto *column = new QWidget(this);
    column->setMaximumWidth(metric::formMaxWidth);
    column->setLayout(m_rows);
    left->addWidget(column, 1);
    left->addStretch(0);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setHorizontalSpacing(metric::related + metric::unit);
    m_rows->setVerticalSpacing(metric::related);
    m_rows->setLabelAlignment(Qt::AlignRight | Qt::AlignTop);
    m_rows->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    m_rows->setFormAlignment(Qt::AlignLeft | Qt::AlignTop);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

QWidget *Form::makeCell(const QList<QWidget *> &fields, const QString &hint) {
    auto *cell = new QWidget(this);
    auto *column = new QVBoxLayout(cell);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::unit);
    auto *line = new QHBoxLayout;
    line->setSpacing(metric::related);
    for (QWidget *field : fields) {
        const bool grows = (field->sizePolicy().horizontalPolicy() & QSizePolicy::ExpandFlag) != 0;
        line->addWidget(field, grows ? 1 : 0);
    }
    if (fields.size() == 1 && !(fields.first()->sizePolicy().horizontalPolicy() & QSizePolicy::GrowFlag)) {
        line->addStretch(1);
    }
    column->addLayout(line);
    auto *note = new QLabel(hint, cell);
    note->setObjectName(QStringLiteral("formNote"));
    note->setWordWrap(true);
    note->setProperty(hintProperty, hint);
    theme::setTextRole(*note, theme::TextRole::Caption);
    theme::setTone(*note, theme::ColorRole::MutedText);
    note->setVisible(!hint.isEmpty());
    column->addWidget(note);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    cell->setSizePolicy(policy);
    return cell;
}

void Form::addRow(const QString &label, QWidget *field, const QString &hint) {
    addRow(label, QList<QWidget *>{field}, hint);
}

void Form::addRow(const QString &label, const QList<QWidget *> &fields, const QString &hint) {
    QWidget *cell = makeCell(fields, hint);
    auto *words = new QLabel(label, this);
    words->setBuddy(fields.first());
    words->setFixedHeight(metric::controlHeight); // beside the field, not beside field and hint
    words->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    QString plain = label;
    plain.remove(u'&');
    for (QWidget *field : fields) {
        if (field->accessibleName().isEmpty()) {
            field->setAccessibleName(plain);
        }
        if (field->accessibleDescription().isEmpty()) {
            field->setAccessibleDescription(hint);
        }
    }
    m_rows->addRow(words, cell);
}

void Form::addField(QWidget *field) {
    m_rows->addRow(new QWidget(this), makeCell({field}, {}));
}

void Form::addWide(QWidget *widget) {
    m_rows->addRow(widget);
}

void Form::addSection(const QString &title) {
    auto *header = new SectionHeader(title, this);
    if (m_rows->rowCount() > 0) {
        header->setContentsMargins(0, metric::group - metric::related, 0, 0);
    }
    m_rows->addRow(header);
}

QLabel *Form::noteUnder(QWidget *field) const {
    return field->parentWidget() != nullptr ? field->parentWidget()->findChild<QLabel *>(
                                                  QStringLiteral("formNote"), Qt::FindDirectChildrenOnly)
                                            : nullptr;
}

void Form::setFault(QWidget *field, const QString &fault) {
    QLabel *note = noteUnder(field);
    if (note == nullptr) {
        return;
    }
    const QString hint = note->property(hintProperty).toString();
    note->setText(fault.isEmpty() ? hint : fault);
    note->setVisible(!note->text().isEmpty());
    theme::setTone(*note, fault.isEmpty() ? theme::ColorRole::MutedText : theme::ColorRole::Danger);
    field->setProperty(faultProperty, fault);
    field->setAccessibleDescription(note->text());
}

QString Form::faultOf(const QWidget *field) const {
    return field->property(faultProperty).toString();
}

void Form::setRowVisible(QWidget *field, bool visible) {
    QWidget *cell = field->parentWidget();
    QWidget *label = m_rows->labelForField(cell);
    cell->setVisible(visible);
    if (label != nullptr) {
        label->setVisible(visible);
    }
}

} // namespace keyturn::widgets
