#include "multipart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace litellm::inference {

namespace {

constexpr std::size_t longest_boundary = 200;
constexpr std::size_t most_parts = 200;

std::size_t find_from(std::string_view text, std::string_view wanted, std::size_t from)
{
    if (from > text.size())
        return std::string_view::npos;
    const void* found = ::memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size());
    return found == nullptr ? std::string_view::npos
                            : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

Error malformed()
{
    return invalid_input("the body must be multipart/form-data", "body");
}

} // namespace

std::string_view header_parameter(std::string_view line, std::string_view key)
{
    std::size_t at = 0;
    while ((at = line.find(key, at)) != std::string_view::npos) {
        const bool begins = at == 0 || line[at - 1] == ' ' || line[at - 1] == ';';
        at += key.size();
        if (!begins || at >= line.size() || line[at] != '=')
            continue;
        std::string_view value = line.substr(at + 1);
        if (value.starts_with('"'))
            return value.substr(1, std::min(value.find('"', 1), value.size()) - 1);
        return value.substr(0, value.find_first_of("; "));
    }
    return {};
}

Result<std::vector<Part>> read_multipart(std::string_view body, std::string_view boundary)
{
    if (boundary.empty() || boundary.size() > longest_boundary)
        return malformed();
    const std::string opening = fmt::format("--{}", boundary);
    const std::string divider = fmt::format("\r\n--{}", boundary);
    if (!body.starts_with(opening))
        return malformed();
    std::vector<Part> parts;
    std::size_t at = opening.size();
    while (parts.size() < most_parts) {
        if (body.substr(at).starts_with("--"))
            return parts;
        if (!body.substr(at).starts_with("\r\n"))
            return malformed();
        const std::size_t headers_end = find_from(body, "\r\n\r\n", at);
        const std::size_t end = find_from(body, divider, at);
        if (headers_end == std::string_view::npos || end == std::string_view::npos || headers_end > end)
            return malformed();
        const std::string_view headers = body.substr(at + 2, headers_end - at - 2);
        Part part;
        part.name = header_parameter(headers, "name");
        part.file_name = header_parameter(headers, "filename");
        part.value = body.substr(headers_end + 4, end >= headers_end + 4 ? end - headers_end - 4 : 0);
        const std::size_t begin = at - opening.size();
        part.whole = body.substr(begin, end + 2 - begin);
        parts.push_back(part);
        at = end + divider.size();
    }
    return malformed();
}

} // namespace litellm::inference
