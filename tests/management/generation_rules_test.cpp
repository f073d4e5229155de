#include "world.hpp"

namespace litellm::management {

class GenerationRules : public ManagementTest {
protected:
    NewKey team_key()
    {
        NewKey wanted;
        wanted.team_id = "t-1";
        wanted.sent = {"team_id"};
        return wanted;
    }
};

TEST_F(GenerationRules, RefusesATeamThatDoesNotExist)
{
    settings.litellm.key_generation_settings =
        json("{'team_key_generation': {'allowed_team_member_roles': ['admin']}}");
    expect_error(
        issue(team_key()),
        ErrorKind::invalid_input,
        "Unable to find team object in database. Team ID: t-1",
        "team_id"
    );
}

TEST_F(GenerationRules, LetsOnlyAdminsMakeKeysOfUnknownTeams)
{
    EXPECT_TRUE(issue(team_key()));
    expect_error(
        issue(user("u-1"), team_key()), ErrorKind::invalid_input, "Unable to find team object", "team_id"
    );
}

TEST_F(GenerationRules, RefusesOutsiders)
{
    const auto outsider = user("u-2");
    team("t-1", {});
    expect_error(
        issue(outsider, team_key()), ErrorKind::invalid_input, "User=u-2 not assigned to team=t-1", "team_id"
    );
}

TEST_F(GenerationRules, RefusesMembersWithoutThePermission)
{
    const auto member = user("u-1");
    team("t-1", {{"u-1", "user"}});

    const auto refused = issue(member, team_key());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().type, "team_member_permission_error");
    EXPECT_EQ(refused.error().status, 401);
    EXPECT_EQ(refused.error().parameter, "/key/generate");
}

TEST_F(GenerationRules, LetsMembersWithThePermissionAndTeamAdminsPass)
{
    NewTeam wanted;
    wanted.team_member_permissions = {{"/key/generate"}};
    const auto member = user("u-1");
    const auto lead = user("u-2");
    team("t-1", {{"u-1", "user"}, {"u-2", "admin"}}, wanted);

    EXPECT_EQ(issue(member, team_key()).value().row.user_id, "u-1");
    EXPECT_EQ(issue(lead, team_key()).value().row.team_id, "t-1");
}

TEST_F(GenerationRules, ChecksTheRoleInTheTeam)
{
    settings.litellm.key_generation_settings =
        json("{'team_key_generation': {'allowed_team_member_roles': ['admin']}}");
    NewTeam wanted;
    wanted.team_member_permissions = {{"/key/generate"}};
    const auto member = user("u-1");
    team("t-1", {{"u-1", "user"}}, wanted);
    expect_error(
        issue(member, team_key()),
        ErrorKind::invalid_input,
        "Team member role user not in allowed_team_member_roles=['admin']",
        "team_id"
    );
}

TEST_F(GenerationRules, WantsTheRequiredParametersOfTeamKeys)
{
    settings.litellm.key_generation_settings =
        json("{'team_key_generation': {'allowed_team_member_roles': ['admin'], 'required_params': ['tags']}}"
        );
    const auto lead = user("u-1");
    team("t-1", {{"u-1", "admin"}});
    expect_error(
        issue(lead, team_key()), ErrorKind::invalid_input, "Required param tags not in data", "tags"
    );

    NewKey tagged = team_key();
    tagged.sent.push_back("tags");
    EXPECT_TRUE(issue(lead, tagged));
    EXPECT_TRUE(issue(team_key())) << "a proxy admin is exempt";
}

TEST_F(GenerationRules, RestrictsPersonalKeysByRole)
{
    const auto someone = user("u-1");
    settings.litellm.key_generation_settings =
        json("{'personal_key_generation': {'allowed_user_roles': ['proxy_admin']}}");
    const auto refused = issue(someone, {});
    expect_error(refused, ErrorKind::invalid_input, "Personal key creation has been restricted by admin", "");
    EXPECT_NE(refused.error().message.find("['proxy_admin']"), std::string::npos);
    EXPECT_NE(refused.error().message.find("internal_user"), std::string::npos);
    EXPECT_TRUE(issue({}));
}

TEST_F(GenerationRules, WantsTheRequiredParametersOfPersonalKeysOfAdminsToo)
{
    settings.litellm.key_generation_settings = json("{'personal_key_generation': {'allowed_user_roles': "
                                                    "['proxy_admin'], 'required_params': ['key_alias']}}");
    expect_error(issue({}), ErrorKind::invalid_input, "Required param key_alias not in data", "key_alias");
}

TEST_F(GenerationRules, LetsPeopleMakeKeysForThemselvesOnly)
{
    const auto someone = user("u-1");
    NewKey wanted;
    wanted.user_id = "u-2";
    expect_error(
        issue(someone, wanted),
        ErrorKind::forbidden,
        "User can only create keys for themselves. Got user_id=u-2, Your ID=u-1",
        "user_id"
    );
    EXPECT_EQ(issue(someone, {}).value().row.user_id, "u-1");
}

TEST_F(GenerationRules, RefusesViewers)
{
    const auto viewer = user("u-1", {}, "internal_user_viewer");
    expect_error(issue(viewer, {}), ErrorKind::forbidden, "internal_user_viewer", "");
}

TEST_F(GenerationRules, WantsATeamForServiceAccounts)
{
    NewKey wanted;
    wanted.metadata = json("{'service_account_id': 's-1'}");
    expect_error(
        issue(wanted), ErrorKind::invalid_input, "team_id is required for service account keys", "team_id"
    );
}

} // namespace litellm::management
