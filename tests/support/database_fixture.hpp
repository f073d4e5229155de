#pragma once
// A database of its own for every test, on SQLite and on Postgres.
//
// Postgres is the server that LITELLM_TEST_POSTGRES names (scripts/with-postgres starts one); without the
// variable its cases are skipped.

#include "litellm/db/database.hpp"

#include <gtest/gtest.h>
#include <pqxx/pqxx>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <random>

// libpqxx 6 loses the result of a statement whose connection has died.
extern "C" __attribute__((used)) inline const char* __lsan_default_suppressions()
{
    return "leak:libpqxx-6";
}

namespace litellm::testing {

/// URL of the test server, or nothing.
inline std::optional<std::string> postgres_server()
{
    const char* url = std::getenv("LITELLM_TEST_POSTGRES");
    if (url == nullptr || *url == '\0')
        return std::nullopt;
    return std::string(url);
}

inline std::string random_name()
{
    std::random_device device;
    std::string name = "litellm_test_";
    for (int i = 0; i < 12; ++i)
        name += static_cast<char>('a' + device() % 26);
    return name;
}

/// Makes an empty database and removes it at the end.
class ScratchDatabase {
public:
    explicit ScratchDatabase(db::Dialect dialect) : dialect_(dialect), name_(random_name())
    {
        if (dialect_ == db::Dialect::sqlite) {
            folder_ = std::filesystem::temp_directory_path() / name_;
            url_ = "sqlite://" + (folder_ / "test.db").string();
            return;
        }
        const std::string server = postgres_server().value();
        run_on_server("CREATE DATABASE " + name_);
        url_ = server.substr(0, server.rfind('/')) + "/" + name_;
    }
    ~ScratchDatabase()
    {
        if (dialect_ == db::Dialect::sqlite)
            std::filesystem::remove_all(folder_);
        else
            run_on_server("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    }
    ScratchDatabase(const ScratchDatabase&) = delete;
    ScratchDatabase& operator=(const ScratchDatabase&) = delete;

    [[nodiscard]] const std::string& url() const { return url_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

    [[nodiscard]] std::unique_ptr<db::Database> open(db::Options options = {}) const
    {
        options.url = url_;
        return db::open_database(options).value();
    }

    /// Runs a script on this database through a connection of its own, outside any transaction.
    void administrate(const std::string& sql) const
    {
        if (dialect_ == db::Dialect::postgres)
            run(url_, sql);
        else
            run_on_file(folder_ / "test.db", sql);
    }
    /// The same on the server's own database.
    static void run_on_server(const std::string& sql) { run(postgres_server().value(), sql); }

private:
    static void run(const std::string& url, const std::string& sql)
    {
        pqxx::connection connection(url);
        pqxx::nontransaction transaction(connection);
        transaction.exec(sql);
    }
    static void run_on_file(const std::filesystem::path& path, const std::string& sql)
    {
        std::filesystem::create_directories(path.parent_path());
        sqlite3* handle = nullptr;
        const bool is_open = sqlite3_open(path.c_str(), &handle) == SQLITE_OK;
        const bool is_done =
            is_open && sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
        const std::string message = is_done ? "" : sqlite3_errmsg(handle);
        sqlite3_close(handle);
        if (!is_done)
            throw std::runtime_error(message);
    }

    db::Dialect dialect_;
    std::string name_;
    std::string url_;
    std::filesystem::path folder_;
};

inline std::string dialect_name(const ::testing::TestParamInfo<db::Dialect>& info)
{
    return info.param == db::Dialect::sqlite ? "sqlite" : "postgres";
}

/// Base of tests that run once per dialect; instantiate them with INSTANTIATE_ON_BOTH_DIALECTS.
class DatabaseTest : public ::testing::TestWithParam<db::Dialect> {
protected:
    void SetUp() override
    {
        if (GetParam() == db::Dialect::postgres && !postgres_server())
            GTEST_SKIP() << "LITELLM_TEST_POSTGRES is not set; run the tests through scripts/with-postgres";
        scratch_ = std::make_unique<ScratchDatabase>(GetParam());
        prepare(*scratch_);
        database_ = scratch_->open(options());
        if (wants_migrations()) {
            const Result<std::vector<std::string>> migrated = db::migrate(*database_);
            ASSERT_TRUE(migrated) << migrated.error().message;
        }
    }
    void TearDown() override
    {
        database_.reset();
        scratch_.reset();
    }

    /// What a test's class changes: the options, what is in the database before it is opened, whether it is
    /// migrated.
    virtual db::Options options() const { return {}; }
    virtual void prepare(const ScratchDatabase&) {}
    virtual bool wants_migrations() const { return true; }

    db::Database& database() { return *database_; }
    const ScratchDatabase& scratch() const { return *scratch_; }
    void close() { database_.reset(); }
    void reopen() { database_ = scratch_->open(options()); }
    [[nodiscard]] bool is_postgres() const { return GetParam() == db::Dialect::postgres; }

    /// Runs `work(transaction)`, which returns a Result, in a transaction of its own.
    template <class Work>
    auto transact(Work work)
    {
        using Outcome = decltype(work(std::declval<db::Transaction&>()));
        return database().template transact_now<typename Outcome::value_type>(work);
    }
    db::Rows query(std::string_view sql, std::initializer_list<db::Value> values = {})
    {
        return transact([&](db::Transaction& transaction) { return transaction.query(sql, values); }).value();
    }
    std::int64_t execute(std::string_view sql, std::initializer_list<db::Value> values = {})
    {
        return transact([&](db::Transaction& transaction) { return transaction.execute(sql, values); }
        ).value();
    }

private:
    std::unique_ptr<ScratchDatabase> scratch_;
    std::unique_ptr<db::Database> database_;
};

} // namespace litellm::testing

#define INSTANTIATE_ON_BOTH_DIALECTS(suite)                                                                  \
    INSTANTIATE_TEST_SUITE_P(                                                                                \
        Both,                                                                                                \
        suite,                                                                                               \
        ::testing::Values(litellm::db::Dialect::sqlite, litellm::db::Dialect::postgres),                     \
        litellm::testing::dialect_name                                                                       \
    )
