// SPDX-License-Identifier: Apache-2.0
// KeyActsPresenter: acts on keys that are one call each (enable, disable, rotate, schedule and cancel
// deletion, description, tags, aliases, rotation period, create). Runs them, tells the outcome, and has the
// catalog ask for the key again. GUI thread. Owner: the main window.
#pragma once

#include "base/result.h"
#include "kms/operation.h"
#include "kms/structures.h"
#include "ui/presenters/busy.h"
#include "ui/presenters/dialog_context.h"

#include <QObject>

#include <functional>
#include <string>
#include <vector>

namespace keyturn::ui {

class KeyActsPresenter : public QObject {
    Q_OBJECT

public:
    using Done = std::function<void(Result<kms::AnyReply>)>;

    explicit KeyActsPresenter(const DialogContext &context, QObject *parent = nullptr);
    ~KeyActsPresenter() override;

    void enable(const std::string &keyId, Done done);
    void disable(const std::string &keyId, Done done);
    void rotateNow(const std::string &keyId, Done done);
    /// Turns automatic rotation on, or changes its period.
    void enableRotation(const std::string &keyId, int periodInDays, Done done);
    void disableRotation(const std::string &keyId, Done done);
    void scheduleDeletion(const std::string &keyId, int windowInDays, Done done);
    void cancelDeletion(const std::string &keyId, Done done);
    /// A dialog has asked for the coming call already: the safety level does not ask again. `target` is the
    /// key or alias as the call names it.
    void noteAsked(kms::OperationId operation, const std::string &target, const std::string &typed = {});
    /// Two calls as one act: AWS leaves a key disabled after its deletion was cancelled.
    void cancelDeletionAndEnable(const std::string &keyId, Done done);
    void setDescription(const std::string &keyId, const std::string &text, Done done);
    void tag(const std::string &keyId, std::vector<kms::Tag> tags, Done done);
    void untag(const std::string &keyId, std::vector<std::string> tagKeys, Done done);
    void createAlias(const std::string &aliasName, const std::string &keyId, Done done);
    void moveAlias(const std::string &aliasName, const std::string &keyId, Done done);
    void deleteAlias(const std::string &aliasName, const std::string &keyId, Done done);

    /// Any other act on one key that is one call.
    void perform(kms::AnyRequest request, const std::string &keyId, Done done) {
        run(std::move(request), keyId, std::move(done));
    }

    struct NewKey {
        std::string keySpec = "SYMMETRIC_DEFAULT";
        std::string keyUsage = "ENCRYPT_DECRYPT";
        bool imported = false; ///< the material comes from outside (origin EXTERNAL)
        bool multiRegion = false;
        std::string description;
        std::string aliasName; ///< with "alias/"; empty: none
        std::vector<kms::Tag> tags;
    };
    /// CreateKey, then CreateAlias. When only the alias fails, the error says that the key is there.
    void create(const NewKey &key, Done done);

    bool isBusy() const { return m_busy.isBusy(); }
    void cancel() { m_busy.cancel(); }

Q_SIGNALS:
    void busyChanged();
    /// An act on a key has succeeded.
    void keyChanged(const QString &keyId);
    /// The set of aliases or keys has changed.
    void inventoryChanged();

private:
    void run(kms::AnyRequest request, const std::string &keyId, Done done);

    DialogContext m_context;
    Busy m_busy;
};

/// What a person must type to schedule a deletion: an alias of the key, or the last 8 characters of an id
/// without one.
QString confirmationTextFor(const std::string &keyId, const std::vector<std::string> &aliases);

} // namespace keyturn::ui
