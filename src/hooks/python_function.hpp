#pragma once

#include "litellm/hooks/custom_function.hpp"

namespace litellm::hooks {

[[nodiscard]] std::unique_ptr<CustomFunction> make_python_function(FunctionOptions options);
[[nodiscard]] std::unique_ptr<CustomFunction>
make_web_function(FunctionOptions options, http::EventLoops& loops);

} // namespace litellm::hooks
