#include "known_keys.hpp"

#include "suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

namespace litellm::config {

namespace {

constexpr std::array<const KeyTable*, 5> sections{
    &top_level_keys, &general_keys, &litellm_keys, &router_keys, &parameter_keys};

std::string hint_for(const std::string& key, const KeyTable& table)
{
    for (const KeyTable* other : sections)
        if (other->section != table.section &&
            std::find(other->read.begin(), other->read.end(), key) != other->read.end())
            return other->section.empty() ? " It belongs at the top level."
                                          : fmt::format(" It belongs in {}.", other->section);
    std::vector<std::string_view> names(table.read.begin(), table.read.end());
    std::copy_if(table.kept.begin(), table.kept.end(), std::back_inserter(names), [](std::string_view name) {
        return !name.ends_with('*');
    });
    const std::string_view similar = find_similar(key, names);
    if (!similar.empty())
        return fmt::format(" Did you mean {}?", similar);
    for (const KeyTable* other : sections)
        if (other->section != table.section && !other->section.empty() && other->knows(key))
            return fmt::format(" It belongs in {}.", other->section);
    return "";
}

} // namespace

bool KeyTable::reads(std::string_view key) const
{
    return std::find(read.begin(), read.end(), key) != read.end();
}

bool KeyTable::knows(std::string_view key) const
{
    return reads(key) || std::any_of(kept.begin(), kept.end(), [&](std::string_view name) {
               if (name.ends_with('*'))
                   return key.starts_with(name.substr(0, name.size() - 1));
               return key == name;
           });
}

void report_unknown_keys(
    const Node& section, const KeyTable& table, const std::string& path, Findings& findings
)
{
    for (std::size_t i = 0; section.is_map() && i < section.children.size(); ++i) {
        const Node& member = section.children[i];
        if (!table.knows(member.key))
            findings.warning(
                member.place,
                child_path(path, section, i),
                fmt::format("unknown key, ignored.{}", hint_for(member.key, table))
            );
    }
}

} // namespace litellm::config
