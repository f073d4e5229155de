#include "budget_json.hpp"

#include "key_json.hpp"
#include "shapes.hpp"

namespace litellm::api {

namespace {

/// max_budget beside budget_id: which of the two would count?
void refuse_both(FieldReader& reader, bool has_id, const management::BudgetChange& budget)
{
    if (has_id && budget.is_present())
        reader.refuse("max_budget", "either budget_id, or the fields of a new budget, not both");
}

} // namespace

void read_budget(FieldReader& reader, management::BudgetChange& budget)
{
    reader.read("max_budget", budget.max_budget);
    reader.read("soft_budget", budget.soft_budget);
    reader.read("max_parallel_requests", budget.max_parallel_requests);
    reader.read("tpm_limit", budget.tpm_limit);
    reader.read("rpm_limit", budget.rpm_limit);
    reader.read("budget_duration", budget.budget_duration);
    reader.read("model_max_budget", budget.model_max_budget);
    std::optional<std::string> reset_at;
    reader.read("budget_reset_at", reset_at);
    if (!reset_at)
        return;
    if (const auto time = parse_timestamp(*reset_at))
        budget.budget_reset_at = *time;
    else
        reader.refuse("budget_reset_at", "must be a date and time");
}

Result<management::NewCustomer> new_customer_from(const Json& body)
{
    management::NewCustomer wanted;
    FieldReader reader(body);
    reader.read_required("user_id", wanted.row.user_id);
    reader.read("alias", wanted.row.alias);
    reader.read("blocked", wanted.row.blocked);
    reader.read("spend", wanted.row.spend);
    reader.read("allowed_model_region", wanted.row.allowed_model_region);
    reader.read("default_model", wanted.row.default_model);
    reader.read("budget_id", wanted.row.budget_id);
    read_budget(reader, wanted.budget);
    refuse_both(reader, wanted.row.budget_id.has_value(), wanted.budget);
    if (!reader.outcome())
        return reader.outcome().error();
    return wanted;
}

Result<management::CustomerChange> customer_change_from(const Json& body)
{
    management::CustomerChange wanted;
    FieldReader reader(body);
    reader.read_required("user_id", wanted.user_id);
    reader.read("alias", wanted.alias);
    reader.read("blocked", wanted.blocked);
    reader.read("allowed_model_region", wanted.allowed_model_region);
    reader.read("default_model", wanted.default_model);
    reader.read("budget_id", wanted.budget_id);
    read_budget(reader, wanted.budget);
    refuse_both(reader, wanted.budget_id.has_value(), wanted.budget);
    if (!reader.outcome())
        return reader.outcome().error();
    return wanted;
}

Json to_json(const store::EndUser& row)
{
    Json json = Json::object();
    json["user_id"] = row.user_id;
    json["blocked"] = row.blocked;
    json["alias"] = or_null(row.alias);
    json["spend"] = row.spend;
    json["allowed_model_region"] = or_null(row.allowed_model_region);
    json["default_model"] = or_null(row.default_model);
    json["budget_id"] = or_null(row.budget_id);
    return json;
}

Json to_json(const management::CustomerView& view)
{
    Json json = to_json(view.row);
    json["litellm_budget_table"] = view.budget ? to_json(*view.budget) : Json(nullptr);
    return json;
}

} // namespace litellm::api
