// SPDX-License-Identifier: Apache-2.0
// ArgumentParser: options by table, with the rules and messages of the parser that the AWS CLI uses (Python's
// argparse): options anywhere, "--option=value", the last of repeated options wins, unknown words are kept.
// Option names must be written out; prefixes are not guessed. Plain values, any thread. Failures: exit code
// 252.
#pragma once

#include "outcome.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::cli {

enum class Arity : std::uint8_t {
    One,
    Flag,       ///< takes no value; `constant` is stored
    ZeroOrOne,  ///< without a value, `constant` is stored
    ZeroOrMore, ///< all words up to the next option
    Repeated    ///< one value; given again, it adds one
};

struct ArgumentSpec {
    std::string option; ///< "--key-id"
    Arity arity = Arity::One;
    std::string destination = {}; ///< where it is stored; the option without dashes if empty
    bool required = false;
    std::vector<std::string> choices = {};
    bool integer = false;
    std::string constant = "true";
    std::string help = {};      ///< one line
    std::string valueName = {}; ///< "FILE"

    std::string_view key() const {
        return destination.empty() ? std::string_view(option).substr(2) : destination;
    }
};

/// The one word without dashes that a parser takes.
struct PositionalSpec {
    std::string name; ///< "operation"
    bool required = true;
    std::vector<std::string> choices = {};
};

struct ParsedArguments {
    std::map<std::string, std::vector<std::string>, std::less<>> values;
    std::optional<std::string> positional;
    std::vector<std::string> extras; ///< in order

    bool has(std::string_view key) const { return values.find(key) != values.end(); }
    /// The value of an option with one value; empty when it was not given.
    std::string_view value(std::string_view key) const;
    std::optional<std::string> optional(std::string_view key) const;
};

class ArgumentParser {
public:
    /// `usage` stands before every message.
    ArgumentParser(std::string usage, std::span<const ArgumentSpec> options,
                   std::optional<PositionalSpec> positional)
        : m_usage(std::move(usage))
        , m_options(options)
        , m_positional(std::move(positional)) {}

    Outcome<ParsedArguments> parse(std::span<const std::string> words) const;
    tl::unexpected<Failure> fault(const std::string &message) const;

private:
    friend class ParseRun;
    std::string m_usage;
    std::span<const ArgumentSpec> m_options;
    std::optional<PositionalSpec> m_positional;
};

/// Python's int(): blanks around, a sign, underscores between digits.
std::optional<std::int64_t> pythonInteger(std::string_view text);

} // namespace keyturn::cli
