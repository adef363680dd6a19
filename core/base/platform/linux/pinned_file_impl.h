// SPDX-License-Identifier: Apache-2.0
// What PinnedFile and ReplacementFile share: a name in an open folder. Private to base's Linux sources.
#pragma once

#include "base/platform/linux/file_descriptor.h"
#include "base/platform/pinned_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <memory>
#include <string>

namespace keyturn::inline base::platform {

/// Every name is relative to the open folder, so that moving the folder does no harm.
struct PlaceInFolder {
    std::filesystem::path path; ///< for messages
    std::shared_ptr<const FileDescriptor> folder;
    std::string name;
};

struct PinnedFile::Impl {
    PlaceInFolder place;
    FileDescriptor file;
    FileIdentity identity;
};

FileIdentity identityFrom(const struct stat &facts);
Result<PlaceInFolder> placeInFolder(const std::filesystem::path &path);
/// Opens a regular file of that folder, never through a link.
Result<FileDescriptor> openRegularAt(const PlaceInFolder &place, const std::string &name, int flags);
Result<Bytes> readWholeDescriptor(int descriptor, const std::filesystem::path &path, std::size_t maxBytes);

} // namespace keyturn::inline base::platform
