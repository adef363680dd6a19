// SPDX-License-Identifier: Apache-2.0
// obtainAndWait: credentials for a program that has a QCoreApplication but nothing else to do meanwhile: the
// command line. It runs the main thread's event loop until they are there, because the keychain answers
// through it. Never use it where a window is open. Main thread only. Errors: as credentials.h.
#pragma once

#include "credentials/credentials.h"
#include "credentials/session_cache.h"

namespace keyturn::credentials {

Result<CredentialsSource::Shared> obtainAndWait(CredentialsSource &source, Timestamp now,
                                                CancelToken cancel = {});

/// Runs the same loop until what was saved lies in the keychain: what was renewed while no loop ran.
void finishSaving(const SessionCache &cache);

} // namespace keyturn::credentials
