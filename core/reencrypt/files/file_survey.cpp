// SPDX-License-Identifier: Apache-2.0
// What a plan counts in files: read and parsed like a step, called nobody, changed nothing.
#include "base/platform/file.h"
#include "inspect/inspect.h"
#include "reencrypt/files/file_lane_impl.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t faultsListed = 1000;
constexpr std::size_t samplesMax = 20;

class Surveyor {
public:
    explicit Surveyor(std::uint64_t itemsMax)
        : m_itemsMax(itemsMax) {}

    void add(FileCandidate &file) {
        ++survey.units;
        checkReplaceable(file);
        const bool changes =
            std::any_of(file.records.begin(), file.records.end(),
                        [](const ItemRecord &record) { return record.state == ItemState::Pending; });
        if (changes) { // what needs room for its replacement
            survey.bytes += file.found.sizeBytes;
            survey.largestFileBytes = std::max(survey.largestFileBytes, file.found.sizeBytes);
        }
        for (std::size_t at = 0; at < file.records.size(); ++at) {
            ++survey.items;
            if (file.records[at].state != ItemState::Pending) {
                addFault(file.records[at]);
                continue;
            }
            addBlob(file.document->blobs()[at], file.records[at]);
        }
    }

    Survey finish() {
        for (const auto &[key, items] : m_keys) {
            survey.keys.push_back({key.first, items, key.second});
        }
        return std::move(survey);
    }

    Survey survey;

private:
    void addFault(const ItemRecord &record) {
        ++survey.faultCount;
        if (survey.faults.size() < faultsListed) {
            survey.faults.push_back(record);
        }
    }

    void addBlob(const FoundBlob &blob, const ItemRecord &record) {
        const inspect::Inspection seen = inspect::inspect(blob.ciphertext);
        const std::string key = blob.keyHint.empty() ? seen.sourceKey : blob.keyHint;
        const std::string kind(inspect::title(seen.kind));
        ++m_keys[{key, kind}];
        std::string shape = key + '\n' + kind;
        for (const auto &pair : blob.context) {
            shape += '\n' + pair.first;
        }
        const bool wanted = m_itemsMax != 0 || m_shapes.insert(shape).second; // a preview shows each
        if (wanted && survey.samples.size() < samplesMax) {
            survey.samples.push_back({blob.ciphertext, blob.context, blob.newContext, key});
            survey.sampleRecords.push_back(record);
        }
    }

    std::map<std::pair<std::string, std::string>, std::uint64_t> m_keys;
    std::set<std::string> m_shapes;
    std::uint64_t m_itemsMax;
};

} // namespace

Result<Survey> FileLane::survey(std::uint64_t itemsMax, const CancelToken &cancel) {
    const std::filesystem::path journal =
        m_parts.journal != nullptr ? m_parts.journal->file() : std::filesystem::path();
    FileSet files(m_parts.spec->source, m_parts.base, journal);
    Surveyor surveyor(itemsMax);
    std::set<std::filesystem::path> folders;
    while (auto found = files.next()) {
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped while files were looked at");
        }
        if (m_parts.events != nullptr) {
            m_parts.events->at(found->unit);
        }
        const std::filesystem::path folder = found->path.parent_path();
        FileCandidate candidate = readCandidate(std::move(*found), *m_parts.spec);
        if (candidate.document && !candidate.records.empty() && folders.insert(folder).second) {
            const auto room = platform::freeSpaceBytes(folder);
            const bool first = folders.size() == 1;
            std::uint64_t &least = surveyor.survey.freeBytes;
            least = room ? (first ? *room : std::min(least, *room)) : least;
            if (platform::isNetworkFileSystem(folder)) {
                surveyor.survey.warnings.push_back(
                    folder.string() + " is on a network file system: other machines may write there too");
            }
        }
        surveyor.add(candidate);
        if (itemsMax != 0 && surveyor.survey.items >= itemsMax) {
            break;
        }
    }
    if (folders.empty()) {
        surveyor.survey.freeBytes = platform::freeSpaceBytes(m_parts.base).value_or(0);
    }
    if (surveyor.survey.items == 0) {
        surveyor.survey.warnings.push_back("no ciphertext was found in " +
                                           std::to_string(surveyor.survey.units) + " files");
    }
    return surveyor.finish();
}

} // namespace keyturn::reencrypt
