// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/byte_counter.h"

#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"

#include <QLocale>

namespace keyturn::widgets {

ByteCounter::ByteCounter(std::size_t limitBytes, QWidget *parent)
    : QLabel(parent)
    , m_limit(limitBytes) {
    theme::setTextRole(*this, theme::TextRole::Caption);
    setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    refresh(false);
}

void ByteCounter::setCount(std::size_t bytes) {
    const bool wasOver = isOver();
    m_count = bytes;
    refresh(wasOver);
}

void ByteCounter::setLimit(std::size_t limitBytes) {
    const bool wasOver = isOver();
    m_limit = limitBytes;
    refresh(wasOver);
}

void ByteCounter::refresh(bool wasOver) {
    const auto number = [this](std::size_t value) {
        return locale().toString(static_cast<qulonglong>(value));
    };
    if (m_limit == 0) {
        setText(tr("%1 bytes").arg(number(m_count)));
    } else if (isOver()) {
        setText(tr("%1 of %2 bytes, %3 too many")
                    .arg(number(m_count), number(m_limit), number(m_count - m_limit)));
    } else {
        setText(tr("%1 of %2 bytes").arg(number(m_count), number(m_limit)));
    }
    theme::setTone(*this, isOver() ? theme::ColorRole::Danger : theme::ColorRole::MutedText);
    setAccessibleName(text());
    if (isOver() != wasOver) {
        Q_EMIT overChanged(isOver());
    }
}

} // namespace keyturn::widgets
