// SPDX-License-Identifier: Apache-2.0
#include "base/platform/shared_file.h"

#include "base/platform/linux/file_descriptor.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

namespace keyturn::inline base::platform {

namespace {

constexpr std::chrono::milliseconds lockStep{5};

Status checkIsOurs(int descriptor, const std::filesystem::path &path) {
    struct stat facts {};
    if (fstat(descriptor, &facts) != 0) {
        return fail(systemError(errno, path.string()));
    }
    if (!S_ISREG(facts.st_mode)) {
        return fail(ErrorCode::FileNotRegular, path.string() + " is no regular file", ErrorOrigin::System);
    }
    if (facts.st_uid != geteuid() || (facts.st_mode & 077) != 0) {
        return fail(ErrorCode::PermissionDenied,
                    path.string() + " must be yours alone: chmod 600 " + path.string(), ErrorOrigin::System);
    }
    return {};
}

} // namespace

Result<SharedFile> SharedFile::open(const std::filesystem::path &path, Access access) {
    const int flags =
        (access == Access::Read ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    FileDescriptor descriptor(uninterrupted([&] { return ::open(path.c_str(), flags); }));
    if (!descriptor) {
        return fail(errno == ELOOP ? clientError(ErrorCode::FileNotRegular,
                                                 path.string() + " is a symbolic link", ErrorOrigin::System)
                                   : systemError(errno, path.string()));
    }
    if (auto ours = checkIsOurs(descriptor.get(), path); !ours) {
        return failFrom(ours);
    }
    return SharedFile(descriptor.release(), path);
}

SharedFile::SharedFile(SharedFile &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_path(std::move(other.m_path)) {}

SharedFile &SharedFile::operator=(SharedFile &&other) noexcept {
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_path, other.m_path);
    return *this;
}

SharedFile::~SharedFile() {
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

Status SharedFile::lock(Lock kind, std::chrono::milliseconds atMost) {
    const int operation = (kind == Lock::Shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
    const auto until = std::chrono::steady_clock::now() + atMost;
    while (uninterrupted([&] { return ::flock(m_descriptor, operation); }) != 0) {
        if (errno != EWOULDBLOCK) {
            return fail(systemError(errno, "lock of " + m_path.string()));
        }
        if (std::chrono::steady_clock::now() >= until) {
            return fail(ErrorCode::TimedOut, m_path.string() + ": another program kept it locked",
                        ErrorOrigin::System);
        }
        std::this_thread::sleep_for(lockStep);
    }
    return {};
}

void SharedFile::unlock() {
    (void)uninterrupted([&] { return ::flock(m_descriptor, LOCK_UN); });
}

Result<std::uint64_t> SharedFile::size() const {
    struct stat facts {};
    if (fstat(m_descriptor, &facts) != 0) {
        return fail(systemError(errno, m_path.string()));
    }
    return static_cast<std::uint64_t>(facts.st_size);
}

bool SharedFile::isStillNamed() const {
    struct stat opened {};
    struct stat named {};
    return fstat(m_descriptor, &opened) == 0 && ::lstat(m_path.c_str(), &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

Status SharedFile::readAt(std::uint64_t offset, MutableByteView out) const {
    while (!out.empty()) {
        const ssize_t got = uninterrupted(
            [&] { return ::pread(m_descriptor, out.data(), out.size(), static_cast<off_t>(offset)); });
        if (got < 0) {
            return fail(systemError(errno, m_path.string()));
        }
        if (got == 0) {
            return fail(ErrorCode::IoFailed, m_path.string() + " ends too early", ErrorOrigin::System);
        }
        offset += static_cast<std::uint64_t>(got);
        out = out.subspan(static_cast<std::size_t>(got));
    }
    return {};
}

Status SharedFile::writeAt(std::uint64_t offset, ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = uninterrupted(
            [&] { return ::pwrite(m_descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
        if (written <= 0) {
            return fail(systemError(written == 0 ? EIO : errno, m_path.string()));
        }
        offset += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Status SharedFile::truncate(std::uint64_t size) {
    if (uninterrupted([&] { return ::ftruncate(m_descriptor, static_cast<off_t>(size)); }) != 0) {
        return fail(systemError(errno, m_path.string()));
    }
    return {};
}

Status SharedFile::sync() {
    return syncDescriptor(m_descriptor) ? Status{} : Status(fail(systemError(errno, m_path.string())));
}

} // namespace keyturn::inline base::platform
