#include "litellm/core/time.hpp"

#include <fmt/format.h>

#include <charconv>

namespace litellm {

using namespace std::chrono;

Timestamp SystemClock::now() const
{
    return time_point_cast<microseconds>(system_clock::now());
}
steady_clock::time_point SystemClock::steady_now() const
{
    return steady_clock::now();
}

namespace {

struct Parts {
    year_month_day date;
    hh_mm_ss<microseconds> time;
};

Parts split(Timestamp time)
{
    const auto day = floor<days>(time);
    return Parts{year_month_day(day), hh_mm_ss<microseconds>(time - day)};
}

/// Writes `value` in `width` digits with leading zeros at the end of `out`.
void append_digits(std::string& out, std::int64_t value, std::size_t width)
{
    const std::size_t begin = out.size();
    out.append(width, '0');
    for (std::size_t i = width; i > 0 && value > 0; --i, value /= 10)
        out[begin + i - 1] = static_cast<char>('0' + value % 10);
}

/// `YYYY-MM-DD`
void append_day(std::string& out, const year_month_day& date)
{
    append_digits(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.day()), 2);
}

/// `YYYY-MM-DD`, `separator`, `HH:MM:SS.` and the fraction of the second in `fraction_digits` digits, the
/// rest cut off. The ledger writes three of them a call, which made fmt's formatting visible in profiles.
std::string format_time(Timestamp time, char separator, std::size_t fraction_digits)
{
    const Parts parts = split(time);
    std::string out;
    out.reserve(28);
    append_day(out, parts.date);
    out += separator;
    append_digits(out, parts.time.hours().count(), 2);
    out += ':';
    append_digits(out, parts.time.minutes().count(), 2);
    out += ':';
    append_digits(out, parts.time.seconds().count(), 2);
    out += '.';
    const auto fraction = parts.time.subseconds().count();
    append_digits(out, fraction_digits == 3 ? fraction / 1000 : fraction, fraction_digits);
    return out;
}

Timestamp to_timestamp(const year_month_day& date, microseconds time_of_day)
{
    return Timestamp(sys_days(date)) + time_of_day;
}

/// Adds calendar months; a day that the target month lacks becomes its last day.
year_month_day add_months(year_month_day date, int count)
{
    const auto moved = date + months(count);
    return moved.ok() ? moved : year_month_day(moved.year() / moved.month() / last);
}

/// Reads digits from the front of `text`; nothing when there are none or too many.
std::optional<int> take_number(std::string_view& text, std::size_t digits)
{
    if (text.size() < digits)
        return std::nullopt;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
    if (error != std::errc() || end != text.data() + digits || text.front() == '-')
        return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char wanted)
{
    if (text.empty() || text.front() != wanted)
        return false;
    text.remove_prefix(1);
    return true;
}

std::optional<microseconds> take_fraction(std::string_view& text)
{
    std::int64_t value = 0;
    int digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits < 6)
            value = value * 10 + (text.front() - '0');
        ++digits;
        text.remove_prefix(1);
    }
    if (digits == 0)
        return std::nullopt;
    for (; digits < 6; ++digits)
        value *= 10;
    return microseconds(value);
}

std::optional<microseconds> take_time_of_day(std::string_view& text)
{
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ':'))
        return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59)
        return std::nullopt;
    microseconds time = hours(*hour) + minutes(*minute);
    if (!take(text, ':'))
        return time;
    const auto second = take_number(text, 2);
    if (!second || *second > 60)
        return std::nullopt;
    time += seconds(*second);
    if (take(text, '.')) {
        const auto fraction = take_fraction(text);
        if (!fraction)
            return std::nullopt;
        time += *fraction;
    }
    return time;
}

std::optional<minutes> take_zone(std::string_view& text)
{
    if (text.empty())
        return minutes(0);
    if (take(text, 'Z') || take(text, 'z'))
        return minutes(0);
    const bool negative = text.front() == '-';
    if (!take(text, '+') && !take(text, '-'))
        return std::nullopt;
    const auto hour = take_number(text, 2);
    if (!hour)
        return std::nullopt;
    take(text, ':');
    const auto minute = text.empty() ? std::optional<int>(0) : take_number(text, 2);
    if (!minute)
        return std::nullopt;
    const minutes offset = hours(*hour) + minutes(*minute);
    return negative ? -offset : offset;
}

struct Unit {
    std::string_view name;
    std::int64_t seconds;
    int months;
};

constexpr Unit units[] = {
    {"s", 1, 0},          {"sec", 1, 0},     {"secs", 1, 0},     {"second", 1, 0},  {"seconds", 1, 0},
    {"m", 60, 0},         {"min", 60, 0},    {"mins", 60, 0},    {"minute", 60, 0}, {"minutes", 60, 0},
    {"h", 3600, 0},       {"hr", 3600, 0},   {"hrs", 3600, 0},   {"hour", 3600, 0}, {"hours", 3600, 0},
    {"d", 86400, 0},      {"day", 86400, 0}, {"days", 86400, 0}, {"w", 604800, 0},  {"week", 604800, 0},
    {"weeks", 604800, 0}, {"mo", 0, 1},      {"mon", 0, 1},      {"month", 0, 1},   {"months", 0, 1},
};

