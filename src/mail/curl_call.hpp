#pragma once
// libcurl's easy interface, owned. Every transport blocks on it, on the mail thread.

#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

namespace litellm::mail {

struct EasyDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

/// A list of header lines or recipients.
class CurlList {
public:
    CurlList() = default;
    CurlList(const CurlList&) = delete;
    CurlList& operator=(const CurlList&) = delete;
    ~CurlList() { curl_slist_free_all(list_); }
    void add(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }
    [[nodiscard]] curl_slist* get() const { return list_; }

private:
    curl_slist* list_ = nullptr;
};

/// The address with its domain as ASCII (`bücher.example` is `xn--bcher-kva.example`), as headers and
/// commands want it; nothing when the domain has no such form.
[[nodiscard]] std::optional<std::string> ascii_address(const std::string& address);

/// A handle with the settings that all transports share, which gives up once `stopping` is set; never null.
[[nodiscard]] Easy make_easy(long timeout_seconds, const std::atomic<bool>& stopping);

} // namespace litellm::mail
