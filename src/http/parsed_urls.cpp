#include "parsed_urls.hpp"

namespace litellm::http {

namespace {

/// Deployments have a handful; only requests that are passed on with queries of their own could fill this up.
constexpr std::size_t most_urls = 512;

} // namespace

std::shared_ptr<CURLU> ParsedUrls::find(const std::string& url)
{
    if (const auto known = known_.find(url); known != known_.end())
        return known->second;
    std::shared_ptr<CURLU> parsed(curl_url(), &curl_url_cleanup);
    if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
        return nullptr;
    if (known_.size() >= most_urls)
        known_.clear();
    known_.emplace(url, parsed);
    return parsed;
}

} // namespace litellm::http
