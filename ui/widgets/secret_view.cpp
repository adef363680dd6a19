// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/secret_view.h"

#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/secret_canvas.h"
#include "ui/widgets/secret_edit.h"
#include "ui/widgets/secret_pad.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTimer>

namespace keyturn::widgets {
namespace {

constexpr std::chrono::seconds tick{1};

} // namespace

SecretView::SecretView(const QString &what, QWidget *parent)
    : QWidget(parent)
    , m_what(what)
    , m_canvas(new SecretCanvas(secretPadMaxBytes, this))
    , m_size(new QLabel(this))
    , m_format(new QComboBox(this))
    , m_reveal(new QPushButton(this))
    , m_copy(new QPushButton(tr("Copy"), this))
    , m_save(new QPushButton(tr("Save"), this))
    , m_second(new QTimer(this)) {
    m_canvas->setObjectName(QStringLiteral("secret"));
    m_canvas->setAccessibleName(what);
    m_format->setObjectName(QStringLiteral("secretFormat"));
    m_format->setAccessibleName(tr("Format of %1").arg(what));
    m_format->addItem(tr("Text"), static_cast<int>(SecretFormat::Text));
    m_format->addItem(tr("Hex"), static_cast<int>(SecretFormat::Hex));
    m_format->addItem(tr("Base64"), static_cast<int>(SecretFormat::Base64));
    m_reveal->setObjectName(QStringLiteral("secretReveal"));
    m_copy->setObjectName(QStringLiteral("secretCopy"));
    m_copy->setToolTip(tr("Copy for 10 seconds, hidden from clipboard histories"));
    m_save->setObjectName(QStringLiteral("secretSave"));
    theme::setTone(*m_size, theme::ColorRole::MutedText);

    auto *row = new QHBoxLayout;
    row->setSpacing(theme::metric::related);
    row->addWidget(m_format);
    row->addWidget(m_reveal);
    row->addWidget(m_copy);
    row->addWidget(m_save);
    row->addStretch(1);
    row->addWidget(m_size);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::metric::related);
    layout->addWidget(m_canvas, 1);
    layout->addLayout(row);

    connect(m_format, &QComboBox::currentIndexChanged, this, [this] { m_canvas->setFormat(format()); });
    connect(m_reveal, &QPushButton::clicked, this, [this] { isRevealed() ? hideSecret() : reveal(); });
    connect(m_copy, &QPushButton::clicked, this, [this] {
        m_seen = true;
        Q_EMIT copyRequested();
    });
    connect(m_save, &QPushButton::clicked, this, &SecretView::saveRequested);
    connect(m_second, &QTimer::timeout, this, &SecretView::secondPassed);
    refresh();
}

SecretView::~SecretView() = default;

void SecretView::setSecret(const SecretBytes &secret) {
    m_canvas->setSecret(secret.view());
    m_seen = false;
    m_secondsLeft = 0;
    const auto wanted = readsAsText(secret.view()) ? SecretFormat::Text : SecretFormat::Hex;
    m_format->setCurrentIndex(m_format->findData(static_cast<int>(wanted)));
    m_canvas->setFormat(wanted);
    refresh();
}

bool SecretView::isEmpty() const {
    return m_canvas->buffer().empty();
}

SecretFormat SecretView::format() const {
    return static_cast<SecretFormat>(m_format->currentData().toInt());
}

SecretText SecretView::formatted() const {
    return formatSecret(m_canvas->buffer().view(), format());
}

SecretBytes SecretView::copy() const {
    return SecretBytes::copyOf(m_canvas->buffer().view());
}

void SecretView::setForReading() {
    m_format->hide();
    m_copy->hide();
}

void SecretView::clear() {
    m_canvas->clearSecret();
    hideSecret();
    refresh();
}

void SecretView::reveal() {
    if (isEmpty()) {
        return;
    }
    m_seen = true;
    m_secondsLeft = static_cast<int>(secretRevealedFor.count());
    m_second->start(tick);
    refresh();
    Q_EMIT revealedChanged(true);
}

void SecretView::hideSecret() {
    const bool was = isRevealed();
    m_secondsLeft = 0;
    m_second->stop();
    refresh();
    if (was) {
        Q_EMIT revealedChanged(false);
    }
}

void SecretView::secondPassed() {
    if (m_secondsLeft <= 1) {
        hideSecret();
        return;
    }
    --m_secondsLeft;
    refresh();
}

void SecretView::refresh() {
    const auto size = static_cast<qulonglong>(m_canvas->buffer().sizeBytes());
    m_canvas->setHidden(!isRevealed());
    m_canvas->setNote(isEmpty() ? tr("Nothing here yet.") : tr("Hidden. Reveal shows it for 10 seconds."));
    m_size->setText(isEmpty() ? QString() : tr("%1 bytes").arg(locale().toString(size)));
    m_canvas->setAccessibleDescription(m_size->text());
    m_reveal->setText(isRevealed() ? tr("Hide (%1 s)").arg(m_secondsLeft) : tr("Reveal"));
    m_reveal->setIcon(theme::icon(isRevealed() ? theme::Icon::Hide : theme::Icon::Reveal));
    m_reveal->setMinimumWidth(m_reveal->fontMetrics().horizontalAdvance(tr("Hide (%1 s)").arg(10)) +
                              theme::metric::iconSmall + 5 * theme::metric::inside);
    for (QWidget *control : {static_cast<QWidget *>(m_reveal), static_cast<QWidget *>(m_copy),
                             static_cast<QWidget *>(m_save), static_cast<QWidget *>(m_format)}) {
        control->setEnabled(!isEmpty());
    }
}

} // namespace keyturn::widgets
