// SPDX-License-Identifier: Apache-2.0
#include "base/atomic_file.h"

#include "base/encoding.h"
#include "base/platform/linux/file_descriptor.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <array>
#include <optional>
#include <string>

namespace keyturn::inline base {

using platform::FileDescriptor;
using platform::uninterrupted;

struct AtomicFile::Impl {
    std::filesystem::path target; ///< for messages
    Options options;
    FileDescriptor directory; ///< every name below is relative to it, so that moving the folder does no harm
    FileDescriptor file;
    std::string name;
    std::string temporaryName; ///< empty: none on disk
    std::optional<struct stat> replaced;
    std::optional<Error> failure;

    ~Impl() { removeTemporary(); }

    void removeTemporary() {
        if (!temporaryName.empty()) {
            unlinkat(directory.get(), temporaryName.c_str(), 0);
            temporaryName.clear();
        }
    }
    /// Remembers the failure of a system call, cleans up, and reports it.
    Status failed(const std::string &act) {
        failure = systemError(errno, act + " " + target.string());
        file.close();
        removeTemporary();
        return fail(*failure);
    }

    Status openDirectory();
    Status inspectTarget();
    Status createTemporary();
    Status finishFile();
    Status keepOldContent();
    bool moveIntoPlace();
};

namespace {

constexpr std::size_t randomNameBytes = 8;
constexpr std::size_t maxNameSizeBytes = 255; // NAME_MAX of every file system that Linux has

/// ".<name>.kt-<16 hex digits>", the name cut where the whole would be too long.
Result<std::string> temporaryNameFor(const std::string &name) {
    std::array<std::uint8_t, randomNameBytes> random{};
    if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
        return fail(systemError(errno, "random file name"));
    }
    const std::string suffix = ".kt-" + toHex(random);
    return "." + name.substr(0, maxNameSizeBytes - 1 - suffix.size()) + suffix;
}

} // namespace

