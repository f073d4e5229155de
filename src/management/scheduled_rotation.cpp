#include "litellm/management/caretaker.hpp"

#include "key_rotation.hpp"
#include "refusals.hpp"
#include "rotation_settings.hpp"

#include "litellm/core/log.hpp"
#include "litellm/management/key_events.hpp"

#include <charconv>

namespace litellm::management {

namespace {

constexpr std::int64_t page_size = 500;
/// Calls that began with an old text may still be written down when its time is up.
constexpr std::chrono::hours keep_retired{24};

std::optional<std::string> value_of(const Environment& environment, const char* name)
{
    return environment ? environment(name) : std::nullopt;
}

bool is_on(const Environment& environment, const char* name)
{
    const auto text = value_of(environment, name);
    return text && is_truthy(*text);
}

std::string name_of(const store::Key& key)
{
    return key.key_alias ? *key.key_alias : key.key_name.value_or(key.token);
}

Result<bool> reaches_somebody(
    db::Transaction& transaction,
    const Context& context,
    const store::Key& key,
    const RotationSettings& settings
)
{
    if (settings.without_recipient || settings.grace.count() > 0)
        return true;
    if (context.key_events == nullptr)
        return false;
    return context.key_events->has_recipient(transaction, key);
}

/// Nothing when the key is another process's, not due any more, or not to be rotated.
Result<std::optional<RotatedKey>> rotate_one(
    db::Transaction& transaction,
    const Context& context,
    const std::string& token,
    const RotationSettings& settings,
    std::set<std::string>& warned
)
{
    std::optional<RotatedKey> nothing;
    const auto key = store::claim_key_due_for_rotation(transaction, token, context.now());
    if (!key)
        return key.error();
    if (!*key)
        return nothing;
    const auto reaches = reaches_somebody(transaction, context, **key, settings);
    if (!reaches)
        return reaches.error();
    if (!*reaches) {
        if (!warned.insert(token).second)
            return nothing;
        log::warning(
            "management",
            "the key {} is due for rotation and stays as it is: nobody would get its new text. Give it a "
            "user with an e-mail address, "
            "or set LITELLM_KEY_ROTATION_GRACE_PERIOD",
            name_of(**key)
        );
        return nothing;
    }
    auto rotated = rotate_by_schedule(transaction, context, **key, settings.grace);
    if (!rotated)
        return rotated.error();
    return std::optional<RotatedKey>(std::move(*rotated));
}

} // namespace

RotationSettings rotation_settings(const Environment& environment)
{
    RotationSettings settings;
    settings.is_enabled = is_on(environment, "LITELLM_KEY_ROTATION_ENABLED");
    settings.without_recipient = is_on(environment, "LITELLM_KEY_ROTATION_WITHOUT_RECIPIENT");
    settings.grace = usual_grace_period(environment);
    const auto text = value_of(environment, "LITELLM_KEY_ROTATION_CHECK_INTERVAL_SECONDS");
    if (!text || text->empty())
        return settings;
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), count);
    if (error == std::errc() && end == text->data() + text->size() && count > 0 && count <= 366 * 86'400)
        settings.interval = std::chrono::seconds(count);
    else
        log::warning(
            "management",
            "LITELLM_KEY_ROTATION_CHECK_INTERVAL_SECONDS is no number of seconds: every {} s it is",
            settings.interval.count()
        );
    return settings;
}

Task<std::int64_t> Caretaker::rotate_keys()
{
    if (context_.database == nullptr)
        co_return no_database();
    const RotationSettings settings = rotation_settings(context_.settings.environment);
    const Timestamp now = context_.now();
    const auto forgotten =
        co_await context_.database->transact<std::int64_t>([&](db::Transaction& transaction) {
            return store::forget_retired_tokens(transaction, now - keep_retired);
        });
    if (!forgotten)
        co_return forgotten.error();
    std::int64_t count = 0;
    std::string last;
    for (;;) {
        const auto due =
            co_await context_.database->transact<std::vector<std::string>>([&](db::Transaction& transaction) {
                return store::list_keys_due_for_rotation(transaction, now, last, page_size);
            });
        if (!due)
            co_return due.error();
        if (due->empty())
            break;
        for (const std::string& token : *due) {
            const auto rotated = co_await context_.database->transact<std::optional<RotatedKey>>(
                [&](db::Transaction& transaction) {
                    return rotate_one(transaction, context_, token, settings, warned_);
                }
            );
            if (!rotated) {
                log::warning(
                    "management", "a key could not be rotated and stays due: {}", rotated.error().message
                );
                continue;
            }
            if (!*rotated)
                continue;
            ++count;
        }
        last = due->back();
    }
    co_return count;
}

} // namespace litellm::management
