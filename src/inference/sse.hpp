#pragma once
// Server-sent events, split by the rules of the WHATWG standard.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::inference {

/// Cuts a byte stream into the data of its events. Bytes may be split anywhere.
class EventSplitter {
public:
    /// Calls `visit(data)` for every event that `bytes` completes. Comments and other fields are dropped;
    /// data lines are joined by LF.
    template <class Visit>
    void feed(std::string_view bytes, Visit visit)
    {
        buffer_.append(bytes);
        std::size_t begin = 0;
        for (;;) {
            const std::size_t end = find_line_end(std::max(begin, searched_));
            if (end == std::string::npos) {
                searched_ = buffer_.size();
                break;
            }
            // A CR at the very end may be half of a CRLF.
            if (buffer_[end] == '\r' && end + 1 == buffer_.size()) {
                searched_ = end;
                break;
            }
            take_line(std::string_view(buffer_).substr(begin, end - begin));
            if (end == begin && has_data_) {
                visit(std::string_view(data_));
                data_.clear();
                has_data_ = false;
            }
            begin = end + (buffer_[end] == '\r' && buffer_[end + 1] == '\n' ? 2 : 1);
        }
        buffer_.erase(0, begin);
        searched_ -= std::min(searched_, begin);
    }

    /// What an upstream that forgot its last empty line left behind.
    template <class Visit>
    void finish(Visit visit)
    {
        take_line(buffer_);
        buffer_.clear();
        searched_ = 0;
        if (has_data_)
            visit(std::string_view(data_));
        data_.clear();
        has_data_ = false;
    }

    [[nodiscard]] std::size_t buffered() const { return buffer_.size() + data_.size(); }

private:
    /// std::string::find_first_of() would take a call for each byte.
    [[nodiscard]] std::size_t find_line_end(std::size_t from) const
    {
        const std::size_t feed = buffer_.find('\n', from);
        const auto line = std::string_view(buffer_).substr(from, std::min(feed, buffer_.size()) - from);
        const std::size_t carriage_return = line.find('\r');
        return carriage_return == std::string_view::npos ? feed : from + carriage_return;
    }

    void take_line(std::string_view line)
    {
        if (!line.starts_with("data:"))
            return;
        line.remove_prefix(5);
        if (line.starts_with(' '))
            line.remove_prefix(1);
        if (has_data_)
            data_ += '\n';
        // simdjson reads up to 64 bytes past the end.
        data_.reserve(data_.size() + line.size() + 64);
        data_ += line;
        has_data_ = true;
    }

    std::string buffer_;
    std::size_t searched_ = 0; ///< no line end before here: keeps long lines in many pieces linear
    std::string data_;
    bool has_data_ = false;
};

} // namespace litellm::inference
