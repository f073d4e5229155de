// The end user whom a call names: refused when blocked, and one more payer when there is a budget.

#include "service_state.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace litellm::inference {

namespace {

std::string text_in(const Scan& scan, std::string_view object, const char* member)
{
    const Member* found = scan.find(object);
    if (found == nullptr || !found->value.starts_with('{'))
        return {};
    const auto parsed = parse_json(found->value);
    if (!parsed || !parsed->is_object())
        return {};
    const auto value = parsed->find(member);
    return value != parsed->end() && value->is_string() ? value->get<std::string>() : std::string();
}

/// Headers and `user` were looked at before; these come after them.
std::string named_in_metadata(const Scan& scan)
{
    std::string name = text_in(scan, "litellm_metadata", "user");
    if (name.empty())
        name = text_in(scan, "metadata", "user_id");
    return name;
}

Error blocked(const std::string& end_user)
{
    return Error{
        ErrorKind::forbidden,
        fmt::format(
            "Authentication Error, End User={} is blocked. Update via `/customer/unblock` if you're an "
            "admin.",
            end_user
        ),
        "user",
        "auth_error"};
}

} // namespace

Task<void> ModelService::State::resolve_end_user(ModelCall& call)
{
    if (call.end_user.empty())
        call.end_user = named_in_metadata(call.scan);
    if (call.end_user.empty() || end_users == nullptr)
        co_return Result<void>();
    auth::EndUserPtr end_user = end_users->find_known(call.end_user);
    if (!end_user) {
        const auto loaded = co_await end_users->load(call.end_user);
        if (loaded)
            end_user = *loaded;
        else if (loaded.error().kind != ErrorKind::unavailable)
            co_return loaded.error();
    }
    // Nobody can tell while the database is away; the caller's own budgets hold.
    if (!end_user) {
        log::warning("inference", "the end user of a call cannot be looked up: the database is away");
        co_return Result<void>();
    }
    if (end_user->blocked)
        co_return blocked(call.end_user);
    if (end_user->payer)
        call.other_payers.push_back(*end_user->payer);
    co_return Result<void>();
}

} // namespace litellm::inference
