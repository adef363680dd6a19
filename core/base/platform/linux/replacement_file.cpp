// SPDX-License-Identifier: Apache-2.0
#include "base/platform/replacement_file.h"

#include "base/platform/linux/file_facts.h"
#include "base/platform/linux/pinned_file_impl.h"

#include <linux/fs.h>
#include <stdio.h>

#include <algorithm>
#include <array>

namespace keyturn::inline base::platform {

namespace {

constexpr std::string_view mark = ".kt-";
constexpr std::string_view hexDigits = "0123456789abcdef";
/// Where an exchange has no system call of its own, the old file's second name while names change hands.
constexpr char halfWay = '~';

/// FNV-1a: tells names apart, protects nothing.
std::string shortDigest(std::string_view text) {
    std::uint64_t sum = 0xcbf29ce484222325U;
    for (const char c : text) {
        sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    std::string digits;
    for (int shift = 60; shift >= 0; shift -= 4) {
        digits += hexDigits[(sum >> static_cast<unsigned>(shift)) & 0xfU];
    }
    return digits;
}

} // namespace

struct ReplacementFile::Impl {
    PlaceInFolder live;
    std::filesystem::path path;
    std::string name;
    FileDescriptor file;
    std::optional<Error> failure; ///< of a write or sync: final

    int folder() const { return live.folder->get(); }
    std::string halfWayName() const { return name + halfWay; }
    Status failed(const std::string &act) {
        failure = systemError(errno, act + " " + path.string());
        return fail(*failure);
    }
    std::optional<FileIdentity> identityOfName(const std::string &which) const {
        struct stat facts {};
        if (fstatat(folder(), which.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(facts.st_mode)) {
            return std::nullopt;
        }
        return identityFrom(facts);
    }
    int swapNames() const {
        return uninterrupted(
            [&] { return renameat2(folder(), name.c_str(), folder(), live.name.c_str(), RENAME_EXCHANGE); });
    }
    void settleHalfWay() const;
    Result<Exchange> exchangeByLink(const FileIdentity &expected);
};

std::string ReplacementFile::nameFor(const std::filesystem::path &live, std::string_view tag) {
    constexpr std::size_t maxNameSizeBytes = 255; // NAME_MAX of every file system that Linux has
    std::string name = live.filename().string();
    const std::string end = std::string(mark) + std::string(tag);
    const std::size_t room = maxNameSizeBytes - 2 - end.size(); // the dot in front, halfWay behind
    if (name.size() > room) {
        const std::string digest = shortDigest(name);
        name = name.substr(0, room - digest.size()) + digest;
    }
    return "." + name + end;
}

bool ReplacementFile::isReplacementName(std::string_view fileName) {
    const auto at = fileName.rfind(mark);
    if (fileName.empty() || fileName.front() != '.' || at == std::string_view::npos || at < 2) {
        return false;
    }
    std::string_view tag = fileName.substr(at + mark.size());
    if (tag.ends_with(halfWay)) {
        tag.remove_suffix(1);
    }
    constexpr std::size_t shortestTag = 8;
    return tag.size() >= shortestTag && tag.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

Result<ReplacementFile> ReplacementFile::create(const PinnedFile &live, std::string_view tag) {
    auto impl = std::make_unique<Impl>();
    impl->live = live.m_impl->place;
    impl->name = nameFor(live.path(), tag);
    impl->path = live.path().parent_path() / impl->name;
    constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    impl->file = FileDescriptor(
        uninterrupted([&] { return openat(impl->folder(), impl->name.c_str(), flags, 0600); }));
    if (!impl->file) {
        return fail(systemError(errno, "new file " + impl->path.string()));
    }
    return ReplacementFile(std::move(impl));
}

Result<ReplacementFile> ReplacementFile::reopen(const std::filesystem::path &live, std::string_view tag) {
    auto place = placeInFolder(live);
    if (!place) {
        return failFrom(place);
    }
    auto impl = std::make_unique<Impl>();
    impl->live = std::move(*place);
    impl->name = nameFor(live, tag);
    impl->path = live.parent_path() / impl->name;
    impl->settleHalfWay();
    PlaceInFolder itself = impl->live;
    itself.path = impl->path;
    auto file = openRegularAt(itself, impl->name, O_RDWR);
    if (!file && file.error().code == ErrorCode::PermissionDenied) {
        file = openRegularAt(itself, impl->name, O_RDONLY); // an old file that nobody may write
    }
    if (!file) {
        return failFrom(file);
    }
    if (lseek(file->get(), 0, SEEK_END) < 0) {
        return fail(systemError(errno, impl->path.string()));
    }
    impl->file = std::move(*file);
    return ReplacementFile(std::move(impl));
}

ReplacementFile::ReplacementFile(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}
ReplacementFile::ReplacementFile(ReplacementFile &&) noexcept = default;
ReplacementFile &ReplacementFile::operator=(ReplacementFile &&) noexcept = default;
ReplacementFile::~ReplacementFile() = default;

const std::filesystem::path &ReplacementFile::path() const {
    return m_impl->path;
}

const std::filesystem::path &ReplacementFile::livePath() const {
    return m_impl->live.path;
}

Result<FileIdentity> ReplacementFile::identity() const {
    struct stat facts {};
    if (fstat(m_impl->file.get(), &facts) != 0) {
        return fail(systemError(errno, m_impl->path.string()));
    }
    return identityFrom(facts);
}

Status ReplacementFile::reserve(std::uint64_t bytes) {
    if (m_impl->failure) {
        return fail(*m_impl->failure);
    }
    // Asked first: a call that fails half way has taken all the room there was from everybody else.
    const auto room = freeSpaceBytes(m_impl->path);
    const auto facts = identity();
    if (room && facts && *room + facts->sizeBytes < bytes) {
        return fail(systemError(ENOSPC, "room for " + m_impl->path.string()));
    }
    const auto size = static_cast<off_t>(bytes);
    const int file = m_impl->file.get();
    if (bytes == 0 || uninterrupted([&] { return fallocate(file, FALLOC_FL_KEEP_SIZE, 0, size); }) == 0 ||
        errno == EOPNOTSUPP || errno == ENOSYS) {
        return {};
    }
    return fail(systemError(errno, "room for " + m_impl->path.string()));
}

Status ReplacementFile::write(ByteView bytes) {
    if (m_impl->failure) {
        return fail(*m_impl->failure);
    }
    return writeAll(m_impl->file.get(), bytes) ? Status() : m_impl->failed("write");
}

Status ReplacementFile::truncate(std::uint64_t offset) {
    if (m_impl->failure) {
        return fail(*m_impl->failure);
    }
    auto facts = identity();
    if (!facts) {
        return failFrom(facts);
    }
    if (offset > facts->sizeBytes) {
        return fail(ErrorCode::Usage, m_impl->path.string() + " has " + std::to_string(facts->sizeBytes) +
                                          " bytes and cannot be cut to " + std::to_string(offset));
    }
    const auto size = static_cast<off_t>(offset);
    const int file = m_impl->file.get();
    if (uninterrupted([&] { return ftruncate(file, size); }) != 0 || lseek(file, size, SEEK_SET) < 0) {
        return m_impl->failed("cut");
    }
    return {};
}

Result<std::size_t> ReplacementFile::readAt(std::uint64_t offset, MutableByteView buffer) {
    const ssize_t size = uninterrupted(
        [&] { return pread(m_impl->file.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset)); });
    if (size < 0) {
        return fail(systemError(errno, m_impl->path.string()));
    }
    return static_cast<std::size_t>(size);
}

Result<Bytes> ReplacementFile::readBack(std::size_t maxBytes) {
    // Only clean pages go, after sync(). A small file would cost a turn of the disk and is one block anyway.
    constexpr std::uint64_t worthAskingBytes = 1024 * 1024;
    if (const auto facts = identity(); facts && facts->sizeBytes >= worthAskingBytes) {
        (void)posix_fadvise(m_impl->file.get(), 0, 0, POSIX_FADV_DONTNEED);
    }
    return readWholeDescriptor(m_impl->file.get(), m_impl->path, maxBytes);
}

Status ReplacementFile::adoptFactsOf(const PinnedFile &live) {
    if (m_impl->failure) {
        return fail(*m_impl->failure);
    }
    return copyFileFacts(live.m_impl->file.get(), m_impl->file.get(), live.path());
}

Status ReplacementFile::sync() {
    if (m_impl->failure) {
        return fail(*m_impl->failure);
    }
    return syncDescriptor(m_impl->file.get()) ? Status() : m_impl->failed("sync");
}

/// A kill while exchangeByLink() ran: the old file's second name is removed while the first still has it, or
/// becomes the temporary name when the first has changed hands.
void ReplacementFile::Impl::settleHalfWay() const {
    const std::string second = halfWayName();
    if (!identityOfName(second)) {
        return;
    }
    if (identityOfName(name)) {
        unlinkat(folder(), second.c_str(), 0);
    } else {
        (void)!renameat(folder(), second.c_str(), folder(), name.c_str());
    }
}

/// For file systems without RENAME_EXCHANGE. The live name always leads to the old or the new file.
Result<ReplacementFile::Exchange> ReplacementFile::Impl::exchangeByLink(const FileIdentity &expected) {
    const std::string second = halfWayName();
    unlinkat(folder(), second.c_str(),
             0); // left by a kill: the live name has that file, or one that came after it
    if (uninterrupted([&] { return linkat(folder(), live.name.c_str(), folder(), second.c_str(), 0); }) !=
        0) {
        return fail(systemError(errno, "keep the old content of " + live.path.string()));
    }
    const auto linked = identityOfName(second);
    const auto now = identityOfName(live.name);
    if (!linked || !linked->sameContentAs(expected) || !now || !now->sameContentAs(expected)) {
        unlinkat(folder(), second.c_str(), 0);
        return Exchange::Changed;
    }
    if (uninterrupted([&] { return renameat(folder(), name.c_str(), folder(), live.name.c_str()); }) != 0) {
        const Error error = systemError(errno, "replace " + live.path.string());
        unlinkat(folder(), second.c_str(), 0);
        return fail(error);
    }
    if (uninterrupted([&] { return renameat(folder(), second.c_str(), folder(), name.c_str()); }) != 0) {
        return fail(systemError(errno, "name the old content of " + live.path.string()));
    }
    return Exchange::Done;
}

Result<ReplacementFile::Exchange> ReplacementFile::exchange(const FileIdentity &expected) {
    if (m_impl->failure) {
        return fail(*m_impl->failure);
    }
    const auto before = m_impl->identityOfName(m_impl->live.name);
    if (!before || !before->sameContentAs(expected)) {
        return Exchange::Changed;
    }
    if (m_impl->swapNames() != 0) {
        if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) {
            return m_impl->exchangeByLink(expected);
        }
        const int reason = errno;
        if (reason == ENOENT && !m_impl->identityOfName(m_impl->live.name)) {
            return Exchange::Changed;
        }
        return fail(systemError(reason, "exchange " + livePath().string()));
    }
    const auto cameBack = m_impl->identityOfName(m_impl->name);
    if (cameBack && cameBack->sameContentAs(expected)) {
        return Exchange::Done;
    }
    // Somebody put another file there between the look and the swap: it gets its name again.
    if (m_impl->swapNames() != 0) {
        return fail(systemError(errno, "give back the name " + livePath().string()));
    }
    return Exchange::Changed;
}

Status ReplacementFile::syncFolder() {
    if (syncDescriptor(m_impl->folder()) || errno == EINVAL) {
        return {};
    }
    return fail(systemError(errno, "folder of " + livePath().string()));
}

Status ReplacementFile::discard() {
    if (uninterrupted([&] { return unlinkat(m_impl->folder(), m_impl->name.c_str(), 0); }) != 0 &&
        errno != ENOENT) {
        return fail(systemError(errno, "remove " + m_impl->path.string()));
    }
    return {};
}

} // namespace keyturn::inline base::platform
