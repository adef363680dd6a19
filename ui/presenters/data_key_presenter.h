// SPDX-License-Identifier: Apache-2.0
// DataKeyPresenter: the data-key dialog without its widgets (features-and-screens.md 3.5). Without plaintext
// by default; a KeySpec, a number of bytes or a key pair, only one of them; one to 100, each a call of its
// own. A call that fails ends the round; what was made stays. Plaintexts live in SecretBytes here until
// they are wiped or the session locks. GUI thread. Owner: the dialog.
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
    std::string keyPairSpec; ///< not empty: a key pair, and neither of the two above counts
    kms::EncryptionContext context;
    std::vector<std::string> grantTokens;
    int count = 1; ///< 1 to 100
};

/// How wrapped keys are written down.
enum class DataKeyOutput : std::uint8_t { Base64, Hex, Raw, EnvironmentLine, Json };

struct DataKeyResult {
    Bytes ciphertextBlob;  ///< of a pair, the wrapped private key
    SecretBytes plaintext; ///< empty when not asked for, or wiped; of a pair, the private key (PKCS#8 DER)
    Bytes publicKey;       ///< of a pair (SubjectPublicKeyInfo DER)
    std::string keyPairSpec;
    std::string keyArn;
    std::string keyMaterialId;
    bool plaintextSaved = false;
    bool plaintextSeen = false; ///< revealed or copied
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

    const std::vector<DataKeyResult> &results() const { return m_results; }
    /// nullptr: there is none.
    const DataKeyResult *result(std::size_t row = 0) const;
    const std::optional<Error> &error() const { return m_error; }
    /// A plaintext was given out and neither saved nor wiped.
    bool hasUnsavedPlaintext() const;
    /// One of these nobody has even looked at: closing must ask.
    bool hasUnseenPlaintext() const;
    void markSeen(std::size_t row);
    void wipePlaintext();
    /// Several plaintexts become several files: "key.bin" makes key-1.bin, key-2.bin, ...
    Status savePlaintext(const std::filesystem::path &target);
    /// Written as text, several keys stand in one file, a line each; raw, each in a file of its own. Records
    /// stand beside raw files alone.
    Status saveCiphertext(const std::filesystem::path &target, bool withRecord,
                          DataKeyOutput output = DataKeyOutput::Raw);
    /// The wrapped key of a row as text; raw bytes as base64.
    QString ciphertextText(std::size_t row, DataKeyOutput output) const;
    QString command(const DataKeyForm &form) const;

Q_SIGNALS:
    void busyChanged();
    /// A result or an error has come, or the plaintext was wiped.
    void changed();

private:
    kms::AnyRequest requestFor(const DataKeyForm &form) const;
    void sendNext();
    void take(Result<kms::AnyReply> reply);
    Status writeRecord(const std::filesystem::path &target, const DataKeyResult &result) const;

    DialogContext m_context;
    Busy m_busy;
    DataKeyForm m_sent;
    int m_unsent = 0; ///< of this round
    std::vector<DataKeyResult> m_results;
    std::optional<Error> m_error;
};

} // namespace keyturn::ui
