// SPDX-License-Identifier: Apache-2.0
#include "gui/memory/process_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <vector>

namespace keyturn::test {
namespace {

constexpr std::uint64_t largestMapping = std::uint64_t(64) << 30U;
constexpr std::size_t runBytes = std::size_t(1) << 20U;

class Descriptor {
public:
    explicit Descriptor(const std::string &path)
        : m_number(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor() {
        if (m_number >= 0) {
            ::close(m_number);
        }
    }
    int number() const { return m_number; }

private:
    int m_number;
};

struct Mapping {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::string name;
};

/// What a program can have written to: writable now, or without a file behind it.
std::vector<Mapping> mappingsOf(const std::string &folder) {
    std::vector<Mapping> found;
    std::ifstream maps(folder + "/maps");
    for (std::string line; std::getline(maps, line);) {
        unsigned long from = 0;
        unsigned long to = 0;
        char rights[5] = {};
        unsigned long inode = 0;
        int nameAt = 0;
        if (std::sscanf(line.c_str(), "%lx-%lx %4s %*s %*s %lu %n", &from, &to, rights, &inode, &nameAt) <
            4) {
            continue;
        }
        const std::string name = line.substr(static_cast<std::size_t>(nameAt));
        const bool kernels = name == "[vvar]" || name == "[vdso]" || name == "[vsyscall]";
        if (rights[0] == 'r' && !kernels && (rights[1] == 'w' || inode == 0)) {
            found.push_back({from, to, name.empty() ? "anonymous" : name});
        }
    }
    return found;
}

class Reader {
public:
    Reader(const std::string &folder, std::size_t overlapBytes,
           const std::function<void(ByteView, const std::string &)> &see)
        : m_memory(folder + "/mem")
        , m_pages(folder + "/pagemap")
        , m_pageBytes(static_cast<std::size_t>(sysconf(_SC_PAGESIZE)))
        , m_overlap(overlapBytes)
        , m_see(see) {
        if (m_memory.number() < 0 || m_pages.number() < 0) {
            m_result.fault = std::string("the process cannot be read: ") + std::strerror(errno);
        }
    }
    const MemoryRead &result() const { return m_result; }

    void read(const Mapping &mapping) {
        if (mapping.to - mapping.from > largestMapping) {
            ++m_result.sanitizerShadow;
            return;
        }
        ++m_result.mappings;
        const std::size_t count = static_cast<std::size_t>(mapping.to - mapping.from) / m_pageBytes;
        std::vector<std::uint64_t> pages(count);
        const auto wanted = static_cast<ssize_t>(count * sizeof(std::uint64_t));
        const auto at = static_cast<off_t>(mapping.from / m_pageBytes * sizeof(std::uint64_t));
        if (pread(m_pages.number(), pages.data(), static_cast<std::size_t>(wanted), at) != wanted) {
            m_result.fault = "the pages of " + mapping.name + " cannot be told";
            return;
        }
        const auto isThere = [&](std::size_t page) {
            return (pages[page] >> 62U) != 0;
        }; // present or swapped
        for (std::size_t page = 0; page < count;) {
            std::size_t end = page;
            while (end < count && isThere(end)) {
                ++end;
            }
            readRun(mapping, mapping.from + page * m_pageBytes, mapping.from + end * m_pageBytes);
            page = std::max(end, page) + 1;
        }
    }

private:
    void readRun(const Mapping &mapping, std::uint64_t from, std::uint64_t to) {
        for (std::uint64_t at = from; at < to;) {
            m_run.resize(std::min<std::uint64_t>(runBytes, to - at));
            const ssize_t got = pread(m_memory.number(), m_run.data(), m_run.size(), static_cast<off_t>(at));
            if (got != static_cast<ssize_t>(m_run.size())) {
                m_result.fault = "a page of " + mapping.name + " cannot be read";
                return;
            }
            char address[64];
            std::snprintf(address, sizeof address, "%lx ", static_cast<unsigned long>(at));
            m_see(m_run, address + mapping.name);
            m_result.bytesRead += m_run.size();
            at += at + m_run.size() == to ? m_run.size() : m_run.size() - m_overlap;
        }
    }

    Descriptor m_memory;
    Descriptor m_pages;
    std::size_t m_pageBytes;
    std::size_t m_overlap;
    const std::function<void(ByteView, const std::string &)> &m_see;
    Bytes m_run;
    MemoryRead m_result;
};

} // namespace

MemoryRead readMemoryOf(long long pid, std::size_t overlapBytes,
                        const std::function<void(ByteView run, const std::string &place)> &see) {
    const std::string folder = "/proc/" + std::to_string(pid);
    Reader reader(folder, overlapBytes, see);
    if (reader.result().fault.empty()) {
        for (const Mapping &mapping : mappingsOf(folder)) {
            reader.read(mapping);
        }
    }
    return reader.result();
}

} // namespace keyturn::test
