// Chat answers as OpenAI's Responses API gives them
// (https://platform.openai.com/docs/api-reference/responses-streaming).

#include "json_access.hpp"
#include "surfaces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace litellm::providers {

namespace {

Json usage_of(const Usage& usage)
{
    return Json{
        {"input_tokens", usage.prompt},
        {"input_tokens_details",
         Json{{"cached_tokens", usage.cached_read}, {"cache_write_tokens", usage.cached_write}}},
        {"output_tokens", usage.completion},
        {"output_tokens_details", Json{{"reasoning_tokens", usage.reasoning}}},
        {"total_tokens", usage.total},
    };
}

Json text_part(const std::string& text)
{
    return Json{{"type", "output_text"}, {"text", text}, {"annotations", Json::array()}};
}

Json response_of(const SurfaceAnswer& facts, std::string_view status, Json output)
{
    Json response = {
        {"id", "resp_" + facts.id},
        {"object", "response"},
        {"created_at", facts.created},
        {"status", status},
        {"error", nullptr},
        {"incomplete_details", nullptr},
        {"instructions", nullptr},
        {"model", facts.model},
        {"output", std::move(output)},
        {"parallel_tool_calls", true},
        {"previous_response_id", nullptr},
        {"temperature", nullptr},
        {"tool_choice", "auto"},
        {"tools", Json::array()},
        {"top_p", nullptr},
        {"usage", nullptr},
        {"metadata", Json::object()},
    };
    for (const auto name : repeated_members(NativeApi::responses))
        if (const Json* asked = find(facts.request, name); asked != nullptr)
            response[std::string(name)] = *asked;
    return response;
}

/// What is left unsaid because a limit or a filter cut the answer.
void complete(Json& response, const std::string& finish_reason, const Usage& usage)
{
    response["usage"] = usage_of(usage);
    if (finish_reason != "length" && finish_reason != "content_filter")
        return;
    response["status"] = "incomplete";
    response["incomplete_details"] =
        Json{{"reason", finish_reason == "length" ? "max_output_tokens" : "content_filter"}};
}

/// One item of the output while it grows.
struct Item {
    enum class Kind { message, reasoning, call } kind = Kind::message;
    std::string id;
    std::string text; ///< of a message, of a thought, or arguments
    std::string call_id;
    std::string name;

    [[nodiscard]] Json json(std::string_view status) const
    {
        if (kind == Kind::message) {
            Json content =
                text.empty() && status == "in_progress" ? Json::array() : Json::array({text_part(text)});
            return Json{
                {"id", id},
                {"type", "message"},
                {"status", status},
                {"role", "assistant"},
                {"content", std::move(content)}};
        }
        if (kind == Kind::reasoning) {
            Json summary =
                text.empty() ? Json::array() : Json::array({Json{{"type", "summary_text"}, {"text", text}}});
            return Json{{"id", id}, {"type", "reasoning"}, {"summary", std::move(summary)}};
        }
        return Json{
            {"id", id},
            {"type", "function_call"},
            {"status", status},
            {"call_id", call_id},
            {"name", name},
            {"arguments", text}};
    }
};

class ResponsesStream final : public SurfaceStream {
public:
    explicit ResponsesStream(SurfaceAnswer facts) : facts_(std::move(facts)) {}

    void take(const Json& chunk, std::string& out) override
    {
        start(out);
        if (const Json* usage = find(chunk, "usage"); usage != nullptr)
            if (const auto read = usage_from_openai(*usage))
                usage_ = *read;
        const Json* choice = first_choice(chunk);
        if (choice == nullptr)
            return;
        if (const Json* delta = find(*choice, "delta"); delta != nullptr)
            take_delta(*delta, out);
        if (auto reason = string_at(*choice, "finish_reason"); !reason.empty())
            finish_reason_ = std::move(reason);
    }

    void finish(std::string& out) override
    {
        start(out);
        close(out);
        for (Item& call : waiting_) {
            if (call.name.empty())
                continue;
            const std::string arguments = std::exchange(call.text, {});
            open(std::move(call), out);
            append_text(arguments, out);
            close(out);
        }
        Json response = response_of(facts_, "completed", Json(done_));
        complete(response, finish_reason_, usage_);
        const std::string type =
            string_at(response, "status") == "incomplete" ? "response.incomplete" : "response.completed";
        send(type, Json{{"response", std::move(response)}}, out);
    }

