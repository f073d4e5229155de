#include "world.hpp"

namespace litellm::management {

class TeamCare : public ManagementTest {
protected:
    Result<TeamView> create(const NewTeam& wanted) { return run(services().teams.create(admin(), wanted)); }
    Result<TeamView> load(const Caller& by, const std::string& team_id)
    {
        return run(services().teams.load(by, team_id));
    }
    /// An organization with a budget of 10 USD and one model.
    void organization(const std::string& id)
    {
        in_transaction([&](db::Transaction& tx) -> Result<std::int64_t> {
            store::Budget budget;
            budget.budget_id = "b-1";
            budget.max_budget = 10;
            budget.created_at = budget.updated_at = clock.now();
            if (const auto stored = store::insert_budget(tx, budget); !stored)
                return stored.error();
            return tx.execute(insert_organization, {id, "b-1", std::vector<std::string>{"gpt-4"}});
        }).value();
    }

private:
    static constexpr std::string_view insert_organization =
        R"(INSERT INTO "LiteLLM_OrganizationTable" ("organization_id", "organization_alias", "budget_id", "models",
        "created_by", "updated_by") VALUES ($1, 'acme', $2, $3, 'x', 'x'))";
};

TEST_F(TeamCare, MakesATeamWithItsCreatorAsAdmin)
{
    NewTeam wanted;
    wanted.team_alias = "my-awesome-team";
    wanted.max_budget = 10;
    wanted.budget_duration = "7d";
    wanted.managed = json("{'tags': ['x']}");
    const auto team = create(wanted).value().team;

    EXPECT_EQ(team.team_id.size(), 36U);
    EXPECT_EQ(
        team.members_with_roles, json("[{'user_id': 'default_user_id', 'user_email': null, 'role': 'admin'}]")
    );
    EXPECT_EQ(team.budget_reset_at, at("2026-02-23"));
    const auto loaded = load(admin(), team.team_id).value().team;
    EXPECT_EQ(loaded.metadata, json("{'tags': ['x']}"));
    EXPECT_EQ(loaded.members_with_roles, team.members_with_roles);
}

TEST_F(TeamCare, MakesUsersOfUnknownMembers)
{
    user("u-1");
    NewTeam wanted;
    wanted.team_id = "t-1";
    MemberWish known;
    known.user_id = "u-1";
    MemberWish unknown;
    unknown.user_email = "new@b.c";
    unknown.role = "admin";
    wanted.members_with_roles = {known, unknown};
    const auto team = create(wanted).value().team;

    ASSERT_EQ(team.members_with_roles.size(), 3U);
    const auto id = team.members_with_roles[1]["user_id"].get<std::string>();
    const auto made = run(services().users.load(admin(), id)).value().user.value();
    EXPECT_EQ(made.user_email, "new@b.c");
    EXPECT_EQ(made.user_role, "internal_user");
    EXPECT_EQ(made.teams, std::vector<std::string>{"t-1"});
    EXPECT_EQ(
        run(services().users.load(admin(), "u-1")).value().user->teams, std::vector<std::string>{"t-1"}
    );
}

TEST_F(TeamCare, RefusesAMemberWhoIsTwoPeople)
{
    NewUser first;
    first.user_id = "u-1";
    first.user_email = "a@b.c";
    run(services().users.create(admin(), first)).value();
    NewTeam wanted;
    MemberWish member;
    member.user_id = "u-2";
    member.user_email = "a@b.c";
    wanted.members_with_roles = {member};
    expect_error(create(wanted), ErrorKind::invalid_input, "belong to different users", "member");
}

TEST_F(TeamCare, KeepsModelAliasesAndTheMembersBudgetInTheirTables)
{
    user("u-1");
    NewTeam wanted;
    wanted.team_id = "t-1";
    wanted.team_alias = "core infra";
    wanted.model_aliases = json("{'gpt-4': 'cheap'}");
    wanted.team_member_budget = 2;
    MemberWish member;
    member.user_id = "u-1";
    wanted.members_with_roles = {member};
    ASSERT_TRUE(create(wanted));

    const auto view = load(admin(), "t-1").value();
    EXPECT_EQ(view.model_aliases, json("{'gpt-4': 'cheap'}"));
    ASSERT_TRUE(view.member_budget);
    EXPECT_TRUE(view.member_budget->budget_id.starts_with("team-core-infra-budget-"))
        << view.member_budget->budget_id;
    EXPECT_EQ(view.member_budget->max_budget, 2);
    EXPECT_EQ(view.team.metadata["team_member_budget_id"], view.member_budget->budget_id);
    ASSERT_EQ(view.memberships.size(), 2U);
    EXPECT_EQ(view.memberships[0].row.budget_id, view.member_budget->budget_id);
}

TEST_F(TeamCare, RefusesATakenId)
{
    NewTeam wanted;
    wanted.team_id = "t-1";
    ASSERT_TRUE(create(wanted));
    expect_error(create(wanted), ErrorKind::invalid_input, "Team id = t-1 already exists", "team_id");
}

TEST_F(TeamCare, ChecksItsBudgets)
{
    NewTeam negative;
    negative.max_budget = -1;
    expect_error(create(negative), ErrorKind::invalid_input, "max_budget cannot be negative", "max_budget");

    NewTeam soft;
    soft.max_budget = 5;
    soft.soft_budget = 5;
    expect_error(create(soft), ErrorKind::invalid_input, "strictly lower", "soft_budget");
}

TEST_F(TeamCare, StaysWithinItsOrganization)
{
    organization("o-1");
    NewTeam wanted;
    wanted.organization_id = "o-2";
    expect_error(create(wanted), ErrorKind::invalid_input, "o-2", "organization_id");

    wanted.organization_id = "o-1";
    wanted.max_budget = 11;
    expect_error(
        create(wanted), ErrorKind::invalid_input, "above the organization's max_budget=10", "max_budget"
    );
    wanted.max_budget = 10;
    wanted.models = {"claude-3"};
    expect_error(create(wanted), ErrorKind::invalid_input, "'claude-3'", "models");
    wanted.models = {"gpt-4"};
    EXPECT_TRUE(create(wanted));
}

TEST_F(TeamCare, FillsInDefaults)
{
    settings.litellm.default_team_params =
        json("{'tpm_limit': 100, 'team_member_permissions': ['/key/generate']}");
    settings.litellm.raw = json("{'default_team_settings': [{'max_budget': 9}]}");
    const auto team = create({}).value().team;
    EXPECT_EQ(team.tpm_limit, 100);
    EXPECT_EQ(team.max_budget, 9);
    EXPECT_EQ(team.team_member_permissions, std::vector<std::string>{"/key/generate"});
}

TEST_F(TeamCare, IsMadeByAdmins)
{
    EXPECT_EQ(run(services().teams.create(user("u-1"), {})).error().kind, ErrorKind::forbidden);
}

TEST_F(TeamCare, ShowsItselfToMembersAndItsOwnKeys)
{
    const auto member = user("u-1");
    const auto stranger = user("u-2");
    team("t-1", {{"u-1", "user"}});
    NewKey of_team;
    of_team.team_id = "t-1";
    const auto machine = caller(issue(of_team).value().secret.reveal());

    EXPECT_EQ(load(member, "t-1").value().keys.size(), 1U);
    EXPECT_TRUE(load(machine, "t-1"));
    EXPECT_EQ(load(stranger, "t-1").error().kind, ErrorKind::forbidden);
    const auto unknown = load(stranger, "t-9");
    expect_error(unknown, ErrorKind::not_found, "Team not found, passed team id: t-9", "team_id");
}

} // namespace litellm::management
