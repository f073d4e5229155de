#include "litellm/redis/connection.hpp"

#include "litellm/core/log.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include <algorithm>
#include <atomic>
#include <optional>

namespace litellm::redis {

namespace {

using std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;
using boost::asio::posix::stream_descriptor;

constexpr int failures_until_away = 3;
constexpr milliseconds first_rest{1'000};
constexpr milliseconds longest_rest{30'000};
/// A name that cannot be resolved, or a host that drops packets.
constexpr milliseconds connect_patience{1'000};

/// Somebody waits: the timer is cancelled when the reply is there.
struct Pending {
    explicit Pending(const boost::asio::any_io_executor& executor) : timer(executor) {}
    boost::asio::steady_timer timer;
    std::optional<Result<Reply>> reply;
};
using PendingPtr = std::shared_ptr<Pending>;

Result<Reply> converted(const redisReply& given)
{
    Reply reply;
    switch (given.type) {
    case REDIS_REPLY_ERROR:
        return invalid_input(fmt::format("Redis: {}", std::string_view(given.str, given.len)));
    case REDIS_REPLY_INTEGER:
        reply.kind = Reply::Kind::integer;
        reply.integer = given.integer;
        break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        reply.kind = Reply::Kind::text;
        reply.text.assign(given.str, given.len);
        break;
    case REDIS_REPLY_ARRAY:
        reply.kind = Reply::Kind::list;
        for (std::size_t i = 0; i < given.elements; ++i) {
            auto element = converted(*given.element[i]);
            if (!element)
                return element.error();
            reply.list.push_back(std::move(*element));
        }
        break;
    default:
        break;
    }
    return reply;
}

/// hiredis' state machine on an asio loop: it says when it wants to read or write, and is told when it can.
class Socket : public std::enable_shared_from_this<Socket> {
public:
    Socket(const boost::asio::any_io_executor& executor, redisAsyncContext* context)
        : descriptor_(executor, context->c.fd), context_(context)
    {
        context_->data = this;
        context_->ev.data = this;
        context_->ev.addRead = [](void* self) { static_cast<Socket*>(self)->want_read(); };
        context_->ev.delRead = [](void* self) { static_cast<Socket*>(self)->reads_ = false; };
        context_->ev.addWrite = [](void* self) { static_cast<Socket*>(self)->want_write(); };
        context_->ev.delWrite = [](void* self) { static_cast<Socket*>(self)->writes_ = false; };
        context_->ev.cleanup = [](void* self) { static_cast<Socket*>(self)->leave(); };
    }
    ~Socket() { close(); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] bool is_open() const { return context_ != nullptr; }
    /// Whoever waits is told that there is no reply.
    void close()
    {
        if (context_ != nullptr)
            redisAsyncFree(std::exchange(context_, nullptr));
    }
    [[nodiscard]] bool send(const std::vector<std::string>& command, const PendingPtr& pending)
    {
        std::vector<const char*> texts;
        std::vector<std::size_t> lengths;
        for (const std::string& part : command) {
            texts.push_back(part.data());
            lengths.push_back(part.size());
        }
        auto* const waiting = new PendingPtr(pending);
        const int sent = redisAsyncCommandArgv(
            context_,
            &Socket::take_reply,
            waiting,
            static_cast<int>(texts.size()),
            texts.data(),
            lengths.data()
        );
        if (sent != REDIS_OK)
            delete waiting;
        return sent == REDIS_OK;
    }

private:
    static void take_reply(redisAsyncContext* /*context*/, void* given, void* waiting)
    {
        const std::unique_ptr<PendingPtr> pending(static_cast<PendingPtr*>(waiting));
        (*pending)->reply = given == nullptr ? Result<Reply>(unavailable("Redis is gone"))
                                             : converted(*static_cast<redisReply*>(given));
        (*pending)->timer.cancel();
    }
    /// hiredis frees its context and closes the descriptor itself.
    void leave()
    {
        context_ = nullptr;
        reads_ = writes_ = false;
        if (descriptor_.is_open())
            descriptor_.release();
    }
    void want_read()
    {
        reads_ = true;
        if (std::exchange(waits_for_read_, true))
            return;
        descriptor_.async_wait(
            stream_descriptor::wait_read,
            [self = shared_from_this()](boost::system::error_code code) {
                self->waits_for_read_ = false;
                if (code || self->context_ == nullptr || !self->reads_)
                    return;
                redisAsyncHandleRead(self->context_);
                if (self->context_ != nullptr && self->reads_)
                    self->want_read();
            }
        );
    }
    void want_write()
    {
        writes_ = true;
        if (std::exchange(waits_for_write_, true))
            return;
        descriptor_.async_wait(
            stream_descriptor::wait_write,
            [self = shared_from_this()](boost::system::error_code code) {
                self->waits_for_write_ = false;
                if (code || self->context_ == nullptr || !self->writes_)
                    return;
                redisAsyncHandleWrite(self->context_);
                if (self->context_ != nullptr && self->writes_)
                    self->want_write();
            }
        );
    }

    stream_descriptor descriptor_;
    redisAsyncContext* context_;
    bool reads_ = false;
    bool writes_ = false;
    bool waits_for_read_ = false;
    bool waits_for_write_ = false;
};

class RedisConnection final : public Connection, public std::enable_shared_from_this<RedisConnection> {
public:
    RedisConnection(Options options, boost::asio::any_io_executor executor)
        : options_(std::move(options)), executor_(std::move(executor))
    {
    }
    ~RedisConnection() override
    {
        if (socket_)
            socket_->close();
    }

    Task<Reply> run(std::vector<std::string> command) override
    {
        ++commands_;
        const auto self = shared_from_this();
        if (is_resting())
            co_return unavailable("Redis is away");
        if (!is_connected()) {
            const auto connected = co_await connect();
            if (!connected) {
                note_failure(connected.error());
                co_return connected.error();
            }
        }
        auto reply = co_await reply_to(send(command));
        if (!reply && reply.error().kind == ErrorKind::unavailable)
            note_failure(reply.error());
        else
            note_success();
        co_return reply;
    }

    void close() override
    {
        if (socket_)
            socket_->close();
        socket_.reset();
    }

    milliseconds deadline() const override { return options_.deadline; }
    Figures figures() const override { return {commands_.load(), failed_.load(), is_away_.load()}; }

private:
    [[nodiscard]] bool is_connected() const { return socket_ && socket_->is_open(); }
    [[nodiscard]] bool is_resting() const
    {
        return is_away_ && std::chrono::steady_clock::now() < rest_until_;
    }

    /// Names are resolved here: hiredis would block the loop for it.
    Task<std::string> resolve()
    {
        boost::asio::ip::tcp::resolver resolver(executor_);
        boost::asio::steady_timer timer(executor_, connect_patience);
        timer.async_wait([&resolver](boost::system::error_code code) {
            if (!code)
                resolver.cancel();
        });
        boost::system::error_code code;
        const std::string service = std::to_string(options_.port);
        const auto found = co_await resolver.async_resolve(
            options_.host, service, boost::asio::redirect_error(boost::asio::use_awaitable, code)
        );
        timer.cancel();
        if (code || found.empty())
            co_return unavailable(
                fmt::format("the address of Redis ({}) is not known: {}", options_.host, code.message())
            );
        co_return found.begin()->endpoint().address().to_string();
    }

    Task<void> connect()
    {
        const auto address = co_await resolve();
        if (!address)
            co_return address.error();
        if (is_connected())
            co_return Result<void>();
        redisAsyncContext* const context = redisAsyncConnect(address->c_str(), options_.port);
        if (context == nullptr || context->err != 0) {
            const std::string why = context == nullptr ? "no memory" : std::string(context->errstr);
            if (context != nullptr)
                redisAsyncFree(context);
            co_return unavailable(fmt::format("cannot connect to Redis: {}", why));
        }
        socket_ = std::make_shared<Socket>(executor_, context);
        // Both are on their way before anybody else's command can be.
        std::vector<PendingPtr> greetings;
        if (!options_.password.empty()) {
            std::vector<std::string> hello{"AUTH"};
            if (!options_.username.empty())
                hello.push_back(options_.username);
            hello.push_back(options_.password.reveal());
            greetings.push_back(send(hello));
        }
        if (options_.database != 0)
            greetings.push_back(send({"SELECT", std::to_string(options_.database)}));
        for (const PendingPtr& greeting : greetings) {
            const auto answered = co_await reply_to(greeting);
            if (!answered)
                co_return refused(answered.error());
        }
        co_return Result<void>();
    }

    /// A server that does not let us in is as good as none.
    Error refused(const Error& error)
    {
        if (socket_)
            socket_->close();
        return unavailable(error.message);
    }

    /// Null when nothing can be sent.
    PendingPtr send(const std::vector<std::string>& command)
    {
        auto pending = std::make_shared<Pending>(executor_);
        pending->timer.expires_after(options_.deadline);
        return is_connected() && socket_->send(command, pending) ? pending : nullptr;
    }

    Task<Reply> reply_to(PendingPtr pending)
    {
        if (!pending)
            co_return unavailable("Redis is gone");
        boost::system::error_code code;
        if (!pending->reply)
            co_await pending->timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, code));
        if (!pending->reply)
            co_return unavailable(fmt::format("Redis did not answer within {} ms", options_.deadline.count())
            );
        if (!*pending->reply && is_no_service(pending->reply->error()))
            co_return unavailable(pending->reply->error().message);
        co_return std::move(*pending->reply);
    }

    /// The server answers, but does not do what it is for.
    static bool is_no_service(const Error& error)
    {
        constexpr std::string_view words[] = {
            "OOM ", "READONLY ", "LOADING ", "NOAUTH ", "MISCONF ", "MASTERDOWN ", "CLUSTERDOWN ", "NOPERM "};
        return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) {
            return error.message.find(word) != std::string::npos;
        });
    }

