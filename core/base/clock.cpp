// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <array>
#include <cstdio>

namespace keyturn::inline base {

namespace {

class SystemClock final : public Clock {
public:
    Timestamp now() const override {
        return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
    std::chrono::steady_clock::time_point steadyNow() const override {
        return std::chrono::steady_clock::now();
    }
};

/// Reads the parts of a timestamp from left to right; remembers that it failed.
class Reader {
public:
    explicit Reader(std::string_view text)
        : m_rest(text) {}

    int number(std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            value = value * 10 + digit();
        }
        return value;
    }
    void literal(char expected) {
        if (!accept(expected)) {
            m_failed = true;
        }
    }
    bool accept(char expected) {
        if (m_rest.empty() || m_rest.front() != expected) {
            return false;
        }
        m_rest.remove_prefix(1);
        return true;
    }
    bool atDigit() const { return !m_rest.empty() && m_rest.front() >= '0' && m_rest.front() <= '9'; }
    bool done() const { return !m_failed && m_rest.empty(); }
    void fail() { m_failed = true; }

private:
    int digit() {
        if (!atDigit()) {
            m_failed = true;
            return 0;
        }
        const int value = m_rest.front() - '0';
        m_rest.remove_prefix(1);
        return value;
    }

    std::string_view m_rest;
    bool m_failed = false;
};

/// ".123" and so on; digits after the sixth are read and dropped.
std::chrono::microseconds readFraction(Reader &reader) {
    if (!reader.accept('.')) {
        return {};
    }
    if (!reader.atDigit()) {
        reader.fail();
    }
    std::chrono::microseconds::rep microseconds = 0;
    std::chrono::microseconds::rep unit = 100'000;
    while (reader.atDigit()) {
        microseconds += unit * reader.number(1);
        unit /= 10;
    }
    return std::chrono::microseconds(microseconds);
}

/// "Z", "+02:00" or "+0200": what to take away to get UTC.
std::chrono::minutes readOffset(Reader &reader) {
    if (reader.accept('Z')) {
        return {};
    }
    const bool west = reader.accept('-');
    if (!west) {
        reader.literal('+');
    }
    const int hours = reader.number(2);
    (void)reader.accept(':');
    const int minutes = reader.number(2);
    if (hours > 23 || minutes > 59) {
        reader.fail();
    }
    const std::chrono::minutes offset(hours * 60 + minutes);
    return west ? -offset : offset;
}

} // namespace

std::shared_ptr<const Clock> systemClock() {
    static const auto clock = std::make_shared<const SystemClock>();
    return clock;
}

Timestamp ManualClock::now() const {
    const std::scoped_lock lock(m_mutex);
    return m_now;
}

std::chrono::steady_clock::time_point ManualClock::steadyNow() const {
    const std::scoped_lock lock(m_mutex);
    return m_steady;
}

void ManualClock::advance(std::chrono::microseconds by) {
    const std::scoped_lock lock(m_mutex);
    m_now += by;
    m_steady += by;
}

std::string formatIso8601(Timestamp time) {
    using namespace std::chrono;
    const auto seconds = floor<std::chrono::seconds>(time);
    const auto day = floor<days>(seconds);
    const year_month_day date(day);
    const hh_mm_ss clockTime(seconds - day);
    std::array<char, 48> text{};
    const int length = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clockTime.hours().count()), static_cast<int>(clockTime.minutes().count()),
        static_cast<int>(clockTime.seconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

Result<Timestamp> parseIso8601(std::string_view text) {
    using namespace std::chrono;
    Reader reader(text);
    const int yearNumber = reader.number(4);
    reader.literal('-');
    const int month = reader.number(2);
    reader.literal('-');
    const int dayOfMonth = reader.number(2);
    reader.literal('T');
    const int hour = reader.number(2);
    reader.literal(':');
    const int minute = reader.number(2);
    reader.literal(':');
    const int second = reader.number(2);
    const auto fraction = readFraction(reader);
    const auto offset = readOffset(reader);
    const year_month_day date(year(yearNumber), std::chrono::month(static_cast<unsigned>(month)),
                              day(static_cast<unsigned>(dayOfMonth)));
    if (!reader.done() || !date.ok() || hour > 23 || minute > 59 || second > 59) {
        return fail(ErrorCode::BadEncoding,
                    "a time is written as 2026-11-22T04:17:00Z or with an offset such as +02:00");
    }
    return Timestamp(sys_days(date)) + hours(hour) + minutes(minute) + seconds(second) + fraction - offset;
}

} // namespace keyturn::inline base
