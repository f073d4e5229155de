#include "litellm/spend/shared_rates.hpp"

#include "refusals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace litellm::spend {

namespace {

using std::chrono::milliseconds;

/// A process that dies does not say so: its calls count as under way for so long.
constexpr milliseconds longest_call = std::chrono::minutes(15);
constexpr std::int64_t no_limit = -1;

/// KEYS: for each scope a hash {start, requests, tokens, held} and a sorted set of calls under way by the
/// time at which they are given up. ARGV: window in ms, name of the call, its longest time in ms, and when
/// nobody waits for the answer any more (by Redis' clock; 0: unknown); for each scope: limits of requests,
/// tokens and calls (-1: none), tokens to take, fewest tokens. Returns {1, time, then for each scope: start,
/// tokens taken, requests, tokens, calls}, {2, time} when it came too late, or {0, time, scope, limit's
/// number, limit, used, rest of the window in ms, held by calls}.
constexpr std::string_view take_script = R"(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window, call, longest, latest = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
if latest > 0 and now > latest then return {2, now} end
local scopes = {}
for i = 1, #KEYS / 2 do
  local at = 5 + (i - 1) * 5
  local s = {rpm = tonumber(ARGV[at]), tpm = tonumber(ARGV[at + 1]), most = tonumber(ARGV[at + 2]), tokens = tonumber(ARGV[at + 3]), least = tonumber(ARGV[at + 4])}
  local known = redis.call('HMGET', KEYS[2 * i - 1], 'start', 'requests', 'tokens', 'held')
  s.start, s.requests, s.used, s.held = tonumber(known[1]), tonumber(known[2]), tonumber(known[3]), tonumber(known[4])
  if not s.start or now - s.start >= window then
    s.start, s.requests, s.used, s.held, s.is_new = now, 0, 0, 0, true
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[2 * i], '-inf', now)
  s.calls = redis.call('ZCARD', KEYS[2 * i])
  local rest = s.start + window - now
  if s.rpm >= 0 and s.requests >= s.rpm then return {0, now, i, 1, s.rpm, s.requests, rest, 0} end
  if s.tpm >= 0 then
    local least = math.max(s.least, 1)
    if s.used + least > s.tpm and (s.used > 0 or s.tpm <= 0) then
      return {0, now, i, 2, s.tpm, s.used, rest, s.used - s.held + least <= s.tpm and 1 or 0}
    end
    s.tokens = math.max(s.least, math.min(s.tokens, math.max(0, s.tpm - s.used)))
  end
  if s.most >= 0 and s.calls >= s.most then return {0, now, i, 3, s.most, s.calls, rest, 1} end
  scopes[i] = s
end
local answer = {1, now}
for i, s in ipairs(scopes) do
  local hash, calls = KEYS[2 * i - 1], KEYS[2 * i]
  redis.call('HSET', hash, 'start', s.start, 'requests', s.requests + 1, 'tokens', s.used + s.tokens, 'held', s.held + s.tokens)
  redis.call('PEXPIRE', hash, window * 2)
  redis.call('ZADD', calls, now + longest, call)
  redis.call('PEXPIRE', calls, longest)
  for _, value in ipairs({s.start, s.tokens, s.requests + 1, s.used + s.tokens, s.calls + 1}) do answer[#answer + 1] = value end
end
return answer
)";

/// KEYS as above. ARGV: name of the call, tokens used, 1 when its request is given back; for each scope:
/// start and tokens as taken.
constexpr std::string_view finish_script = R"(
for i = 1, #KEYS / 2 do
  local hash = KEYS[2 * i - 1]
  redis.call('ZREM', KEYS[2 * i], ARGV[1])
  local at = 4 + (i - 1) * 2
  if redis.call('HGET', hash, 'start') == ARGV[at] then
    local taken = tonumber(ARGV[at + 1])
    redis.call('HINCRBY', hash, 'tokens', tonumber(ARGV[2]) - taken)
    redis.call('HINCRBY', hash, 'held', -taken)
    if ARGV[3] == '1' then redis.call('HINCRBY', hash, 'requests', -1) end
  end
end
return 1
)";

