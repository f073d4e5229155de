#include "litellm/store/budget_resets.hpp"

#include "samples.hpp"

namespace litellm::store {
namespace {

class BudgetResetStore : public StoreTest {
protected:
    void
    insert_spent(const std::string& token, std::optional<Timestamp> due, std::optional<std::string> duration)
    {
        Key key = make_key(token);
        key.spend = 5;
        key.budget_reset_at = due;
        key.budget_duration = std::move(duration);
        insert(key);
    }
};

TEST_P(BudgetResetStore, ResetsTheKeysThatAreDueAndTheirDates)
{
    insert_spent("due", at(), "1d");
    insert_spent("same", at(-5), "1d");
    insert_spent("other", at(-5), "30d");
    insert_spent("later", at(1), "1d");
    insert_spent("never", std::nullopt, "1d");
    Key expired = make_key("expired");
    expired.spend = 5;
    expired.budget_reset_at = at();
    expired.budget_duration = "1d";
    expired.expires = at(-1);
    insert(expired);

    const auto durations = call(list_due_durations, BudgetOwner::key, at()).value();
    EXPECT_EQ(durations.size(), 2U);
    const std::optional<std::string> day = "1d";
    const std::optional<Timestamp> next = at(100);
    auto ids = call(reset_owners, BudgetOwner::key, day, next, at()).value();
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(ids, (std::vector<std::string>{"due", "same"}));
    EXPECT_EQ(key("due").spend, 0);
    EXPECT_EQ(key("due").budget_reset_at, at(100));
    EXPECT_EQ(key("other").spend, 5);
    EXPECT_EQ(key("later").spend, 5);
    EXPECT_EQ(key("expired").spend, 5);
    EXPECT_TRUE(call(reset_owners, BudgetOwner::key, day, next, at()).value().empty()) << "once";
}

TEST_P(BudgetResetStore, EndsTheDateOfAKeyWithoutDuration)
{
    insert_spent("a", at(), std::nullopt);
    const auto durations = call(list_due_durations, BudgetOwner::key, at()).value();
    ASSERT_EQ(durations.size(), 1U);
    EXPECT_EQ(durations.front(), std::nullopt);
    EXPECT_EQ(
        call(reset_owners, BudgetOwner::key, durations.front(), std::optional<Timestamp>(), at())
            .value()
            .size(),
        1U
    );
    EXPECT_EQ(key("a").budget_reset_at, std::nullopt);
    EXPECT_EQ(key("a").spend, 0);
}

TEST_P(BudgetResetStore, ResetsUsersAndTeams)
{
    User user = make_user("u1");
    user.spend = 2;
    user.budget_duration = "7d";
    user.budget_reset_at = at();
    insert(user);
    Team team = make_team("t1");
    team.spend = 3;
    team.budget_duration = "7d";
    team.budget_reset_at = at();
    insert(team);
    const std::optional<std::string> week = "7d";
    const std::optional<Timestamp> next = at(9);
    EXPECT_EQ(
        call(reset_owners, BudgetOwner::user, week, next, at()).value(), std::vector<std::string>{"u1"}
    );
    EXPECT_EQ(
        call(reset_owners, BudgetOwner::team, week, next, at()).value(), std::vector<std::string>{"t1"}
    );
    EXPECT_EQ(spend_of("LiteLLM_UserTable", "user_id", "u1"), 0);
    EXPECT_EQ(spend_of("LiteLLM_TeamTable", "team_id", "t1"), 0);
}

TEST_P(BudgetResetStore, ResetsEverybodyOnABudgetRow)
{
    Budget budget = make_budget("b");
    budget.budget_duration = "1d";
    budget.budget_reset_at = at();
    insert(budget);
    Budget other = make_budget("without-date");
    other.budget_duration = "1d";
    insert(other);
    insert(make_budget("without-duration"));
    Key key_of_budget = make_key("k");
    key_of_budget.budget_id = "b";
    key_of_budget.spend = 1;
    insert(key_of_budget);
    Key own = key_of_budget;
    own.token = "own-duration";
    own.budget_duration = "30d";
    insert(own);
    insert_organization("o1", "b");
    insert_membership("u1", "t1", "b");
    execute(R"(UPDATE "LiteLLM_TeamMembership" SET spend = 2)");
    execute(R"(UPDATE "LiteLLM_OrganizationTable" SET spend = 3)");
    execute(
        R"(INSERT INTO "LiteLLM_EndUserTable" (user_id, spend, blocked, budget_id) VALUES ('e', 4, FALSE, 'b'))"
    );

    const auto due = call(list_due_budgets, at()).value();
    ASSERT_EQ(due.size(), 2U);
    EXPECT_EQ(due.front().budget_id, "b");
    EXPECT_EQ(due.back().reset_at, std::nullopt);
    EXPECT_TRUE(call(set_budget_reset, due.front(), at(50), at()).value());
    EXPECT_FALSE(call(set_budget_reset, due.front(), at(50), at()).value()) << "one process does it";
    const auto spenders = call(reset_spenders, std::string("b")).value();
    EXPECT_EQ(spenders.keys, std::vector<std::string>{"k"});
    EXPECT_EQ(spenders.organizations, std::vector<std::string>{"o1"});
    EXPECT_EQ(spenders.end_users, std::vector<std::string>{"e"});
    ASSERT_EQ(spenders.members.size(), 1U);
    EXPECT_EQ(spenders.members.front(), (std::pair<std::string, std::string>("t1", "u1")));
    EXPECT_EQ(key("k").spend, 0);
    EXPECT_EQ(key("own-duration").spend, 1) << "has a time of its own";
    EXPECT_EQ(spend_of("LiteLLM_EndUserTable", "user_id", "e"), 0);
}

INSTANTIATE_ON_BOTH_DIALECTS(BudgetResetStore);

} // namespace
} // namespace litellm::store
