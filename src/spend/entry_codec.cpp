#include "entry_codec.hpp"

#include "litellm/core/encoding.hpp"

#include <algorithm>
#include <cstring>

namespace litellm::spend {

namespace {

constexpr char version = 2;
/// Without charges; what a journal of an earlier release may hold.
constexpr char first_version = 1;
constexpr std::size_t max_text_bytes = 4 * 1024;
/// Prompts and answers, kept only where the configuration asks for it.
constexpr std::size_t max_document_bytes = 128 * 1024;

std::string storable(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    std::size_t i = 0;
    while (i < text.size()) {
        std::size_t length = 1;
        while (length <= 4 && i + length <= text.size() && !is_valid_utf8(text.substr(i, length)))
            ++length;
        if (length > 4 || i + length > text.size() || text[i] == '\0') {
            out += "\xef\xbf\xbd";
            ++i;
        } else {
            out.append(text.substr(i, length));
            i += length;
        }
    }
    return out;
}

class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void number(std::int64_t value) { out_.append(reinterpret_cast<const char*>(&value), sizeof value); }
    void time(Timestamp value) { number(value.time_since_epoch().count()); }
    void text(std::string_view value, std::size_t limit = max_text_bytes)
    {
        std::string cleaned;
        if (value.size() > limit)
            value = value.substr(0, limit);
        if (value.find('\0') != std::string_view::npos || !is_valid_utf8(value)) {
            cleaned = storable(value);
            value = cleaned;
        }
        const auto size = static_cast<std::uint32_t>(value.size());
        out_.append(reinterpret_cast<const char*>(&size), sizeof size);
        out_.append(value);
    }
    /// A document that is too long is dropped: half a JSON text is none.
    void document(std::string_view value)
    {
        text(value.size() > max_document_bytes ? std::string_view("{}") : value, max_document_bytes);
    }
    void optional(const std::optional<std::string>& value)
    {
        out_ += value ? '\1' : '\0';
        if (value)
            text(*value);
    }
    void optional(const std::optional<Timestamp>& value)
    {
        out_ += value ? '\1' : '\0';
        if (value)
            time(*value);
    }

private:
    std::string& out_;
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] bool ok() const { return ok_; }
    char byte()
    {
        const auto taken = take(1);
        return taken.empty() ? '\0' : taken.front();
    }
    std::int64_t number()
    {
        std::int64_t value = 0;
        if (const auto taken = take(sizeof value); !taken.empty())
            std::memcpy(&value, taken.data(), sizeof value);
        return value;
    }
    Timestamp time() { return Timestamp(std::chrono::microseconds(number())); }
    std::string_view text()
    {
        std::uint32_t size = 0;
        if (const auto taken = take(sizeof size); !taken.empty())
            std::memcpy(&size, taken.data(), sizeof size);
        return take(size);
    }
    void optional_text(std::optional<std::string>& into)
    {
        if (byte() == 0)
            into.reset();
        else if (into)
            into->assign(text());
        else
            into.emplace(text());
    }
    std::optional<Timestamp> optional_time() { return byte() != 0 ? std::optional(time()) : std::nullopt; }

private:
    std::string_view take(std::size_t count)
    {
        if (count > rest_.size()) {
            ok_ = false;
            return {};
        }
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    std::string_view rest_;
    bool ok_ = true;
};

} // namespace

std::string encode(const Entry& entry)
{
    std::string out;
    out.reserve(768);
    out += version;
    Writer write(out);
    const store::SpendLog& log = entry.log;
    for (const auto* value :
         {&log.request_id,
          &log.call_type,
          &log.api_key,
          &log.model,
          &log.model_id,
          &log.model_group,
          &log.custom_llm_provider,
          &log.api_base,
          &log.user,
          &log.cache_hit,
          &log.cache_key,
          &log.status,
          &entry.endpoint})
        write.text(*value);
    for (const std::int64_t value :
         {log.spend.nano(),
          log.total_tokens,
          log.prompt_tokens,
          log.completion_tokens,
          entry.cached_read_tokens,
          entry.cached_write_tokens})
        write.number(value);
    write.time(log.start_time);
    write.time(log.end_time);
    write.optional(log.completion_start_time);
    for (const auto* value :
         {&log.metadata_json,
          &log.request_tags_json,
          &log.messages_json,
          &log.response_json,
          &log.proxy_server_request_json})
        write.document(*value);
    for (const auto* value :
         {&log.team_id, &log.organization_id, &log.end_user, &log.requester_ip_address, &log.session_id})
        write.optional(*value);
    write.number(static_cast<std::int64_t>(entry.tags.size()));
    for (const auto& tag : entry.tags)
        write.text(tag);
    write.number(static_cast<std::int64_t>(entry.charges.size()));
    for (const Charge& charge : entry.charges) {
        write.number(static_cast<std::int64_t>(charge.kind));
        write.text(charge.id);
        write.time(charge.period_end);
    }
    return out;
}

bool decode_into(std::string_view bytes, Entry& entry)
{
    Reader read(bytes);
    const char written_by = read.byte();
    if (written_by != version && written_by != first_version)
        return false;
    store::SpendLog& log = entry.log;
    for (auto* value :
         {&log.request_id,
          &log.call_type,
          &log.api_key,
          &log.model,
          &log.model_id,
          &log.model_group,
          &log.custom_llm_provider,
          &log.api_base,
          &log.user,
          &log.cache_hit,
          &log.cache_key,
          &log.status,
          &entry.endpoint})
        value->assign(read.text());
    log.spend = Money::from_nano(read.number());
    for (auto* value :
         {&log.total_tokens,
          &log.prompt_tokens,
          &log.completion_tokens,
          &entry.cached_read_tokens,
          &entry.cached_write_tokens})
        *value = read.number();
    log.start_time = read.time();
    log.end_time = read.time();
    log.completion_start_time = read.optional_time();
    for (auto* value :
         {&log.metadata_json,
          &log.request_tags_json,
          &log.messages_json,
          &log.response_json,
          &log.proxy_server_request_json})
        value->assign(read.text());
    for (auto* value :
         {&log.team_id, &log.organization_id, &log.end_user, &log.requester_ip_address, &log.session_id})
        read.optional_text(*value);
    const std::int64_t tags = read.number();
    entry.tags.clear();
    for (std::int64_t i = 0; i < tags && read.ok(); ++i)
        entry.tags.emplace_back(read.text());
    entry.charges.clear();
    const std::int64_t charges = written_by == version ? read.number() : 0;
    for (std::int64_t i = 0; i < charges && read.ok(); ++i) {
        const std::int64_t kind = read.number();
        if (kind < 0 || kind >= static_cast<std::int64_t>(scope_kind_count))
            return false;
        Charge& charge = entry.charges.emplace_back();
        charge.kind = static_cast<ScopeKind>(kind);
        charge.id = read.text();
        charge.period_end = read.time();
    }
    return read.ok();
}

std::optional<Entry> decode(std::string_view bytes)
{
    Entry entry;
    if (!decode_into(bytes, entry))
        return std::nullopt;
    return entry;
}

} // namespace litellm::spend
