// SPDX-License-Identifier: Apache-2.0
// MaterialPresenter: importing key material without its widgets, as a sequence: get parameters, wrap the
// material (here, or elsewhere with the saved public key), import it. New parameters replace what was wrapped
// for the old ones, but only when they are there; a refused step takes nothing away. A saved token takes up
// an import whose material was wrapped elsewhere. Material in clear lives in SecretBytes, for the time of
// wrapping alone. GUI thread. Owner: the dialog.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "kms/operations/import_key_material.h"
#include "kms/structures.h"
#include "ui/presenters/busy.h"
#include "ui/presenters/dialog_context.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::ui {

struct ImportOptions {
    std::optional<Timestamp> validTo; ///< nothing: it never expires
    std::optional<bool> isNew;        ///< nothing: as the service takes it by itself
    std::string description;
};

class MaterialPresenter : public QObject {
    Q_OBJECT

public:
    MaterialPresenter(const DialogContext &context, kms::KeyMetadata key, QObject *parent = nullptr);
    ~MaterialPresenter() override;

    const kms::KeyMetadata &key() const { return m_key; }
    bool isSymmetric() const;
    std::vector<std::string> algorithms() const;
    std::vector<std::string> wrappingKeys(const std::string &algorithm) const;

    bool isBusy() const { return m_busy.isBusy(); }
    void cancel() { m_busy.cancel(); }
    void getParameters(const std::string &algorithm, const std::string &wrappingKey);
    bool isImporting() const { return isBusy() && m_importing; }
    /// Which step was begun last.
    bool isImportStep() const { return m_importing; }
    bool hasParameters() const { return !m_token.empty(); }
    /// False for a saved token: its public key is elsewhere.
    bool canWrapHere() const { return !m_publicKey.empty(); }
    /// That the parameters are for; empty for a saved token.
    const std::string &algorithm() const { return m_algorithm; }
    /// Instead of new parameters.
    Status useSavedToken(const std::filesystem::path &file);
    const std::optional<Timestamp> &parametersValidTo() const { return m_validTo; }
    Status savePublicKey(const std::filesystem::path &target) const;
    Status saveToken(const std::filesystem::path &target) const;
    /// What to run elsewhere, with the saved public key.
    QString wrappingCommands() const;

    /// Reads a key file, wraps it with the parameters, and forgets it.
    Status wrapFile(const std::filesystem::path &file);
    Status useWrappedFile(const std::filesystem::path &file);
    const Bytes &wrapped() const { return m_wrapped; }

    /// Why it cannot be imported like that; empty: it can.
    QString fault(const ImportOptions &options) const;
    QString expiryFault(const ImportOptions &options) const;
    bool areParametersPast() const;
    void import(const ImportOptions &options);
    bool isImported() const { return m_imported; }
    const std::string &materialId() const { return m_materialId; }
    const std::optional<Error> &error() const { return m_error; }

Q_SIGNALS:
    void busyChanged();
    void changed();

private:
    void forgetParameters();

    DialogContext m_context;
    kms::KeyMetadata m_key;
    Busy m_busy;
    std::string m_algorithm;
    Bytes m_token;
    SecretBytes m_publicKey; ///< the model calls it sensitive
    std::optional<Timestamp> m_validTo;
    Bytes m_wrapped;
    bool m_importing = false;
    bool m_imported = false;
    std::string m_materialId;
    std::optional<Error> m_error;
};

} // namespace keyturn::ui
