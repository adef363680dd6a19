// SPDX-License-Identifier: Apache-2.0
// ReplacementFile: the content that is to take a file's place, written beside it as ".<name>.kt-<tag>" (0600,
// never through a link), and the exchange of the two names, after which the old file stands under the
// temporary name until discard(). Unlike AtomicFile it outlives the process: a later one reopens it by the
// same tag, goes on writing behind what is known to be good, or exchanges back. Nothing is removed by the
// destructor. One thread at a time; owns its descriptors. Follows reliability-security.md section 4 points 4
// and 5. Errors: FileExists, FileNotFound, FileNotRegular, DiskFull, PermissionDenied (also: owner or an
// attribute cannot be kept: names it), IoFailed. After a failed write or sync every later write, sync and
// exchange fails the same way: the system may have dropped the data.
#pragma once

#include "base/bytes.h"
#include "base/platform/pinned_file.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace keyturn::inline base::platform {

class ReplacementFile {
public:
    /// ".<name>.kt-<tag>", the name cut where the whole would be too long (then with a digest of it, so that
    /// two long names do not meet).
    static std::string nameFor(const std::filesystem::path &live, std::string_view tag);
    /// Is this the name of a replacement, whoever made it? AtomicFile's temporary files count too.
    static bool isReplacementName(std::string_view fileName);

    /// A new, empty one beside `live`. FileExists when the name is taken.
    static Result<ReplacementFile> create(const PinnedFile &live, std::string_view tag);
    /// The one that stands beside `live` (a path without symbolic links, as PinnedFile::path() is), for
    /// reading, writing and exchanging; before or after an exchange. Ends an exchange that a kill cut off
    /// half way.
    static Result<ReplacementFile> reopen(const std::filesystem::path &live, std::string_view tag);
    ReplacementFile(ReplacementFile &&) noexcept;
    ReplacementFile &operator=(ReplacementFile &&) noexcept;
    ~ReplacementFile(); ///< closes, removes nothing

    const std::filesystem::path &path() const;     ///< of the temporary name
    const std::filesystem::path &livePath() const; ///< of the name that it is to take
    Result<FileIdentity> identity() const;         ///< of the open file, now

    /// Room for that many bytes in all, without changing the size. DiskFull before anything is lost.
    Status reserve(std::uint64_t bytes);
    /// Appends at the write position: 0 after create(), the end after reopen().
    Status write(ByteView bytes);
    /// Cuts or keeps the first `offset` bytes and goes on writing there. Usage when it is shorter.
    Status truncate(std::uint64_t offset);
    /// Bytes from `offset` on; 0 at the end. Does not move the write position.
    Result<std::size_t> readAt(std::uint64_t offset, MutableByteView buffer);
    /// The whole content; of a large file asked from the disk where the system lets us, not from what we just
    /// wrote.
    Result<Bytes> readBack(std::size_t maxBytes);
    /// Mode, owner, extended attributes and access control list of `live`; what it lacks is taken away here
    /// too. After the last write: writing clears some of them.
    Status adoptFactsOf(const PinnedFile &live);
    /// Content and facts are on the disk. The name is with the folder: syncFolder().
    Status sync();

    /// How an exchange ended.
    enum class Exchange : std::uint8_t {
        Done,   ///< the content has the live name, the former live file the temporary one
        Changed ///< another file or content stood there: everything is as it was
    };
    /// Swaps the names if the live one still leads to `expected`: looked at before, and again after at what
    /// came back, so that a file that another program put there in between is not lost. A second exchange
    /// undoes the first. Not durable before syncFolder().
    Result<Exchange> exchange(const FileIdentity &expected);
    Status syncFolder();
    /// Removes what stands under the temporary name. Not durable before syncFolder().
    Status discard();

private:
    struct Impl;
    explicit ReplacementFile(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::inline base::platform
