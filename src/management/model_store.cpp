#include "litellm/management/model_store.hpp"

#include "change_record.hpp"
#include "model_rows.hpp"
#include "refusals.hpp"
#include "setting_values.hpp"
#include "team_models.hpp"
#include "team_reading.hpp"
#include "team_roles.hpp"

#include "litellm/core/log.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::management {

namespace {

Error storing_is_off()
{
    Error error = invalid_input(
        "Set `STORE_MODEL_IN_DB='True'` in your environment, or general_settings.store_model_in_db, to make "
        "models over HTTP.",
        "store_model_in_db"
    );
    error.status = 500;
    return error;
}

Error no_salt()
{
    return internal_error("models need LITELLM_SALT_KEY or a master key");
}

Result<void> check_ready(const Context& context, const ModelHooks& hooks)
{
    if (context.database == nullptr)
        return no_database();
    if (!stores_models(context.settings))
        return storing_is_off();
    if (!hooks.salt)
        return no_salt();
    return {};
}

/// Proxy admins; for a model of a team also the team's admins.
Result<void>
may_manage(db::Transaction& transaction, const Caller& by, const std::optional<std::string>& team_id)
{
    if (by.is_admin())
        return {};
    if (team_id) {
        const auto team = store::find_team(transaction, *team_id);
        if (!team)
            return team.error();
        if (*team && is_team_admin(**team, by.principal->user_id))
            return {};
    }
    return forbidden("Only proxy admins, and admins of the team that a model belongs to, can manage models.");
}

Result<void> check_usable(const StoredModel& model, const Context& context, const ModelHooks& hooks)
{
    const auto deployment = deployment_of(model, context.settings);
    if (!deployment)
        return deployment.error();
    if (!hooks.check)
        return {};
    return hooks.check(*deployment);
}

StoredModel new_row(const Context& context, const Caller& by, const NewModel& wanted)
{
    StoredModel model;
    model.row.model_id = text_setting(wanted.model_info, "id").value_or(new_uuid(context.random));
    model.row.model_name = wanted.model_name;
    model.row.model_info = wanted.model_info;
    model.row.model_info["id"] = model.row.model_id;
    model.row.model_info["db_model"] = true;
    model.row.created_at = model.row.updated_at = context.now();
    model.row.created_by = model.row.updated_by = by.author();
    model.params = wanted.litellm_params;
    return model;
}

/// The audit log gets no parameters: they hold credentials.
Json document_of(const store::ProxyModel& row)
{
    Json document = Json::object();
    document["model_id"] = row.model_id;
    document["model_name"] = row.model_name;
    document["model_info"] = row.model_info;
    return document;
}

Result<StoredModel> create_in(
    db::Transaction& transaction,
    const Context& context,
    const ModelHooks& hooks,
    const Caller& by,
    const NewModel& wanted
)
{
    const auto team_id = text_setting(wanted.model_info, "team_id");
    if (const auto allowed = may_manage(transaction, by, team_id); !allowed)
        return allowed.error();
    StoredModel model = new_row(context, by, wanted);
    if (is_configured(context.settings, model.row.model_id))
        return exists_already("A model of the configuration has this id.", "model_info.id");
    if (team_id) {
        const auto owned = give_model_to_team(transaction, context, by, *team_id, model.row);
        if (!owned)
            return owned.error();
    }
    if (const auto usable = check_usable(model, context, hooks); !usable)
        return usable.error();
    model.row.litellm_params = sealed_params(model.params, TextSeal(*hooks.salt), context.random);
    if (const auto stored = store::insert_proxy_model(transaction, model.row); !stored) {
        if (stored.error().kind == ErrorKind::conflict)
            return exists_already("A model with this id exists already.", "model_info.id");
        return stored.error();
    }
    Change made{ChangeAction::created, model_table, model.row.model_id, std::nullopt, document_of(model.row)};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return model;
}

Result<StoredModel> find_known(
    db::Transaction& transaction, const Context& context, const ModelHooks& hooks, const std::string& id
)
{
    auto row = store::lock_proxy_model(transaction, id);
    if (!row)
        return row.error();
    if (!*row && is_configured(context.settings, id))
        return bad_request("This model is in the configuration file: change it there.", "model_info.id");
    if (!*row)
        return absent(fmt::format("Model with id={} not found in db", id), "model_info.id");
    StoredModel model;
    model.params = opened_params((*row)->litellm_params, TextSeal(*hooks.salt));
    if (is_unreadable(model.params))
        return internal_error(fmt::format("the model {} is sealed under another salt key or master key", id));
    model.row = std::move(**row);
    return model;
}

Result<void> may_change(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const StoredModel& model,
    const ModelChange& wanted
)
{
    const auto team_id = text_setting(model.row.model_info, "team_id");
    if (const auto allowed = may_manage(transaction, by, team_id); !allowed)
        return allowed.error();
    const auto new_team = text_setting(wanted.model_info, "team_id");
    if (new_team && new_team != team_id)
        return bad_request("A model cannot move to another team: make it anew.", "model_info.team_id");
    if (by.is_admin() || wanted.litellm_params.empty())
        return {};
    return check_own_credentials(wanted.litellm_params, context.settings);
}

Result<StoredModel> update_in(
    db::Transaction& transaction,
    const Context& context,
    const ModelHooks& hooks,
    const Caller& by,
    const ModelChange& wanted
)
{
    auto model = find_known(transaction, context, hooks, wanted.id);
    if (!model)
        return model;
    if (const auto allowed = may_change(transaction, context, by, *model, wanted); !allowed)
        return allowed.error();
    Change made{ChangeAction::updated, model_table, wanted.id, document_of(model->row), std::nullopt};
    const bool is_of_team = text_setting(model->row.model_info, "team_id").has_value();
    if (wanted.model_name && is_of_team && *wanted.model_name != model->row.model_name)
        return bad_request("The name of a team's model cannot change: make it anew.", "model_name");
    model->row.model_name = wanted.model_name.value_or(model->row.model_name);
    model->row.model_info = merged(model->row.model_info, wanted.model_info);
    model->row.model_info["id"] = model->row.model_id;
    model->params = merged(model->params, wanted.litellm_params);
    model->row.updated_at = context.now();
    model->row.updated_by = by.author();
    if (const auto usable = check_usable(*model, context, hooks); !usable)
        return usable.error();
    model->row.litellm_params = sealed_params(model->params, TextSeal(*hooks.salt), context.random);
    if (const auto stored = store::update_proxy_model(transaction, model->row); !stored)
        return stored.error();
    made.after = document_of(model->row);
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return model;
}

Result<StoredModel> remove_in(
    db::Transaction& transaction,
    const Context& context,
    const ModelHooks& hooks,
    const Caller& by,
    const std::string& id
)
{
    auto model = find_known(transaction, context, hooks, id);
    if (!model)
        return model;
    const auto team_id = text_setting(model->row.model_info, "team_id");
    if (const auto allowed = may_manage(transaction, by, team_id); !allowed)
        return allowed.error();
    if (team_id) {
        const auto taken = take_model_from_team(transaction, context, by, *team_id, model->row);
        if (!taken)
            return taken.error();
    }
    if (const auto gone = store::remove_proxy_model(transaction, id); !gone)
        return gone.error();
    Change made{ChangeAction::deleted, model_table, id, document_of(model->row), std::nullopt};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return model;
}

/// Opens the row; what `known` has of it while another key seals it, which is so after the master key was
/// rotated until the processes are started with the new one.
Result<Json> open_row(const store::ProxyModel& row, const TextSeal& seal, std::map<std::string, Json>& known)
{
    Json opened = opened_params(row.litellm_params, seal);
    if (!is_unreadable(opened)) {
        known[row.model_id] = opened;
        return opened;
    }
    const auto found = known.find(row.model_id);
    if (found == known.end())
        return internal_error("it is sealed under another salt key or master key");
    return found->second;
}

/// Those that can be called; the others are named in the log.
std::vector<config::Deployment> deployments_of(
    const Context& context,
    const ModelHooks& hooks,
    const std::vector<store::ProxyModel>& rows,
    std::map<std::string, Json>& known
)
{
    std::erase_if(known, [&](const auto& entry) {
        return std::none_of(rows.begin(), rows.end(), [&](const auto& row) {
            return row.model_id == entry.first;
        });
    });
    const TextSeal seal(*hooks.salt);
    std::vector<config::Deployment> deployments;
    for (const auto& row : rows) {
        if (is_configured(context.settings, row.model_id))
            continue;
        auto params = open_row(row, seal, known);
        auto deployment = params ? deployment_of({row, std::move(*params)}, context.settings)
                                 : Result<config::Deployment>(params.error());
        if (deployment)
            deployments.push_back(std::move(*deployment));
        else
            log::warning(
                "models",
                "the stored model {} ({}) is left out: {}",
                row.model_name,
                row.model_id,
                deployment.error().message
            );
    }
    return deployments;
}

} // namespace

