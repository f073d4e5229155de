#include "findings.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace litellm::config {

void Findings::error(const Place& place, std::string key, std::string message)
{
    has_errors_ = true;
    findings_.push_back(Finding{Severity::error, place, std::move(key), std::move(message)});
}

void Findings::warning(const Place& place, std::string key, std::string message)
{
    findings_.push_back(Finding{Severity::warning, place, std::move(key), std::move(message)});
}

std::vector<Finding> Findings::sorted() const
{
    std::vector<Finding> result = findings_;
    std::stable_sort(result.begin(), result.end(), [](const Finding& a, const Finding& b) {
        return std::tie(a.place.file, a.place.line) < std::tie(b.place.file, b.place.line);
    });
    return result;
}

std::string to_string(const Place& place)
{
    if (place.line == 0)
        return place.file;
    return place.file + ":" + std::to_string(place.line);
}

std::string Finding::to_string() const
{
    std::string text = config::to_string(place);
    if (!text.empty())
        text += ": ";
    text += severity == Severity::error ? "error: " : "warning: ";
    if (!key.empty())
        text += key + ": ";
    return text + message;
}

} // namespace litellm::config
