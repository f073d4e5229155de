#pragma once
// A small price list in each format.

#include "litellm/spend/price_book.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>

namespace litellm::spend {

inline constexpr std::string_view own_list = R"({
  "format": "litellm-cpp-prices/1",
  "source": {"package": "sample", "version": "1.0"},
  "models": {
    "openai/gpt-4o": {
      "input": "2.5", "output": "10", "cache_read": "1.25", "max_input_tokens": 128000, "max_output_tokens": 16384,
      "match": [{"equals": "chatgpt-4o"}, {"regex": "^gpt-4o-\\d{4}-\\d{2}-\\d{2}$"}]},
    "openai/gpt-4o-mini": {"input": "0.15", "output": "0.6", "cache_read": "0.075",
      "match": [{"starts_with": "GPT-4o-Mini"}]},
    "openai/gpt-4o-audio-preview": {"input": "2.5", "output": "10", "input_audio": "40", "output_audio": "80",
      "cache_audio_read": "2.5"},
    "openai/o3-search": {"input": "2", "output": "8", "requests": "10"},
    "openai/text-embedding-3-small": {"input": "0.02"},
    "anthropic/claude-sonnet-4-5": {
      "input": "3", "output": "15", "cache_read": "0.3", "cache_write": "3.75", "cache_write_1h": "6",
      "tiers": [{"above": 200000, "input": "6", "output": "22.5", "cache_read": "0.6", "cache_write": "7.5"}],
      "match": [{"or": [{"starts_with": "claude-sonnet-4-5"}, {"starts_with": "claude-sonnet-4.5"}]}]},
    "anthropic/claude-haiku": {"input": "1", "output": "5",
      "match": [{"and": [{"contains": "haiku"}, {"starts_with": "claude"}]}, {"ends_with": "-haiku-fast"}]},
    "gemini/gemini-2.5-pro": {
      "input": "1.25", "output": "10",
      "tiers": [{"above": 200000, "input": "2.5", "output": "15"}]},
    "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0": {"input": "3", "output": "15"},
    "bedrock/meta.llama3-70b-instruct": {"input": "2.65", "output": "3.5"},
    "openrouter/google/gemma-3:free": {"input": "0", "output": "0"},
    "groq/openai/gpt-oss-120b": {"input": "0.15", "output": "0.75"},
    "azure/gpt-4o": {"input": "2.75", "output": "11"},
    "together_ai/Qwen/Qwen3-32B": {"input": "0.0375", "output": "0.000000001"}
  }
})";

