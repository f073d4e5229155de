#include "samples.hpp"

#include <gmock/gmock.h>

namespace litellm::store {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class KeyStore : public StoreTest {
protected:
    std::vector<std::string> tokens_of(const std::vector<Key>& keys)
    {
        std::vector<std::string> tokens;
        for (const Key& key : keys)
            tokens.push_back(key.token);
        return tokens;
    }
    Deletion deletion()
    {
        Deletion made;
        made.id = "d1";
        made.at = at(60);
        made.by_user = "admin";
        made.by_key = "admin-hash";
        return made;
    }
    std::int64_t archived()
    {
        return query(R"(SELECT count(*) FROM "LiteLLM_DeletedVerificationToken")").front().integer(0);
    }
};

Key full_key()
{
    Key key = make_key("full");
    key.key_name = "sk-...abcd";
    key.key_alias = "it's \"mine\"";
    key.soft_budget_cooldown = true;
    key.spend = 1.25;
    key.expires = at(3600);
    key.models = {"gpt-4o", "a,b", ""};
    key.aliases = Json{{"fast", "gpt-4o-mini"}};
    key.config = Json{{"x", 1}};
    key.user_id = "u1";
    key.team_id = "t1";
    key.permissions = Json{{"get_spend_routes", true}};
    key.max_parallel_requests = 3;
    key.metadata = Json{{"tags", {"a", "b"}}, {"nested", {{"null", nullptr}}}};
    key.blocked = false;
    key.tpm_limit = 5'000'000'000;
    key.rpm_limit = 60;
    key.max_budget = 10.5;
    key.budget_duration = "30d";
    key.budget_reset_at = at(7200);
    key.allowed_cache_controls = {"no-cache"};
    key.model_spend = Json{{"gpt-4o", 0.5}};
    key.model_max_budget = Json{{"gpt-4o", {{"budget_limit", 1}}}};
    key.created_by = "admin";
    key.updated_by = "admin";
    key.allowed_routes = {"/chat/completions"};
    key.auto_rotate = true;
    key.key_rotation_at = at(100);
    key.last_rotation_at = at(50);
    key.rotation_count = 2;
    key.rotation_interval = "30d";
    key.router_settings = Json{{"num_retries", 2}};
    key.policies = {"p"};
    key.access_group_ids = {"g"};
    return key;
}

TEST_P(KeyStore, KeepsEveryColumn)
{
    const Key written = full_key();
    insert(written);
    const Key read = key("full");
    EXPECT_EQ(read.key_name, written.key_name);
    EXPECT_EQ(read.key_alias, written.key_alias);
    EXPECT_TRUE(read.soft_budget_cooldown);
    EXPECT_EQ(read.spend, written.spend);
    EXPECT_EQ(read.expires, written.expires);
    EXPECT_EQ(read.models, written.models);
    EXPECT_EQ(read.aliases, written.aliases);
    EXPECT_EQ(read.config, written.config);
    EXPECT_EQ(read.user_id, written.user_id);
    EXPECT_EQ(read.team_id, written.team_id);
    EXPECT_EQ(read.permissions, written.permissions);
    EXPECT_EQ(read.max_parallel_requests, written.max_parallel_requests);
    EXPECT_EQ(read.metadata["nested"], written.metadata["nested"]);
    EXPECT_EQ(read.blocked, written.blocked);
    EXPECT_EQ(read.tpm_limit, written.tpm_limit);
    EXPECT_EQ(read.rpm_limit, written.rpm_limit);
    EXPECT_EQ(read.max_budget, written.max_budget);
    EXPECT_EQ(read.budget_duration, written.budget_duration);
    EXPECT_EQ(read.budget_reset_at, written.budget_reset_at);
    EXPECT_EQ(read.allowed_cache_controls, written.allowed_cache_controls);
    EXPECT_EQ(read.model_spend, written.model_spend);
    EXPECT_EQ(read.model_max_budget, written.model_max_budget);
    EXPECT_EQ(read.created_at, written.created_at);
    EXPECT_EQ(read.updated_by, written.updated_by);
    EXPECT_EQ(read.allowed_routes, written.allowed_routes);
    EXPECT_EQ(read.auto_rotate, written.auto_rotate);
    EXPECT_EQ(read.key_rotation_at, written.key_rotation_at);
    EXPECT_EQ(read.last_rotation_at, written.last_rotation_at);
    EXPECT_EQ(read.rotation_count, written.rotation_count);
    EXPECT_EQ(read.rotation_interval, written.rotation_interval);
    EXPECT_EQ(read.router_settings, written.router_settings);
    EXPECT_EQ(read.policies, written.policies);
    EXPECT_EQ(read.access_group_ids, written.access_group_ids);
}

TEST_P(KeyStore, WritesEmptyArraysAndDocumentsNotNull)
{
    Key plain = make_key("plain");
    plain.metadata = Json();
    insert(plain);
    const db::Rows rows = query(
        R"(SELECT count(*) FROM "LiteLLM_VerificationToken"
           WHERE models IS NOT NULL AND allowed_routes IS NOT NULL AND CAST(metadata AS text) = '{}')"
    );
    EXPECT_EQ(rows.front().integer(0), 1);
    EXPECT_TRUE(key("plain").metadata.is_object());
    EXPECT_EQ(key("plain").blocked, std::nullopt);
}

