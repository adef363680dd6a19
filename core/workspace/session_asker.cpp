// SPDX-License-Identifier: Apache-2.0
#include "workspace/session_asker.h"

namespace keyturn::workspace {
namespace {

Error nobody(std::string_view wanted) {
    return clientError(ErrorCode::NoCredentials,
                       std::string(wanted) + " is needed, and there is nobody to ask here.");
}

} // namespace

void SessionAsker::ask(ConfirmationQuestion question, CancelToken cancel, Answer answer) {
    m_delivery.post([self = shared_from_this(), question = std::move(question), cancel = std::move(cancel),
                     answer = std::move(answer)]() mutable {
        if (self->m_questions == nullptr) {
            return answer({.nobodyToAsk = true});
        }
        self->m_questions->confirm(std::move(question), std::move(cancel), std::move(answer));
    });
}

void SessionAsker::askMfaCode(MfaQuestion question, CancelToken cancel, CodeDone done) {
    m_delivery.post([self = shared_from_this(), question = std::move(question), cancel = std::move(cancel),
                     done = std::move(done)]() mutable {
        if (self->m_questions == nullptr) {
            return done(fail(nobody("An MFA code")));
        }
        self->m_questions->askMfaCode(std::move(question), std::move(cancel), std::move(done));
    });
}

void SessionAsker::deviceLoginStarted(DeviceLogin login, CancelSource giveUp) {
    m_delivery.post(
        [self = shared_from_this(), login = std::move(login), giveUp = std::move(giveUp)]() mutable {
            if (self->m_questions == nullptr) {
                return giveUp.cancel();
            }
            self->m_questions->deviceLoginStarted(std::move(login), std::move(giveUp));
        });
}

void SessionAsker::deviceLoginEnded(Status outcome) {
    m_delivery.post([self = shared_from_this(), outcome = std::move(outcome)]() mutable {
        if (self->m_questions != nullptr) {
            self->m_questions->deviceLoginEnded(std::move(outcome));
        }
    });
}

void SessionAsker::askCommandApproval(CommandQuestion question, CancelToken cancel, ApprovalDone done) {
    m_delivery.post([self = shared_from_this(), question = std::move(question), cancel = std::move(cancel),
                     done = std::move(done)]() mutable {
        if (self->m_questions == nullptr) {
            return done(fail(nobody("The permission to run a program")));
        }
        self->m_questions->askCommandApproval(std::move(question), std::move(cancel), std::move(done));
    });
}

} // namespace keyturn::workspace