ModelStore::ModelStore(const Context& context, ModelHooks hooks) : context_(context), hooks_(std::move(hooks))
{
}

Task<StoredModel> ModelStore::create(const Caller& by, NewModel wanted)
{
    if (const auto ready = check_ready(context_, hooks_); !ready)
        co_return ready.error();
    if (!by.is_admin()) {
        if (const auto own = check_own_credentials(wanted.litellm_params, context_.settings); !own)
            co_return own.error();
    }
    auto made = co_await context_.database->transact<StoredModel>([&](db::Transaction& transaction) {
        return create_in(transaction, context_, hooks_, by, wanted);
    });
    if (!made)
        co_return made.error();
    if (const auto team_id = text_setting(made->row.model_info, "team_id"))
        context_.authenticator.forget_team(*team_id);
    const auto published = co_await refresh();
    if (!published)
        co_return published.error();
    co_return made;
}

Task<StoredModel> ModelStore::update(const Caller& by, const ModelChange& wanted)
{
    if (const auto ready = check_ready(context_, hooks_); !ready)
        co_return ready.error();
    auto changed = co_await context_.database->transact<StoredModel>([&](db::Transaction& transaction) {
        return update_in(transaction, context_, hooks_, by, wanted);
    });
    if (!changed)
        co_return changed.error();
    const auto published = co_await refresh();
    if (!published)
        co_return published.error();
    co_return changed;
}

