// SPDX-License-Identifier: Apache-2.0
// CommandApprovals: which programs of shared or imported profiles a person has allowed, by a digest of the
// exact command: one changed byte asks again. ApprovedCommandsFile keeps the digests in a file of ours (mode
// 0600, written atomically; it holds no command and no secret). Any thread. Errors: Configuration (a file
// that is not ours), and those of base/atomic_file.h.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

namespace keyturn::credentials {

/// 64 hex digits.
std::string commandDigest(std::string_view command);

class CommandApprovals {
public:
    virtual ~CommandApprovals() = default;
    virtual Result<bool> isApproved(const std::string &digest) = 0;
    virtual Status approve(const std::string &digest) = 0;
};

/// One digest a line. A missing file approves nothing.
class ApprovedCommandsFile final : public CommandApprovals {
public:
    explicit ApprovedCommandsFile(std::filesystem::path file);
    Result<bool> isApproved(const std::string &digest) override;
    Status approve(const std::string &digest) override;

private:
    const std::filesystem::path m_file;
    std::mutex m_mutex;
};

} // namespace keyturn::credentials
