#include "litellm/store/key_changes.hpp"

#include "samples.hpp"

namespace litellm::store {
namespace {

class KeyChangesStore : public StoreTest {
protected:
    void retire(const std::string& from, const std::string& to, Timestamp until)
    {
        Key next = key(from);
        next.token = to;
        transact([&](db::Transaction& tx) -> Result<int> {
            replace_key(tx, from, next).value();
            retire_token(tx, "id-" + from, from, to, until, at()).value();
            return 0;
        }).value();
    }
    bool is_found(const std::string& token, Timestamp now)
    {
        return call(find_key_context, token, now).value().has_value();
    }
    void insert_rotating(const std::string& token, std::optional<Timestamp> due, const char* interval = "30d")
    {
        Key key = make_key(token);
        key.auto_rotate = true;
        key.key_rotation_at = due;
        if (interval != nullptr)
            key.rotation_interval = interval;
        insert(key);
    }
};

TEST_P(KeyChangesStore, SetsTheSpendOfOneKey)
{
    insert(make_key("a"));
    insert(make_key("b"));
    ASSERT_TRUE(call(set_key_spend, std::string("a"), 1.5));
    EXPECT_EQ(key("a").spend, 1.5);
    EXPECT_EQ(key("b").spend, 0);
    EXPECT_EQ(call(set_key_spend, std::string("c"), 1.5).error().kind, ErrorKind::not_found);
}

TEST_P(KeyChangesStore, GivesARowAnotherToken)
{
    Key old = make_key("old");
    old.spend = 3;
    old.created_by = "u";
    insert(old);
    Key next = old;
    next.token = "new";
    next.key_alias = "named";
    next.spend = 99;
    ASSERT_TRUE(call(replace_key, std::string("old"), next));
    EXPECT_EQ(key("new").key_alias, "named");
    EXPECT_EQ(key("new").spend, 3) << "spend is the ledger's";
    EXPECT_EQ(key("new").created_by, "u");
    EXPECT_FALSE(call(find_key, std::string("old")).value());
    EXPECT_EQ(call(replace_key, std::string("old"), next).error().kind, ErrorKind::not_found);
}

TEST_P(KeyChangesStore, LetsOldTokensStandForTheNewestThroughAChainOfRotations)
{
    insert(make_key("k1"));
    retire("k1", "k2", at(100));
    retire("k2", "k3", at(50));
    const auto context = call(find_key_context, std::string("k1"), at()).value();
    ASSERT_TRUE(context);
    EXPECT_EQ(context->key.token, "k3");
    EXPECT_EQ(context->revoke_at, at(100));
    EXPECT_EQ(call(find_key_context, std::string("k3"), at()).value()->revoke_at, std::nullopt);
    EXPECT_TRUE(is_found("k2", at(49)));
    EXPECT_FALSE(is_found("k2", at(50)));
    EXPECT_TRUE(is_found("k1", at(99)));
    EXPECT_FALSE(is_found("k1", at(100)));
}

TEST_P(KeyChangesStore, EndsATokenAtOnceAndStillFindsItsRowForItsSpend)
{
    insert(make_key("k1"));
    retire("k1", "k2", at());
    EXPECT_FALSE(is_found("k1", at()));
    SpendIncrements increments;
    increments.keys = {{"k1", nano(1'000'000'000)}, {"k2", nano(500'000'000)}};
    ASSERT_TRUE(call(apply_spend, increments));
    EXPECT_DOUBLE_EQ(key("k2").spend, 1.5);
}

TEST_P(KeyChangesStore, TakesAChosenTokenBackIntoUse)
{
    insert(make_key("k1"));
    retire("k1", "k2", at(100));
    retire("k2", "k1", at(100));
    EXPECT_EQ(call(find_key_context, std::string("k1"), at()).value()->revoke_at, std::nullopt);
    EXPECT_EQ(call(find_key_context, std::string("k2"), at()).value()->key.token, "k1");
}

TEST_P(KeyChangesStore, ForgetsWhatEndedLongAgo)
{
    insert(make_key("k1"));
    retire("k1", "k2", at(10));
    retire("k2", "k3", at(20));
    EXPECT_EQ(call(forget_retired_tokens, at(15)).value(), 1);
    EXPECT_FALSE(is_found("k1", at()));
    EXPECT_TRUE(is_found("k2", at()));
}

TEST_P(KeyChangesStore, ListsWhatIsDueForRotation)
{
    insert_rotating("never-rotated", std::nullopt);
    insert_rotating("due", at());
    insert_rotating("later", at(1));
    insert_rotating("without-interval", at(), nullptr);
    insert(make_key("plain"));
    Key expired = make_key("expired");
    expired.auto_rotate = true;
    expired.rotation_interval = "1d";
    expired.expires = at(-1);
    insert(expired);
    using Tokens = std::vector<std::string>;
    const auto due = [&](const std::string& after, std::int64_t limit) {
        return call(list_keys_due_for_rotation, at(), after, limit).value();
    };
    EXPECT_EQ(due("", 10), (Tokens{"due", "never-rotated"}));
    EXPECT_EQ(due("", 1), Tokens{"due"});
    EXPECT_EQ(due("due", 10), Tokens{"never-rotated"});
    EXPECT_TRUE(call(claim_key_due_for_rotation, std::string("due"), at()).value());
    EXPECT_FALSE(call(claim_key_due_for_rotation, std::string("later"), at()).value());
}

TEST_P(KeyChangesStore, ListsDeletedKeys)
{
    Key key = make_key("a");
    key.user_id = "u1";
    key.max_budget = 2;
    insert(key);
    insert(make_key("b"));
    Deletion deletion;
    deletion.id = "d";
    deletion.at = at(5);
    deletion.by_user = "admin";
    ASSERT_TRUE(call(remove_keys, std::vector<Key>{key}, deletion));
    const auto all = call(list_deleted_keys, KeyFilter()).value();
    ASSERT_EQ(all.total_count, 1);
    EXPECT_EQ(all.keys.front().key.token, "a");
    EXPECT_EQ(all.keys.front().key.max_budget, 2);
    EXPECT_EQ(all.keys.front().deleted_at, at(5));
    EXPECT_EQ(all.keys.front().deleted_by, "admin");
    KeyFilter filter;
    filter.user_id = "u2";
    EXPECT_EQ(call(list_deleted_keys, filter).value().total_count, 0);
}

TEST_P(KeyChangesStore, PagesAliases)
{
    for (const char* alias : {"alpha", "beta", "gamma_1", "gammax1"}) {
        Key key = make_key(alias);
        key.key_alias = alias;
        insert(key);
    }
    insert(make_key("nameless"));
    const KeyFilter everything;
    const auto page = [&](const char* search, std::int64_t limit, std::int64_t offset) {
        return call(list_key_aliases, everything, std::string(search), limit, offset).value();
    };
    EXPECT_EQ(page("", 0, 0).aliases.size(), 4U);
    EXPECT_EQ(page("", 2, 2).aliases, (std::vector<std::string>{"gamma_1", "gammax1"}));
    EXPECT_EQ(page("", 2, 2).total_count, 4);
    EXPECT_EQ(page("A_1", 10, 0).aliases, std::vector<std::string>{"gamma_1"}) << "_ is no wildcard";
    EXPECT_EQ(page("%", 10, 0).total_count, 0);
}

INSTANTIATE_ON_BOTH_DIALECTS(KeyChangesStore);

} // namespace
} // namespace litellm::store
