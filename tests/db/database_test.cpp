#include "support/database_fixture.hpp"

#include <nlohmann/json.hpp>

namespace litellm::db {
namespace {

using testing::DatabaseTest;

/// One table with a column of every kind.
class Statements : public DatabaseTest {
protected:
    bool wants_migrations() const override { return false; }
    Options options() const override
    {
        Options options;
        options.pool_size = 1;
        return options;
    }
    void prepare(const testing::ScratchDatabase& scratch) override
    {
        const std::string shared = "CREATE TABLE thing (id integer PRIMARY KEY, name text UNIQUE, parent "
                                   "integer REFERENCES thing(id), ";
        if (is_postgres())
            scratch.administrate(
                shared +
                "big bigint, real double precision, flag boolean NOT NULL DEFAULT false, texts text[], doc "
                "jsonb, at timestamp(3))"
            );
        else
            scratch.administrate(
                shared +
                "big INTEGER, real REAL, flag INTEGER NOT NULL DEFAULT 0, texts TEXT, doc TEXT, at TEXT)"
            );
    }

    Row round_trip(std::string_view column, const Value& value)
    {
        execute("DELETE FROM thing");
        execute("INSERT INTO thing (id, " + std::string(column) + ") VALUES (1, $1)", {value});
        return query("SELECT " + std::string(column) + " FROM thing").front();
    }
    std::int64_t count() { return query("SELECT count(*) FROM thing").front().integer(0); }

