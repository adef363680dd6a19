// SPDX-License-Identifier: Apache-2.0
#include "close_matches.h"

#include <algorithm>

namespace keyturn::cli {
namespace {

constexpr double likeEnough = 0.8;
constexpr std::size_t matchesMax = 3;
constexpr std::size_t wordMax = 200; ///< longer words are no typing mistakes

/// Characters in common: the longest common block, then left and right of it.
std::size_t common(std::string_view a, std::string_view b) {
    std::size_t length = 0;
    std::size_t inA = 0;
    std::size_t inB = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < b.size(); ++j) {
            std::size_t k = 0;
            while (i + k < a.size() && j + k < b.size() && a[i + k] == b[j + k]) {
                ++k;
            }
            if (k > length) {
                length = k;
                inA = i;
                inB = j;
            }
        }
    }
    return length == 0 ? 0
                       : length + common(a.substr(0, inA), b.substr(0, inB)) +
                             common(a.substr(inA + length), b.substr(inB + length));
}

} // namespace

std::vector<std::string> closeMatches(std::string_view word, const std::vector<std::string> &possibilities) {
    std::vector<std::pair<double, std::string>> scored;
    for (const std::string &possibility : possibilities) {
        const std::size_t total = word.size() + possibility.size();
        if (total == 0 || word.size() > wordMax) {
            continue;
        }
        const double ratio =
            2.0 * static_cast<double>(common(possibility, word)) / static_cast<double>(total);
        if (ratio >= likeEnough) {
            scored.emplace_back(ratio, possibility);
        }
    }
    std::sort(scored.rbegin(), scored.rend());
    std::vector<std::string> words;
    for (std::size_t i = 0; i < std::min(matchesMax, scored.size()); ++i) {
        words.push_back(scored[i].second);
    }
    return words;
}

} // namespace keyturn::cli
