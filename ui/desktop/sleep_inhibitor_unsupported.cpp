// SPDX-License-Identifier: Apache-2.0
// Platforms that we do not ask yet: they sleep as ever, and a job goes on when they wake.
#include "ui/desktop/sleep_inhibitor.h"

namespace keyturn::desktop {
namespace {

class NoSleepInhibitor final : public SleepInhibitor {
public:
    void hold(const QString &) override {}
    void release() override {}
    bool isHeld() const override { return false; }
};

} // namespace

std::unique_ptr<SleepInhibitor> makeSleepInhibitor() {
    return std::make_unique<NoSleepInhibitor>();
}

} // namespace keyturn::desktop
