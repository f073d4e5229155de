#pragma once

#include "litellm/api/service.hpp"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace litellm::api {

/// What a method and a path lead to.
struct Match {
    const Route* route = nullptr;
    std::map<std::string, std::string> parameters;
    bool path_exists = false; ///< under another method
};

class RouteTable {
public:
    void add(std::vector<Route> routes);
    [[nodiscard]] Match find(http::Method method, const std::string& path) const;
    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

private:
    struct Pattern {
        std::vector<std::string> segments;
        std::size_t route = 0;
    };
    void index();

    std::vector<Route> routes_;
    std::unordered_map<std::string, std::vector<std::size_t>> literal_;
    std::vector<Pattern> patterns_;
};

} // namespace litellm::api