std::int64_t local_milliseconds()
{
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

constexpr std::string_view types[] = {"requests", "tokens", "max_parallel_requests"};

std::string limit_text(const std::optional<std::int64_t>& limit)
{
    return std::to_string(limit.value_or(no_limit));
}

std::int64_t number(const redis::Reply& reply, std::size_t place)
{
    return place < reply.list.size() ? reply.list[place].integer : 0;
}

Error refusal(const redis::Reply& reply, const std::vector<RatedScope>& scopes, Timestamp now)
{
    const auto scope = static_cast<std::size_t>(
        std::clamp<std::int64_t>(number(reply, 2), 1, static_cast<std::int64_t>(scopes.size())) - 1
    );
    const auto type =
        static_cast<std::size_t>(std::clamp<std::int64_t>(number(reply, 3), 1, std::size(types)) - 1);
    Account account;
    account.kind = scopes[scope].kind;
    account.id = scopes[scope].id;
    account.limits = scopes[scope].limits;
    RateRefusal refused;
    refused.type = types[type];
    refused.limit = number(reply, 4);
    refused.used = number(reply, 5);
    refused.window_left = std::chrono::ceil<std::chrono::seconds>(milliseconds(number(reply, 6)));
    refused.is_held_by_calls = number(reply, 7) != 0;
    return rate_error(account, refused, now);
}

void add_left(const RatedScope& scope, std::span<const std::int64_t> used, std::vector<LimitState>& left)
{
    const std::optional<std::int64_t> limits[] = {
        scope.limits.rpm, scope.limits.tpm, scope.limits.max_parallel_requests};
    for (std::size_t i = 0; i < std::size(types); ++i) {
        if (limits[i])
            left.push_back({scope.kind, types[i], *limits[i], std::max<std::int64_t>(0, *limits[i] - used[i])}
            );
    }
}

} // namespace

SharedRates::SharedRates(const Clock& clock, std::string prefix, std::chrono::seconds window)
    : clock_(clock), prefix_(std::move(prefix)), window_(window)
{
}

std::vector<std::string> SharedRates::keys_of(const RatedScope& scope) const
{
    // One hash tag: all keys of a script live on one node of a cluster.
    const std::string name = fmt::format("{{{}}}:rate:{}:{}", prefix_, to_string(scope.kind), scope.id);
    return {name, name + ":calls"};
}

Task<RateTicket> SharedRates::take(
    redis::Connection& redis, std::vector<RatedScope> scopes, Demand demand, std::string call_id
) const
{
    std::vector<std::string> keys;
    std::vector<std::string> arguments;
    arguments.push_back(std::to_string(milliseconds(window_).count()));
    arguments.push_back(call_id);
    arguments.push_back(std::to_string(longest_call.count()));
    // A server that was stopped for a while still runs what it was sent meanwhile.
    const std::int64_t ahead = redis_ahead_.load();
    const std::int64_t latest = ahead == 0 ? 0 : local_milliseconds() + ahead + 2 * redis.deadline().count();
    arguments.push_back(std::to_string(latest));
    for (const RatedScope& scope : scopes) {
        for (auto& key : keys_of(scope))
            keys.push_back(std::move(key));
        arguments.push_back(limit_text(scope.limits.rpm));
        arguments.push_back(limit_text(scope.limits.tpm));
        arguments.push_back(limit_text(scope.limits.max_parallel_requests));
        arguments.push_back(std::to_string(demand.tokens));
        arguments.push_back(std::to_string(demand.least_tokens));
    }
    const auto reply = co_await redis::run_script(redis, take_script, keys, arguments);
    if (!reply)
        co_return unavailable(reply.error().message);
    if (number(*reply, 1) > 0)
        redis_ahead_ = number(*reply, 1) - local_milliseconds();
    if (number(*reply, 0) == 2)
        co_return unavailable("Redis was late");
    if (number(*reply, 0) != 1)
        co_return refusal(*reply, scopes, clock_.now());
    RateTicket ticket;
    ticket.call_id = std::move(call_id);
    for (std::size_t i = 0; i < scopes.size(); ++i) {
        const std::size_t at = 2 + 5 * i;
        const std::int64_t used[] = {number(*reply, at + 2), number(*reply, at + 3), number(*reply, at + 4)};
        add_left(scopes[i], used, ticket.left);
        ticket.shares.push_back({std::move(scopes[i]), number(*reply, at), number(*reply, at + 1)});
    }
    co_return ticket;
}

Task<void> SharedRates::settle(redis::Connection& redis, RateTicket ticket, std::int64_t tokens) const
{
    return finish(redis, std::move(ticket), tokens, false);
}

Task<void> SharedRates::cancel(redis::Connection& redis, RateTicket ticket) const
{
    return finish(redis, std::move(ticket), 0, true);
}

Task<void> SharedRates::finish(
    redis::Connection& redis, RateTicket ticket, std::int64_t tokens, bool gives_request_back
) const
{
    std::vector<std::string> keys;
    std::vector<std::string> arguments;
    arguments.push_back(ticket.call_id);
    arguments.push_back(std::to_string(tokens));
    arguments.emplace_back(gives_request_back ? "1" : "0");
    for (const auto& share : ticket.shares) {
        for (auto& key : keys_of(share.scope))
            keys.push_back(std::move(key));
        arguments.push_back(std::to_string(share.window_start));
        arguments.push_back(std::to_string(share.tokens));
    }
    const auto reply = co_await redis::run_script(redis, finish_script, keys, arguments);
    if (!reply)
        co_return reply.error();
    co_return Result<void>();
}

} // namespace litellm::spend
