// SPDX-License-Identifier: Apache-2.0
#include "credentials/command_approvals.h"

#include "base/atomic_file.h"
#include "base/text.h"
#include "sigv4/canonical.h"

#include <algorithm>
#include <set>

namespace keyturn::credentials {

namespace {

constexpr std::size_t maxFileBytes = 1024 * 1024;

bool isDigest(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<std::set<std::string>> readDigests(const std::filesystem::path &file) {
    auto content = readFile(file, maxFileBytes);
    if (!content) {
        return content.error().code == ErrorCode::FileNotFound
                   ? Result<std::set<std::string>>(std::set<std::string>())
                   : failFrom(content);
    }
    std::set<std::string> out;
    for (const std::string_view line : split(asText(*content), '\n')) {
        if (isDigest(line)) {
            out.emplace(line);
        } else if (!line.empty()) {
            return fail(ErrorCode::Configuration,
                        "the file of accepted programs, " + file.string() +
                            ", was changed by something else: remove it, and accept the programs again");
        }
    }
    return out;
}

} // namespace

std::string commandDigest(std::string_view command) {
    return sigv4::sha256Hex(asBytes("keyturn credential_process 1\n" + std::string(command)));
}

ApprovedCommandsFile::ApprovedCommandsFile(std::filesystem::path file)
    : m_file(std::move(file)) {}

Result<bool> ApprovedCommandsFile::isApproved(const std::string &digest) {
    const std::scoped_lock lock(m_mutex);
    auto digests = readDigests(m_file);
    if (!digests) {
        return failFrom(digests);
    }
    return digests->contains(digest);
}

Status ApprovedCommandsFile::approve(const std::string &digest) {
    if (!isDigest(digest)) {
        return fail(ErrorCode::Usage, "an approval is recorded under 64 hex digits");
    }
    const std::scoped_lock lock(m_mutex);
    auto digests = readDigests(m_file);
    if (!digests) {
        return failFrom(digests);
    }
    digests->insert(digest);
    std::string text;
    for (const std::string &one : *digests) {
        text += one + "\n";
    }
    return writeFileAtomically(m_file, asBytes(text), {});
}

} // namespace keyturn::credentials
