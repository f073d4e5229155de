#pragma once

#include "curl_engine.hpp"
#include "litellm/http/client.hpp"
#include "waiter.hpp"

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace litellm::http {

/// One exchange on one easy handle.
class CurlTransfer final : public Transfer {
public:
    CurlTransfer(CurlEngine& engine, ClientRequest request);
    ~CurlTransfer() override;
    CurlTransfer(const CurlTransfer&) = delete;
    CurlTransfer& operator=(const CurlTransfer&) = delete;

    boost::asio::awaitable<bool> feed(std::string_view bytes) override;
    Task<const ResponseHead*> head() override;
    Task<std::string_view> next() override;
    Task<std::string> collect(std::size_t limit) override;
    void cancel() override;

    // For the engine.
    void on_done(CURLcode code);
    void wake() { waiter_.wake(); }
    void check_deadline(std::chrono::steady_clock::time_point now);
    /// The engine is going away: lets go of it and of whoever waits.
    void detach();

private:
    enum class Goal { nothing, fed, head, bytes, end };

    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static int on_connected(void* self, char* address, char* own_address, int port, int own_port);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* self);
    static int on_rewind(void* self, curl_off_t offset, int origin);

    void set_up(CURL* easy);
    void release();
    void fail(Error error);
    void wake_if(Goal reached);
    void resume_if_paused();
    [[nodiscard]] bool is_over() const { return finished_ || error_.has_value(); }
    [[nodiscard]] Error error_from(CURLcode code) const;

    CurlEngine* engine_;
    ClientRequest request_;
    CURL* easy_ = nullptr;
    std::shared_ptr<CURLU> url_; ///< null: libcurl reads the text itself
    curl_slist* own_headers_ = nullptr;
    curl_slist* last_own_header_ = nullptr;
    CurlEngine::Multi* multi_ = nullptr;
    std::array<char, CURL_ERROR_SIZE> error_text_{};

    // Of a body that is fed.
    std::string_view feed_;      ///< not yet taken
    std::size_t body_taken_ = 0; ///< of request_.body
    bool was_fed_ = false;
    bool starved_ = false; ///< the peer waits for feed()

    ResponseHead head_;
    bool head_complete_ = false;
    std::string received_;  ///< not yet asked for
    std::string given_;     ///< what the last next() handed out
    std::size_t limit_ = 0; ///< of collect(), 0 when streaming
    bool paused_ = false;
    bool finished_ = false;
    std::optional<Error> error_;
    Goal goal_ = Goal::nothing;
    Waiter waiter_;
    std::chrono::steady_clock::time_point started_;
    std::chrono::steady_clock::time_point last_activity_;
};

} // namespace litellm::http
