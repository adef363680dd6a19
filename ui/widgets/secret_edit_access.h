// SPDX-License-Identifier: Apache-2.0
// What assistive technology may know and do with a SecretEdit: it is a password field with so many
// characters, and it can be written to. The text itself is never given out. GUI thread.
#pragma once

namespace keyturn::widgets {

/// Tells Qt how to describe SecretEdit; more calls change nothing.
void installSecretEditAccess();

} // namespace keyturn::widgets
