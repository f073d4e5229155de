#include "curl_engine.hpp"

#include "curl_transfer.hpp"
#include "litellm/core/log.hpp"

#include <boost/asio/post.hpp>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <mutex>

namespace litellm::http {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds tick_length{100};
constexpr std::size_t max_idle_easies = 512;
constexpr long upload_buffer_bytes = 512 * 1024;
/// Below the idle time-out of common load balancers (60 s), so that we seldom write to a connection that the
/// peer is closing.
constexpr long max_idle_connection_seconds = 50;

void initialise_curl()
{
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

std::uint32_t events_for(int what)
{
    switch (what) {
    case CURL_POLL_IN:
        return EPOLLIN;
    case CURL_POLL_OUT:
        return EPOLLOUT;
    case CURL_POLL_INOUT:
        return EPOLLIN | EPOLLOUT;
    default:
        return 0;
    }
}

} // namespace

CurlEngine::CurlEngine(boost::asio::io_context& context, ClientOptions options)
    : options_(std::move(options)), context_(context), descriptor_(context), timer_(context), tick_(context)
{
    initialise_curl();
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0)
        throw Failure(internal_error("epoll_create1 failed"));
    descriptor_.assign(epoll_);
    wait_for_sockets();
}

CurlEngine::~CurlEngine()
{
    *alive_ = false;
    while (!transfers_.empty()) {
        CurlTransfer* transfer = *transfers_.begin();
        transfers_.erase(transfer);
        transfer->detach();
    }
    for (auto& multi : multis_)
        curl_multi_cleanup(multi->handle);
    for (CURL* easy : idle_easies_)
        curl_easy_cleanup(easy);
}

CURL* CurlEngine::make_easy()
{
    CURL* easy = curl_easy_init();
    if (easy == nullptr)
        throw Failure(internal_error("curl_easy_init failed"));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, upload_buffer_bytes);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, max_idle_connection_seconds);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &CurlEngine::on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &CurlEngine::on_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
    if (!options_.verify_certificates) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!options_.ca_file.empty())
        curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    if (!options_.client_certificate.empty())
        curl_easy_setopt(easy, CURLOPT_SSLCERT, options_.client_certificate.c_str());
    if (options_.force_ipv4)
        curl_easy_setopt(easy, CURLOPT_IPRESOLVE, static_cast<long>(CURL_IPRESOLVE_V4));
    return easy;
}

CURL* CurlEngine::take_easy()
{
    if (idle_easies_.empty())
        return make_easy();
    CURL* easy = idle_easies_.back();
    idle_easies_.pop_back();
    return easy;
}

void CurlEngine::give_back_easy(CURL* easy)
{
    if (idle_easies_.size() < max_idle_easies)
        idle_easies_.push_back(easy);
    else
        curl_easy_cleanup(easy);
}

CurlEngine::Multi* CurlEngine::multi_with_room()
{
    for (auto& multi : multis_) {
        if (multi->active < options_.transfers_per_multi)
            return multi.get();
    }
    auto multi = std::make_unique<Multi>();
    multi->engine = this;
    multi->handle = curl_multi_init();
    if (multi->handle == nullptr)
        throw Failure(internal_error("curl_multi_init failed"));
    curl_multi_setopt(multi->handle, CURLMOPT_SOCKETFUNCTION, &CurlEngine::on_socket);
    curl_multi_setopt(multi->handle, CURLMOPT_SOCKETDATA, multi.get());
    curl_multi_setopt(multi->handle, CURLMOPT_TIMERFUNCTION, &CurlEngine::on_timer);
    curl_multi_setopt(multi->handle, CURLMOPT_TIMERDATA, multi.get());
    // Must exceed the number of transfers: a smaller cache evicts a warm connection for every request.
    curl_multi_setopt(
        multi->handle, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.transfers_per_multi * 2)
    );
    multis_.push_back(std::move(multi));
    return multis_.back().get();
}

CurlEngine::Multi* CurlEngine::add(CURL* easy, CurlTransfer* transfer)
{
    Multi* multi = multi_with_room();
    ++multi->active;
    transfers_.insert(transfer);
    curl_multi_add_handle(multi->handle, easy);
    arm_tick();
    kick(multi);
    return multi;
}

void CurlEngine::remove(Multi* multi, CURL* easy)
{
    curl_multi_remove_handle(multi->handle, easy);
    --multi->active;
}

void CurlEngine::forget(CurlTransfer* transfer)
{
    transfers_.erase(transfer);
    std::erase(to_wake_, transfer);
}

void CurlEngine::kick(Multi* multi)
{
    last_event_ = SteadyClock::now();
    act(multi, CURL_SOCKET_TIMEOUT, 0);
    arm_timer();
    if (!to_wake_.empty())
        wake_soon();
}

void CurlEngine::wake_soon()
{
    boost::asio::post(context_, [this, alive = alive_] {
        if (*alive)
            wake_readers();
    });
}

void CurlEngine::wake_later(CurlTransfer* transfer)
{
    to_wake_.push_back(transfer);
}

CurlEngine::Socket& CurlEngine::socket(curl_socket_t fd)
{
    const auto index = static_cast<std::size_t>(fd);
    if (index >= sockets_.size())
        sockets_.resize(index + 64);
    return sockets_[index];
}

