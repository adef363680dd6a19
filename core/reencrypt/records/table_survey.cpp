// SPDX-License-Identifier: Apache-2.0
// What a plan counts in tables: every record read as a step would, nobody called, nothing changed.
#include "base/platform/file.h"
#include "inspect/inspect.h"
#include "reencrypt/records/table_lane_impl.h"

#include <algorithm>
#include <map>
#include <set>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t faultsListed = 1000;
constexpr std::size_t samplesMax = 20;
/// What tells key and kind in the forms that we know: a Keyturn blob up to its material's version, an AWS
/// blob up to its key's digest. Looking at each of a million blobs would take minutes.
constexpr std::size_t groupBytes = 37;
constexpr std::size_t groupsMax = 4096;

class Surveyor {
public:
    Surveyor(const JobSpec &spec, std::uint64_t itemsMax)
        : m_spec(spec)
        , m_itemsMax(itemsMax) {}

    bool full() const { return m_itemsMax != 0 && survey.items >= m_itemsMax; }

    void fault(ItemRecord item) {
        ++survey.faultCount;
        if (survey.faults.size() < faultsListed) {
            survey.faults.push_back(std::move(item));
        }
    }

    void record(const Record &record, const RecordReader &reader, const TableCells &cells,
                const std::string &unit) {
        const bool isFault = record.fault != Cause::None && !record.message.empty();
        if (!record.hasBlob && !isFault) {
            return;
        }
        ++survey.items;
        ItemRecord item;
        item.place = cells.place(unit, record, reader);
        TableCells::Found found;
        if (isFault) {
            found.cause = record.fault;
            found.message = record.message;
        } else {
            found = cells.look(record, reader);
        }
        if (found.cause != Cause::None) {
            item.state = ItemState::Failed;
            item.cause = found.cause;
            item.message = std::move(found.message);
            fault(std::move(item));
            return;
        }
        blob(std::move(found), std::move(item));
    }

    Survey finish() {
        for (const auto &[key, items] : m_keys) {
            survey.keys.push_back({key.first, items, key.second});
        }
        if (survey.items == 0) {
            survey.warnings.push_back("no ciphertext was found in " + std::to_string(survey.units) +
                                      " files");
        }
        return std::move(survey);
    }

    Survey survey;

private:
    using KeyAndKind = std::pair<std::string, std::string>;

    KeyAndKind lookAtGroup(ByteView ciphertext) {
        const std::string group(asText(ciphertext.first(std::min(groupBytes, ciphertext.size()))));
        if (const auto known = m_groups.find(group); known != m_groups.end()) {
            return known->second;
        }
        if (m_groups.size() >= groupsMax) {
            return {};
        }
        const inspect::Inspection seen = inspect::inspect(ciphertext);
        KeyAndKind result{seen.sourceKey, std::string(inspect::title(seen.kind))};
        if (result.first.empty() && m_spec.sourceKeys.size() == 1) {
            result.first = m_spec.sourceKeys.front();
        }
        return m_groups.emplace(group, std::move(result)).first->second;
    }

    void blob(TableCells::Found found, ItemRecord item) {
        const KeyAndKind key = lookAtGroup(found.blob.ciphertext);
        ++m_keys[key];
        std::string shape = key.first + '\n' + key.second;
        for (const auto &pair : found.contexts.present) {
            shape += '\n' + pair.first;
        }
        const bool wanted = m_itemsMax != 0 || m_shapes.insert(shape).second; // a preview shows each
        if (wanted && survey.samples.size() < samplesMax) {
            survey.samples.push_back({std::move(found.blob.ciphertext), std::move(found.contexts.present),
                                      std::move(found.contexts.next), key.first});
            survey.sampleRecords.push_back(std::move(item));
        }
    }

    const JobSpec &m_spec;
    std::uint64_t m_itemsMax;
    std::map<std::string, KeyAndKind> m_groups;
    std::map<KeyAndKind, std::uint64_t> m_keys;
    std::set<std::string> m_shapes;
};

ItemRecord faultOf(const FoundFile &file, Cause cause, std::string message) {
    ItemRecord item;
    item.place.unit = file.unit;
    item.state = ItemState::Failed;
    item.cause = cause;
    item.message = std::move(message);
    return item;
}

Status surveyFile(const FoundFile &file, const JobSpec &spec, Surveyor &surveyor, const CancelToken &cancel) {
    const auto unworkable = [&](const Error &error, bool writing) -> Status {
        auto fault = fileFault(error, writing);
        if (!fault) {
            return fail(error);
        }
        surveyor.fault(faultOf(file, fault->cause, std::move(fault->message)));
        return {};
    };
    auto input = platform::PinnedFile::open(file.path);
    if (!input) {
        return unworkable(input.error(), false);
    }
    if (auto may = platform::mayReplace(input->path()); !may) {
        if (auto told = unworkable(may.error(), true); !told) {
            return told;
        }
    }
    if (input->identity().hardLinks > 1) {
        surveyor.fault(faultOf(file, Cause::HardLinked, {}));
    }
    auto reader = openRecordReader([&](std::span<std::uint8_t> buffer) { return input->read(buffer); }, spec);
    if (!reader) {
        return unworkable(reader.error(), false);
    }
    const TableCells cells(spec);
    for (std::uint64_t count = 0; !surveyor.full(); ++count) {
        constexpr std::uint64_t looksEvery = 1024;
        if (count % looksEvery == 0 && cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped while tables were looked at");
        }
        const auto next = (*reader)->next();
        if (!next) {
            return fail(next.error());
        }
        if (!*next) {
            break;
        }
        surveyor.record(**next, **reader, cells, file.unit);
    }
    return {};
}

} // namespace

Result<Survey> TableLane::survey(std::uint64_t itemsMax, const CancelToken &cancel) {
    FileSet files(m_parts.spec->source, m_parts.base,
                  m_parts.journal != nullptr ? m_parts.journal->file() : std::filesystem::path());
    Surveyor surveyor(*m_parts.spec, itemsMax);
    Survey &survey = surveyor.survey;
    std::set<std::filesystem::path> folders;
    while (const auto file = files.next()) {
        if (m_parts.events != nullptr) {
            m_parts.events->at(file->unit);
        }
        ++survey.units;
        survey.bytes += file->sizeBytes;
        survey.largestFileBytes = std::max(survey.largestFileBytes, file->sizeBytes);
        if (file->cause != Cause::None) {
            surveyor.fault(faultOf(*file, file->cause, file->message));
            continue;
        }
        const std::filesystem::path folder = file->path.parent_path();
        if (folders.insert(folder).second) {
            const auto room = platform::freeSpaceBytes(folder);
            survey.freeBytes =
                room ? (folders.size() == 1 ? *room : std::min(survey.freeBytes, *room)) : survey.freeBytes;
            if (platform::isNetworkFileSystem(folder)) {
                survey.warnings.push_back(folder.string() +
                                          " is on a network file system: other machines may write there too");
            }
        }
        if (auto looked = surveyFile(*file, *m_parts.spec, surveyor, cancel); !looked) {
            return failFrom(looked);
        }
        if (surveyor.full()) {
            break;
        }
    }
    return surveyor.finish();
}

} // namespace keyturn::reencrypt
