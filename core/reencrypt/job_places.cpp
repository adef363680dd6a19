// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/job_places.h"

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "base/platform/file.h"
#include "base/platform/identity.h"
#include "base/platform/lock_file.h"
#include "crypto/sha256.h"

#include <algorithm>
#include <charconv>

namespace keyturn::reencrypt {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".journal";
constexpr std::size_t requestBytesMax = 16;

fs::path beside(fs::path file, std::string_view suffix) {
    file += suffix;
    return file;
}

/// 1 for "<name>.journal", 2 for "<name>.2.journal", ...; 0: not of this job.
unsigned numberOf(const fs::path &file, const std::string &name) {
    std::string middle = file.filename().string();
    if (!middle.starts_with(name) || !middle.ends_with(ending) ||
        middle.size() < name.size() + ending.size()) {
        return 0;
    }
    middle = middle.substr(name.size(), middle.size() - name.size() - ending.size());
    if (middle.empty()) {
        return 1;
    }
    unsigned number = 0;
    const char *end = middle.data() + middle.size();
    const auto read = std::from_chars(middle.data() + 1, end, number);
    return middle.front() == '.' && read.ec == std::errc() && read.ptr == end && number > 1 ? number : 0;
}

unsigned newestNumber(const JobPlace &place) {
    unsigned newest = 0;
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(place.folder, ignored)) {
        newest = std::max(newest, numberOf(entry.path(), place.name));
    }
    return newest;
}

fs::path journalOf(const JobPlace &place, unsigned number) {
    const std::string middle = number > 1 ? "." + std::to_string(number) : std::string();
    return place.folder / (place.name + middle + std::string(ending));
}

void collectJournals(const fs::path &folder, bool andBelow, std::vector<fs::path> &out) {
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(folder, ignored)) {
        if (entry.is_directory(ignored) && andBelow) {
            collectJournals(entry.path(), false, out);
        } else if (entry.path().extension() == ending && entry.is_regular_file(ignored)) {
            out.push_back(entry.path());
        }
    }
}

} // namespace

fs::path jobsFolder() {
    return platform::stateDirectory() / "jobs";
}

JobPlace placeOf(const fs::path &jobFile, const fs::path &folder) {
    const std::string name = jobFile.stem().string();
    if (!folder.empty()) {
        return {folder, name};
    }
    std::error_code ignored;
    const fs::path real = fs::weakly_canonical(fs::absolute(jobFile, ignored), ignored);
    const auto digest = crypto::sha256(asBytes(real.string()));
    return {jobsFolder() / (name + "-" + toHex(ByteView(digest).first(8))), name};
}

std::optional<fs::path> newestJournal(const JobPlace &place) {
    const unsigned newest = newestNumber(place);
    return newest == 0 ? std::nullopt : std::optional(journalOf(place, newest));
}

Result<fs::path> nextJournal(const JobPlace &place) {
    if (auto made = platform::createPrivateDirectory(place.folder); !made) {
        return failFrom(made);
    }
    return journalOf(place, newestNumber(place) + 1);
}

std::vector<fs::path> journalsIn(const fs::path &folder) {
    std::vector<fs::path> result;
    collectJournals(folder, true, result);
    std::ranges::sort(result);
    return result;
}

JobSpec withAbsolutePaths(JobSpec spec, const fs::path &base) {
    for (std::string &path : spec.source.paths) {
        path = (fs::absolute(base) / path).lexically_normal().string();
    }
    return spec;
}

bool isSameWork(const JobSpec &a, const JobSpec &b) {
    JobSpec other = b;
    other.safety.perSecond = a.safety.perSecond;
    other.safety.rateGiven = a.safety.rateGiven;
    other.safety.inFlight = a.safety.inFlight;
    return a == other;
}

double ceilingOf(const JobSpec &spec, bool isVault) {
    const bool isAsked = spec.safety.rateGiven || spec.safety.perSecond != SafetySpec().perSecond;
    return isVault && !isAsked ? 0 : spec.safety.perSecond;
}

JobHolder holderOf(const fs::path &journal) {
    const fs::path lock = beside(journal, ".lock");
    std::error_code ignored;
    if (!fs::exists(lock, ignored)) {
        return {};
    }
    auto taken = platform::LockFile::acquire(lock, "");
    if (taken || taken.error().code != ErrorCode::VaultInUse) {
        return {};
    }
    return {true, std::move(taken.error().detail)};
}

Status requestPause(const fs::path &journal, Stop how) {
    const std::string_view word = how == Stop::Now ? "now\n" : "after batch\n";
    return writeFileAtomically(beside(journal, ".pause"), asBytes(word), {});
}

std::optional<Stop> takePauseRequest(const fs::path &journal) {
    const fs::path file = beside(journal, ".pause");
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
        return std::nullopt;
    }
    const auto content = readFile(file, requestBytesMax);
    fs::remove(file, ignored);
    const bool now = content && asText(*content) == "now\n";
    return now ? Stop::Now : Stop::AfterBatch;
}

} // namespace keyturn::reencrypt
