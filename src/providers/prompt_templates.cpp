#include "prompt_templates.hpp"

#include "chat_request.hpp"
#include "json_access.hpp"
#include "rows.hpp"

#include "litellm/core/encoding.hpp"

#include <array>

namespace litellm::providers {

namespace {

/// What stands around a message of one role.
struct Frame {
    std::string_view before;
    std::string_view after;
};

struct Template {
    std::string_view names; ///< parts of a lower-case model name, separated by spaces
    std::string_view start;
    Frame system;
    Frame user;
    Frame assistant;
    std::string_view end; ///< invites the assistant to speak
};

// The first whose name fits wins.
constexpr auto templates = std::to_array<Template>({
    {"zephyr",
     "",
     {"<|system|>\n", "</s>\n"},
     {"<|user|>\n", "</s>\n"},
     {"<|assistant|>\n", "</s>\n"},
     "<|assistant|>\n"},
    {"llama-3 llama3",
     "<|begin_of_text|>",
     {"<|start_header_id|>system<|end_header_id|>\n\n", "<|eot_id|>"},
     {"<|start_header_id|>user<|end_header_id|>\n\n", "<|eot_id|>"},
     {"<|start_header_id|>assistant<|end_header_id|>\n\n", "<|eot_id|>"},
     "<|start_header_id|>assistant<|end_header_id|>\n\n"},
    {"llama-2 llama2 codellama",
     "<s>",
     {"[INST] <<SYS>>\n", "\n<</SYS>>\n [/INST]\n"},
     {"[INST] ", " [/INST]\n"},
     {"", "</s>"},
     ""},
    {"mistral mixtral", "<s>", {"[INST] ", " [/INST]\n"}, {"[INST] ", " [/INST]\n"}, {"", "</s> "}, ""},
    {"chatml qwen hermes dolphin",
     "",
     {"<|im_start|>system\n", "<|im_end|>\n"},
     {"<|im_start|>user\n", "<|im_end|>\n"},
     {"<|im_start|>assistant\n", "<|im_end|>\n"},
     "<|im_start|>assistant\n"},
});

constexpr Template generic{
    "", "", {"system: ", "\n"}, {"user: ", "\n"}, {"assistant: ", "\n"}, "assistant: "};

const Template& template_of(std::string_view model)
{
    const auto name = to_lower(model);
    for (const auto& each : templates)
        if (any_word(each.names, [&name](std::string_view part) {
                return name.find(part) != std::string::npos;
            }))
            return each;
    return generic;
}

const Frame& frame_of(const Template& shape, std::string_view role)
{
    if (role == "system" || role == "developer")
        return shape.system;
    return role == "assistant" ? shape.assistant : shape.user;
}

std::string text_of(const Json& message)
{
    const Json* content = find(message, "content");
    return content != nullptr ? text_of_content(*content) : std::string{};
}

std::string render_configured(const Json& params, const Json& roles, const Json& messages)
{
    auto prompt = string_at(params, "bos_token") + string_at(params, "initial_prompt_value");
    const auto end_of_turn = string_at(params, "eos_token");
    for (const auto& message : messages) {
        const auto role = string_at(message, "role");
        const Json* frame = find(roles, role);
        prompt += frame != nullptr ? string_at(*frame, "pre_message") : "";
        prompt += text_of(message);
        prompt += frame != nullptr ? string_at(*frame, "post_message") : "";
        if (role == "assistant")
            prompt += end_of_turn;
    }
    return prompt + string_at(params, "final_prompt_value");
}

} // namespace

std::string render_prompt(const Endpoint& endpoint, const Json& messages)
{
    if (!messages.is_array())
        return {};
    if (const Json* roles = find(endpoint.params, "roles"); roles != nullptr && roles->is_object())
        return render_configured(endpoint.params, *roles, messages);
    const auto& shape = template_of(endpoint.model);
    std::string prompt(shape.start);
    for (const auto& message : messages) {
        const auto& frame = frame_of(shape, string_at(message, "role"));
        prompt += frame.before;
        prompt += text_of(message);
        prompt += frame.after;
    }
    return prompt += shape.end;
}

} // namespace litellm::providers