    void fail(const Error& error, std::string& out) override
    {
        Json response = response_of(facts_, "failed", Json(done_));
        response["error"] = Json{{"code", "server_error"}, {"message", error.message}};
        send("response.failed", Json{{"response", std::move(response)}}, out);
    }

private:
    void start(std::string& out)
    {
        if (std::exchange(started_, true))
            return;
        const Json response = response_of(facts_, "in_progress", Json::array());
        send("response.created", Json{{"response", response}}, out);
        send("response.in_progress", Json{{"response", response}}, out);
    }

    void take_delta(const Json& delta, std::string& out)
    {
        if (const auto thought = string_at(delta, "reasoning_content"); !thought.empty())
            grow(Item::Kind::reasoning, thought, out);
        if (const auto text = string_at(delta, "content"); !text.empty())
            grow(Item::Kind::message, text, out);
        if (const Json* calls = find(delta, "tool_calls"); calls != nullptr && calls->is_array())
            for (const auto& call : *calls)
                take_call(call, out);
    }

    void grow(Item::Kind kind, const std::string& text, std::string& out)
    {
        if (!is_open_ || item_.kind != kind) {
            Item item;
            item.kind = kind;
            item.id =
                fmt::format("{}_{}{}", kind == Item::Kind::message ? "msg" : "rs", facts_.id, done_.size());
            open(std::move(item), out);
        }
        append_text(text, out);
    }

    /// The call that is told at the moment grows; any other waits for the end.
    void take_call(const Json& part, std::string& out)
    {
        const auto index = count_at(part, "index").value_or(0);
        const Json* function = find(part, "function");
        const auto arguments = function == nullptr ? std::string() : string_at(*function, "arguments");
        if (is_open_ && item_.kind == Item::Kind::call && open_call_ == index) {
            append_text(arguments, out);
            return;
        }
        Item& call = waiting_call(index);
        if (auto id = string_at(part, "id"); !id.empty())
            call.call_id = std::move(id);
        if (function != nullptr)
            call.name += string_at(*function, "name");
        call.text += arguments;
        if (call.name.empty() || (is_open_ && item_.kind == Item::Kind::call))
            return;
        Item opened = std::exchange(call, Item{});
        const std::string first = std::exchange(opened.text, {});
        open_call_ = index;
        open(std::move(opened), out);
        append_text(first, out);
    }

    Item& waiting_call(std::int64_t index)
    {
        constexpr std::int64_t most_calls = 1024;
        const auto at = static_cast<std::size_t>(std::min(index, most_calls));
        if (at >= waiting_.size())
            waiting_.resize(at + 1);
        Item& call = waiting_[at];
        call.kind = Item::Kind::call;
        if (call.id.empty()) {
            call.id = fmt::format("fc_{}{}", facts_.id, at);
            call.call_id = fmt::format("call_{}{}", facts_.id, at);
        }
        return call;
    }

    void open(Item item, std::string& out)
    {
        close(out);
        item_ = std::move(item);
        is_open_ = true;
        send(
            "response.output_item.added",
            Json{{"output_index", done_.size()}, {"item", item_.json("in_progress")}},
            out
        );
        if (item_.kind == Item::Kind::message)
            send_of_item(
                "response.content_part.added", Json{{"content_index", 0}, {"part", text_part("")}}, out
            );
        if (item_.kind == Item::Kind::reasoning)
            send_of_item(
                "response.reasoning_summary_part.added",
                Json{{"summary_index", 0}, {"part", summary_part("")}},
                out
            );
    }

    void append_text(const std::string& text, std::string& out)
    {
        if (text.empty())
            return;
        item_.text += text;
        Json delta = {{"delta", text}};
        if (item_.kind == Item::Kind::message) {
            delta["content_index"] = 0;
            delta["logprobs"] = Json::array();
            send_of_item("response.output_text.delta", std::move(delta), out);
        } else if (item_.kind == Item::Kind::reasoning) {
            delta["summary_index"] = 0;
            send_of_item("response.reasoning_summary_text.delta", std::move(delta), out);
        } else {
            send_of_item("response.function_call_arguments.delta", std::move(delta), out);
        }
    }

