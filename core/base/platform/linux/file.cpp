// SPDX-License-Identifier: Apache-2.0
#include "base/platform/file.h"

#include "base/platform/linux/file_descriptor.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace keyturn::inline base::platform {

namespace {

struct FileSystemRow {
    std::uint32_t magic; ///< statfs(2), f_type
    std::string_view name;
    bool network;
};

constexpr std::array fileSystemRows{
    FileSystemRow{0xef53, "ext4", false},         FileSystemRow{0x58465342, "xfs", false},
    FileSystemRow{0x9123683e, "btrfs", false},    FileSystemRow{0xf2f52010, "f2fs", false},
    FileSystemRow{0x2fc12fc1, "zfs", false},      FileSystemRow{0x01021994, "tmpfs", false},
    FileSystemRow{0x794c7630, "overlay", false},  FileSystemRow{0x4d44, "vfat", false},
    FileSystemRow{0x2011bab0, "exfat", false},    FileSystemRow{0x7366746e, "ntfs3", false},
    FileSystemRow{0x5346544e, "ntfs", false},     FileSystemRow{0x73717368, "squashfs", false},
    FileSystemRow{0x9660, "iso9660", false},      FileSystemRow{0x65735546, "fuse", false},
    FileSystemRow{0xca451a4e, "bcachefs", false}, FileSystemRow{0x6969, "nfs", true},
    FileSystemRow{0xff534d42, "cifs", true},      FileSystemRow{0xfe534d42, "smb2", true},
    FileSystemRow{0x517b, "smb", true},           FileSystemRow{0x01021997, "9p", true},
    FileSystemRow{0x5346414f, "afs", true},       FileSystemRow{0x00c36400, "ceph", true},
    FileSystemRow{0x73757245, "coda", true},      FileSystemRow{0x0bd00bd0, "lustre", true},
};

const FileSystemRow *fileSystemOf(std::filesystem::path path) {
    struct statfs facts {};
    if (path.empty()) {
        path = ".";
    }
    while (statfs(path.c_str(), &facts) != 0) { // a file that is still to be made: where its folder is
        const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
        if (errno != ENOENT || parent == path) {
            return nullptr;
        }
        path = parent;
    }
    const auto magic = static_cast<std::uint32_t>(facts.f_type);
    const auto row = std::find_if(fileSystemRows.begin(), fileSystemRows.end(),
                                  [magic](const FileSystemRow &r) { return r.magic == magic; });
    return row == fileSystemRows.end() ? nullptr : &*row;
}

} // namespace

Status syncDirectory(const std::filesystem::path &directory) {
    const FileDescriptor descriptor(
        uninterrupted([&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
    // EINVAL: a file system that has nothing to sync for a directory.
    if (!descriptor || (!syncDescriptor(descriptor.get()) && errno != EINVAL)) {
        return fail(systemError(errno, "folder " + directory.string()));
    }
    return {};
}

Status exchangeFiles(const std::filesystem::path &a, const std::filesystem::path &b) {
    if (renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) != 0) {
        return fail(systemError(errno, "exchange " + a.string() + " and " + b.string()));
    }
    return {};
}

Status createPrivateDirectory(const std::filesystem::path &directory) {
    std::error_code unknown;
    if (std::filesystem::is_directory(directory, unknown)) {
        return {};
    }
    const std::filesystem::path parent = directory.parent_path();
    if (!parent.empty() && parent != directory) {
        if (auto made = createPrivateDirectory(parent); !made) {
            return made;
        }
    }
    if (mkdir(directory.c_str(), 0700) != 0 &&
        !(errno == EEXIST && std::filesystem::is_directory(directory, unknown))) {
        return fail(systemError(errno, "folder " + directory.string()));
    }
    return {};
}

Result<FileFacts> fileFacts(const std::filesystem::path &path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) {
        return fail(systemError(errno, path.string()));
    }
    FileFacts facts;
    facts.regular = S_ISREG(status.st_mode);
    facts.symlink = S_ISLNK(status.st_mode);
    facts.ownedByUs = status.st_uid == geteuid();
    facts.writable = faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0;
    facts.mode = status.st_mode & 07777U;
    facts.sizeBytes = static_cast<std::uint64_t>(status.st_size);
    facts.hardLinks = status.st_nlink;
    return facts;
}

std::string fileSystemName(const std::filesystem::path &path) {
    const FileSystemRow *row = fileSystemOf(path);
    return row != nullptr ? std::string(row->name) : std::string();
}

bool isNetworkFileSystem(const std::filesystem::path &path) {
    const FileSystemRow *row = fileSystemOf(path);
    return row != nullptr && row->network;
}

} // namespace keyturn::inline base::platform
