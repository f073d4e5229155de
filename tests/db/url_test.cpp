#include "url.hpp"

#include "litellm/db/database.hpp"

#include <gmock/gmock.h>

namespace litellm::db {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string connection_string(std::string_view url)
{
    const Result<PostgresUrl> parsed = parse_postgres_url(url);
    return parsed ? parsed->connection_string : parsed.error().message;
}

TEST(PostgresUrl, NamesEveryPart)
{
    const Result<PostgresUrl> url =
        parse_postgres_url("postgresql://anna:secret@db.example:6543/litellm?schema=proxy&sslmode=require");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->schema, "proxy");
    EXPECT_EQ(url->place, "db.example:6543/litellm");
    EXPECT_EQ(
        url->connection_string,
        "dbname='litellm' host='db.example' password='secret' port='6543' sslmode='require' user='anna' "
    );
}

TEST(PostgresUrl, IsPublicOnPort5432UnlessItSaysOtherwise)
{
    const Result<PostgresUrl> url = parse_postgres_url("postgres://anna@localhost/litellm");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->schema, "public");
    EXPECT_THAT(url->connection_string, HasSubstr("port='5432'"));
}

TEST(PostgresUrl, DecodesAndQuotesPasswords)
{
    EXPECT_THAT(
        connection_string("postgresql://u:p%40ss%2Fw%27o%5Crd@h/d"), HasSubstr(R"(password='p@ss/w\'o\\rd')")
    );
    EXPECT_THAT(connection_string("postgresql://u:p@ss@h/d"), HasSubstr("password='p@ss'"));
}

TEST(PostgresUrl, DropsWhatLibpqDoesNotKnow)
{
    const std::string text = connection_string("postgresql://u@h/"
                                               "d?connection_limit=5&pool_timeout=10&pgbouncer=true&"
                                               "sslaccept=strict&statement_cache_size=0&connect_timeout=3");
    EXPECT_THAT(text, HasSubstr("connect_timeout='3'"));
    for (const char* name :
         {"connection_limit", "pool_timeout", "pgbouncer", "sslaccept", "statement_cache_size"})
        EXPECT_THAT(text, Not(HasSubstr(name)));
}

TEST(PostgresUrl, KnowsSeveralHostsSocketsAndIpv6)
{
    EXPECT_THAT(connection_string("postgresql://u@a:1,b/d"), HasSubstr("host='a,b'"));
    EXPECT_THAT(connection_string("postgresql://u@a:1,b/d"), HasSubstr("port='1,5432'"));
    EXPECT_THAT(connection_string("postgresql://u@[::1]:7/d"), HasSubstr("host='::1'"));
    EXPECT_THAT(
        connection_string("postgresql://u@localhost/d?host=/run/postgresql"),
        HasSubstr("host='/run/postgresql'")
    );
}

TEST(PostgresUrl, RefusesWhatItCannotUnderstand)
{
    for (const char* url :
         {"postgresql://u:%zz@h/d", "postgresql://u@h/d?schema=a%22b", "postgresql://u@h/d?schema="})
        EXPECT_EQ(parse_postgres_url(url).error().kind, ErrorKind::invalid_input) << url;
}

TEST(SqliteUrl, IsAPathOrMemory)
{
    EXPECT_EQ(parse_sqlite_url("sqlite:///var/lib/litellm.db").value(), "/var/lib/litellm.db");
    EXPECT_EQ(parse_sqlite_url("sqlite://data/litellm.db").value(), "data/litellm.db");
    EXPECT_EQ(parse_sqlite_url("sqlite:///with%20space.db?mode=rw").value(), "/with space.db");
    EXPECT_EQ(parse_sqlite_url("sqlite://:memory:").value(), ":memory:");
    EXPECT_FALSE(parse_sqlite_url("sqlite://"));
}

TEST(DatabaseUrl, IsRefusedWithoutAKnownScheme)
{
    for (const char* url : {"", "mysql://u@h/d", "litellm.db"}) {
        const auto opened = open_database(Options{url});
        ASSERT_FALSE(opened) << url;
        EXPECT_EQ(opened.error().kind, ErrorKind::invalid_input);
    }
}

TEST(DatabaseUrl, LosesItsPasswordsForLogs)
{
    EXPECT_EQ(
        redacted("postgresql://anna:se@cret@h:1/d?schema=x&sslpassword=y"),
        "postgresql://anna:***@h:1/d?schema=x&sslpassword=***"
    );
    EXPECT_EQ(redacted("postgresql://anna@h/d"), "postgresql://anna@h/d");
    EXPECT_EQ(redacted("sqlite:///var/lib/litellm.db"), "sqlite:///var/lib/litellm.db");
    EXPECT_EQ(redacted("sqlite://:memory:"), "sqlite://:memory:");
}

} // namespace
} // namespace litellm::db
