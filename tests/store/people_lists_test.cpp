// Lists, changes and removals of teams, users and who belongs where.

#include "samples.hpp"

#include "litellm/store/daily_reports.hpp"
#include "litellm/store/end_users.hpp"
#include "litellm/store/invitations.hpp"
#include "litellm/store/organizations.hpp"
#include "litellm/store/proxy_models.hpp"
#include "litellm/store/team_members.hpp"

#include <algorithm>

namespace litellm::store {
namespace {

using Ids = std::vector<std::string>;

class PeopleLists : public StoreTest {
protected:
    static Deletion deletion()
    {
        Deletion made;
        made.id = "d";
        made.at = at(60);
        made.by_user = "admin";
        return made;
    }
    Team team(const std::string& id, const std::string& alias)
    {
        Team made = make_team(id);
        made.team_alias = alias;
        insert(made);
        return made;
    }
    User user(const std::string& id, Ids teams = {})
    {
        User made = make_user(id);
        made.user_email = id + "@Example.org";
        made.teams = std::move(teams);
        insert(made);
        return made;
    }
    Ids ids_of(const TeamFilter& filter)
    {
        Ids ids;
        for (const Team& each : call(list_team_page, filter).value().teams)
            ids.push_back(each.team_id);
        return ids;
    }
    Ids ids_of(const UserFilter& filter)
    {
        Ids ids;
        for (const User& each : call(list_user_page, filter).value().users)
            ids.push_back(each.user_id);
        return ids;
    }
};

TEST_P(PeopleLists, FilterTeamsAndTakeWildcardsLiterally)
{
    team("1", "Core 100%");
    team("2", "core_x");
    team("3", "other");
    TeamFilter filter;
    filter.alias_part = "CORE";
    EXPECT_EQ(ids_of(filter), (Ids{"1", "2"}));
    filter.alias_part = "0%";
    EXPECT_EQ(ids_of(filter), Ids{"1"});
    filter.alias_part = "e_";
    EXPECT_EQ(ids_of(filter), Ids{"2"});
    filter = TeamFilter();
    filter.team_ids = Ids{"1", "3"};
    filter.size = 1;
    filter.page = 2;
    EXPECT_EQ(ids_of(filter), Ids{"3"});
    EXPECT_EQ(call(list_team_page, filter).value().total_count, 2);
    filter = TeamFilter();
    filter.organization_id = "";
    EXPECT_EQ(ids_of(filter).size(), 3U);
    filter.sort_by = "team_alias; DROP TABLE x";
    EXPECT_EQ(call(list_team_page, filter).error().kind, ErrorKind::invalid_input);
}

TEST_P(PeopleLists, ChangeATeamWithoutItsSpend)
{
    Team changed = team("1", "a");
    execute(R"(UPDATE "LiteLLM_TeamTable" SET spend = 5)");
    changed = call(lock_team, std::string("1")).value().value();
    changed.team_alias = "b";
    changed.spend = 0;
    ASSERT_TRUE(call(update_team, changed));
    const Team read = call(find_team, std::string("1")).value().value();
    EXPECT_EQ(read.team_alias, "b");
    EXPECT_EQ(read.spend, 5);
    changed.team_id = "2";
    EXPECT_EQ(call(update_team, changed).error().kind, ErrorKind::not_found);
}

TEST_P(PeopleLists, ArchiveDeletedTeams)
{
    team("1", "a");
    team("2", "b");
    EXPECT_EQ(call(remove_teams, Ids{"1"}, deletion()).value(), 1);
    TeamFilter filter;
    EXPECT_EQ(ids_of(filter), Ids{"2"});
    filter.deleted = true;
    EXPECT_EQ(ids_of(filter), Ids{"1"});
}

TEST_P(PeopleLists, FilterUsers)
{
    user("u-1", {"t-1"});
    user("u-2", {"t-1", "t-2"});
    user("v-1");
    UserFilter filter;
    filter.sort_by = "user_id";
    filter.descending = false;
    filter.id_part = "U-";
    EXPECT_EQ(ids_of(filter), (Ids{"u-1", "u-2"}));
    filter.id_part.reset();
    filter.team_id = "t-2";
    EXPECT_EQ(ids_of(filter), Ids{"u-2"});
    filter.team_id.reset();
    filter.email_part = "v-1@EXAMPLE";
    EXPECT_EQ(ids_of(filter), Ids{"v-1"});
    filter.email_part.reset();
    insert(make_budget("b"));
    insert_organization("o", "b");
    ASSERT_TRUE(
        call(add_organization_member, std::string("o"), std::string("u-1"), std::string("org_admin"), at())
    );
    filter.organization_ids = Ids{"o"};
    EXPECT_EQ(ids_of(filter), Ids{"u-1"});
    EXPECT_EQ(
        call(list_organizations_with_role, std::string("u-1"), std::string("org_admin")).value(), Ids{"o"}
    );
    EXPECT_EQ(call(list_organizations_with_role, std::string("u-1"), std::string("")).value(), Ids{"o"});
    EXPECT_EQ(call(list_organizations_with_role, std::string("u-1"), std::string("x")).value(), Ids());
    Key session = make_key("s");
    session.user_id = "u-1";
    session.team_id = "litellm-dashboard";
    insert(session);
    Key own = make_key("k");
    own.user_id = "u-1";
    insert(own);
    EXPECT_EQ(
        call(count_keys_of_users, Ids{"u-1", "v-1"}).value(),
        (std::map<std::string, std::int64_t>{{"u-1", 1}})
    );
    EXPECT_EQ(call(count_users).value(), 3);
}

TEST_P(PeopleLists, TakeATeamOutOfTheListsOfUsers)
{
    user("u-1", {"t-1", "it's"});
    user("u-2", {"t-1"});
    user("u-3");
    ASSERT_TRUE(call(remove_team_from_user, std::string("u-1"), std::string("it's"), at(1)));
    EXPECT_EQ(call(find_user, std::string("u-1")).value()->teams, Ids{"t-1"});
    auto users = call(remove_team_from_users, std::string("t-1"), at(2)).value();
    std::sort(users.begin(), users.end());
    EXPECT_EQ(users, (Ids{"u-1", "u-2"}));
    EXPECT_TRUE(call(find_user, std::string("u-2")).value()->teams.empty());
}

TEST_P(PeopleLists, KeepPasswordAndSpendOutOfAUsersRow)
{
    User changed = user("u-1");
    execute(R"(UPDATE "LiteLLM_UserTable" SET spend = 5, password = 'hashed')");
    changed.user_alias = "Anna";
    ASSERT_TRUE(call(update_user, changed));
    EXPECT_EQ(call(find_user, std::string("u-1")).value()->spend, 5);
    EXPECT_TRUE(call(has_password, std::string("u-1")).value());
    ASSERT_TRUE(call(set_user_spend, std::string("u-1"), 1.5));
    EXPECT_EQ(call(find_user, std::string("u-1")).value()->spend, 1.5);
}

TEST_P(PeopleLists, RemoveAUserWhoInvited)
{
    user("u-1");
    user("u-2");
    Invitation invitation;
    invitation.id = "i";
    invitation.user_id = "u-1";
    invitation.created_by = invitation.updated_by = "u-2";
    invitation.created_at = invitation.updated_at = at();
    invitation.expires_at = at(7);
    ASSERT_TRUE(call(insert_invitation, invitation));
    EXPECT_FALSE(call(find_invitation, std::string("i")).value()->is_accepted);
    EXPECT_EQ(call(remove_user, std::string("u-2")).error().kind, ErrorKind::conflict);
    ASSERT_TRUE(call(remove_invitations_of_user, std::string("u-2")));
    EXPECT_TRUE(call(remove_user, std::string("u-2")));
}

TEST_P(PeopleLists, KeepModelsAsTheyAreWritten)
{
    ProxyModel model;
    model.model_id = "m";
    model.model_name = "gpt";
    model.litellm_params = Json::parse(R"({"model": "sealed", "rpm": 5})");
    model.created_at = model.updated_at = at();
    ASSERT_TRUE(call(insert_proxy_model, model));
    EXPECT_EQ(call(insert_proxy_model, model).error().kind, ErrorKind::conflict);
    model.model_name = "gpt-5";
    ASSERT_TRUE(call(update_proxy_model, model));
    const auto rows = call(list_proxy_models).value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].model_name, "gpt-5");
    EXPECT_EQ(rows[0].litellm_params["rpm"], 5);
    ASSERT_TRUE(call(remove_proxy_model, std::string("m")));
    EXPECT_FALSE(call(lock_proxy_model, std::string("m")).value());
}

