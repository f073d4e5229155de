#include "curl_transfer.hpp"

#include "curl_client.hpp"
#include "litellm/core/encoding.hpp"
#include "public_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

namespace litellm::http {

namespace {

/// How much of an answer may wait for a slow reader before the peer is slowed down.
constexpr std::size_t max_waiting_bytes = 128 * 1024;
constexpr std::size_t max_response_header_bytes = 256 * 1024;

std::string header_line(const std::string& name, const std::string& value)
{
    HeaderLines lines;
    lines.add(name, value);
    return lines.text().substr(0, lines.text().size() - 2);
}

} // namespace

struct HeaderBlock::Native {
    curl_slist* list = nullptr;

    Native() = default;
    Native(const Native&) = delete;
    Native& operator=(const Native&) = delete;
    ~Native() { curl_slist_free_all(list); }
};

HeaderBlock::HeaderBlock(const std::vector<std::pair<std::string, std::string>>& headers)
    : native_(std::make_unique<Native>())
{
    // Without it curl waits up to a second for a 100-continue before it sends a large body.
    native_->list = curl_slist_append(nullptr, "Expect:");
    for (const auto& [name, value] : headers)
        curl_slist_append(native_->list, header_line(name, value).c_str());
}

HeaderBlock::~HeaderBlock() = default;

CurlTransfer::CurlTransfer(CurlEngine& engine, ClientRequest request)
    : engine_(&engine),
      request_(std::move(request)),
      started_(std::chrono::steady_clock::now()),
      last_activity_(started_)
{
    easy_ = engine.take_easy();
    set_up(easy_);
    multi_ = engine.add(easy_, this);
}

CurlTransfer::~CurlTransfer()
{
    release();
    if (engine_ != nullptr)
        engine_->forget(this);
}

void CurlTransfer::set_up(CURL* easy)
{
    if (!request_.headers)
        request_.headers =
            std::make_shared<const HeaderBlock>(std::vector<std::pair<std::string, std::string>>());
    for (const auto& line : request_.extra_headers)
        own_headers_ = curl_slist_append(own_headers_, line.c_str());
    curl_slist* headers = request_.headers->native().list;
    if (own_headers_ != nullptr) {
        // The prepared list is shared: ours goes in front of it and is cut off again before it is freed.
        last_own_header_ = own_headers_;
        while (last_own_header_->next != nullptr)
            last_own_header_ = last_own_header_->next;
        last_own_header_->next = headers;
        headers = own_headers_;
    }

    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    url_ = engine_->parsed_url(request_.url);
    curl_easy_setopt(easy, CURLOPT_CURLU, url_.get());
    if (!url_)
        curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_timeout.count()));
    curl_easy_setopt(
        easy, CURLOPT_PREREQFUNCTION, request_.only_public_addresses ? &CurlTransfer::on_connected : nullptr
    );
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, nullptr);
    if (request_.method == Method::get) {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    } else {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(
            easy,
            CURLOPT_POSTFIELDSIZE_LARGE,
            static_cast<curl_off_t>(request_.body.size() + request_.fed_bytes)
        );
        const bool is_fed = request_.fed_bytes > 0;
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, is_fed ? nullptr : request_.body.data());
        if (is_fed) {
            curl_easy_setopt(easy, CURLOPT_READFUNCTION, &CurlTransfer::on_read);
            curl_easy_setopt(easy, CURLOPT_READDATA, this);
            curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, &CurlTransfer::on_rewind);
            curl_easy_setopt(easy, CURLOPT_SEEKDATA, this);
        }
        if (request_.method != Method::post)
            curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, std::string(to_string(request_.method)).c_str());
    }
}

void CurlTransfer::release()
{
    if (easy_ != nullptr && engine_ != nullptr) {
        engine_->remove(multi_, easy_);
        curl_easy_setopt(easy_, CURLOPT_PRIVATE, nullptr);
        curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, nullptr);
        curl_easy_setopt(easy_, CURLOPT_CURLU, nullptr);
        curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, nullptr);
        engine_->give_back_easy(easy_);
    } else if (easy_ != nullptr) {
        curl_easy_cleanup(easy_);
    }
    easy_ = nullptr;
    if (last_own_header_ != nullptr) {
        last_own_header_->next = nullptr;
        curl_slist_free_all(own_headers_);
        own_headers_ = last_own_header_ = nullptr;
    }
}

