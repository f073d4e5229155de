#pragma once
// What a call costs. Prices are exact decimals; a cost is summed exactly and rounded once, to nano-dollars.

#include "litellm/core/json.hpp"
#include "litellm/core/money.hpp"
#include "litellm/core/time.hpp"
#include "litellm/providers/provider.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::spend {

/// Prices of one model, per unit. What is absent falls back as LiteLLM's formula says: reasoning, audio and
/// image tokens to the text price of their side, one-hour cache writes to the other cache writes, cache reads
/// and writes to zero unless the price list gives them (the reference 6.4). Our own list does: what it leaves
/// out is the input price.
struct ModelPrice {
    std::optional<UnitPrice> input;  ///< per prompt token
    std::optional<UnitPrice> output; ///< per completion token
    std::optional<UnitPrice> cache_read;
    std::optional<UnitPrice> cache_write;
    std::optional<UnitPrice> cache_write_1h;
    std::optional<UnitPrice> input_audio;
    std::optional<UnitPrice> output_audio;
    std::optional<UnitPrice> input_image;
    std::optional<UnitPrice> output_image;
    std::optional<UnitPrice> reasoning;
    std::optional<UnitPrice> per_request;
    /// Of response time, for self-hosted models; counted only where the text price of the same side is
    /// missing or zero.
    std::optional<UnitPrice> input_per_second;
    std::optional<UnitPrice> output_per_second;
    /// Of what is not counted in tokens. Where a picture has a price its pixels cost nothing, and pictures
    /// whose tokens are told and priced are paid by these alone.
    std::optional<UnitPrice> per_image;
    std::optional<UnitPrice> per_pixel;
    std::optional<UnitPrice> per_character;
    std::optional<UnitPrice> per_audio_second;
    std::optional<UnitPrice> per_search;
    /// Prices that replace the ones above for the whole call when the prompt has more than `above` tokens.
    /// Sorted by `above`; the last one that fits counts.
    struct Tier {
        std::int64_t above = 0;
        std::optional<UnitPrice> input, output, cache_read, cache_write, cache_write_1h, input_audio,
            output_audio;
        std::optional<UnitPrice> reasoning;
    };
    std::vector<Tier> tiers;
    std::optional<std::int64_t> max_input_tokens;
    std::optional<std::int64_t> max_output_tokens;
    /// What holds instead from a UTC day on, sorted, and between two times of every UTC day. Only at() looks
    /// at them.
    struct Change;
    struct Hours;
    std::vector<Change> changes;
    std::vector<Hours> hours;
    /// What holds instead when the provider serves the call as `flex` or `priority`.
    struct Service;
    std::vector<Service> services;
    /// What the operator takes off and puts on, in this order: shares in millionths, and an amount for each
    /// call.
    struct Adjustment {
        std::int64_t discount = 0;
        std::int64_t margin = 0;
        UnitPrice fixed_margin;
        friend bool operator==(const Adjustment&, const Adjustment&) = default;
    };
    Adjustment adjustment;

    /// The prices at `time`, as long-lived as this object. A call is reserved and settled at the prices of
    /// its start.
    [[nodiscard]] const ModelPrice& at(Timestamp time) const;
    /// The prices of a tier of service, as the request or the answer names it; these ones for a tier that has
    /// none.
    [[nodiscard]] const ModelPrice& for_service(std::string_view tier) const;
    /// True when both text prices are given and zero, and nothing else costs: budgets are not checked for
    /// such a model.
    [[nodiscard]] bool is_free() const;
    /// True when text or pictures cost something by the token.
    [[nodiscard]] bool is_paid_by_tokens() const;
    /// True when pictures, characters, sound or searches cost something, and tokens do not.
    [[nodiscard]] bool is_paid_by_units() const;
};

struct ModelPrice::Change {
    std::chrono::sys_days from;
    ModelPrice price;
};

struct ModelPrice::Hours {
    std::chrono::minutes from{0};
    std::chrono::minutes to{0}; ///< excluded; earlier than `from` when midnight lies between
    ModelPrice price;
};

