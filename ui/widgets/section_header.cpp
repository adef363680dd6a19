// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/section_header.h"

#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"

#include <QBoxLayout>
#include <QLabel>

namespace keyturn::widgets {

SectionHeader::SectionHeader(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_title(new QLabel(title, this))
    , m_note(new QLabel(this))
    , m_row(new QHBoxLayout(this)) {
    theme::setTextRole(*m_title, theme::TextRole::Section);
    theme::setTone(*m_note, theme::ColorRole::MutedText);
    m_note->hide();
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(theme::metric::related);
    m_row->addWidget(m_title);
    m_row->addWidget(m_note);
    m_row->addStretch(1);
    setMinimumHeight(theme::metric::controlHeight);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(title);
}

void SectionHeader::setTitle(const QString &title) {
    m_title->setText(title);
    setAccessibleName(title);
}

void SectionHeader::setNote(const QString &note) {
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void SectionHeader::addAct(QWidget *button) {
    m_row->addWidget(button);
}

} // namespace keyturn::widgets
