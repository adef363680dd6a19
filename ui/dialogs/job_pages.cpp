// SPDX-License-Identifier: Apache-2.0
// What the pages of the job wizard share.
#include "ui/dialogs/job_pages.h"

#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"
#include "ui/widgets/form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {

QString keyName(const KeyCatalog &catalog, const std::string &key) {
    const int row = catalog.find(key);
    return row < 0 || catalog.at(row).aliases.empty() ? fromUtf8(key)
                                                      : fromUtf8(catalog.at(row).aliases.front());
}

JobPageWidget::JobPageWidget(QWidget *parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
    , m_form(new widgets::Form(this))
    , m_faults(new QLabel(this)) {
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(theme::metric::group);
    m_faults->setWordWrap(true);
    m_faults->hide();
    m_column->addWidget(m_faults);
    m_column->addWidget(m_form);
}

void JobPageWidget::bind(const QString &member, QWidget *field) {
    m_bound.push_back({member, field});
}

void JobPageWidget::showFaults(const std::vector<JobFault> &faults) {
    for (const Bound &each : m_bound) {
        m_form->setFault(each.field, {});
    }
    QStringList others;
    for (const JobFault &fault : faults) {
        const auto bound = std::find_if(m_bound.begin(), m_bound.end(), [&](const Bound &each) {
            return fault.member.startsWith(each.member) && each.field->isVisibleTo(this);
        });
        if (bound == m_bound.end()) {
            others += fault.sentence;
        } else if (m_form->faultOf(bound->field).isEmpty()) {
            m_form->setFault(bound->field, fault.sentence);
        }
    }
    m_faults->setText(others.join(u'\n'));
    m_faults->setVisible(!others.isEmpty());
}

void JobPageWidget::watch(QLineEdit *field) {
    connect(field, &QLineEdit::textEdited, this, &JobPageWidget::changed);
}

void JobPageWidget::watch(QComboBox *field) {
    connect(field, &QComboBox::activated, this, &JobPageWidget::changed);
}

void JobPageWidget::watch(QSpinBox *field) {
    connect(field, &QSpinBox::valueChanged, this, &JobPageWidget::changed);
}

void JobPageWidget::watch(QCheckBox *field) {
    connect(field, &QCheckBox::clicked, this, &JobPageWidget::changed);
}

void JobPageWidget::watch(QPlainTextEdit *field) {
    connect(field, &QPlainTextEdit::textChanged, this, &JobPageWidget::changed);
}

QLineEdit *JobPageWidget::makeLine(const char *name, const QString &placeholder) {
    auto *line = new QLineEdit(this);
    line->setObjectName(QString::fromLatin1(name));
    line->setPlaceholderText(placeholder);
    watch(line);
    return line;
}

} // namespace keyturn::ui
