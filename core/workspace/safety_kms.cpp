// SPDX-License-Identifier: Apache-2.0
#include "workspace/safety_kms.h"

#include "kms/identifier.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/schedule_key_deletion.h"
#include "workspace/safety_rules.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <set>

namespace keyturn::workspace {
namespace {

constexpr std::int64_t awsDefaultWindowDays = 30;

Error refusal(ErrorCode code, const kms::OperationInfo &info, std::string detail) {
    Error error = clientError(code, std::move(detail));
    error.operation = info.name;
    return error;
}

/// A call that waits for a person. Ended once: by the answer, by cancelling, or by the gate's end.
struct Waiting {
    Waiting(kms::AnyRequest theRequest, kms::CallContext theContext, kms::Completion theCompletion)
        : info(kms::operationInfo(theRequest.operation()))
        , targets(namedTargets(info, theRequest.object()))
        , request(std::move(theRequest))
        , context(std::move(theContext))
        , completion(std::move(theCompletion)) {}

    const kms::OperationInfo &info;
    const std::vector<std::string> targets;
    kms::AnyRequest request;
    kms::CallContext context;
    kms::Completion completion;
    CancelSource questionEnds;
    CancelToken::Subscription onCancel;
    std::atomic<bool> ended = false;

    /// True for the first who asks; request and completion are theirs then.
    bool take() { return !ended.exchange(true); }
    void refuse(Error error) {
        if (take()) {
            completion(fail(std::move(error)));
        }
    }
};

} // namespace

class SafetyKms::Gate : public std::enable_shared_from_this<SafetyKms::Gate> {
public:
    Gate(std::shared_ptr<kms::KmsService> inner, SafetyRules rules, std::shared_ptr<ConfirmationPort> port,
         std::shared_ptr<ConfirmationTickets> tickets)
        : m_inner(std::move(inner))
        , m_rules(std::move(rules))
        , m_port(std::move(port))
        , m_tickets(std::move(tickets)) {}

    kms::Capabilities capabilities() const;
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion);
    void close();

private:
    using Call = std::shared_ptr<Waiting>;
    std::optional<Error> windowFault(kms::AnyRequest &request) const;
    void hold(const Call &call);
    void release(const Call &call);
    void findWords(const Call &call);
    void decide(const Call &call, std::vector<std::string> words);
    void answered(const Call &call, const std::vector<std::string> &words, const ConfirmationAnswer &answer);
    std::optional<ConfirmationAnswer> ticketFor(const Waiting &call);
    ConfirmationQuestion questionFor(const Waiting &call, std::vector<std::string> words) const;
    bool enter();
    void leave();

    std::shared_ptr<kms::KmsService> m_inner; ///< let go when the gate closes, on the closing thread
    const SafetyRules m_rules;
    const std::shared_ptr<ConfirmationPort> m_port;
    const std::shared_ptr<ConfirmationTickets> m_tickets;
    std::mutex m_mutex;
    std::condition_variable m_left;
    std::set<Call> m_waiting;
    int m_inside = 0; ///< answers that are on their way into the service
    bool m_closed = false;
};

kms::Capabilities SafetyKms::Gate::capabilities() const {
    kms::Capabilities capabilities = m_inner->capabilities();
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        const auto id = static_cast<kms::OperationId>(i);
        const kms::OperationInfo &info = kms::operationInfo(id);
        if (safetyDemand(m_rules.level, info.effect) == SafetyDemand::Refused &&
            capabilities.of(id).available) {
            capabilities.withdraw(id, levelRefusal(m_rules, info));
        }
    }
    return capabilities;
}

/// Refuses a window below the profile's shortest, and names one where the request leaves it to the service.
std::optional<Error> SafetyKms::Gate::windowFault(kms::AnyRequest &request) const {
    if (!m_rules.shortestDeletionDays || request.operation() != kms::OperationId::ScheduleKeyDeletion) {
        return std::nullopt;
    }
    auto &days = request.as<kms::ScheduleKeyDeletion>().pendingWindowInDays;
    const std::int64_t shortest = *m_rules.shortestDeletionDays;
    if (!days) {
        days = std::max(shortest, awsDefaultWindowDays);
    }
    if (*days >= shortest) {
        return std::nullopt;
    }
    return refusal(ErrorCode::SafetyRefused, kms::operationInfo(request.operation()),
                   "ScheduleKeyDeletion was not sent: PendingWindowInDays is " + std::to_string(*days) +
                       ", and the profile \"" + m_rules.profileName + "\" takes no window shorter than " +
                       std::to_string(shortest) + " days. Choose a longer window, or change the profile.");
}

