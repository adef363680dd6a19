// SPDX-License-Identifier: Apache-2.0
// Recorder: writes the history of one program. One thread of its own appends what is queued in one record
// page and one sync: at once where somebody waits for it, else at the latest after a moment; like calls of a
// bulk job become one record. Until it has its key, everything waits. Thread rule: every function from any
// thread; what is told ("done") runs on the recorder's thread, must return fast and may submit calls, but may
// destroy neither the recorder nor what stands on it. Owner: the program, one for each history file; its end
// writes what is queued. Follows FORMAT.md. Errors told: those of LogFile and of the key, with the history's
// file and the fix; Cancelled (its owner went away first).
#pragma once

#include "base/clock.h"
#include "base/secret_bytes.h"
#include "base/unique_function.h"
#include "history/call_facts.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace keyturn::history {

/// Of a 32-byte key, and where it is kept.
struct HistoryKey {
    SecretBytes key;
    std::string source;
};

struct RecorderOptions {
    std::filesystem::path file; ///< made with its first record
    std::string program;        ///< "console", "cli"
    std::shared_ptr<const Clock> clock = systemClock();
    bool contextInTheClear = false;
    std::chrono::milliseconds readDelay{200}; ///< of records that nobody waits for
    std::chrono::milliseconds sumDelay{1000}; ///< of a job's sums
    std::chrono::milliseconds lockWait{10'000};
    /// Called when a record needs the key and none was given, or none since the last refusal some seconds
    /// ago; on any thread. May be empty: then the owner gives it by itself.
    std::function<void()> askForKey = {};
};

class Recorder {
public:
    using Done = UniqueFunction<void(Status)>;

    explicit Recorder(RecorderOptions options);
    ~Recorder();

    /// Opens the file with it, or refuses what waits and comes until another key is given.
    void provideKey(Result<HistoryKey> key);

    bool contextInTheClear() const { return m_options.contextInTheClear; }
    const std::filesystem::path &file() const { return m_options.file; }

    /// `done` when the record is durable, or cannot be. `owner` tells entries apart for abandon().
    void write(CallFacts facts, const void *owner, Done done);
    /// Nobody waits for it.
    void note(CallFacts facts);
    /// A call of a bulk job, to be summed with its like.
    void sum(CallFacts facts);
    /// Answers with Cancelled what `owner` waits for: intents are dropped, other records still written.
    void abandon(const void *owner);

    /// Blocks until what was queued is durable, or cannot be; tells why. A key must have been given.
    Status flush();
    /// Calls that could not be recorded and that no record tells of yet.
    std::uint64_t lostCalls() const;
    /// Fresh, for an intent and its outcome.
    std::string newCallId();

private:
    struct State;
    const RecorderOptions m_options;
    std::unique_ptr<State> m_state;
};

} // namespace keyturn::history
