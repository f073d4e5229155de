#include "units.hpp"

#include "wav_length.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace litellm::inference {

using providers::NativeApi;
using providers::Units;

namespace {

/// More than any provider gives for one request; a client's number must not overflow a product.
constexpr std::int64_t most_images = 128;
constexpr std::int64_t longest_side = std::int64_t{1} << 16;
constexpr std::int64_t bytes_per_second = 4000;
constexpr double longest_recording = 1e9; ///< seconds

bool hears(const ModelCall& call)
{
    return call.context.api == NativeApi::transcriptions || call.context.api == NativeApi::translations;
}

const Json* member(const Json& object, const char* name)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::optional<double> number_in(const Json* value)
{
    if (value == nullptr)
        return std::nullopt;
    if (value->is_number())
        return value->get<double>();
    if (!value->is_string())
        return std::nullopt;
    const auto& text = value->get_ref<const std::string&>();
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string text_in(const Json* value)
{
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

/// Forms have texts where JSON has numbers.
std::int64_t image_count(const ModelCall& call)
{
    std::int64_t count = call.scan.integer_of("n").value_or(1);
    if (const auto text = call.scan.text_of("n")) {
        if (const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), count);
            error != std::errc())
            count = 1;
    }
    return std::clamp<std::int64_t>(count, 1, most_images);
}

/// Of one picture; "auto" and what is no size count as the usual one.
std::int64_t pixels_of(const std::string& size)
{
    constexpr std::int64_t usual = 1024 * 1024;
    std::int64_t width = 0;
    std::int64_t height = 0;
    const char* const last = size.data() + size.size();
    const auto [times, first_error] = std::from_chars(size.data(), last, width);
    if (first_error != std::errc() || times == last || *times != 'x')
        return usual;
    const auto [end, second_error] = std::from_chars(times + 1, last, height);
    if (second_error != std::errc() || end != last || width < 1 || height < 1)
        return usual;
    return std::min(width, longest_side) * std::min(height, longest_side);
}

/// A byte that continues a character is none of its own.
std::int64_t code_points(std::string_view text)
{
    return std::ranges::count_if(text, [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    });
}

/// Whole milliseconds, begun ones included.
std::int64_t longest_of(const FormFile& file)
{
    const auto told = wav_milliseconds(file.beginning, file.size);
    return told.value_or(
        (static_cast<std::int64_t>(file.size) + bytes_per_second - 1) / bytes_per_second * 1000
    );
}

/// What Whisper's verbose answers and newer models' usage say.
std::optional<std::int64_t> told_milliseconds(const Json& answer)
{
    auto seconds = number_in(member(answer, "duration"));
    if (const Json* usage = member(answer, "usage");
        usage != nullptr && text_in(member(*usage, "type")) == "duration") {
        if (const auto billed = number_in(member(*usage, "seconds")))
            seconds = billed;
    }
    if (!seconds || !(*seconds >= 0))
        return std::nullopt;
    return std::llround(std::min(*seconds, longest_recording) * 1000);
}

std::optional<std::int64_t> told_searches(const Json& answer)
{
    const Json* meta = member(answer, "meta");
    const Json* billed = meta == nullptr ? nullptr : member(*meta, "billed_units");
    const auto count = billed == nullptr ? std::nullopt : number_in(member(*billed, "search_units"));
    if (!count || !(*count >= 0))
        return std::nullopt;
    return std::llround(std::min(*count, 1e9));
}

/// Elements of an array as it was written, without building a document of what may be megabytes of text.
std::int64_t element_count(std::string_view array)
{
    std::int64_t commas = 0;
    int depth = 0;
    bool is_quoted = false;
    for (std::size_t at = 0; at < array.size(); ++at) {
        const char c = array[at];
        if (is_quoted && c == '\\')
            ++at;
        else if (c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && (c == '[' || c == '{'))
            ++depth;
        else if (!is_quoted && (c == ']' || c == '}'))
            --depth;
        else if (!is_quoted && c == ',' && depth == 1)
            ++commas;
    }
    return commas + 1;
}

/// A search has up to a hundred documents, and long ones count as several.
std::int64_t most_searches(const ModelCall& call)
{
    constexpr std::int64_t documents_per_search = 100;
    constexpr std::int64_t bytes_per_document = 1000;
    const Member* documents = call.scan.find("documents");
    if (documents == nullptr)
        return 1;
    const auto bytes = static_cast<std::int64_t>(documents->value.size());
    return (element_count(documents->value) + bytes / bytes_per_document + documents_per_search - 1) /
        documents_per_search;
}

const Json* pictures_in(const Json& answer)
{
    const Json* data = member(answer, "data");
    return data != nullptr && data->is_array() ? data : nullptr;
}

} // namespace

