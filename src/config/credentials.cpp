#include "sections.hpp"

#include <fmt/format.h>

namespace litellm::config {

namespace {

void read_credential(
    const Node& entry,
    const std::string& path,
    std::map<std::string, Credential>& credentials,
    Findings& findings
)
{
    Section section(&entry, path, findings);
    std::string name;
    section.read("credential_name", name);
    if (name.empty()) {
        const Node* written = section.find("credential_name");
        if (entry.is_blank() || (entry.is_map() && (written == nullptr || written->is_text())))
            findings.error(entry.place, path, "has no credential_name; write 'credential_name: some-name'.");
        return;
    }
    Credential credential{Json::object(), Json::object()};
    section.read_map("credential_values", credential.values);
    section.read_map("credential_info", credential.info);
    if (!credentials.emplace(name, std::move(credential)).second)
        findings.error(
            entry.place, path, fmt::format("is the second credential named {}; give it another name.", name)
        );
}

} // namespace

std::map<std::string, Credential> load_credentials(const Node* node, Findings& findings)
{
    std::map<std::string, Credential> credentials;
    const std::string path = "credential_list";
    if (node == nullptr || node->is_blank())
        return credentials;
    if (!node->is_list())
        findings.error(
            node->place, path, fmt::format("is {}; write a list of credentials.", kind_name(*node))
        );
    for (std::size_t i = 0; node->is_list() && i < node->children.size(); ++i)
        read_credential(node->children[i], child_path(path, *node, i), credentials, findings);
    return credentials;
}

Result<Json> with_credentials(const Json& params, const std::map<std::string, Credential>& credentials)
{
    Json merged = params;
    const auto name = params.is_object() ? params.find("litellm_credential_name") : params.end();
    if (name == params.end() || !name->is_string())
        return merged;
    const auto credential = credentials.find(name->get<std::string>());
    if (credential == credentials.end())
        return invalid_input(
            fmt::format(
                "there is no credential named {}; add it to credential_list.", name->get<std::string>()
            ),
            "litellm_params.litellm_credential_name"
        );
    for (const auto& [key, value] : credential->second.values.items())
        if (!merged.contains(key) || merged[key].is_null())
            merged[key] = value;
    return merged;
}

} // namespace litellm::config
