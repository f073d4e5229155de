#include "world.hpp"

#include "litellm/store/team_members.hpp"

namespace litellm::management {

class TeamMembersCare : public ManagementTest {
protected:
    Result<MembersAdded>
    add(const Caller& by, std::vector<MemberWish> members, std::optional<double> budget = {})
    {
        MemberAddition wanted;
        wanted.team_id = "t-1";
        wanted.members = std::move(members);
        wanted.max_budget_in_team = budget;
        return run(services().team_members.add(by, wanted));
    }
    Result<ChangedMember> update(const Caller& by, MemberChange wanted)
    {
        wanted.team_id = "t-1";
        return run(services().team_members.update(by, wanted));
    }
    Result<TeamView> remove(const Caller& by, const std::string& user_id)
    {
        MemberName wanted;
        wanted.team_id = "t-1";
        wanted.user_id = user_id;
        return run(services().team_members.remove(by, wanted));
    }
    TeamView load() { return run(services().teams.load(admin(), "t-1")).value(); }
    store::User load_user(const std::string& id)
    {
        return run(services().users.load(admin(), id)).value().user.value();
    }
    std::optional<store::Budget> budget_of(const std::string& user_id)
    {
        for (const auto& membership : load().memberships) {
            if (membership.row.user_id == user_id)
                return membership.budget;
        }
        return std::nullopt;
    }
    static MemberWish person(const std::string& user_id, const std::string& role = "user")
    {
        MemberWish member;
        member.user_id = user_id;
        member.role = role;
        return member;
    }
    static MemberChange change_of(const std::string& user_id)
    {
        MemberChange wanted;
        wanted.user_id = user_id;
        return wanted;
    }
};

TEST_F(TeamMembersCare, AddsPeopleWithABudgetOfTheirOwn)
{
    team("t-1", {});
    const auto added = add(admin(), {person("u-1"), person("u-2", "admin")}, 3.0).value();

    EXPECT_EQ(added.users.size(), 2U);
    ASSERT_EQ(added.memberships.size(), 2U);
    EXPECT_NE(added.memberships[0].row.budget_id, added.memberships[1].row.budget_id);
    EXPECT_EQ(budget_of("u-1")->max_budget, 3);
    EXPECT_EQ(load_user("u-1").teams, std::vector<std::string>{"t-1"});
    EXPECT_EQ(load_user("u-1").user_role, "internal_user");
}

TEST_F(TeamMembersCare, RefusesWhomTheTeamHasAndPassesOverThemInALargerGroup)
{
    team("t-1", {{"u-1", "user"}});
    const auto refused = add(admin(), {person("u-1")});
    expect_error(refused, ErrorKind::invalid_input, "u-1", "member");
    EXPECT_EQ(refused.error().type, "team_member_already_in_team");
    EXPECT_FALSE(add(admin(), {person("u-1"), person("u-1")}));
    EXPECT_EQ(add(admin(), {person("u-1"), person("u-2")}).value().users.size(), 1U);
    EXPECT_EQ(load().team.members_with_roles.size(), 3U) << "with the creator";
}

TEST_F(TeamMembersCare, IsForAdminsOfTheTeam)
{
    team("t-1", {{"boss", "admin"}, {"u-1", "user"}});
    const auto boss = key_of("boss");
    const auto member = key_of("u-1");
    const auto stranger = user("u-2");
    EXPECT_TRUE(add(boss, {person("u-3")}));
    for (const auto& by : {member, stranger}) {
        EXPECT_EQ(add(by, {person("u-4")}).error().kind, ErrorKind::forbidden);
        EXPECT_EQ(remove(by, "u-3").error().kind, ErrorKind::forbidden);
        EXPECT_EQ(update(by, change_of("u-1")).error().kind, ErrorKind::forbidden);
    }
    const Caller ownerless = caller(issue(NewKey()).value().secret.reveal());
    EXPECT_EQ(add(ownerless, {person("u-4")}).error().kind, ErrorKind::forbidden);
    MemberAddition unknown;
    unknown.team_id = "t-2";
    unknown.members = {person("u-1")};
    EXPECT_EQ(run(services().team_members.add(admin(), unknown)).error().kind, ErrorKind::not_found);
}

TEST_F(TeamMembersCare, LetsAUserJoinAnOpenTeamAsAPlainMember)
{
    settings.litellm.default_internal_user_params = json("{'available_teams': ['t-1']}");
    team("t-1", {});
    const auto anna = user("anna");
    EXPECT_EQ(run(services().teams.list_available(anna)).value().size(), 1U);
    EXPECT_FALSE(add(anna, {person("anna", "admin")})) << "not as admin";
    EXPECT_FALSE(add(anna, {person("berta")})) << "not somebody else";
    EXPECT_FALSE(add(anna, {person("anna")}, 1'000.0)) << "not with a budget of his choice";
    EXPECT_TRUE(add(anna, {person("anna")}));
    EXPECT_TRUE(run(services().teams.list_available(anna)).value().empty());
}

TEST_F(TeamMembersCare, AddsManyAllOrNothing)
{
    team("t-1", {{"u-1", "user"}});
    user("u-2");
    user("u-3");
    BulkAddition wanted;
    wanted.team_id = "t-1";
    MemberWish two;
    two.user_id = "u-2";
    two.user_email = "b@b.c";
    NewUser other;
    other.user_id = "u-4";
    other.user_email = "b@b.c";
    run(services().users.create(admin(), other)).value();
    wanted.members = {person("u-3"), two};
    EXPECT_FALSE(run(services().team_members.add_in_bulk(admin(), wanted)));
    EXPECT_EQ(load().team.members_with_roles.size(), 2U);
    EXPECT_TRUE(load_user("u-3").teams.empty());

    BulkAddition everybody;
    everybody.team_id = "t-1";
    everybody.all_users = true;
    EXPECT_EQ(run(services().team_members.add_in_bulk(admin(), everybody)).value().users.size(), 3U);
    const auto boss = user("boss");
    EXPECT_EQ(run(services().team_members.add_in_bulk(boss, everybody)).error().kind, ErrorKind::forbidden);
    wanted.members.assign(501, person("u-9"));
    expect_error(
        run(services().team_members.add_in_bulk(admin(), wanted)), ErrorKind::invalid_input, "500", "members"
    );
}

TEST_F(TeamMembersCare, ChangesOnlyWhatWasSent)
{
    team("t-1", {});
    add(admin(), {person("u-1")}, 3.0).value();
    MemberChange role = change_of("u-1");
    role.role = "admin";
    EXPECT_EQ(update(admin(), role).value().budget->max_budget, 3);
    MemberChange limit = change_of("u-1");
    limit.rpm_limit = 7;
    const auto changed = update(admin(), limit).value();
    EXPECT_EQ(changed.budget->max_budget, 3);
    EXPECT_EQ(changed.budget->rpm_limit, 7);
    MemberChange clear = change_of("u-1");
    clear.max_budget_in_team = std::nullopt;
    EXPECT_EQ(update(admin(), clear).value().budget->max_budget, std::nullopt);
    EXPECT_EQ(budget_of("u-1")->rpm_limit, 7);
    EXPECT_TRUE(add(key_of("u-1"), {person("u-2")})) << "he is an admin of the team now";
}

TEST_F(TeamMembersCare, LeavesTheSharedBudgetToTheOthers)
{
    NewTeam wanted;
    wanted.team_member_budget = 2;
    team("t-1", {{"u-1", "user"}, {"u-2", "user"}}, wanted);
    MemberChange more = change_of("u-1");
    more.max_budget_in_team = 9.0;
    ASSERT_TRUE(update(admin(), more));
    EXPECT_EQ(budget_of("u-1")->max_budget, 9);
    EXPECT_EQ(budget_of("u-2")->max_budget, 2);
    EXPECT_EQ(load().member_budget->max_budget, 2);
}

TEST_F(TeamMembersCare, FindsAMemberByTodaysAddress)
{
    NewUser anna;
    anna.user_id = "u-1";
    run(services().users.create(admin(), anna)).value();
    team("t-1", {{"u-1", "user"}});
    in_transaction([](db::Transaction& tx) {
        auto user = store::find_user(tx, "u-1").value().value();
        user.user_email = "Anna@b.c";
        return store::update_user(tx, user);
    });
    MemberName wanted;
    wanted.team_id = "t-1";
    wanted.user_email = "anna@B.c";
    EXPECT_TRUE(run(services().team_members.remove(admin(), wanted)));
    expect_error(remove(admin(), "u-1"), ErrorKind::invalid_input, "User not found in team", "user_id");
}

TEST_F(TeamMembersCare, TakesAMembersKeysAwayWithHim)
{
    team("t-1", {});
    add(admin(), {person("u-1")}, 3.0).value();
    NewKey in_team;
    in_team.user_id = "u-1";
    in_team.team_id = "t-1";
    const auto team_key = issue(in_team).value().secret.reveal();
    const auto own_key = issue([] {
                             NewKey key;
                             key.user_id = "u-1";
                             return key;
                         }())
                             .value()
                             .secret.reveal();
    ASSERT_TRUE(authenticate(team_key));

    const auto left = remove(admin(), "u-1").value();
    EXPECT_EQ(left.team.members_with_roles.size(), 1U);
    EXPECT_TRUE(load_user("u-1").teams.empty());
    EXPECT_TRUE(load().memberships.empty());
    EXPECT_EQ(authenticate(team_key).error().type, "token_not_found_in_db");
    EXPECT_TRUE(authenticate(own_key));
}

} // namespace litellm::management
