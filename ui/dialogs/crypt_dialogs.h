// SPDX-License-Identifier: Apache-2.0
// EncryptDialog and DecryptDialog. Plaintext is typed into a pad that keeps it in secret memory, with a live
// count against the key's limit and a hint at a line break at the end; a decrypted one is masked and wiped.
// GUI thread.
#pragma once

#include "ui/dialogs/acting_dialog.h"
#include "ui/presenters/crypt_presenter.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;

namespace keyturn::desktop {
class ClipboardGuard;
}
namespace keyturn::widgets {
class BlobEdit;
class BusyButton;
class ByteCounter;
class ContextGrid;
class CopyButton;
class Form;
class MonoText;
class SecretPad;
class SecretView;
class SectionHeader;
} // namespace keyturn::widgets

namespace keyturn::ui {

class InspectionView;
class KeyPicker;

/// What both dialogs have: key, algorithm, context, the button that runs.
class CryptDialog : public ActingDialog {
    Q_OBJECT

public:
    void setKey(const std::string &identifier);

protected:
    CryptDialog(const DialogContext &context, const QString &title, const QString &verb, QWidget *parent);
    CryptForm form() const;
    void refreshAlgorithms();
    virtual void refresh() = 0;
    void showCryptError(const Error &error);

    CryptPresenter m_presenter;
    KeyPicker *m_key;
    QComboBox *m_algorithm;
    widgets::SectionHeader *m_contextTitle;
    widgets::ContextGrid *m_contextGrid;
    widgets::Form *m_form;
    widgets::BusyButton *m_run;
};

class EncryptDialog : public CryptDialog {
    Q_OBJECT

public:
    explicit EncryptDialog(const DialogContext &context, QWidget *parent = nullptr);

private:
    void makeParts();
    void refresh() override;
    void showResult();
    void wipe() override;
    std::size_t limit() const;

    widgets::SecretPad *m_pad = nullptr;
    widgets::ByteCounter *m_counter = nullptr;
    QPushButton *m_strip = nullptr;
    QLabel *m_tooLong = nullptr;
    QLabel *m_atMost = nullptr; ///< what an asymmetric key takes at once
    QWidget *m_result = nullptr;
    widgets::MonoText *m_ciphertext = nullptr;
    QCheckBox *m_asBase64 = nullptr;
    QPushButton *m_save = nullptr;
};

class DecryptDialog : public CryptDialog {
    Q_OBJECT

public:
    DecryptDialog(const DialogContext &context, desktop::ClipboardGuard *clipboard,
                  QWidget *parent = nullptr);

private:
    void makeParts();
    void connectParts();
    void sourceChanged();
    void refresh() override;
    void showResult();
    void wipe() override;
    void reject() override;
    void closeEvent(QCloseEvent *event) override;
    /// The bytes to send; empty: nothing that a KMS could take.
    const Bytes &ciphertext() const;

    desktop::ClipboardGuard *m_clipboard;
    widgets::BlobEdit *m_blob = nullptr;
    InspectionView *m_inspection = nullptr;
    QWidget *m_result = nullptr;
    widgets::SecretView *m_plaintext = nullptr;
    widgets::MonoText *m_usedKey = nullptr;
    inspect::Inspection m_found;
};

} // namespace keyturn::ui
