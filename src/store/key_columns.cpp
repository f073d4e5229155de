#include "key_columns.hpp"

namespace litellm::store {

namespace {

constexpr std::array known_columns{
    column<Key, &Key::token>("token"),
    column<Key, &Key::key_name>("key_name"),
    column<Key, &Key::key_alias>("key_alias"),
    column<Key, &Key::soft_budget_cooldown>("soft_budget_cooldown"),
    column<Key, &Key::spend>("spend"),
    column<Key, &Key::expires>("expires"),
    column<Key, &Key::models>("models"),
    column<Key, &Key::aliases>("aliases"),
    column<Key, &Key::config>("config"),
    column<Key, &Key::user_id>("user_id"),
    column<Key, &Key::team_id>("team_id"),
    column<Key, &Key::permissions>("permissions"),
    column<Key, &Key::max_parallel_requests>("max_parallel_requests"),
    column<Key, &Key::metadata>("metadata"),
    column<Key, &Key::blocked>("blocked"),
    column<Key, &Key::tpm_limit>("tpm_limit"),
    column<Key, &Key::rpm_limit>("rpm_limit"),
    column<Key, &Key::max_budget>("max_budget"),
    column<Key, &Key::budget_duration>("budget_duration"),
    column<Key, &Key::budget_reset_at>("budget_reset_at"),
    column<Key, &Key::allowed_cache_controls>("allowed_cache_controls"),
    column<Key, &Key::model_spend>("model_spend"),
    column<Key, &Key::model_max_budget>("model_max_budget"),
    column<Key, &Key::budget_id>("budget_id"),
    column<Key, &Key::organization_id>("organization_id"),
    column<Key, &Key::created_at>("created_at"),
    column<Key, &Key::created_by>("created_by"),
    column<Key, &Key::updated_at>("updated_at"),
    column<Key, &Key::updated_by>("updated_by"),
    column<Key, &Key::allowed_routes>("allowed_routes"),
    column<Key, &Key::object_permission_id>("object_permission_id"),
    column<Key, &Key::auto_rotate>("auto_rotate"),
    column<Key, &Key::key_rotation_at>("key_rotation_at"),
    column<Key, &Key::last_rotation_at>("last_rotation_at"),
    column<Key, &Key::rotation_count>("rotation_count"),
    column<Key, &Key::rotation_interval>("rotation_interval"),
    column<Key, &Key::router_settings>("router_settings"),
    column<Key, &Key::policies>("policies"),
    column<Key, &Key::access_group_ids>("access_group_ids"),
};

} // namespace

Json document_of(const Key& key)
{
    return document_from<Key>(known_columns, key);
}

Columns<Key> key_columns(db::Transaction& transaction)
{
    return key_columns(*transaction.shape_of("LiteLLM_VerificationToken"));
}

Columns<Key> key_columns(const db::TableShape& shape)
{
    return Columns<Key>(known_columns, shape);
}

} // namespace litellm::store
