// SPDX-License-Identifier: Apache-2.0
// Opens anything as a vault file, with the key of the golden vault, which is the seed: it must be refused
// with a typed error or hold what the golden vault holds; never a third thing.
#include "base/atomic_file.h"
#include "vault/container.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>

namespace {

using namespace keyturn;
using vault::Container;

void demand(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// The file of this process, in memory where there is such a place.
class InputFile {
public:
    InputFile() {
        std::error_code ignored;
        const std::filesystem::path memory = "/dev/shm";
        const auto folder =
            std::filesystem::is_directory(memory, ignored) && ::access(memory.c_str(), W_OK) == 0
                ? memory
                : std::filesystem::temp_directory_path();
        m_path = folder / ("keyturn-fuzz-" + std::to_string(::getpid()) + ".keyturn");
    }
    ~InputFile() {
        std::error_code ignored;
        std::filesystem::remove(m_path, ignored);
    }
    const std::filesystem::path &hold(ByteView bytes) const {
        std::FILE *file = std::fopen(m_path.c_str(), "wb");
        demand(file != nullptr);
        demand(bytes.empty() || std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size());
        demand(std::fclose(file) == 0);
        return m_path;
    }

private:
    std::filesystem::path m_path;
};

/// Everything that a vault holds, by what the state root says of it.
struct Contents {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    std::uint64_t logRecords = 0;
    std::uint64_t generation = 0;

    bool operator==(const Contents &) const = default;
};

Result<Contents> readAll(Container &container, const SecretBytes &vaultKey) {
    if (auto unlocked = container.unlockWithVaultKey(vaultKey.clone()); !unlocked) {
        return failFrom(unlocked);
    }
    Contents contents;
    contents.generation = container.stamp().generation;
    for (std::uint16_t table = 1; table < 24; ++table) {
        auto scanned =
            container.scan(static_cast<vault::Table>(table), [&](const vault::OpenRow &row) -> Status {
                ++contents.rows;
                contents.bytes += row.payload.size();
                return {};
            });
        if (!scanned && table != static_cast<std::uint16_t>(vault::Table::Slots) &&
            table != static_cast<std::uint16_t>(vault::Table::LogPages)) {
            return failFrom(scanned);
        }
    }
    auto logged = container.forEachLogRecord([&](const chainlog::StoredRecord &) -> Status {
        ++contents.logRecords;
        return {};
    });
    if (!logged) {
        return failFrom(logged);
    }
    return contents;
}

struct Golden {
    SecretBytes vaultKey;
    Contents contents;
};

Golden openGolden(const InputFile &file) {
    const auto bytes = readFile(KEYTURN_SOURCE_DIR "/tests/data/golden/v1.keyturn", 1 << 20);
    demand(bytes.has_value());
    auto container = Container::open(file.hold(*bytes), {.access = vault::Access::ReadOnly});
    const auto code = vault::RecoveryCode::parse("88SXY-CHZGJ-00CXY-ACFTC-TBM8V-V8REH-GMF7A-SDKYS");
    demand(container.has_value() && code.has_value());
    auto slots = container->slots();
    demand(slots.has_value());
    for (const vault::Slot &slot : *slots) {
        if (slot.type == vault::SlotType::Recovery) {
            auto key = vault::unwrapVaultKey(container->vaultId(), slot, code->secret());
            demand(key.has_value());
            Golden golden{std::move(*key), {}};
            auto contents = readAll(*container, golden.vaultKey);
            demand(contents.has_value() && contents->rows > 0);
            golden.contents = *contents;
            return golden;
        }
    }
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static const InputFile file;
    static const Golden golden = openGolden(file);
    auto container = Container::open(file.hold({data, size}), {.access = vault::Access::ReadOnly});
    if (!container) {
        demand(container.error().code != ErrorCode::Unknown);
        return 0;
    }
    const auto slots = container->slots();
    demand(slots || slots.error().code != ErrorCode::Unknown);
    const auto contents = readAll(*container, golden.vaultKey);
    demand(contents ? *contents == golden.contents : contents.error().code != ErrorCode::Unknown);
    return 0;
}
