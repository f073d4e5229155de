#include "request_target.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/http/server.hpp"

#include <algorithm>

namespace litellm::http {

namespace {

std::string_view without_authority(std::string_view target)
{
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (target.size() > scheme.size() && equals_ignoring_case(target.substr(0, scheme.size()), scheme)) {
            const auto slash = target.find_first_of("/?", scheme.size());
            return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
        }
    }
    return target;
}

bool is_clear(std::string_view path)
{
    return std::none_of(path.begin(), path.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f || c == '\\';
    });
}

} // namespace

std::optional<RequestTarget> parse_request_target(std::string_view target)
{
    target = without_authority(target);
    RequestTarget result;
    const auto question = target.find('?');
    std::string_view raw_path = target.substr(0, question);
    if (question != std::string_view::npos) {
        const std::string_view query = target.substr(question + 1);
        result.query = query.substr(0, query.find('#'));
    }
    raw_path = raw_path.substr(0, raw_path.find('#'));
    if (!raw_path.starts_with('/'))
        return std::nullopt;
    const auto decoded = percent_decode(raw_path);
    if (!decoded || !is_clear(*decoded) || !is_valid_utf8(*decoded))
        return std::nullopt;
    std::string_view rest = *decoded;
    while (!rest.empty()) {
        rest.remove_prefix(1); // the slash
        const auto end = std::min(rest.find('/'), rest.size());
        const std::string_view segment = rest.substr(0, end);
        rest.remove_prefix(end);
        if (segment == "." || segment == "..")
            return std::nullopt;
        if (!segment.empty())
            result.path.append("/").append(segment);
    }
    if (result.path.empty())
        result.path = "/";
    return result;
}

std::vector<std::pair<std::string, std::string>> Request::query_parameters() const
{
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string_view rest = query;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = percent_decode(pair.substr(0, equals), true);
        auto value =
            percent_decode(equals < pair.size() ? pair.substr(equals + 1) : std::string_view(), true);
        if (name && value && !name->empty())
            parameters.emplace_back(std::move(*name), std::move(*value));
    }
    return parameters;
}

std::optional<std::string> Request::query_parameter(std::string_view name) const
{
    for (auto& [key, value] : query_parameters()) {
        if (key == name)
            return std::move(value);
    }
    return std::nullopt;
}

} // namespace litellm::http
