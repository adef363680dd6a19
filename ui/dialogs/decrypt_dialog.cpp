// SPDX-License-Identifier: Apache-2.0
#include "inspect/inspect.h"
#include "ui/desktop/clipboard_guard.h"
#include "ui/dialogs/context_pairs.h"
#include "ui/dialogs/crypt_dialogs.h"
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/inspection_view.h"
#include "ui/dialogs/key_picker.h"
#include "ui/models/key_words.h"
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/busy_button.h"
#include "ui/widgets/context_grid.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/form.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/secret_view.h"
#include "ui/widgets/section_header.h"
#include "workspace/session.h"

#include <QCloseEvent>
#include <QFile>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace keyturn::ui {

DecryptDialog::DecryptDialog(const DialogContext &context, desktop::ClipboardGuard *clipboard,
                             QWidget *parent)
    : CryptDialog(context, tr("Decrypt"), tr("Decrypt"), parent)
    , m_clipboard(clipboard) {
    setObjectName(QStringLiteral("decryptDialog"));
    makeParts();
    connectParts();
    orderTabsAsLaidOut(*this);
    resize(760, 720);
    refreshAlgorithms();
    refresh();
    m_blob->setFocus();
}

void DecryptDialog::makeParts() {
    m_blob = new widgets::BlobEdit(tr("Ciphertext"), this);
    m_blob->setObjectName(QStringLiteral("decrypt.blob"));
    m_blob->setPlaceholderText(tr("Paste a ciphertext. Drop or open a file."));
    m_inspection = new InspectionView(this);
    m_key->setPlaceholder(tr("Read from the ciphertext where it names its key"));
    m_result = new QWidget(this);
    m_plaintext = new widgets::SecretView(tr("Plaintext"), m_result);
    m_plaintext->setObjectName(QStringLiteral("decrypt.plaintext"));
    m_usedKey = new widgets::MonoText(tr("key ARN"), m_result);
    auto *resultForm = new widgets::Form(m_result);
    resultForm->addRow(tr("Plaintext"), m_plaintext);
    resultForm->addRow(tr("Decrypted by"), m_usedKey);
    auto *resultColumn = new QVBoxLayout(m_result);
    resultColumn->setContentsMargins(0, 0, 0, 0);
    resultColumn->addWidget(new widgets::SectionHeader(tr("Result"), m_result));
    resultColumn->addWidget(resultForm);
    m_result->hide();
    content()->addWidget(m_blob, 1);
    content()->addWidget(m_inspection, 1);
    content()->addWidget(m_form);
    content()->addWidget(m_contextTitle);
    content()->addWidget(m_contextGrid);
    content()->addWidget(m_result);
    auto *copyCommand = new widgets::CopyButton(
        tr("command"), [this] { return m_presenter.decryptCommand(form(), ciphertext()); }, this);
    copyCommand->setAsCommand();
    buttons()->addStretch(1);
    buttons()->addWidget(copyCommand);
    buttons()->addWidget(m_run);
}

void DecryptDialog::connectParts() {
    connect(m_blob, &widgets::BlobEdit::changed, this, &DecryptDialog::sourceChanged);
    connect(m_blob, &widgets::BlobEdit::submitRequested, m_run, &QPushButton::click);
    connect(m_blob, &widgets::BlobEdit::openRequested, this, [this] {
        requestOpenFile(this, tr("Open ciphertext"), {}, [this](const std::filesystem::path &file) {
            if (auto opened = m_blob->openFile(fromUtf8(file.string())); !opened) {
                showError(opened.error());
            }
        });
    });
    connect(m_blob, &widgets::BlobEdit::openFailed, this, [this](const QString &reason) {
        bar()->present({widgets::NewsKind::Danger, tr("The file cannot be opened"), reason, {}, {}});
    });
    connect(m_run, &widgets::BusyButton::started, this, [this] {
        bar()->dismiss();
        m_plaintext->clear();
        m_presenter.decrypt(form(), ciphertext());
    });
    connect(&m_presenter, &CryptPresenter::changed, this, &DecryptDialog::showResult);
    connect(m_plaintext, &widgets::SecretView::copyRequested, this,
            [this] { m_clipboard->lend(m_plaintext->formatted().take()); });
    connect(m_plaintext, &widgets::SecretView::saveRequested, this, [this] {
        requestSaveFile(
            this, tr("Save plaintext"), QStringLiteral("plaintext.bin"),
            [this](const std::filesystem::path &file) {
                if (!m_presenter.decrypted()) {
                    return;
                }
                const auto saved = m_presenter.savePlaintext(file);
                if (!saved) {
                    return showError(saved.error());
                }
                bar()->present({widgets::NewsKind::Good, tr("Saved"), fromUtf8(file.string()), {}, {}});
            });
    });
}

void DecryptDialog::sourceChanged() {
    const auto bytes = m_blob->bytes();
    const std::string text = m_blob->text().toStdString();
    // An inspector that sees the text as pasted can name all its layers; a chosen kind overrides it.
    m_found = m_blob->kindIsChosen() && bytes ? inspect::inspect(*bytes)
              : text.empty() && bytes         ? inspect::inspect(*bytes)
                                              : inspect::inspect(asBytes(text));
    if (!m_blob->kindIsChosen() && !m_blob->filePath().isEmpty()) {
        if (auto withRecord = inspect::inspectFile(QFile::encodeName(m_blob->filePath()).toStdString())) {
            m_found = std::move(*withRecord);
        }
    }
    m_inspection->setInspection(m_found);
    m_blob->setFinding(m_blob->isEmpty() ? QString() : fromUtf8(inspect::title(m_found.kind)));
    if (!m_found.sourceKey.empty()) {
        m_key->setIdentifier(m_found.sourceKey);
    }
    if (m_found.context) {
        m_contextGrid->setPairs(pairsOf(*m_found.context));
    }
    refresh();
}

const Bytes &DecryptDialog::ciphertext() const {
    return ciphertextOf(m_found);
}

void DecryptDialog::refresh() {
    // Only symmetric ciphertexts of a known form say whose they are.
    const bool namesItsKey = m_found.isKmsCiphertext() && m_found.kind != inspect::Kind::RsaSized;
    const bool keyMissing = !ciphertext().empty() && !namesItsKey && m_key->identifier().empty();
    m_form->setFault(m_key, keyMissing ? tr("This ciphertext does not name its key: choose it.") : QString());
    m_run->setBusy(m_presenter.isBusy());
    m_run->setEnabled((!ciphertext().empty() && !keyMissing && m_contextGrid->isValid()) ||
                      m_presenter.isBusy());
}

void DecryptDialog::showResult() {
    if (m_presenter.error()) {
        return showCryptError(*m_presenter.error());
    }
    const auto &reply = m_presenter.decrypted();
    const bool open = reply && reply->plaintext && !reply->plaintext->empty();
    m_result->setVisible(open);
    if (open) {
        m_plaintext->setSecret(*reply->plaintext);
        m_usedKey->setText(fromUtf8(reply->keyId.value_or("")));
    } else {
        m_plaintext->clear();
    }
    refresh();
}

void DecryptDialog::wipe() {
    m_presenter.cancel();
    m_plaintext->clear();
    m_presenter.wipePlaintext();
}

void DecryptDialog::closeEvent(QCloseEvent *event) {
    wipe();
    QDialog::closeEvent(event);
}

void DecryptDialog::reject() {
    wipe();
    QDialog::reject();
}

} // namespace keyturn::ui
