#include "litellm/config/config.hpp"

namespace litellm::config {

std::string public_url(const Config& config)
{
    std::string base = config.environment("PROXY_BASE_URL").value_or("");
    while (base.ends_with('/'))
        base.pop_back();
    const std::string& root = config.server.root_path;
    if (!base.empty() && root != "/" && !base.ends_with(root))
        base += root;
    return base;
}

} // namespace litellm::config
