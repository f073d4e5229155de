#include "driver.hpp"

#include "litellm/core/embedded_file.hpp"
#include "litellm/core/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace litellm::db {

std::span<const EmbeddedFile> embedded_files();

namespace {

/// Any number will do as long as nobody else uses it: "litellmc" as bytes.
constexpr std::int64_t advisory_lock = 0x6c6974656c6c6d63;

constexpr std::string_view take_lock = "SELECT pg_advisory_xact_lock($1)";
/// Waiting for another process that migrates may take longer than a statement may otherwise.
constexpr std::string_view wait_patiently = "SET LOCAL statement_timeout = 0";

constexpr std::string_view schema_exists = "SELECT 1 FROM pg_namespace WHERE nspname = $1";

constexpr std::string_view create_journal_of_migrations_on_postgres = R"(
CREATE TABLE IF NOT EXISTS litellm_cpp.schema_migrations (
    name text NOT NULL CONSTRAINT schema_migrations_pkey PRIMARY KEY,
    applied_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
))";

constexpr std::string_view create_journal_of_migrations_on_sqlite = R"(
CREATE TABLE IF NOT EXISTS schema_migrations (
    name TEXT NOT NULL PRIMARY KEY,
    applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))
))";

constexpr std::string_view is_recorded = "SELECT 1 FROM schema_migrations WHERE name = $1";
constexpr std::string_view record = "INSERT INTO schema_migrations (name) VALUES ($1)";

struct Migration {
    std::string name;
    std::string_view script;
};

/// The embedded files for one dialect, in order of their numbers.
std::vector<Migration> list_migrations(Dialect dialect)
{
    const std::string_view own = dialect == Dialect::postgres ? ".postgres.sql" : ".sqlite.sql";
    std::vector<Migration> migrations;
    for (const EmbeddedFile& file : embedded_files()) {
        const std::string_view stem = file.name.substr(0, file.name.find('.'));
        const std::string_view ending = file.name.substr(stem.size());
        if (ending == own || ending == ".sql")
            migrations.push_back(Migration{std::string(stem), file.bytes});
    }
    std::sort(migrations.begin(), migrations.end(), [](const Migration& a, const Migration& b) {
        return a.name < b.name;
    });
    return migrations;
}

void lock(Transaction& transaction)
{
    if (transaction.dialect() == Dialect::sqlite)
        return;
    transaction.execute(wait_patiently, {}).value();
    transaction.query(take_lock, {advisory_lock}).value();
}

void create_schema(DriverTransaction& transaction, const std::string& name)
{
    // Asking first: CREATE SCHEMA IF NOT EXISTS wants a privilege even when there is nothing to do.
    const Rows found = transaction.query(schema_exists, {name}).value();
    if (found.empty())
        transaction.run_script(fmt::format("CREATE SCHEMA IF NOT EXISTS \"{}\"", name));
}

Result<void> prepare_database(Transaction& transaction)
{
    lock(transaction);
    if (transaction.dialect() == Dialect::sqlite) {
        transaction.execute(create_journal_of_migrations_on_sqlite, {}).value();
        return {};
    }
    DriverTransaction& driver = dynamic_cast<DriverTransaction&>(transaction);
    create_schema(driver, driver.schema());
    create_schema(driver, "litellm_cpp");
    transaction.execute(create_journal_of_migrations_on_postgres, {}).value();
    return {};
}

/// Several schemas of one Postgres database may each hold LiteLLM's tables.
std::string recorded_name(const DriverTransaction& transaction, const Migration& migration)
{
    const std::string& schema = transaction.schema();
    if (schema.empty() || schema == "public")
        return migration.name;
    return fmt::format("{}@{}", migration.name, schema);
}

/// Returns whether the migration had to run.
Result<bool> apply(Transaction& transaction, const Migration& migration)
{
    lock(transaction);
    DriverTransaction& driver = dynamic_cast<DriverTransaction&>(transaction);
    const std::string name = recorded_name(driver, migration);
    const Rows recorded = transaction.query(is_recorded, {name}).value();
    if (!recorded.empty())
        return false;
    driver.run_script(std::string(migration.script));
    transaction.execute(record, {name}).value();
    driver.forget_shapes();
    return true;
}

Result<std::vector<std::string>> read_columns(Database& database)
{
    return database.transact_now<std::vector<std::string>>(
        [](Transaction& transaction) -> Result<std::vector<std::string>> {
            return list_litellm_columns(transaction);
        }
    );
}

/// What our own migrations make of an empty database.
Result<std::vector<std::string>> expected_columns()
{
    const Result<std::unique_ptr<Database>> scratch = open_database(Options{"sqlite://:memory:"});
    if (!scratch)
        return scratch.error();
    const Result<std::vector<std::string>> migrated = migrate(**scratch);
    if (!migrated)
        return migrated.error();
    return read_columns(**scratch);
}

} // namespace

Result<std::vector<std::string>> migrate(Database& database)
{
    const Result<void> prepared = database.transact_now<void>(prepare_database);
    if (!prepared)
        return prepared.error();
    std::vector<std::string> applied;
    for (const Migration& migration : list_migrations(database.dialect())) {
        const Result<bool> done = database.transact_now<bool>([&](Transaction& transaction) {
            return apply(transaction, migration);
        });
        if (!done)
            return done.error();
        if (*done)
            applied.push_back(migration.name);
    }
    return applied;
}

bool MissingColumns::has(std::string_view table, std::string_view column) const
{
    return std::binary_search(names.begin(), names.end(), fmt::format("{}.{}", table, column));
}

Result<MissingColumns> find_missing_columns(Database& database)
{
    const Result<std::vector<std::string>> expected = expected_columns();
    if (!expected)
        return expected.error();
    const Result<std::vector<std::string>> actual = read_columns(database);
    if (!actual)
        return actual.error();
    MissingColumns missing;
    std::set_difference(
        expected->begin(), expected->end(), actual->begin(), actual->end(), std::back_inserter(missing.names)
    );
    return missing;
}

} // namespace litellm::db
