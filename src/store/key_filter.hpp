#pragma once
// What a list of keys selects, for the table and for its archive.

#include "conditions.hpp"
#include "litellm/store/keys.hpp"

namespace litellm::store {

/// The WHERE clause of `filter`. Its own conditions belong together; the two includes are alternatives to
/// them.
[[nodiscard]] std::string add_filter(Conditions& conditions, const KeyFilter& filter, db::Dialect dialect);
/// invalid_input for an unknown sort_by and impossible pages.
[[nodiscard]] Result<void> check_page(const KeyFilter& filter);

} // namespace litellm::store