void SafetyKms::Gate::submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    const kms::OperationInfo &info = kms::operationInfo(request.operation());
    const SafetyDemand demand = safetyDemand(m_rules.level, info.effect);
    if (demand == SafetyDemand::Refused) {
        return completion(fail(refusal(ErrorCode::SafetyRefused, info, levelRefusal(m_rules, info))));
    }
    if (auto fault = windowFault(request)) {
        return completion(fail(std::move(*fault)));
    }
    if (demand == SafetyDemand::Passes) {
        return m_inner->submit(std::move(request), std::move(context), std::move(completion));
    }
    auto call = std::make_shared<Waiting>(std::move(request), std::move(context), std::move(completion));
    hold(call);
    if (demand == SafetyDemand::Typed) {
        return findWords(call);
    }
    decide(call, {});
}

void SafetyKms::Gate::hold(const Call &call) {
    bool closed = false;
    {
        const std::lock_guard lock(m_mutex);
        closed = m_closed;
        if (!closed) {
            m_waiting.insert(call);
        }
    }
    if (closed) {
        return call->refuse(refusal(ErrorCode::Cancelled, call->info, "the session was closed."));
    }
    call->onCancel = call->context.cancel.onCancel([weak = std::weak_ptr(call), gate = weak_from_this()] {
        const auto waiting = weak.lock();
        const auto self = gate.lock();
        if (waiting && self) {
            self->release(waiting);
            waiting->questionEnds.cancel();
            waiting->refuse(
                refusal(ErrorCode::Cancelled, waiting->info, "it was stopped before it was sent."));
        }
    });
}

void SafetyKms::Gate::release(const Call &call) {
    const std::lock_guard lock(m_mutex);
    m_waiting.erase(call);
}

/// The key's own aliases; its id where it has none, or none can be read.
void SafetyKms::Gate::findWords(const Call &call) {
    auto words = wordsWithoutLookup(m_rules, call->targets);
    const kms::KeyIdentifier id =
        kms::parseKeyIdentifier(call->targets.empty() ? std::string() : call->targets.front());
    const bool isKey = id.form == kms::IdForm::KeyId || id.form == kms::IdForm::KeyArn;
    if (call->targets.empty() || !isKey) {
        return decide(call, std::move(words));
    }
    kms::ListAliases::Request lookup;
    lookup.keyId = call->targets.front();
    kms::CallContext context;
    context.cancel = call->context.cancel;
    context.deadline = call->context.deadline;
    context.principal = call->context.principal;
    m_inner->submit(kms::AnyRequest::of<kms::ListAliases>(std::move(lookup)), std::move(context),
                    [gate = weak_from_this(), call, words = std::move(words)](Result<kms::AnyReply> reply) {
                        const auto self = gate.lock();
                        if (!self) {
                            return; // its end has answered the call
                        }
                        std::vector<std::string> aliases;
                        if (reply && reply->as<kms::ListAliases>().aliases) {
                            for (const auto &entry : *reply->as<kms::ListAliases>().aliases) {
                                if (entry.aliasName) {
                                    aliases.push_back(*entry.aliasName);
                                }
                            }
                        }
                        self->decide(call, aliases.empty() ? words : std::move(aliases));
                    });
}

std::optional<ConfirmationAnswer> SafetyKms::Gate::ticketFor(const Waiting &call) {
    if (!m_tickets) {
        return std::nullopt;
    }
    for (const std::string &target : call.targets) {
        if (auto ticket = m_tickets->take(call.info.id, target)) {
            return ticket;
        }
    }
    return call.targets.empty() ? m_tickets->take(call.info.id, "") : std::nullopt;
}

