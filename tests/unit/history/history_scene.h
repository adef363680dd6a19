// SPDX-License-Identifier: Apache-2.0
// A history in a folder of its own, and what stands in it.
#pragma once

#include "history/reader.h"
#include "history/recorded_kms.h"

#include <QTemporaryDir>

#include <memory>
#include <vector>

namespace keyturn::history::test {

inline HistoryKey historyKey() {
    return {SecretBytes::copyOf(std::string(32, 'k')), "file"};
}

struct HistoryScene {
    QTemporaryDir folder;

    std::filesystem::path file() const {
        return std::filesystem::path(folder.path().toStdString()) / "state" / "history.ktlog";
    }
    RecorderOptions options() const {
        RecorderOptions made;
        made.file = file();
        made.program = "cli";
        made.readDelay = std::chrono::milliseconds(5);
        made.sumDelay = std::chrono::milliseconds(20);
        return made;
    }
    std::shared_ptr<Recorder> recorder(RecorderOptions options) const {
        auto made = std::make_shared<Recorder>(std::move(options));
        made->provideKey(historyKey());
        return made;
    }
    std::shared_ptr<Recorder> recorder() const { return recorder(options()); }

    std::unique_ptr<chainlog::LogFile> log() const {
        auto opened = chainlog::LogFile::open(file(), historyKey().key.view(), true);
        return opened ? std::move(*opened) : nullptr;
    }
    /// Without HistoryBegan.
    std::vector<HistoryEntry> entries(const HistoryFilter &filter = {}) const {
        std::vector<HistoryEntry> found;
        const auto opened = log();
        const auto read = opened ? readHistory(*opened, filter,
                                               [&](const StoredEntry &stored, const auto &) -> Status {
                                                   if (stored.entry.operation != beganAction) {
                                                       found.push_back(stored.entry);
                                                   }
                                                   return {};
                                               })
                                 : Status();
        return read ? found : std::vector<HistoryEntry>();
    }
};

} // namespace keyturn::history::test