TEST_P(PeopleLists, BlockEndUsersWithoutTheirSpend)
{
    EndUser row;
    row.user_id = "e";
    row.spend = 2;
    ASSERT_TRUE(call(insert_end_user, row));
    row.spend = 0;
    row.blocked = true;
    ASSERT_TRUE(call(update_end_user, row));
    const auto read = call(lock_end_user, std::string("e")).value().value();
    EXPECT_TRUE(read.blocked);
    EXPECT_EQ(read.spend, 2);
    EXPECT_EQ(call(remove_end_users, Ids{"e", "f"}).value(), 1);
}

TEST_P(PeopleLists, SumDays)
{
    const auto day = [](const char* date, const char* user, std::int64_t nano_dollars) {
        DailySpend row;
        row.date = date;
        row.entity_id = user;
        row.api_key = "k";
        row.model = "m";
        row.spend = Money::from_nano(nano_dollars);
        row.api_requests = 1;
        return row;
    };
    const std::vector<DailySpend> rows{
        day("2026-02-17", "a", 1), day("2026-02-18", "a", 20), day("2026-02-18", "b", 300)};
    int number = 0;
    transact([&](db::Transaction& transaction) {
        return apply_daily_spend(transaction, rows, at(), [&] { return std::to_string(++number); });
    }).value();
    DailyFilter filter;
    filter.from = "2026-02-18";
    filter.to = "2026-02-18";
    const auto sums = call(sum_daily_spend, filter, std::vector<DailyColumn>{DailyColumn::entity}).value();
    ASSERT_EQ(sums.size(), 2U);
    EXPECT_EQ(sums[0].by, Ids{"a"});
    EXPECT_EQ(sums[0].spend, nano(20));
    EXPECT_EQ(sums[1].api_requests, 1);
    filter = DailyFilter();
    filter.ids = Ids{"a"};
    const auto page = call(list_daily_spend, filter, std::int64_t{1}, std::int64_t{0}).value();
    EXPECT_EQ(page.total_count, 2);
    EXPECT_EQ(page.rows.front().date, "2026-02-18");
    filter.ids.reset();
    filter.excluded_ids = Ids{"a"};
    EXPECT_EQ(call(list_daily_spend, filter, std::int64_t{9}, std::int64_t{0}).value().total_count, 1);
}

INSTANTIATE_ON_BOTH_DIALECTS(PeopleLists);

} // namespace
} // namespace litellm::store
