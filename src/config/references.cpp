#include "references.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace litellm::config {

namespace {

constexpr std::string_view prefix = "os.environ/";

using Variables = std::map<std::string, std::string>;

Environment overlay(Environment environment, std::shared_ptr<const Variables> variables)
{
    return [environment = std::move(environment), variables = std::move(variables)](const std::string& name) {
        const auto found = variables->find(name);
        return found == variables->end() ? environment(name) : std::optional<std::string>(found->second);
    };
}

void resolve_scalar(Node& node, const std::string& path, const Environment& environment, Findings& findings)
{
    if (!node.is_text())
        return;
    const auto name = referenced_variable(node.scalar.get_ref<const std::string&>());
    if (!name)
        return;
    if (name->empty()) {
        findings.warning(node.place, path, "names no variable and counts as blank; write os.environ/NAME.");
        node.become(nullptr);
        return;
    }
    std::optional<std::string> value = environment(*name);
    if (!value)
        findings.warning(
            node.place,
            path,
            fmt::format(
                "the environment variable {} is not set, so this is blank. Set it, or remove the line.", *name
            )
        );
    node.become(value ? Json(std::move(*value)) : Json(nullptr));
}

} // namespace

std::optional<std::string> referenced_variable(std::string_view text)
{
    const std::string_view trimmed = trim(text);
    if (!trimmed.starts_with(prefix))
        return std::nullopt;
    return std::string(trim(trimmed.substr(prefix.size())));
}

void resolve_references(
    Node& node, const std::string& path, const Environment& environment, Findings& findings
)
{
    if (node.kind == Node::Kind::scalar)
        resolve_scalar(node, path, environment, findings);
    for (std::size_t i = 0; i < node.children.size(); ++i)
        resolve_references(node.children[i], child_path(path, node, i), environment, findings);
}

Environment apply_environment_variables(const Node* block, Environment environment, Findings& findings)
{
    if (block == nullptr || block->is_blank())
        return environment;
    const std::string path = "environment_variables";
    if (!block->is_map()) {
        findings.error(
            block->place, path, fmt::format("is {}; write one 'NAME: value' a line.", kind_name(*block))
        );
        return environment;
    }
    const auto variables = std::make_shared<Variables>();
    const Environment changed = overlay(environment, variables);
    for (std::size_t i = 0; i < block->children.size(); ++i) {
        Node entry = block->children[i];
        const std::string entry_path = child_path(path, *block, i);
        if (entry.kind != Node::Kind::scalar) {
            findings.error(
                entry.place, entry_path, fmt::format("is {}; write one text or number.", kind_name(entry))
            );
            continue;
        }
        resolve_scalar(entry, entry_path, changed, findings);
        if (!entry.is_blank())
            (*variables)[entry.key] = entry.text;
    }
    return changed;
}

} // namespace litellm::config
