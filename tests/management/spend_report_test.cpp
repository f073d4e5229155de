#include "world.hpp"

namespace litellm::management {

class SpendReportTest : public ManagementTest {
protected:
    void log(const std::string& id, const char* start, const std::string& user_id, const std::string& usd)
    {
        store::SpendLog row;
        row.request_id = id;
        row.call_type = "acompletion";
        row.api_key = sha256_hex("sk-of-" + user_id);
        row.user = user_id;
        row.model = "gpt-4";
        row.spend = Money::parse(usd).value();
        row.start_time = row.end_time = at(start);
        in_transaction([&](db::Transaction& tx) { return store::insert_spend_logs(tx, std::vector{row}); }
        ).value();
    }
    std::vector<std::string> ids(const Caller& by, const SpendQuery& query)
    {
        std::vector<std::string> found;
        for (const auto& row : run(services().spend.list(by, query)).value())
            found.push_back(row.request_id);
        return found;
    }
    void SetUp() override
    {
        log("r-1", "2026-02-17T08:00", "u-1", "0.1");
        log("r-2", "2026-02-18T00:00", "u-1", "0.2");
        log("r-3", "2026-02-18T23:59:59.999", "u-2", "0.4");
    }
    SpendQuery between(const char* start, const char* end)
    {
        SpendQuery query;
        query.start_date = start;
        query.end_date = end;
        return query;
    }
};

using Ids = std::vector<std::string>;

TEST_F(SpendReportTest, ListsNewestFirst)
{
    EXPECT_EQ(ids(admin(), {}), (Ids{"r-3", "r-2", "r-1"}));
}

TEST_F(SpendReportTest, IncludesTheEndDay)
{
    EXPECT_EQ(ids(admin(), between("2026-02-18", "2026-02-18")), (Ids{"r-3", "r-2"}));
    EXPECT_EQ(ids(admin(), between("2026-02-17", "2026-02-17")), Ids{"r-1"});
}

TEST_F(SpendReportTest, FiltersByKeyUserAndRequest)
{
    SpendQuery by_key;
    by_key.api_key = "sk-of-u-2";
    EXPECT_EQ(ids(admin(), by_key), Ids{"r-3"});
    by_key.api_key = sha256_hex("sk-of-u-2");
    EXPECT_EQ(ids(admin(), by_key), Ids{"r-3"});
    SpendQuery by_user;
    by_user.user_id = "u-1";
    EXPECT_EQ(ids(admin(), by_user), (Ids{"r-2", "r-1"}));
    SpendQuery by_request;
    by_request.request_id = "r-2";
    EXPECT_EQ(ids(admin(), by_request), Ids{"r-2"});
}

TEST_F(SpendReportTest, ShowsOthersTheirOwnOnly)
{
    const auto someone = user("u-1");
    EXPECT_EQ(ids(someone, {}), (Ids{"r-2", "r-1"}));
    SpendQuery of_another;
    of_another.user_id = "u-2";
    EXPECT_EQ(ids(someone, of_another), (Ids{"r-2", "r-1"}));
    EXPECT_TRUE(ids(caller(issue({}).value().secret.reveal()), {}).empty())
        << "a key without a user sees its own calls";
    EXPECT_EQ(ids(user("u-3", {}, "proxy_admin_viewer"), {}).size(), 3U);
}

TEST_F(SpendReportTest, SumsByDayAndFillsUpToTheEnd)
{
    const auto days = run(services().spend.summarize(admin(), between("2026-02-17", "2026-02-20"))).value();
    ASSERT_EQ(days.size(), 4U);
    EXPECT_EQ(days[0].day, "2026-02-17");
    EXPECT_EQ(days[1].spend, Money::parse("0.6").value());
    EXPECT_EQ(days[1].users.at("u-2"), Money::parse("0.4").value());
    EXPECT_EQ(days[1].keys.at(sha256_hex("sk-of-u-1")), Money::parse("0.2").value());
    EXPECT_EQ(days[1].models.at("gpt-4"), Money::parse("0.6").value());
    EXPECT_EQ(days[3].day, "2026-02-20");
    EXPECT_EQ(days[3].spend, Money());
    EXPECT_TRUE(days[3].users.empty());
}

TEST_F(SpendReportTest, NamesTheDateThatIsNone)
{
    const auto refused = run(services().spend.list(admin(), between("yesterday", "2026-02-18")));
    expect_error(refused, ErrorKind::invalid_input, "yesterday", "start_date");
}

} // namespace litellm::management
