#pragma once
// `--health` and `--test`: small clients of a running proxy.

#include "litellm/config/config.hpp"

#include <string>

namespace litellm::app {

/// Prints what /health says; the exit status is 0 when it answered with 200.
int print_health(const config::Config& config);
/// Sends one chat request to `base_url`, or to the configured host and port when it is empty, and prints the
/// answer.
int send_test_request(const config::Config& config, const std::string& base_url);

} // namespace litellm::app
