// SPDX-License-Identifier: Apache-2.0
#include "base/platform/linux/file_facts.h"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::inline base::platform {

namespace {

/// Asks for the size, then for the value; again when it grew in between.
template <class Call>
std::optional<std::string> grownToFit(const Call &call) {
    for (;;) {
        const ssize_t size = call(nullptr, std::size_t{0});
        if (size <= 0) {
            return size == 0 ? std::optional<std::string>(std::string()) : std::nullopt;
        }
        std::string value(static_cast<std::size_t>(size), '\0');
        const ssize_t got = call(value.data(), value.size());
        if (got >= 0) {
            value.resize(static_cast<std::size_t>(got));
            return value;
        }
        if (errno != ERANGE) {
            return std::nullopt;
        }
    }
}

/// Names of attributes; a file system without them has none.
std::optional<std::vector<std::string>> attributesOf(int file) {
    const auto list = grownToFit([&](char *to, std::size_t size) { return flistxattr(file, to, size); });
    std::vector<std::string> names;
    if (!list) {
        return errno == ENOTSUP ? std::optional(names) : std::nullopt;
    }
    for (std::size_t at = 0; at < list->size();) {
        names.emplace_back(list->c_str() + at);
        at += names.back().size() + 1;
    }
    return names;
}

std::optional<std::string> attribute(int file, const std::string &name) {
    return grownToFit([&](char *to, std::size_t size) { return fgetxattr(file, name.c_str(), to, size); });
}

Status cannotKeep(const std::string &what, const std::filesystem::path &path) {
    const int reason = errno == ENOTSUP ? EPERM : errno;
    return fail(systemError(reason, "keep " + what + " of " + path.string()));
}

Status copyAttributes(int from, int to, const std::filesystem::path &path) {
    const auto wanted = attributesOf(from);
    const auto present = attributesOf(to);
    if (!wanted || !present) {
        return cannotKeep("the attributes", path);
    }
    for (const std::string &name : *wanted) {
        const auto value = attribute(from, name);
        if (!value) {
            return cannotKeep("attribute " + name, path);
        }
        if (attribute(to, name) != value &&
            fsetxattr(to, name.c_str(), value->data(), value->size(), 0) != 0) {
            return cannotKeep("attribute " + name, path);
        }
    }
    for (const std::string &name : *present) {
        const bool extra = std::find(wanted->begin(), wanted->end(), name) == wanted->end();
        // A security label that the folder gave belongs to the system's policy, not to the file.
        if (extra && !name.starts_with("security.") && fremovexattr(to, name.c_str()) != 0 &&
            errno != ENODATA) {
            return cannotKeep("the lack of attribute " + name, path);
        }
    }
    return {};
}

} // namespace

Status copyFileFacts(int from, int to, const std::filesystem::path &path) {
    constexpr unsigned modeBits = 07777;
    struct stat wanted {};
    struct stat present {};
    if (fstat(from, &wanted) != 0 || fstat(to, &present) != 0) {
        return fail(systemError(errno, path.string()));
    }
    // Owner first: changing it clears mode bits and some attributes.
    const bool otherOwner = wanted.st_uid != present.st_uid || wanted.st_gid != present.st_gid;
    if (otherOwner && fchown(to, wanted.st_uid, wanted.st_gid) != 0) {
        return cannotKeep("the owner", path);
    }
    if (auto copied = copyAttributes(from, to, path); !copied) {
        return copied;
    }
    if (fchmod(to, wanted.st_mode & modeBits) != 0) {
        return cannotKeep("the mode", path);
    }
    return {};
}

} // namespace keyturn::inline base::platform