    void close(std::string& out)
    {
        if (!std::exchange(is_open_, false))
            return;
        if (item_.kind == Item::Kind::message) {
            send_of_item(
                "response.output_text.done",
                Json{{"content_index", 0}, {"text", item_.text}, {"logprobs", Json::array()}},
                out
            );
            send_of_item(
                "response.content_part.done", Json{{"content_index", 0}, {"part", text_part(item_.text)}}, out
            );
        } else if (item_.kind == Item::Kind::reasoning) {
            send_of_item(
                "response.reasoning_summary_text.done", Json{{"summary_index", 0}, {"text", item_.text}}, out
            );
            send_of_item(
                "response.reasoning_summary_part.done",
                Json{{"summary_index", 0}, {"part", summary_part(item_.text)}},
                out
            );
        } else {
            send_of_item(
                "response.function_call_arguments.done",
                Json{{"name", item_.name}, {"arguments", item_.text}},
                out
            );
        }
        Json item = item_.json("completed");
        send("response.output_item.done", Json{{"output_index", done_.size()}, {"item", item}}, out);
        done_.push_back(std::move(item));
    }

    static Json summary_part(const std::string& text)
    {
        return Json{{"type", "summary_text"}, {"text", text}};
    }

    void send_of_item(std::string_view type, Json event, std::string& out)
    {
        event["item_id"] = item_.id;
        event["output_index"] = done_.size();
        send(type, std::move(event), out);
    }

    void send(std::string_view type, const Json& members, std::string& out)
    {
        Json event = {{"type", type}, {"sequence_number", sequence_++}};
        event.update(members);
        append_event(out, type, event);
    }

    SurfaceAnswer facts_;
    Usage usage_;
    std::string finish_reason_;
    Item item_;
    bool is_open_ = false;
    std::int64_t open_call_ = -1;
    std::vector<Item> waiting_;
    std::vector<Json> done_;
    std::int64_t sequence_ = 0;
    bool started_ = false;
};

class ResponsesSurface final : public Surface {
public:
    [[nodiscard]] Result<Json> chat_request(const Json& request, bool stream, bool) const override
    {
        return chat_of_responses_request(request, stream);
    }

    [[nodiscard]] Json answer(const Json& completion, const SurfaceAnswer& facts) const override
    {
        Json output = Json::array();
        const Json* choice = first_choice(completion);
        const Json* said = choice == nullptr ? nullptr : find(*choice, "message");
        if (said != nullptr)
            add_items(*said, facts, output);
        Json response = response_of(facts, "completed", std::move(output));
        const Json* usage = find(completion, "usage");
        const auto counts = usage == nullptr ? std::nullopt : usage_from_openai(*usage);
        complete(
            response, choice == nullptr ? "" : string_at(*choice, "finish_reason"), counts.value_or(Usage{})
        );
        return response;
    }

    [[nodiscard]] std::unique_ptr<SurfaceStream> stream(const SurfaceAnswer& facts) const override
    {
        return std::make_unique<ResponsesStream>(facts);
    }

private:
    static void add_items(const Json& said, const SurfaceAnswer& facts, Json& output)
    {
        if (auto thought = string_at(said, "reasoning_content"); !thought.empty())
            output.push_back(
                Item{Item::Kind::reasoning, "rs_" + facts.id, std::move(thought), {}, {}}.json("completed")
            );
        if (auto text = string_at(said, "content"); !text.empty())
            output.push_back(
                Item{Item::Kind::message, "msg_" + facts.id, std::move(text), {}, {}}.json("completed")
            );
        const Json* calls = find(said, "tool_calls");
        if (calls == nullptr || !calls->is_array())
            return;
        for (const auto& call : *calls) {
            const Json* function = find(call, "function");
            if (function == nullptr)
                continue;
            Item item{
                Item::Kind::call,
                fmt::format("fc_{}{}", facts.id, output.size()),
                {},
                string_at(call, "id"),
                {}};
            item.name = string_at(*function, "name");
            item.text = string_at(*function, "arguments");
            output.push_back(item.json("completed"));
        }
    }
};

} // namespace

const Surface* responses_surface()
{
    static const ResponsesSurface surface;
    return &surface;
}

} // namespace litellm::providers
