// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/files/file_set.h"

#include "base/platform/pinned_file.h"
#include "base/platform/replacement_file.h"
#include "base/text.h"

#include <algorithm>
#include <array>

namespace keyturn::reencrypt {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> versionControlFolders{".git", ".hg", ".svn",   ".bzr",
                                                                "CVS",  ".jj", "_darcs", ".sl"};

/// UTF-8 for reports: bytes that are none stand as \xNN.
std::string readable(const std::string &name) {
    if (isValidUtf8(name)) {
        return name;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
        } else {
            text += {'\\', 'x', digits[byte >> 4U], digits[byte & 0xfU]};
        }
    }
    return text;
}

bool isVersionControl(const std::string &name) {
    return std::find(versionControlFolders.begin(), versionControlFolders.end(), name) !=
           versionControlFolders.end();
}

std::string joined(const std::string &folder, const std::string &name) {
    return folder.empty() ? name : folder + "/" + name;
}

bool isBelow(const fs::path &path, const fs::path &folder) {
    const std::string prefix = folder == folder.root_path() ? folder.string() : folder.string() + "/";
    return path.string().starts_with(prefix);
}

FoundFile faulty(FoundFile found, Cause cause, std::string message) {
    found.cause = cause;
    found.message = std::move(message);
    return found;
}

/// The first part of a path, and what is behind it.
std::pair<std::string_view, std::string_view> firstPart(std::string_view path) {
    const auto slash = path.find('/');
    return slash == std::string_view::npos ? std::pair(path, std::string_view())
                                           : std::pair(path.substr(0, slash), path.substr(slash + 1));
}

} // namespace

bool FilePosition::operator<(const FilePosition &other) const {
    if (root != other.root) {
        return root < other.root;
    }
    std::string_view mine = below;
    std::string_view others = other.below;
    while (!mine.empty() && !others.empty()) {
        const auto [part, rest] = firstPart(mine);
        const auto [otherPart, otherRest] = firstPart(others);
        if (part != otherPart) {
            return part < otherPart;
        }
        mine = rest;
        others = otherRest;
    }
    return mine.empty() && !others.empty();
}

FileSet::FileSet(const SourceSpec &source, fs::path base, fs::path leaveOut) {
    for (const std::string &name : source.paths) {
        Root root;
        root.name = name;
        root.path = fs::canonical(base / name, root.fault);
        root.isFolder = !root.fault && fs::is_directory(root.path, root.fault);
        m_roots.push_back(std::move(root));
    }
    for (const std::string &pattern : source.include) {
        m_include.emplace_back(pattern);
    }
    for (const std::string &pattern : source.exclude) {
        m_exclude.emplace_back(pattern);
    }
    std::error_code none;
    m_leaveOut = leaveOut.empty() ? leaveOut : fs::weakly_canonical(leaveOut, none);
}

bool FileSet::wanted(std::string_view below) const {
    const auto matches = [below](const ShellPattern &pattern) { return pattern.matches(below); };
    return (m_include.empty() || std::any_of(m_include.begin(), m_include.end(), matches)) &&
           std::none_of(m_exclude.begin(), m_exclude.end(), matches);
}

bool FileSet::excludedFolder(std::string_view below) const {
    return std::any_of(m_exclude.begin(), m_exclude.end(),
                       [below](const ShellPattern &pattern) { return pattern.coversFolder(below); });
}

bool FileSet::isLeftOut(const fs::path &path) const {
    if (m_leaveOut.empty() || path.parent_path() != m_leaveOut.parent_path()) {
        return false;
    }
    const std::string name = path.filename().string();
    const std::string own = m_leaveOut.filename().string();
    return name.starts_with(own) &&
           (name.size() == own.size() || name[own.size()] == '-' || name.substr(own.size()) == ".lock");
}

