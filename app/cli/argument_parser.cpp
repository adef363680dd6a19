// SPDX-License-Identifier: Apache-2.0
#include "argument_parser.h"

#include "base/text.h"
#include "close_matches.h"

#include <algorithm>
#include <charconv>

namespace keyturn::cli {
namespace {

enum class WordType : std::uint8_t { Plain, Option };

struct Word {
    WordType type = WordType::Plain;
    const ArgumentSpec *spec = nullptr;  ///< nullptr: an option that is not known
    std::optional<std::string> attached; ///< what stands behind '='
};

std::string choiceMessage(const std::string &value, const std::vector<std::string> &choices) {
    std::vector<std::string> lines{"Invalid choice, valid choices are:\n"};
    for (std::size_t i = 0; i < choices.size(); i += 2) {
        std::string line;
        for (std::size_t j = i; j < std::min(i + 2, choices.size()); ++j) {
            std::string cell = choices[j];
            cell.resize(std::max<std::size_t>(cell.size(), 40), ' ');
            line += (j > i ? " | " : "") + cell;
        }
        lines.push_back(line);
    }
    const auto close = closeMatches(value, choices);
    if (!close.empty()) {
        lines.push_back("\n\nInvalid choice: '" + value + "', maybe you meant:\n");
        for (const std::string &word : close) {
            lines.push_back("  * " + word);
        }
    }
    return join(lines, "\n");
}

bool looksNegativeNumber(std::string_view word) {
    return word.size() > 1 && word[0] == '-' && std::all_of(word.begin() + 1, word.end(), [](char c) {
               return (c >= '0' && c <= '9') || c == '.';
           });
}

} // namespace

/// One pass over the words.
class ParseRun {
public:
    ParseRun(const ArgumentParser &parser, std::span<const std::string> words)
        : m_parser(parser)
        , m_words(words) {
        for (const std::string &word : words) {
            m_types.push_back(classify(word));
        }
    }

    Outcome<ParsedArguments> run() {
        std::size_t at = 0;
        while (at < m_words.size() && !m_fault) {
            if (m_types[at].type == WordType::Option) {
                at = takeOption(at);
            } else {
                at = takePlain(at);
            }
        }
        if (!m_fault) {
            checkRequired();
        }
        if (m_fault) {
            return m_parser.fault(*m_fault);
        }
        return std::move(m_result);
    }

private:
    Word classify(const std::string &word) const {
        if (word.size() < 2 || word[0] != '-') {
            return {};
        }
        const auto equals = word.find('=');
        for (const ArgumentSpec &spec : m_parser.m_options) {
            if (spec.option == word) {
                return {WordType::Option, &spec, std::nullopt};
            }
            if (equals != std::string::npos && word.compare(0, equals, spec.option) == 0) {
                return {WordType::Option, &spec, word.substr(equals + 1)};
            }
        }
        if (looksNegativeNumber(word) || word.find(' ') != std::string::npos) {
            return {};
        }
        return {WordType::Option, nullptr, std::nullopt};
    }

    std::size_t takePlain(std::size_t at) {
        const auto &positional = m_parser.m_positional;
        if (!positional || m_result.positional) {
            m_result.extras.push_back(m_words[at]);
            return at + 1;
        }
        const auto &choices = positional->choices;
        if (!choices.empty() && std::find(choices.begin(), choices.end(), m_words[at]) == choices.end()) {
            m_fault = "argument " + positional->name + ": " + choiceMessage(m_words[at], choices);
            return at;
        }
        m_result.positional = m_words[at];
        return at + 1;
    }

    std::size_t takeOption(std::size_t at) {
        const Word &word = m_types[at];
        if (word.spec == nullptr) {
            m_result.extras.push_back(m_words[at]);
            return at + 1;
        }
        std::vector<std::string> values;
        std::size_t next = at + 1;
        if (word.attached) {
            if (word.spec->arity == Arity::Flag) {
                m_fault =
                    "argument " + word.spec->option + ": ignored explicit argument '" + *word.attached + "'";
                return at;
            }
            values.push_back(*word.attached);
        } else {
            const std::size_t limit = word.spec->arity == Arity::Flag         ? 0
                                      : word.spec->arity == Arity::ZeroOrMore ? m_words.size()
                                                                              : 1;
            while (next < m_words.size() && values.size() < limit && m_types[next].type == WordType::Plain) {
                values.push_back(m_words[next++]);
            }
        }
        store(*word.spec, std::move(values));
        return next;
    }

    void store(const ArgumentSpec &spec, std::vector<std::string> values) {
        if ((spec.arity == Arity::One || spec.arity == Arity::Repeated) && values.empty()) {
            m_fault = "argument " + spec.option + ": expected one argument";
            return;
        }
        for (const std::string &value : values) {
            if (spec.integer && !pythonInteger(value)) {
                m_fault = "argument " + spec.option + ": invalid int value: '" + value + "'";
                return;
            }
            if (!spec.choices.empty() &&
                std::find(spec.choices.begin(), spec.choices.end(), value) == spec.choices.end()) {
                m_fault = "argument " + spec.option + ": " + choiceMessage(value, spec.choices);
                return;
            }
        }
        if (values.empty() && spec.arity != Arity::ZeroOrMore) {
            values.push_back(spec.constant);
        }
        if (spec.arity == Arity::Repeated && m_result.has(spec.key())) {
            m_result.values.find(spec.key())->second.push_back(std::move(values.front()));
            return;
        }
        m_result.values.insert_or_assign(std::string(spec.key()), std::move(values));
    }

    void checkRequired() {
        std::vector<std::string> missing;
        for (const ArgumentSpec &spec : m_parser.m_options) {
            if (spec.required && !m_result.has(spec.key())) {
                missing.push_back(spec.option);
            }
        }
        if (m_parser.m_positional && m_parser.m_positional->required && !m_result.positional) {
            missing.push_back(m_parser.m_positional->name);
        }
        if (!missing.empty()) {
            m_fault = "the following arguments are required: " + join(missing, ", ");
        }
    }

    const ArgumentParser &m_parser;
    std::span<const std::string> m_words;
    std::vector<Word> m_types;
    ParsedArguments m_result;
    std::optional<std::string> m_fault;
};

std::string_view ParsedArguments::value(std::string_view key) const {
    const auto found = values.find(key);
    return found == values.end() || found->second.empty() ? std::string_view() : found->second.front();
}

std::optional<std::string> ParsedArguments::optional(std::string_view key) const {
    return has(key) ? std::optional<std::string>(value(key)) : std::nullopt;
}

Outcome<ParsedArguments> ArgumentParser::parse(std::span<const std::string> words) const {
    return ParseRun(*this, words).run();
}

tl::unexpected<Failure> ArgumentParser::fault(const std::string &message) const {
    return usageFailure(m_usage + "\n\nkeyturn-cli: error: " + message + "\n");
}

std::optional<std::int64_t> pythonInteger(std::string_view text) {
    text = trimmed(text);
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool sign = i == 0 && (text[i] == '+' || text[i] == '-');
        const bool separator = text[i] == '_' && i > 0 && i + 1 < text.size() && text[i - 1] != '_';
        if (!sign && !separator && (text[i] < '0' || text[i] > '9')) {
            return std::nullopt;
        }
        if (!separator && text[i] != '+') {
            digits += text[i];
        }
    }
    std::int64_t value = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return result.ec == std::errc() && result.ptr == digits.data() + digits.size() ? std::optional(value)
                                                                                   : std::nullopt;
}

} // namespace keyturn::cli
