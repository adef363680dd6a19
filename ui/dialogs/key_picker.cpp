// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/key_picker.h"

#include "kms/call.h"
#include "kms/error_text.h"
#include "kms/identifier.h"
#include "kms/operations/describe_key.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/presenters/recent_keys.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_scale.h"
#include "workspace/session.h"

#include <QComboBox>
#include <QCompleter>
#include <QFocusEvent>
#include <QLabel>
#include <QLineEdit>
#include <QTimer>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

constexpr std::chrono::milliseconds typingPause{350};

/// What a row of the list stands for: an alias where there is one, else the ARN.
QString identifierOf(const CatalogKey &key) {
    return fromUtf8(!key.aliases.empty() ? key.aliases.front() : !key.arn.empty() ? key.arn : key.keyId);
}

QString rowText(const CatalogKey &key) {
    const QString spec = key.metadata && key.metadata->keySpec
                             ? QStringLiteral(" \u00b7 ") + specWord(key.metadata->keySpec->text())
                             : QString();
    return identifierOf(key) + spec;
}

} // namespace

KeyPicker::KeyPicker(const DialogContext &context, const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
    , m_combo(new QComboBox(this))
    , m_resolution(new QLabel(this))
    , m_typing(new QTimer(this))
    , m_hint(tr("An id, ARN, alias or alias ARN.")) {
    m_combo->setEditable(true);
    m_combo->setInsertPolicy(QComboBox::NoInsert);
    m_combo->setAccessibleName(name);
    m_combo->lineEdit()->setAccessibleName(name);
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_combo->setMinimumContentsLength(28);
    m_combo->completer()->setFilterMode(Qt::MatchContains);
    m_combo->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_resolution->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    theme::setTextRole(*m_resolution, theme::TextRole::Caption);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::metric::insideTight);
    layout->addWidget(m_combo);
    layout->addWidget(m_resolution);
    m_typing->setSingleShot(true);
    m_typing->setInterval(typingPause);
    connect(m_typing, &QTimer::timeout, this, &KeyPicker::resolve);
    connect(m_combo->lineEdit(), &QLineEdit::textChanged, this, [this] {
        m_resolved.reset();
        m_problem.clear();
        showResolution();                            // nothing said of what stood there before
        m_combo->setToolTip(m_combo->currentText()); // an ARN is longer than the field
        const bool known = m_context.catalog->find(identifier()) >= 0;
        known ? resolve() : m_typing->start();
        Q_EMIT changed();
    });
    // A chosen row shows more than it stands for: the field holds the identifier alone.
    connect(m_combo, &QComboBox::activated, this,
            [this](int row) { m_combo->setEditText(m_combo->itemData(row).toString()); });
    connect(context.catalog, &KeyCatalog::rowsAdded, this, &KeyPicker::refill);
    connect(context.catalog, &KeyCatalog::loadingChanged, this, &KeyPicker::refill);
    refill();
    showResolution();
}

void KeyPicker::setPlaceholder(const QString &text) {
    m_combo->lineEdit()->setPlaceholderText(text);
}

std::string KeyPicker::identifier() const {
    return m_combo->currentText().trimmed().toStdString();
}

void KeyPicker::setIdentifier(const std::string &identifier) {
    const int known = m_context.catalog->find(identifier);
    m_combo->setEditText(known >= 0 ? identifierOf(m_context.catalog->at(known)) : fromUtf8(identifier));
}

void KeyPicker::setFilter(Filter filter) {
    m_filter = std::move(filter);
    refill();
}

void KeyPicker::refill() {
    const QString text = m_combo->currentText();
    const QSignalBlocker quiet(m_combo->lineEdit());
    m_combo->clear();
    for (const QString &recent : m_context.recentKeys->identifiers()) {
        if (m_context.catalog->find(recent.toStdString()) < 0) {
            m_combo->addItem(recent, recent); // a key of another account: in no list but this
        }
    }
    for (int row = 0; row < m_context.catalog->count(); ++row) {
        const CatalogKey &key = m_context.catalog->at(row);
        if (!m_filter || m_filter(key)) {
            m_combo->addItem(rowText(key), identifierOf(key));
        }
    }
    m_combo->setCurrentIndex(-1);
    m_combo->setEditText(text);
}

void KeyPicker::resolve() {
    const std::string asked = identifier();
    const auto question = ++m_question;
    if (asked.empty()) {
        return take(asked, std::nullopt, {});
    }
    if (const int row = m_context.catalog->find(asked); row >= 0 && m_context.catalog->at(row).metadata) {
        return take(asked, m_context.catalog->at(row).metadata, {});
    }
    const auto service = m_context.session->service();
    if (!service) {
        return;
    }
    setResolutionText(tr("Looking the key up\u2026"), false);
    kms::DescribeKey::Request request;
    request.keyId = asked;
    kms::call<kms::DescribeKey>(*service, std::move(request), {}, this,
                                [this, asked, question](Result<kms::DescribeKey::Reply> reply) {
                                    if (question != m_question) {
                                        return;
                                    }
                                    if (!reply) {
                                        const kms::ErrorText text = kms::describe(reply.error());
                                        m_problemTitle = fromUtf8(text.title);
                                        return take(asked, std::nullopt, fromUtf8(text.explanation));
                                    }
                                    m_context.recentKeys->remember(fromUtf8(asked));
                                    take(asked, reply->keyMetadata, {});
                                });
}

void KeyPicker::take(const std::string &asked, const std::optional<kms::KeyMetadata> &metadata,
                     const QString &problem) {
    if (asked != identifier()) {
        return;
    }
    m_resolved = metadata;
    m_problem = problem;
    showResolution();
    Q_EMIT changed();
}

void KeyPicker::showResolution() {
    if (!m_problem.isEmpty()) {
        return setResolutionText(m_problemTitle, true);
    }
    if (!m_resolved) {
        return setResolutionText(identifier().empty() ? m_hint : QString(), false);
    }
    const kms::KeyMetadata &key = *m_resolved;
    QStringList parts{fromUtf8(key.arn.value_or(key.keyId.value_or("")))};
    if (key.keyState && !(*key.keyState == kms::KeyState::Enabled)) {
        parts += stateWord(key.keyState->text());
    }
    setResolutionText(parts.join(QStringLiteral(" \u00b7 ")), false);
}

void KeyPicker::setHint(const QString &text) {
    m_hint = text;
    showResolution();
}

void KeyPicker::setResolutionText(const QString &text, bool isProblem) {
    theme::setTone(*m_resolution, isProblem ? theme::ColorRole::Danger : theme::ColorRole::MutedText);
    m_resolutionText = text;
    showElided();
}

void KeyPicker::showElided() {
    // One line whatever it says, so that the form does not jump; the whole is in the tooltip.
    const QFontMetrics metrics(m_resolution->font());
    m_resolution->setText(metrics.elidedText(m_resolutionText, Qt::ElideMiddle, width() - 2));
    m_resolution->setToolTip(m_problem.isEmpty() ? m_resolutionText : m_problem);
    m_combo->setAccessibleDescription(m_resolution->toolTip());
}

void KeyPicker::focusInEvent(QFocusEvent *event) {
    m_combo->setFocus(event->reason()); // no focus proxy: the ring belongs round the field alone
}

void KeyPicker::resizeEvent(QResizeEvent *event) {
    QWidget::resizeEvent(event);
    showElided();
}

} // namespace keyturn::ui
