#include "litellm/core/time_zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace litellm {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::size_t header_size = 44;
constexpr std::size_t largest_file = 1 << 20;

/// Big-endian numbers from a zone file (RFC 8536).
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

    std::int64_t take(std::size_t size)
    {
        if (bytes_.size() < size) {
            ok_ = false;
            return 0;
        }
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < size; ++i)
            value = value << 8 | static_cast<unsigned char>(bytes_[i]);
        bytes_.remove_prefix(size);
        return size == 4 ? static_cast<std::int32_t>(value) : static_cast<std::int64_t>(value);
    }
    void skip(std::size_t size)
    {
        ok_ = ok_ && bytes_.size() >= size;
        bytes_.remove_prefix(std::min(size, bytes_.size()));
    }
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::string_view rest() const { return bytes_; }

private:
    std::string_view bytes_;
    bool ok_ = true;
};

struct Counts {
    std::size_t isut = 0, isstd = 0, leaps = 0, transitions = 0, types = 0, characters = 0;
};

bool is_zone_file(std::string_view bytes)
{
    return bytes.size() >= header_size && bytes.starts_with("TZif");
}

/// Behind the magic, the version and fifteen unused bytes.
Counts read_header(ByteReader& reader)
{
    reader.skip(20);
    Counts counts;
    for (std::size_t* count :
         {&counts.isut, &counts.isstd, &counts.leaps, &counts.transitions, &counts.types, &counts.characters})
        *count = static_cast<std::size_t>(std::max<std::int64_t>(0, reader.take(4)));
    return counts;
}

std::size_t body_size(const Counts& counts, std::size_t time_size)
{
    return counts.transitions * (time_size + 1) + counts.types * 6 + counts.characters +
        counts.leaps * (time_size + 4) + counts.isstd + counts.isut;
}

/// Takes pieces of a TZ variable's text.
class RuleReader {
public:
    explicit RuleReader(std::string_view text) : text_(text) {}

    [[nodiscard]] bool empty() const { return text_.empty(); }
    bool take(char c)
    {
        const bool is_next = text_.starts_with(c);
        text_.remove_prefix(is_next ? 1 : 0);
        return is_next;
    }
    int number()
    {
        int value = 0;
        const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
        ok_ = ok_ && error == std::errc();
        text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
        return value;
    }
    /// `CET` or `<+03>`.
    void name()
    {
        if (take('<')) {
            text_.remove_prefix(std::min(text_.find('>'), text_.size()));
            take('>');
            return;
        }
        const auto end = text_.find_first_of("+-0123456789,");
        text_.remove_prefix(std::min(end, text_.size()));
    }
    /// `-1`, `5:30`, `+2:00:00`
    seconds time()
    {
        const bool is_negative = take('-');
        if (!is_negative)
            take('+');
        seconds value = std::chrono::hours(number());
        if (take(':'))
            value += std::chrono::minutes(number());
        if (take(':'))
            value += seconds(number());
        return is_negative ? -value : value;
    }
    [[nodiscard]] bool at_time() const
    {
        return !text_.empty() && (text_[0] == '+' || text_[0] == '-' || (text_[0] >= '0' && text_[0] <= '9'));
    }
    [[nodiscard]] bool ok() const { return ok_; }

private:
    std::string_view text_;
    bool ok_ = true;
};

/// The day of `M3.5.0`: the week-th weekday of the month, the fifth meaning the last.
sys_days day_of(std::chrono::year year, int month, int week, int weekday)
{
    const std::chrono::year_month which(year, std::chrono::month(static_cast<unsigned>(month)));
    const std::chrono::weekday day(static_cast<unsigned>(weekday));
    if (week >= 5)
        return sys_days(which / day[std::chrono::last]);
    return sys_days(which / day[static_cast<unsigned>(std::max(week, 1))]);
}

bool is_plain_name(const std::string& name)
{
    return !name.empty() && name.size() < 100 && name.front() != '/' &&
        name.find("..") == std::string::npos && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                c == '_' || c == '-' || c == '+';
        });
}

} // namespace

Result<TimeZone> TimeZone::load(const std::string& name, const std::filesystem::path& directory)
{
    if (name == "UTC" || name == "Etc/UTC" || name == "GMT")
        return TimeZone();
    const auto unknown = [&] {
        return invalid_input(
            fmt::format(
                "'{}' is no known time zone; write an IANA name such as Europe/Berlin, or UTC.", name
            ),
            "timezone"
        );
    };
    if (!is_plain_name(name))
        return unknown();
    std::error_code ignored;
    const std::filesystem::path path = directory / name;
    if (!std::filesystem::is_regular_file(path, ignored) ||
        std::filesystem::file_size(path, ignored) > largest_file)
        return unknown();
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    const std::string text = bytes.str();
    if (!file || !is_zone_file(text))
        return unknown();
    return parse(text, name);
}

