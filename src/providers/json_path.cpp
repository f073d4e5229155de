#include "json_path.hpp"

#include "json_access.hpp"

#include <charconv>

namespace litellm::providers {

namespace {

/// One step: a member name, or the inside of brackets.
struct Step {
    std::string_view text;
    bool is_index = false;
    std::string_view rest;
};

Step next_step(std::string_view path)
{
    if (path.starts_with('.'))
        path.remove_prefix(1);
    if (path.starts_with('[')) {
        const auto close = std::min(path.find(']'), path.size() - 1);
        return {path.substr(1, close - 1), true, path.substr(close + 1)};
    }
    const auto end = std::min(path.find_first_of(".["), path.size());
    return {path.substr(0, end), false, path.substr(end)};
}

void erase_in_array(Json& array, const Step& step)
{
    if (step.text == "*") {
        if (step.rest.empty())
            array.clear();
        for (auto& element : array)
            erase_path(element, step.rest);
        return;
    }
    std::size_t index = 0;
    const auto [end, failed] = std::from_chars(step.text.data(), step.text.data() + step.text.size(), index);
    if (failed != std::errc{} || end != step.text.data() + step.text.size() || index >= array.size())
        return;
    if (step.rest.empty())
        array.erase(index);
    else
        erase_path(array[index], step.rest);
}

} // namespace

void erase_path(Json& document, std::string_view path)
{
    if (path.empty())
        return;
    const auto step = next_step(path);
    if (step.is_index) {
        if (document.is_array())
            erase_in_array(document, step);
        return;
    }
    if (step.rest.empty())
        erase(document, step.text);
    else if (Json* member = find(document, step.text); member != nullptr)
        erase_path(*member, step.rest);
}

std::string_view first_name(std::string_view path)
{
    return path.substr(0, path.find_first_of(".["));
}

} // namespace litellm::providers