TEST_P(KeyStore, RefusesATakenToken)
{
    insert(make_key("a"));
    const Result<void> again = call(insert_key, make_key("a"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::conflict);
}

TEST_P(KeyStore, RefusesABudgetThatDoesNotExist)
{
    Key key = make_key("a");
    key.budget_id = "none";
    const Result<void> inserted = call(insert_key, key);
    ASSERT_FALSE(inserted);
    EXPECT_EQ(inserted.error().kind, ErrorKind::conflict);
}

TEST_P(KeyStore, FindsNothingForAnUnknownToken)
{
    EXPECT_FALSE(call(find_key, std::string("' OR '1'='1")).value());
}

TEST_P(KeyStore, KnowsTakenAliases)
{
    Key key = make_key("a");
    key.key_alias = "prod";
    insert(key);
    EXPECT_TRUE(call(is_alias_taken, std::string("prod")).value());
    EXPECT_FALSE(call(is_alias_taken, std::string("PROD")).value());
}

TEST_P(KeyStore, ListsByTokenAliasUserAndTeam)
{
    for (const char* token : {"a", "b", "c"}) {
        Key key = make_key(token);
        key.key_alias = std::string("alias-") + token;
        key.user_id = token[0] == 'c' ? "u2" : "u1";
        key.team_id = token[0] == 'a' ? "t1" : "t2";
        insert(key);
    }
    using Names = std::vector<std::string>;
    EXPECT_THAT(
        tokens_of(call(list_keys_by_token, Names{"c", "a", "x", "a"}).value()), ElementsAre("a", "c")
    );
    EXPECT_THAT(call(list_keys_by_token, Names{}).value(), SizeIs(0));
    EXPECT_THAT(tokens_of(call(list_keys_by_alias, Names{"alias-b", "it's"}).value()), ElementsAre("b"));
    EXPECT_THAT(tokens_of(call(list_keys_of_user, std::string("u1")).value()), ElementsAre("a", "b"));
    EXPECT_THAT(tokens_of(call(list_keys_of_team, std::string("t2")).value()), ElementsAre("b", "c"));
}

TEST_P(KeyStore, UpdatesAllButSpendAndOrigin)
{
    insert(make_key("full"));
    execute(R"(UPDATE "LiteLLM_VerificationToken" SET spend = 7)");
    Key changed = full_key();
    changed.created_at = at(999);
    changed.created_by = "somebody";
    ASSERT_TRUE(call(update_key, changed));
    const Key read = key("full");
    EXPECT_EQ(read.spend, 7);
    EXPECT_EQ(read.created_at, at());
    EXPECT_EQ(read.created_by, std::nullopt);
    EXPECT_EQ(read.max_budget, 10.5);
    EXPECT_EQ(read.models, changed.models);
    changed.max_budget.reset();
    ASSERT_TRUE(call(update_key, changed));
    EXPECT_EQ(key("full").max_budget, std::nullopt);
}

TEST_P(KeyStore, CannotUpdateAKeyThatIsGone)
{
    const Result<void> updated = call(update_key, make_key("none"));
    ASSERT_FALSE(updated);
    EXPECT_EQ(updated.error().kind, ErrorKind::not_found);
}

TEST_P(KeyStore, BlocksAndUnblocks)
{
    insert(make_key("a"));
    const auto blocked = call(set_key_blocked, std::string("a"), true, std::string("admin"), at(5)).value();
    ASSERT_TRUE(blocked);
    EXPECT_EQ(blocked->blocked, true);
    EXPECT_EQ(blocked->updated_at, at(5));
    EXPECT_EQ(
        call(set_key_blocked, std::string("a"), false, std::string("admin"), at(6)).value()->blocked, false
    );
    EXPECT_FALSE(call(set_key_blocked, std::string("b"), true, std::string("admin"), at(5)).value());
}

TEST_P(KeyStore, ArchivesWhatItRemoves)
{
    insert(full_key());
    insert(make_key("other"));
    execute(R"(UPDATE "LiteLLM_VerificationToken" SET spend = 42 WHERE token = 'full')");
    EXPECT_EQ(
        call(remove_keys, std::vector<Key>{full_key(), full_key(), make_key("none")}, deletion()).value(), 1
    );
    EXPECT_FALSE(call(find_key, std::string("full")).value());
    EXPECT_TRUE(call(find_key, std::string("other")).value());
    const db::Rows rows = query(
        R"(SELECT spend, key_alias, deleted_by, deleted_by_api_key, litellm_changed_by, deleted_at, models
           FROM "LiteLLM_DeletedVerificationToken" WHERE token = 'full')"
    );
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows.front().real(0), 42);
    EXPECT_EQ(rows.front().text(1), "it's \"mine\"");
    EXPECT_EQ(rows.front().text(2), "admin");
    EXPECT_EQ(rows.front().text(3), "admin-hash");
    EXPECT_TRUE(rows.front().is_null(4));
    EXPECT_EQ(rows.front().timestamp(5), at(60));
    EXPECT_EQ(rows.front().texts(6), full_key().models);
}

