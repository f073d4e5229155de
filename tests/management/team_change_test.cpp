#include "world.hpp"

namespace litellm::management {

class TeamChanges : public ManagementTest {
protected:
    Result<TeamView> update(const Caller& by, TeamChange wanted)
    {
        wanted.team_id = "t-1";
        return run(services().teams.update(by, wanted));
    }
    Result<TeamView> update(TeamChange wanted) { return update(admin(), std::move(wanted)); }
    TeamView load(const std::string& id = "t-1") { return run(services().teams.load(admin(), id)).value(); }

    /// An organization with a budget of 10 USD, the model gpt-4, and one admin.
    Caller organization(const std::string& id)
    {
        const std::string admin_id = "admin-of-" + id;
        const Caller by = user(admin_id);
        in_transaction([&](db::Transaction& tx) -> Result<void> {
            store::Budget budget;
            budget.budget_id = "budget-of-" + id;
            budget.max_budget = 10;
            budget.created_at = budget.updated_at = clock.now();
            if (const auto stored = store::insert_budget(tx, budget); !stored)
                return stored.error();
            const auto made =
                tx.execute(insert_organization, {id, budget.budget_id, std::vector<std::string>{"gpt-4"}});
            if (!made)
                return made.error();
            return store::add_organization_member(tx, id, admin_id, "org_admin", clock.now());
        }).value();
        return by;
    }

private:
    static constexpr std::string_view insert_organization =
        R"(INSERT INTO "LiteLLM_OrganizationTable" ("organization_id", "organization_alias", "budget_id", "models",
        "created_by", "updated_by") VALUES ($1, 'acme', $2, $3, 'x', 'x'))";
};

TEST_F(TeamChanges, ChangeOnlyWhatWasSent)
{
    NewTeam wanted;
    wanted.team_alias = "core";
    wanted.max_budget = 10;
    wanted.models = {"gpt-4"};
    wanted.metadata = json("{'owner': 'anna'}");
    team("t-1", {{"u-1", "user"}}, wanted);

    TeamChange first;
    first.tpm_limit = 5;
    first.managed = json("{'tags': ['x']}");
    ASSERT_TRUE(update(first));
    auto row = load().team;
    EXPECT_EQ(row.team_alias, "core");
    EXPECT_EQ(row.max_budget, 10);
    EXPECT_EQ(row.models, std::vector<std::string>{"gpt-4"});
    EXPECT_EQ(row.metadata, json("{'owner': 'anna', 'tags': ['x']}"));
    EXPECT_EQ(row.tpm_limit, 5);
    EXPECT_EQ(row.members_with_roles.size(), 2U);

    TeamChange second;
    second.max_budget = std::nullopt;
    second.metadata = json("{'a': 1}");
    second.budget_duration = std::string("7d");
    ASSERT_TRUE(update(second));
    row = load().team;
    EXPECT_EQ(row.max_budget, std::nullopt);
    EXPECT_EQ(row.metadata, json("{'a': 1}"));
    EXPECT_EQ(row.budget_reset_at, at("2026-02-23"));
    EXPECT_EQ(row.tpm_limit, 5);
}

TEST_F(TeamChanges, CheckAmountsAgainstWhatIsStored)
{
    NewTeam wanted;
    wanted.max_budget = 10;
    team("t-1", {}, wanted);
    TeamChange soft;
    soft.soft_budget = 10.0;
    expect_error(update(soft), ErrorKind::invalid_input, "strictly lower", "soft_budget");
    TeamChange negative;
    negative.max_budget = -1.0;
    expect_error(update(negative), ErrorKind::invalid_input, "negative", "max_budget");
    TeamChange duration;
    duration.budget_duration = std::string("soon");
    expect_error(update(duration), ErrorKind::invalid_input, "", "budget_duration");
    EXPECT_EQ(load().team.max_budget, 10);
    EXPECT_EQ(run(services().teams.update(admin(), TeamChange())).error().kind, ErrorKind::not_found);
}

