// SPDX-License-Identifier: Apache-2.0
// Where no libFuzzer is: gives a fuzz target every file of the folders named, whole, cut at every length, and
// with each byte inverted in turn. Fails when there is no seed: a target that saw nothing proves nothing.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

/// Longer seeds are cut and inverted at steps, so that a seed costs at most about this many runs of each.
constexpr std::size_t stepsOfASeed = 2048;

/// An exact copy for each run, so that the sanitizer sees a read past the end.
void run(Input input) {
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

std::size_t replay(const Input &seed) {
    std::size_t runs = 1;
    run(seed);
    const std::size_t step = seed.size() / stepsOfASeed + 1;
    for (std::size_t at = 0; at < seed.size(); at += step, runs += 2) {
        run(Input(seed.begin(), seed.begin() + static_cast<std::ptrdiff_t>(at)));
        Input inverted = seed;
        inverted[at] = static_cast<std::uint8_t>(~inverted[at]);
        run(std::move(inverted));
    }
    return runs;
}

} // namespace

int main(int argc, char **argv) {
    std::size_t seeds = 0;
    std::size_t runs = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto &entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            runs += replay(Input(std::istreambuf_iterator<char>(file), {}));
            ++seeds;
        }
    }
    std::printf("%zu seeds, %zu runs\n", seeds, runs);
    return seeds == 0 ? 1 : 0;
}