/// An earlier path of the job gives that file already.
bool FileSet::reachedEarlier(std::uint32_t root, const fs::path &path) const {
    for (std::uint32_t earlier = 0; earlier < root; ++earlier) {
        const Root &each = m_roots[earlier];
        if (each.path.empty()) {
            continue;
        }
        if (path == each.path || (each.isFolder && isBelow(path, each.path) &&
                                  wanted(path.lexically_relative(each.path).generic_string()))) {
            return true;
        }
    }
    return false;
}

FoundFile FileSet::place(std::uint32_t root, const std::string &below) const {
    const Root &from = m_roots[root];
    FoundFile found;
    found.position = {root, below};
    std::string shown = from.name;
    if (!below.empty()) {
        while (shown.ends_with('/')) {
            shown.pop_back();
        }
        shown += "/" + below;
    }
    found.unit = readable(shown);
    found.path = below.empty() ? from.path : from.path / below;
    return found;
}

/// A link below a folder: silently left out when the job reaches what it leads to by its own name.
FileSet::Entry FileSet::lookAtLink(const std::string &below, FoundFile &found) const {
    std::error_code broken;
    const Root &root = m_roots[found.position.root];
    const fs::path target = fs::canonical(found.path, broken);
    if (!broken && (target == root.path || isBelow(target, root.path))) {
        const std::string own = target.lexically_relative(root.path).generic_string();
        std::error_code unknown;
        if (fs::is_directory(target, unknown) || wanted(own)) {
            return Entry::Nothing;
        }
    }
    if (!wanted(below)) {
        return Entry::Nothing;
    }
    found = faulty(std::move(found), broken ? Cause::Missing : Cause::NotRegular,
                   broken ? "a symbolic link that leads nowhere" : "a symbolic link; links are not followed");
    return Entry::File;
}

FileSet::Entry FileSet::look(const std::string &below, FoundFile &found) const {
    std::error_code fault;
    const fs::file_status status = fs::symlink_status(found.path, fault);
    switch (status.type()) {
    case fs::file_type::directory:
        return excludedFolder(below) ? Entry::Nothing : Entry::Folder;
    case fs::file_type::symlink:
        return lookAtLink(below, found);
    case fs::file_type::not_found:
        return Entry::Nothing; // gone since its folder was read
    default:
        break;
    }
    if (!wanted(below) || isLeftOut(found.path) || reachedEarlier(found.position.root, found.path)) {
        return Entry::Nothing;
    }
    if (status.type() != fs::file_type::regular) {
        found = fault ? faulty(std::move(found), Cause::Unreadable, fault.message())
                      : faulty(std::move(found), Cause::NotRegular, "a device, pipe or socket");
        return Entry::File;
    }
    if (const auto identity = platform::identityOf(found.path)) {
        found.sizeBytes = identity->sizeBytes;
        found.hardLinks = identity->hardLinks;
    }
    return Entry::File;
}

