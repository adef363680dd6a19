// SPDX-License-Identifier: Apache-2.0
// SafetyKms: the profile's safety level around a service, by the effect in each operation's row; no button
// and no front end can get round it. Any thread; owns the port and the tickets it asks. Its destructor stops
// open questions and waits for its calls.
// Errors: SafetyRefused, naming profile, level and fix; Cancelled when a person said no.
//
//   level \ effect      reads, uses a key   reveals plaintext   changes   destroys
//   normal              passes              passes              passes    passes
//   confirm             passes              passes              yes       yes
//   confirm and type    passes              passes              yes       the key's own alias, typed
//   wrapped only        passes              refused             yes       the key's own alias, typed
//   read-only           passes              passes              refused   refused  (by ReadOnlyKms)
//
// At every level a ScheduleKeyDeletion whose window is below the profile's shortest one is refused; where the
// request names none while a shortest one is set, AWS's default of 30 days is written into it, so that no
// other default of a service can apply.
#pragma once

#include "kms/service.h"
#include "workspace/confirmation.h"

#include <memory>

namespace keyturn::workspace {

enum class SafetyDemand : std::uint8_t { Passes, Yes, Typed, Refused };
/// The table above.
SafetyDemand safetyDemand(SafetyLevel level, kms::Effect effect);

struct SafetyRules {
    std::string profileName;
    SafetyLevel level = SafetyLevel::Normal;
    Environment environment = Environment::Development;
    std::string environmentText;
    std::optional<int> shortestDeletionDays;
};
SafetyRules safetyRulesOf(const Profile &profile);

class SafetyKms final : public kms::KmsService {
public:
    /// Without a port whatever needs confirmation is refused, unless there is a ticket for it.
    SafetyKms(std::shared_ptr<kms::KmsService> inner, SafetyRules rules,
              std::shared_ptr<ConfirmationPort> port, std::shared_ptr<ConfirmationTickets> tickets);
    ~SafetyKms() override;

    kms::Capabilities capabilities() const override;
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;

private:
    class Gate;
    std::shared_ptr<Gate> m_gate;
};

} // namespace keyturn::workspace
