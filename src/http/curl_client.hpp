#pragma once

#include "litellm/http/client.hpp"

#include <boost/asio/io_context.hpp>

namespace litellm::http {

/// A client on libcurl's multi interface, driven by `context`, to be used from its thread only.
[[nodiscard]] std::unique_ptr<Client>
make_curl_client(boost::asio::io_context& context, const ClientOptions& options);

} // namespace litellm::http
