// SPDX-License-Identifier: Apache-2.0
// A lock that only one process holds, in a file of its own beside what it guards, with a note saying who
// holds it. flock: it goes with the process, however that ends. One owner, one thread.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace keyturn::inline base::platform {

class LockFile {
public:
    /// Takes the lock or fails with VaultInUse, whose detail is the holder's note, verbatim.
    static Result<LockFile> acquire(const std::filesystem::path &path, std::string_view note);

    LockFile(LockFile &&) noexcept;
    LockFile &operator=(LockFile &&) noexcept;
    ~LockFile(); ///< lets go; the file stays, empty

    /// Replaces the note (for example when an endpoint starts to serve).
    Status setNote(std::string_view note);

private:
    explicit LockFile(int descriptor)
        : m_descriptor(descriptor) {}
    int m_descriptor = -1;
};

} // namespace keyturn::inline base::platform
