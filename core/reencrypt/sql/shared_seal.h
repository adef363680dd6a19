// SPDX-License-Identifier: Apache-2.0
// SharedSeal: what authenticates the tables of a shared job (FORMAT.md "Tables of a shared job"): one MAC for
// each row that decides what is read or written. Holds a key of this job's tables alone. Const members: any
// thread.
#pragma once

#include "base/bytes.h"
#include "crypto/hmac_sha256.h"
#include "reencrypt/item.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keyturn::reencrypt {

/// The row of table `job`.
struct SharedHead {
    std::string keySource;
    std::string state; ///< "running", "done", "verified", "finalised", "undone"
    std::uint64_t run = 1;
    std::uint64_t pass = 0;
    std::uint64_t batches = 0; ///< of that pass
    std::uint64_t clean = 0;   ///< passes in a row that found nothing
    std::uint64_t created = 0; ///< microseconds since 1970
};

struct Lease {
    std::uint64_t pass = 0;
    std::uint64_t batch = 0;
    std::uint64_t fence = 0;
    std::optional<std::string> after; ///< keys: rows behind this one ...
    std::optional<std::string> last;  ///< ... up to and with this one; nothing: to the end
};

/// A row as the table of items knows it.
struct SharedItem {
    std::string key;
    std::uint64_t pass = 0;
    std::uint64_t batch = 0;
    std::uint64_t run = 0;
    ItemRecord record;
    std::optional<Digest> oldValue; ///< of the whole value that was read
    std::optional<Bytes> newValue;  ///< the whole value to write
    std::optional<Bytes> oldKept;   ///< nothing once finalised
    bool proven = false;
    std::uint64_t writes = 0;
};

class SharedSeal {
public:
    using Mac = crypto::HmacSha256Tag;
    SharedSeal(ByteView key, std::string_view jobId, ByteView instance);

    Mac keyCheck(std::string_view source) const;
    Mac head(const SharedHead &head) const;
    Mac lease(const Lease &lease) const;
    Mac done(const Lease &lease, std::uint64_t rows, std::uint64_t moved) const;
    Mac item(const SharedItem &item) const;

private:
    crypto::HmacSha256 m_hmac;
};

} // namespace keyturn::reencrypt
