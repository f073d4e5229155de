#include "record.hpp"

namespace litellm::store {

Json read_json(const db::Row& row, std::size_t column)
{
    const std::string text = row.json_text(column);
    if (text == "{}")
        return Json::object();
    Result<Json> document = parse_json(text);
    if (!document || document->is_null())
        return Json::object();
    return std::move(*document);
}

void read_cell(std::string& out, const db::Row& row, std::size_t column)
{
    out = row.text(column);
}

void read_cell(std::optional<std::string>& out, const db::Row& row, std::size_t column)
{
    out = row.optional_text(column);
}

void read_cell(std::int64_t& out, const db::Row& row, std::size_t column)
{
    out = row.integer(column);
}

void read_cell(std::optional<std::int64_t>& out, const db::Row& row, std::size_t column)
{
    out = row.optional_integer(column);
}

void read_cell(double& out, const db::Row& row, std::size_t column)
{
    out = row.real(column);
}

void read_cell(std::optional<double>& out, const db::Row& row, std::size_t column)
{
    out = row.optional_real(column);
}

void read_cell(bool& out, const db::Row& row, std::size_t column)
{
    out = row.boolean(column);
}

void read_cell(std::optional<bool>& out, const db::Row& row, std::size_t column)
{
    out = row.optional_boolean(column);
}

void read_cell(Timestamp& out, const db::Row& row, std::size_t column)
{
    out = row.timestamp(column).value_or(Timestamp());
}

void read_cell(std::optional<Timestamp>& out, const db::Row& row, std::size_t column)
{
    out = row.timestamp(column);
}

void read_cell(std::vector<std::string>& out, const db::Row& row, std::size_t column)
{
    out = row.texts(column);
}

void read_cell(Json& out, const db::Row& row, std::size_t column)
{
    out = read_json(row, column);
}

void read_cell(std::optional<Json>& out, const db::Row& row, std::size_t column)
{
    out.reset();
    if (!row.is_null(column))
        out = read_json(row, column);
}

void read_cell(Money& out, const db::Row& row, std::size_t column)
{
    const Result<Money> amount = Money::from_usd(row.real(column));
    out = amount ? *amount : Money();
}

Json to_json(const db::Value& value)
{
    struct Visitor {
        Json operator()(std::monostate) const { return nullptr; }
        Json operator()(bool flag) const { return flag; }
        Json operator()(std::int64_t number) const { return number; }
        Json operator()(double number) const { return number; }
        Json operator()(const std::string& text) const { return text; }
        Json operator()(db::BorrowedText borrowed) const { return std::string(borrowed.text); }
        Json operator()(const db::Texts& texts) const { return texts; }
        Json operator()(const db::JsonText& document) const
        {
            auto parsed = parse_json(document.text);
            return parsed ? std::move(*parsed) : Json(document.text);
        }
        Json operator()(Timestamp time) const { return to_iso8601(time); }
    };
    return std::visit(Visitor(), value.storage());
}

std::string is_one_of(db::Dialect dialect, std::string_view column, int parameter)
{
    if (dialect == db::Dialect::postgres)
        return fmt::format("{} = ANY(CAST(${} AS text[]))", column, parameter);
    return fmt::format("{} IN (SELECT value FROM json_each(${}))", column, parameter);
}

} // namespace litellm::store