Task<void> ModelStore::remove(const Caller& by, const std::string& id)
{
    if (const auto ready = check_ready(context_, hooks_); !ready)
        co_return ready.error();
    const auto removed = co_await context_.database->transact<StoredModel>([&](db::Transaction& transaction) {
        return remove_in(transaction, context_, hooks_, by, id);
    });
    if (!removed)
        co_return removed.error();
    if (const auto team_id = text_setting(removed->row.model_info, "team_id"))
        context_.authenticator.forget_team(*team_id);
    co_return co_await refresh();
}

Task<void> ModelStore::refresh()
{
    if (!check_ready(context_, hooks_) || !hooks_.publish)
        co_return Result<void>();
    const std::uint64_t number = ++reads_;
    const auto rows = co_await context_.database->transact<std::vector<store::ProxyModel>>(
        [](db::Transaction& transaction) { return store::list_proxy_models(transaction); }
    );
    if (!rows)
        co_return rows.error();
    publish(number, *rows);
    co_return Result<void>();
}

Result<void> ModelStore::refresh_now()
{
    if (!check_ready(context_, hooks_) || !hooks_.publish)
        return {};
    const std::uint64_t number = ++reads_;
    const auto rows =
        context_.database->transact_now<std::vector<store::ProxyModel>>(store::list_proxy_models);
    if (!rows)
        return rows.error();
    publish(number, *rows);
    return {};
}

/// A read that began before the published one may have missed a change.
void ModelStore::publish(std::uint64_t number, const std::vector<store::ProxyModel>& rows)
{
    const std::lock_guard lock(mutex_);
    if (number < published_)
        return;
    published_ = number;
    hooks_.publish(deployments_of(context_, hooks_, rows, opened_));
}

} // namespace litellm::management
