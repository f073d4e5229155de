#include "sections.hpp"

namespace litellm::config {

namespace {

constexpr std::string_view variables[] = {
    "LITELLM_MASTER_KEY",
    "DATABASE_URL",
    "DATABASE_HOST",
    "DATABASE_PORT",
    "DATABASE_USERNAME",
    "DATABASE_USER",
    "DATABASE_PASSWORD",
    "DATABASE_NAME",
    "DATABASE_SCHEMA",
    "PORT",
    "HOST",
    "NUM_WORKERS",
    "SSL_KEYFILE_PATH",
    "SSL_CERTFILE_PATH",
    "KEEPALIVE_TIMEOUT",
    "SERVER_ROOT_PATH",
    "LITELLM_DATA_DIR",
    "LITELLM_MODEL_COST_MAP_URL",
    "LITELLM_LOCAL_MODEL_COST_MAP",
    "REQUEST_TIMEOUT",
    "JSON_LOGS",
    "STORE_PROMPTS_IN_SPEND_LOGS",
    "PROXY_BATCH_WRITE_AT",
    "LITELLM_DROP_PARAMS",
    "LITELLM_STORE_AUDIT_LOGS",
    "SSL_VERIFY",
    "SSL_CERT_FILE",
    "SSL_CERTIFICATE",
};

} // namespace

Node read_environment(const Environment& environment)
{
    const Place place{"environment", 0};
    Node node{.kind = Node::Kind::map, .place = place};
    for (const std::string_view name : variables) {
        std::optional<std::string> value = environment(std::string(name));
        if (!value || value->empty())
            continue;
        Node variable{.place = place};
        variable.become(std::move(*value));
        node.set(name, std::move(variable));
    }
    return node;
}

} // namespace litellm::config
