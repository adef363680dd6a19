// SPDX-License-Identifier: Apache-2.0
#include "workspace/confirmation.h"

#include "base/text.h"

#include <algorithm>

namespace keyturn::workspace {
namespace {

constexpr std::chrono::seconds ticketLife{60};
constexpr std::string_view aliasPrefix = "alias/";

} // namespace

void ConfirmationTickets::approve(kms::OperationId operation, std::string target, std::string typed) {
    const auto now = m_clock->steadyNow();
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_tickets, [&](const Ticket &ticket) { return ticket.until <= now; });
    m_tickets.push_back({operation, std::move(target), std::move(typed), now + ticketLife});
}

std::optional<ConfirmationAnswer> ConfirmationTickets::take(kms::OperationId operation,
                                                            std::string_view target) {
    const auto now = m_clock->steadyNow();
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_tickets, [&](const Ticket &ticket) { return ticket.until <= now; });
    const auto found = std::ranges::find_if(m_tickets, [&](const Ticket &ticket) {
        return ticket.operation == operation && ticket.target == target;
    });
    if (found == m_tickets.end()) {
        return std::nullopt;
    }
    ConfirmationAnswer answer{.confirmed = true, .typed = std::move(found->typed)};
    m_tickets.erase(found);
    return answer;
}

bool isTypedWord(std::string_view typed, const std::vector<std::string> &words) {
    const std::string_view text = trimmed(typed);
    return !text.empty() && std::ranges::any_of(words, [&](std::string_view word) {
        return text == word || (word.starts_with(aliasPrefix) && text == word.substr(aliasPrefix.size()));
    });
}

} // namespace keyturn::workspace
