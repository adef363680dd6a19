// SPDX-License-Identifier: Apache-2.0
// WriteTransaction: sealed rows put and removed, log records appended, and the state root updated, all in one
// commit or not at all. Dies uncommitted: rolled back, and the container stands as before.
// Thread rule: the Container's thread, and the Container stays where it is (is not moved) meanwhile.
// After a step that failed, commit() fails with that step's error. Errors: Usage (a table of the container's
// own, a primary key of 0 or over 64 bytes, payload over 8 MiB), DiskFull (rolled back; may be tried again),
// IoFailed (rolled back; the vault refuses further writes until it is opened again: after a failed sync the
// system's view of the file is not to be trusted), VaultDamaged.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "chainlog/record.h"
#include "vault/container.h"
#include "vault/state_root.h"
#include "vault/table.h"

#include <cstdint>
#include <memory>
#include <span>

namespace keyturn::vault {

class WriteTransaction {
public:
    WriteTransaction(WriteTransaction &&) noexcept;
    WriteTransaction &operator=(WriteTransaction &&) = delete;
    ~WriteTransaction();

    /// Inserts or replaces. The row's version will be generation().
    Status put(Table table, ByteView primaryKey, ByteView payload);
    /// False: there was none.
    Result<bool> remove(Table table, ByteView primaryKey);
    /// One sealed page, at most 1,024 records; none is fine. May be called more than once.
    Status appendLog(std::span<const chainlog::Record> records);
    /// From this commit on, programs that do not know the feature refuse the vault.
    void need(Feature feature);
    /// Durable when it returns without an error.
    Status commit();

    /// The number of this commit.
    std::uint64_t generation() const;

private:
    friend class Container;
    struct State;
    explicit WriteTransaction(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace keyturn::vault
