#pragma once
// Loads configurations that a test writes as text.

#include "litellm/config/config.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace litellm::config::testing {

using Variables = std::map<std::string, std::string>;

inline Environment environment_of(Variables variables)
{
    return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end())
            return std::nullopt;
        return found->second;
    };
}

/// A folder of files that goes away with the test.
class Folder {
public:
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "litellm-config-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::filesystem::path write(const std::string& name, const std::string& text) const
    {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
        return path_ / name;
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Findings as text, without the folder in front of the file names.
inline std::vector<std::string> texts_of(const std::vector<Finding>& findings)
{
    std::vector<std::string> texts;
    for (Finding finding : findings) {
        finding.place.file = std::filesystem::path(finding.place.file).filename().string();
        texts.push_back(finding.to_string());
    }
    return texts;
}

/// Loads `yaml` as the file config.yaml.
inline Loaded load_text(const std::string& yaml, Variables variables = {})
{
    const Folder folder;
    return load(folder.write("config.yaml", yaml), environment_of(std::move(variables)));
}

/// All findings of `yaml`, one a line.
inline std::string findings_of(const std::string& yaml, Variables variables = {})
{
    std::string text;
    for (const std::string& line : texts_of(load_text(yaml, std::move(variables)).findings))
        text += line + "\n";
    return text;
}

/// The configuration; throws, and so fails the test, with all findings when there are errors.
inline Config load_valid(const std::string& yaml, Variables variables = {})
{
    Loaded loaded = load_text(yaml, std::move(variables));
    if (loaded.config)
        return std::move(*loaded.config);
    std::string text = "does not load:\n";
    for (const Finding& finding : loaded.findings)
        text += finding.to_string() + "\n";
    throw std::runtime_error(text);
}

/// A model_list of one row with these litellm_params beside `model`, each on its own line.
inline std::string row_with(const std::string& params)
{
    return "model_list:\n  - model_name: a\n    litellm_params:\n      model: openai/a\n" + params;
}

inline constexpr const char* strong_key = "sk-Zt5Qw8Er2Ty6Ui0Op4As7Df1Gh3Jk9";

inline std::string read_file(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

} // namespace litellm::config::testing
