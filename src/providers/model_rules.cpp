#include "model_rules.hpp"

#include "json_access.hpp"
#include "rows.hpp"

namespace litellm::providers {

namespace {

using Verdict = Rule::Verdict;

constexpr std::string_view o_series_refuses =
    "top_p presence_penalty frequency_penalty logprobs top_logprobs";
constexpr std::string_view gpt_5_refuses =
    "stop logit_bias presence_penalty frequency_penalty modalities prediction audio web_search_options";
constexpr std::string_view sampling = "top_p logprobs top_logprobs";

std::string_view bare(std::string_view model)
{
    if (model.starts_with("ft:"))
        model.remove_prefix(3);
    return model.substr(model.rfind('/') + 1);
}

bool is_o_series(std::string_view model)
{
    for (const std::string_view family : {"o1", "o3", "o4"})
        if (model.starts_with(family) && (model.size() == 2 || model[2] == '-'))
            return true;
    return false;
}

bool is_gpt_5(std::string_view model)
{
    return model.starts_with("gpt-5") && !model.starts_with("gpt-5-chat");
}

/// gpt-5.1 and later can be told not to reason.
bool has_effort_none(std::string_view model)
{
    return model.starts_with("gpt-5.");
}

} // namespace

std::optional<Rule> openai_model_rule(std::string_view model, std::string_view name)
{
    model = bare(model);
    const bool gpt_5 = is_gpt_5(model);
    if (!gpt_5 && !is_o_series(model))
        return std::nullopt;
    if (name == "max_tokens")
        return Rule{Verdict::rename, "max_completion_tokens"};
    if (name == "temperature" || (gpt_5 && name == "reasoning_effort"))
        return Rule{Verdict::ask_value};
    if (has_word(gpt_5 ? gpt_5_refuses : o_series_refuses, name))
        return Rule{Verdict::refuse};
    if (gpt_5 && has_word(sampling, name) && !has_effort_none(model))
        return Rule{Verdict::refuse};
    return std::nullopt;
}

bool openai_model_accepts_temperature(std::string_view model, const Json& body)
{
    const Json* temperature = find(body, "temperature");
    if (temperature == nullptr || (temperature->is_number() && temperature->get<double>() == 1.0))
        return true;
    if (!has_effort_none(bare(model)))
        return false;
    const Json* effort = find(body, "reasoning_effort");
    return effort == nullptr || *effort == "none";
}

std::optional<Rule> xai_model_rule(std::string_view model, std::string_view name)
{
    const bool newer = model.starts_with("grok-4") || model.starts_with("grok-code-fast");
    if (name == "stop" && (newer || model.starts_with("grok-3-mini")))
        return Rule{Verdict::refuse};
    if ((name == "frequency_penalty" || name == "presence_penalty") && newer)
        return Rule{Verdict::refuse};
    return std::nullopt;
}

} // namespace litellm::providers
