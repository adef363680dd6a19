// SPDX-License-Identifier: Apache-2.0
// Platforms whose notifications we do not know yet: the window says it when it is looked at.
#include "ui/desktop/notices.h"

namespace keyturn::desktop {
namespace {

class NoNotices final : public Notices {
public:
    void tell(const QString &, const QString &) override {}
    void withdraw() override {}
};

} // namespace

std::unique_ptr<Notices> makeNotices() {
    return std::make_unique<NoNotices>();
}

} // namespace keyturn::desktop
