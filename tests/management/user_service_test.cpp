#include "world.hpp"

namespace litellm::management {

class UserCare : public ManagementTest {
protected:
    Result<CreatedUser> create(const NewUser& wanted)
    {
        return run(services().users.create(admin(), wanted));
    }
    Result<UserView> load(const Caller& by, const std::optional<std::string>& user_id)
    {
        return run(services().users.load(by, user_id));
    }
    NewUser named(const std::string& user_id)
    {
        NewUser wanted;
        wanted.user_id = user_id;
        return wanted;
    }
};

TEST_F(UserCare, MakesAUserWithAKey)
{
    NewUser wanted;
    wanted.user_email = "krrish@berri.ai";
    wanted.max_budget = 3;
    wanted.models = {"gpt-4"};
    wanted.duration = "1d";
    const auto created = create(wanted).value();

    EXPECT_EQ(created.user.user_id.size(), 36U);
    EXPECT_EQ(created.user.user_role, "internal_user");
    ASSERT_TRUE(created.key);
    EXPECT_FALSE(created.key->row.max_budget) << "the budget is on the user";
    EXPECT_EQ(created.key->row.models, wanted.models);
    EXPECT_EQ(created.key->row.expires, at("2026-02-19T10:37:21.500Z"));
    const auto principal = authenticate(created.key->secret.reveal()).value();
    EXPECT_EQ(principal->role, auth::Role::internal_user);
    EXPECT_EQ(principal->context->user->max_budget, 3);
}

TEST_F(UserCare, MakesNoKeyWhenToldSo)
{
    NewUser wanted = named("u-1");
    wanted.auto_create_key = false;
    EXPECT_FALSE(create(wanted).value().key);
    EXPECT_TRUE(load(admin(), "u-1").value().keys.empty());
}

TEST_F(UserCare, RefusesATakenIdAndATakenAddress)
{
    NewUser wanted = named("u-1");
    wanted.user_email = "A@b.c";
    ASSERT_TRUE(create(wanted));

    expect_error(create(named("u-1")), ErrorKind::conflict, "User with id u-1 already exists", "user_id");
    EXPECT_EQ(create(named("u-1")).error().status, 409);
    NewUser same_address = named("u-2");
    same_address.user_email = "a@B.c";
    expect_error(
        create(same_address), ErrorKind::conflict, "User with email a@B.c already exists", "user_email"
    );
}

TEST_F(UserCare, KnowsFourRoles)
{
    NewUser wanted = named("u-1");
    wanted.user_role = "king";
    const auto refused = create(wanted);
    expect_error(refused, ErrorKind::invalid_input, "user_role must be one of", "user_role");
    EXPECT_EQ(refused.error().status, 422);
}

TEST_F(UserCare, IsForAdmins)
{
    const auto someone = user("u-1");
    EXPECT_EQ(run(services().users.create(someone, named("u-2"))).error().kind, ErrorKind::forbidden);
}

TEST_F(UserCare, FillsInDefaultsExceptForAdmins)
{
    settings.litellm.default_internal_user_params =
        json("{'user_role': 'internal_user_viewer', 'max_budget': 7, 'budget_duration': '30d', 'models': "
             "['gpt-4']}");
    const auto created = create(named("u-1")).value().user;
    EXPECT_EQ(created.user_role, "internal_user_viewer");
    EXPECT_EQ(created.max_budget, 7);
    EXPECT_EQ(created.budget_reset_at, at("2026-03-01"));

    NewUser admin_user = named("u-2");
    admin_user.user_role = "proxy_admin";
    EXPECT_FALSE(create(admin_user).value().user.max_budget);
}

TEST_F(UserCare, GivesInternalUsersTheConfiguredBudget)
{
    settings.litellm.raw = json("{'max_internal_user_budget': 4, 'internal_user_budget_duration': '1d'}");
    const auto created = create(named("u-1")).value().user;
    EXPECT_EQ(created.max_budget, 4);
    EXPECT_EQ(created.budget_duration, "1d");
}

TEST_F(UserCare, PutsTheUserIntoHisTeams)
{
    team("t-1", {});
    NewUser wanted = named("u-1");
    TeamWish wish;
    wish.team_id = "t-1";
    wish.role = "admin";
    wish.max_budget_in_team = 2;
    TeamWish unknown;
    unknown.team_id = "nowhere";
    wanted.teams = std::vector<TeamWish>{wish, unknown};
    EXPECT_EQ(create(wanted).value().user.teams, std::vector<std::string>{"t-1"});

    const auto view = run(services().teams.load(admin(), "t-1")).value();
    EXPECT_EQ(
        view.team.members_with_roles[1], json("{'user_id': 'u-1', 'user_email': null, 'role': 'admin'}")
    );
    ASSERT_EQ(view.memberships.size(), 1U);
    EXPECT_EQ(view.memberships[0].budget->max_budget, 2);
    EXPECT_EQ(load(admin(), "u-1").value().teams.front().team_id, "t-1");
}

TEST_F(UserCare, GivesTheKeyOfATeamsUserToTheTeam)
{
    team("t-1", {});
    NewUser wanted = named("u-1");
    wanted.team_id = "t-1";
    const auto created = create(wanted).value();
    EXPECT_EQ(created.key->row.team_id, "t-1");
    EXPECT_EQ(created.user.teams, std::vector<std::string>{"t-1"});

    wanted = named("u-2");
    wanted.team_id = "nowhere";
    expect_error(create(wanted), ErrorKind::not_found, "nowhere", "team_id");
    EXPECT_FALSE(load(admin(), "u-2")) << "nothing was kept";
}

TEST_F(UserCare, ShowsPeopleThemselvesOnly)
{
    const auto someone = user("u-1");
    user("u-2");
    EXPECT_EQ(load(someone, std::nullopt).value().user_id, "u-1");
    EXPECT_EQ(load(someone, "u-1").value().keys.size(), 1U);
    expect_error(
        load(someone, "u-2"),
        ErrorKind::forbidden,
        "key not allowed to access this user's info. user_id=u-2, key's user_id=u-1",
        "user_id"
    );
    EXPECT_EQ(load(user("u-3", {}, "proxy_admin_viewer"), "u-1").value().user_id, "u-1");
}

TEST_F(UserCare, KnowsTheMasterKeysUserWithoutARow)
{
    const auto view = load(admin(), "default_user_id").value();
    EXPECT_EQ(view.user->user_role, "proxy_admin");
    expect_error(load(admin(), "nobody"), ErrorKind::not_found, "User nobody not found", "user_id");
    EXPECT_EQ(load(user("u-1"), "default_user_id").error().kind, ErrorKind::forbidden);
}

TEST_F(UserCare, ShowsAnAdminEverythingWhenHeAsksForNobody)
{
    user("u-1");
    team("t-b", {});
    team("t-a", {});
    const auto view = load(admin(), std::nullopt).value();
    EXPECT_FALSE(view.user_id);
    EXPECT_EQ(view.keys.size(), 1U);
    EXPECT_EQ(view.teams.size(), 2U);
}

} // namespace litellm::management
