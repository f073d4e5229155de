#include "includes.hpp"
#include "model_list.hpp"
#include "references.hpp"
#include "sections.hpp"
#include "yaml_reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace litellm::config {

namespace {

/// The file and its includes; an empty map when there is no file or it cannot be read.
Node read_document(const std::filesystem::path& file, Findings& findings)
{
    Node empty{.kind = Node::Kind::map, .place = Place{file.string(), 0}};
    if (file.empty())
        return empty;
    std::optional<Node> document = read_yaml_file(file, empty.place, "", findings);
    if (!document)
        return empty;
    if (!document->is_map()) {
        findings.error(
            document->place,
            "",
            document->is_blank()
                ? "is empty; write at least a model_list."
                : fmt::format("is {}; write a map of sections such as model_list.", kind_name(*document))
        );
        return empty;
    }
    expand_includes(*document, file, findings);
    report_unknown_keys(*document, top_level_keys, "", findings);
    return std::move(*document);
}

void resolve_all_references(Node& document, const Environment& environment, Findings& findings)
{
    for (Node& section : document.children)
        if (section.key != "environment_variables") // read already, and its entries may be blank on purpose
            resolve_references(section, section.key, environment, findings);
}

Json other_sections(const Node& document)
{
    Json sections = Json::object();
    for (const Node& section : document.children)
        if (!top_level_keys.reads(section.key) || section.key == "files_settings") // read where files are asked for
            sections[section.key] = to_json(section);
    return sections;
}

} // namespace

Loaded load(const std::filesystem::path& file, const Environment& environment)
{
    Findings findings;
    Node document = read_document(file, findings);
    Config config;
    config.file = file;
    config.environment =
        apply_environment_variables(document.find("environment_variables"), environment, findings);
    resolve_all_references(document, config.environment, findings);

    const Node variables = read_environment(config.environment);
    Section environment_section(&variables, "", findings);
    config.server = load_server_settings(environment_section);
    config.general = load_general_settings(document.find("general_settings"), environment_section, findings);
    config.litellm = load_litellm_settings(document.find("litellm_settings"), environment_section, findings);
    config.router = load_router_settings(document.find("router_settings"), findings);
    config.credentials = load_credentials(document.find("credential_list"), findings);
    config.model_list =
        load_model_list(document.find("model_list"), config.credentials, config.environment, findings);
    config.raw = other_sections(document);

    Loaded loaded;
    loaded.findings = findings.sorted();
    if (!findings.has_errors())
        loaded.config = std::move(config);
    return loaded;
}

void add_deployment(Config& config, const std::string& model_name, const Json& params)
{
    const Json complete =
        with_credentials(resolve_references(params, config.environment), config.credentials).value();
    config.model_list.push_back(make_deployment(model_name, complete, Json::object()).value());
}

Json resolve_references(const Json& value, const Environment& environment)
{
    Findings ignored;
    Node node = from_json(value);
    resolve_references(node, "", environment, ignored);
    return to_json(node);
}

} // namespace litellm::config
