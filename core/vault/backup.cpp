// SPDX-License-Identifier: Apache-2.0
// Backup: a compact copy that is verified as bytes before those very bytes get their name.
#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "vault/container_impl.h"

#include <system_error>
#include <utility>

namespace keyturn::vault {

namespace {

constexpr std::size_t maxBackupBytes = std::size_t{1} << 30;

/// An empty file of mode 0600 for SQLite to fill, gone again when the backup ends.
class PassingFile {
public:
    explicit PassingFile(std::filesystem::path path)
        : m_path(std::move(path)) {}
    PassingFile(const PassingFile &) = delete;
    PassingFile &operator=(const PassingFile &) = delete;
    ~PassingFile() { remove(); }

    Status create() {
        remove(); // what an interrupted backup left
        return writeFileAtomically(m_path, {}, {.mode = 0600, .mayReplace = false});
    }
    const std::filesystem::path &path() const { return m_path; }

private:
    void remove() {
        std::error_code none;
        for (const char *suffix : {"", "-journal"}) {
            std::filesystem::path name = m_path;
            name += suffix;
            std::filesystem::remove(name, none);
        }
    }
    std::filesystem::path m_path;
};

/// Only a file that is ours to replace; a backup is not readable by others even where the old one was.
Status prepareTarget(const std::filesystem::path &target, bool mayReplace) {
    if (auto alone = refuseRemains(target); !alone) {
        return alone;
    }
    auto facts = base::platform::fileFacts(target);
    if (!facts) {
        return facts.error().code == ErrorCode::FileNotFound ? Status{} : Status(failFrom(facts));
    }
    if (!mayReplace) {
        return fail(ErrorCode::FileExists, target.filename().string() + " exists");
    }
    if (!facts->regular) {
        return fail(ErrorCode::FileNotRegular, target.filename().string() + " is no regular file");
    }
    std::error_code denied;
    std::filesystem::permissions(
        target, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, denied);
    return denied ? Status(fail(systemError(denied.value(), target.filename().string()))) : Status{};
}

} // namespace

Status Container::backup(const std::filesystem::path &target, bool mayReplace, const Progress &progress) {
    if (auto unlocked = m_impl->needUnlocked(); !unlocked) {
        return unlocked;
    }
    std::error_code none;
    if (std::filesystem::equivalent(target, m_impl->path, none)) {
        return fail(ErrorCode::Usage, "a backup goes to another file than the vault itself");
    }
    if (m_impl->writing != nullptr) {
        return fail(ErrorCode::Usage, "a change of this vault is being made");
    }
    if (auto prepared = prepareTarget(target, mayReplace); !prepared) {
        return prepared;
    }
    std::filesystem::path passing = target;
    passing += ".new";
    PassingFile file(passing);
    Status done = file.create();
    done = done ? m_impl->database->vacuumInto(file.path()) : done;
    auto image = done ? readFile(file.path(), maxBackupBytes) : failFrom(done);
    if (!image) {
        return failFrom(image);
    }
    if (auto holds = m_impl->verifyCopy(*image, progress); !holds) {
        return holds;
    }
    return writeFileAtomically(target, *image, {.mode = 0600, .mayReplace = mayReplace});
}

Status Container::Impl::verifyCopy(const Bytes &image, const Progress &progress) {
    auto copy = std::make_unique<Impl>();
    copy->path = path;
    copy->access = Access::Examine;
    copy->clock = clock;
    copy->formats = formats;
    auto opened = sqlite::Database::openImage(image);
    auto found = opened ? checkFile(*opened, *formats) : failFrom(opened);
    if (!found) {
        return failFrom(found);
    }
    copy->header = *found;
    copy->database.emplace(std::move(*opened));
    if (auto unlocked = copy->unlock(open->vaultKey.clone(), std::nullopt); !unlocked) {
        return unlocked;
    }
    const bool same = copy->open->rootOpened && copy->open->fingerprint == open->fingerprint;
    Container container(std::move(copy));
    auto report = container.verify(progress);
    if (!report) {
        return failFrom(report);
    }
    if (!same || !report->holds()) {
        return fail(
            damaged("the copy does not hold: " +
                    (report->holds() ? std::string("it is of another state") : report->findings[0].what)));
    }
    return {};
}

} // namespace keyturn::vault
