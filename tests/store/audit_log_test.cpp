#include "litellm/store/audit_log.hpp"
#include "samples.hpp"

namespace litellm::store {
namespace {

AuditRecord make_record(std::string id, int seconds_later = 0)
{
    AuditRecord record;
    record.id = std::move(id);
    record.updated_at = at(seconds_later);
    record.changed_by = "anna";
    record.changed_by_api_key = "hash";
    record.action = "updated";
    record.table_name = "LiteLLM_TeamTable";
    record.object_id = "t1";
    return record;
}

class AuditStore : public StoreTest {
protected:
    void insert(const AuditRecord& record) { call(insert_audit_record, record).value(); }
    std::vector<std::string> ids(const AuditFilter& filter)
    {
        std::vector<std::string> found;
        for (const auto& record : call(list_audit_records, filter).value().records)
            found.push_back(record.id);
        return found;
    }
};

using Ids = std::vector<std::string>;

TEST_P(AuditStore, KeepsEveryColumn)
{
    AuditRecord written = make_record("a1");
    written.before_value = Json{{"max_budget", 1.5}};
    written.updated_values = Json{{"metadata", Json{{"a", Json::array({1, "x"})}}}};
    insert(written);
    const auto read = call(find_audit_record, std::string("a1")).value().value();
    EXPECT_EQ(read.updated_at, at());
    EXPECT_EQ(read.changed_by, "anna");
    EXPECT_EQ(read.changed_by_api_key, "hash");
    EXPECT_EQ(read.action, "updated");
    EXPECT_EQ(read.table_name, "LiteLLM_TeamTable");
    EXPECT_EQ(read.object_id, "t1");
    EXPECT_EQ(read.before_value, written.before_value);
    EXPECT_EQ(read.updated_values, written.updated_values);
    EXPECT_FALSE(call(find_audit_record, std::string("a2")).value());
}

TEST_P(AuditStore, KeepsNoValueAsNull)
{
    insert(make_record("a1"));
    const auto read = call(find_audit_record, std::string("a1")).value().value();
    EXPECT_FALSE(read.before_value);
    EXPECT_FALSE(read.updated_values);
}

TEST_P(AuditStore, FiltersByEachColumn)
{
    insert(make_record("a1"));
    AuditRecord other = make_record("a2", 60);
    other.changed_by = "ben";
    other.changed_by_api_key = "other";
    other.action = "deleted";
    other.table_name = "LiteLLM_UserTable";
    other.object_id = "u1";
    insert(other);
    EXPECT_EQ(ids({}), (Ids{"a2", "a1"})) << "newest first";
    using Member = std::optional<std::string> AuditFilter::*;
    const std::pair<Member, std::string> cases[] = {
        {&AuditFilter::changed_by, "ben"},
        {&AuditFilter::changed_by_api_key, "other"},
        {&AuditFilter::action, "deleted"},
        {&AuditFilter::table_name, "LiteLLM_UserTable"},
        {&AuditFilter::object_id, "u1"},
    };
    for (const auto& [member, value] : cases) {
        AuditFilter filter;
        filter.*member = value;
        EXPECT_EQ(ids(filter), Ids{"a2"}) << value;
        filter.*member = "nobody' OR '1'='1";
        EXPECT_EQ(ids(filter), Ids());
    }
    AuditFilter early;
    early.until = at(60);
    EXPECT_EQ(ids(early), Ids{"a1"});
    AuditFilter late;
    late.from = at(60);
    EXPECT_EQ(ids(late), Ids{"a2"});
}

TEST_P(AuditStore, FindsTeamsAndKeysInTheValues)
{
    AuditRecord before = make_record("a1");
    before.before_value = Json{{"team_id", "t9"}, {"token", "k9"}};
    insert(before);
    AuditRecord after = make_record("a2", 1);
    after.updated_values = Json{{"team_id", "t9"}, {"token", "k8"}};
    insert(after);
    insert(make_record("a3", 2));
    AuditFilter team;
    team.object_team_id = "t9";
    EXPECT_EQ(ids(team), (Ids{"a2", "a1"}));
    AuditFilter key;
    key.object_key_hash = "k8";
    EXPECT_EQ(ids(key), Ids{"a2"});
}

TEST_P(AuditStore, SortsAndPages)
{
    for (int i = 0; i < 5; ++i)
        insert(make_record(fmt::format("a{}", i), i));
    AuditFilter filter;
    filter.size = 2;
    filter.page = 2;
    filter.descending = false;
    EXPECT_EQ(ids(filter), (Ids{"a2", "a3"}));
    EXPECT_EQ(call(list_audit_records, filter).value().total_count, 5);
    filter.sort_by = "before_value";
    EXPECT_EQ(call(list_audit_records, filter).error().kind, ErrorKind::invalid_input);
}

INSTANTIATE_ON_BOTH_DIALECTS(AuditStore);

} // namespace
} // namespace litellm::store
