#include "team_models.hpp"

#include "refusals.hpp"
#include "setting_values.hpp"
#include "team_reading.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::management {

namespace {

constexpr const char* public_name = "team_public_model_name";

Result<Json> aliases_of(db::Transaction& transaction, const store::Team& team)
{
    if (!team.model_id)
        return Json(Json::object());
    auto aliases = store::find_team_model_aliases(transaction, *team.model_id);
    if (!aliases)
        return aliases.error();
    return aliases->value_or(Json::object());
}

Result<void> store_aliases(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    store::Team& team,
    const Json& aliases
)
{
    if (team.model_id)
        return store::set_team_model_aliases(
            transaction, *team.model_id, aliases, by.author(), context.now()
        );
    const auto id = store::insert_team_model_aliases(transaction, aliases, by.author(), context.now());
    if (!id)
        return id.error();
    team.model_id = *id;
    return {};
}

} // namespace

Result<void> give_model_to_team(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::string& team_id,
    store::ProxyModel& model
)
{
    auto team = lock_known_team(transaction, team_id);
    if (!team)
        return team.error();
    auto aliases = aliases_of(transaction, *team);
    if (!aliases)
        return aliases.error();
    const std::string name = model.model_name;
    if (aliases->contains(name))
        return exists_already(
            fmt::format("The team has a model or an alias {} already.", name), "model_name"
        );
    model.model_name = fmt::format("model_name_{}_{}", team_id, new_uuid(context.random));
    model.model_info[public_name] = name;
    (*aliases)[name] = model.model_name;
    if (const auto stored = store_aliases(transaction, context, by, *team, *aliases); !stored)
        return stored.error();
    // An empty list means all models: a name in it would take the others away.
    for (const auto& each : {name, model.model_name}) {
        if (!team->models.empty() &&
            std::find(team->models.begin(), team->models.end(), each) == team->models.end())
            team->models.push_back(each);
    }
    team->updated_at = context.now();
    return store::update_team(transaction, *team);
}

Result<void> take_model_from_team(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::string& team_id,
    const store::ProxyModel& model
)
{
    auto team = store::lock_team(transaction, team_id);
    if (!team)
        return team.error();
    if (!*team)
        return {};
    auto aliases = aliases_of(transaction, **team);
    if (!aliases)
        return aliases.error();
    const std::string name = text_setting(model.model_info, public_name).value_or("");
    aliases->erase(name);
    if (const auto stored = store_aliases(transaction, context, by, **team, *aliases); !stored)
        return stored.error();
    auto& models = (*team)->models;
    const bool had_list = !models.empty();
    std::erase_if(models, [&](const std::string& each) { return each == name || each == model.model_name; });
    // Taking the last name must not give all the others.
    if (had_list && models.empty())
        models.emplace_back("no-default-models");
    (*team)->updated_at = context.now();
    return store::update_team(transaction, **team);
}

} // namespace litellm::management
