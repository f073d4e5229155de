#include "multipart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace litellm::inference {

namespace {

constexpr std::size_t longest_boundary = 200;
constexpr std::size_t most_parts = 200;
/// Behind the file of a form that is passed on.
constexpr std::size_t longest_tail = 64 * 1024;

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

Result<FormBeginning> read_form_beginning(std::string_view text, std::string_view boundary)
{
    if (boundary.empty() || boundary.size() > longest_boundary)
        return malformed();
    const std::string opening = fmt::format("--{}", boundary);
    const std::string divider = fmt::format("\r\n--{}", boundary);
    if (!text.starts_with(opening))
        return malformed();
    FormBeginning form;
    std::size_t at = opening.size();
    while (form.parts.size() < most_parts) {
        if (text.substr(at).starts_with("--"))
            return form;
        if (!text.substr(at).starts_with("\r\n"))
            return malformed();
        const std::size_t headers_end = find_from(text, "\r\n\r\n", at);
        const std::size_t end = find_from(text, divider, at);
        if (headers_end == std::string_view::npos || headers_end > end)
            return malformed();
        const std::string_view headers = text.substr(at + 2, headers_end - at - 2);
        const bool is_cut = end == std::string_view::npos;
        const std::size_t value_end = is_cut ? text.size() : end;
        const std::size_t whole_end = is_cut ? text.size() : end + 2;
        const std::size_t value = headers_end + 4;
        const std::size_t begin = at - opening.size();
        Part part;
        part.name = header_parameter(headers, "name");
        part.file_name = header_parameter(headers, "filename");
        part.value = text.substr(std::min(value, text.size()), value_end > value ? value_end - value : 0);
        part.whole = text.substr(begin, whole_end - begin);
        form.parts.push_back(part);
        if (is_cut) {
            form.is_open = true;
            return form;
        }
        at = end + divider.size();
    }
    return malformed();
}

Result<std::vector<Part>> read_multipart(std::string_view body, std::string_view boundary)
{
    auto form = read_form_beginning(body, boundary);
    if (!form)
        return form.error();
    if (form->is_open)
        return malformed();
    return std::move(form->parts);
}

FormRest::FormRest(std::string_view boundary, Judge is_allowed)
    : boundary_(boundary), delimiter_(fmt::format("\r\n--{}", boundary)), is_allowed_(std::move(is_allowed))
{
}

Result<void> FormRest::take(std::string_view piece, bool is_last, std::string& out)
{
    if (!is_past_file()) {
        held_.append(piece);
        const std::size_t end = find_from(held_, delimiter_, 0);
        const bool is_found = end != std::string_view::npos;
        const std::size_t contents = is_found ? end : held_.size() - std::min(held_.size(), overlap());
        out.append(held_, 0, contents);
        file_bytes_ += contents;
        held_.erase(0, contents);
        if (is_found)
            std::swap(tail_, held_);
    } else {
        tail_.append(piece);
    }
    if (tail_.size() > longest_tail)
        return Error{
            ErrorKind::invalid_input,
            "What stands behind the file of a large form must be fields alone, and short: put them in front "
            "of it.",
            "body",
            "invalid_request_error"};
    if (!is_last)
        return {};
    if (const auto checked = check_tail(); !checked)
        return checked.error();
    out.append(tail_);
    return {};
}

Result<void> FormRest::check_tail() const
{
    if (!is_past_file())
        return malformed();
    const auto parts = read_multipart(std::string_view(tail_).substr(2), boundary_);
    if (!parts)
        return parts.error();
    for (const Part& part : *parts) {
        if (const auto allowed = is_allowed_(part); !allowed)
            return allowed.error();
    }
    return {};
}

} // namespace litellm::inference
