#include "price_book_lists.hpp"

namespace litellm::spend {

std::optional<std::string_view> scalar_text(simdjson::ondemand::value value)
{
    switch (simdjson::ondemand::json_type(value.type())) {
    case simdjson::ondemand::json_type::number: {
        std::string_view text = value.raw_json_token();
        const std::size_t end = text.find_first_of(" \t\r\n");
        return text.substr(0, end);
    }
    case simdjson::ondemand::json_type::string:
        return value.get_string().value();
    case simdjson::ondemand::json_type::null:
        return std::string_view();
    default:
        return std::nullopt;
    }
}

} // namespace litellm::spend
