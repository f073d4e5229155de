#include "litellm/core/metrics_text.hpp"

#include <fmt/format.h>

namespace litellm {

namespace {

std::string escaped(std::string_view value)
{
    std::string out;
    for (const char c : value) {
        if (c == '\\' || c == '"')
            out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out;
}

} // namespace

void MetricsText::describe(std::string_view name, std::string_view type, std::string_view help)
{
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void MetricsText::sample(std::string_view name, const Labels& labels, double value)
{
    std::string list;
    for (const auto& [label, text] : labels)
        list += fmt::format("{}{}=\"{}\"", list.empty() ? "" : ",", label, escaped(text));
    text_ +=
        list.empty() ? fmt::format("{} {}\n", name, value) : fmt::format("{}{{{}}} {}\n", name, list, value);
}

} // namespace litellm
