// SPDX-License-Identifier: Apache-2.0
// RecordedKms: every call through it goes into the history (FORMAT.md says what, and what is durable when). A
// call that changes or destroys, and a bulk job's first one of each operation, is sent only once its intent
// is durable. Any thread; shares service and recorder. Its destructor refuses what waits for an intent, ends
// the service and waits until every completion has run; not on the recorder's thread. Errors of its own:
// those of Recorder, saying that nothing was sent; Cancelled.
#pragma once

#include "history/recorder.h"
#include "kms/service.h"

#include <memory>
#include <string>

namespace keyturn::history {

/// How sure the history must be of a call before it is made.
enum class Certainty : std::uint8_t {
    IntentFirst, ///< as FORMAT.md says
    Follows ///< the service keeps a log of its own with every change (a vault): nothing waits or is refused
};

class RecordedKms final : public kms::KmsService {
public:
    RecordedKms(std::shared_ptr<kms::KmsService> inner, std::shared_ptr<Recorder> recorder,
                std::string profile, Certainty certainty = Certainty::IntentFirst);
    ~RecordedKms() override;

    kms::Capabilities capabilities() const override;
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;

private:
    class Desk;
    const std::shared_ptr<Desk> m_desk;
};

} // namespace keyturn::history
