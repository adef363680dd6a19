// SPDX-License-Identifier: Apache-2.0
#include "kms/pattern.h"

#include <algorithm>
#include <limits>

namespace keyturn::kms {
namespace {

constexpr char32_t notACharacter = 0x110000;
constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();
constexpr std::size_t maxRepeats = 64;

/// The code point at `position`, which moves on; notACharacter for what is no UTF-8.
char32_t nextCodePoint(std::string_view text, std::size_t &position) {
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const std::uint8_t lead = byte(position++);
    if (lead < 0x80) {
        return lead;
    }
    const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    char32_t value = lead & (0x3fU >> static_cast<unsigned>(more));
    for (int i = 0; i < more; ++i) {
        if (position == text.size() || (byte(position) & 0xc0U) != 0x80U) {
            return notACharacter;
        }
        value = (value << 6U) | (byte(position++) & 0x3fU);
    }
    return more == 0 ? notACharacter : value;
}

} // namespace

/// Reads an expression by descent and writes steps; an atom that repeats is written as often as needed.
class PatternCompiler {
public:
    explicit PatternCompiler(std::string_view expression)
        : m_text(expression) {}

    std::optional<Pattern> compile() {
        alternatives();
        if (m_failed || m_position != m_text.size()) {
            return std::nullopt;
        }
        step(Pattern::Op::Accept);
        return std::move(m_pattern);
    }

private:
    using Class = Pattern::CharacterClass;
    struct Repeats {
        std::size_t min = 1;
        std::size_t max = 1;
    };

    bool atEnd() const { return m_failed || m_position == m_text.size(); }
    bool next(char c) const { return !atEnd() && m_text[m_position] == c; }
    bool take(char c) {
        if (!next(c)) {
            return false;
        }
        ++m_position;
        return true;
    }
    std::size_t step(Pattern::Op op, std::size_t first = 0, std::size_t second = 0) {
        m_pattern.m_steps.push_back({op, first, second});
        return m_pattern.m_steps.size() - 1;
    }
    std::size_t here() const { return m_pattern.m_steps.size(); }

    void alternatives();
    void sequence();
    void atom();
    Repeats repeats();
    std::size_t number();
    void repeated(std::size_t from, std::size_t to, Repeats count);
    void again(std::size_t from, std::size_t to);
    Class bracketed();
    char32_t character();
    bool shorthand(Class &into);
    void consume(Class characters) {
        m_pattern.m_classes.push_back(std::move(characters));
        step(Pattern::Op::Consume, m_pattern.m_classes.size() - 1);
    }

