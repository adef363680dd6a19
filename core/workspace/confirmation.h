// SPDX-License-Identifier: Apache-2.0
// How a person confirms an act that the profile's safety level does not let pass unasked. ConfirmationPort is
// implemented by window and terminal; ConfirmationTickets takes what a dialog has asked already, so that
// nobody is asked twice. SafetyKms itself compares what was typed: no front end can forget to.
// Threads: a port is called on any thread and answers on any; tickets may be used from any.
#pragma once

#include "base/cancel.h"
#include "base/clock.h"
#include "base/unique_function.h"
#include "kms/operation.h"
#include "workspace/profile.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::workspace {

struct ConfirmationQuestion {
    kms::OperationId operation{};
    kms::Effect effect = kms::Effect::Changes;
    std::string profileName;
    Environment environment = Environment::Development;
    std::string environmentText;
    std::string target; ///< the key or alias as the request names it; empty: none (CreateKey)
    /// One of these must be typed; empty: a plain yes is enough. The key's own aliases, else its id.
    std::vector<std::string> words;
    std::string sentence; ///< "ScheduleKeyDeletion on alias/orders in profile \"Production\"."
};

struct ConfirmationAnswer {
    bool confirmed = false;
    std::string typed;        ///< where words were asked for
    bool nobodyToAsk = false; ///< there is no person: refused, not declined
};

class ConfirmationPort {
public:
    using Answer = UniqueFunction<void(ConfirmationAnswer)>;
    virtual ~ConfirmationPort() = default;
    /// Calls back exactly once; soon, and unconfirmed, when cancelled.
    virtual void ask(ConfirmationQuestion question, CancelToken cancel, Answer answer) = 0;
};

/// What a person approved in a dialog just now. Good for one call, for a minute.
class ConfirmationTickets {
public:
    explicit ConfirmationTickets(std::shared_ptr<const Clock> clock = systemClock())
        : m_clock(std::move(clock)) {}

    /// `target` is the key or alias exactly as the coming request names it; `typed` what the person typed.
    void approve(kms::OperationId operation, std::string target, std::string typed = {});
    /// Takes the ticket of this call, if there is one.
    std::optional<ConfirmationAnswer> take(kms::OperationId operation, std::string_view target);

private:
    struct Ticket {
        kms::OperationId operation;
        std::string target;
        std::string typed;
        std::chrono::steady_clock::time_point until;
    };
    std::shared_ptr<const Clock> m_clock;
    std::mutex m_mutex;
    std::vector<Ticket> m_tickets;
};

/// Whether what was typed is one of the words; "alias/" in front may be left out.
bool isTypedWord(std::string_view typed, const std::vector<std::string> &words);

} // namespace keyturn::workspace