std::vector<std::string> FileSet::namesIn(const fs::path &folder, std::error_code &fault) const {
    std::vector<std::string> names;
    for (fs::directory_iterator at(folder, fault), end; !fault && at != end; at.increment(fault)) {
        std::string name = at->path().filename().string();
        if (!isVersionControl(name) && !platform::ReplacementFile::isReplacementName(name)) {
            names.push_back(std::move(name));
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// Opens a folder behind the cursor. False: `fault` says why it cannot be read.
bool FileSet::openFolder(const std::string &below, FoundFile &fault) {
    std::error_code refused;
    Folder folder;
    folder.below = below;
    folder.names = namesIn(fault.path, refused);
    if (refused) {
        fault =
            faulty(std::move(fault), Cause::Unreadable, "the folder cannot be read: " + refused.message());
        return false;
    }
    m_open.push_back(std::move(folder));
    return true;
}

/// Positions behind which the walk goes on; the cursor's own folders are entered, everything before them is
/// not.
std::optional<FoundFile> FileSet::nextBelow() {
    while (!m_open.empty()) {
        Folder &folder = m_open.back();
        if (folder.next == folder.names.size()) {
            m_open.pop_back();
            continue;
        }
        const std::string below = joined(folder.below, folder.names[folder.next++]);
        FoundFile found = place(m_root, below);
        const bool behind = !m_after || *m_after < found.position;
        const bool leadsThere = m_after && m_after->root == m_root && m_after->below.starts_with(below + "/");
        if (!behind && !leadsThere) {
            continue;
        }
        const Entry entry = look(below, found);
        if (entry == Entry::Folder && openFolder(below, found)) {
            continue;
        }
        if (behind && entry != Entry::Nothing) {
            return found;
        }
    }
    return std::nullopt;
}

/// A path that is no folder, or cannot be read, gives itself.
std::optional<FoundFile> FileSet::openRoot() {
    const Root &root = m_roots[m_root];
    const FilePosition position{m_root, {}};
    const bool behind = !m_after || *m_after < position;
    if (!root.isFolder) {
        return behind && !reachedEarlier(m_root, root.path) ? at(position) : std::nullopt;
    }
    FoundFile found = place(m_root, {});
    return openFolder({}, found) || !behind ? std::nullopt : std::optional(std::move(found));
}

std::optional<FoundFile> FileSet::next() {
    for (; m_root < m_roots.size(); ++m_root, m_rootOpen = false) {
        if (!m_rootOpen) {
            m_rootOpen = true;
            if (auto found = openRoot()) {
                return found;
            }
        }
        if (auto found = nextBelow()) {
            return found;
        }
    }
    return std::nullopt;
}

void FileSet::seek(const std::optional<FilePosition> &after) {
    m_after = after;
    m_root = after ? after->root : 0;
    m_rootOpen = false;
    m_open.clear();
}

std::optional<FoundFile> FileSet::at(const FilePosition &position) const {
    if (position.root >= m_roots.size()) {
        return std::nullopt;
    }
    const Root &root = m_roots[position.root];
    FoundFile found = place(position.root, position.below);
    if (root.path.empty()) {
        const bool gone = root.fault == std::errc::no_such_file_or_directory;
        return faulty(std::move(found), gone ? Cause::Missing : Cause::Unreadable,
                      gone ? "there is no such file or folder" : root.fault.message());
    }
    const auto identity = platform::identityOf(found.path);
    if (identity) {
        found.sizeBytes = identity->sizeBytes;
        found.hardLinks = identity->hardLinks;
        return found;
    }
    const ErrorCode code = identity.error().code;
    const Cause cause = code == ErrorCode::FileNotFound     ? Cause::Missing
                        : code == ErrorCode::FileNotRegular ? Cause::NotRegular
                                                            : Cause::Unreadable;
    return faulty(std::move(found), cause, identity.error().detail);
}

std::vector<fs::path> FileSet::replacements(std::string_view tag) const {
    std::vector<fs::path> found;
    const std::string mark = ".kt-" + std::string(tag);
    const auto collect = [&](const fs::directory_entry &entry) {
        const std::string name = entry.path().filename().string();
        const auto at = name.rfind(mark);
        const bool ours = at != std::string::npos && platform::ReplacementFile::isReplacementName(name) &&
                          (at + mark.size() == name.size() || name[at + mark.size()] == '-' ||
                           name[at + mark.size()] == '~');
        if (ours) {
            found.push_back(entry.path());
        }
    };
    std::error_code ignored; // what cannot be read has nothing that we made
    for (const Root &root : m_roots) {
        if (root.path.empty()) {
            continue;
        }
        if (!root.isFolder) {
            for (fs::directory_iterator at(root.path.parent_path(), ignored), end; !ignored && at != end;
                 at.increment(ignored)) {
                collect(*at);
            }
            continue;
        }
        constexpr auto options = fs::directory_options::skip_permission_denied;
        for (fs::recursive_directory_iterator at(root.path, options, ignored), end; !ignored && at != end;
             at.increment(ignored)) {
            if (isVersionControl(at->path().filename().string())) {
                at.disable_recursion_pending();
            }
            collect(*at);
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

} // namespace keyturn::reencrypt