Result<TimeZone> TimeZone::parse(std::string_view bytes, const std::string& name)
{
    const auto damaged = [&] {
        return invalid_input(fmt::format("the zone file of '{}' is damaged", name), "timezone");
    };
    // The first part has 32-bit times, for old programs; what counts follows it.
    ByteReader reader(bytes);
    const bool is_old = bytes[4] == '\0';
    std::size_t time_size = 4;
    Counts counts = read_header(reader);
    if (!is_old) {
        reader.skip(body_size(counts, 4));
        if (!is_zone_file(reader.rest()))
            return damaged();
        counts = read_header(reader);
        time_size = 8;
    }
    if (!reader.ok() || body_size(counts, time_size) > reader.rest().size() || counts.types == 0)
        return damaged();
    std::vector<std::int64_t> times(counts.transitions), kinds(counts.transitions);
    for (auto& time : times)
        time = reader.take(time_size);
    for (auto& kind : kinds)
        kind = reader.take(1);
    std::vector<seconds> offsets(counts.types);
    for (auto& offset : offsets) {
        offset = seconds(reader.take(4));
        reader.skip(2);
    }
    TimeZone zone;
    zone.first_ = offsets.front();
    for (std::size_t i = 0; i < counts.transitions; ++i) {
        const auto kind = static_cast<std::size_t>(kinds[i]);
        // Files begin with the big bang, which microseconds cannot count.
        if (kind >= offsets.size() || std::abs(times[i]) > 100'000'000'000)
            continue;
        zone.transitions_.push_back({Timestamp(seconds(times[i])), offsets[kind]});
    }
    reader.skip(counts.characters + counts.leaps * (time_size + 4) + counts.isstd + counts.isut);
    std::string_view footer = reader.rest();
    if (!is_old && footer.size() > 2 && footer.front() == '\n') {
        footer.remove_prefix(1);
        zone.read_rule(footer.substr(0, footer.find('\n')));
    }
    return zone;
}

void TimeZone::read_rule(std::string_view text)
{
    RuleReader reader(text);
    Rule rule;
    reader.name();
    if (!reader.at_time())
        return;
    rule.standard = -reader.time();
    if (!reader.empty()) {
        rule.has_summer = true;
        reader.name();
        rule.summer = reader.at_time() ? -reader.time() : rule.standard + std::chrono::hours(1);
        for (Rule::Change* change : {&rule.begin, &rule.end}) {
            if (!reader.take(',') || !reader.take('M'))
                return;
            change->month = reader.number();
            reader.take('.');
            change->week = reader.number();
            reader.take('.');
            change->weekday = reader.number();
            if (reader.take('/'))
                change->time = reader.time();
            if (change->month < 1 || change->month > 12 || change->weekday < 0 || change->weekday > 6)
                return;
        }
    }
    if (!reader.ok())
        return;
    rule_ = rule;
    has_rule_ = true;
}

seconds TimeZone::offset_by_rule(Timestamp moment) const
{
    if (!rule_.has_summer)
        return rule_.standard;
    const auto year = std::chrono::year_month_day(std::chrono::floor<days>(moment + rule_.standard)).year();
    const auto moment_of = [&](const Rule::Change& change, seconds offset_before) {
        return Timestamp(day_of(year, change.month, change.week, change.weekday)) + change.time -
            offset_before;
    };
    const Timestamp begin = moment_of(rule_.begin, rule_.standard);
    const Timestamp end = moment_of(rule_.end, rule_.summer);
    // South of the equator summer spans the new year.
    const bool is_summer = begin < end ? moment >= begin && moment < end : moment >= begin || moment < end;
    return is_summer ? rule_.summer : rule_.standard;
}

seconds TimeZone::offset_at(Timestamp moment) const
{
    if (has_rule_ && (transitions_.empty() || moment >= transitions_.back().at))
        return offset_by_rule(moment);
    const auto next = std::upper_bound(
        transitions_.begin(),
        transitions_.end(),
        moment,
        [](Timestamp at, const Transition& each) { return at < each.at; }
    );
    return next == transitions_.begin() ? first_ : std::prev(next)->offset;
}

Timestamp TimeZone::to_utc(Timestamp local) const
{
    // Offsets change at most once within a day on either side.
    const seconds before = offset_at(local - days(1));
    const seconds after = offset_at(local + days(1));
    const Timestamp early = local - std::max(before, after);
    const Timestamp late = local - std::min(before, after);
    if (to_local(early) == local)
        return early;
    if (to_local(late) == local)
        return late;
    // Skipped: the jump lies between the two.
    Timestamp low = early, high = late;
    while (high - low > seconds(1)) {
        const Timestamp middle = low + (high - low) / 2;
        (offset_at(middle) == after ? high : low) = middle;
    }
    return std::chrono::floor<seconds>(high);
}

Result<Timestamp> next_budget_reset(std::string_view duration, Timestamp now, const TimeZone& zone)
{
    const auto length = parse_duration(duration);
    if (!length)
        return length.error();
    const Timestamp local = zone.to_local(now);
    const auto local_reset = next_budget_reset(duration, local);
    if (!local_reset)
        return local_reset.error();
    const char unit = duration[std::min(duration.find_first_not_of("0123456789"), duration.size() - 1)];
    if (length->months > 0 || unit == 'd' || unit == 'w')
        return zone.to_utc(*local_reset);
    if (length->seconds < std::chrono::hours(1) || length->seconds.count() == 0)
        return now + (*local_reset - local);
    // Hours are counted from the day's beginning as they pass, not as the clocks show them.
    const Timestamp midnight = zone.to_utc(std::chrono::floor<days>(local));
    return midnight + length->seconds * ((now - midnight) / length->seconds + 1);
}

} // namespace litellm
