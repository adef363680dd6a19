// SPDX-License-Identifier: Apache-2.0
// What a running job tells on standard error: a bar with rate and time left on a terminal, one JSON object a
// line with --progress json, else nothing but notes. show() and faults() on the job's thread, note() on any.
#pragma once

#include "aws/value.h"
#include "outcome.h"
#include "progress_line.h"
#include "reencrypt/runner.h"

#include <array>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::cli {

class JobProgressView {
public:
    enum class Form { Bar, Json, None };
    explicit JobProgressView(Form form);
    static Outcome<Form> formNamed(std::string_view name); ///< "", "bar", "json", "none"

    void show(const reencrypt::JobProgress &progress);
    void faults(const std::vector<reencrypt::ItemRecord> &items);
    void note(std::string_view text);
    /// The bar goes; in JSON a last line says how it ended.
    void finish(std::string_view verb, const reencrypt::JobProgress &progress, std::string_view outcome);

    /// What failed during this command, by cause, with some examples.
    struct Cause {
        std::uint64_t count = 0;
        std::vector<std::string> examples;
    };
    const std::array<Cause, static_cast<std::size_t>(reencrypt::Cause::Count_)> &causes() const {
        return m_causes;
    }

    std::uint64_t faultCount() const;

private:
    void print(const aws::Value &event);
    Form m_form;
    std::mutex m_mutex;
    ProgressLine m_line;
    std::array<Cause, static_cast<std::size_t>(reencrypt::Cause::Count_)> m_causes;
};

/// "users.jsonl, line 12: the service's words"
std::string itemText(const reencrypt::ItemRecord &item);
/// "1 h 02 min", "3 min 20 s", "12 s"
std::string durationText(std::chrono::seconds time);

} // namespace keyturn::cli
