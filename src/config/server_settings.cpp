#include "sections.hpp"

#include <fmt/format.h>

namespace litellm::config {

namespace {

/// `/proxy` for `proxy`, `/proxy/` and `/proxy`; empty for `/`.
std::string normal_root_path(std::string path)
{
    while (path.ends_with('/'))
        path.pop_back();
    return path.empty() || path.starts_with('/') ? path : fmt::format("/{}", path);
}

} // namespace

ServerSettings load_server_settings(Section& environment)
{
    ServerSettings server;
    environment.read("HOST", server.host);
    std::int64_t port = server.port;
    environment.read("PORT", port, Range{.minimum = 0, .maximum = 65535});
    server.port = static_cast<std::uint16_t>(port);
    environment.read("NUM_WORKERS", server.num_workers, Range{.minimum = 1, .maximum = 256});
    environment.read("SSL_KEYFILE_PATH", server.ssl_keyfile_path);
    environment.read("SSL_CERTFILE_PATH", server.ssl_certfile_path);
    environment.read("KEEPALIVE_TIMEOUT", server.keepalive_timeout_seconds, positive);
    environment.read("SERVER_ROOT_PATH", server.root_path);
    server.root_path = normal_root_path(std::move(server.root_path));
    std::string directory;
    if (environment.read("LITELLM_DATA_DIR", directory))
        server.data_directory = directory;
    bool use_embedded_cost_map = false;
    environment.read("LITELLM_LOCAL_MODEL_COST_MAP", use_embedded_cost_map);
    if (!use_embedded_cost_map)
        environment.read("LITELLM_MODEL_COST_MAP_URL", server.model_cost_map);
    return server;
}

} // namespace litellm::config