bool makes_pictures(const ModelCall& call)
{
    const auto& api = call.context.api;
    return api == NativeApi::images || api == NativeApi::image_edits || api == NativeApi::image_variations;
}

PictureFormat requested_format(const ModelCall& call)
{
    return {
        call.scan.text_of("quality").value_or(std::string()),
        call.scan.text_of("size").value_or(std::string())};
}

PictureFormat answered_format(const ModelCall& call, const Json& answer)
{
    PictureFormat format = requested_format(call);
    if (auto quality = text_in(member(answer, "quality")); !quality.empty())
        format.quality = std::move(quality);
    if (auto size = text_in(member(answer, "size")); !size.empty())
        format.size = std::move(size);
    return format;
}

Units requested_units(const ModelCall& call)
{
    Units units;
    if (makes_pictures(call)) {
        units.images = image_count(call);
        units.pixels = units.images * pixels_of(requested_format(call).size);
    } else if (call.context.api == NativeApi::speech) {
        units.characters = code_points(call.scan.text_of("input").value_or(std::string()));
    } else if (call.context.api == NativeApi::rerank) {
        units.searches = 1;
    }
    return units;
}

Units most_units(const ModelCall& call)
{
    Units units = requested_units(call);
    // Models that choose the size themselves choose one of these at the most.
    const std::string size = makes_pictures(call) ? requested_format(call).size : std::string();
    if (size.empty() || size == "auto")
        units.pixels = units.images * pixels_of("1024x1536");
    if (call.context.api == NativeApi::rerank)
        units.searches = most_searches(call);
    if (hears(call)) {
        for (const FormFile& file : form_files(call))
            units.audio_milliseconds += longest_of(file);
    }
    return units;
}

Units sent_units(const ModelCall& call)
{
    Units units = requested_units(call);
    units.images = units.pixels = 0;
    if (hears(call)) {
        for (const FormFile& file : form_files(call))
            units.audio_milliseconds += wav_milliseconds(file.beginning, file.size).value_or(0);
    }
    return units;
}

Units answered_units(const ModelCall& call, const Json& answer)
{
    if (makes_pictures(call)) {
        Units units = requested_units(call);
        if (const Json* pictures = pictures_in(answer))
            units.images = static_cast<std::int64_t>(pictures->size());
        units.pixels = units.images * pixels_of(answered_format(call, answer).size);
        return units;
    }
    Units units = sent_units(call);
    if (hears(call))
        units.audio_milliseconds = told_milliseconds(answer).value_or(units.audio_milliseconds);
    if (call.context.api == NativeApi::rerank)
        units.searches = told_searches(answer).value_or(units.searches);
    return units;
}

void count_picture_tokens(const ModelCall& call, providers::Usage& usage)
{
    if (makes_pictures(call) && usage.image_output == 0)
        usage.image_output = usage.completion;
}

bool tells_units(const ModelCall& call, const Json& answer)
{
    if (makes_pictures(call))
        return pictures_in(answer) != nullptr;
    return (hears(call) && told_milliseconds(answer)) ||
        (call.context.api == NativeApi::rerank && told_searches(answer));
}

} // namespace litellm::inference
