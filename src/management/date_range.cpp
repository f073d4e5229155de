#include "date_range.hpp"

#include "refusals.hpp"

#include <fmt/format.h>

namespace litellm::management {

Result<std::optional<Timestamp>> date_from(const std::optional<std::string>& text, const std::string& name)
{
    std::optional<Timestamp> date;
    if (!text)
        return date;
    date = parse_timestamp(*text);
    if (!date)
        return bad_request(
            fmt::format("{} must be a date such as 2026-02-18. Received: {}", name, *text), name
        );
    return date;
}

Timestamp past(Timestamp end, const std::string& text)
{
    constexpr std::size_t date_only = 10;
    return text.size() == date_only ? end + std::chrono::days(1) : end + milliseconds(1);
}

} // namespace litellm::management
