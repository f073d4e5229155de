#include "world.hpp"

namespace litellm::management {

class KeysTogether : public ManagementTest {
protected:
    /// A key of `user_id`; returns its text.
    std::string key(const std::string& user_id = {}, NewKey wanted = {})
    {
        if (!user_id.empty())
            wanted.user_id = user_id;
        return issue(std::move(wanted)).value().secret.reveal();
    }
    static KeyChange change(const std::string& key)
    {
        KeyChange change;
        change.key = key;
        return change;
    }
    store::Key row(const std::string& key) { return stored(sha256_hex(key)); }
};

TEST_F(KeysTogether, UpdatesManyAndTellsWhichFailed)
{
    const auto one = key();
    auto first = change(one);
    first.max_budget = 3.0;
    const auto bulk = run(services().keys.update_many(admin(), {first, change("sk-unknown")})).value();
    ASSERT_EQ(bulk.outcomes.size(), 2U);
    EXPECT_TRUE(bulk.outcomes[0].view);
    EXPECT_EQ(bulk.outcomes[1].view.error().kind, ErrorKind::not_found);
    EXPECT_EQ(row(one).max_budget, 3);
    EXPECT_EQ(run(services().keys.update_many(user("u-1"), {first})).error().kind, ErrorKind::forbidden);
    EXPECT_EQ(run(services().keys.update_many(admin(), {})).error().kind, ErrorKind::invalid_input);
    EXPECT_EQ(
        run(services().keys.update_many(admin(), std::vector<KeyChange>(501, first))).error().kind,
        ErrorKind::invalid_input
    );
}

TEST_F(KeysTogether, ResetsSpend)
{
    user("u-1");
    NewKey wanted;
    wanted.spend = 5;
    wanted.max_budget = 4;
    const auto text = key("u-1", wanted);
    const auto reset = [&](double to, const Caller& by) {
        return run(services().keys.reset_spend(by, text, to));
    };
    expect_error(reset(6, admin()), ErrorKind::invalid_input, "present spend", "reset_to");
    expect_error(reset(-1, admin()), ErrorKind::invalid_input, "present spend", "reset_to");
    expect_error(reset(4.5, admin()), ErrorKind::invalid_input, "above the budget", "reset_to");
    EXPECT_EQ(reset(0, caller(text)).error().kind, ErrorKind::forbidden);
    const auto done = reset(1.5, admin()).value();
    EXPECT_EQ(done.previous_spend, 5);
    EXPECT_EQ(done.row.spend, 1.5);
    EXPECT_EQ(row(text).spend, 1.5);
    EXPECT_EQ(run(services().keys.reset_spend(admin(), "sk-unknown", 0)).error().kind, ErrorKind::not_found);
}

TEST_F(KeysTogether, MakesKeysForServiceAccounts)
{
    const auto member = user("u-1");
    team("t-1", {{"u-1", "user"}});
    const auto make = [&](const Caller& by, NewKey wanted) {
        return run(services().keys.issue_service_account(by, std::move(wanted)));
    };
    NewKey wanted;
    wanted.user_id = "u-1";
    expect_error(make(admin(), wanted), ErrorKind::invalid_input, "team_id is required", "team_id");
    wanted.team_id = "t-2";
    expect_error(make(admin(), wanted), ErrorKind::invalid_input, "Unable to find team", "team_id");
    wanted.team_id = "t-1";
    const auto issued = make(admin(), wanted).value();
    EXPECT_EQ(issued.row.user_id, std::nullopt);
    EXPECT_EQ(issued.row.team_id, "t-1");
    const auto refused = make(member, wanted);
    EXPECT_EQ(refused.error().parameter, "/key/service-account/generate");
    EXPECT_EQ(refused.error().type, "team_member_permission_error");
}

TEST_F(KeysTogether, ShowsSeveralKeysAtOnce)
{
    const auto owner = user("u-1");
    NewKey rich;
    rich.spend = 3;
    const auto one = key("u-1");
    const auto two = key("u-1", rich);
    const auto views = run(services().keys.load_many(owner, {one, sha256_hex(two), "sk-unknown"})).value();
    ASSERT_EQ(views.size(), 2U);
    EXPECT_EQ(views.front().row.spend, 3);
    EXPECT_EQ(run(services().keys.load_many(user("u-2"), {one})).error().kind, ErrorKind::forbidden);
}

} // namespace litellm::management
