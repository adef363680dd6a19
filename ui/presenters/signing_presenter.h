// SPDX-License-Identifier: Apache-2.0
// SigningPresenter: the dialogs that sign, verify, make and verify MACs, without their widgets. What is
// signed is sent whole, as a digest that is made here, or as one that the person has. A signature that does
// not match is no error but a verdict: the service tells it by an exception and never by "false". Messages
// are SecretBytes and stay nowhere. GUI thread. Owner: the dialog.
#pragma once

#include "base/result.h"
#include "base/secret_bytes.h"
#include "kms/operation.h"
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

enum class SigningFamily : std::uint8_t { Signature, Mac };

/// What goes to the service.
enum class SignedAs : std::uint8_t { Message, DigestMadeHere, DigestGiven };

struct SigningForm {
    std::string keyId;
    std::string algorithm; ///< wire name
    SignedAs as = SignedAs::Message;
};

class SigningPresenter : public QObject {
    Q_OBJECT

public:
    static constexpr std::size_t longestMessage = 4096;
    enum class Verdict { None, Matches, DoesNotMatch };

    SigningPresenter(const DialogContext &context, SigningFamily family, QObject *parent = nullptr);
    ~SigningPresenter() override;

    SigningFamily family() const { return m_family; }
    kms::KeyUsageType usage() const;
    /// Wire names of what the key can do, in the service's order.
    std::vector<std::string> algorithmsOf(const kms::KeyMetadata &key) const;
    /// What may be sent for an algorithm, the usual first.
    std::vector<SignedAs> waysFor(const std::string &algorithm) const;

    /// Why this cannot be sent; empty: it can. `bytes` of what is signed; of the proof when one is verified.
    QString fault(const SigningForm &form, std::size_t bytes,
                  std::optional<std::size_t> proofBytes = {}) const;
    bool isBusy() const { return m_busy.isBusy(); }
    void make(const SigningForm &form, SecretBytes message);
    void verify(const SigningForm &form, SecretBytes message, const Bytes &proof);
    void cancel() { m_busy.cancel(); }
    /// What was made or found no longer speaks of what is on the screen.
    void forget();

    const Bytes &proof() const { return m_proof; } ///< the signature or MAC that was made
    const std::string &keyArn() const { return m_keyArn; }
    Verdict verdict() const { return m_verdict; }
    const std::optional<Error> &error() const { return m_error; }
    Status saveProof(const std::filesystem::path &target, bool asBase64) const;
    /// What is signed is never in the command: it reads a file to be named.
    QString makeCommand(const SigningForm &form) const;
    QString verifyCommand(const SigningForm &form, const Bytes &proof) const;

Q_SIGNALS:
    void busyChanged();
    void changed();

private:
    kms::AnyRequest makeRequest(const SigningForm &form, SecretBytes message) const;
    kms::AnyRequest verifyRequest(const SigningForm &form, SecretBytes message, const Bytes &proof) const;
    Result<SecretBytes> toSend(const SigningForm &form, SecretBytes message) const;
    void send(kms::AnyRequest request);
    void take(Result<kms::AnyReply> reply);

    DialogContext m_context;
    SigningFamily m_family;
    Busy m_busy;
    Bytes m_proof;
    std::string m_keyArn;
    Verdict m_verdict = Verdict::None;
    std::optional<Error> m_error;
    std::uint64_t m_round = 0; ///< answers to older questions are dropped
};

} // namespace keyturn::ui
