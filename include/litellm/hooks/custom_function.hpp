#pragma once
// Functions that the operator wrote, in Python or behind a web address: JSON in, JSON out.

#include "litellm/core/json.hpp"
#include "litellm/core/task.hpp"
#include "litellm/http/event_loops.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace litellm::hooks {

class CustomFunction {
public:
    virtual ~CustomFunction() = default;
    /// The function's result. timed_out when it took too long, unavailable when it cannot be run at all,
    /// upstream_failed when it failed: with a text that is fit for the caller; the log has the rest.
    [[nodiscard]] virtual Task<Json> call(Json argument) = 0;
};

struct FunctionOptions {
    /// `module.function`, or an `https://` address (`http://` on this machine only).
    std::string name;
    /// Where modules are looked for first: the folder of the configuration file.
    std::filesystem::path directory;
    std::chrono::milliseconds deadline{10'000};
    std::string python = "python3";
};

/// Python runs in a process of its own, which is started with the first call and again when it has died;
/// calls take turns. Web addresses are called from the first of `loops`, which outlives the function.
/// invalid_input for a name that is neither.
[[nodiscard]] Result<std::unique_ptr<CustomFunction>>
make_custom_function(FunctionOptions options, http::EventLoops& loops);

} // namespace litellm::hooks
