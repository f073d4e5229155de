// The request and answer scanners and the splicing of requests, against a parser that builds documents.

#include "fuzz.hpp"

#include "multipart.hpp"
#include "request_scan.hpp"
#include "response_scan.hpp"
#include "wav_length.hpp"

#include <map>

namespace litellm::fuzz {
namespace {

constexpr std::size_t padding = 64;

std::string padded(std::string_view text)
{
    std::string copy(text);
    copy.reserve(copy.size() + padding);
    return copy;
}

/// Duplicate names, which parsers do not agree about, make the comparison idle.
bool has_duplicates(const inference::Scan& scan)
{
    std::map<std::string, int> names;
    for (const auto& member : scan.members) {
        const auto name = parse_json("\"" + std::string(member.name) + "\"");
        if (++names[name ? name->get<std::string>() : std::string(member.name)] > 1)
            return true;
    }
    return false;
}

void check_splice(std::string_view text)
{
    // To the other parser a NUL is the end of the document.
    if (text.find('\0') != std::string_view::npos)
        return;
    const std::string body = padded(text);
    const auto scan = inference::scan_object(body);
    const auto document = parse_json(body);
    if (!scan) {
        require(!document || !document->is_object(), "a valid object was refused");
        return;
    }
    require(document.has_value() && document->is_object(), "what is no valid object was taken");
    if (has_duplicates(*scan))
        return;
    (void)scan->is_true("stream");
    (void)scan->integer_of("n");
    if (const auto model = scan->text_of("model")) {
        require(document->contains("model") && document->at("model").is_string(), "a model out of nowhere");
        require(document->at("model").get<std::string>() == *model, "another model");
    }
    std::vector<inference::Splice> splices;
    Json expected = *document;
    if (scan->find("model") != nullptr) {
        splices.push_back({"model", inference::json_quoted("the \"other\" model\n"), {}});
        expected["model"] = "the \"other\" model\n";
    }
    if (scan->find("user") != nullptr) {
        splices.push_back({"user", std::nullopt, {}});
        expected.erase("user");
    }
    if (scan->find("max_tokens") != nullptr && scan->find("max_completion_tokens") == nullptr) {
        splices.push_back(
            {"max_tokens", std::string(scan->find("max_tokens")->value), "max_completion_tokens"}
        );
        expected["max_completion_tokens"] = expected["max_tokens"];
        expected.erase("max_tokens");
    }
    std::vector<std::pair<std::string_view, std::string>> added;
    if (!expected.contains("added")) {
        added.emplace_back("added", "true");
        expected["added"] = true;
    }
    const auto rebuilt = parse_json(inference::rebuild(*scan, splices, added));
    require(rebuilt.has_value(), "splicing made it invalid");
    require(*rebuilt == expected, "splicing changed what it was not to change");
}

void check_answer(std::string_view text)
{
    const std::string body = padded(text);
    (void)inference::scan_answer(body, true);
}

void check_recording(std::string_view text)
{
    const auto length = inference::wav_milliseconds(text, text.size());
    // A header can promise one byte a second at the least.
    require(
        !length || (*length >= 0 && *length <= static_cast<std::int64_t>(text.size()) * 1000),
        "a recording that is longer than its bytes"
    );
}

/// A form that is followed as it comes is understood as the whole one is.
void check_rest_of_form(std::string_view text, std::size_t cut, std::size_t step)
{
    const auto beginning = inference::read_form_beginning(text.substr(0, cut), "b");
    if (!beginning || !beginning->is_open)
        return;
    inference::FormRest rest("b", [](const inference::Part&) { return Result<void>(); });
    if (beginning->parts.back().value.size() < rest.overlap() || beginning->parts.size() > 100)
        return;
    const std::size_t begin = cut - rest.overlap();
    std::string passed(text.substr(0, begin));
    Result<void> done;
    for (std::size_t at = begin; at < text.size() && done; at += step)
        done = rest.take(text.substr(at, step), at + step >= text.size(), passed);
    const auto whole = inference::read_multipart(text, "b");
    require(
        !whole || whole->size() > 100 || done.has_value() == whole.has_value(), "a part of a form was refused"
    );
    require(whole.has_value() || !done.has_value(), "what is no form was passed on");
    require(!done || passed == text, "a form was changed on its way");
    require(text.starts_with(passed), "something else was passed on");
}

void check_form(std::string_view text)
{
    const auto parts = inference::read_multipart(text, "b");
    if (!parts)
        return;
    for (const auto& part : *parts)
        check_recording(part.value);
    for (const auto& part : *parts)
        require(
            part.value.empty() ||
                (part.value.data() >= text.data() &&
                 part.value.data() + part.value.size() <= text.data() + text.size()),
            "a part beyond the body"
        );
}

} // namespace
} // namespace litellm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace litellm::fuzz;
    Input input(data, size);
    switch (input.choose(5)) {
    case 0:
        check_splice(input.rest());
        break;
    case 1:
        check_answer(input.rest());
        break;
    case 2:
        check_recording(input.rest());
        break;
    case 3:
        check_form(input.rest());
        break;
    default: {
        const std::size_t cut = input.choose(256) * 8;
        const std::size_t step = input.choose(64) + 1;
        const std::string_view text = input.rest();
        check_rest_of_form(text, std::min(cut, text.size()), step);
        break;
    }
    }
    return 0;
}
