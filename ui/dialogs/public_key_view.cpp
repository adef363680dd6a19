// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/public_key_view.h"

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "ui/dialogs/file_request.h"
#include "ui/models/key_words.h"
#include "ui/models/public_key_text.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/mono_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

constexpr int textLines = 5;

} // namespace

PublicKeyView::PublicKeyView(QWidget *parent)
    : QWidget(parent)
    , m_fileName(QStringLiteral("public-key"))
    , m_form(new QComboBox(this))
    , m_copy(new widgets::CopyButton(
          tr("public key"), [this] { return text(); }, this))
    , m_save(new QPushButton(tr("Save public key\u2026"), this))
    , m_text(new QPlainTextEdit(this))
    , m_fingerprint(new widgets::MonoText(tr("SHA-256 of the public key"), this))
    , m_fingerprintLabel(new QLabel(tr("SHA-256"), this)) {
    m_form->setObjectName(QStringLiteral("publicKey.form"));
    m_form->setAccessibleName(tr("Public key written as"));
    m_form->addItem(tr("PEM"), int(Form::Pem));
    m_form->addItem(tr("DER, in base64"), int(Form::Der));
    m_form->addItem(tr("JWK"), int(Form::Jwk));
    m_save->setObjectName(QStringLiteral("publicKey.save"));
    m_text->setObjectName(QStringLiteral("publicKey.text"));
    m_text->setAccessibleName(tr("Public key"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_text->setWordWrapMode(QTextOption::WrapAnywhere);
    theme::setTextRole(*m_text, theme::TextRole::Fixed);
    m_text->setMinimumHeight(m_text->fontMetrics().lineSpacing() * textLines + 2 * metric::inside);
    auto *line = new QHBoxLayout;
    line->setSpacing(metric::related);
    line->addWidget(m_form);
    line->addWidget(m_copy);
    line->addStretch(1);
    line->addWidget(m_save);
    auto *last = new QHBoxLayout;
    last->setSpacing(metric::related);
    last->addWidget(m_fingerprintLabel);
    last->addWidget(m_fingerprint, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::related);
    column->addLayout(line);
    column->addWidget(m_text, 1);
    column->addLayout(last);
    connect(m_form, &QComboBox::currentIndexChanged, this, &PublicKeyView::refresh);
    connect(m_save, &QPushButton::clicked, this, &PublicKeyView::save);
    refresh();
}

PublicKeyView::Form PublicKeyView::form() const {
    return static_cast<Form>(m_form->currentData().toInt());
}

QString PublicKeyView::text() const {
    return m_text->toPlainText();
}

void PublicKeyView::setKey(const Bytes &der, const std::vector<std::string> &algorithms) {
    m_der = der;
    m_algorithms = algorithms;
    refresh();
}

void PublicKeyView::refresh() {
    QString text;
    bool isKey = !m_der.empty();
    if (isKey && form() == Form::Jwk) {
        const auto jwk = jwkOfPublicKey(m_der, m_algorithms);
        isKey = jwk.has_value();
        text = jwk ? fromUtf8(*jwk) : fromUtf8(jwk.error().detail);
    } else if (isKey) {
        text = fromUtf8(form() == Form::Pem ? pemOfPublicKey(m_der) : toBase64(m_der));
    }
    m_text->setPlainText(text);
    m_copy->setEnabled(isKey);
    m_save->setEnabled(isKey);
    m_fingerprint->setText(m_der.empty() ? QString() : fromUtf8(fingerprintOfPublicKey(m_der)));
}

void PublicKeyView::save() {
    const Form form = this->form();
    const QString ending = form == Form::Pem   ? QStringLiteral(".pem")
                           : form == Form::Der ? QStringLiteral(".der")
                                               : QStringLiteral(".jwk.json");
    const Bytes content = form == Form::Der ? m_der : toBytes(text().toStdString());
    requestSaveFile(this, tr("Save public key"), m_fileName + ending,
                    [this, content](const std::filesystem::path &file) {
                        const auto written = writeFileAtomically(file, content, {});
                        if (!written) {
                            Q_EMIT saveFailed(written.error());
                            return;
                        }
                        Q_EMIT saved(fromUtf8(file.string()));
                    });
}

} // namespace keyturn::ui