void CurlTransfer::detach()
{
    if (multi_ != nullptr && easy_ != nullptr)
        curl_multi_remove_handle(multi_->handle, easy_);
    engine_ = nullptr;
    // Destroys the coroutine that waits, and with it, most likely, this object.
    const Waiter abandoned = std::move(waiter_);
}

std::size_t CurlTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self)
{
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const std::string_view line(data, size * count);
    const std::string_view text = trim(line);
    transfer.last_activity_ = transfer.engine_->last_event();
    if (transfer.head_complete_) // trailers
        return line.size();
    if (text.starts_with("HTTP/")) {
        transfer.head_.fields.clear();
        transfer.head_.status = 0;
        const auto space = text.find(' ');
        if (space != std::string_view::npos)
            transfer.head_.status = std::atoi(std::string(text.substr(space + 1, 3)).c_str());
        return line.size();
    }
    if (text.empty()) {
        if (transfer.head_.status >= 200) {
            transfer.head_complete_ = true;
            transfer.wake_if(Goal::head);
            transfer.wake_if(Goal::fed);
        }
        return line.size();
    }
    const auto colon = text.find(':');
    if (colon != std::string_view::npos && transfer.head_.fields.size() < max_response_header_bytes / 64)
        transfer.head_.fields.add(text.substr(0, colon), trim(text.substr(colon + 1)));
    return line.size();
}

