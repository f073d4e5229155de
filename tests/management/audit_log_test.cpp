#include "change_record.hpp"
#include "world.hpp"

#include <algorithm>

namespace litellm::management {

class AuditTrail : public ManagementTest {
protected:
    AuditTrail() { settings.litellm.store_audit_logs = true; }

    /// Newest first.
    std::vector<store::AuditRecord> records(AuditQuery query = {})
    {
        query.filter.size = 100;
        return run(services().audit.list(admin(), std::move(query))).value().records;
    }
    std::vector<store::AuditRecord> records_of(const std::string& object_id)
    {
        AuditQuery query;
        query.filter.object_id = object_id;
        return records(std::move(query));
    }
    Result<void> change(const Caller& by, const Change& one)
    {
        return in_transaction([&](db::Transaction& tx) -> Result<bool> {
                   if (const auto recorded = record_change(tx, context(), by, one); !recorded)
                       return recorded.error();
                   return true;
               }).has_value()
            ? Result<void>()
            : Result<void>(internal_error("not recorded"));
    }
};

TEST_F(AuditTrail, TellsAKeysWholeLife)
{
    NewKey wanted;
    wanted.key_alias = "ci-bot";
    wanted.team_id = "t-1";
    const auto key = issue(wanted).value();
    clock.advance(seconds(1));
    run(services().keys.set_blocked(admin(), key.row.token, true)).value();
    clock.advance(seconds(1));
    run(services().keys.set_blocked(admin(), key.row.token, false)).value();
    clock.advance(seconds(1));
    KeySelection selection;
    selection.keys = {key.row.token};
    run(services().keys.remove(admin(), selection)).value();

    const auto trail = records_of(key.row.token);
    ASSERT_EQ(trail.size(), 4U);
    EXPECT_EQ(trail[0].action, "deleted");
    EXPECT_EQ(trail[0].before_value.value()["key_alias"], "ci-bot");
    EXPECT_FALSE(trail[0].updated_values);
    EXPECT_EQ(trail[1].action, "unblocked");
    EXPECT_EQ(trail[2].action, "blocked");
    EXPECT_FALSE(trail[2].before_value.value().contains("blocked"));
    EXPECT_EQ(trail[2].updated_values.value()["blocked"], true);
    EXPECT_EQ(trail[3].action, "created");
    EXPECT_FALSE(trail[3].before_value);
    EXPECT_EQ(trail[3].updated_values.value()["team_id"], "t-1");
    for (const auto& record : trail) {
        EXPECT_EQ(record.table_name, "LiteLLM_VerificationToken");
        EXPECT_EQ(record.changed_by, "default_user_id");
        EXPECT_EQ(record.changed_by_api_key, sha256_hex("sk-master-key"));
    }
}

TEST_F(AuditTrail, CoversUsersTheirFirstKeysAndTeams)
{
    NewUser wanted;
    wanted.user_id = "u-1";
    const auto created = run(services().users.create(admin(), wanted)).value();
    team("t-1", {{"u-1", "user"}});
    ASSERT_EQ(records_of("u-1").size(), 1U);
    EXPECT_EQ(records_of("u-1")[0].table_name, "LiteLLM_UserTable");
    EXPECT_EQ(records_of(created.key->row.token).size(), 1U);
    ASSERT_EQ(records_of("t-1").size(), 1U);
    EXPECT_EQ(records_of("t-1")[0].updated_values.value()["members_with_roles"][0]["user_id"], "u-1");
}

TEST_F(AuditTrail, IsWrittenOnlyWhenItIsSwitchedOn)
{
    settings.litellm.store_audit_logs = false;
    issue({}).value();
    EXPECT_TRUE(records().empty());
}

TEST_F(AuditTrail, IsNotWrittenForAChangeThatFails)
{
    NewKey wanted;
    wanted.key_alias = "taken";
    issue(wanted).value();
    EXPECT_FALSE(issue(wanted));
    EXPECT_EQ(records().size(), 1U);
}

TEST_F(AuditTrail, KeepsNoSecret)
{
    NewKey wanted;
    wanted.metadata = json("{'logging': [{'callback_vars': {'langfuse_secret_key': 'canary-1'}}], "
                           "'note': 'sk-canary-2'}");
    const auto key = issue(wanted).value();
    Change vendor;
    vendor.table = model_table;
    vendor.object_id = "m-1";
    vendor.before = json("{'litellm_params': {'api_key': 'canary-3', 'extra_headers': {'x': 'canary-4'}}}");
    vendor.after = json("{'password': 'canary-5', 'aws_secret_access_key': 'canary-6'}");
    ASSERT_TRUE(change(admin(), vendor));

    std::string all;
    for (const auto& record : records())
        all +=
            to_text(record.before_value.value_or(Json())) + to_text(record.updated_values.value_or(Json()));
    EXPECT_EQ(all.find("canary"), std::string::npos) << all;
    EXPECT_EQ(all.find(key.secret.reveal()), std::string::npos);
    EXPECT_NE(all.find(key.row.token), std::string::npos) << "hashes name keys";
}

TEST_F(AuditTrail, BelievesTheHeaderOfAdminsOnly)
{
    const auto changed_by = [&](Caller by) {
        by.changed_by = "anna@b.c";
        Change one;
        one.table = team_table;
        one.object_id = "t-" + by.principal->key_hash;
        EXPECT_TRUE(change(by, one));
        return records_of(one.object_id).at(0).changed_by;
    };
    EXPECT_EQ(changed_by(admin()), "anna@b.c");
    EXPECT_EQ(changed_by(user("u-1")), "u-1");
}

TEST_F(AuditTrail, IsReadByAdminsAndTheirViewers)
{
    const auto key = issue({}).value();
    const auto viewer = user("v-1", {}, "proxy_admin_viewer");
    EXPECT_TRUE(run(services().audit.list(viewer, {})));
    const auto ordinary = user("u-1");
    EXPECT_EQ(run(services().audit.list(ordinary, {})).error().kind, ErrorKind::forbidden);
    const auto id = records_of(key.row.token).at(0).id;
    EXPECT_EQ(run(services().audit.load(viewer, id)).value().object_id, key.row.token);
    EXPECT_EQ(run(services().audit.load(ordinary, id)).error().kind, ErrorKind::forbidden);
    expect_error(run(services().audit.load(viewer, "x")), ErrorKind::not_found, "ID x not found", "id");
}

TEST_F(AuditTrail, TakesDatesAsWholeDays)
{
    issue({}).value();
    AuditQuery that_day;
    that_day.start_date = "2026-02-18";
    that_day.end_date = "2026-02-18";
    EXPECT_EQ(records(that_day).size(), 1U);
    AuditQuery before;
    before.end_date = "2026-02-17";
    EXPECT_TRUE(records(before).empty());
    AuditQuery wrong;
    wrong.start_date = "yesterday";
    const auto refused = run(services().audit.list(admin(), wrong));
    expect_error(refused, ErrorKind::invalid_input, "yesterday", "start_date");
}

} // namespace litellm::management
