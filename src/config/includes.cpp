#include "includes.hpp"

#include "yaml_reader.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace litellm::config {

namespace {

void merge_member(Node& root, Node member, Findings& findings)
{
    Node* existing = root.find(member.key);
    if (!member.is_list() || existing == nullptr || existing->is_blank()) {
        const std::string key = member.key;
        root.set(key, std::move(member));
        return;
    }
    if (!existing->is_list()) {
        findings.error(
            member.place,
            member.key,
            fmt::format(
                "is a list here but {} at {}; write a list in both files.",
                kind_name(*existing),
                to_string(existing->place)
            )
        );
        return;
    }
    std::move(member.children.begin(), member.children.end(), std::back_inserter(existing->children));
}

void merge_file(
    Node& root,
    const std::filesystem::path& file,
    const Node& entry,
    const std::string& path,
    Findings& findings
)
{
    std::optional<Node> included = read_yaml_file(file, entry.place, path, findings);
    if (!included || included->is_blank())
        return;
    if (!included->is_map()) {
        findings.error(included->place, "", "an included file is a map of sections such as model_list.");
        return;
    }
    for (Node& member : included->children) {
        if (member.key == "include")
            findings.warning(
                member.place, "include", "is ignored in an included file; list all files in the main file."
            );
        else
            merge_member(root, std::move(member), findings);
    }
}

} // namespace

void expand_includes(Node& root, const std::filesystem::path& file, Findings& findings)
{
    const Node* include = root.find("include");
    if (include == nullptr || include->is_blank())
        return;
    if (!include->is_list()) {
        findings.error(
            include->place,
            "include",
            fmt::format("is {}; write a list of files, e.g. 'include: [models.yaml]'.", kind_name(*include))
        );
        return;
    }
    const Node entries = *include; // merging moves the members of root
    for (std::size_t i = 0; i < entries.children.size(); ++i) {
        const Node& entry = entries.children[i];
        const std::string path = child_path("include", entries, i);
        if (!entry.is_text()) {
            findings.error(
                entry.place, path, fmt::format("is {}; write the name of a file.", kind_name(entry))
            );
            continue;
        }
        merge_file(root, file.parent_path() / entry.scalar.get<std::string>(), entry, path, findings);
    }
}

} // namespace litellm::config
