#pragma once
// Fields of a request that are stored as members of the row's metadata (reference 1.4).

#include "field_reader.hpp"

namespace litellm::api {

/// The managed fields that the body has, with their types checked.
[[nodiscard]] Json read_managed_fields(FieldReader& reader);

} // namespace litellm::api
