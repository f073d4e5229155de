#pragma once
// The templates of letters, from `templates/`.

#include <string_view>

namespace litellm::mail {

[[nodiscard]] std::string_view template_file(std::string_view name);

} // namespace litellm::mail