struct Amount {
    std::int64_t count = 0;
    Unit unit;
};

Result<Amount> parse_amount(std::string_view text)
{
    const auto fail = [&] {
        return invalid_input(
            fmt::format(
                "Invalid duration '{}'. Write a whole number and a unit: 30s, 30m, 30h, 30d, 1w or 1mo.", text
            ),
            "duration"
        );
    };
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || count < 0 || count > 1'000'000'000)
        return fail();
    const std::string_view name(end, static_cast<std::size_t>(text.data() + text.size() - end));
    for (const Unit& unit : units) {
        if (unit.name == name)
            return Amount{count, unit};
    }
    return fail();
}

/// The next point after `now` that is a whole multiple of `step` since `start`.
Timestamp next_multiple(Timestamp start, seconds step, Timestamp now)
{
    if (step.count() == 0)
        return now;
    const auto passed = (now - start) / step;
    return start + step * (passed + 1);
}

Timestamp first_of_next_month(year_month_day today, int count = 1)
{
    const auto month = year_month(today.year(), today.month()) + months(count);
    return Timestamp(sys_days(month / 1));
}

} // namespace

std::string to_iso8601(Timestamp time)
{
    return format_time(time, 'T', 6) + 'Z';
}

std::string to_database_text(Timestamp time)
{
    return format_time(time + microseconds(500), ' ', 3);
}

std::string to_day(Timestamp time)
{
    std::string out;
    append_day(out, split(time).date);
    return out;
}

std::optional<Timestamp> parse_timestamp(std::string_view text)
{
    const auto year_number = take_number(text, 4);
    if (!year_number || !take(text, '-'))
        return std::nullopt;
    const auto month_number = take_number(text, 2);
    if (!month_number || !take(text, '-'))
        return std::nullopt;
    const auto day_number = take_number(text, 2);
    if (!day_number)
        return std::nullopt;
    const year_month_day date(
        year(*year_number),
        month(static_cast<unsigned>(*month_number)),
        day(static_cast<unsigned>(*day_number))
    );
    if (!date.ok())
        return std::nullopt;
    if (text.empty())
        return to_timestamp(date, microseconds(0));
    if (!take(text, 'T') && !take(text, ' '))
        return std::nullopt;
    const auto time = take_time_of_day(text);
    if (!time)
        return std::nullopt;
    const auto zone = take_zone(text);
    if (!zone || !text.empty())
        return std::nullopt;
    return to_timestamp(date, *time - *zone);
}

Timestamp Duration::after(Timestamp start) const
{
    if (months == 0)
        return start + seconds;
    const auto today = floor<days>(start);
    return Timestamp(sys_days(add_months(year_month_day(today), months))) + (start - today) + seconds;
}

Result<Duration> parse_duration(std::string_view text)
{
    const auto amount = parse_amount(text);
    if (!amount)
        return amount.error();
    Duration duration;
    if (amount->unit.months > 0) {
        if (amount->count > 12'000)
            return invalid_input(fmt::format("Duration '{}' is too long.", text), "duration");
        duration.months = static_cast<int>(amount->count) * amount->unit.months;
        return duration;
    }
    if (amount->count * amount->unit.seconds > std::int64_t{86'400} * 366 * 1000)
        return invalid_input(fmt::format("Duration '{}' is too long.", text), "duration");
    duration.seconds = std::chrono::seconds(amount->count * amount->unit.seconds);
    return duration;
}

Result<Timestamp> next_budget_reset(std::string_view duration, Timestamp now)
{
    const auto amount = parse_amount(duration);
    if (!amount)
        return amount.error();
    const auto midnight = floor<days>(now);
    const year_month_day today(midnight);
    if (amount->count == 0)
        return now;
    if (amount->unit.months > 0)
        return first_of_next_month(today, static_cast<int>(amount->count));
    const std::int64_t step = amount->unit.seconds;
    if (step == 604'800 || (step == 86'400 && amount->count == 7)) {
        const auto days_to_monday = days(8 - static_cast<int>(weekday(midnight).iso_encoding()));
        return Timestamp(midnight + days_to_monday) +
            seconds(604'800) * ((step == 604'800 ? amount->count : 1) - 1);
    }
    if (step == 86'400)
        return amount->count == 30 ? first_of_next_month(today) : Timestamp(midnight + days(amount->count));
    if (step == 3600)
        return next_multiple(midnight, seconds(amount->count * step), now);
    if (step == 60)
        return next_multiple(floor<hours>(now), seconds(amount->count * step), now);
    return next_multiple(floor<minutes>(now), seconds(amount->count * step), now);
}

} // namespace litellm
