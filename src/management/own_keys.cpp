#include "litellm/management/own_keys.hpp"

#include "change_record.hpp"
#include "refusals.hpp"
#include "session_start.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/store/key_reveals.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::management {

namespace {

constexpr std::chrono::days kept_for{14};

Error nothing_to_show()
{
    return absent("This key was shown already, or is not waiting for you.", "key");
}

Result<std::vector<OwnKey>>
list_in(db::Transaction& transaction, const Context& context, const std::string& user_id)
{
    auto rows = store::list_keys_of_user(transaction, user_id);
    if (!rows)
        return rows.error();
    const auto waiting = store::list_key_reveals(transaction, user_id, context.now());
    if (!waiting)
        return waiting.error();
    std::vector<OwnKey> keys;
    for (auto& row : *rows) {
        if (row.team_id == dashboard_team_id)
            continue;
        const bool is_waiting = std::ranges::find(*waiting, row.token) != waiting->end();
        keys.push_back({std::move(row), is_waiting});
    }
    std::ranges::stable_partition(keys, [](const OwnKey& each) { return each.is_waiting; });
    return keys;
}

Result<RevealedKey> reveal_in(
    db::Transaction& transaction,
    const Context& context,
    const RevealBox& box,
    const store::User& user,
    const std::string& token
)
{
    auto row = store::find_key(transaction, token);
    if (!row)
        return row.error();
    if (!*row || (*row)->user_id != user.user_id)
        return nothing_to_show();
    auto secret = box.take(transaction, token, user.user_id);
    if (!secret)
        return secret.error();
    if (!*secret)
        return nothing_to_show();
    const Change made{
        ChangeAction::deleted,
        reveal_table,
        token,
        Json{{"user_id", user.user_id}},
        Json{{"shown_to", user.user_id}}};
    const auto recorded = record_change(transaction, context, caller_of(user, "session"), made);
    if (!recorded)
        return recorded.error();
    return RevealedKey{std::move(**secret), std::move(**row)};
}

} // namespace

Result<void> RevealBox::keep(db::Transaction& transaction, const store::Key& key, const Secret& secret) const
{
    if (!key.user_id || key.user_id->empty())
        return {};
    // The key's hash is inside as well: a sealed text that was moved to another row opens nothing.
    const Json kept = {{"token", key.token}, {"user_id", *key.user_id}, {"key", secret.reveal()}};
    store::KeyReveal reveal;
    reveal.token = key.token;
    reveal.user_id = *key.user_id;
    reveal.sealed = seal_.seal(to_text(kept), random_);
    reveal.created_at = std::chrono::floor<std::chrono::milliseconds>(clock_.now());
    reveal.expires_at = reveal.created_at + kept_for;
    return store::save_key_reveal(transaction, reveal);
}

Result<void> RevealBox::forget(db::Transaction& transaction, const std::string& token)
{
    return store::remove_key_reveal(transaction, token);
}

Result<std::optional<Secret>>
RevealBox::take(db::Transaction& transaction, const std::string& token, const std::string& user_id) const
{
    const Timestamp now = std::chrono::floor<std::chrono::milliseconds>(clock_.now());
    const auto sealed = store::take_key_reveal(transaction, token, user_id, now);
    if (!sealed)
        return sealed.error();
    const auto text = *sealed ? seal_.open(**sealed) : std::nullopt;
    const auto kept = text ? parse_json(*text) : Result<Json>(Json::object());
    if (!kept || kept->value("token", Json()) != Json(token) ||
        kept->value("user_id", Json()) != Json(user_id))
        return std::optional<Secret>();
    Secret secret(kept->value("key", ""));
    if (sha256_hex(secret.reveal()) != token)
        return std::optional<Secret>();
    return std::optional(std::move(secret));
}

Task<std::vector<OwnKey>> OwnKeys::list(store::User user)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<std::vector<OwnKey>>([&](db::Transaction& transaction) {
        return list_in(transaction, context_, user.user_id);
    });
}

Task<RevealedKey> OwnKeys::reveal(store::User user, std::string token)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<RevealedKey>([&](db::Transaction& transaction) {
        return reveal_in(transaction, context_, box_, user, token);
    });
}

} // namespace litellm::management
