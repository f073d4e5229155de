#pragma once
// Time zones by their IANA names, read from the system's zone files.

#include "litellm/core/error.hpp"
#include "litellm/core/time.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace litellm {

/// Offsets from UTC over time. The default is UTC.
class TimeZone {
public:
    TimeZone() = default;
    /// `UTC`, or a name below `directory` such as `Europe/Berlin`. invalid_input for an unknown name.
    [[nodiscard]] static Result<TimeZone>
    load(const std::string& name, const std::filesystem::path& directory = "/usr/share/zoneinfo");

    /// What clocks there are ahead of UTC at that moment.
    [[nodiscard]] seconds offset_at(Timestamp moment) const;
    /// The moment at which clocks there show `local`, a time written as if it were UTC. Of two such moments
    /// the first; a time that clocks skip is the moment of the jump.
    [[nodiscard]] Timestamp to_utc(Timestamp local) const;
    [[nodiscard]] Timestamp to_local(Timestamp moment) const { return moment + offset_at(moment); }

private:
    struct Transition {
        Timestamp at;
        seconds offset;
    };
    /// The rule for the years after the last transition, as in the TZ variable: `CET-1CEST,M3.5.0,M10.5.0/3`.
    struct Rule {
        struct Change {
            int month = 0, week = 0, weekday = 0;
            seconds time{7200};
        };
        seconds standard{0};
        seconds summer{0};
        bool has_summer = false;
        Change begin, end;
    };
    [[nodiscard]] static Result<TimeZone> parse(std::string_view bytes, const std::string& name);
    void read_rule(std::string_view text);
    [[nodiscard]] seconds offset_by_rule(Timestamp moment) const;

    seconds first_{0};
    std::vector<Transition> transitions_;
    bool has_rule_ = false;
    Rule rule_;
};

/// next_budget_reset() by the calendar and the clocks of `zone`: midnights, Mondays and months are those of
/// the place, also across changes of its clocks.
[[nodiscard]] Result<Timestamp>
next_budget_reset(std::string_view duration, Timestamp now, const TimeZone& zone);

} // namespace litellm
