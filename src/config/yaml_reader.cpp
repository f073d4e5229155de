#include "yaml_reader.hpp"

#include "yaml_scalar.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <unordered_map>
#include <utility>

namespace litellm::config {

namespace {

constexpr int max_depth = 100;
/// Aliases of aliases can make a few lines mean billions of values.
constexpr std::size_t max_values = 200'000;
constexpr std::string_view standard_tag = "tag:yaml.org,2002:";

[[noreturn]] void refuse(const YAML::Mark& mark, const std::string& message)
{
    throw YAML::RepresentationException(mark, message);
}

class Converter {
public:
    Converter(std::string file, Findings& findings) : file_(std::move(file)), findings_(findings) {}

    Node convert(const YAML::Node& source, int depth);

private:
    Place place_of(const YAML::Mark& mark) const { return Place{file_, mark.line < 0 ? 0 : mark.line + 1}; }
    void convert_map(const YAML::Node& source, int depth, Node& node);
    std::vector<Node> convert_merge(const YAML::Node& source, int depth);
    std::string read_key(const YAML::Node& key) const;
    void read_scalar(const YAML::Node& source, Node& node) const;

    std::string file_;
    Findings& findings_;
    std::size_t values_ = 0;
};

Node Converter::convert(const YAML::Node& source, int depth)
{
    if (depth > max_depth)
        refuse(
            source.Mark(),
            fmt::format("values are nested deeper than {} levels, or an alias contains itself", max_depth)
        );
    if (++values_ > max_values)
        refuse(source.Mark(), fmt::format("more than {} values; too many aliases of aliases?", max_values));
    Node node;
    node.place = place_of(source.Mark());
    if (source.IsSequence()) {
        node.kind = Node::Kind::list;
        for (const YAML::Node& item : source)
            node.children.push_back(convert(item, depth + 1));
    } else if (source.IsMap()) {
        node.kind = Node::Kind::map;
        convert_map(source, depth, node);
    } else {
        read_scalar(source, node);
    }
    return node;
}

bool is_merge_key(const YAML::Node& key)
{
    return key.IsScalar() && key.Tag() == "?" && key.Scalar() == "<<";
}

void Converter::convert_map(const YAML::Node& source, int depth, Node& node)
{
    std::unordered_map<std::string, std::size_t> positions;
    const auto put = [&](Node member) {
        const auto [position, is_new] = positions.emplace(member.key, node.children.size());
        if (is_new)
            node.children.push_back(std::move(member));
        else
            node.children[position->second] = std::move(member);
    };
    // As in PyYAML: what is merged comes first, so that the map's own keys win wherever `<<` stands.
    for (const auto& entry : source)
        if (is_merge_key(entry.first))
            for (Node& member : convert_merge(entry.second, depth + 1))
                put(std::move(member));
    std::unordered_map<std::string, int> own_lines;
    for (const auto& entry : source) {
        if (is_merge_key(entry.first))
            continue;
        const std::string name = read_key(entry.first);
        Node member = convert(entry.second, depth + 1);
        member.key = name;
        member.place = place_of(entry.first.Mark());
        const auto [first, is_new] = own_lines.emplace(name, member.place.line);
        if (!is_new)
            findings_.warning(
                member.place,
                name,
                fmt::format(
                    "is written twice, in line {} too; only the last one counts. Remove one of them.",
                    first->second
                )
            );
        put(std::move(member));
    }
}

std::vector<Node> Converter::convert_merge(const YAML::Node& source, int depth)
{
    if (source.IsMap())
        return convert(source, depth).children;
    if (!source.IsSequence())
        refuse(source.Mark(), "'<<' takes a map or a list of maps, e.g. '<<: *defaults'");
    std::vector<std::vector<Node>> groups;
    for (const YAML::Node& map : source) {
        if (!map.IsMap())
            refuse(map.Mark(), "'<<' takes a map or a list of maps, e.g. '<<: [*one, *two]'");
        groups.push_back(convert(map, depth).children);
    }
    std::vector<Node> members;
    for (auto group = groups.rbegin(); group != groups.rend(); ++group) // the first map of the list wins
        std::move(group->begin(), group->end(), std::back_inserter(members));
    return members;
}

std::string Converter::read_key(const YAML::Node& key) const
{
    if (key.IsScalar())
        return key.Scalar();
    if (key.IsNull())
        return "null";
    refuse(key.Mark(), "a list or a map cannot be a key");
}

void Converter::read_scalar(const YAML::Node& source, Node& node) const
{
    if (!source.IsScalar())
        return;
    node.text = source.Scalar();
    std::string tag = source.Tag();
    if (tag.starts_with(standard_tag))
        tag.erase(0, standard_tag.size());
    if (tag == "?" || tag.empty() || tag == "int" || tag == "float" || tag == "bool" || tag == "null")
        node.scalar = read_plain_scalar(node.text);
    else if (tag == "!" || tag == "str" || tag == "timestamp" || tag == "binary")
        node.scalar = node.text;
    else
        refuse(
            source.Mark(),
            "tags such as '!name' have no meaning here; for an environment variable write os.environ/NAME"
        );
}

/// The number of the first line that is not UTF-8.
int first_bad_line(const std::string& text)
{
    int line = 1;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
        if (!is_valid_utf8(rest.substr(0, end)))
            break;
        rest.remove_prefix(end);
        ++line;
    }
    return line;
}

std::string explain(const YAML::Exception& exception)
{
    if (dynamic_cast<const YAML::RepresentationException*>(&exception) != nullptr)
        return exception.msg + ".";
    if (dynamic_cast<const YAML::DeepRecursion*>(&exception) != nullptr)
        return fmt::format("values are nested deeper than {} levels.", max_depth);
    return fmt::format(
        "is not valid YAML: {}. Check the indentation (spaces, no tabs) and the brackets; text with ': ', "
        "with "
        "' #' or with a special first character needs quotes.",
        exception.msg
    );
}

} // namespace

