#include "model_list.hpp"

#include "deployment_reader.hpp"
#include "section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace litellm::config {

namespace {

constexpr std::string_view environments[] = {"development", "staging", "production"};

class ModelListLoader {
public:
    ModelListLoader(
        const std::map<std::string, Credential>& credentials,
        const Environment& environment,
        Findings& findings
    )
        : credentials_(credentials), environment_(environment), findings_(findings)
    {
    }

    void load_row(const Node& row, const std::string& path);
    std::vector<Deployment> take() { return std::move(deployments_); }

private:
    bool is_active_here(const Node& model_info, const std::string& path);
    void add_credentials(Node& params, const std::string& path);
    void
    add(const std::string& model_name, const Node& row, Node params, Node model_info, const std::string& path
    );
    bool is_new(const Deployment& deployment, bool is_explicit, const std::string& path);

    const std::map<std::string, Credential>& credentials_;
    const Environment& environment_;
    Findings& findings_;
    std::vector<Deployment> deployments_;
    std::unordered_map<std::string, Place> places_by_id_;
};

/// The values of `litellm_params.organization` when it is a list, which stands for one deployment each.
std::vector<Node> organizations_of(const Node& params)
{
    const Node* organization = params.find("organization");
    return organization != nullptr && organization->is_list() ? organization->children : std::vector<Node>{};
}

/// An id that is written for several organizations is told apart by their names.
Node info_for(const Node& model_info, const Node& organization)
{
    Node info = model_info;
    if (Node* id = info.find("id"); id != nullptr && !id->is_blank() && id->kind == Node::Kind::scalar)
        id->become(id->text + "-" + organization.text);
    return info;
}

/// rpm and tpm stood beside litellm_params in old files.
void copy_legacy_limits(const Node& row, Node& params)
{
    for (const std::string_view key : {"rpm", "tpm"}) {
        const Node* legacy = row.find(key);
        const Node* present = params.find(key);
        if (legacy != nullptr && !legacy->is_blank() && (present == nullptr || present->is_blank()))
            params.set(key, Node(*legacy));
    }
}

/// False when a part of the row is missing or is no map; then it has been reported.
bool has_parts(const Node& row, Section& section, const std::string& path, Findings& findings)
{
    if (!row.is_map())
        return false;
    const Node* params = section.find("litellm_params");
    const Node* info = section.find("model_info");
    if (params == nullptr)
        findings.error(
            row.place, path + ".litellm_params", "is missing; write 'litellm_params: {model: provider/name}'."
        );
    else if (!params->is_map())
        section.wrong_kind(*params, "a map with at least 'model: provider/name'");
    if (info != nullptr && !info->is_map())
        section.wrong_kind(*info, "a map of 'name: value' lines");
    return params != nullptr && params->is_map() && (info == nullptr || info->is_map());
}

/// The group name of the row; empty when it has none, which has been reported then.
std::string read_name(const Node& row, Section& section, const std::string& path, Findings& findings)
{
    std::string model_name;
    section.read("model_name", model_name);
    const Node* written = section.find("model_name");
    const bool is_missing = written == nullptr || (written->is_text() && model_name.empty());
    if (is_missing && (row.is_map() || row.is_blank()))
        findings.error(
            row.place,
            path + ".model_name",
            "is missing; write the name that clients send, e.g. 'model_name: gpt-4o'."
        );
    return model_name;
}

void ModelListLoader::load_row(const Node& row, const std::string& path)
{
    Section section(&row, path, findings_, &model_row_keys);
    report_unknown_keys(row, model_row_keys, path, findings_);
    const std::string model_name = read_name(row, section, path, findings_);
    if (!has_parts(row, section, path, findings_))
        return;
    const Node& params = *section.find("litellm_params");
    const Node* written_info = section.find("model_info");
    const Node no_info{.kind = Node::Kind::map, .place = row.place};
    const Node& model_info = written_info == nullptr ? no_info : *written_info;
    if (!is_active_here(model_info, path + ".model_info.supported_environments"))
        return;
    const std::vector<Node> organizations = organizations_of(params);
    if (organizations.empty())
        add(model_name, row, params, model_info, path);
    for (const Node& organization : organizations) {
        Node one_params = params;
        one_params.set("organization", organization);
        add(model_name, row, std::move(one_params), info_for(model_info, organization), path);
    }
}

bool ModelListLoader::is_active_here(const Node& model_info, const std::string& path)
{
    const Node* supported = model_info.find("supported_environments");
    if (supported == nullptr || supported->is_blank())
        return true;
    const auto names = as_texts(*supported);
    const auto is_environment = [](const std::string& name) {
        return std::find(std::begin(environments), std::end(environments), name) != std::end(environments);
    };
    if (!names || !std::all_of(names->begin(), names->end(), is_environment)) {
        findings_.error(
            supported->place, path, fmt::format("write a list of {}.", list_choices(environments))
        );
        return false;
    }
    const std::string here = environment_("LITELLM_ENVIRONMENT").value_or("");
    if (is_environment(here))
        return names->empty() || std::find(names->begin(), names->end(), here) != names->end();
    findings_.error(
        supported->place,
        path,
        fmt::format(
            "needs the environment variable LITELLM_ENVIRONMENT; set it to {}.", list_choices(environments)
        )
    );
    return false;
}

void ModelListLoader::add_credentials(Node& params, const std::string& path)
{
    const Node* name = params.find("litellm_credential_name");
    if (name == nullptr || !name->is_text())
        return;
    const Place place = name->place;
    const Result<Json> merged = with_credentials(to_json_object(params), credentials_);
    if (!merged) {
        findings_.error(
            place,
            path + ".litellm_params.litellm_credential_name",
            "names no entry of credential_list; add it there or correct the name."
        );
        return;
    }
    for (const auto& [key, value] : merged->items()) {
        const Node* present = params.find(key);
        if (present == nullptr || present->is_blank())
            params.set(key, from_json(value, place));
    }
}

void ModelListLoader::add(
    const std::string& model_name, const Node& row, Node params, Node model_info, const std::string& path
)
{
    const Node* id = model_info.find("id");
    const bool is_explicit = id != nullptr && !id->is_blank();
    if (!is_explicit) {
        // LiteLLM hashes the row as it is written, before anything is merged into it.
        Node derived{.place = row.place};
        derived.become(derive_deployment_id(model_name, to_json_object(params)));
        model_info.set("id", std::move(derived));
    }
    add_credentials(params, path);
    copy_legacy_limits(row, params);
    Deployment deployment =
        read_deployment(model_name, std::move(params), std::move(model_info), path, findings_);
    deployment.place = row.place;
    if (is_new(deployment, is_explicit, path))
        deployments_.push_back(std::move(deployment));
}

bool ModelListLoader::is_new(const Deployment& deployment, bool is_explicit, const std::string& path)
{
    const auto [first, inserted] = places_by_id_.emplace(deployment.id, deployment.place);
    if (inserted)
        return true;
    if (is_explicit)
        findings_.error(
            deployment.place,
            path + ".model_info.id",
            fmt::format("is taken by the row at {}; give each row its own.", to_string(first->second))
        );
    else
        findings_.warning(
            deployment.place,
            path,
            fmt::format(
                "repeats the row at {} and is ignored; use 'weight' for a larger share.",
                to_string(first->second)
            )
        );
    return false;
}

} // namespace

std::vector<Deployment> load_model_list(
    const Node* node,
    const std::map<std::string, Credential>& credentials,
    const Environment& environment,
    Findings& findings
)
{
    if (node == nullptr || node->is_blank())
        return {};
    if (!node->is_list()) {
        findings.error(
            node->place,
            "model_list",
            fmt::format("is {}; write a list, each row starting with '- model_name:'.", kind_name(*node))
        );
        return {};
    }
    ModelListLoader loader(credentials, environment, findings);
    for (std::size_t i = 0; i < node->children.size(); ++i)
        loader.load_row(node->children[i], child_path("model_list", *node, i));
    return loader.take();
}

} // namespace litellm::config