    void note_success()
    {
        failures_in_a_row_ = 0;
        rest_ = first_rest;
        if (is_away_.exchange(false))
            log::info("redis", "Redis answers again");
    }

    void note_failure(const Error& error)
    {
        ++failed_;
        // Commands that waited beside each other fail together, which is one reason to rest, not many.
        if (is_resting())
            return;
        const bool is_lost = !is_connected();
        if (++failures_in_a_row_ < failures_until_away && !is_lost && !is_away_)
            return;
        // What is still on its way would be taken for late replies.
        if (socket_)
            socket_->close();
        rest_until_ = std::chrono::steady_clock::now() + rest_;
        rest_ = std::min(longest_rest, rest_ * 2);
        if (!is_away_.exchange(true))
            log::warning("redis", "Redis is away: {}", error.message);
    }

    const Options options_;
    const boost::asio::any_io_executor executor_;
    std::shared_ptr<Socket> socket_;
    int failures_in_a_row_ = 0;
    milliseconds rest_ = first_rest;
    SteadyTime rest_until_{};
    std::atomic<bool> is_away_ = false;
    std::atomic<std::uint64_t> commands_ = 0;
    std::atomic<std::uint64_t> failed_ = 0;
};

} // namespace

std::shared_ptr<Connection> Connection::make(Options options, boost::asio::any_io_executor executor)
{
    return std::make_shared<RedisConnection>(std::move(options), std::move(executor));
}

Task<Reply> run_script(
    Connection& connection,
    std::string_view text,
    const std::vector<std::string>& keys,
    const std::vector<std::string>& arguments
)
{
    std::vector<std::string> command;
    command.reserve(3 + keys.size() + arguments.size());
    command.emplace_back("EVAL");
    command.emplace_back(text);
    command.push_back(std::to_string(keys.size()));
    command.insert(command.end(), keys.begin(), keys.end());
    command.insert(command.end(), arguments.begin(), arguments.end());
    co_return co_await connection.run(std::move(command));
}

} // namespace litellm::redis
