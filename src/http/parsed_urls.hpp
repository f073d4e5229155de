#pragma once
// Addresses that libcurl has taken apart once. It would do that again for every call, which is a tenth of
// what a short call costs.

#include <curl/curl.h>

#include <memory>
#include <string>
#include <unordered_map>

namespace litellm::http {

class ParsedUrls {
public:
    /// Null for what is no address: libcurl says best what is wrong with it. The same one for the same text,
    /// as long as there are not too many; whoever uses one keeps it.
    [[nodiscard]] std::shared_ptr<CURLU> find(const std::string& url);

private:
    std::unordered_map<std::string, std::shared_ptr<CURLU>> known_;
};

} // namespace litellm::http
