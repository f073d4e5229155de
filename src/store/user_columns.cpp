#include "user_columns.hpp"

namespace litellm::store {

namespace {

constexpr std::array known_columns{
    column<User, &User::user_id>("user_id"),
    column<User, &User::user_alias>("user_alias"),
    column<User, &User::team_id>("team_id"),
    column<User, &User::sso_user_id>("sso_user_id"),
    column<User, &User::organization_id>("organization_id"),
    column<User, &User::teams>("teams"),
    column<User, &User::user_role>("user_role"),
    column<User, &User::max_budget>("max_budget"),
    column<User, &User::spend>("spend"),
    column<User, &User::user_email>("user_email"),
    column<User, &User::models>("models"),
    column<User, &User::metadata>("metadata"),
    column<User, &User::max_parallel_requests>("max_parallel_requests"),
    column<User, &User::tpm_limit>("tpm_limit"),
    column<User, &User::rpm_limit>("rpm_limit"),
    column<User, &User::budget_duration>("budget_duration"),
    column<User, &User::budget_reset_at>("budget_reset_at"),
    column<User, &User::allowed_cache_controls>("allowed_cache_controls"),
    column<User, &User::model_spend>("model_spend"),
    column<User, &User::model_max_budget>("model_max_budget"),
    column<User, &User::created_at>("created_at"),
    column<User, &User::updated_at>("updated_at"),
    column<User, &User::object_permission_id>("object_permission_id"),
    column<User, &User::policies>("policies"),
};

} // namespace

Json document_of(const User& user)
{
    return document_from<User>(known_columns, user);
}

Columns<User> user_columns(db::Transaction& transaction)
{
    return Columns<User>(known_columns, *transaction.shape_of(user_table));
}

} // namespace litellm::store