std::optional<Node> read_yaml(const std::string& text, const std::string& file, Findings& findings)
{
    if (!is_valid_utf8(text)) {
        findings.error(Place{file, first_bad_line(text)}, "", "is not UTF-8 text; save the file as UTF-8.");
        return std::nullopt;
    }
    try {
        const std::vector<YAML::Node> documents = YAML::LoadAll(text);
        if (documents.size() > 1) {
            const int line = documents[1].Mark().line;
            findings.error(
                Place{file, line < 0 ? 0 : line + 1},
                "",
                "a second document starts here; keep one and remove the '---' before this line."
            );
            return std::nullopt;
        }
        if (documents.empty())
            return Node{.place = Place{file, 0}};
        return Converter(file, findings).convert(documents.front(), 0);
    } catch (const YAML::Exception& exception) {
        const bool has_line = !exception.mark.is_null();
        findings.error(Place{file, has_line ? exception.mark.line + 1 : 0}, "", explain(exception));
    } catch (const std::exception& exception) {
        findings.error(Place{file, 0}, "", fmt::format("is not valid YAML: {}.", exception.what()));
    }
    return std::nullopt;
}

std::optional<Node> read_yaml_file(
    const std::filesystem::path& file, const Place& mentioned, const std::string& key, Findings& findings
)
{
    std::error_code error;
    const bool is_directory = std::filesystem::is_directory(file, error);
    std::ifstream stream(file, std::ios::binary);
    if (is_directory || !stream) {
        const bool exists = std::filesystem::exists(file, error);
        const std::string_view reason = is_directory ? "it is a folder"
            : exists                                 ? "may not be read"
                                                     : "there is no such file";
        findings.error(mentioned, key, fmt::format("cannot open {}: {}.", file.string(), reason));
        return std::nullopt;
    }
    const std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    return read_yaml(text, file.string(), findings);
}

} // namespace litellm::config
