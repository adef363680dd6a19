// SPDX-License-Identifier: Apache-2.0
// DataKeyPresenter: the data-key dialog without its widgets (features-and-screens.md 3.5). Without plaintext
// by default; the size is a KeySpec or a number of bytes, never both. The plaintext lives in SecretBytes here
// until it is taken, wiped, or the session locks. GUI thread. Owner: the dialog.
#pragma once

#include "base/result.h"
#include "base/secret_bytes.h"
#include "kms/encryption_context.h"
#include "ui/presenters/busy.h"
#include "ui/presenters/dialog_context.h"

#include "kms/operation.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::ui {

struct DataKeyForm {
    std::string keyId;
    bool withPlaintext = false;
    std::string keySpec = "AES_256"; ///< AES_256 or AES_128; empty: numberOfBytes counts
    std::optional<std::int64_t> numberOfBytes;
    kms::EncryptionContext context;
    std::vector<std::string> grantTokens;
};

struct DataKeyResult {
    Bytes ciphertextBlob;
    SecretBytes plaintext; ///< empty when not asked for, or wiped
    std::string keyArn;
    std::string keyMaterialId;
    bool plaintextSaved = false;
};

class DataKeyPresenter : public QObject {
    Q_OBJECT

public:
    explicit DataKeyPresenter(const DialogContext &context, QObject *parent = nullptr);
    ~DataKeyPresenter() override;

    /// Why the form cannot be sent; empty: it can.
    QString fault(const DataKeyForm &form) const;
    bool isBusy() const { return m_busy.isBusy(); }
    void generate(const DataKeyForm &form);
    void cancel() { m_busy.cancel(); }

    const std::optional<DataKeyResult> &result() const { return m_result; }
    const std::optional<Error> &error() const { return m_error; }
    /// The plaintext was given out and neither saved nor wiped: closing must ask.
    bool hasUnsavedPlaintext() const;
    void wipePlaintext();
    Status savePlaintext(const std::filesystem::path &target);
    Status saveCiphertext(const std::filesystem::path &target, bool withRecord);
    QString command(const DataKeyForm &form) const;

Q_SIGNALS:
    void busyChanged();
    /// A result or an error has come, or the plaintext was wiped.
    void changed();

private:
    kms::AnyRequest requestFor(const DataKeyForm &form) const;
    void take(Result<kms::AnyReply> reply);

    DialogContext m_context;
    Busy m_busy;
    DataKeyForm m_sent;
    std::optional<DataKeyResult> m_result;
    std::optional<Error> m_error;
};

} // namespace keyturn::ui