TEST_F(TeamChanges, ReachTheNextCall)
{
    const auto key = [&] {
        team("t-1", {});
        NewKey wanted;
        wanted.team_id = "t-1";
        return issue(wanted).value().secret.reveal();
    }();
    ASSERT_TRUE(authenticate(key));
    ASSERT_TRUE(run(services().teams.set_blocked(admin(), "t-1", true)));
    EXPECT_EQ(authenticate(key).error().type, "auth_error");
    ASSERT_TRUE(run(services().teams.set_blocked(admin(), "t-1", false)));
    TeamChange budget;
    budget.max_budget = 3.0;
    ASSERT_TRUE(update(budget));
    EXPECT_EQ(authenticate(key).value()->context->team->max_budget, 3);
}

TEST_F(TeamChanges, GiveEachMemberTheSharedBudget)
{
    team("t-1", {{"u-1", "user"}});
    TeamChange first;
    first.team_member_budget = 2.0;
    ASSERT_TRUE(update(first));
    ASSERT_EQ(load().memberships.size(), 2U) << "the creator and u-1";
    EXPECT_EQ(load().memberships[1].budget->max_budget, 2);
    TeamChange second;
    second.metadata = json("{}");
    second.team_member_rpm_limit = 5;
    ASSERT_TRUE(update(second));
    EXPECT_EQ(load().member_budget->max_budget, 2) << "replaced metadata keeps the link";
    EXPECT_EQ(load().member_budget->rpm_limit, 5);
}

TEST_F(TeamChanges, KeepModelAliases)
{
    team("t-1", {});
    TeamChange first;
    first.model_aliases = json("{'a': 'b'}");
    ASSERT_TRUE(update(first));
    EXPECT_EQ(load().model_aliases, json("{'a': 'b'}"));
    TeamChange second;
    second.model_aliases = json("{'c': 'd'}");
    ASSERT_TRUE(update(second));
    EXPECT_EQ(load().model_aliases, json("{'c': 'd'}"));
}

TEST_F(TeamChanges, AreForAdminsOfTheOrganizationWithinItsLimits)
{
    const Caller acme = organization("acme");
    const Caller other = organization("other");
    const Caller boss = user("boss");
    NewTeam wanted;
    wanted.organization_id = "acme";
    wanted.models = {"gpt-4"};
    team("t-1", {{"boss", "admin"}}, wanted);

    TeamChange change;
    change.max_budget = 5.0;
    EXPECT_TRUE(update(acme, change));
    EXPECT_EQ(update(other, change).error().kind, ErrorKind::forbidden);
    EXPECT_EQ(update(boss, change).error().kind, ErrorKind::forbidden) << "an admin of the team alone";
    change.max_budget = 11.0;
    expect_error(update(acme, change), ErrorKind::invalid_input, "organization", "max_budget");
    TeamChange models;
    models.models = std::vector<std::string>{"gpt-5"};
    expect_error(update(acme, models), ErrorKind::invalid_input, "gpt-5", "models");
    EXPECT_EQ(run(services().teams.set_blocked(other, "t-1", true)).error().kind, ErrorKind::forbidden);
    EXPECT_EQ(run(services().teams.remove(other, {"t-1"})).error().kind, ErrorKind::forbidden);

    NewTeam own;
    own.organization_id = "acme";
    own.models = {"gpt-4"};
    EXPECT_TRUE(run(services().teams.create(acme, own)));
    own.organization_id = "other";
    EXPECT_EQ(run(services().teams.create(acme, own)).error().kind, ErrorKind::forbidden);
    own.organization_id.reset();
    EXPECT_EQ(run(services().teams.create(acme, own)).error().kind, ErrorKind::forbidden);
}

TEST_F(TeamChanges, MoveATeamOnlyWhereItsMembersAre)
{
    const Caller acme = organization("acme");
    organization("other");
    team("t-1", {{"u-1", "user"}});
    TeamChange move;
    move.organization_id = std::string("other");
    expect_error(update(move), ErrorKind::forbidden, "u-1", "organization_id");
    move.organization_id = std::string("nowhere");
    EXPECT_EQ(update(move).error().kind, ErrorKind::not_found);
    in_transaction([&](db::Transaction& tx) {
        return store::add_organization_member(tx, "acme", "u-1", "internal_user", clock.now());
    }).value();
    TeamChange models;
    models.models = std::vector<std::string>{"gpt-4"};
    models.organization_id = std::string("acme");
    EXPECT_EQ(update(models).value().team.organization_id, "acme");
    TeamChange leave;
    leave.organization_id = std::string();
    EXPECT_EQ(update(acme, leave).error().kind, ErrorKind::forbidden) << "out of reach of its limits";
    EXPECT_EQ(update(leave).value().team.organization_id, std::nullopt);
}