    template <class Work>
    Error fail(Work work)
    {
        const auto result = transact(work);
        EXPECT_FALSE(result);
        return result ? Error{} : result.error();
    }
    Error fail_to_execute(std::string_view sql, std::initializer_list<Value> values = {})
    {
        return fail([&](Transaction& transaction) { return transaction.execute(sql, values); });
    }
};

TEST_P(Statements, BindByNumberInAnyOrder)
{
    execute("INSERT INTO thing (name, id) VALUES ($2, $1)", {7, "seven"});
    const Rows rows =
        query("SELECT name, id FROM thing WHERE name = $2 AND id = $1 AND name = $2", {7, "seven"});
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows.front().text(0), "seven");
    EXPECT_EQ(rows.front().integer(1), 7);
}

TEST_P(Statements, KeepValuesAsTheyAre)
{
    EXPECT_EQ(
        round_trip("big", std::numeric_limits<std::int64_t>::min()).integer(0),
        std::numeric_limits<std::int64_t>::min()
    );
    EXPECT_EQ(round_trip("real", 0.1).real(0), 0.1);
    EXPECT_EQ(round_trip("real", 1.0 / 3.0).real(0), 1.0 / 3.0);
    EXPECT_EQ(round_trip("real", 5.0).real(0), 5.0);
    EXPECT_TRUE(round_trip("flag", true).boolean(0));
    EXPECT_TRUE(round_trip("name", nullptr).is_null(0));
    EXPECT_EQ(round_trip("name", "").optional_text(0), "");
    EXPECT_EQ(round_trip("name", "Zürich 東京 🦊").text(0), "Zürich 東京 🦊");
    EXPECT_TRUE(round_trip("name", std::optional<std::string>()).is_null(0));
}

TEST_P(Statements, KeepArraysAsTheyAre)
{
    const Texts awkward{"", "a,b", "{x}", "\"'", "\\", "NULL", "\n", "東京"};
    EXPECT_EQ(round_trip("texts", awkward).texts(0), awkward);
    EXPECT_EQ(round_trip("texts", Texts{}).texts(0), Texts{});
    EXPECT_FALSE(round_trip("texts", Texts{}).is_null(0));
    EXPECT_EQ(round_trip("texts", nullptr).texts(0), Texts{});
}

TEST_P(Statements, KeepDocumentsAsTheyAre)
{
    // Members come in the order in which jsonb keeps them.
    const Json document =
        Json::parse(R"({"a": [1, 2.5, null, true], "ü\"": {"b\\": {}}, "long": 9007199254740993})");
    const std::string text = round_trip("doc", document).json_text(0);
    EXPECT_EQ(nlohmann::json::parse(text), nlohmann::json::parse(to_text(document)));
    EXPECT_EQ(round_trip("doc", JsonText{"[]"}).json_text(0), "[]");
    EXPECT_EQ(round_trip("doc", JsonText{R"("{\"a\":1}")"}).json_text(0), R"({"a":1})");
}

TEST_P(Statements, KeepTimesInMilliseconds)
{
    const Timestamp time = parse_timestamp("2026-02-18T10:00:00.123456Z").value();
    EXPECT_EQ(round_trip("at", time).timestamp(0), parse_timestamp("2026-02-18T10:00:00.123Z"));
    const Timestamp whole = parse_timestamp("1999-12-31T23:59:59Z").value();
    EXPECT_EQ(round_trip("at", whole).timestamp(0), whole);
    EXPECT_EQ(query("SELECT count(*) FROM thing WHERE at < $1", {time}).front().integer(0), 1);
}

TEST_P(Statements, TreatInjectionsAsText)
{
    for (const char* text :
         {"'; DROP TABLE thing; --", "\" OR 1=1 --", "$1", "\\'; SELECT pg_sleep(9); --", "%s %n {}"}) {
        EXPECT_EQ(round_trip("name", text).text(0), text);
        EXPECT_EQ(query("SELECT 1 FROM thing WHERE name = $1", {text}).size(), 1u);
    }
}

TEST_P(Statements, CountTheRowsTheyTouch)
{
    EXPECT_EQ(execute("INSERT INTO thing (id) VALUES (1), (2), (3)"), 3);
    EXPECT_EQ(execute("UPDATE thing SET big = 1 WHERE id > $1", {1}), 2);
    EXPECT_EQ(execute("INSERT INTO thing (id) VALUES ($1) ON CONFLICT DO NOTHING", {1}), 0);
    EXPECT_EQ(execute("DELETE FROM thing WHERE id = $1", {99}), 0);
}

TEST_P(Statements, TellConflictsFromBadInput)
{
    execute("INSERT INTO thing (id, name) VALUES (1, 'a'), (2, 'b')");
    EXPECT_EQ(fail_to_execute("INSERT INTO thing (id) VALUES ($1)", {1}).kind, ErrorKind::conflict);
    EXPECT_EQ(fail_to_execute("UPDATE thing SET name = $1 WHERE id = 2", {"a"}).kind, ErrorKind::conflict);
    EXPECT_EQ(fail_to_execute("UPDATE thing SET parent = $1", {99}).kind, ErrorKind::conflict);
    EXPECT_EQ(fail_to_execute("UPDATE thing SET flag = $1", {nullptr}).kind, ErrorKind::invalid_input);
    EXPECT_EQ(
        fail_to_execute("UPDATE thing SET name = $1", {std::string("a\0b", 3)}).kind, ErrorKind::invalid_input
    );
    EXPECT_EQ(fail_to_execute("UPDATE thing SET name = $1", {"\xC3("}).kind, ErrorKind::invalid_input);
    EXPECT_EQ(fail_to_execute("UPDATE thing SET nme = 1").kind, ErrorKind::internal);
    EXPECT_EQ(fail_to_execute("SELEC 1").kind, ErrorKind::internal);
}

class ImpatientStatements : public Statements {
protected:
    Options options() const override
    {
        Options options = Statements::options();
        options.statement_timeout = milliseconds(150);
        return options;
    }
};

TEST_P(ImpatientStatements, AreInterruptedWhenTheyTakeTooLong)
{
    execute("INSERT INTO thing (id) VALUES (1)");
    const Error error = fail([](Transaction& transaction) -> Result<Rows> {
        transaction.execute("UPDATE thing SET big = 5", {}).value();
        return transaction.query(
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c", {}
        );
    });
    EXPECT_EQ(error.kind, ErrorKind::unavailable);
    EXPECT_EQ(query("SELECT count(*) FROM thing WHERE big IS NULL").front().integer(0), 1);
}

TEST_P(Statements, SeeTheShapeOfATable)
{
    const auto shape = transact([](Transaction& transaction) -> Result<TableShape> {
                           return *transaction.shape_of("thing");
                       }).value();
    EXPECT_TRUE(shape.has("texts"));
    EXPECT_FALSE(shape.has("text"));
    EXPECT_EQ(shape.columns.size(), 9u);
    const bool knows_name =
        std::find(shape.unique_keys.begin(), shape.unique_keys.end(), std::vector<std::string>{"name"}) !=
        shape.unique_keys.end();
    EXPECT_TRUE(knows_name);
    const auto none = transact([](Transaction& transaction) -> Result<bool> {
        return transaction.shape_of("no\"thing")->exists();
    });
    EXPECT_FALSE(none.value());
}

TEST_P(Statements, AreRolledBackOnAnError)
{
    const Error error = fail([](Transaction& transaction) -> Result<void> {
        transaction.execute("INSERT INTO thing (id) VALUES (1)", {}).value();
        return Error{ErrorKind::budget_exceeded, "no more", "budget", "word", 418};
    });
    EXPECT_EQ(error.kind, ErrorKind::budget_exceeded);
    EXPECT_EQ(error.type, "word");
    EXPECT_EQ(count(), 0);
}

TEST_P(Statements, AreRolledBackOnAThrow)
{
    const Error bug = fail([](Transaction& transaction) -> Result<void> {
        transaction.execute("INSERT INTO thing (id) VALUES (1)", {}).value();
        throw std::runtime_error("bug");
    });
    EXPECT_EQ(bug.kind, ErrorKind::internal);
    const Error failure = fail([](Transaction& transaction) -> Result<void> {
        transaction.execute("INSERT INTO thing (id) VALUES (1)", {}).value();
        throw Failure(Error{ErrorKind::unavailable, "gone"});
    });
    EXPECT_EQ(failure.kind, ErrorKind::unavailable);
    EXPECT_EQ(count(), 0);
}

TEST_P(Statements, AreNeverCommittedAfterOneFailed)
{
    const Error ignored = fail([](Transaction& transaction) -> Result<void> {
        transaction.execute("INSERT INTO thing (id) VALUES (1)", {}).value();
        static_cast<void>(transaction.execute("INSERT INTO thing (id) VALUES (1)", {}));
        return {};
    });
    EXPECT_EQ(ignored.kind, ErrorKind::internal);
    const Error gone_on = fail([](Transaction& transaction) -> Result<std::int64_t> {
        static_cast<void>(transaction.execute("INSERT INTO thing (flag) VALUES (NULL)", {}));
        return transaction.execute("INSERT INTO thing (id) VALUES (2)", {});
    });
    EXPECT_EQ(gone_on.kind, ErrorKind::internal);
    EXPECT_EQ(count(), 0);
}

TEST_P(Statements, OutliveManyDifferentTexts)
{
    for (int i = 0; i < 650; ++i)
        EXPECT_EQ(
            query("SELECT " + std::to_string(i) + " + CAST($1 AS integer)", {1}).front().integer(0), i + 1
        );
}

TEST_P(Statements, MakeTheDatabaseReachable)
{
    query("SELECT 1");
    EXPECT_TRUE(database().is_reachable());
    EXPECT_EQ(database().dialect(), GetParam());
}

INSTANTIATE_ON_BOTH_DIALECTS(Statements);
INSTANTIATE_ON_BOTH_DIALECTS(ImpatientStatements);

} // namespace
} // namespace litellm::db
