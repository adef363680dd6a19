// SPDX-License-Identifier: Apache-2.0
#include "history/recorded_kms.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <vector>

namespace keyturn::history {
namespace {

struct HeldCall {
    kms::AnyRequest request;
    kms::CallContext context;
    kms::Completion completion;
    CallFacts facts;
};
using Held = std::unique_ptr<HeldCall>;

Error notSent(const kms::OperationInfo &info, Error error) {
    if (error.code != ErrorCode::Cancelled) {
        error.detail = std::string(info.name) +
                       " was not sent, for its intent must stand in the history: " + error.detail;
    }
    error.operation = info.name;
    return error;
}

} // namespace

class RecordedKms::Desk : public std::enable_shared_from_this<RecordedKms::Desk> {
public:
    Desk(std::shared_ptr<kms::KmsService> inner, std::shared_ptr<Recorder> recorder, std::string profile,
         Certainty certainty)
        : m_inner(std::move(inner))
        , m_recorder(std::move(recorder))
        , m_profile(std::move(profile))
        , m_certainty(certainty) {}

    kms::Capabilities capabilities() const { return m_inner->capabilities(); }
    void submit(Held call);
    void close();

private:
    /// A job's calls of one operation: they wait until the intent is durable.
    struct Job {
        std::string callId;
        bool open = false;
        std::vector<Held> waiting;
    };

    void submitOfJob(Held call);
    void openJob(const std::string &name, const HistoryEntry &first);
    void jobOpened(const std::string &name, const Status &written);
    void sendAfterIntent(Held call, const Status &written);
    void send(Held call);
    void answered(HeldCall &call, Result<kms::AnyReply> reply);
    /// `then` runs when the entry is durable or cannot be, and this desk waits for it at its end. False: it
    /// has closed, and nobody may be waited for any more.
    bool writeThen(CallFacts &facts, Recorder::Done &then);
    bool isClosed();

    std::shared_ptr<kms::KmsService> m_inner;
    const std::shared_ptr<Recorder> m_recorder;
    const std::string m_profile;
    const Certainty m_certainty;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::map<std::string, Job> m_jobs;
    std::size_t m_written = 0; ///< entries that the recorder has, and will call back for
    bool m_closed = false;
};

void RecordedKms::Desk::submit(Held call) {
    call->facts = factsOf(call->request, m_recorder->contextInTheClear());
    HistoryEntry &entry = call->facts.entry;
    entry.profile = m_profile;
    entry.jobId = call->context.jobId;
    const kms::Effect effect = kms::operationInfo(call->request.operation()).effect;
    if (m_certainty == Certainty::Follows) {
        return send(std::move(call));
    }
    if (effect < kms::Effect::Changes) {
        return entry.jobId.empty() ? send(std::move(call)) : submitOfJob(std::move(call));
    }
    entry.callId = m_recorder->newCallId();
    CallFacts intent = call->facts;
    intent.entry.stage = Stage::Intent;
    intent.entry.outcome = "Intent";
    entry.stage = Stage::Outcome;
    HeldCall *held = call.get();
    Recorder::Done then = [this, call = std::move(call)](const Status &written) mutable {
        sendAfterIntent(std::move(call), written);
    };
    if (!writeThen(intent, then)) {
        held->completion(fail(ErrorCode::Cancelled, "the session was closed."));
    }
}

/// The recorder's callbacks hold this object by its address: close() waits for them.
bool RecordedKms::Desk::writeThen(CallFacts &facts, Recorder::Done &then) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed) {
            return false;
        }
        ++m_written;
    }
    m_recorder->write(std::move(facts), this, [this, then = std::move(then)](Status written) mutable {
        then(std::move(written));
        then = nullptr;
        const std::lock_guard lock(m_mutex);
        --m_written;
        m_changed.notify_all();
    });
    return true;
}

bool RecordedKms::Desk::isClosed() {
    const std::lock_guard lock(m_mutex);
    return m_closed;
}

void RecordedKms::Desk::submitOfJob(Held call) {
    const HistoryEntry entry = call->facts.entry;
    const std::string name = entry.jobId + ' ' + entry.operation;
    bool first = false;
    {
        const std::lock_guard lock(m_mutex);
        Job &job = m_jobs[name];
        if (!job.open) {
            first = job.waiting.empty();
            job.waiting.push_back(std::move(call));
        } else {
            call->facts.entry.callId = job.callId;
        }
    }
    if (call) {
        send(std::move(call));
    } else if (first) {
        openJob(name, entry);
    }
}

