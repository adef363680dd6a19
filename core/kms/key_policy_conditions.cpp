// SPDX-License-Identifier: Apache-2.0
// Conditions of key policies.
#include "base/text.h"
#include "kms/key_policy.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace keyturn::kms {

namespace {

using Compare = Truth (*)(std::string_view wanted, std::string_view found);

struct Test {
    std::string_view name;
    Compare compare; ///< null: a test that IAM has and nobody here can make
    bool negated = false;
};

Truth truth(bool value) {
    return value ? Truth::Yes : Truth::No;
}

Truth equalTexts(std::string_view wanted, std::string_view found) {
    return truth(wanted == found);
}
Truth equalTextsAnyCase(std::string_view wanted, std::string_view found) {
    return truth(toLowerAscii(wanted) == toLowerAscii(found));
}
Truth likeTexts(std::string_view wanted, std::string_view found) {
    return truth(matchesPolicyPattern(wanted, found));
}

/// Each of the six parts of an ARN on its own, so that no `*` reaches over a colon.
Truth likeArns(std::string_view wanted, std::string_view found) {
    for (int part = 0; part < 6; ++part) {
        const bool isLast = part == 5;
        const auto wantedEnd = isLast ? wanted.size() : wanted.find(':');
        const auto foundEnd = isLast ? found.size() : found.find(':');
        if (wantedEnd == std::string_view::npos || foundEnd == std::string_view::npos) {
            return Truth::No;
        }
        if (!matchesPolicyPattern(wanted.substr(0, wantedEnd), found.substr(0, foundEnd))) {
            return Truth::No;
        }
        wanted.remove_prefix(isLast ? wantedEnd : wantedEnd + 1);
        found.remove_prefix(isLast ? foundEnd : foundEnd + 1);
    }
    return Truth::Yes;
}

std::optional<double> numberOf(std::string_view text) {
    double value = 0;
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    int value = 0;
    if (at + count > text.size()) {
        return std::nullopt;
    }
    const auto end = text.data() + at + count;
    const auto read = std::from_chars(text.data() + at, end, value);
    return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

/// Seconds since 1970: as a number, or "2026-03-01" or "2026-03-01T12:00:00Z".
std::optional<double> timeOf(std::string_view text) {
    if (const auto number = numberOf(text)) {
        return number;
    }
    const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    const bool hasTime = text.size() == 20 && text[10] == 'T' && text[19] == 'Z';
    if (!year || !month || !day || (text.size() != 10 && !hasTime)) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(unsigned(*month)),
                                           std::chrono::day(unsigned(*day))};
    const auto hour = hasTime ? digits(text, 11, 2) : 0;
    const auto minute = hasTime ? digits(text, 14, 2) : 0;
    const auto second = hasTime ? digits(text, 17, 2) : 0;
    if (!date.ok() || !hour || !minute || !second) {
        return std::nullopt;
    }
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    return static_cast<double>(days) * 86'400 + *hour * 3600 + *minute * 60 + *second;
}

template <auto read, auto relation>
Truth related(std::string_view wanted, std::string_view found) {
    const auto bound = read(wanted);
    const auto value = read(found);
    return bound && value ? truth(relation(*value, *bound)) : Truth::Unknown;
}

constexpr auto equals = [](double a, double b) { return !(a < b) && !(b < a); };
constexpr auto less = [](double a, double b) { return a < b; };
constexpr auto lessOrEqual = [](double a, double b) { return a <= b; };
constexpr auto greater = [](double a, double b) { return a > b; };
constexpr auto greaterOrEqual = [](double a, double b) { return a >= b; };

constexpr Test tests[] = {
    {"StringEquals", &equalTexts},
    {"StringNotEquals", &equalTexts, true},
    {"StringEqualsIgnoreCase", &equalTextsAnyCase},
    {"StringNotEqualsIgnoreCase", &equalTextsAnyCase, true},
    {"StringLike", &likeTexts},
    {"StringNotLike", &likeTexts, true},
    {"ArnEquals", &likeArns},
    {"ArnNotEquals", &likeArns, true},
    {"ArnLike", &likeArns},
    {"ArnNotLike", &likeArns, true},
    {"Bool", &equalTextsAnyCase},
    {"NumericEquals", &related<&numberOf, equals>},
    {"NumericNotEquals", &related<&numberOf, equals>, true},
    {"NumericLessThan", &related<&numberOf, less>},
    {"NumericLessThanEquals", &related<&numberOf, lessOrEqual>},
    {"NumericGreaterThan", &related<&numberOf, greater>},
    {"NumericGreaterThanEquals", &related<&numberOf, greaterOrEqual>},
    {"DateEquals", &related<&timeOf, equals>},
    {"DateNotEquals", &related<&timeOf, equals>, true},
    {"DateLessThan", &related<&timeOf, less>},
    {"DateLessThanEquals", &related<&timeOf, lessOrEqual>},
    {"DateGreaterThan", &related<&timeOf, greater>},
    {"DateGreaterThanEquals", &related<&timeOf, greaterOrEqual>},
    {"Null", nullptr},
    {"BinaryEquals", nullptr},
    {"IpAddress", nullptr},
    {"NotIpAddress", nullptr},
};

const Test *findTest(std::string_view name) {
    const auto found =
        std::find_if(std::begin(tests), std::end(tests), [&](const Test &test) { return test.name == name; });
    return found == std::end(tests) ? nullptr : found;
}

Truth opposite(Truth value) {
    return value == Truth::Unknown ? value : truth(value == Truth::No);
}

/// One value of the request against all of the policy's.
Truth matches(const Test &test, const PolicyCondition &condition, const std::string &found) {
    Truth any = Truth::No;
    for (const std::string &wanted : condition.values) {
        const bool isVariable = wanted.find("${") != std::string::npos;
        any = std::max(any, isVariable ? Truth::Unknown : test.compare(wanted, found));
    }
    return test.negated ? opposite(any) : any;
}

Truth isNull(const PolicyCondition &condition, const PolicyFact &fact) {
    if (condition.values.size() != 1 || (condition.values[0] != "true" && condition.values[0] != "false")) {
        return Truth::Unknown;
    }
    return truth((condition.values[0] == "true") != fact.values.has_value());
}

} // namespace

bool isPolicyTest(std::string_view name) {
    return findTest(name) != nullptr;
}

Truth holds(const PolicyCondition &condition, const PolicyFact &fact) {
    const Test *test = findTest(condition.test);
    if (test == nullptr || !fact.isKnown) {
        return Truth::Unknown;
    }
    if (test->name == "Null") {
        return isNull(condition, fact);
    }
    if (test->compare == nullptr) {
        return Truth::Unknown;
    }
    using enum PolicyCondition::Quantifier;
    const bool all = condition.quantifier == ForAllValues;
    if (!fact.values || fact.values->empty()) {
        const bool any = condition.quantifier == ForAnyValue;
        return truth(condition.ifExists || all || (test->negated && !any));
    }
    Truth least = Truth::Yes, most = Truth::No;
    for (const std::string &found : *fact.values) {
        const Truth one = matches(*test, condition, found);
        least = std::min(least, one);
        most = std::max(most, one);
    }
    if (condition.quantifier == None && fact.values->size() > 1) {
        return least == most ? least : Truth::Unknown; // of several values a policy must say which
    }
    return all ? least : most;
}

} // namespace keyturn::kms
