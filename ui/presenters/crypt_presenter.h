// SPDX-License-Identifier: Apache-2.0
// CryptPresenter: the encrypt and the decrypt dialog without their widgets. The plaintext is SecretBytes on
// both ways; a decrypted one lives here until it is wiped, saved, or the session locks. GUI thread. Owner:
// the dialog.
#pragma once

#include "base/result.h"
#include "base/secret_bytes.h"
#include "inspect/inspection.h"
#include "kms/encryption_context.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "ui/presenters/busy.h"
#include "ui/presenters/dialog_context.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <optional>

namespace keyturn::ui {

struct CryptForm {
    std::string keyId;     ///< for Decrypt of a symmetric ciphertext it may be empty
    std::string algorithm; ///< wire name; empty: SYMMETRIC_DEFAULT, not sent
    kms::EncryptionContext context;
    std::vector<std::string> grantTokens;
};

/// The bytes of a source to send to a KMS; empty: nothing that a KMS could take. Data of no known form is
/// taken as it is: whether some KMS made it, only that KMS can tell.
const Bytes &ciphertextOf(const inspect::Inspection &source);

class CryptPresenter : public QObject {
    Q_OBJECT

public:
    static constexpr std::size_t maxPlaintextBytes = 4096;

    explicit CryptPresenter(const DialogContext &context, QObject *parent = nullptr);
    ~CryptPresenter() override;

    bool isBusy() const { return m_busy.isBusy(); }
    void encrypt(const CryptForm &form, SecretBytes plaintext);
    void decrypt(const CryptForm &form, const Bytes &ciphertext);
    void cancel() { m_busy.cancel(); }

    const std::optional<Error> &error() const { return m_error; }
    const std::optional<kms::Encrypt::Reply> &encrypted() const { return m_encrypted; }
    const std::optional<kms::Decrypt::Reply> &decrypted() const { return m_decrypted; }
    void wipePlaintext();
    /// A comparison to show for InvalidCiphertextException; empty: nothing known to compare with.
    QString contextComparison(const CryptForm &form) const;

    Status saveCiphertext(const std::filesystem::path &target, bool asBase64, bool withRecord);
    Status savePlaintext(const std::filesystem::path &target);
    /// A plaintext is never in the command: it reads a file to be named.
    QString encryptCommand(const CryptForm &form) const;
    QString decryptCommand(const CryptForm &form, const Bytes &ciphertext) const;

Q_SIGNALS:
    void busyChanged();
    void changed();

private:
    kms::Encrypt::Request encryptRequest(const CryptForm &form, SecretBytes plaintext) const;
    kms::Decrypt::Request decryptRequest(const CryptForm &form, const Bytes &ciphertext) const;
    void begin(const CryptForm &form);
    void end(const std::optional<Error> &error);

    DialogContext m_context;
    Busy m_busy;
    CryptForm m_sent;
    std::optional<Error> m_error;
    std::optional<kms::Encrypt::Reply> m_encrypted;
    std::optional<kms::Decrypt::Reply> m_decrypted;
};

} // namespace keyturn::ui
