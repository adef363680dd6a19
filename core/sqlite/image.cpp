// SPDX-License-Identifier: Apache-2.0
#include "sqlite/image.h"

#include "base/atomic_file.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <thread>

namespace keyturn::sqlite {

namespace {

constexpr std::size_t logHeaderSize = 32;
constexpr std::size_t frameHeaderSize = 24;
constexpr std::uint32_t logMagic = 0x377f0682; // the lowest bit says big-endian checksums
constexpr std::uint32_t logVersion = 3007000;

std::uint32_t bigEndian32(ByteView bytes, std::size_t offset) {
    return static_cast<std::uint32_t>(bytes[offset]) << 24 |
           static_cast<std::uint32_t>(bytes[offset + 1]) << 16 |
           static_cast<std::uint32_t>(bytes[offset + 2]) << 8 | bytes[offset + 3];
}

/// The running checksum of a write-ahead log (fileformat2 section 4.2).
class LogChecksum {
public:
    explicit LogChecksum(bool bigEndian)
        : m_bigEndian(bigEndian) {}
    void add(ByteView bytes) {
        for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
            m_first += word(bytes, at) + m_second;
            m_second += word(bytes, at + 4) + m_first;
        }
    }
    bool isStoredAt(ByteView bytes, std::size_t offset) const {
        return bigEndian32(bytes, offset) == m_first && bigEndian32(bytes, offset + 4) == m_second;
    }

private:
    std::uint32_t word(ByteView bytes, std::size_t at) const {
        const std::uint32_t value = bigEndian32(bytes, at);
        return m_bigEndian ? value : __builtin_bswap32(value);
    }
    bool m_bigEndian;
    std::uint32_t m_first = 0;
    std::uint32_t m_second = 0;
};

struct LogHeader {
    std::size_t pageSize = 0;
    LogChecksum checksum{false};
};

std::optional<LogHeader> readLogHeader(ByteView log) {
    if (log.size() < logHeaderSize || (bigEndian32(log, 0) & ~1U) != logMagic ||
        bigEndian32(log, 4) != logVersion) {
        return std::nullopt;
    }
    LogHeader header{bigEndian32(log, 8), LogChecksum((bigEndian32(log, 0) & 1U) != 0)};
    const bool powerOfTwo = (header.pageSize & (header.pageSize - 1)) == 0;
    header.checksum.add(log.first(24));
    if (header.pageSize < 512 || header.pageSize > 65536 || !powerOfTwo ||
        !header.checksum.isStoredAt(log, 24)) {
        return std::nullopt;
    }
    return header;
}

struct Frame {
    std::uint32_t page;
    std::uint32_t pagesAfterCommit; // 0: the frame ends no commit
    ByteView content;
};

/// The frames up to the last commit whose checksums hold.
std::vector<Frame> committedFrames(ByteView log, LogHeader header) {
    std::vector<Frame> frames;
    std::size_t committed = 0;
    const std::size_t frameSize = frameHeaderSize + header.pageSize;
    for (std::size_t at = logHeaderSize; at + frameSize <= log.size(); at += frameSize) {
        const ByteView head = log.subspan(at, frameHeaderSize);
        const ByteView content = log.subspan(at + frameHeaderSize, header.pageSize);
        const bool sameSalt = std::equal(head.begin() + 8, head.begin() + 16, log.begin() + 16);
        header.checksum.add(head.first(8));
        header.checksum.add(content);
        const std::uint32_t page = bigEndian32(head, 0);
        if (!sameSalt || page == 0 || !header.checksum.isStoredAt(head, 16)) {
            break;
        }
        frames.push_back({page, bigEndian32(head, 4), content});
        if (frames.back().pagesAfterCommit != 0) {
            committed = frames.size();
        }
    }
    frames.resize(committed);
    return frames;
}

Result<Bytes> readIfThere(const std::filesystem::path &file, std::size_t maxSizeBytes) {
    auto content = readFile(file, maxSizeBytes);
    if (!content && content.error().code == ErrorCode::FileNotFound) {
        return Bytes{};
    }
    return content;
}

/// Which generation of the log this is: its whole header, salts included.
Bytes generationOf(const Bytes &log) {
    return {log.begin(), log.begin() + static_cast<std::ptrdiff_t>(std::min(log.size(), logHeaderSize))};
}

} // namespace

void overlayWriteAheadLog(Bytes &database, ByteView log) {
    const auto header = readLogHeader(log);
    if (!header) {
        return;
    }
    const auto frames = committedFrames(log, *header);
    if (frames.empty()) {
        return;
    }
    // Every page past the file's old end is in the log, so this bounds the image by what was read.
    const std::size_t filePages = (database.size() + header->pageSize - 1) / header->pageSize;
    const std::size_t pages = frames.back().pagesAfterCommit;
    if (pages > filePages + frames.size()) {
        return;
    }
    database.resize(pages * header->pageSize);
    for (const Frame &frame : frames) {
        if (frame.page <= pages) {
            std::copy(frame.content.begin(), frame.content.end(),
                      database.begin() + static_cast<std::ptrdiff_t>((frame.page - 1) * header->pageSize));
        }
    }
}

Result<Bytes> readImage(const std::filesystem::path &file, std::size_t maxSizeBytes) {
    std::filesystem::path logFile = file;
    logFile += "-wal";
    // A checkpoint may rewrite the file while it is read; every page it writes is in the log as long as the
    // log was not begun anew. So: same generation of the log before and after, and the log read last.
    for (int attempt = 0; attempt < 20; ++attempt) {
        auto logBefore = readIfThere(logFile, maxSizeBytes);
        auto database = readFile(file, maxSizeBytes);
        auto log = readIfThere(logFile, maxSizeBytes);
        auto logAfter = readIfThere(logFile, maxSizeBytes);
        for (const auto *part : {&logBefore, &database, &log, &logAfter}) {
            if (!*part) {
                return fail(part->error());
            }
        }
        auto again = log->empty() ? readFile(file, maxSizeBytes) : database;
        if (again && *again == *database && generationOf(*logBefore) == generationOf(*log) &&
            generationOf(*log) == generationOf(*logAfter)) {
            overlayWriteAheadLog(*database, *log);
            return database;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return fail(ErrorCode::VaultInUse,
                file.filename().string() + " kept changing while it was read; try again");
}

} // namespace keyturn::sqlite
