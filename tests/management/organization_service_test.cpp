#include "world.hpp"

#include "litellm/store/object_permissions.hpp"
#include "litellm/store/teams.hpp"

namespace litellm::management {

class Organizations : public ManagementTest {
protected:
    OrganizationView create(const std::string& id, double max_budget = 100)
    {
        NewOrganization wanted;
        wanted.organization_id = id;
        wanted.organization_alias = "The " + id;
        wanted.budget.max_budget = max_budget;
        wanted.metadata = json("{'kept': 1}");
        return run(services().organizations.create(admin(), wanted)).value();
    }
    Result<std::vector<OrganizationMember>>
    add(const Caller& by, const std::string& organization, const std::string& user_id, const std::string& role
    )
    {
        OrganizationAddition wanted;
        wanted.organization_id = organization;
        wanted.members.push_back({user_id, std::nullopt, role});
        return run(services().organizations.add_members(by, wanted));
    }
    Result<OrganizationView> load(const Caller& by, const std::string& id)
    {
        return run(services().organizations.load(by, id));
    }
};

TEST_F(Organizations, HaveABudgetRowFromTheStart)
{
    const auto made = create("acme");
    EXPECT_EQ(made.budget->max_budget, 100);
    NewOrganization again;
    again.organization_id = "acme";
    again.organization_alias = "Another";
    EXPECT_EQ(run(services().organizations.create(admin(), again)).error().parameter, "organization_id");
    NewOrganization linked;
    linked.organization_alias = "Linked";
    linked.budget_id = made.row.budget_id;
    EXPECT_EQ(
        run(services().organizations.create(admin(), linked)).value().row.budget_id, made.row.budget_id
    );
    linked.budget_id = "b-nobody-made";
    EXPECT_EQ(run(services().organizations.create(admin(), linked)).error().parameter, "budget_id");
}

TEST_F(Organizations, ChangeWhatIsSent)
{
    create("acme");
    OrganizationChange wanted;
    wanted.organization_id = "acme";
    wanted.metadata = json("{'added': 2}");
    wanted.budget.max_budget = 7.0;
    wanted.models = std::vector<std::string>{"gpt-4"};
    wanted.object_permission = json("{'vector_stores': ['v-1']}");
    const auto changed = run(services().organizations.update(admin(), wanted)).value();
    EXPECT_EQ(changed.row.metadata, json("{'kept': 1, 'added': 2}"));
    EXPECT_EQ(changed.row.organization_alias, "The acme");
    EXPECT_EQ(changed.budget->max_budget, 7);
    OrganizationChange more;
    more.organization_id = "acme";
    more.object_permission = json("{'mcp_servers': ['m-1']}");
    const auto merged = run(services().organizations.update(admin(), more)).value();
    EXPECT_EQ(merged.row.models, std::vector<std::string>{"gpt-4"});
    const Json permission = in_transaction([&](db::Transaction& tx) {
                                return store::find_object_permission(tx, *merged.row.object_permission_id);
                            })
                                .value()
                                .value();
    EXPECT_EQ(permission["vector_stores"], json("['v-1']")) << "permissions are added to what is there";
    EXPECT_EQ(permission["mcp_servers"], json("['m-1']"));
    more.organization_id = "nobody";
    EXPECT_EQ(run(services().organizations.update(admin(), more)).error().kind, ErrorKind::not_found);
}

TEST_F(Organizations, LetTheirAdminsLookAfterTheirMembers)
{
    create("acme");
    create("other");
    user("boss");
    add(admin(), "acme", "boss", "org_admin").value();
    const auto boss = key_of("boss");
    const auto added = add(boss, "acme", "new-one", "internal_user").value();
    ASSERT_EQ(added.size(), 1U);
    EXPECT_EQ(added[0].user->user_role, "internal_user") << "unknown people become users";
    EXPECT_FALSE(add(boss, "acme", "new-one", "internal_user")) << "who is a member already";
    EXPECT_EQ(add(boss, "other", "new-one", "internal_user").error().kind, ErrorKind::forbidden);
    EXPECT_EQ(add(boss, "acme", "x", "proxy_admin").error().status, 422);
    EXPECT_EQ(add(key_of("new-one"), "acme", "y", "internal_user").error().kind, ErrorKind::forbidden);

    OrganizationMemberChange change;
    change.organization_id = "acme";
    change.user_id = "new-one";
    change.role = "internal_user_viewer";
    change.max_budget = 3.0;
    const auto changed = run(services().organizations.update_member(boss, change)).value();
    EXPECT_EQ(changed.row.user_role, "internal_user_viewer");
    EXPECT_EQ(changed.budget->max_budget, 3);
    run(services().organizations.remove_member(boss, change)).value();
    EXPECT_EQ(run(services().organizations.remove_member(boss, change)).error().kind, ErrorKind::not_found);
}

TEST_F(Organizations, AreSeenByTheirMembersOnly)
{
    create("acme");
    create("other");
    const auto member = user("u-1");
    add(admin(), "acme", "u-1", "internal_user").value();
    EXPECT_TRUE(load(member, "acme"));
    EXPECT_EQ(load(member, "other").error().kind, ErrorKind::forbidden);
    EXPECT_EQ(run(services().organizations.list(member)).value().size(), 1U);
    EXPECT_EQ(run(services().organizations.list(admin())).value().size(), 2U);
    EXPECT_FALSE(run(services().organizations.remove(member, {"acme"})));
}

TEST_F(Organizations, TakeTheirTeamsAndKeysWithThem)
{
    create("acme");
    NewTeam wanted;
    wanted.organization_id = "acme";
    team("t-1", {}, wanted);
    NewKey key;
    key.team_id = "t-1";
    const auto text = issue(key).value().secret.reveal();
    ASSERT_TRUE(authenticate(text));
    EXPECT_FALSE(run(services().organizations.remove(admin(), {"acme", "nobody"}))) << "all or none";
    EXPECT_TRUE(authenticate(text));
    run(services().organizations.remove(admin(), {"acme"})).value();
    EXPECT_FALSE(authenticate(text));
    EXPECT_FALSE(in_transaction([](db::Transaction& tx) { return store::find_team(tx, "t-1"); }).value());
    EXPECT_EQ(load(admin(), "acme").error().kind, ErrorKind::not_found);
}

TEST_F(Organizations, WriteDownWhoJoinedAndLeft)
{
    settings.litellm.store_audit_logs = true;
    create("acme");
    add(admin(), "acme", "u-1", "internal_user").value();
    OrganizationMemberName name{"acme", "u-1", std::nullopt};
    run(services().organizations.remove_member(admin(), name)).value();
    AuditQuery query;
    query.filter.size = 100;
    query.filter.object_id = "u-1";
    const auto records = run(services().audit.list(admin(), query)).value().records;
    std::vector<std::string> actions;
    for (const auto& record : records) {
        if (record.table_name == "LiteLLM_OrganizationMembership")
            actions.push_back(record.action);
    }
    std::sort(actions.begin(), actions.end());
    EXPECT_EQ(actions, (std::vector<std::string>{"created", "deleted"}));
}

} // namespace litellm::management
