// SPDX-License-Identifier: Apache-2.0
// PinnedFile: a regular file opened for reading, and who it was then: a name may lead elsewhere a moment
// later, the descriptor does not. A symbolic link is resolved once, here; whoever works on goes by path(),
// which has none. One thread at a time; owns its descriptors. Follows reliability-security.md section 4
// point 4. Errors: FileNotFound, FileNotRegular, PermissionDenied, Usage (too large, naming size and limit),
// IoFailed.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace keyturn::inline base::platform {

/// What tells one file, and one content of it, from another without reading it.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t sizeBytes = 0;
    std::int64_t modifiedNanoseconds = 0; ///< since 1970
    std::uint64_t hardLinks = 0;
    unsigned mode = 0; ///< permission bits
    /// The same file with, as far as size and time tell, the same content. Mode and links may have changed.
    bool sameContentAs(const FileIdentity &other) const {
        return device == other.device && inode == other.inode && sizeBytes == other.sizeBytes &&
               modifiedNanoseconds == other.modifiedNanoseconds;
    }
    bool operator==(const FileIdentity &) const = default;
};

class PinnedFile {
public:
    static Result<PinnedFile> open(const std::filesystem::path &path);
    PinnedFile(PinnedFile &&) noexcept;
    PinnedFile &operator=(PinnedFile &&) noexcept;
    ~PinnedFile();

    const std::filesystem::path &path() const; ///< absolute, symbolic links resolved
    const FileIdentity &identity() const;      ///< as it was when it was opened
    /// The next bytes; 0 at the end.
    Result<std::size_t> read(MutableByteView buffer);
    Status seek(std::uint64_t offset);
    /// All of it from the beginning. Errors: Usage when it has more than `maxBytes`.
    Result<Bytes> readAll(std::size_t maxBytes);
    /// True when path() still leads to this file and neither its size nor its time changed. False when not,
    /// or when the name is gone.
    Result<bool> stillTheSame() const;

private:
    friend class ReplacementFile;
    struct Impl;
    explicit PinnedFile(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// The identity of what stands under that name now; a symbolic link is not followed. Errors: FileNotFound,
/// FileNotRegular, PermissionDenied, IoFailed.
Result<FileIdentity> identityOf(const std::filesystem::path &path);

/// Bytes that may still be written by us where `path` stands (or its nearest folder that exists). Errors:
/// IoFailed.
Result<std::uint64_t> freeSpaceBytes(const std::filesystem::path &path);

/// May this file be replaced by us: can we write it, and make and rename names in its folder? Nothing is
/// changed. Errors: PermissionDenied saying which of the two, and ReadOnly for a file system that is
/// read-only.
Status mayReplace(const std::filesystem::path &path);

} // namespace keyturn::inline base::platform