int CurlTransfer::on_connected(void* self, char* address, char*, int, int)
{
    if (is_public_address(address))
        return CURL_PREREQFUNC_OK;
    Error refused{ErrorKind::upstream_failed, "the address is not one of the public Internet"};
    refused.parameter = "connect";
    static_cast<CurlTransfer*>(self)->error_ = std::move(refused);
    return CURL_PREREQFUNC_ABORT;
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self)
{
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const std::size_t bytes = size * count;
    transfer.last_activity_ = transfer.engine_->last_event();
    if (transfer.limit_ != 0) {
        if (transfer.received_.size() + bytes > transfer.limit_) {
            transfer.error_ = Error{ErrorKind::too_large, "the answer is larger than accepted"};
            return 0;
        }
    } else if (transfer.received_.size() >= max_waiting_bytes) {
        transfer.paused_ = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    transfer.received_.append(data, bytes);
    transfer.wake_if(Goal::bytes);
    return bytes;
}

std::size_t CurlTransfer::on_read(char* buffer, std::size_t size, std::size_t count, void* self)
{
    auto& transfer = *static_cast<CurlTransfer*>(self);
    std::string_view source = std::string_view(transfer.request_.body).substr(transfer.body_taken_);
    const bool is_beginning = !source.empty();
    if (!is_beginning)
        source = transfer.feed_;
    if (source.empty()) {
        transfer.starved_ = true;
        return CURL_READFUNC_PAUSE;
    }
    const std::size_t bytes = std::min(size * count, source.size());
    std::memcpy(buffer, source.data(), bytes);
    if (is_beginning) {
        transfer.body_taken_ += bytes;
    } else {
        transfer.was_fed_ = true;
        transfer.feed_.remove_prefix(bytes);
        if (transfer.feed_.empty())
            transfer.wake_if(Goal::fed);
    }
    transfer.started_ = transfer.last_activity_ = transfer.engine_->last_event();
    return bytes;
}

/// curl found that the connection it took from its store is dead, and begins again on another.
int CurlTransfer::on_rewind(void* self, curl_off_t offset, int origin)
{
    auto& transfer = *static_cast<CurlTransfer*>(self);
    if (transfer.was_fed_ || offset != 0 || origin != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    transfer.body_taken_ = 0;
    return CURL_SEEKFUNC_OK;
}

void CurlTransfer::wake_if(Goal reached)
{
    if (goal_ != reached)
        return;
    goal_ = Goal::nothing;
    engine_->wake_later(this);
}

Error CurlTransfer::error_from(CURLcode code) const
{
    Error error;
    error.kind = code == CURLE_OPERATION_TIMEDOUT ? ErrorKind::timed_out : ErrorKind::upstream_failed;
    error.message =
        error_text_[0] != '\0' ? std::string(error_text_.data()) : std::string(curl_easy_strerror(code));
    long request_bytes = 0;
    curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &request_bytes);
    if (request_bytes == 0)
        error.parameter = "connect";
    return error;
}

void CurlTransfer::on_done(CURLcode code)
{
    if (!error_) {
        if (code == CURLE_OK && head_complete_)
            finished_ = true;
        else
            error_ = error_from(code == CURLE_OK ? CURLE_GOT_NOTHING : code);
    }
    if (goal_ != Goal::nothing) {
        goal_ = Goal::nothing;
        engine_->wake_later(this);
    }
}

void CurlTransfer::fail(Error error)
{
    if (is_over())
        return;
    error_ = std::move(error);
    if (goal_ != Goal::nothing) {
        goal_ = Goal::nothing;
        engine_->wake_later(this);
    }
}

void CurlTransfer::check_deadline(std::chrono::steady_clock::time_point now)
{
    using std::chrono::milliseconds;
    const bool late =
        request_.total_timeout.count() > 0 && !starved_ && now - started_ > request_.total_timeout;
    // A peer that we told to wait is not silent.
    const bool silent = request_.idle_timeout.count() > 0 && !paused_ && !starved_ && received_.empty() &&
        now - last_activity_ > request_.idle_timeout;
    if (late || silent)
        fail(Error{ErrorKind::timed_out, "Request timed out."});
}

void CurlTransfer::cancel()
{
    if (engine_ == nullptr || is_over())
        return;
    fail(Error{ErrorKind::client_closed, "cancelled"});
    // Taking an unfinished transfer away from curl closes its connection, so that the provider stops
    // generating.
    release();
    engine_->wake_soon();
}

void CurlTransfer::resume_if_paused()
{
    if (!paused_)
        return;
    paused_ = false;
    last_activity_ = std::chrono::steady_clock::now();
    curl_easy_pause(easy_, CURLPAUSE_CONT);
    engine_->kick(multi_);
}

// A wake-up may be left over from an earlier wait, hence the loops.

boost::asio::awaitable<bool> CurlTransfer::feed(std::string_view bytes)
{
    feed_ = bytes;
    if (!feed_.empty() && !is_over() && std::exchange(starved_, false)) {
        started_ = last_activity_ = std::chrono::steady_clock::now();
        curl_easy_pause(easy_, paused_ ? CURLPAUSE_RECV : CURLPAUSE_CONT);
        engine_->kick(multi_);
    }
    while (!feed_.empty() && !is_over() && !head_complete_) {
        goal_ = Goal::fed;
        co_await waiter_.wait();
    }
    const bool was_taken = feed_.empty();
    feed_ = {};
    co_return was_taken;
}

Task<const ResponseHead*> CurlTransfer::head()
{
    while (!head_complete_ && !is_over()) {
        goal_ = Goal::head;
        co_await waiter_.wait();
    }
    if (head_complete_)
        co_return &head_;
    co_return *error_;
}

Task<std::string_view> CurlTransfer::next()
{
    if (received_.empty())
        resume_if_paused();
    while (received_.empty() && !is_over()) {
        goal_ = Goal::bytes;
        co_await waiter_.wait();
    }
    if (!received_.empty()) {
        given_.clear();
        std::swap(given_, received_);
        co_return std::string_view(given_);
    }
    if (error_)
        co_return *error_;
    co_return std::string_view();
}

Task<std::string> CurlTransfer::collect(std::size_t limit)
{
    limit_ = limit;
    resume_if_paused();
    while (!is_over()) {
        goal_ = Goal::end;
        co_await waiter_.wait();
    }
    if (error_)
        co_return *error_;
    co_return std::move(received_);
}

namespace {

class CurlClient final : public Client {
public:
    CurlClient(boost::asio::io_context& context, const ClientOptions& options) : engine_(context, options) {}
    std::unique_ptr<Transfer> start(ClientRequest request) override
    {
        return std::make_unique<CurlTransfer>(engine_, std::move(request));
    }

private:
    CurlEngine engine_;
};

} // namespace

std::unique_ptr<Client> make_curl_client(boost::asio::io_context& context, const ClientOptions& options)
{
    return std::make_unique<CurlClient>(context, options);
}

} // namespace litellm::http
