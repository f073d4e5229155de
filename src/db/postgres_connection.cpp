#include "postgres_connection.hpp"

#include "encoding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::db {

namespace {

std::string connection_string(const PostgresSettings& settings)
{
    const std::chrono::seconds timeout = std::chrono::ceil<std::chrono::seconds>(settings.connect_timeout);
    // A peer that vanished without a word is noticed within a minute. Where a keyword comes twice libpq takes
    // the last, so that the URL has the last word.
    return fmt::format(
        "application_name='litellm-cpp' client_encoding='UTF8' connect_timeout='{}' keepalives_idle='30' "
        "keepalives_interval='10' keepalives_count='3' tcp_user_timeout='60000' {}",
        std::max<std::int64_t>(2, timeout.count()),
        settings.url.connection_string
    );
}

/// Sent after connecting and not as start-up options, which PgBouncer refuses.
std::string session_settings(const PostgresSettings& settings)
{
    return fmt::format(
        "SET search_path TO \"{}\", litellm_cpp; SET TIME ZONE 'UTC'; SET datestyle TO 'ISO'; SET "
        "extra_float_digits TO 3; "
        "SET statement_timeout TO {}",
        settings.url.schema,
        settings.statement_timeout.count()
    );
}

#if PQXX_VERSION_MAJOR >= 7
pqxx::params to_params(const std::vector<std::optional<std::string>>& texts)
{
    pqxx::params params;
    for (const std::optional<std::string>& text : texts) {
        if (text)
            params.append(*text);
        else
            params.append();
    }
    return params;
}
#else
auto to_params(const std::vector<std::optional<std::string>>& texts)
{
    return pqxx::prepare::make_dynamic_params(texts);
}
#endif

template <class Params>
pqxx::result run_prepared(pqxx::transaction_base& transaction, const std::string& name, const Params& params)
{
#if PQXX_VERSION_MAJOR > 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR >= 10)
    return transaction.exec(pqxx::prepped{name}, params);
#else
    return transaction.exec_prepared(name, params);
#endif
}

template <class Params>
pqxx::result run_unprepared(pqxx::transaction_base& transaction, const std::string& sql, const Params& params)
{
#if PQXX_VERSION_MAJOR > 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR >= 10)
    return transaction.exec(sql, params);
#else
    return transaction.exec_params(sql, params);
#endif
}

class NoticeReceiver final : public pqxx::notification_receiver {
public:
    NoticeReceiver(pqxx::connection& connection, std::function<void(const std::string&)> heard)
        : notification_receiver(connection, notice_channel), heard_(std::move(heard))
    {
    }
    void operator()(const std::string& notice, int) override { heard_(notice); }

private:
    std::function<void(const std::string&)> heard_;
};

} // namespace

PostgresConnection::PostgresConnection(const PostgresSettings& settings)
    : connection_(connection_string(settings))
{
    run_script(session_settings(settings));
}

pqxx::result PostgresConnection::execute(std::string_view sql, std::span<const Value> values)
{
    std::vector<std::optional<std::string>> texts;
    texts.reserve(values.size());
    for (const Value& value : values)
        texts.push_back(to_postgres_text(value));
    const std::string name = prepared_name(sql);
    pqxx::nontransaction transaction(connection_);
    if (name.empty())
        return run_unprepared(transaction, std::string(sql), to_params(texts));
    return run_prepared(transaction, name, to_params(texts));
}

pqxx::result PostgresConnection::run_script(const std::string& sql)
{
    pqxx::nontransaction transaction(connection_);
    return transaction.exec(sql);
}

void PostgresConnection::listen(std::function<void(const std::string&)> heard)
{
    receiver_ = std::make_unique<NoticeReceiver>(connection_, std::move(heard));
}

std::string PostgresConnection::prepared_name(std::string_view sql)
{
    const auto found = prepared_.find(sql);
    if (found != prepared_.end())
        return found->second;
    if (prepared_.size() >= most_prepared)
        return {};
    std::string name = fmt::format("litellm_{}", prepared_.size());
    connection_.prepare(name, std::string(sql));
    prepared_.emplace(sql, name);
    return name;
}

} // namespace litellm::db
