// multipart/form-data (RFC 7578), read once from front to back.

#include "call.hpp"
#include "litellm/core/encoding.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstring>

namespace litellm::inference {

namespace {

constexpr std::size_t longest_boundary = 200;
constexpr std::size_t most_parts = 200;
constexpr std::size_t simdjson_padding = 64;

struct Part {
    std::string_view name;
    std::string_view file_name;
    std::string_view value;
};

std::size_t find_from(std::string_view text, std::string_view wanted, std::size_t from)
{
    if (from > text.size())
        return std::string_view::npos;
    const void* found = ::memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size());
    return found == nullptr ? std::string_view::npos : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// `key="value"` or `key=value` in a header line.
std::string_view parameter(std::string_view line, std::string_view key)
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

Error malformed() { return invalid_input("the body must be multipart/form-data", "body"); }

Result<std::vector<Part>> read_parts(std::string_view body, std::string_view boundary)
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
        part.name = parameter(headers, "name");
        part.file_name = parameter(headers, "filename");
        part.value = body.substr(headers_end + 4, end >= headers_end + 4 ? end - headers_end - 4 : 0);
        parts.push_back(part);
        at = end + divider.size();
    }
    return malformed();
}

Result<std::vector<Part>> parts_of(const ModelCall& call)
{
    return read_parts(call.form, parameter(call.form_type, "boundary"));
}

} // namespace

Result<std::string_view> take_form(ModelCall& call, std::string_view body)
{
    call.form = body;
    call.form_type = call.context.exchange.request().fields.find("content-type");
    const auto parts = parts_of(call);
    if (!parts)
        return parts.error();
    Json fields = Json::object();
    bool has_file = false;
    for (const Part& part : *parts) {
        if (!part.file_name.empty())
            has_file = has_file || part.name == "file";
        else if (part.value == "true" || part.value == "false")
            fields[std::string(part.name)] = part.value == "true";
        else
            fields[std::string(part.name)] = std::string(part.value);
    }
    if (!has_file)
        return Error{ErrorKind::invalid_input, "a part `file` with a filename is required", "file", "bad_request"};
    call.own_body = to_text(fields);
    call.own_body.reserve(call.own_body.size() + simdjson_padding);
    return std::string_view(call.own_body);
}

std::string form_with_model(const ModelCall& call)
{
    const auto parts = parts_of(call);
    std::string body;
    if (!parts)
        return body;
    for (const Part& part : *parts) {
        if (part.name != "model" || !part.file_name.empty())
            continue;
        const auto at = static_cast<std::size_t>(part.value.data() - call.form.data());
        body.reserve(call.form.size() + call.endpoint().model.size());
        body.append(call.form, 0, at).append(call.endpoint().model).append(call.form, at + part.value.size());
        return body;
    }
    return call.form;
}

} // namespace litellm::inference
