// SPDX-License-Identifier: Apache-2.0
// Pattern: matches whole texts against the regular expressions that the service model publishes: classes,
// groups, alternatives, counted repetition; no captures, no look-around. Runs all alternatives side by side,
// so time is linear in the text and nothing recurses over it (std::regex overflows its stack on long texts).
// Plain value, any thread. compile() gives nothing for an expression that it cannot read; a test holds that
// every pattern in the tables compiles.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace keyturn::kms {

class Pattern {
public:
    static std::optional<Pattern> compile(std::string_view expression);
    /// The whole text, which is UTF-8, from end to end.
    bool matches(std::string_view text) const;

private:
    friend class PatternCompiler;
    struct CharacterClass {
        std::vector<std::pair<char32_t, char32_t>> ranges;
        bool contains(char32_t c) const;
    };
    enum class Op : std::uint8_t { Consume, Fork, Jump, Accept };
    struct Step {
        Op op;
        std::size_t first = 0;  ///< Consume: index of the class; Fork, Jump: the next step
        std::size_t second = 0; ///< Fork: the other next step
    };
    using StepSet = std::vector<std::size_t>;
    void follow(std::size_t from, StepSet &into, std::vector<char> &known) const;

    std::vector<CharacterClass> m_classes;
    std::vector<Step> m_steps;
};

} // namespace keyturn::kms
