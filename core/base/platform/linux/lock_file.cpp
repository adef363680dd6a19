// SPDX-License-Identifier: Apache-2.0
#include "base/platform/lock_file.h"

#include "base/platform/linux/file_descriptor.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <thread>

namespace keyturn::inline base::platform {

namespace {

constexpr std::size_t maxNoteSizeBytes = 4096;

std::string readNote(int descriptor) {
    std::array<char, maxNoteSizeBytes> note{};
    const ssize_t size = uninterrupted([&] { return pread(descriptor, note.data(), note.size(), 0); });
    return {note.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

/// A holder writes its note just after it has the lock: an empty note is looked at some times more.
/// False with errno EWOULDBLOCK: somebody else holds the lock; with another: the lock cannot be asked for.
bool lockOrReadNote(int descriptor, std::string &note) {
    constexpr int attempts = 200;
    for (int attempt = 0; attempt < attempts && note.empty(); ++attempt) {
        if (uninterrupted([descriptor] { return flock(descriptor, LOCK_EX | LOCK_NB); }) == 0) {
            return true;
        }
        if (errno != EWOULDBLOCK) {
            return false;
        }
        note = readNote(descriptor);
        std::this_thread::yield();
    }
    errno = EWOULDBLOCK;
    return false;
}

} // namespace

Result<LockFile> LockFile::acquire(const std::filesystem::path &path, std::string_view note) {
    constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    FileDescriptor descriptor(uninterrupted([&] { return ::open(path.c_str(), flags, 0600); }));
    struct stat facts {};
    if (!descriptor || fstat(descriptor.get(), &facts) != 0) {
        return fail(systemError(errno, "lock file " + path.string()));
    }
    if (!S_ISREG(facts.st_mode)) {
        return fail(ErrorCode::FileNotRegular, "lock file " + path.string() + " is no regular file",
                    ErrorOrigin::System);
    }
    std::string holder;
    if (!lockOrReadNote(descriptor.get(), holder)) {
        if (errno != EWOULDBLOCK) {
            return fail(systemError(errno, "lock file " + path.string()));
        }
        return fail(ErrorCode::VaultInUse, std::move(holder), ErrorOrigin::System);
    }
    LockFile lock(descriptor.release());
    if (auto noted = lock.setNote(note); !noted) {
        return failFrom(noted);
    }
    return lock;
}

LockFile::LockFile(LockFile &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

LockFile &LockFile::operator=(LockFile &&other) noexcept {
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

LockFile::~LockFile() {
    if (m_descriptor >= 0) {
        // The name is never removed: another process may be waiting with this very file open.
        (void)!ftruncate(m_descriptor, 0);
        ::close(m_descriptor);
    }
}

Status LockFile::setNote(std::string_view note) {
    const ByteView bytes = asBytes(note.substr(0, maxNoteSizeBytes));
    const auto emptied = [this] { return ftruncate(m_descriptor, 0); };
    if (uninterrupted(emptied) != 0 || lseek(m_descriptor, 0, SEEK_SET) != 0 ||
        !writeAll(m_descriptor, bytes)) {
        return fail(systemError(errno, "note in the lock file"));
    }
    return {};
}

} // namespace keyturn::inline base::platform
