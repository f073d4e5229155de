#include "route_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace litellm::api {

namespace {

std::vector<std::string> split(std::string_view path)
{
    std::vector<std::string> segments;
    std::size_t begin = 1;
    while (begin <= path.size()) {
        const auto end = std::min(path.find('/', begin), path.size());
        segments.emplace_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return segments;
}

bool is_parameter(const std::string& segment)
{
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// Parameters of `path` under `pattern`; nothing when it does not match. `{name:path}` takes one segment or
/// more.
std::optional<std::map<std::string, std::string>>
match(const std::vector<std::string>& pattern, const std::vector<std::string>& path)
{
    std::map<std::string, std::string> parameters;
    std::size_t at = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (at >= path.size())
            return std::nullopt;
        if (!is_parameter(pattern[i])) {
            if (pattern[i] != path[at++])
                return std::nullopt;
            continue;
        }
        std::string name = pattern[i].substr(1, pattern[i].size() - 2);
        std::string value = path[at++];
        if (const auto colon = name.find(':'); colon != std::string::npos) {
            name.resize(colon);
            const std::size_t behind = pattern.size() - i - 1;
            while (path.size() - at > behind)
                value += "/" + path[at++];
        }
        parameters[name] = std::move(value);
    }
    if (at != path.size())
        return std::nullopt;
    return parameters;
}

} // namespace

void RouteTable::add(std::vector<Route> routes)
{
    for (Route& route : routes)
        routes_.push_back(std::move(route));
    index();
}

void RouteTable::index()
{
    literal_.clear();
    patterns_.clear();
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        for (const auto& path : routes_[i].paths) {
            if (path.find('{') != std::string::npos) {
                patterns_.push_back({split(path), i});
                continue;
            }
            auto& entries = literal_[path];
            for (const std::size_t other : entries) {
                if (routes_[other].method == routes_[i].method)
                    throw Failure(internal_error(
                        fmt::format("two routes claim {} {}", http::to_string(routes_[i].method), path)
                    ));
            }
            entries.push_back(i);
        }
    }
}

Match RouteTable::find(http::Method method, const std::string& path) const
{
    Match found;
    const http::Method wanted = method == http::Method::head ? http::Method::get : method;
    if (const auto entry = literal_.find(path); entry != literal_.end()) {
        found.path_exists = true;
        for (const std::size_t index : entry->second) {
            if (routes_[index].method == wanted) {
                found.route = &routes_[index];
                return found;
            }
        }
    }
    const std::vector<std::string> segments = split(path);
    for (const Pattern& pattern : patterns_) {
        auto parameters = match(pattern.segments, segments);
        if (!parameters)
            continue;
        found.path_exists = true;
        if (routes_[pattern.route].method == wanted) {
            found.route = &routes_[pattern.route];
            found.parameters = std::move(*parameters);
            return found;
        }
    }
    return found;
}

} // namespace litellm::api
