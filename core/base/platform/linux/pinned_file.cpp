// SPDX-License-Identifier: Apache-2.0
#include "base/platform/pinned_file.h"

#include "base/platform/linux/pinned_file_impl.h"

#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

#include <algorithm>
#include <string>

namespace keyturn::inline base::platform {

FileIdentity identityFrom(const struct stat &facts) {
    constexpr std::int64_t nanosecondsPerSecond = 1'000'000'000;
    FileIdentity identity;
    identity.device = facts.st_dev;
    identity.inode = facts.st_ino;
    identity.sizeBytes = static_cast<std::uint64_t>(facts.st_size);
    identity.modifiedNanoseconds = facts.st_mtim.tv_sec * nanosecondsPerSecond + facts.st_mtim.tv_nsec;
    identity.hardLinks = facts.st_nlink;
    identity.mode = facts.st_mode & 07777U;
    return identity;
}

namespace {

/// The path has no symbolic links; one that has come up meanwhile leads elsewhere and is not followed.
/// Kernels before 5.6 and some sandboxes cannot promise that.
FileDescriptor openFolder(const std::filesystem::path &folder) {
    open_how how{};
    how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    how.resolve = RESOLVE_NO_SYMLINKS;
    const auto opened = uninterrupted(
        [&] { return static_cast<int>(syscall(SYS_openat2, AT_FDCWD, folder.c_str(), &how, sizeof how)); });
    if (opened >= 0 || (errno != ENOSYS && errno != EPERM)) {
        return FileDescriptor(opened);
    }
    return FileDescriptor(
        uninterrupted([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
}

} // namespace

Result<PlaceInFolder> placeInFolder(const std::filesystem::path &path) {
    PlaceInFolder place;
    place.path = path;
    place.name = path.filename().string();
    if (place.name.empty() || place.name == "." || place.name == "..") {
        return fail(ErrorCode::FileNotRegular, "'" + path.string() + "' names no file", ErrorOrigin::System);
    }
    const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
    FileDescriptor folder = openFolder(parent);
    if (!folder) {
        return fail(systemError(errno, "folder " + parent.string()));
    }
    place.folder = std::make_shared<const FileDescriptor>(std::move(folder));
    return place;
}

Result<FileDescriptor> openRegularAt(const PlaceInFolder &place, const std::string &name, int flags) {
    // O_NONBLOCK: opening a pipe must not wait for its other end.
    constexpr int always = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    FileDescriptor file(
        uninterrupted([&] { return openat(place.folder->get(), name.c_str(), flags | always); }));
    struct stat facts {};
    if (!file || fstat(file.get(), &facts) != 0) {
        return fail(systemError(errno, place.path.string()));
    }
    if (!S_ISREG(facts.st_mode)) {
        return fail(ErrorCode::FileNotRegular, place.path.string() + " is no regular file",
                    ErrorOrigin::System);
    }
    return file;
}

Result<PinnedFile> PinnedFile::open(const std::filesystem::path &path) {
    std::error_code broken;
    const std::filesystem::path resolved = std::filesystem::canonical(path, broken);
    if (broken) {
        return fail(systemError(broken.value(), path.string()));
    }
    auto place = placeInFolder(resolved);
    if (!place) {
        return failFrom(place);
    }
    auto file = openRegularAt(*place, place->name, O_RDONLY);
    struct stat facts {};
    if (!file) {
        return failFrom(file);
    }
    if (fstat(file->get(), &facts) != 0) {
        return fail(systemError(errno, path.string()));
    }
    auto impl = std::make_unique<Impl>();
    impl->place = std::move(*place);
    impl->file = std::move(*file);
    impl->identity = identityFrom(facts);
    return PinnedFile(std::move(impl));
}

PinnedFile::PinnedFile(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}
PinnedFile::PinnedFile(PinnedFile &&) noexcept = default;
PinnedFile &PinnedFile::operator=(PinnedFile &&) noexcept = default;
PinnedFile::~PinnedFile() = default;

const std::filesystem::path &PinnedFile::path() const {
    return m_impl->place.path;
}

const FileIdentity &PinnedFile::identity() const {
    return m_impl->identity;
}

Result<std::size_t> PinnedFile::read(MutableByteView buffer) {
    const ssize_t size =
        uninterrupted([&] { return ::read(m_impl->file.get(), buffer.data(), buffer.size()); });
    if (size < 0) {
        return fail(systemError(errno, path().string()));
    }
    return static_cast<std::size_t>(size);
}

Status PinnedFile::seek(std::uint64_t offset) {
    if (lseek(m_impl->file.get(), static_cast<off_t>(offset), SEEK_SET) < 0) {
        return fail(systemError(errno, path().string()));
    }
    return {};
}

Result<Bytes> PinnedFile::readAll(std::size_t maxBytes) {
    return readWholeDescriptor(m_impl->file.get(), path(), maxBytes);
}

Result<bool> PinnedFile::stillTheSame() const {
    struct stat facts {};
    const PlaceInFolder &place = m_impl->place;
    if (fstatat(place.folder->get(), place.name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) {
            return false;
        }
        return fail(systemError(errno, path().string()));
    }
    return identityFrom(facts).sameContentAs(m_impl->identity);
}

Result<Bytes> readWholeDescriptor(int descriptor, const std::filesystem::path &path, std::size_t maxBytes) {
    struct stat facts {};
    if (fstat(descriptor, &facts) != 0) {
        return fail(systemError(errno, path.string()));
    }
    // One byte more than it claims, to meet the end in the same call; it may grow meanwhile.
    Bytes content(std::min(static_cast<std::size_t>(facts.st_size), maxBytes) + 1);
    for (std::size_t size = 0;;) {
        const ssize_t got = uninterrupted([&] {
            return ::pread(descriptor, content.data() + size, content.size() - size,
                           static_cast<off_t>(size));
        });
        if (got < 0) {
            return fail(systemError(errno, path.string()));
        }
        size += static_cast<std::size_t>(got);
        if (got == 0) {
            content.resize(size);
            return content;
        }
        if (size > maxBytes) {
            return fail(ErrorCode::Usage, path.string() + " has " + std::to_string(facts.st_size) +
                                              " bytes; the limit is " + std::to_string(maxBytes));
        }
        if (size == content.size()) {
            content.resize(std::min(2 * size, maxBytes + 1));
        }
    }
}

Result<FileIdentity> identityOf(const std::filesystem::path &path) {
    struct stat facts {};
    if (lstat(path.c_str(), &facts) != 0) {
        return fail(systemError(errno, path.string()));
    }
    if (!S_ISREG(facts.st_mode)) {
        return fail(ErrorCode::FileNotRegular, path.string() + " is no regular file", ErrorOrigin::System);
    }
    return identityFrom(facts);
}

Result<std::uint64_t> freeSpaceBytes(const std::filesystem::path &path) {
    std::filesystem::path place = path.empty() ? "." : path;
    struct statvfs facts {};
    while (statvfs(place.c_str(), &facts) != 0) { // a file that is still to be made: where its folder is
        const std::filesystem::path parent = place.has_parent_path() ? place.parent_path() : ".";
        if (errno != ENOENT || parent == place) {
            return fail(systemError(errno, path.string()));
        }
        place = parent;
    }
    return static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize;
}

namespace {

/// chattr +i or +a: no permission bit tells, and every change is refused.
bool isImmutable(const std::filesystem::path &path) {
    const FileDescriptor file(
        uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK); }));
    unsigned flags = 0; // the kernel writes an int, whatever the request's type says
    constexpr unsigned fixed = FS_IMMUTABLE_FL | FS_APPEND_FL;
    return file && ioctl(file.get(), FS_IOC_GETFLAGS, &flags) == 0 && (flags & fixed) != 0;
}

Status mayWrite(const std::filesystem::path &path, int how, const std::string &what) {
    if (faccessat(AT_FDCWD, path.c_str(), how, AT_EACCESS) != 0) {
        const int reason = errno;
        if (reason == EROFS) {
            return fail(ErrorCode::ReadOnly, what + " is on a file system that is read-only",
                        ErrorOrigin::System);
        }
        return fail(systemError(reason, what));
    }
    if (isImmutable(path)) {
        return fail(ErrorCode::PermissionDenied, what + " is marked immutable (chattr)", ErrorOrigin::System);
    }
    return {};
}

} // namespace

Status mayReplace(const std::filesystem::path &path) {
    if (auto file = mayWrite(path, W_OK, "file " + path.string()); !file) {
        return file;
    }
    const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
    return mayWrite(parent, W_OK | X_OK, "folder " + parent.string());
}

} // namespace keyturn::inline base::platform