TEST_P(KeyStore, MayRemoveTheSameTokenTwice)
{
    insert(make_key("a"));
    EXPECT_EQ(call(remove_keys, std::vector<Key>{make_key("a")}, deletion()).value(), 1);
    insert(make_key("a"));
    Deletion second = deletion();
    second.at = at(120);
    EXPECT_EQ(call(remove_keys, std::vector<Key>{make_key("a")}, second).value(), 1);
    EXPECT_EQ(archived(), 2);
}

INSTANTIATE_ON_BOTH_DIALECTS(KeyStore);

class KeyList : public StoreTest {
protected:
    void SetUp() override
    {
        StoreTest::SetUp();
        if (IsSkipped() || HasFatalFailure())
            return;
        for (int i = 0; i < 5; ++i) {
            Key key = make_key(std::string("k") + std::to_string(i));
            key.created_at = at(i);
            key.spend = 10 - i;
            key.user_id = i % 2 == 0 ? "even" : "odd";
            key.team_id = i < 2 ? std::optional<std::string>("t1") : std::nullopt;
            key.created_by = i == 4 ? "creator" : "other";
            key.key_alias = i == 3 ? std::optional<std::string>("three") : std::nullopt;
            insert(key);
        }
        Key session = make_key("session");
        session.team_id = "litellm-dashboard";
        session.user_id = "even";
        insert(session);
    }
    std::vector<std::string> list(const KeyFilter& filter)
    {
        const KeyPage page = call(list_keys, filter).value();
        last_total_ = page.total_count;
        std::vector<std::string> tokens;
        for (const Key& key : page.keys)
            tokens.push_back(key.token);
        return tokens;
    }
    std::int64_t last_total_ = 0;
};

TEST_P(KeyList, ShowsNewestFirstWithoutUiSessions)
{
    EXPECT_THAT(list({}), ElementsAre("k4", "k3", "k2", "k1", "k0"));
    EXPECT_EQ(last_total_, 5);
}

TEST_P(KeyList, CutsPages)
{
    KeyFilter filter;
    filter.size = 2;
    filter.page = 3;
    EXPECT_THAT(list(filter), ElementsAre("k0"));
    EXPECT_EQ(last_total_, 5);
    filter.page = 4;
    EXPECT_THAT(list(filter), ElementsAre());
}

TEST_P(KeyList, Filters)
{
    KeyFilter filter;
    filter.user_id = "even";
    EXPECT_THAT(list(filter), ElementsAre("k4", "k2", "k0"));
    filter.team_id = "t1";
    EXPECT_THAT(list(filter), ElementsAre("k0"));
    filter.key_hash = "k4";
    EXPECT_THAT(list(filter), ElementsAre());
    KeyFilter by_alias;
    by_alias.key_alias = "three";
    EXPECT_THAT(list(by_alias), ElementsAre("k3"));
}

TEST_P(KeyList, IncludesAlternatives)
{
    KeyFilter filter;
    filter.user_id = "odd";
    filter.include_team_ids = {"t1", "litellm-dashboard"};
    EXPECT_THAT(list(filter), ElementsAre("k3", "k1", "k0"));
    filter.include_created_by = "creator";
    EXPECT_THAT(list(filter), ElementsAre("k4", "k3", "k1", "k0"));
    KeyFilter alternatives_only;
    alternatives_only.include_created_by = "creator";
    EXPECT_THAT(list(alternatives_only), ElementsAre("k4"));
    EXPECT_EQ(last_total_, 1);
}

TEST_P(KeyList, SortsWithEmptyValuesLast)
{
    KeyFilter filter;
    filter.sort_by = "spend";
    filter.descending = false;
    EXPECT_THAT(list(filter), ElementsAre("k4", "k3", "k2", "k1", "k0"));
    filter.sort_by = "key_alias";
    filter.descending = true;
    EXPECT_EQ(list(filter).front(), "k3");
}

TEST_P(KeyList, RefusesUnknownOrders)
{
    KeyFilter filter;
    filter.sort_by = "token; DROP TABLE x";
    const auto page = call(list_keys, filter);
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::invalid_input);
}

INSTANTIATE_ON_BOTH_DIALECTS(KeyList);

} // namespace
} // namespace litellm::store
