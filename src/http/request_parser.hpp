#pragma once
// Beast's parser with our own storage: no node per header field.

#include "litellm/http/message.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace litellm::http {

class RequestParser final : public boost::beast::http::basic_parser<true> {
public:
    std::string method_text;
    std::string target;
    int http_version = 11; ///< 10 or 11
    Fields fields;
    std::string* body = nullptr; ///< where chunked bodies go
    std::size_t max_fields = 200;

private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;
    using verb = boost::beast::http::verb;

    static std::string_view view(string_view text) { return {text.data(), text.size()}; }

    void
    on_request_impl(verb, string_view method, string_view request_target, int version, error_code&) override
    {
        http_version = version;
        method_text = view(method);
        target = view(request_target);
    }
    void on_response_impl(int, string_view, int, error_code&) override {}
    void
    on_field_impl(boost::beast::http::field, string_view name, string_view value, error_code& error) override
    {
        if (fields.size() >= max_fields)
            error = boost::beast::http::error::header_limit;
        else
            fields.add(view(name), view(value));
    }
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(string_view bytes, error_code&) override
    {
        if (body != nullptr)
            body->append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override
    {
        if (body != nullptr)
            body->append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_finish_impl(error_code&) override {}
};

} // namespace litellm::http
