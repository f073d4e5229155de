#include "huggingface.hpp"

#include "error_class.hpp"
#include "json_access.hpp"
#include "openai_adapter.hpp"
#include "web_address.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::providers {

namespace {

constexpr std::string_view feature_extraction = "https://router.huggingface.co/hf-inference/models/";

const Row& huggingface_row()
{
    static const Row& row = *find_row("huggingface");
    return row;
}

/// The mean over the first axis: some models answer one vector per token.
Json pooled(const Json& vectors)
{
    std::vector<double> sums;
    for (const auto& vector : vectors) {
        sums.resize(std::max(sums.size(), vector.size()));
        for (std::size_t i = 0; i < vector.size(); ++i)
            sums[i] += vector[i].is_number() ? vector[i].get<double>() : 0.0;
    }
    for (auto& sum : sums)
        sum /= static_cast<double>(vectors.size());
    return Json(sums);
}

bool is_matrix(const Json& value)
{
    return value.is_array() && !value.empty() && value.front().is_array();
}

class HuggingFaceAdapter final : public OpenAiAdapter {
public:
    HuggingFaceAdapter(const Adapter* fallback) : OpenAiAdapter(huggingface_row()), fallback_(fallback) {}

    [[nodiscard]] const Adapter* fallback_adapter() const override { return fallback_; }
    /// Only what an unknown route looks like. An OpenAI-shaped 404 names a model: that server does know the
    /// route.
    [[nodiscard]] bool should_fall_back(int status, std::string_view body) const override
    {
        if (status == 405)
            return true;
        const auto text = to_lower(body);
        if (status == 422)
            return text.find("missing field") != std::string::npos &&
                text.find("inputs") != std::string::npos;
        return status == 404 && text.find("model") == std::string::npos;
    }

    [[nodiscard]] bool is_openai_shaped(const Endpoint& endpoint, Operation operation) const override
    {
        return operation != Operation::embeddings && OpenAiAdapter::is_openai_shaped(endpoint, operation);
    }
    [[nodiscard]] Result<std::string>
    url(const Endpoint& endpoint, Operation operation, bool stream) const override
    {
        auto chat = OpenAiAdapter::url(endpoint, operation, stream);
        if (!chat || operation != Operation::embeddings)
            return chat;
        if (endpoint.api_base != row().base)
            return endpoint.api_base;
        return std::string(feature_extraction) + endpoint.model + "/pipeline/feature-extraction";
    }
    [[nodiscard]] Result<UpstreamRequest>
    encode(const Endpoint& endpoint, Operation operation, const Json& body, bool stream) const override
    {
        if (operation != Operation::embeddings)
            return OpenAiAdapter::encode(endpoint, operation, body, stream);
        auto address = url(endpoint, operation, stream);
        if (!address)
            return address.error();
        const Json* input = find(body, "input");
        if (input == nullptr || (input->is_array() && !input->empty() && !input->front().is_string()))
            return invalid_input("Hugging Face takes embeddings input as text.", "input");
        Json request = {{"inputs", input->is_array() ? *input : Json::array({*input})}};
        return UpstreamRequest{std::move(*address), {}, to_text(request)};
    }
    [[nodiscard]] Result<Json> decode(
        const Endpoint& endpoint,
        Operation operation,
        std::string_view body,
        std::int64_t created,
        const std::string& id
    ) const override
    {
        if (operation != Operation::embeddings)
            return OpenAiAdapter::decode(endpoint, operation, body, created, id);
        const auto answer = parse_json(body);
        if (!answer)
            return make_error(ErrorClass::connection, endpoint.provider, "The answer is not JSON.");
        if (auto error = error_inside(endpoint, *answer))
            return std::move(*error);
        if (answer->is_object())
            return std::move(*answer);
        if (!is_matrix(*answer))
            return make_error(ErrorClass::connection, endpoint.provider, "The answer holds no embeddings.");
        return list_of(endpoint, *answer);
    }

protected:
    [[nodiscard]] std::string join(const Endpoint& endpoint, std::string_view path) const override
    {
        const auto base = without_trailing_slashes(endpoint.api_base);
        if (base.ends_with("/v1") || base.ends_with(path))
            return join_path(base, path);
        return join_path(join_path(base, "/v1"), path);
    }

private:
    static Json list_of(const Endpoint& endpoint, const Json& vectors)
    {
        Json data = Json::array();
        for (const auto& vector : vectors) {
            Json item = {{"object", "embedding"}, {"index", data.size()}};
            item["embedding"] = is_matrix(vector) ? pooled(vector) : vector;
            data.push_back(std::move(item));
        }
        // The server counts nothing; zero is honest where nobody knows.
        Json usage = {{"prompt_tokens", 0}, {"total_tokens", 0}};
        Json list = {{"object", "list"}, {"data", std::move(data)}, {"model", endpoint.model}};
        list["usage"] = std::move(usage);
        return list;
    }

    const Adapter* fallback_;
};

} // namespace

const Adapter* huggingface_adapter()
{
    static const HuggingFaceAdapter adapter(nullptr);
    return &adapter;
}

const Adapter* huggingface_adapter_with_fallback()
{
    static const HuggingFaceAdapter adapter(tgi_adapter());
    return &adapter;
}

} // namespace litellm::providers
