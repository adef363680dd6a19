// SPDX-License-Identifier: Apache-2.0
// KeychainCall: one read, write or remove from start to answer: probe, QtKeychain job, time-out, cancel, and
// the one place where QtKeychain's errors become ours. Internal to this module. Main thread; belongs to its
// QObject parent and deletes itself when it has answered. The job is never deleted by us: a call that gives
// up only stops listening to it.
#pragma once

#include "keychain/keychain.h"

#include <QObject>
#include <QTimer>

namespace QKeychain {
class Job;
}

namespace keyturn::keychain {

class KeychainCall final : public QObject {
public:
    using MakeJob = UniqueFunction<QKeychain::Job *()>;
    using Done = Keychain::ReadDone;

    static void start(QObject *parent, CallOptions options, MakeJob makeJob, Done done);
    /// Answers with the error through the event loop.
    static void refuse(QObject *parent, Error error, Done done);

private:
    KeychainCall(QObject *parent, Done done);

    void begin(CallOptions options);
    void startJob();
    void jobFinished(QKeychain::Job *job);
    void finish(Result<SecretBytes> result);
    void finishLater(Result<SecretBytes> result);

    Done m_done;
    MakeJob m_makeJob;
    QTimer m_timer;
    bool m_finished = false;
    CancelToken::Subscription m_cancelled; ///< last: it must go first
};

} // namespace keyturn::keychain