void RecordedKms::Desk::openJob(const std::string &name, const HistoryEntry &first) {
    CallFacts intent;
    intent.entry = first;
    intent.entry.context.clear(); // each call has its own
    intent.entry.stage = Stage::Intent;
    intent.entry.outcome = "Intent";
    intent.entry.callId = m_recorder->newCallId();
    {
        const std::lock_guard lock(m_mutex);
        m_jobs[name].callId = intent.entry.callId;
    }
    Recorder::Done then = [this, name](const Status &written) { jobOpened(name, written); };
    if (!writeThen(intent, then)) {
        jobOpened(name, fail(ErrorCode::Cancelled, "the session was closed."));
    }
}

void RecordedKms::Desk::jobOpened(const std::string &name, const Status &written) {
    std::vector<Held> waiting;
    std::string callId;
    {
        const std::lock_guard lock(m_mutex);
        Job &job = m_jobs[name];
        job.open = written.has_value();
        waiting.swap(job.waiting);
        callId = job.callId;
    }
    for (Held &call : waiting) {
        call->facts.entry.callId = callId;
        sendAfterIntent(std::move(call), written);
    }
}

/// On the recorder's thread, and close() waits: the service is still there.
void RecordedKms::Desk::sendAfterIntent(Held call, const Status &written) {
    const kms::OperationInfo &info = kms::operationInfo(call->request.operation());
    if (!written) {
        return call->completion(fail(notSent(info, written.error())));
    }
    if (call->context.cancel.isCancelled() || isClosed()) {
        CallFacts facts = std::move(call->facts);
        facts.entry.outcome = "NotSent";
        m_recorder->note(std::move(facts));
        return call->completion(
            fail(notSent(info, clientError(ErrorCode::Cancelled, "it was stopped before it was sent."))));
    }
    send(std::move(call));
}

void RecordedKms::Desk::send(Held call) {
    kms::AnyRequest request = std::move(call->request);
    kms::CallContext context = std::move(call->context);
    m_inner->submit(std::move(request), std::move(context),
                    [self = shared_from_this(), call = std::move(call)](Result<kms::AnyReply> reply) mutable {
                        self->answered(*call, std::move(reply));
                    });
}

void RecordedKms::Desk::answered(HeldCall &call, Result<kms::AnyReply> reply) {
    CallFacts facts = std::move(call.facts);
    HistoryEntry &entry = facts.entry;
    if (reply) {
        addReply(*reply, entry);
    } else {
        addError(reply.error(), entry);
    }
    const kms::OperationInfo *info = kms::findOperation(entry.operation);
    const bool ofJob = entry.stage != Stage::Outcome && !entry.jobId.empty();
    if (ofJob || info->effect == kms::Effect::Reads || m_certainty == Certainty::Follows) {
        ofJob ? m_recorder->sum(std::move(facts)) : m_recorder->note(std::move(facts));
        return call.completion(std::move(reply));
    }
    // The answer is there and is given, whether or not its record could be written: a gap then says so.
    struct Answer {
        kms::Completion completion;
        Result<kms::AnyReply> reply;
    };
    const auto answer = std::make_shared<Answer>(Answer{std::move(call.completion), std::move(reply)});
    Recorder::Done then = [answer](const Status &) { answer->completion(std::move(answer->reply)); };
    if (!writeThen(facts, then)) {
        m_recorder->note(std::move(facts));
        answer->completion(std::move(answer->reply));
    }
}

void RecordedKms::Desk::close() {
    constexpr std::chrono::milliseconds lookAgain{20};
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
    }
    // What waits for a key or a disk is refused; one entry may be on its way into the recorder just now.
    std::unique_lock lock(m_mutex);
    while (m_written > 0) {
        lock.unlock();
        m_recorder->abandon(this);
        lock.lock();
        m_changed.wait_for(lock, lookAgain, [this] { return m_written == 0; });
    }
    const std::shared_ptr<kms::KmsService> inner = std::move(m_inner);
    lock.unlock(); // the service's end, if this is it, answers what is under way
}

RecordedKms::RecordedKms(std::shared_ptr<kms::KmsService> inner, std::shared_ptr<Recorder> recorder,
                         std::string profile, Certainty certainty)
    : m_desk(std::make_shared<Desk>(std::move(inner), std::move(recorder), std::move(profile), certainty)) {}

RecordedKms::~RecordedKms() {
    m_desk->close();
}

kms::Capabilities RecordedKms::capabilities() const {
    return m_desk->capabilities();
}

void RecordedKms::submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    m_desk->submit(std::make_unique<HeldCall>(
        HeldCall{std::move(request), std::move(context), std::move(completion), {}}));
}

} // namespace keyturn::history
