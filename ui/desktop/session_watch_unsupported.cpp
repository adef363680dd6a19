// SPDX-License-Identifier: Apache-2.0
// Platforms whose session signals we do not hear yet: the idle timer is the only line there.
#include "ui/desktop/session_watch.h"

namespace keyturn::desktop {
namespace {

class SilentSessionWatch final : public SessionWatch {
public:
    using SessionWatch::SessionWatch;
    bool works() const override { return false; }
    void readyForSleep() override {}
};

} // namespace

std::unique_ptr<SessionWatch> makeSessionWatch() {
    return std::make_unique<SilentSessionWatch>();
}

} // namespace keyturn::desktop
