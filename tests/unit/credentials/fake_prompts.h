// SPDX-License-Identifier: Apache-2.0
// FakePrompts: a person who answers from a list, at once, and remembers what was asked; and a source's ports
// for tests, with a clock that waiting moves. Any thread.
#pragma once

#include "credentials/plan_source.h"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace keyturn::test {

class FakePrompts final : public credentials::CredentialPrompts {
public:
    std::mutex mutex;
    std::deque<std::string> codes; ///< "cancel": the person closes the question; empty list: never answers
    std::vector<credentials::MfaQuestion> mfaQuestions;
    std::vector<credentials::CommandQuestion> commandQuestions;
    std::vector<credentials::DeviceLogin> logins;
    std::vector<Status> loginEnds;
    bool approves = false;
    bool nobodyThere = false;
    bool givesUpLogin = false;
    std::vector<CodeDone> unanswered;

    bool isSomebodyThere() const override { return !nobodyThere; }
    void askMfaCode(credentials::MfaQuestion question, CancelToken, CodeDone done) override {
        const std::scoped_lock lock(mutex);
        mfaQuestions.push_back(std::move(question));
        if (codes.empty()) {
            unanswered.push_back(std::move(done));
            return;
        }
        const std::string code = codes.front();
        codes.pop_front();
        if (code == "cancel") {
            done(fail(ErrorCode::Cancelled, "the person closed the question"));
            return;
        }
        SecretText text;
        text.append(code);
        done(std::move(text));
    }
    void deviceLoginStarted(credentials::DeviceLogin login, CancelSource giveUp) override {
        const std::scoped_lock lock(mutex);
        logins.push_back(std::move(login));
        if (givesUpLogin) {
            giveUp.cancel();
        }
    }
    void deviceLoginEnded(Status outcome) override {
        const std::scoped_lock lock(mutex);
        loginEnds.push_back(std::move(outcome));
    }
    void askCommandApproval(credentials::CommandQuestion question, CancelToken, ApprovalDone done) override {
        const std::scoped_lock lock(mutex);
        commandQuestions.push_back(std::move(question));
        done(approves);
    }
};

inline Timestamp testNow() {
    return parseIso8601("2026-11-22T04:17:00Z").value();
}

/// Ports whose waits only move the clock.
struct TestPorts {
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(testNow());
    std::shared_ptr<FakePrompts> prompts = std::make_shared<FakePrompts>();
    std::shared_ptr<std::vector<std::chrono::milliseconds>> pauses =
        std::make_shared<std::vector<std::chrono::milliseconds>>();

    credentials::CredentialPorts ports(std::chrono::milliseconds timeout = std::chrono::seconds(20)) const {
        credentials::CredentialPorts out;
        out.http = credentials::HttpClient::open({.timeout = timeout}).value();
        out.prompts = prompts;
        out.clock = clock;
        out.pause = [clock = clock, pauses = pauses](std::chrono::milliseconds time,
                                                     const CancelToken &cancel) -> Status {
            if (cancel.isCancelled()) {
                return fail(ErrorCode::Cancelled, "stopped");
            }
            pauses->push_back(time);
            clock->advance(time);
            return {};
        };
        return out;
    }
};

/// Waits for the answer on this thread; no event loop runs meanwhile.
inline Result<credentials::CredentialsSource::Shared> obtainNow(credentials::CredentialsSource &source,
                                                                Timestamp now, CancelToken cancel = {}) {
    struct Answer {
        std::mutex mutex;
        std::condition_variable changed;
        std::optional<Result<credentials::CredentialsSource::Shared>> value;
    };
    auto answer = std::make_shared<Answer>();
    source.obtain(now, std::move(cancel), [answer](Result<credentials::CredentialsSource::Shared> given) {
        const std::scoped_lock lock(answer->mutex);
        answer->value.emplace(std::move(given));
        answer->changed.notify_all();
    });
    std::unique_lock lock(answer->mutex);
    answer->changed.wait(lock, [&] { return answer->value.has_value(); });
    return std::move(*answer->value);
}

} // namespace keyturn::test
