// SPDX-License-Identifier: Apache-2.0
// What a job works with: its service (the command's own options, else the profile that the job names, else
// the environment), the other service of a move between two, its rate, and the key of its journal. Owner: the
// command; close() locks vaults. One thread. Failures: those of target.h, and of journal keys.
#pragma once

#include "command_line.h"
#include "reencrypt/job.h"
#include "reencrypt/runner.h"
#include "runtime.h"
#include "target.h"
#include "workspace/journal_keys.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace keyturn::cli {

/// Of a job that names one in the keychain (source.password-in-keychain); nothing for any other.
Outcome<std::shared_ptr<const SecretText>> databasePassword(const reencrypt::JobSpec &spec, Runtime &runtime);

class JobServices {
public:
    static Outcome<JobServices> open(const reencrypt::JobSpec &spec, const CommandLine &line,
                                     Runtime &runtime);
    /// For reading a journal whose key is in no vault.
    static JobServices none() { return JobServices(); }
    JobServices(JobServices &&) = default;

    bool isVault() const { return m_source.vault != nullptr; }
    const Target &target() const { return m_target; }
    /// Everything but observer and base.
    reencrypt::JobParts parts(const reencrypt::JobSpec &spec, std::string jobId);
    /// `source`: JournalHead::keySource; empty: of a new journal. Says on standard error what should be
    /// known.
    Outcome<workspace::JournalKey> journalKey(const std::string &source, const ParsedArguments &options,
                                              Runtime &runtime);
    Outcome<std::monostate> close();

private:
    JobServices() = default;
    Target m_target;
    OpenTarget m_source;
    std::shared_ptr<const SecretText> m_databasePassword;
    std::optional<OpenTarget> m_destination;
    std::shared_ptr<reencrypt::JobRates> m_rates = std::make_shared<reencrypt::JobRates>();
};

} // namespace keyturn::cli