Status AtomicFile::Impl::openDirectory() {
    std::filesystem::path resolved = target;
    std::error_code none;
    if (std::filesystem::is_symlink(target, none)) {
        std::error_code broken;
        resolved = std::filesystem::canonical(target, broken);
        if (broken) {
            return fail(systemError(broken.value(), "symbolic link " + target.string()));
        }
    }
    name = resolved.filename().string();
    if (name.empty() || name == "." || name == "..") {
        return fail(ErrorCode::FileNotRegular, "'" + target.string() + "' names no file");
    }
    const std::filesystem::path parent = resolved.has_parent_path() ? resolved.parent_path() : ".";
    directory = FileDescriptor(
        uninterrupted([&] { return ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
    return directory ? Status() : fail(systemError(errno, "folder " + parent.string()));
}

Status AtomicFile::Impl::inspectTarget() {
    struct stat facts {};
    if (fstatat(directory.get(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? Status() : fail(systemError(errno, target.string()));
    }
    if (!S_ISREG(facts.st_mode)) {
        return fail(ErrorCode::FileNotRegular, target.string() + " is no regular file", ErrorOrigin::System);
    }
    if (!options.mayReplace) {
        return fail(systemError(EEXIST, target.string()));
    }
    replaced = facts;
    return {};
}

Status AtomicFile::Impl::createTemporary() {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    auto chosen = temporaryNameFor(name);
    if (!chosen) {
        return failFrom(chosen);
    }
    file =
        FileDescriptor(uninterrupted([&] { return openat(directory.get(), chosen->c_str(), flags, 0600); }));
    if (!file) {
        return fail(systemError(errno, "new file beside " + target.string()));
    }
    temporaryName = std::move(*chosen);
    return {};
}

Result<AtomicFile> AtomicFile::open(const std::filesystem::path &target, Options options) {
    auto impl = std::make_unique<Impl>();
    impl->target = target;
    impl->options = options;
    for (const auto step : {&Impl::openDirectory, &Impl::inspectTarget, &Impl::createTemporary}) {
        if (auto done = ((*impl).*step)(); !done) {
            return failFrom(done);
        }
    }
    return AtomicFile(std::move(impl));
}

AtomicFile::AtomicFile(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}
AtomicFile::AtomicFile(AtomicFile &&) noexcept = default;
AtomicFile &AtomicFile::operator=(AtomicFile &&) noexcept = default;
AtomicFile::~AtomicFile() = default;

Status AtomicFile::write(ByteView bytes) {
    if (m_impl->failure) {
        return fail(*m_impl->failure);
    }
    if (!m_impl->file) {
        return fail(ErrorCode::Usage, "written after its commit: " + m_impl->target.string());
    }
    return platform::writeAll(m_impl->file.get(), bytes) ? Status() : m_impl->failed("write");
}

/// Owner and mode, then the content, made durable. Owner first: changing it may clear mode bits.
Status AtomicFile::Impl::finishFile() {
    constexpr unsigned modeBits = 07777;
    struct stat facts {};
    if (fstat(file.get(), &facts) != 0) {
        return failed("look at");
    }
    const bool otherOwner =
        replaced && (replaced->st_uid != facts.st_uid || replaced->st_gid != facts.st_gid);
    if (otherOwner && fchown(file.get(), replaced->st_uid, replaced->st_gid) != 0) {
        return failed("keep the owner of");
    }
    if (fchmod(file.get(), replaced ? replaced->st_mode & modeBits : options.mode) != 0) {
        return failed("set the mode of");
    }
    if (!platform::syncDescriptor(file.get())) {
        return failed("sync");
    }
    return file.close() ? Status() : failed("close");
}

/// The old content gets a second name before the first one changes hands, so it always has one.
Status AtomicFile::Impl::keepOldContent() {
    auto linkName = temporaryNameFor(name);
    if (!linkName) {
        failure = linkName.error();
        removeTemporary();
        return failFrom(linkName);
    }
    const int folder = directory.get();
    if (uninterrupted([&] { return linkat(folder, name.c_str(), folder, linkName->c_str(), 0); }) != 0) {
        return failed("keep a backup of");
    }
    const std::string backup = name + ".bak";
    if (uninterrupted([&] { return renameat(folder, linkName->c_str(), folder, backup.c_str()); }) != 0) {
        const int reason = errno;
        unlinkat(folder, linkName->c_str(), 0);
        errno = reason;
        return failed("keep a backup of");
    }
    unlinkat(folder, linkName->c_str(), 0); // rename leaves both when they are one file already
    return {};
}

bool AtomicFile::Impl::moveIntoPlace() {
    const int folder = directory.get();
    const char *from = temporaryName.c_str();
    const char *to = name.c_str();
    if (options.mayReplace) {
        return uninterrupted([&] { return renameat(folder, from, folder, to); }) == 0;
    }
    if (uninterrupted([&] { return renameat2(folder, from, folder, to, RENAME_NOREPLACE); }) == 0) {
        return true;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return false;
    }
    // A file system without that flag: a hard link refuses a name that is taken just as well.
    return uninterrupted([&] { return linkat(folder, from, folder, to, 0); }) == 0 &&
           unlinkat(folder, from, 0) == 0;
}

Status AtomicFile::commit() {
    if (m_impl->failure) {
        return fail(*m_impl->failure);
    }
    if (!m_impl->file) {
        return fail(ErrorCode::Usage, "committed twice: " + m_impl->target.string());
    }
    if (auto finished = m_impl->finishFile(); !finished) {
        return finished;
    }
    if (m_impl->options.keepBackup && m_impl->replaced) {
        if (auto kept = m_impl->keepOldContent(); !kept) {
            return kept;
        }
    }
    if (!m_impl->moveIntoPlace()) {
        return m_impl->failed("replace");
    }
    m_impl->temporaryName.clear();
    return platform::syncDescriptor(m_impl->directory.get()) || errno == EINVAL
               ? Status()
               : m_impl->failed("make durable the new content of");
}

Status writeFileAtomically(const std::filesystem::path &target, ByteView content,
                           AtomicFile::Options options) {
    auto file = AtomicFile::open(target, options);
    if (!file) {
        return failFrom(file);
    }
    if (auto written = file->write(content); !written) {
        return written;
    }
    return file->commit();
}

} // namespace keyturn::inline base
