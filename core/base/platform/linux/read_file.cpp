// SPDX-License-Identifier: Apache-2.0
// Reading a whole file, in two containers.
#include "base/atomic_file.h"
#include "base/platform/linux/file_descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>

namespace keyturn::inline base {

using platform::FileDescriptor;
using platform::uninterrupted;

namespace {

Result<FileDescriptor> openRegular(const std::filesystem::path &path) {
    // O_NONBLOCK: opening a pipe must not wait for its writer.
    FileDescriptor file(
        uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); }));
    struct stat facts {};
    if (!file || fstat(file.get(), &facts) != 0) {
        return fail(systemError(errno, path.string()));
    }
    if (!S_ISREG(facts.st_mode)) {
        return fail(ErrorCode::FileNotRegular, path.string() + " is no regular file", ErrorOrigin::System);
    }
    return file;
}

Result<std::size_t> readSome(const FileDescriptor &file, MutableByteView out,
                             const std::filesystem::path &path) {
    const ssize_t size = uninterrupted([&] { return ::read(file.get(), out.data(), out.size()); });
    if (size < 0) {
        return fail(systemError(errno, path.string()));
    }
    return static_cast<std::size_t>(size);
}

Error tooLarge(const std::filesystem::path &path, const FileDescriptor &file, std::size_t maxBytes) {
    struct stat facts {};
    const bool known = fstat(file.get(), &facts) == 0;
    return clientError(ErrorCode::Usage, path.string() + " has " +
                                             (known ? std::to_string(facts.st_size) : "too many") +
                                             " bytes; the limit is " + std::to_string(maxBytes));
}

/// Reads to the end whatever size the file claims to have (it may grow, and /proc claims 0). `Buffer` is made
/// larger by `grow(buffer, newSize)`.
template <class Buffer, class Grow>
Result<Buffer> readWhole(const std::filesystem::path &path, std::size_t maxBytes, Grow grow) {
    auto file = openRegular(path);
    if (!file) {
        return failFrom(file);
    }
    struct stat facts {};
    constexpr std::size_t smallestBytes = 256;
    std::size_t capacity = smallestBytes;
    if (fstat(file->get(), &facts) == 0 && facts.st_size > 0) {
        capacity = static_cast<std::size_t>(facts.st_size) + 1; // one more, to meet the end at once
    }
    if (capacity > maxBytes + 1) {
        capacity = maxBytes + 1;
    }
    Buffer buffer = grow(Buffer(), capacity);
    for (std::size_t size = 0;;) {
        if (size == buffer.size()) {
            if (size > maxBytes) {
                return fail(tooLarge(path, *file, maxBytes));
            }
            buffer = grow(std::move(buffer), std::min(2 * size, maxBytes + 1));
        }
        auto got = readSome(*file, MutableByteView(buffer.data() + size, buffer.size() - size), path);
        if (!got) {
            return failFrom(got);
        }
        if (*got == 0) {
            return grow(std::move(buffer), size);
        }
        size += *got;
    }
}

} // namespace

Result<Bytes> readFile(const std::filesystem::path &path, std::size_t maxBytes) {
    return readWhole<Bytes>(path, maxBytes, [](Bytes buffer, std::size_t sizeBytes) {
        buffer.resize(sizeBytes);
        return buffer;
    });
}

Result<SecretBytes> readSecretFile(const std::filesystem::path &path, std::size_t maxBytes) {
    return readWhole<SecretBytes>(path, maxBytes, [](SecretBytes buffer, std::size_t sizeBytes) {
        if (sizeBytes <= buffer.size()) {
            buffer.shrink(sizeBytes);
            return buffer;
        }
        SecretBytes larger(sizeBytes);
        std::copy_n(buffer.data(), buffer.size(), larger.data());
        return larger;
    });
}

} // namespace keyturn::inline base
