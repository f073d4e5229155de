#include "litellm/spend/price_book.hpp"

#include "price_book_lists.hpp"
#include "price_book_names.hpp"

#include "litellm/core/embedded_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <unordered_map>
#include <unordered_set>

namespace litellm::spend {

std::span<const EmbeddedFile> embedded_files();

namespace {

/// Who sells a model, as far as prices go.
struct Seller {
    std::vector<std::string> own; ///< the provider as called and as billed; empty: anybody
    std::vector<std::string> relatives;

    [[nodiscard]] bool is_anybody() const { return own.empty(); }
    [[nodiscard]] bool includes(std::string_view provider) const
    {
        return std::ranges::find(own, provider) != own.end() ||
            std::ranges::find(relatives, provider) != relatives.end();
    }
};

Seller seller_of(std::string_view provider)
{
    Seller seller;
    std::string lower = to_lower(provider);
    // Another proxy's names say nothing about who is behind it.
    if (lower.empty() || lower == "litellm_proxy")
        return seller;
    const std::string billed(billed_provider(lower));
    if (billed != lower)
        seller.own.push_back(std::move(lower));
    seller.own.push_back(billed);
    for (const std::string_view relative : price_relatives(billed))
        seller.relatives.emplace_back(relative);
    return seller;
}

class Book final : public PriceBook {
public:
    explicit Book(PriceList list) : list_(std::move(list))
    {
        by_name_.reserve(list_.models.size());
        by_bare_name_.reserve(list_.models.size());
        for (const ListedModel& model : list_.models) {
            by_name_[model.name] = &model;
            if (const std::string_view bare = without_first_segment(model.name); !bare.empty()) {
                const auto [at, is_new] = by_bare_name_.try_emplace(bare, &model);
                if (!is_new && maker_rank(model.provider) < maker_rank(at->second->provider))
                    at->second = &model;
            }
            if (!model.patterns.empty())
                with_patterns_[model.provider].push_back(&model);
        }
        unpriced_.insert(list_.unpriced.begin(), list_.unpriced.end());
    }
    Book(const Book&) = delete;
    Book& operator=(const Book&) = delete;

    [[nodiscard]] const ModelPrice* find(std::string_view provider, std::string_view model) const override
    {
        if (model.empty())
            return nullptr;
        const Seller seller = seller_of(provider);
        const std::string lower = to_lower(model);
        if (is_listed_without_price(seller, lower))
            return nullptr;
        const std::string billed = seller.is_anybody() ? std::string() : seller.own.back();
        for (const std::string& name : name_variants(billed, lower)) {
            const ListedModel* found = find_by_name(seller, name);
            if (!found)
                found = find_by_pattern(seller, name);
            if (found)
                return &found->price;
        }
        return nullptr;
    }
    [[nodiscard]] const ModelPrice* find_picture(
        std::string_view provider, std::string_view model, std::string_view quality, std::string_view size
    ) const override
    {
        const Seller seller = seller_of(provider);
        const std::string billed = seller.is_anybody() ? std::string() : seller.own.back();
        for (const std::string& variant : name_variants(billed, to_lower(model))) {
            for (const std::string& name : picture_names(variant, to_lower(quality), to_lower(size))) {
                if (const ListedModel* found = find_as_written(seller, name))
                    return &found->price;
            }
        }
        return find(provider, model);
    }
    [[nodiscard]] std::size_t size() const override { return by_name_.size(); }
    [[nodiscard]] std::size_t skipped() const override { return list_.unpriced.size(); }

private:
    [[nodiscard]] const ListedModel* look_up(std::string_view name) const
    {
        const auto at = by_name_.find(name);
        return at == by_name_.end() ? nullptr : at->second;
    }
    [[nodiscard]] const ListedModel*
    look_up(const std::vector<std::string>& providers, std::string_view model) const
    {
        for (const std::string& provider : providers) {
            if (const ListedModel* found = look_up(fmt::format("{}/{}", provider, model)))
                return found;
        }
        return nullptr;
    }
    /// A name without the provider counts only when it is that provider's model: a self-hosted server's
    /// `command-r` is not Cohere's.
    [[nodiscard]] const ListedModel*
    look_up_of(const Seller& seller, std::string_view name, std::string_view named_provider) const
    {
        const ListedModel* found = look_up(name);
        if (!found || found->provider.empty() || seller.is_anybody() || seller.includes(found->provider))
            return found;
        return found->provider == billed_provider(named_provider) ? found : nullptr;
    }

    [[nodiscard]] const ListedModel* find_as_written(const Seller& seller, std::string_view name) const
    {
        const ListedModel* found = look_up(seller.own, name);
        if (!found)
            found = look_up_of(seller, name, {});
        return found ? found : look_up(seller.relatives, name);
    }

