#include "parameter_rules.hpp"

#include "error_class.hpp"
#include "json_access.hpp"
#include "json_path.hpp"
#include "rows.hpp"

#include "litellm/providers/parameters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace litellm::providers {

namespace {

constexpr std::string_view chat_parameters =
    "functions function_call temperature top_p n stream stream_options stop max_tokens max_completion_tokens "
    "modalities prediction "
    "audio presence_penalty frequency_penalty logit_bias user response_format seed tools tool_choice "
    "parallel_tool_calls logprobs "
    "top_logprobs reasoning_effort verbosity thinking web_search_options service_tier prompt_cache_key "
    "prompt_cache_retention "
    "safety_identifier store";
constexpr std::string_view text_parameters = "best_of echo frequency_penalty logit_bias logprobs max_tokens "
                                             "n presence_penalty seed stop stream stream_options suffix "
                                             "temperature top_p user";
constexpr std::string_view embedding_parameters = "dimensions encoding_format user";

bool holds(const std::vector<std::string>& names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

std::vector<std::string> names_at(const Json& params, std::string_view member)
{
    std::vector<std::string> names;
    const Json* list = find(params, member);
    if (list != nullptr && list->is_array())
        for (const auto& name : *list)
            if (name.is_string())
                names.push_back(name.get<std::string>());
    return names;
}

void append(std::vector<std::string>& to, std::vector<std::string> more)
{
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

ParameterPolicy with_deployment(const Endpoint& endpoint, ParameterPolicy policy)
{
    policy.drop_params = policy.drop_params || flag_at(endpoint.params, "drop_params");
    append(policy.additional_drop_params, names_at(endpoint.params, "additional_drop_params"));
    append(policy.allowed_openai_params, names_at(endpoint.params, "allowed_openai_params"));
    return policy;
}

Error unsupported(const Endpoint& endpoint, const std::vector<std::string>& names)
{
    const auto list = fmt::format("['{}']", fmt::join(names, "', '"));
    return make_bare_error(
        ErrorClass::unsupported_params,
        fmt::format(
            "{} does not support parameters: {}, for model={}. To drop these, set `litellm.drop_params=True` "
            "or for "
            "proxy:\n\n`litellm_settings:\n drop_params: true`\n. \n If you want to use these params "
            "dynamically send "
            "allowed_openai_params={} in your request.",
            endpoint.provider,
            list,
            endpoint.model,
            list
        )
    );
}

/// Where both names are present, max_completion_tokens wins over max_tokens, and a provider's own name over
/// OpenAI's.
bool wins(std::string_view from)
{
    return from == "max_completion_tokens";
}

void add_rename(
    std::vector<Adapter::Edit>& edits,
    const std::vector<std::string>& present,
    const std::string& from,
    std::string_view to
)
{
    const bool both = holds(present, to);
    if (both && wins(from))
        edits.push_back({std::string(to), std::nullopt});
    if (both && !wins(from))
        edits.push_back({from, std::nullopt});
    else
        edits.push_back({from, std::string(to)});
}

} // namespace

bool is_known_parameter(Operation operation, std::string_view name)
{
    static const WordSet chat(chat_parameters);
    static const WordSet text(text_parameters);
    static const WordSet embedding(embedding_parameters);
    switch (operation) {
    case Operation::chat_completions:
        return chat.contains(name);
    case Operation::completions:
        return text.contains(name);
    case Operation::embeddings:
        return embedding.contains(name);
    }
    return false;
}

Result<std::vector<Adapter::Edit>> RuledAdapter::edits(
    const Endpoint& endpoint, Operation operation, const std::vector<std::string>& present, bool drop_params
) const
{
    ParameterPolicy given;
    given.drop_params = drop_params;
    const auto policy = with_deployment(endpoint, std::move(given));

    std::vector<Edit> edits;
    std::vector<std::string> refused;
    for (const auto& path : policy.additional_drop_params)
        if (const auto top = first_name(path); holds(present, top))
            edits.push_back(
                top == path ? Edit{path, std::nullopt} : Edit{std::string(top), std::string(top)}
            );
    for (const auto& name : present) {
        if (holds(policy.additional_drop_params, name) || holds(policy.allowed_openai_params, name))
            continue;
        auto found = rule(endpoint, operation, name);
        // Many clients send n = 1, which is what everybody does anyway.
        if (name == "n" && found.verdict == Rule::Verdict::refuse && !policy.drop_params)
            found.verdict = Rule::Verdict::ask_value;
        switch (found.verdict) {
        case Rule::Verdict::keep:
            break;
        case Rule::Verdict::rename:
            add_rename(edits, present, name, found.renamed_to);
            break;
        case Rule::Verdict::remove:
            edits.push_back({name, std::nullopt});
            break;
        case Rule::Verdict::ask_value:
            edits.push_back({name, name});
            break;
        case Rule::Verdict::refuse:
            if (policy.drop_params)
                edits.push_back({name, std::nullopt});
            else
                refused.push_back(name);
        }
    }
    if (!refused.empty())
        return unsupported(endpoint, refused);
    return edits;
}

Result<void> RuledAdapter::apply_rules(
    const Endpoint& endpoint, Operation operation, Json& body, const ParameterPolicy& given
) const
{
    const auto policy = with_deployment(endpoint, given);
    for (const auto& path : policy.additional_drop_params)
        erase_path(body, path);

    std::vector<std::string> present;
    for (const auto& [name, value] : body.items())
        present.push_back(name);

    std::vector<std::string> refused;
    for (const auto& name : present) {
        if (holds(policy.allowed_openai_params, name))
            continue;
        auto found = rule(endpoint, operation, name);
        const Json* member = find(body, name);
        const bool is_default = member == nullptr || (name == "n" && *member == 1);
        if (found.verdict == Rule::Verdict::ask_value)
            found.verdict =
                is_default || accepts(endpoint, name, body) ? Rule::Verdict::keep : Rule::Verdict::refuse;
        if (found.verdict == Rule::Verdict::rename && member == nullptr)
            erase(body, name);
        else if (found.verdict == Rule::Verdict::rename)
            rename(body, name, found.renamed_to, wins(name));
        else if (found.verdict == Rule::Verdict::remove ||
                 (found.verdict == Rule::Verdict::refuse && (is_default || policy.drop_params)))
            erase(body, name);
        else if (found.verdict == Rule::Verdict::refuse)
            refused.push_back(name);
    }
    if (!refused.empty())
        return unsupported(endpoint, refused);
    return {};
}

std::vector<std::string> supported_parameters(const Endpoint& endpoint)
{
    std::vector<std::string> names;
    any_word(chat_parameters, [&](std::string_view name) {
        const std::vector<std::string> one{std::string(name)};
        const auto edits = endpoint.adapter->edits(endpoint, Operation::chat_completions, one, false);
        // One that would be taken out silently is not supported either.
        const bool is_removed = edits && !edits->empty() && !edits->front().renamed_to;
        if (edits && !is_removed)
            names.push_back(one.front());
        return false;
    });
    return names;
}

} // namespace litellm::providers
