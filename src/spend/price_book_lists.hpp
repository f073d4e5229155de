#pragma once
// Readers of the two price list formats.

#include "price_book_pattern.hpp"

#include "litellm/spend/price_book.hpp"

#include <simdjson.h>

#include <string>
#include <vector>

namespace litellm::spend {

/// One model of a price list.
struct ListedModel {
    std::string name;     ///< lower case, as listed: `provider/model`, or the bare model
    std::string provider; ///< who bills it; may be empty
    ModelPrice price;
    std::vector<NamePattern> patterns;
};

struct PriceList {
    std::vector<ListedModel> models;
    std::vector<std::string> unpriced; ///< lower case names of the entries that were skipped
};

constexpr std::string_view own_format = "litellm-cpp-prices/1";

/// Reads `models` of our own format.
[[nodiscard]] PriceList read_own_list(simdjson::ondemand::object models);
/// Reads model_prices_and_context_window.json. Entries without a price that a ModelPrice can hold count as
/// skipped.
[[nodiscard]] PriceList read_litellm_list(simdjson::ondemand::object models);

/// A number as it was written, or the content of a string; empty for null, nothing for other values.
[[nodiscard]] std::optional<std::string_view> scalar_text(simdjson::ondemand::value value);

} // namespace litellm::spend
