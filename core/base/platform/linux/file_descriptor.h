// SPDX-License-Identifier: Apache-2.0
// FileDescriptor: owns one POSIX descriptor. And the calls that a signal may interrupt, repeated until they
// are done. Private to base's Linux sources. Value of one thread; failures are left in errno.
#pragma once

#include "base/bytes.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace keyturn::inline base::platform {

class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int descriptor)
        : m_descriptor(descriptor) {}
    FileDescriptor(FileDescriptor &&other) noexcept
        : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    FileDescriptor &operator=(FileDescriptor &&other) noexcept {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    ~FileDescriptor() { (void)close(); }

    int get() const { return m_descriptor; }
    explicit operator bool() const { return m_descriptor >= 0; }
    int release() { return std::exchange(m_descriptor, -1); }
    /// Closes once. An interrupted close has closed on Linux.
    bool close() {
        const int descriptor = release();
        return descriptor < 0 || ::close(descriptor) == 0 || errno == EINTR;
    }

private:
    int m_descriptor = -1;
};

/// Calls until it is not interrupted.
template <class Call>
auto uninterrupted(Call &&call) {
    for (;;) {
        const auto outcome = call();
        if (outcome != -1 || errno != EINTR) {
            return outcome;
        }
    }
}

/// Writes all, however little each call takes; false with errno set.
inline bool writeAll(int descriptor, ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written =
            uninterrupted([&] { return ::write(descriptor, bytes.data(), bytes.size()); });
        if (written <= 0) {
            errno = written == 0 ? EIO : errno;
            return false;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

/// A failed fsync is final for the data (reliability-security.md section 6): only an interruption is
/// repeated.
inline bool syncDescriptor(int descriptor) {
    return uninterrupted([descriptor] { return ::fsync(descriptor); }) == 0;
}

} // namespace keyturn::inline base::platform
