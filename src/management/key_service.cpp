#include "litellm/management/key_service.hpp"

#include "change_record.hpp"
#include "key_access.hpp"
#include "key_issue.hpp"
#include "key_text.hpp"
#include "key_update.hpp"
#include "refusals.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/management/key_events.hpp"

#include <algorithm>

namespace litellm::management {

namespace {

Result<KeyView> load_key(db::Transaction& transaction, const Caller& by, const std::string& hash)
{
    auto key = store::find_key(transaction, hash);
    if (!key)
        return key.error();
    if (!*key)
        return absent("Key not found in database", "key");
    const auto allowed = may_see_key(transaction, by, **key);
    if (!allowed)
        return allowed.error();
    if (!*allowed)
        return forbidden(
            "You are not allowed to access this key's info. Your role=" +
                std::string(auth::to_string(by.principal->role)),
            "key"
        );
    return view_of(transaction, std::move(**key));
}

Result<std::vector<KeyView>>
load_keys(db::Transaction& transaction, const Caller& by, const std::vector<std::string>& hashes)
{
    auto keys = store::list_keys_by_token(transaction, hashes);
    if (!keys)
        return keys.error();
    std::stable_sort(keys->begin(), keys->end(), [](const store::Key& a, const store::Key& b) {
        return a.spend > b.spend;
    });
    std::vector<KeyView> views;
    for (auto& key : *keys) {
        const auto allowed = may_see_key(transaction, by, key);
        if (!allowed)
            return allowed.error();
        if (!*allowed)
            return forbidden(
                "You are not allowed to access this key's info: " + key.key_name.value_or(key.token), "keys"
            );
        auto view = view_of(transaction, std::move(key));
        if (!view)
            return view.error();
        views.push_back(std::move(*view));
    }
    return views;
}

/// What authentication remembers of "no such key" must go too: the key may have been asked for before it
/// existed.
void forget(const Context& context, const std::vector<std::string>& hashes)
{
    for (const auto& hash : hashes)
        context.authenticator.forget_key(hash);
}

Result<store::Key> set_blocked_in(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::string& hash,
    bool blocked
)
{
    const auto key = store::find_key(transaction, hash);
    if (!key)
        return key.error();
    if (!*key)
        return absent("Key not found in database", "key");
    const auto allowed = administers_key(transaction, by, **key);
    if (!allowed)
        return allowed.error();
    if (!*allowed)
        return forbidden("Only proxy admins and admins of the key's team can block and unblock it.", "key");
    auto changed = store::set_key_blocked(transaction, hash, blocked, by.author(), context.now());
    if (!changed)
        return changed.error();
    if (!*changed)
        return absent("Key not found in database", "key");
    Change made{
        blocked ? ChangeAction::blocked : ChangeAction::unblocked,
        key_table,
        hash,
        store::document_of(**key),
        store::document_of(**changed)};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return std::move(**changed);
}

Result<std::vector<store::Key>> selected_keys(db::Transaction& transaction, const KeySelection& selection)
{
    if (selection.keys.empty())
        return store::list_keys_by_alias(transaction, selection.aliases);
    std::vector<std::string> hashes;
    for (const auto& key : selection.keys)
        hashes.push_back(hash_of(key));
    return store::list_keys_by_token(transaction, hashes);
}

Result<std::vector<std::string>> remove_in(
    db::Transaction& transaction, const Context& context, const Caller& by, const KeySelection& selection
)
{
    const auto keys = selected_keys(transaction, selection);
    if (!keys)
        return keys.error();
    if (keys->empty())
        return not_found("No keys found");
    std::vector<std::string> hashes;
    for (const auto& key : *keys) {
        const auto allowed = owns_key(transaction, by, key);
        if (!allowed)
            return allowed.error();
        if (!*allowed)
            return forbidden(
                "You are not authorized to delete this key: " + key.key_name.value_or(key.token), "keys"
            );
        hashes.push_back(key.token);
    }
    store::Deletion deletion;
    deletion.id = new_uuid(context.random);
    deletion.at = context.now();
    deletion.by_user = by.author();
    deletion.by_key = by.principal->key_hash;
    deletion.changed_by = by.changed_by;
    if (const auto removed = store::remove_keys(transaction, *keys, deletion); !removed)
        return removed.error();
    for (const auto& key : *keys) {
        Change made{ChangeAction::deleted, key_table, key.token, store::document_of(key), std::nullopt};
        if (const auto recorded = record_change(transaction, context, by, made); !recorded)
            return recorded.error();
    }
    return hashes;
}

} // namespace

Task<IssuedKey> KeyService::issue_by_route(const Caller& by, NewKey wanted, std::string route)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (context_.key_gate != nullptr) {
        const auto allowed = co_await context_.key_gate->may_generate(wanted.request);
        if (!allowed)
            co_return allowed.error();
    }
    auto issued = co_await context_.database->transact<IssuedKey>([&](db::Transaction& transaction) {
        return issue_key(transaction, context_, by, std::move(wanted), route);
    });
    if (issued)
        context_.authenticator.forget_key(issued->row.token);
    co_return issued;
}

Task<IssuedKey> KeyService::issue(const Caller& by, NewKey wanted)
{
    return issue_by_route(by, std::move(wanted), "/key/generate");
}

Task<IssuedKey> KeyService::issue_service_account(const Caller& by, NewKey wanted)
{
    wanted.is_service_account = true;
    return issue_by_route(by, std::move(wanted), "/key/service-account/generate");
}

Task<KeyView> KeyService::load(const Caller& by, const std::optional<std::string>& key)
{
    if (context_.database == nullptr)
        co_return no_database();
    const std::string hash = key ? hash_of(*key) : by.principal->key_hash;
    co_return co_await context_.database->transact<KeyView>([&](db::Transaction& transaction) {
        return load_key(transaction, by, hash);
    });
}

Task<std::vector<KeyView>> KeyService::load_many(const Caller& by, const std::vector<std::string>& keys)
{
    if (context_.database == nullptr)
        co_return no_database();
    std::vector<std::string> hashes;
    for (const auto& key : keys)
        hashes.push_back(hash_of(key));
    co_return co_await context_.database->transact<std::vector<KeyView>>([&](db::Transaction& transaction) {
        return load_keys(transaction, by, hashes);
    });
}

Task<std::vector<std::string>> KeyService::remove(const Caller& by, const KeySelection& selection)
{
    if (context_.database == nullptr)
        co_return no_database();
    auto removed =
        co_await context_.database->transact<std::vector<std::string>>([&](db::Transaction& transaction) {
            return remove_in(transaction, context_, by, selection);
        });
    if (removed)
        forget(context_, *removed);
    co_return removed;
}

Task<store::Key> KeyService::set_blocked(const Caller& by, const std::string& key, bool blocked)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!is_key_or_hash(key))
        co_return bad_request("Invalid key format.", "key");
    const std::string hash = hash_of(key);
    auto changed = co_await context_.database->transact<store::Key>([&](db::Transaction& transaction) {
        return set_blocked_in(transaction, context_, by, hash, blocked);
    });
    if (changed)
        context_.authenticator.forget_key(hash);
    co_return changed;
}

} // namespace litellm::management
