// SPDX-License-Identifier: Apache-2.0
// What every presenter that calls a service shares: whether it is busy, a cancel source for the call under
// way, and a context for the next call. GUI thread. Value member of a presenter.
#pragma once

#include "base/cancel.h"
#include "kms/call_context.h"

namespace keyturn::ui {

class Busy {
public:
    bool isBusy() const { return m_calls > 0; }
    void cancel() { m_cancel.cancel(); }
    /// A context for one more call; after a cancel, of a new cancel source.
    kms::CallContext begin() {
        if (m_calls++ == 0) {
            m_cancel = CancelSource();
        }
        kms::CallContext context;
        context.cancel = m_cancel.token();
        context.principal.program = "console";
        return context;
    }
    void end() { --m_calls; }

private:
    CancelSource m_cancel;
    int m_calls = 0;
};

} // namespace keyturn::ui
