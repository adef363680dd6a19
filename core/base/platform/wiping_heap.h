// SPDX-License-Identifier: Apache-2.0
// The wiping heap: every block of the ordinary heap is overwritten when it is freed, whoever frees it: Qt's
// strings, events and documents, OpenSSL's contexts and SQLite's pages as well as ours. SecretBytes need it
// not; it is for the copies that libraries make and that nobody can reach to wipe. A program takes it by
// linking keyturn_wiping_heap (the console does). Any thread; nothing to call. Not in builds with a
// sanitizer, whose own heap stands there: ASAN_OPTIONS=max_free_fill_size does the same.
#pragma once

namespace keyturn::inline base::platform {

/// Whether this program's heap wipes: false in builds with a sanitizer.
bool heapWipesFreedMemory();

} // namespace keyturn::inline base::platform
