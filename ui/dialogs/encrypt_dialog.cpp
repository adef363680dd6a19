// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/crypt_dialogs.h"
#include "ui/dialogs/dialog_frame.h"

#include "base/encoding.h"
#include "ui/dialogs/context_pairs.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/key_picker.h"
#include "ui/dialogs/known_context_menu.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_choices.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/byte_counter.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/secret_pad.h"
#include "ui/widgets/section_header.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

namespace keyturn::ui {

namespace metric = theme::metric;

CryptDialog::CryptDialog(const DialogContext &context, const QString &title, const QString &verb,
                         QWidget *parent)
    : ActingDialog(context, title, false, parent)
    , m_presenter(context)
    , m_key(new KeyPicker(context, tr("Key"), this))
    , m_algorithm(new QComboBox(this))
    , m_contextTitle(new widgets::SectionHeader(tr("Encryption context"), this))
    , m_contextGrid(new widgets::ContextGrid(tr("Encryption context"), this))
    , m_form(new widgets::Form(this))
    , m_run(new widgets::BusyButton(verb, this)) {
    m_key->setObjectName(QStringLiteral("crypt.key"));
    m_algorithm->setObjectName(QStringLiteral("crypt.algorithm"));
    m_contextGrid->setObjectName(QStringLiteral("crypt.context"));
    m_run->setObjectName(QStringLiteral("crypt.run"));
    m_run->setDefault(true);
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    m_key->setFilter([](const CatalogKey &each) {
        return !each.metadata ||
               (hasUsage(*each.metadata, kms::KeyUsageType::ENCRYPT_DECRYPT) && isEnabledKey(*each.metadata));
    });
    m_form->addRow(tr("Key"), m_key);
    m_form->addRow(tr("Algorithm"), m_algorithm);
    connect(m_key, &KeyPicker::changed, this, [this] {
        refreshAlgorithms();
        refresh();
    });
    connect(m_algorithm, &QComboBox::currentIndexChanged, this, [this] { refresh(); });
    offerKnownContexts(*m_contextGrid, *context.knownContexts);
    setRetry([this] { m_run->click(); });
    new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this, [this] { m_run->click(); });
    connect(m_contextGrid, &widgets::ContextGrid::changed, this, [this] { refresh(); });
    connect(&m_presenter, &CryptPresenter::busyChanged, this, [this] { refresh(); });
    connect(m_run, &widgets::BusyButton::cancelRequested, this, [this] { m_presenter.cancel(); });
}

void CryptDialog::setKey(const std::string &identifier) {
    m_key->setIdentifier(identifier);
}

CryptForm CryptDialog::form() const {
    return {.keyId = m_key->identifier(),
            .algorithm = m_algorithm->currentData().toString().toStdString(),
            .context = contextOf(m_contextGrid->pairs())};
}

void CryptDialog::refreshAlgorithms() {
    const auto &key = m_key->resolved();
    const bool asymmetric = isAsymmetricKey(key);
    QStringList names;
    if (asymmetric && key->encryptionAlgorithms) {
        for (const auto &each : *key->encryptionAlgorithms) {
            names += fromUtf8(each.text());
        }
    }
    const QSignalBlocker quiet(m_algorithm);
    const QString before = m_algorithm->currentData().toString();
    m_algorithm->clear();
    for (const QString &name : names) {
        m_algorithm->addItem(name, name);
    }
    // The stronger hash stands first in no list by right; it is what a person wants unless told otherwise.
    const int wanted =
        m_algorithm->findData(before.isEmpty() ? QStringLiteral("RSAES_OAEP_SHA_256") : before);
    m_algorithm->setCurrentIndex(names.isEmpty() ? -1 : std::max(0, wanted));
    m_form->setRowVisible(m_algorithm, asymmetric);
    m_contextGrid->setVisible(!asymmetric);
    m_contextTitle->setVisible(!asymmetric);
    if (asymmetric) {
        m_contextGrid->setPairs({});
    }
}

void CryptDialog::showCryptError(const Error &error) {
    widgets::News news = newsOf(error);
    if (error.code == ErrorCode::InvalidCiphertext) {
        const QString comparison = m_presenter.contextComparison(form());
        news.text += comparison.isEmpty() ? QString() : u' ' + comparison;
    }
    bar()->present(news);
}

EncryptDialog::EncryptDialog(const DialogContext &context, QWidget *parent)
    : CryptDialog(context, tr("Encrypt"), tr("Encrypt"), parent) {
    setObjectName(QStringLiteral("encryptDialog"));
    makeParts();
    connect(m_pad, &widgets::SecretPad::edited, this, [this] { refresh(); });
    connect(m_pad, &widgets::SecretPad::openFailed, this, [this](const QString &reason) {
        bar()->present({widgets::NewsKind::Danger, tr("The file cannot be opened"), reason, {}, {}});
    });
    connect(m_pad, &widgets::SecretPad::submitRequested, m_run, &QPushButton::click);
    connect(m_strip, &QPushButton::clicked, this, [this] {
        m_pad->stripLineBreak();
        refresh();
    });
    connect(m_run, &widgets::BusyButton::started, this, [this] {
        bar()->dismiss();
        m_presenter.encrypt(form(), m_pad->copy());
    });
    connect(&m_presenter, &CryptPresenter::changed, this, &EncryptDialog::showResult);
    connect(m_save, &QPushButton::clicked, this, [this] {
        requestSaveFile(
            this, tr("Save ciphertext"), QStringLiteral("ciphertext.bin"),
            [this](const std::filesystem::path &file) {
                const auto saved = m_presenter.saveCiphertext(file, m_asBase64->isChecked(), true);
                if (!saved) {
                    return showError(saved.error());
                }
                bar()->present(
                    {widgets::NewsKind::Good, tr("Saved with its record"), fromUtf8(file.string()), {}, {}});
            });
    });
    orderTabsAsLaidOut(*this);
    resize(720, 640);
    refreshAlgorithms();
    refresh();
    m_pad->setFocus();
}