    /// The list knows the very model and not what it costs; then no similar name may tell.
    [[nodiscard]] bool is_listed_without_price(const Seller& seller, const std::string& name) const
    {
        if (look_up(seller.own, name) || look_up(name))
            return false;
        return unpriced_.contains(name) || std::ranges::any_of(seller.own, [&](const std::string& provider) {
                   return unpriced_.contains(fmt::format("{}/{}", provider, name));
               });
    }

    [[nodiscard]] const ListedModel* find_by_name(const Seller& seller, std::string_view name) const
    {
        const std::string_view rest = without_first_segment(name);
        const std::string_view named_provider = first_segment(name);
        const ListedModel* found = look_up(seller.own, name);
        if (!found)
            found = look_up_of(seller, name, named_provider);
        if (!found && !rest.empty())
            found = look_up(seller.own, rest);
        if (!found && !rest.empty())
            found = look_up_of(seller, rest, named_provider);
        if (!found)
            found = look_up(seller.relatives, name);
        if (!found && !rest.empty())
            found = look_up(seller.relatives, rest);
        if (!found && seller.is_anybody()) {
            const auto at = by_bare_name_.find(name);
            found = at == by_bare_name_.end() ? nullptr : at->second;
        }
        return found;
    }

    [[nodiscard]] const ListedModel* find_pattern_of(std::string_view provider, std::string_view name) const
    {
        const auto group = with_patterns_.find(provider);
        if (group == with_patterns_.end())
            return nullptr;
        for (const ListedModel* model : group->second) {
            if (std::ranges::any_of(model->patterns, [&](const NamePattern& pattern) {
                    return pattern.matches(name);
                }))
                return model;
        }
        return nullptr;
    }
    [[nodiscard]] const ListedModel* find_by_pattern(const Seller& seller, std::string_view name) const
    {
        const std::string_view rest = without_first_segment(name);
        for (const auto* providers : {&seller.own, &seller.relatives}) {
            for (const std::string_view part : {name, rest}) {
                if (part.empty())
                    continue;
                for (const std::string& provider : *providers) {
                    if (const ListedModel* found = find_pattern_of(provider, part))
                        return found;
                }
            }
        }
        if (!rest.empty())
            return find_pattern_of(billed_provider(first_segment(name)), rest);
        if (seller.is_anybody()) {
            for (const std::string_view maker : makers()) {
                if (const ListedModel* found = find_pattern_of(maker, name))
                    return found;
            }
        }
        return nullptr;
    }

    PriceList list_;
    std::unordered_map<std::string_view, const ListedModel*> by_name_; // keys are the names in list_
    std::unordered_map<std::string_view, const ListedModel*> by_bare_name_;
    std::unordered_map<std::string_view, std::vector<const ListedModel*>>
        with_patterns_; ///< by provider, in the list's order
    std::unordered_set<std::string_view> unpriced_;
};

Result<PriceList> read_list(std::string_view text)
{
    namespace json = simdjson::ondemand;
    const simdjson::padded_string bytes(text);
    json::parser parser;
    json::document document = parser.iterate(bytes);
    if (document.type() != json::json_type::object)
        return invalid_input("a price list must be a JSON object");
    json::object root = document.get_object();
    auto format = root.find_field_unordered("format");
    if (format.error() == simdjson::NO_SUCH_FIELD) {
        document.rewind();
        PriceList list = read_litellm_list(document.get_object());
        if (list.models.empty())
            return invalid_input("the JSON object holds no model with a price");
        return list;
    }
    const auto name = scalar_text(format.value());
    if (name != own_format)
        return invalid_input(
            fmt::format("price list format '{}' is unknown; expected {}", name.value_or(""), own_format)
        );
    auto models = root.find_field_unordered("models");
    if (models.error() == simdjson::NO_SUCH_FIELD || models.type() != json::json_type::object)
        return invalid_input("the price list has no object named models", "models");
    return read_own_list(models.get_object());
}

} // namespace

Result<std::shared_ptr<const PriceBook>> PriceBook::parse(std::string_view text)
{
    try {
        auto list = read_list(text);
        if (!list)
            return list.error();
        return std::make_shared<const Book>(std::move(*list));
    } catch (const simdjson::simdjson_error& error) {
        return invalid_input(fmt::format("the price list is not valid JSON: {}", error.what()));
    }
}

std::shared_ptr<const PriceBook> PriceBook::embedded()
{
    // Constant data, so parsing it once serves every caller.
    static const std::shared_ptr<const PriceBook> book = [] {
        for (const EmbeddedFile& file : embedded_files()) {
            if (file.name == "model_prices.json")
                return parse(file.bytes).value();
        }
        throw Failure(internal_error("the price list is missing from this build"));
    }();
    return book;
}

} // namespace litellm::spend
