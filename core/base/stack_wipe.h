// SPDX-License-Identifier: Apache-2.0
// What finished functions left on this thread's stack: keys and plaintexts in registers that were spilled, in
// buffers of libraries, in arguments. Nobody wipes it and only deeper calls happen to overwrite it, so a
// thread that has done secret work and now waits or ends wipes it itself. Any thread; costs some
// microseconds.
#pragma once

namespace keyturn::inline base {

/// Overwrites 128 KiB of this thread's stack below the caller.
void wipeStackBelow();

} // namespace keyturn::inline base
