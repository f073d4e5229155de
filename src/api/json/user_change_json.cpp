#include "managed_fields.hpp"
#include "shapes.hpp"
#include "user_json.hpp"

#include <algorithm>

namespace litellm::api {

namespace {

void read_limits(FieldReader& reader, management::UserChange& wanted)
{
    reader.read("max_budget", wanted.max_budget);
    reader.read("spend", wanted.spend);
    reader.read("models", wanted.models);
    reader.read("max_parallel_requests", wanted.max_parallel_requests);
    reader.read("tpm_limit", wanted.tpm_limit);
    reader.read("rpm_limit", wanted.rpm_limit);
    reader.read("budget_duration", wanted.budget_duration);
    reader.read("allowed_cache_controls", wanted.allowed_cache_controls);
    reader.read("model_max_budget", wanted.model_max_budget);
    reader.read("object_permission", wanted.object_permission);
}

Result<std::vector<management::UserChange>> changes_from(const Json& users)
{
    std::vector<management::UserChange> changes;
    if (!users.is_array())
        return unfit_field("users", "must be a list");
    for (const Json& user : users) {
        if (!user.is_object())
            return unfit_field("users", "must be a list of objects");
        auto change = user_change_from(user);
        if (!change)
            return change.error();
        changes.push_back(std::move(*change));
    }
    return changes;
}

/// The fields of a change, whoever it is for.
Result<management::UserChange> fields_from(const Json& body)
{
    management::UserChange wanted;
    FieldReader reader(body);
    reader.read("user_id", wanted.user_id);
    reader.read("user_email", wanted.user_email);
    reader.read("user_alias", wanted.user_alias);
    reader.read("user_role", wanted.user_role);
    reader.read("sso_user_id", wanted.sso_user_id);
    reader.read("metadata", wanted.metadata);
    read_limits(reader, wanted);
    wanted.managed = read_managed_fields(reader);
    read_secret(reader, "password", wanted.password);
    read_secret(reader, "current_password", wanted.current_password);
    if (wanted.user_id && wanted.user_id->empty())
        wanted.user_id.reset();
    if (wanted.user_email.has_value() && wanted.user_email->empty())
        wanted.user_email = std::nullopt;
    if (!reader.outcome())
        return reader.outcome().error();
    return wanted;
}

} // namespace

Result<management::UserChange> user_change_from(const Json& body)
{
    auto wanted = fields_from(body);
    if (wanted && !wanted->user_id && !wanted->user_email.has_value())
        return unfit_field("user_id", "either user_id or user_email is needed");
    return wanted;
}

Result<management::BulkUserChange> bulk_user_change_from(const Json& body)
{
    management::BulkUserChange wanted;
    bool all_users = false;
    std::optional<Json> updates;
    FieldReader reader(body);
    reader.read("all_users", all_users);
    reader.read("user_updates", updates);
    if (all_users && !updates)
        reader.refuse("user_updates", "Field required");
    if (!reader.outcome())
        return reader.outcome().error();
    if (all_users) {
        auto change = fields_from(*updates);
        if (!change)
            return change.error();
        wanted.all_users = std::move(*change);
        return wanted;
    }
    const Json* users = reader.find("users");
    if (users == nullptr)
        return unfit_field("users", "either users, or all_users with user_updates, is needed");
    auto changes = changes_from(*users);
    if (!changes)
        return changes.error();
    wanted.users = std::move(*changes);
    return wanted;
}

Json to_json(const std::vector<management::UserOutcome>& outcomes)
{
    Json results = Json::array();
    for (const auto& outcome : outcomes) {
        Json entry = Json::object();
        entry["user_id"] = outcome.user ? Json(outcome.user->user_id) : or_null(outcome.user_id);
        entry["user_email"] = outcome.user ? or_null(outcome.user->user_email) : or_null(outcome.user_email);
        entry["success"] = outcome.user.has_value();
        entry["error"] = outcome.user ? Json(nullptr) : Json(outcome.user.error().message);
        entry["updated_user"] = outcome.user ? to_json(*outcome.user) : Json(nullptr);
        results.push_back(std::move(entry));
    }
    const auto successful = std::count_if(outcomes.begin(), outcomes.end(), [](const auto& outcome) {
        return outcome.user.has_value();
    });
    Json json = Json::object();
    json["results"] = std::move(results);
    json["total_requested"] = outcomes.size();
    json["successful_updates"] = successful;
    json["failed_updates"] = static_cast<std::int64_t>(outcomes.size()) - successful;
    return json;
}

Json rows_json(const management::UserListing& listing)
{
    Json rows = Json::array();
    for (const auto& user : listing.users) {
        Json row = to_json(user);
        const auto count = listing.key_counts.find(user.user_id);
        row["key_count"] = count == listing.key_counts.end() ? 0 : count->second;
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace litellm::api
