#include "key_gate.hpp"

#include <nlohmann/json.hpp>

namespace litellm::app {

Result<std::unique_ptr<management::KeyGate>>
OperatorsKeyGate::make(const config::Config& config, http::EventLoops& loops)
{
    std::unique_ptr<management::KeyGate> gate;
    const auto& raw = config.general.raw;
    const auto name = raw.is_object() ? raw.find("custom_key_generate") : raw.end();
    if (!raw.is_object() || name == raw.end() || name->is_null())
        return gate;
    if (!name->is_string())
        return invalid_input("general_settings.custom_key_generate must be a text");
    hooks::FunctionOptions options;
    options.name = name->get<std::string>();
    options.directory = std::filesystem::absolute(config.file).parent_path();
    auto function = hooks::make_custom_function(std::move(options), loops);
    if (!function)
        return invalid_input("general_settings.custom_key_generate: " + function.error().message);
    gate = std::make_unique<OperatorsKeyGate>(std::move(*function));
    return gate;
}

Task<void> OperatorsKeyGate::may_generate(const Json& request)
{
    Json argument = request;
    const auto answer = co_await function_->call(std::move(argument));
    if (!answer)
        co_return answer.error();
    if (!answer->is_object()) {
        Error error{
            ErrorKind::upstream_failed,
            "The function of general_settings.custom_key_generate must return a dictionary."};
        error.status = 500;
        co_return error;
    }
    const auto decision = answer->find("decision");
    if (decision == answer->end() || *decision == Json(true))
        co_return Result<void>();
    const auto message = answer->find("message");
    const bool has_message = message != answer->end() && message->is_string();
    std::string text = "Authentication Failed - Custom Auth Rule";
    if (has_message)
        text = message->get<std::string>();
    Error refusal{ErrorKind::forbidden, std::move(text)};
    co_return refusal;
}

} // namespace litellm::app
