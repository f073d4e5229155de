#include "litellm/auth/change_notice.hpp"

#include "litellm/spend/budget_leases.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace litellm::auth {

namespace {

using Kind = ChangeNotice::Kind;

struct Name {
    Kind kind;
    std::string_view prefix;
};

constexpr std::array names{
    Name{Kind::key, "key:"},
    Name{Kind::renamed_key, "renamed_key:"},
    Name{Kind::user, "user:"},
    Name{Kind::team, "team:"},
    Name{Kind::end_user, "end_user:"},
    Name{Kind::spend, "spend:"},
};
constexpr std::string_view models = "models";
constexpr std::string_view everything = "everything";
constexpr std::size_t longest_id = 4'000;

/// `first:rest` in two; nothing without a colon.
std::optional<std::pair<std::string, std::string>> in_two(const std::string& text)
{
    const auto colon = text.find(':');
    if (colon == std::string::npos)
        return std::nullopt;
    return std::pair(text.substr(0, colon), text.substr(colon + 1));
}

ChangeNotice renamed_key_from(const std::string& text)
{
    const auto hashes = in_two(text);
    if (!hashes)
        return {};
    return {Kind::renamed_key, hashes->first, hashes->second};
}

ChangeNotice spend_from(const std::string& text)
{
    const auto parts = in_two(text);
    const auto scope = parts ? spend::scope_kind_from(parts->first) : std::nullopt;
    if (!scope)
        return {};
    return {Kind::spend, parts->second, {}, *scope};
}

void hear(const ChangeListeners& listeners, const ChangeNotice& notice)
{
    Authenticator& authenticator = listeners.authenticator;
    switch (notice.kind) {
    case Kind::key:
        return authenticator.forget_key(notice.id);
    case Kind::renamed_key:
        return authenticator.rename_key(notice.id, notice.new_id);
    case Kind::user:
        return authenticator.forget_user(notice.id);
    case Kind::team:
        return authenticator.forget_team(notice.id);
    case Kind::end_user:
        if (listeners.end_users != nullptr)
            listeners.end_users->forget(notice.id);
        return;
    case Kind::spend:
        if (notice.scope == spend::ScopeKind::end_user && listeners.end_users != nullptr)
            listeners.end_users->forget(notice.id);
        return authenticator.forget_spend(notice.scope, {notice.id});
    case Kind::models:
        if (listeners.models_changed)
            listeners.models_changed();
        return;
    case Kind::everything:
        break;
    }
    authenticator.forget_everything();
    if (listeners.end_users != nullptr)
        listeners.end_users->forget_all();
}

} // namespace

std::string to_string(const ChangeNotice& notice)
{
    if (notice.kind == Kind::models)
        return std::string(models);
    for (const Name& name : names) {
        if (notice.kind != name.kind || notice.id.size() > longest_id)
            continue;
        std::string text(name.prefix);
        if (notice.kind == Kind::spend)
            text.append(spend::to_string(notice.scope)).append(":");
        text += notice.id;
        if (notice.kind == Kind::renamed_key)
            text.append(":").append(notice.new_id);
        return text;
    }
    return std::string(everything);
}

ChangeNotice notice_from(const std::string& text)
{
    if (text == models)
        return ChangeNotice{Kind::models};
    for (const Name& name : names) {
        if (!text.starts_with(name.prefix))
            continue;
        const std::string rest = text.substr(name.prefix.size());
        if (name.kind == Kind::renamed_key)
            return renamed_key_from(rest);
        return name.kind == Kind::spend ? spend_from(rest) : ChangeNotice{name.kind, rest};
    }
    return ChangeNotice{};
}

Result<void> announce(db::Transaction& transaction, const ChangeNotice& notice)
{
    return transaction.announce(to_string(notice));
}

Result<void>
announce_spend(db::Transaction& transaction, spend::ScopeKind scope, const std::vector<std::string>& ids)
{
    for (const auto& id : ids) {
        if (const auto told = announce(transaction, {Kind::spend, id, {}, scope}); !told)
            return told.error();
    }
    return {};
}

std::unique_ptr<db::Subscription> follow_changes(db::Database& database, ChangeListeners listeners)
{
    db::Subscriber subscriber;
    subscriber.on_notice = [listeners](const std::string& text) {
        if (!text.starts_with(spend::lease_notice))
            hear(listeners, notice_from(text));
    };
    subscriber.on_gap = [listeners] {
        hear(listeners, ChangeNotice{});
        hear(listeners, ChangeNotice{Kind::models});
    };
    return database.subscribe(std::move(subscriber));
}

} // namespace litellm::auth