struct ModelPrice::Service {
    std::string name;
    ModelPrice price;
};

/// litellm_settings.cost_discount_config and cost_margin_config as they hold for one provider. invalid_input
/// names the entry that cannot be read.
[[nodiscard]] Result<ModelPrice::Adjustment>
adjustment_for(const Json& litellm_settings, const std::string& provider);
/// Sets it for all times, services and prompts.
void adjust(ModelPrice& price, const ModelPrice::Adjustment& adjustment);

/// What `usage` costs; `duration` is the call's, for prices per second. Parts that together exceed their
/// whole (a provider counts cached audio twice) are cut down to it, negative counts are zero.
[[nodiscard]] Money
cost_of(const ModelPrice& price, const providers::Usage& usage, std::chrono::milliseconds duration);
/// The same for a call that is not, or not only, counted in tokens.
[[nodiscard]] Money cost_of(
    const ModelPrice& price,
    const providers::Usage& usage,
    const providers::Units& units,
    std::chrono::milliseconds duration
);
/// The same without the operator's adjustment.
[[nodiscard]] Money original_cost_of(
    const ModelPrice& price,
    const providers::Usage& usage,
    const providers::Units& units,
    std::chrono::milliseconds duration
);

/// No call with at most these tokens and units, and no longer than `longest`, costs more.
[[nodiscard]] Money upper_bound(
    const ModelPrice& price,
    std::int64_t prompt_tokens,
    std::int64_t completion_tokens,
    std::chrono::milliseconds longest = std::chrono::milliseconds::zero(),
    const providers::Units& units = {}
);

/// Prices by model.
class PriceBook {
public:
    /// Reads our own format (`"format": "litellm-cpp-prices/1"`) or LiteLLM's
    /// model_prices_and_context_window.json. invalid_input when it is neither; single entries that cannot be
    /// read, or hold no price that a ModelPrice can, are skipped and counted.
    [[nodiscard]] static Result<std::shared_ptr<const PriceBook>> parse(std::string_view text);
    /// The list that was built into the program.
    [[nodiscard]] static std::shared_ptr<const PriceBook> embedded();

    virtual ~PriceBook() = default;
    /// Tries `provider/model`, `model`, and `model` without its first segment, then the list's name patterns
    /// (dated and prefixed names of a known model). Letter case does not matter. Nothing when the price is
    /// unknown. An empty `provider`, or litellm_proxy, means anybody's model of that name. With another one,
    /// a name without a provider counts only when it is that provider's model: a self-hosted `command-r` is
    /// not billed as Cohere's. Takes microseconds, so ask once per deployment. The answer lives as long as
    /// the book.
    [[nodiscard]] virtual const ModelPrice* find(std::string_view provider, std::string_view model) const = 0;
    /// The price of a picture of that quality and size, as in `hd/1024-x-1792/dall-e-3`; what find() says
    /// where the list makes no difference. Both may be empty or `auto`: the size is 1024x1024 then, and the
    /// quality the usual one, else `high`. `provider` and the answer are find()'s.
    [[nodiscard]] virtual const ModelPrice* find_picture(
        std::string_view provider, std::string_view model, std::string_view quality, std::string_view size
    ) const = 0;
    [[nodiscard]] virtual std::size_t size() const = 0;
    [[nodiscard]] virtual std::size_t skipped() const = 0;
};

/// Prices written on a deployment (`input_cost_per_token` … in litellm_params or model_info; numbers or
/// texts), laid over `base` at all times and for prompts of every length; nothing when there are none. A text
/// price of zero makes its side free, and a deployment that is free or paid by time has nothing of `base` but
/// its limits; neither has one that is paid by units alone and whose model_info.mode is not about text.
/// Prices per second are of response time, unless that mode is audio_transcription. invalid_input names the
/// key that is not a price.
[[nodiscard]] Result<std::optional<ModelPrice>>
custom_price(const Json& litellm_params, const Json& model_info, const ModelPrice* base);

} // namespace litellm::spend