inline constexpr std::string_view litellm_list = R"({
  "sample_spec": {"input_cost_per_token": 0.0,
    "litellm_provider": "one of https://docs.litellm.ai/docs/providers", "max_tokens": "LEGACY parameter"},
  "gpt-4o": {
    "cache_read_input_token_cost": 1.25e-06, "input_cost_per_token": 2.5e-06, "input_cost_per_token_batches": 1.25e-06,
    "input_cost_per_token_priority": 4.25e-06, "litellm_provider": "openai", "max_input_tokens": 128000,
      "max_output_tokens": 16384,
    "max_tokens": 16384, "mode": "chat", "output_cost_per_token": 1e-05,
    "search_context_cost_per_query": {"search_context_size_low": 0.03},
      "supported_endpoints": ["/v1/chat/completions"]},
  "ft:gpt-4o-2024-08-06": {"input_cost_per_token": 3.75e-06, "litellm_provider": "openai",
    "output_cost_per_token": 1.5e-05},
  "claude-sonnet-4-5": {
    "cache_creation_input_token_cost": 3.75e-06, "cache_creation_input_token_cost_above_1hr": 6e-06,
    "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 1.2e-05,
    "cache_creation_input_token_cost_above_200k_tokens": 7.5e-06, "cache_read_input_token_cost": 3e-07,
    "cache_read_input_token_cost_above_200k_tokens": 6e-07, "input_cost_per_token": 3e-06,
      "input_cost_per_token_above_200k_tokens": 6e-06,
    "litellm_provider": "anthropic", "max_tokens": 64000.0, "mode": "chat", "output_cost_per_token": "0.000015",
    "output_cost_per_token_above_200k_tokens": 2.25e-05},
  "gemini-2.5-flash": {
    "input_cost_per_audio_token": 1e-06, "input_cost_per_token": 3e-07,
      "litellm_provider": "vertex_ai-language-models", "mode": "chat",
    "output_cost_per_reasoning_token": 2.5e-06, "output_cost_per_token": 2.5e-06},
  "gemini/gemini-2.5-flash": {"input_cost_per_token": 3.1e-07, "litellm_provider": "gemini",
    "output_cost_per_token": 2.6e-06},
  "dashscope/qwen-plus": {"litellm_provider": "dashscope", "mode": "chat", "tiered_pricing": [
    {"input_cost_per_token": 4e-07, "output_cost_per_reasoning_token": 4e-06, "output_cost_per_token": 1.2e-06,
      "range": [0, 256000.0]},
    {"input_cost_per_token": 1.2e-06, "output_cost_per_reasoning_token": 1.2e-05,
      "output_cost_per_token": 3.6e-06, "range": [256000.0, 1000000.0]}]},
  "deepseek/deepseek-r1": {"input_cost_per_token": 5.5e-07, "input_cost_per_token_cache_hit": 1.4e-07,
    "litellm_provider": "deepseek",
    "output_cost_per_token": 2.19e-06},
  "deepseek/deepseek-chat": {"input_cost_per_token_cache_hit": 9e-07, "cache_read_input_token_cost": 2.8e-08,
    "litellm_provider": "deepseek",
    "input_cost_per_token": 2.8e-07, "output_cost_per_token": 4.2e-07},
  "anthropic.claude-3-5-sonnet-20240620-v1:0": {"input_cost_per_token": 3e-06, "litellm_provider": "bedrock",
    "output_cost_per_token": 1.5e-05},
  "bedrock/us-gov-west-1/anthropic.claude-3-5-sonnet-20240620-v1:0": {"input_cost_per_token": 3.6e-06,
    "litellm_provider": "bedrock",
    "output_cost_per_token": 1.8e-05},
  "command-r": {"input_cost_per_token": 1.5e-07, "litellm_provider": "cohere_chat", "output_cost_per_token": 6e-07},
  "ollama/llama3": {"input_cost_per_token": 0.0, "litellm_provider": "ollama", "output_cost_per_token": 0},
  "bedrock/us-east-1/1-month-commitment/anthropic.claude-v2": {"input_cost_per_second": 0.0175,
    "litellm_provider": "bedrock", "mode": "chat"},
  "perplexity/sonar": {"input_cost_per_request": 0.005, "input_cost_per_token": 0,
    "litellm_provider": "perplexity", "output_cost_per_token": 2.8e-07},
  "whisper-1": {"input_cost_per_second": 0.0001, "litellm_provider": "openai", "mode": "audio_transcription",
    "output_cost_per_second": 0.0001},
  "dall-e-3": {"input_cost_per_pixel": 3.81469e-08, "input_cost_per_token": 0, "litellm_provider": "openai",
    "mode": "image_generation",
    "output_cost_per_token": 0},
  "exa_ai/search": {"litellm_provider": "exa_ai", "mode": "search",
    "tiered_pricing": [{"input_cost_per_query": 0.005, "max_results_range": [0, 25]}]},
  "odd/number": {"input_cost_per_token": "cheap", "litellm_provider": "odd"},
  "odd/negative": {"input_cost_per_token": -1e-06, "litellm_provider": "odd"},
  "odd/list": {"input_cost_per_token": [1], "litellm_provider": "odd"},
  "odd/nothing": {"litellm_provider": "odd", "mode": "chat"},
  "odd/text": "free",
  "github_copilot/gpt-4o": {"litellm_provider": "github_copilot", "mode": "chat"},
  "odd/null": {"input_cost_per_token": null, "output_cost_per_token": 1e-06, "litellm_provider": "odd"}
})";

inline std::shared_ptr<const PriceBook> own_book()
{
    return PriceBook::parse(own_list).value();
}
inline std::shared_ptr<const PriceBook> litellm_book()
{
    return PriceBook::parse(litellm_list).value();
}

/// Input price of what is found, or "unknown".
inline std::string input_of(const PriceBook& book, std::string_view provider, std::string_view model)
{
    const ModelPrice* price = book.find(provider, model);
    return price && price->input ? fmt::format("{}", price->input->femto() / 1'000'000'000.0) : "unknown";
}

} // namespace litellm::spend