TEST_F(TeamChanges, NeverWidenAListOfModelsByTakingTheLast)
{
    NewTeam wanted;
    wanted.models = {"a", "b"};
    team("t-1", {}, wanted);
    EXPECT_EQ(run(services().teams.remove_models(admin(), "t-1", {"a"})).value().models.size(), 1U);
    EXPECT_EQ(
        run(services().teams.remove_models(admin(), "t-1", {"b"})).error().kind, ErrorKind::invalid_input
    );
    team("t-2", {});
    EXPECT_EQ(
        run(services().teams.add_models(admin(), "t-2", {"a"})).value().models,
        (std::vector<std::string>{"all-proxy-models", "a"})
    );
    EXPECT_EQ(run(services().teams.add_models(user("u"), "t-2", {"a"})).error().kind, ErrorKind::forbidden);
}

TEST_F(TeamChanges, DeleteATeamWithItsKeys)
{
    team("t-1", {{"u-1", "user"}});
    team("t-2", {{"u-1", "user"}});
    NewKey wanted;
    wanted.team_id = "t-1";
    const auto key = issue(wanted).value().secret.reveal();
    ASSERT_TRUE(authenticate(key));
    EXPECT_EQ(run(services().teams.remove(admin(), {"t-1", "t-9"})).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(authenticate(key)) << "one unknown: none is deleted";

    ASSERT_TRUE(run(services().teams.remove(admin(), {"t-1", "t-1"})));
    EXPECT_FALSE(authenticate(key));
    EXPECT_EQ(
        run(services().users.load(admin(), "u-1")).value().user->teams, std::vector<std::string>{"t-2"}
    );
    TeamQuery deleted;
    deleted.filter.deleted = true;
    const auto archived = run(services().teams.list_page(admin(), deleted)).value();
    ASSERT_EQ(archived.total_count, 1);
    EXPECT_EQ(archived.teams.front().team_id, "t-1");
}

TEST_F(TeamChanges, GrantKnownRightsOnly)
{
    team("t-1", {{"boss", "admin"}, {"u-1", "user"}});
    const auto boss = key_of("boss");
    EXPECT_EQ(run(services().teams.permissions(boss, "t-1")).value().granted.front(), "/key/info");
    EXPECT_TRUE(run(services().teams.set_permissions(boss, "t-1", {"/key/generate"})));
    EXPECT_EQ(run(services().teams.permissions(boss, "t-1")).value().granted.front(), "/key/generate");
    EXPECT_FALSE(run(services().teams.set_permissions(boss, "t-1", {"/user/new"})));
    EXPECT_FALSE(run(services().teams.set_permissions(key_of("u-1"), "t-1", {"/key/generate"})));
    EXPECT_FALSE(run(services().teams.permissions(key_of("u-1"), "t-1")));
}

TEST_F(TeamChanges, ShowOthersOnlyTheirOwnTeams)
{
    team("t-1", {{"u-1", "user"}});
    team("t-2", {{"u-2", "user"}});
    const auto anna = key_of("u-1");
    TeamQuery all;
    EXPECT_EQ(run(services().teams.list(admin(), all)).value().teams.size(), 2U);
    EXPECT_EQ(run(services().teams.list(anna, all)).error().kind, ErrorKind::unauthorized);
    TeamQuery own;
    own.user_id = "u-1";
    const auto listed = run(services().teams.list(anna, own)).value();
    ASSERT_EQ(listed.teams.size(), 1U);
    EXPECT_EQ(listed.teams.front().team.team_id, "t-1");
    own.user_id = "u-2";
    EXPECT_FALSE(run(services().teams.list(anna, own)));
    EXPECT_FALSE(run(services().teams.list_page(anna, own)));
    own.user_id = "";
    const Caller ownerless = caller(issue(NewKey()).value().secret.reveal());
    EXPECT_FALSE(run(services().teams.list(ownerless, own)));
}

} // namespace litellm::management