int CurlEngine::on_socket(CURL*, curl_socket_t fd, int what, void* multi, void*)
{
    auto* const owner = static_cast<Multi*>(multi);
    CurlEngine& engine = *owner->engine;
    Socket& state = engine.socket(fd);
    state.multi = owner;
    if (state.opened_by_us) {
        engine.want(fd, state, events_for(what));
        return 0;
    }
    // The resolver's own descriptors come and go without notice and their numbers are reused at once: keep no
    // memory of them.
    epoll_event event{};
    event.events = events_for(what);
    event.data.fd = fd;
    if (what == CURL_POLL_REMOVE)
        epoll_ctl(engine.epoll_, EPOLL_CTL_DEL, fd, nullptr);
    else if (epoll_ctl(engine.epoll_, EPOLL_CTL_ADD, fd, &event) != 0)
        epoll_ctl(engine.epoll_, EPOLL_CTL_MOD, fd, &event);
    state.registered = what == CURL_POLL_REMOVE ? 0 : event.events;
    state.wanted = state.registered;
    return 0;
}

void CurlEngine::want(curl_socket_t fd, Socket& state, std::uint32_t events)
{
    state.wanted = events;
    // Nothing wanted: stay registered for input, so that the next request on this connection needs no call.
    // Writability would wake us for ever.
    const std::uint32_t needed = events == 0 ? state.registered & EPOLLIN : events;
    if (needed == state.registered)
        return;
    epoll_event event{};
    event.events = needed;
    event.data.fd = fd;
    const int operation = state.registered == 0 ? EPOLL_CTL_ADD : needed == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
    if (epoll_ctl(epoll_, operation, fd, &event) != 0 && operation == EPOLL_CTL_MOD)
        epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    state.registered = needed;
}

curl_socket_t CurlEngine::on_open(void* engine, curlsocktype, curl_sockaddr* address)
{
    const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd >= 0)
        static_cast<CurlEngine*>(engine)->socket(fd) = Socket{nullptr, 0, 0, true};
    return fd;
}

int CurlEngine::on_close(void* engine, curl_socket_t fd)
{
    static_cast<CurlEngine*>(engine)->socket(fd) = Socket{};
    return ::close(fd);
}

int CurlEngine::on_timer(CURLM*, long milliseconds, void* multi)
{
    auto* const owner = static_cast<Multi*>(multi);
    if (milliseconds < 0)
        owner->due.reset();
    else
        owner->due = SteadyClock::now() + std::chrono::milliseconds(milliseconds);
    return 0;
}

void CurlEngine::wait_for_sockets()
{
    descriptor_.async_wait(
        boost::asio::posix::stream_descriptor::wait_read,
        [this, alive = alive_](boost::system::error_code error) {
            if (error || !*alive)
                return;
            handle_sockets();
            wait_for_sockets();
        }
    );
}

void CurlEngine::handle_sockets()
{
    last_event_ = SteadyClock::now();
    std::array<epoll_event, 128> events;
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        const int fd = event.data.fd;
        Socket& state = socket(fd);
        if (state.wanted == 0 || state.multi == nullptr) {
            // An idle connection has something to say, most likely goodbye. curl finds out when it wants to
            // use it.
            epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
            state.registered = 0;
            continue;
        }
        int mask = 0;
        if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
            mask |= CURL_CSELECT_IN;
        if ((event.events & EPOLLOUT) != 0)
            mask |= CURL_CSELECT_OUT;
        if ((event.events & EPOLLERR) != 0)
            mask |= CURL_CSELECT_ERR;
        act(state.multi, fd, mask);
    }
    run_due_timers();
    arm_timer();
    wake_readers();
}

void CurlEngine::act(Multi* multi, curl_socket_t fd, int events)
{
    if (fd == CURL_SOCKET_TIMEOUT)
        multi->due.reset();
    int running = 0;
    curl_multi_socket_action(multi->handle, fd, events, &running);
    read_results(multi);
}

void CurlEngine::read_results(Multi* multi)
{
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi->handle, &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURL* easy = message->easy_handle;
        const CURLcode code = message->data.result;
        CurlTransfer* transfer = nullptr;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
        if (transfer != nullptr)
            transfer->on_done(code);
    }
}

void CurlEngine::run_due_timers()
{
    const auto now = last_event_ = SteadyClock::now();
    for (std::size_t i = 0; i < multis_.size(); ++i) {
        Multi* multi = multis_[i].get();
        if (multi->due && *multi->due <= now)
            act(multi, CURL_SOCKET_TIMEOUT, 0);
    }
}

void CurlEngine::arm_timer()
{
    std::optional<SteadyClock::time_point> earliest;
    for (const auto& multi : multis_) {
        if (multi->due && (!earliest || *multi->due < *earliest))
            earliest = multi->due;
    }
    // An armed timer that fires too early costs less than moving it for every request.
    if (!earliest || (timer_armed_for_ && *timer_armed_for_ <= *earliest))
        return;
    timer_armed_for_ = earliest;
    timer_.expires_at(*earliest);
    timer_.async_wait([this, alive = alive_](boost::system::error_code error) {
        if (error || !*alive)
            return;
        timer_armed_for_.reset();
        run_due_timers();
        arm_timer();
        wake_readers();
    });
}

void CurlEngine::arm_tick()
{
    if (tick_armed_)
        return;
    tick_armed_ = true;
    tick_.expires_after(tick_length);
    tick_.async_wait([this, alive = alive_](boost::system::error_code error) {
        if (error || !*alive)
            return;
        tick_armed_ = false;
        check_deadlines();
        wake_readers();
        if (!transfers_.empty())
            arm_tick();
    });
}

void CurlEngine::check_deadlines()
{
    const auto now = SteadyClock::now();
    const std::vector<CurlTransfer*> all(transfers_.begin(), transfers_.end());
    for (CurlTransfer* transfer : all)
        transfer->check_deadline(now);
}

void CurlEngine::wake_readers()
{
    // A reader that runs may end its transfer and start others: take one at a time.
    while (!to_wake_.empty()) {
        CurlTransfer* transfer = to_wake_.back();
        to_wake_.pop_back();
        transfer->wake();
    }
}

} // namespace litellm::http
