#include "litellm/management/key_service.hpp"

#include "change_record.hpp"
#include "key_access.hpp"
#include "key_rotation.hpp"
#include "key_text.hpp"
#include "key_update.hpp"
#include "master_key_rotation.hpp"
#include "refusals.hpp"

#include <fmt/format.h>

#include <cmath>

namespace litellm::management {

namespace {

Result<SpendReset> reset_spend_in(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::string& hash,
    double reset_to
)
{
    auto key = store::lock_key(transaction, hash);
    if (!key)
        return key.error();
    if (!*key)
        return absent("Key not found in database", "key");
    const auto allowed = administers_key(transaction, by, **key);
    if (!allowed)
        return allowed.error();
    if (!*allowed)
        return forbidden("Only proxy admins and admins of the key's team can reset its spend.", "key");
    auto view = view_of(transaction, std::move(**key));
    if (!view)
        return view.error();
    store::Key& row = view->row;
    if (!std::isfinite(reset_to) || reset_to < 0 || reset_to > row.spend)
        return invalid_input(
            fmt::format(
                "reset_to must be between 0 and the present spend {}. Received: {}", row.spend, reset_to
            ),
            "reset_to"
        );
    for (const auto& budget : {row.max_budget, view->budget ? view->budget->max_budget : std::nullopt}) {
        if (budget && reset_to > *budget)
            return invalid_input(
                fmt::format("reset_to={} is above the budget {}.", reset_to, *budget), "reset_to"
            );
    }
    SpendReset reset;
    reset.previous_spend = row.spend;
    Change made{ChangeAction::updated, key_table, hash, store::document_of(row), std::nullopt};
    reset.row = std::move(row);
    reset.row.spend = reset_to;
    if (const auto stored = set_spend(transaction, reset.row); !stored)
        return stored.error();
    made.after = store::document_of(reset.row);
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return reset;
}

} // namespace

Task<KeyView> KeyService::update(const Caller& by, KeyChange change)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<KeyView>([&](db::Transaction& transaction) {
        return update_key(transaction, context_, by, change);
    });
}

Task<BulkUpdate> KeyService::update_many(const Caller& by, std::vector<KeyChange> changes)
{
    constexpr std::size_t most = 500;
    if (!by.is_admin())
        co_return forbidden("Only proxy admins can perform bulk key updates");
    if (changes.empty())
        co_return invalid_input("No keys provided for update", "keys");
    if (changes.size() > most) {
        const std::string text =
            fmt::format("Maximum {} keys can be updated at once. Found {} keys", most, changes.size());
        co_return invalid_input(text, "keys");
    }
    BulkUpdate bulk;
    for (KeyChange& change : changes) {
        std::string key = change.key;
        auto view = co_await update(by, std::move(change));
        bulk.outcomes.push_back({std::move(key), std::move(view)});
    }
    co_return bulk;
}

Task<RotatedKey> KeyService::rotate(const Caller& by, KeyRotation rotation)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<RotatedKey>([&](db::Transaction& transaction) {
        return is_master_key(context_, rotation.change.key)
            ? rotate_master_key(transaction, context_, by, rotation)
            : rotate_key(transaction, context_, by, rotation);
    });
}

Task<SpendReset> KeyService::reset_spend(const Caller& by, const std::string& key, double reset_to)
{
    if (context_.database == nullptr)
        co_return no_database();
    const std::string hash = hash_of(key);
    co_return co_await context_.database->transact<SpendReset>([&](db::Transaction& transaction) {
        return reset_spend_in(transaction, context_, by, hash, reset_to);
    });
}

} // namespace litellm::management
