// What a request says about its own failures: time-outs, retries, fallbacks.

#include "call.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace litellm::inference {

namespace {

constexpr int most_retries = 10;

RequestFallbacks& fallbacks_of(ModelCall& call)
{
    if (!call.fallbacks)
        call.fallbacks = std::make_unique<RequestFallbacks>();
    return *call.fallbacks;
}

std::optional<double> number_in(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

void take_time_out(ModelCall& call, std::string_view name, std::string_view text)
{
    const auto seconds = number_in(text);
    // Headers were read before, and stream_timeout is the narrower one.
    const bool is_for_streams = name == "stream_timeout";
    if (!seconds || *seconds <= 0 || (is_for_streams && !call.stream) ||
        (call.timeout_override && !is_for_streams))
        return;
    call.timeout_override =
        std::chrono::milliseconds(static_cast<std::int64_t>(std::min(*seconds, 1e7) * 1000));
}

Result<void>
check(const ModelCall& call, const std::vector<Fallback>& fallbacks, const auth::ModelCatalog& catalog)
{
    for (const Fallback& fallback : fallbacks) {
        if (const auto allowed = auth::may_use_model(*call.context.principal, fallback.model, catalog);
            !allowed)
            return allowed.error();
        if (!fallback.overrides.is_object())
            continue;
        for (const auto& [name, value] : fallback.overrides.items()) {
            if (is_forbidden_parameter(name))
                return Error{
                    ErrorKind::unauthorized,
                    fmt::format(
                        "Authentication Error, Rejected Request: {} is not allowed in fallbacks of a request "
                        "body.",
                        name
                    ),
                    name,
                    "auth_error"};
        }
    }
    return {};
}

Result<void> check(const ModelCall& call, const FallbackTable& table, const auth::ModelCatalog& catalog)
{
    for (const auto& [group, fallbacks] : table) {
        if (const auto checked = check(call, fallbacks, catalog); !checked)
            return checked;
    }
    return {};
}

/// A list of groups' lists, or of models.
bool is_table(const Json& list)
{
    return list.is_array() && !list.empty() && std::all_of(list.begin(), list.end(), [](const Json& entry) {
               return entry.is_object() && entry.size() == 1 && entry.begin()->is_array();
           });
}

Result<void> take_fallbacks(
    ModelCall& call, std::string_view name, std::string_view text, const auth::ModelCatalog& catalog
)
{
    const auto list = parse_json(text);
    if (!list)
        return list.error();
    if (list->is_null())
        return {};
    if (!list->is_array())
        return invalid_input(fmt::format("{} must be a list", name), std::string(name));
    RequestFallbacks& fallbacks = fallbacks_of(call);
    if (name == "fallbacks" && !is_table(*list)) {
        fallbacks.simple = read_fallback_list(*list);
        return check(call, *fallbacks.simple, catalog);
    }
    FallbackTable table = read_fallback_table(*list);
    if (const auto checked = check(call, table, catalog); !checked)
        return checked;
    if (name == "fallbacks")
        fallbacks.table = std::move(table);
    else if (name == "context_window_fallbacks")
        fallbacks.context_window = std::move(table);
    else
        fallbacks.content_policy = std::move(table);
    return {};
}

void take_test(ModelCall& call, std::string_view name)
{
    if (name == "mock_testing_fallbacks")
        call.staged_error = "InternalServerError";
    else if (name == "mock_testing_context_fallbacks")
        call.staged_error = "ContextWindowExceededError";
    else if (name == "mock_testing_content_policy_fallbacks")
        call.staged_error = "ContentPolicyViolationError";
    else if (name == "mock_testing_rate_limit_error")
        call.staged_error = "RateLimitError";
}

bool key_disables_fallbacks(const auth::Principal& principal)
{
    if (!principal.context || !principal.context->key.metadata.is_object())
        return false;
    const auto found = principal.context->key.metadata.find("disable_fallbacks");
    return found != principal.context->key.metadata.end() && *found == Json(true);
}

} // namespace

Result<void> read_failure_parameters(ModelCall& call, const auth::ModelCatalog& catalog)
{
    for (const Member& member : call.scan.members) {
        const std::string_view name = member.name;
        if (name.size() < 7)
            continue;
        if (name.ends_with("timeout")) {
            if (name == "timeout" || name == "request_timeout" || name == "stream_timeout")
                take_time_out(call, name, member.value);
        } else if (name == "num_retries") {
            const auto wanted = number_in(member.value);
            if (wanted && *wanted >= 0 && !call.retries_override)
                call.retries_override = static_cast<int>(std::min(*wanted, double{most_retries}));
        } else if (name == "fallbacks" || name == "context_window_fallbacks" || name == "content_policy_fallbacks") {
            if (const auto taken = take_fallbacks(call, name, member.value, catalog); !taken)
                return taken.error();
        } else if (name == "disable_fallbacks") {
            if (member.value == "true")
                fallbacks_of(call).disabled = true;
        } else if (name.starts_with("mock_testing_") && member.value == "true" && may_mock(*call.context.principal)) {
            take_test(call, name);
        }
    }
    if (key_disables_fallbacks(*call.context.principal))
        fallbacks_of(call).disabled = true;
    return {};
}

} // namespace litellm::inference
