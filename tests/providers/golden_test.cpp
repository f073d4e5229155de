// Translations as files: golden/<vendor>/<case>/
//   request.json            {params, environment, operation, stream, drop_params, body}: a deployment and
//   what a client sends upstream_request.json   {url, headers, spliced, body}: what goes out
//   upstream_response.json  what the provider answers, or upstream_stream.txt (.bin where it is no text),
//   byte for byte response.json           what the client gets, or chunks.json; {"error": {message, status,
//   …}} where it is an error
// With LITELLM_UPDATE_GOLDEN=1 the outputs are rewritten: read the difference before you commit it.

#include "litellm/providers/provider.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace litellm::providers {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t created = 1700000000;
const std::string id = "chatcmpl-fresh";

fs::path root()
{
    return fs::path(LITELLM_SOURCE_DIR) / "tests/providers/golden";
}

std::string read(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

Json read_json(const fs::path& file)
{
    auto document = parse_json(read(file));
    EXPECT_TRUE(document.has_value()) << file << (document ? "" : document.error().message);
    return document ? std::move(*document) : Json();
}

void expect_file(const fs::path& file, const Json& actual)
{
    if (std::getenv("LITELLM_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(file) << actual.dump(2) << '\n';
        return;
    }
    EXPECT_EQ(read_json(file).dump(2), actual.dump(2)) << file;
}

Json to_json(const Error& error)
{
    Json shown = {{"message", error.message}, {"status", error.status}};
    if (!error.type.empty())
        shown["type"] = error.type;
    if (!error.parameter.empty())
        shown["param"] = error.parameter;
    return {{"error", std::move(shown)}};
}

Environment environment_of(const Json& variables)
{
    std::map<std::string, std::string> values;
    if (variables.is_object())
        for (const auto& [name, value] : variables.items())
            values[name] = value.get<std::string>();
    return [values](const std::string& name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
}

Operation operation_of(const std::string& name)
{
    if (name == "embeddings")
        return Operation::embeddings;
    return name == "completions" ? Operation::completions : Operation::chat_completions;
}

struct Call {
    Endpoint endpoint;
    Operation operation = Operation::chat_completions;
    bool stream = false;
    Json body;
    ParameterPolicy policy;
};

Call call_of(const Json& request)
{
    Call call;
    auto endpoint =
        resolve_endpoint(request.at("params"), environment_of(request.value("environment", Json())));
    EXPECT_TRUE(endpoint.has_value()) << (endpoint ? "" : endpoint.error().message);
    if (endpoint)
        call.endpoint = std::move(*endpoint);
    if (request.value("fallback", false) && call.endpoint.adapter != nullptr)
        call.endpoint.adapter = call.endpoint.adapter->fallback_adapter();
    call.operation = operation_of(request.value("operation", "chat_completions"));
    call.stream = request.value("stream", false);
    call.policy.drop_params = request.value("drop_params", false);
    call.body = request.at("body");
    return call;
}

/// As inference does it: the client's bytes with another model where nothing has to change, else rules and
/// encode().
Json send(const Call& call)
{
    const auto& adapter = *call.endpoint.adapter;
    std::vector<std::string> present;
    for (const auto& [name, value] : call.body.items())
        if (!value.is_null())
            present.push_back(name);
    Json sent = Json::object();
    const auto edits = adapter.edits(call.endpoint, call.operation, present, call.policy.drop_params);
    if (!edits)
        return to_json(edits.error());
    if (adapter.is_openai_shaped(call.endpoint, call.operation) && edits->empty()) {
        const auto url = adapter.url(call.endpoint, call.operation, call.stream);
        if (!url)
            return to_json(url.error());
        sent["url"] = *url;
        sent["spliced"] = true;
        sent["body"] = call.body;
        sent["body"]["model"] = call.endpoint.model;
    } else {
        Json body = call.body;
        if (auto applied = adapter.apply_rules(call.endpoint, call.operation, body, call.policy); !applied)
            return to_json(applied.error());
        const auto request = adapter.encode(call.endpoint, call.operation, body, call.stream);
        if (!request)
            return to_json(request.error());
        sent["url"] = request->url;
        sent["spliced"] = false;
        sent["body"] = *parse_json(request->body);
    }
    for (const auto& [name, value] : call.endpoint.headers)
        sent["headers"][name] = value;
    return sent;
}

/// All chunks of a stream whose bytes come in pieces of `size`, and the error that ended it.
Json decode_stream(const Call& call, std::string_view bytes, std::size_t size)
{
    const auto decoder = call.endpoint.adapter->stream_decoder(call.endpoint, call.operation, created, id);
    Json result = {{"chunks", Json::array()}};
    const auto keep = [&result](const Result<std::vector<Json>>& chunks) {
        if (!chunks)
            result["error"] = to_json(chunks.error())["error"];
        else
            for (const auto& chunk : *chunks)
                result["chunks"].push_back(chunk);
        return chunks.has_value();
    };
    while (!bytes.empty()) {
        if (!keep(decoder->feed(bytes.substr(0, size))))
            break;
        bytes.remove_prefix(std::min(size, bytes.size()));
    }
    if (bytes.empty())
        keep(decoder->finish());
    if (const auto usage = decoder->usage())
        result["usage"] = {
            {"prompt", usage->prompt}, {"completion", usage->completion}, {"total", usage->total}};
    return result;
}

std::string with_line_ends(std::string_view text, std::string_view end)
{
    std::string changed;
    for (const char c : text)
        if (c == '\n')
            changed += end;
        else
            changed += c;
    return changed;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, IsTranslatedBothWays)
{
    const auto folder = root() / GetParam();
    const auto call = call_of(read_json(folder / "request.json"));
    ASSERT_NE(call.endpoint.adapter, nullptr);
    expect_file(folder / "upstream_request.json", send(call));

    if (fs::exists(folder / "upstream_response.json")) {
        const auto answer = call.endpoint.adapter->decode(
            call.endpoint, call.operation, read(folder / "upstream_response.json"), created, id
        );
        expect_file(folder / "response.json", answer ? *answer : to_json(answer.error()));
    }
    const bool is_binary = fs::exists(folder / "upstream_stream.bin");
    if (!is_binary && !fs::exists(folder / "upstream_stream.txt"))
        return;
    const auto bytes = read(folder / (is_binary ? "upstream_stream.bin" : "upstream_stream.txt"));
    const auto chunks = decode_stream(call, bytes, bytes.size());
    expect_file(folder / "chunks.json", chunks);
    EXPECT_EQ(decode_stream(call, bytes, 1), chunks);
    EXPECT_EQ(decode_stream(call, bytes, 7), chunks);
    if (is_binary)
        return;
    if (!bytes.starts_with('{') || call.endpoint.provider.starts_with("ollama")) {
        EXPECT_EQ(decode_stream(call, with_line_ends(bytes, "\r\n"), 1), chunks);
        EXPECT_EQ(decode_stream(call, with_line_ends(bytes, "\r"), 3), chunks);
    }
}

std::vector<std::string> cases()
{
    std::vector<std::string> names;
    for (const auto& file : fs::recursive_directory_iterator(root()))
        if (file.path().filename() == "request.json")
            names.push_back(fs::relative(file.path().parent_path(), root()).generic_string());
    std::sort(names.begin(), names.end());
    return names;
}

INSTANTIATE_TEST_SUITE_P(Providers, Golden, testing::ValuesIn(cases()), [](const auto& each) {
    std::string name = each.param;
    for (char& c : name)
        if (c == '/' || c == '-')
            c = '_';
    return name;
});

} // namespace
} // namespace litellm::providers
