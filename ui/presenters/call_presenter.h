// SPDX-License-Identifier: Apache-2.0
// CallPresenter: sends any request of the language as it stands, after the language's own validation, and
// keeps what came back. GUI thread. Owner: the call dialog. What a safety level asks, the session asks.
#pragma once

#include "base/result.h"
#include "kms/operation.h"
#include "ui/presenters/busy.h"
#include "ui/presenters/dialog_context.h"

#include <QObject>
#include <QString>

#include <optional>

namespace keyturn::ui {

class CallPresenter : public QObject {
    Q_OBJECT

public:
    explicit CallPresenter(const DialogContext &context, QObject *parent = nullptr);
    ~CallPresenter() override;

    /// Why the open service does not have it; empty: it does.
    QString whyAbsent(kms::OperationId operation) const;
    /// Why a dry run is not to be had; empty: it is.
    QString whyNoDryRun(kms::OperationId operation) const;
    /// The safety level of the profile asks by itself before a call of this effect, or refuses it.
    bool sessionAsks(kms::Effect effect) const;

    /// `dryRun` is written into the request. A request that is not valid is not sent: answered() with the
    /// validation's own message.
    void send(kms::AnyRequest request, bool dryRun);
    bool isBusy() const { return m_busy.isBusy(); }
    void cancel() { m_busy.cancel(); }

    const std::optional<Error> &error() const { return m_error; }
    /// A dry run that said that the call would work.
    bool wouldWork() const { return m_wouldWork; }
    /// Gives the reply away; empty when there is none.
    kms::AnyReply takeReply() { return std::move(m_reply); }

Q_SIGNALS:
    void busyChanged();
    void answered();

private:
    void finish(Result<kms::AnyReply> reply, bool dryRun);

    DialogContext m_context;
    Busy m_busy;
    std::optional<Error> m_error;
    kms::AnyReply m_reply;
    bool m_wouldWork = false;
};

} // namespace keyturn::ui