ConfirmationQuestion SafetyKms::Gate::questionFor(const Waiting &call, std::vector<std::string> words) const {
    ConfirmationQuestion question;
    question.operation = call.info.id;
    question.effect = call.info.effect;
    question.profileName = m_rules.profileName;
    question.environment = m_rules.environment;
    question.environmentText = m_rules.environmentText;
    question.target = call.targets.empty() ? std::string() : call.targets.front();
    question.words = std::move(words);
    question.sentence = std::string(call.info.name) +
                        (question.target.empty() ? "" : " on " + question.target) + " in the profile \"" +
                        m_rules.profileName + "\" (" + m_rules.environmentText + ").";
    return question;
}

void SafetyKms::Gate::decide(const Call &call, std::vector<std::string> words) {
    if (call->ended) {
        return;
    }
    if (const auto ticket = ticketFor(*call)) {
        return answered(call, words, *ticket);
    }
    if (!m_port) {
        release(call);
        return call->refuse(refusal(ErrorCode::SafetyRefused, call->info, noOneToAsk(m_rules, call->info)));
    }
    auto question = questionFor(*call, words);
    // Whoever drops the answer (a window that closes) has said no.
    const auto settle = [gate = weak_from_this(), call](const std::vector<std::string> &asked,
                                                        const ConfirmationAnswer &answer) {
        if (const auto self = gate.lock(); self && !call->ended) {
            self->answered(call, asked, answer);
        }
    };
    const std::shared_ptr<void> dropped(nullptr, [settle](void *) { settle({}, {}); });
    m_port->ask(std::move(question), call->questionEnds.token(),
                [settle, words = std::move(words), dropped](const ConfirmationAnswer &answer) {
                    settle(words, answer);
                });
}

void SafetyKms::Gate::answered(const Call &call, const std::vector<std::string> &words,
                               const ConfirmationAnswer &answer) {
    release(call);
    if (answer.nobodyToAsk) {
        return call->refuse(refusal(ErrorCode::SafetyRefused, call->info, noOneToAsk(m_rules, call->info)));
    }
    if (!answer.confirmed) {
        return call->refuse(
            refusal(ErrorCode::Cancelled, call->info, "it was not confirmed; nothing was sent."));
    }
    if (!words.empty() && !isTypedWord(answer.typed, words)) {
        return call->refuse(refusal(ErrorCode::SafetyRefused, call->info, wrongWord(m_rules, call->info)));
    }
    if (!enter()) {
        return; // the end of the gate has answered the call
    }
    if (call->take()) {
        m_inner->submit(std::move(call->request), std::move(call->context), std::move(call->completion));
    }
    leave();
}

bool SafetyKms::Gate::enter() {
    const std::lock_guard lock(m_mutex);
    m_inside += m_closed ? 0 : 1;
    return !m_closed;
}

void SafetyKms::Gate::leave() {
    const std::lock_guard lock(m_mutex);
    --m_inside;
    m_left.notify_all();
}

void SafetyKms::Gate::close() {
    std::set<Call> waiting;
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        waiting.swap(m_waiting);
    }
    for (const Call &call : waiting) {
        call->questionEnds.cancel();
        call->refuse(refusal(ErrorCode::Cancelled, call->info, "the session was closed."));
    }
    // An answer may hold this gate a moment longer, on a thread of the service itself, which could not wait
    // for its own end there.
    std::shared_ptr<kms::KmsService> inner;
    {
        std::unique_lock lock(m_mutex);
        m_left.wait(lock, [this] { return m_inside == 0; });
        inner = std::move(m_inner);
    }
}

SafetyKms::SafetyKms(std::shared_ptr<kms::KmsService> inner, SafetyRules rules,
                     std::shared_ptr<ConfirmationPort> port, std::shared_ptr<ConfirmationTickets> tickets)
    : m_gate(
          std::make_shared<Gate>(std::move(inner), std::move(rules), std::move(port), std::move(tickets))) {}

SafetyKms::~SafetyKms() {
    m_gate->close();
}

kms::Capabilities SafetyKms::capabilities() const {
    return m_gate->capabilities();
}

void SafetyKms::submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    m_gate->submit(std::move(request), std::move(context), std::move(completion));
}

} // namespace keyturn::workspace