    std::string_view m_text;
    std::size_t m_position = 0;
    bool m_failed = false;
    Pattern m_pattern;
};

void PatternCompiler::alternatives() {
    std::vector<std::size_t> jumpsToEnd;
    for (;;) {
        const std::size_t fork = step(Pattern::Op::Fork);
        m_pattern.m_steps[fork].first = here();
        sequence();
        if (!take('|')) {
            m_pattern.m_steps[fork].second = m_pattern.m_steps[fork].first; // the last: nothing else
            break;
        }
        jumpsToEnd.push_back(step(Pattern::Op::Jump));
        m_pattern.m_steps[fork].second = here();
    }
    for (const std::size_t jump : jumpsToEnd) {
        m_pattern.m_steps[jump].first = here();
    }
}

void PatternCompiler::sequence() {
    take('^'); // whole texts are matched anyway
    while (!atEnd() && !next('|') && !next(')')) {
        if (take('$')) {
            m_failed = m_failed || !(atEnd() || next('|') || next(')'));
            return;
        }
        const std::size_t from = m_position;
        const std::size_t stepsBefore = here();
        atom();
        const std::size_t to = m_position;
        const Repeats count = repeats();
        if (!m_failed && (count.min != 1 || count.max != 1)) {
            m_pattern.m_steps.resize(stepsBefore);
            const std::size_t after = m_position;
            repeated(from, to, count);
            m_position = after;
        }
    }
}

void PatternCompiler::again(std::size_t from, std::size_t to) {
    m_position = from;
    atom();
    m_failed = m_failed || m_position != to;
}

void PatternCompiler::repeated(std::size_t from, std::size_t to, Repeats count) {
    for (std::size_t i = 0; i < count.min; ++i) {
        again(from, to);
    }
    if (count.max == unbounded) {
        const std::size_t fork = step(Pattern::Op::Fork);
        m_pattern.m_steps[fork].first = here();
        again(from, to);
        step(Pattern::Op::Jump, fork);
        m_pattern.m_steps[fork].second = here();
        return;
    }
    for (std::size_t i = count.min; i < count.max; ++i) {
        const std::size_t fork = step(Pattern::Op::Fork);
        m_pattern.m_steps[fork].first = here();
        again(from, to);
        m_pattern.m_steps[fork].second = here();
    }
}

PatternCompiler::Repeats PatternCompiler::repeats() {
    if (take('*')) {
        return {0, unbounded};
    }
    if (take('+')) {
        return {1, unbounded};
    }
    if (take('?')) {
        return {0, 1};
    }
    if (!take('{')) {
        return {};
    }
    Repeats count;
    count.min = number();
    count.max = !take(',') ? count.min : next('}') ? unbounded : number();
    const bool tooMany = count.min > maxRepeats || (count.max != unbounded && count.max > maxRepeats);
    m_failed = m_failed || !take('}') || tooMany || count.min > count.max;
    return count;
}

std::size_t PatternCompiler::number() {
    std::size_t value = 0;
    const std::size_t start = m_position;
    while (!atEnd() && m_text[m_position] >= '0' && m_text[m_position] <= '9' && m_position - start < 4) {
        value = value * 10 + static_cast<std::size_t>(m_text[m_position++] - '0');
    }
    m_failed = m_failed || m_position == start;
    return value;
}

void PatternCompiler::atom() {
    if (take('(')) {
        m_failed = m_failed || next('?'); // look-around and such
        alternatives();
        m_failed = m_failed || !take(')');
    } else if (take('[')) {
        consume(bracketed());
    } else if (take('.')) {
        consume({{{0, '\n' - 1}, {'\n' + 1, '\r' - 1}, {'\r' + 1, notACharacter - 1}}});
    } else if (next('*') || next('+') || next('?') || next('{')) {
        m_failed = true;
    } else {
        Class characters;
        if (!shorthand(characters)) {
            const char32_t c = character();
            characters.ranges.emplace_back(c, c);
        }
        consume(std::move(characters));
    }
}

/// \d, \w and \s, as Java means them: ASCII.
bool PatternCompiler::shorthand(Class &into) {
    if (!next('\\') || m_position + 1 == m_text.size()) {
        return false;
    }
    auto &ranges = into.ranges;
    switch (m_text[m_position + 1]) {
    case 'd':
        ranges.insert(ranges.end(), {{'0', '9'}});
        break;
    case 'w':
        ranges.insert(ranges.end(), {{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'_', '_'}});
        break;
    case 's':
        ranges.insert(ranges.end(), {{' ', ' '}, {'\t', '\r'}});
        break;
    default:
        return false;
    }
    m_position += 2;
    return true;
}

/// One character, escaped or not.
char32_t PatternCompiler::character() {
    if (atEnd()) {
        m_failed = true;
        return notACharacter;
    }
    if (!take('\\')) {
        return nextCodePoint(m_text, m_position);
    }
    if (take('u')) {
        char32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            const auto digit =
                std::string_view("0123456789abcdefABCDEF").find(atEnd() ? '?' : m_text[m_position++]);
            m_failed = m_failed || digit == std::string_view::npos;
            value = value * 16 + static_cast<char32_t>(digit < 16 ? digit : digit - 6);
        }
        return value;
    }
    const char escaped = atEnd() ? 'x' : m_text[m_position++];
    m_failed = m_failed || std::string_view(R"(\/.-+*?()[]{}^$|)").find(escaped) == std::string_view::npos;
    return static_cast<char32_t>(escaped);
}

PatternCompiler::Class PatternCompiler::bracketed() {
    Class characters;
    m_failed = m_failed || next('^') || next(']');
    while (!atEnd() && !take(']')) {
        if (shorthand(characters)) {
            continue;
        }
        const char32_t low = character();
        char32_t high = low;
        // A hyphen at the end of the brackets or after a range is a hyphen.
        if (next('-') && m_position + 1 < m_text.size() && m_text[m_position + 1] != ']') {
            take('-');
            high = character();
        }
        m_failed = m_failed || high < low;
        characters.ranges.emplace_back(low, high);
    }
    m_failed = m_failed || m_text[m_position - 1] != ']';
    return characters;
}

bool Pattern::CharacterClass::contains(char32_t c) const {
    return std::any_of(ranges.begin(), ranges.end(),
                       [c](const auto &range) { return range.first <= c && c <= range.second; });
}

std::optional<Pattern> Pattern::compile(std::string_view expression) {
    return PatternCompiler(expression).compile();
}

/// Adds the steps that consume or accept and are reached from `from` without reading anything.
void Pattern::follow(std::size_t from, StepSet &into, std::vector<char> &known) const {
    StepSet open{from};
    while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        if (known[at] != 0) {
            continue;
        }
        known[at] = 1;
        const Step &step = m_steps[at];
        if (step.op == Op::Consume || step.op == Op::Accept) {
            into.push_back(at);
            continue;
        }
        open.push_back(step.first);
        if (step.op == Op::Fork) {
            open.push_back(step.second);
        }
    }
}

bool Pattern::matches(std::string_view text) const {
    StepSet now;
    StepSet then;
    std::vector<char> known(m_steps.size());
    follow(0, now, known);
    for (std::size_t position = 0; position < text.size() && !now.empty();) {
        const char32_t c = nextCodePoint(text, position);
        then.clear();
        std::fill(known.begin(), known.end(), 0);
        for (const std::size_t at : now) {
            if (m_steps[at].op == Op::Consume && m_classes[m_steps[at].first].contains(c)) {
                follow(at + 1, then, known);
            }
        }
        now.swap(then);
    }
    return std::any_of(now.begin(), now.end(),
                       [this](std::size_t at) { return m_steps[at].op == Op::Accept; });
}

} // namespace keyturn::kms
