#pragma once
// Figures in the text format that Prometheus reads (version 0.0.4).

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm {

class MetricsText {
public:
    using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

    /// Starts a figure; its samples follow. `type` is counter or gauge, `help` one line.
    void describe(std::string_view name, std::string_view type, std::string_view help);
    void sample(std::string_view name, const Labels& labels, double value);
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

} // namespace litellm
