#include "user_json.hpp"

#include "key_json.hpp"
#include "shapes.hpp"
#include "team_json.hpp"

#include <map>

namespace litellm::api {

namespace {

/// Forms send the list as objects, scripts as ids; a single id is taken as well.
Result<std::vector<management::TeamWish>> teams_from(const Json& teams)
{
    std::vector<management::TeamWish> wishes;
    if (!teams.is_array())
        return unfit_field("teams", "must be a list");
    for (const Json& entry : teams) {
        management::TeamWish wish;
        if (entry.is_string()) {
            wish.team_id = entry.get<std::string>();
        } else if (entry.is_object()) {
            FieldReader reader(entry);
            reader.read("team_id", wish.team_id);
            reader.read("max_budget_in_team", wish.max_budget_in_team);
            reader.read("user_role", wish.role);
            if (!reader.outcome())
                return reader.outcome().error();
        }
        if (wish.team_id.empty() || (wish.role != "user" && wish.role != "admin"))
            return unfit_field(
                "teams",
                "each is an id, or an object with team_id, max_budget_in_team and user_role (user, admin)"
            );
        wishes.push_back(std::move(wish));
    }
    return wishes;
}

} // namespace

void read_secret(FieldReader& reader, std::string_view name, std::optional<Secret>& target)
{
    std::optional<std::string> text;
    reader.read(name, text);
    if (text && !text->empty())
        target = Secret(std::move(*text));
}

Result<management::NewUser> new_user_from(const Json& body)
{
    management::NewUser wanted;
    FieldReader reader(body);
    read_entitlement(reader, body, wanted);
    reader.read("user_email", wanted.user_email);
    reader.read("user_alias", wanted.user_alias);
    reader.read("user_role", wanted.user_role);
    reader.read("organizations", wanted.organizations);
    reader.read("organization_id", wanted.organization_id);
    reader.read("sso_user_id", wanted.sso_user_id);
    reader.read("auto_create_key", wanted.auto_create_key);
    reader.read("send_invite_email", wanted.send_invite_email);
    read_secret(reader, "password", wanted.password);
    if (const Json* teams = reader.find("teams")) {
        auto wishes = teams_from(*teams);
        if (wishes)
            wanted.teams = std::move(*wishes);
        else
            reader.refuse(wishes.error());
    }
    for (auto* text : {&wanted.user_email, &wanted.user_role, &wanted.sso_user_id, &wanted.organization_id}) {
        if (*text && (*text)->empty())
            text->reset();
    }
    if (!reader.outcome())
        return reader.outcome().error();
    return wanted;
}

Json to_json(const store::User& user)
{
    Json json = Json::object();
    json["user_id"] = user.user_id;
    json["user_alias"] = or_null(user.user_alias);
    json["user_email"] = or_null(user.user_email);
    json["user_role"] = or_null(user.user_role);
    json["team_id"] = or_null(user.team_id);
    json["teams"] = user.teams;
    json["organization_id"] = or_null(user.organization_id);
    json["sso_user_id"] = or_null(user.sso_user_id);
    json["spend"] = user.spend;
    json["max_budget"] = or_null(user.max_budget);
    json["models"] = user.models;
    json["metadata"] = user.metadata;
    json["max_parallel_requests"] = or_null(user.max_parallel_requests);
    json["tpm_limit"] = or_null(user.tpm_limit);
    json["rpm_limit"] = or_null(user.rpm_limit);
    json["budget_duration"] = or_null(user.budget_duration);
    json["budget_reset_at"] = time_or_null(user.budget_reset_at);
    json["allowed_cache_controls"] = user.allowed_cache_controls;
    json["model_spend"] = user.model_spend;
    json["model_max_budget"] = user.model_max_budget;
    json["object_permission_id"] = or_null(user.object_permission_id);
    json["policies"] = user.policies;
    json["created_at"] = time_or_null(user.created_at);
    json["updated_at"] = time_or_null(user.updated_at);
    return json;
}

Json to_json(const management::CreatedUser& created)
{
    const store::User& user = created.user;
    Json json = to_json(created.key.value_or(management::IssuedKey()));
    json["token"] = nullptr;
    json["token_id"] = nullptr;
    json.update(to_json(user));
    json["teams"] = user.teams.empty() ? Json(nullptr) : Json(user.teams);
    json["created_by"] = created.key ? or_null(created.key->row.created_by) : Json(nullptr);
    return json;
}

Json to_json(const management::UserView& view)
{
    std::map<std::string, std::string> team_aliases;
    Json teams = Json::array();
    for (const auto& team : view.teams) {
        team_aliases[team.team_id] = team.team_alias.value_or("None");
        teams.push_back(to_json(team));
    }
    Json keys = Json::array();
    for (const auto& key : view.keys) {
        Json shown = to_json(key);
        const auto alias = team_aliases.find(key.team_id.value_or(""));
        // The text, not null: clients of LiteLLM compare with it.
        shown["team_alias"] = alias == team_aliases.end() ? "None" : alias->second;
        keys.push_back(std::move(shown));
    }
    Json json = Json::object();
    json["user_id"] = or_null(view.user_id);
    json["user_info"] = view.user ? to_json(*view.user) : Json(nullptr);
    json["keys"] = std::move(keys);
    json["teams"] = std::move(teams);
    if (view.user) {
        json["spend"] = view.user->spend;
        json["max_budget"] = or_null(view.user->max_budget);
    }
    return json;
}

Json available_roles()
{
    struct Role {
        const char* name;
        const char* description;
        const char* label;
    };
    constexpr Role roles[] = {
        {"proxy_admin", "admin over litellm proxy, has all permissions", "Admin (All Permissions)"},
        {"proxy_admin_viewer", "view all keys, view all spend", "Admin (View Only)"},
        {"internal_user",
         "view/create/delete their own keys, view their own spend",
         "Internal User (Create/Delete/View)"},
        {"internal_user_viewer", "view their own keys, view their own spend", "Internal User (View Only)"},
    };
    Json json = Json::object();
    for (const auto& role : roles) {
        json[role.name]["description"] = role.description;
        json[role.name]["ui_label"] = role.label;
    }
    return json;
}

} // namespace litellm::api
