#include "litellm/http/message.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::http {

std::string_view to_string(Method method)
{
    switch (method) {
    case Method::get:
        return "GET";
    case Method::post:
        return "POST";
    case Method::put:
        return "PUT";
    case Method::patch:
        return "PATCH";
    case Method::del:
        return "DELETE";
    case Method::options:
        return "OPTIONS";
    case Method::head:
        return "HEAD";
    case Method::other:
        break;
    }
    return "OTHER";
}

void HeaderLines::add(std::string_view name, std::string_view value)
{
    if (text_.empty())
        text_.reserve(1024);
    text_.append(name).append(": ");
    const std::size_t begin = text_.size();
    text_.append(value).append("\r\n");
    for (std::size_t i = begin; i < text_.size() - 2; ++i) {
        if (text_[i] == '\r' || text_[i] == '\n' || text_[i] == '\0')
            text_[i] = ' ';
    }
}

void Fields::clear()
{
    text_.clear();
    entries_.clear();
}

void Fields::add(std::string_view name, std::string_view value)
{
    if (entries_.capacity() == 0) {
        entries_.reserve(16);
        text_.reserve(512);
    }
    entries_.push_back({text_.size(), name.size(), text_.size() + name.size(), value.size()});
    text_.append(name).append(value);
}

const Fields::Entry* Fields::find_entry(std::string_view name) const
{
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (equals_ignoring_case(this->name(i), name))
            return &entries_[i];
    }
    return nullptr;
}

std::string_view Fields::find(std::string_view name) const
{
    const Entry* entry = find_entry(name);
    return entry == nullptr ? std::string_view()
                            : std::string_view(text_).substr(entry->value, entry->value_size);
}

bool Fields::contains(std::string_view name) const
{
    return find_entry(name) != nullptr;
}

std::string_view Fields::name(std::size_t index) const
{
    return std::string_view(text_).substr(entries_[index].name, entries_[index].name_size);
}

std::string_view Fields::value(std::size_t index) const
{
    return std::string_view(text_).substr(entries_[index].value, entries_[index].value_size);
}

} // namespace litellm::http
