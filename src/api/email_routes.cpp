#include "litellm/api/email_routes.hpp"

#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/field_reader.hpp"

#include <algorithm>
#include <charconv>

namespace litellm::api {

using auth::Access;
using http::Method;
using management::LetterService;

namespace {

constexpr std::int64_t most_entries = 500;

Json message(std::string_view text)
{
    return Json{{"message", text}};
}

Task<JsonResponse> show_switches(LetterService& letters, Call&, const Json&)
{
    const auto switches = co_await letters.load_switches();
    if (!switches)
        co_return switches.error();
    Json settings = Json::array();
    for (const auto& [event, enabled] : switches->items())
        settings.push_back(Json{{"event", event}, {"enabled", enabled}});
    Json body = {{"settings", std::move(settings)}};
    co_return answer(std::move(body));
}

Task<JsonResponse> change_switches(LetterService& letters, Call&, const Json& body)
{
    const auto settings = body.is_object() ? body.find("settings") : body.end();
    if (!body.is_object() || settings == body.end() || !settings->is_array())
        co_return unfit_field("settings", "Field required");
    Json changes = Json::object();
    for (const Json& each : *settings) {
        if (!each.is_object() || !each.contains("event") || !each["event"].is_string() ||
            !each.contains("enabled"))
            co_return unfit_field("settings", "Each setting has an `event` and `enabled`");
        changes[each["event"].get<std::string>()] = each["enabled"];
    }
    const auto changed = co_await letters.change_switches(std::move(changes));
    if (!changed)
        co_return changed.error();
    co_return answer(message("Email event settings updated successfully"));
}

Task<JsonResponse> reset_switches(LetterService& letters, Call&, const Json&)
{
    const auto reset = co_await letters.reset_switches();
    if (!reset)
        co_return reset.error();
    co_return answer(message("Email event settings reset to defaults"));
}

std::int64_t number_of(const Call& call, const char* name, std::int64_t otherwise, std::int64_t most)
{
    const std::string text = call.query(name).value_or("");
    std::int64_t value = otherwise;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::clamp<std::int64_t>(value, 0, most)
                                                                    : otherwise;
}

Json time_json(const std::optional<Timestamp>& time)
{
    return time ? Json(to_iso8601(*time)) : Json();
}

Json to_json(const mail::OutboxEntry& entry)
{
    Json made = {
        {"id", entry.id},
        {"event", entry.event},
        {"transport", entry.transport},
        {"recipient", entry.recipient}};
    made["state"] = entry.state;
    made["attempts"] = entry.attempts;
    made["created_at"] = to_iso8601(entry.created_at);
    made["next_attempt_at"] = to_iso8601(entry.next_attempt_at);
    made["sent_at"] = time_json(entry.sent_at);
    made["last_error"] = entry.last_error ? Json(*entry.last_error) : Json();
    return made;
}

Task<JsonResponse> list_outbox(LetterService& letters, Call& call, const Json&)
{
    const std::int64_t limit = number_of(call, "limit", 100, most_entries);
    const std::int64_t offset = number_of(call, "offset", 0, 1'000'000'000);
    const auto entries = co_await letters.list(limit, offset);
    if (!entries)
        co_return entries.error();
    Json rows = Json::array();
    for (const auto& entry : *entries)
        rows.push_back(to_json(entry));
    Json body = {{"letters", std::move(rows)}};
    co_return answer(std::move(body));
}

Task<JsonResponse> retry(LetterService& letters, Call& call, const Json&)
{
    const auto done = co_await letters.retry(call.path_parameters.at("id"));
    if (!done)
        co_return done.error();
    co_return answer(message("The letter is sent again."));
}

Task<JsonResponse> cancel(LetterService& letters, Call& call, const Json&)
{
    const auto done = co_await letters.cancel(call.path_parameters.at("id"));
    if (!done)
        co_return done.error();
    co_return answer(message("The letter is not sent any more."));
}

Task<JsonResponse> test_service(LetterService& letters, Call& call, const Json&)
{
    const std::string service = call.query("service").value_or("");
    if (service != "email")
        co_return invalid_input(
            "Service must be in list of services. The services that can be tested are: email.", "service"
        );
    const auto sent = co_await letters.send_test_letter();
    if (!sent)
        co_return sent.error();
    Json body = {{"status", "success"}, {"message", "Mock Email Alert sent, verify Email Alert Received"}};
    co_return answer(std::move(body));
}

} // namespace

std::vector<Route> email_routes(LetterService& letters)
{
    return {
        json_route(
            Method::get,
            "/email/event_settings",
            Access::admin,
            "Shows which events are told of by letter",
            bound(show_switches, letters)
        ),
        json_route(
            Method::patch,
            "/email/event_settings",
            Access::admin,
            "Switches events on and off",
            bound(change_switches, letters)
        ),
        json_route(
            Method::post,
            "/email/event_settings/reset",
            Access::admin,
            "Switches all events on",
            bound(reset_switches, letters)
        ),
        json_route(
            Method::get,
            "/email/outbox",
            Access::admin,
            "Lists letters, newest first",
            bound(list_outbox, letters)
        ),
        json_route(
            Method::post,
            "/email/outbox/{id}/retry",
            Access::admin,
            "Sends a waiting letter at once",
            bound(retry, letters)
        ),
        json_route(
            Method::post,
            "/email/outbox/{id}/cancel",
            Access::admin,
            "Cancels a waiting letter",
            bound(cancel, letters)
        ),
        json_route(
            Method::get,
            "/health/services",
            Access::admin,
            "Sends a test letter",
            bound(test_service, letters)
        ),
    };
}

} // namespace litellm::api