void EncryptDialog::makeParts() {
    m_pad = new widgets::SecretPad(this);
    m_pad->setObjectName(QStringLiteral("encrypt.pad"));
    m_pad->setAccessibleName(tr("Plaintext"));
    m_pad->setPlaceholderText(tr("Type or paste what to encrypt, or drop a file."));
    m_pad->setMinimumHeight(120);
    m_counter = new widgets::ByteCounter(CryptPresenter::maxPlaintextBytes, this);
    m_strip = new QPushButton(tr("Remove line break at the end"), this);
    m_strip->setObjectName(QStringLiteral("encrypt.strip"));
    m_tooLong = new QLabel(
        tr("Too long for one call. Generate a data key, encrypt with it, and keep the wrapped key."), this);
    m_tooLong->setWordWrap(true);
    auto *counterRow = new QHBoxLayout;
    counterRow->setSpacing(metric::related);
    counterRow->addWidget(m_counter);
    counterRow->addStretch(1);
    counterRow->addWidget(m_strip);
    m_result = new QWidget(this);
    m_ciphertext = new widgets::MonoText(tr("ciphertext"), m_result);
    m_ciphertext->setObjectName(QStringLiteral("encrypt.ciphertext"));
    auto *resultForm = new widgets::Form(m_result);
    resultForm->addRow(tr("Ciphertext"), m_ciphertext);
    auto *resultColumn = new QVBoxLayout(m_result);
    resultColumn->setContentsMargins(0, 0, 0, 0);
    resultColumn->addWidget(new widgets::SectionHeader(tr("Result"), m_result));
    resultColumn->addWidget(resultForm);
    m_result->hide();
    content()->addWidget(m_pad, 1);
    content()->addLayout(counterRow);
    content()->addWidget(m_tooLong);
    m_atMost = new QLabel(this);
    m_atMost->setObjectName(QStringLiteral("encrypt.atMost"));
    m_atMost->setWordWrap(true);
    m_form->addField(m_atMost);
    content()->addWidget(m_form);
    content()->addWidget(m_contextTitle);
    content()->addWidget(m_contextGrid);
    content()->addWidget(m_result);
    m_save = new QPushButton(tr("Save\u2026"), this);
    m_save->setObjectName(QStringLiteral("encrypt.save"));
    m_asBase64 = new QCheckBox(tr("As base64"), this);
    auto *copyCommand = new widgets::CopyButton(
        tr("command"), [this] { return m_presenter.encryptCommand(form()); }, this);
    copyCommand->setAsCommand();
    buttons()->addWidget(m_save);
    buttons()->addWidget(m_asBase64);
    buttons()->addStretch(1);
    buttons()->addWidget(copyCommand);
    buttons()->addWidget(m_run);
}

void EncryptDialog::wipe() {
    m_presenter.cancel();
    m_pad->clearSecret();
}

std::size_t EncryptDialog::limit() const {
    const auto &key = m_key->resolved();
    return longestPlaintext(key && key->keySpec ? key->keySpec->text() : "SYMMETRIC_DEFAULT",
                            m_algorithm->currentData().toString().toStdString());
}

void EncryptDialog::refresh() {
    if (m_pad == nullptr) {
        return; // called while the parts are being made
    }
    m_counter->setLimit(limit());
    m_counter->setCount(m_pad->sizeBytes());
    m_strip->setVisible(m_pad->endsWithLineBreak());
    m_tooLong->setVisible(m_counter->isOver());
    m_form->setRowVisible(m_atMost, isAsymmetricKey(m_key->resolved()));
    m_atMost->setText(
        tr("Takes at most %1 bytes at once, and no encryption context. Neither key nor algorithm "
           "will stand in the ciphertext: keep its record.")
            .arg(limit()));
    m_run->setBusy(m_presenter.isBusy());
    const bool ready =
        !m_pad->isEmpty() && !m_counter->isOver() && !m_key->identifier().empty() && m_contextGrid->isValid();
    m_run->setEnabled(ready || m_presenter.isBusy());
    m_save->setEnabled(m_presenter.encrypted().has_value());
}

void EncryptDialog::showResult() {
    if (m_presenter.error()) {
        return showCryptError(*m_presenter.error());
    }
    const auto &reply = m_presenter.encrypted();
    m_result->setVisible(reply.has_value());
    if (reply && reply->ciphertextBlob) {
        m_ciphertext->setText(fromUtf8(toBase64(*reply->ciphertextBlob)));
    }
    refresh();
}

} // namespace keyturn::ui
