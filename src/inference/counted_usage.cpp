#include "counted_usage.hpp"

#include "litellm/inference/prompt_tokens.hpp"
#include "litellm/spend/tokenizer.hpp"
#include "service_state.hpp"

#include <nlohmann/json.hpp>

namespace litellm::inference {

namespace {

constexpr std::size_t longest_counted_prompt = 64 * 1024;
std::string unescaped(std::string_view texts)
{
    std::string quoted;
    quoted.reserve(texts.size() + 2);
    quoted.append(1, '"').append(texts).append(1, '"');
    auto parsed = parse_json(quoted);
    return parsed && parsed->is_string() ? parsed->get<std::string>() : std::string(texts);
}

} // namespace

void count_usage(const ModelCall& call, std::string_view texts, Outcome& outcome)
{
    const spend::Tokenizer tokenizer = spend::tokenizer_for(call.endpoint().model);
    outcome.measure = Measure::counted;
    outcome.tokenizer = tokenizer.name;
    outcome.tokenizer_is_exact = tokenizer.is_exact;
    outcome.usage = {};
    outcome.usage.prompt = estimated_prompt_tokens(call);
    if (call.scan.text.size() <= longest_counted_prompt) {
        if (const auto request = parse_json(call.scan.text); request && request->is_object())
            outcome.usage.prompt = count_prompt_tokens(tokenizer, *request);
    }
    if (call.operation() != providers::Operation::embeddings)
        outcome.usage.completion = tokenizer.count_nearly(unescaped(texts));
    outcome.usage.total = outcome.usage.prompt + outcome.usage.completion;
}

} // namespace litellm::inference
