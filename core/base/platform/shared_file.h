// SPDX-License-Identifier: Apache-2.0
// SharedFile: a regular file of ours that several programs read and append to, one after another. Bytes are
// read and written at places; nothing is buffered. The lock is flock's: it goes with the process, however
// that ends. One owner, one thread at a time. Errors: FileNotFound, FileNotRegular, PermissionDenied (another
// owner's, or open to others: says how to mend it), DiskFull, IoFailed, TimedOut (lock).
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>

namespace keyturn::inline base::platform {

class SharedFile {
public:
    enum class Access { Read, ReadWrite };
    enum class Lock { Shared, Exclusive };

    /// The file must exist; a symbolic link is refused.
    static Result<SharedFile> open(const std::filesystem::path &path, Access access);

    SharedFile(SharedFile &&other) noexcept;
    SharedFile &operator=(SharedFile &&other) noexcept;
    ~SharedFile();

    /// Waits for other programs at most so long.
    Status lock(Lock kind, std::chrono::milliseconds atMost);
    void unlock();

    Result<std::uint64_t> size() const;
    /// True while the path names the file that was opened: nobody has moved it away or replaced it.
    bool isStillNamed() const;
    /// Fills `out` or fails: an end before that is IoFailed.
    Status readAt(std::uint64_t offset, MutableByteView out) const;
    Status writeAt(std::uint64_t offset, ByteView bytes);
    Status truncate(std::uint64_t size);
    /// A failure is final for what was written before (never repeat it).
    Status sync();

private:
    SharedFile(int descriptor, std::filesystem::path path)
        : m_descriptor(descriptor)
        , m_path(std::move(path)) {}
    int m_descriptor = -1;
    std::filesystem::path m_path;
};

} // namespace keyturn::inline base::platform
