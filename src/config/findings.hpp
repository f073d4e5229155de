#pragma once
// Collects what is wrong with a configuration, so that the operator sees all of it at once.

#include "litellm/config/config.hpp"

#include <string>
#include <vector>

namespace litellm::config {

/// Messages never contain a value: any value may be a secret that stands in the wrong place.
class Findings {
public:
    void error(const Place& place, std::string key, std::string message);
    void warning(const Place& place, std::string key, std::string message);

    [[nodiscard]] bool has_errors() const { return has_errors_; }
    /// By file and line; findings of one line keep their order.
    [[nodiscard]] std::vector<Finding> sorted() const;

private:
    std::vector<Finding> findings_;
    bool has_errors_ = false;
};

/// `config.yaml:12`, or only the file when the line is unknown.
[[nodiscard]] std::string to_string(const Place& place);

} // namespace litellm::config
