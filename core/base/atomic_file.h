// SPDX-License-Identifier: Apache-2.0
// AtomicFile: replaces a file so that at every moment, kill and power loss included, the name holds the
// whole old or the whole new content. Write beside, check every write, fsync the file, rename, fsync the
// directory. Any failure leaves the old file as it was and removes the temporary one. QSaveFile is banned
// (reliability-security.md 0.1: it can replace a file with a cut one on a full disk).
// A target that is a symbolic link is resolved once, when it is opened. A failure after the rename (the
// directory cannot be synced) is reported too: then the new content is in place but may not survive power
// loss. Use from one thread at a time. Errors: DiskFull, PermissionDenied (also: the file's owner cannot be
// kept), IoFailed, FileNotFound, FileExists, FileNotRegular.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_bytes.h"

#include <filesystem>
#include <memory>

namespace keyturn::inline base {

class AtomicFile {
public:
    struct Options {
        unsigned mode = 0600;    ///< of a new file; an existing file keeps its own mode and owner
        bool mayReplace = true;  ///< false: FileExists when the name is taken at commit
        bool keepBackup = false; ///< the old content stays beside as <name>.bak
    };

    static Result<AtomicFile> open(const std::filesystem::path &target, Options options);
    static Result<AtomicFile> open(const std::filesystem::path &target) { return open(target, Options{}); }
    AtomicFile(AtomicFile &&) noexcept;
    AtomicFile &operator=(AtomicFile &&) noexcept;
    ~AtomicFile(); ///< not committed: the temporary file is removed

    /// Writes all or fails; after a failure every later call fails the same way.
    Status write(ByteView bytes);
    /// Makes the new content durable under the target's name. Once only.
    Status commit();

private:
    struct Impl;
    explicit AtomicFile(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// open, write, commit.
Status writeFileAtomically(const std::filesystem::path &target, ByteView content,
                           AtomicFile::Options options);

/// The whole of a regular file of at most `maxBytes`. Errors: FileNotFound, PermissionDenied, FileNotRegular,
/// Usage (too large, naming size and limit), IoFailed.
Result<Bytes> readFile(const std::filesystem::path &path, std::size_t maxBytes);
/// The same for a file that holds a secret: its bytes are never in ordinary memory.
Result<SecretBytes> readSecretFile(const std::filesystem::path &path, std::size_t maxBytes);

} // namespace keyturn::inline base
