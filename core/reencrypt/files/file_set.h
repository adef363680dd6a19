// SPDX-License-Identifier: Apache-2.0
// FileSet: the files that a job names, one after the other, in an order that depends on names alone: as the
// job lists its paths, and below a folder by name, byte by byte, a folder's content in its name's place. So a
// walk that was cut off goes on behind the last file it gave. Folders of version control, temporary files of
// replacements and the job's own journal are left out; symbolic links are not followed below a folder (a path
// that is one itself is resolved once); a file that two paths reach comes once. Changes nothing. One thread
// at a time; holds the names of the folders that lie open. Cannot fail: what cannot be looked at is a
// FoundFile with a cause.
#pragma once

#include "reencrypt/files/shell_pattern.h"
#include "reencrypt/item.h"
#include "reencrypt/job.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

/// Where a file stands in the walk; ordered as it walks.
struct FilePosition {
    std::uint32_t root = 0; ///< place of the path in the job's list
    std::string below;      ///< path below it, bytes as the system has them; empty: the path itself
    bool operator==(const FilePosition &) const = default;
    bool operator<(const FilePosition &other) const;
};

struct FoundFile {
    FilePosition position;
    std::string unit;           ///< as the job names it, UTF-8: what reports say
    std::filesystem::path path; ///< absolute, without symbolic links when it was found
    std::uint64_t sizeBytes = 0;
    std::uint64_t hardLinks = 1;
    Cause cause = Cause::None; ///< not None: cannot be taken; `message` says why
    std::string message;
};

class FileSet {
public:
    /// `base`: where relative paths start. `leaveOut`: a file (with what SQLite keeps beside it) that is no
    /// source.
    FileSet(const SourceSpec &source, std::filesystem::path base, std::filesystem::path leaveOut = {});

    std::optional<FoundFile> next();
    /// Goes on behind that position, whether it is still there or not; nothing: from the beginning.
    void seek(const std::optional<FilePosition> &after);
    /// That file as it is now; nothing where the job has no such path any more.
    std::optional<FoundFile> at(const FilePosition &position) const;

    /// Replacements of that tag ("<tag>", "<tag>-2", ...) that stand beside the files of the job.
    std::vector<std::filesystem::path> replacements(std::string_view tag) const;

private:
    struct Root {
        std::string name;           ///< as the job writes it
        std::filesystem::path path; ///< resolved; empty: cannot be
        bool isFolder = false;
        std::error_code fault;
    };
    struct Folder {
        std::string below; ///< empty: the root itself
        std::vector<std::string> names;
        std::size_t next = 0;
    };
    enum class Entry : std::uint8_t { File, Folder, Nothing };

    std::optional<FoundFile> openRoot();
    bool openFolder(const std::string &below, FoundFile &fault);
    std::vector<std::string> namesIn(const std::filesystem::path &folder, std::error_code &fault) const;
    Entry look(const std::string &below, FoundFile &found) const;
    Entry lookAtLink(const std::string &below, FoundFile &found) const;
    bool wanted(std::string_view below) const;
    bool excludedFolder(std::string_view below) const;
    bool reachedEarlier(std::uint32_t root, const std::filesystem::path &path) const;
    bool isLeftOut(const std::filesystem::path &path) const;
    FoundFile place(std::uint32_t root, const std::string &below) const;
    std::optional<FoundFile> nextBelow();

    std::vector<Root> m_roots;
    std::vector<ShellPattern> m_include;
    std::vector<ShellPattern> m_exclude;
    std::filesystem::path m_leaveOut;
    std::uint32_t m_root = 0;
    bool m_rootOpen = false;
    std::vector<Folder> m_open; ///< from the root down
    std::optional<FilePosition> m_after;
};

} // namespace keyturn::reencrypt
