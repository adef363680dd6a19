// SPDX-License-Identifier: Apache-2.0
// ReEncryptPresenter: everything of the re-encrypt dialog but its widgets (features-and-screens.md 3.4).
// Takes one or many ciphertexts under one pair of keys and contexts; each has its own outcome, and a failure
// stops nothing. No plaintext is ever here: the service does the work. GUI thread. Owner: the dialog.
#pragma once

#include "base/atomic_file.h"
#include "base/bytes.h"
#include "base/result.h"
#include "inspect/inspection.h"
#include "inspect/record.h"
#include "kms/operation.h"
#include "kms/operations/re_encrypt.h"
#include "ui/models/key_catalog.h"
#include "ui/presenters/busy.h"
#include "ui/presenters/dialog_context.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <optional>
#include <vector>

namespace keyturn::ui {

/// One ciphertext of the dialog.
struct ReEncryptItem {
    QString name;               ///< file name or "line 3"
    std::filesystem::path file; ///< empty when pasted
    inspect::Inspection inspection;

    /// The bytes to send; empty: nothing that a KMS could take. Data of no known form is sent as it is:
    /// whether some KMS made it, only that KMS can tell.
    const Bytes &ciphertext() const;

    enum class Outcome { Waiting, Running, Done, WouldSucceed, Failed, Cancelled };
    Outcome outcome = Outcome::Waiting;
    std::optional<kms::ReEncrypt::Reply> reply;
    std::optional<Error> error;
};

/// What the person has filled in.
struct ReEncryptForm {
    std::string sourceKey;
    bool letServiceFindKey = false; ///< no SourceKeyId; for symmetric ciphertext only
    std::string sourceAlgorithm;    ///< wire name; empty: SYMMETRIC_DEFAULT, not sent
    kms::EncryptionContext sourceContext;
    std::string destinationKey;
    std::string destinationAlgorithm;
    kms::EncryptionContext destinationContext;
    std::vector<std::string> grantTokens;
};

enum class ReEncryptField {
    Source,
    SourceKey,
    SourceAlgorithm,
    SourceContext,
    DestinationKey,
    DestinationAlgorithm,
    DestinationContext,
    GrantTokens
};
struct FormFault {
    ReEncryptField field;
    QString sentence;
};

class ReEncryptPresenter : public QObject {
    Q_OBJECT

public:
    explicit ReEncryptPresenter(const DialogContext &context, QObject *parent = nullptr);
    ~ReEncryptPresenter() override;

    // Source
    /// One ciphertext a line; a text of one line is one. What was there is replaced.
    void setPastedText(const QString &text);
    void setFiles(const std::vector<std::filesystem::path> &files);
    /// One ciphertext whose spelling the person has chosen.
    void setBytes(const QString &name, const Bytes &bytes);
    const std::vector<ReEncryptItem> &items() const { return m_items; }
    /// What to prefill the source key with: the inspector's, when all ciphertexts agree. Empty: unknown.
    std::string suggestedSourceKey() const;
    /// A context that stands with the ciphertext (record, Encryption SDK), when all agree.
    std::optional<kms::EncryptionContext> suggestedSourceContext() const;

    /// Only in the demo vault: something to try the dialog with.
    bool offersSample() const;
    /// Encrypts a harmless text under the first key that can; sampleMade tells when it is there.
    void makeSample();

    // Keys
    /// The key's description, from the catalog or asked of the service; keyResolved tells when it has come.
    const kms::KeyMetadata *metadataOf(const std::string &identifier) const;
    void resolve(const std::string &identifier);
    const std::optional<Error> *resolveErrorOf(const std::string &identifier) const;
    bool isAsymmetric(const std::string &identifier) const;
    /// Some ciphertext has the size of an asymmetric key's and no form of its own.
    bool looksAsymmetric() const;
    std::vector<std::string> algorithmsOf(const std::string &identifier) const;

    /// Why the form cannot be sent; empty: it can.
    std::vector<FormFault> faults(const ReEncryptForm &form) const;
    /// The target context is empty while the source's is not: to be said before sending.
    static bool dropsContext(const ReEncryptForm &form);

    // Acts
    bool isBusy() const { return m_busy.isBusy(); }
    void reEncrypt(const ReEncryptForm &form) { start(form, false); }
    /// DryRun: nothing is changed, nothing comes back.
    void checkOnly(const ReEncryptForm &form) { start(form, true); }
    void cancel();
    int doneCount() const;

    // Results
    QString command(const ReEncryptForm &form) const;
    // They speak of what was sent, whatever the form says by now.
    kms::AnyRequest requestOf(const ReEncryptItem &item) const;
    /// The key that a service's message names, of those in play; empty: none.
    std::string keyNamedIn(const Error &error, const ReEncryptItem &item) const;
    /// A comparison for an item that failed with InvalidCiphertextException; empty: nothing known to compare
    /// with.
    QString contextComparison() const;
    inspect::Record recordOf(const ReEncryptItem &item) const;
    /// Writes the new ciphertext of a row, raw or as base64, and the record beside it if asked.
    Status save(int row, const std::filesystem::path &target, bool asBase64, bool withRecord,
                bool mayReplace) const;
    /// Replaces the source file in the layers it wears, the old content staying as <file>.bak. A file that
    /// is no longer what was read is left alone.
    Status replaceSourceFile(int row, bool withRecord) const;

Q_SIGNALS:
    void itemsChanged();
    void itemChanged(int row);
    void busyChanged();
    void keyResolved(const QString &identifier);
    void sampleMade(const QString &base64, const keyturn::kms::EncryptionContext &context);
    void sampleFailed(const keyturn::Error &error);

private:
    struct Resolved {
        std::optional<kms::KeyMetadata> metadata;
        std::optional<Error> error;
    };
    void start(const ReEncryptForm &form, bool dryRun);
    void startNext();
    void sendItem(int row);
    void takeReply(int row, Result<kms::ReEncrypt::Reply> reply);
    kms::ReEncrypt::Request requestFor(const ReEncryptForm &form, const ReEncryptItem &item,
                                       bool dryRun) const;
    Status write(const ReEncryptItem &item, const std::filesystem::path &target, const Bytes &content,
                 bool withRecord, AtomicFile::Options options) const;
    void cancelWaiting();
    void checkSource(const ReEncryptForm &form, std::vector<FormFault> &faults) const;
    void checkDestination(const ReEncryptForm &form, std::vector<FormFault> &faults) const;

    DialogContext m_context;
    Busy m_busy;
    std::vector<ReEncryptItem> m_items;
    std::unordered_map<std::string, Resolved> m_resolved; ///< of identifiers that are not in the catalog
    ReEncryptForm m_running;
    bool m_dryRun = false;
    bool m_stopped = false;
    int m_next = 0;
    std::uint64_t m_round = 0;
};

} // namespace keyturn::ui
