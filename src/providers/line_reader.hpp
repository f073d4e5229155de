#pragma once
// Lines and server-sent events out of bytes that arrive split anywhere.

#include <string>
#include <string_view>
#include <utility>

namespace litellm::providers {

/// Lines end in LF, CRLF or CR, as the event stream format says; newline-delimited JSON is a special case.
class LineReader {
public:
    /// Calls `on_line(std::string_view)` for every line that `bytes` complete.
    template <class OnLine>
    void feed(std::string_view bytes, OnLine&& on_line)
    {
        while (!bytes.empty()) {
            if (std::exchange(after_carriage_return_, false) && bytes.front() == '\n') {
                bytes.remove_prefix(1);
                continue;
            }
            const auto end = bytes.find_first_of("\r\n");
            if (end == std::string_view::npos) {
                partial_ += bytes;
                return;
            }
            after_carriage_return_ = bytes[end] == '\r';
            if (partial_.empty()) {
                on_line(bytes.substr(0, end));
            } else {
                partial_ += bytes.substr(0, end);
                const auto line = std::exchange(partial_, {});
                on_line(std::string_view(line));
            }
            bytes.remove_prefix(end + 1);
        }
    }
    /// The last line may lack its end.
    template <class OnLine>
    void finish(OnLine&& on_line)
    {
        if (const auto line = std::exchange(partial_, {}); !line.empty())
            on_line(std::string_view(line));
    }
    [[nodiscard]] std::size_t held() const { return partial_.size(); }

private:
    std::string partial_;
    bool after_carriage_return_ = false;
};

/// The `data` of server-sent events by the rules of the WHATWG: comments and other fields are skipped,
/// several data lines are joined, one space after the colon is optional.
class EventReader {
public:
    template <class OnData>
    void feed(std::string_view bytes, OnData&& on_data)
    {
        lines_.feed(bytes, [&](std::string_view line) { take(line, on_data); });
    }
    /// An event whose blank line is missing counts: many servers leave it out at the end.
    template <class OnData>
    void finish(OnData&& on_data)
    {
        lines_.finish([&](std::string_view line) { take(line, on_data); });
        take({}, on_data);
    }
    [[nodiscard]] std::size_t held() const { return lines_.held() + data_.size(); }

private:
    template <class OnData>
    void take(std::string_view line, OnData&& on_data)
    {
        if (std::exchange(at_start_, false) && line.starts_with("\xEF\xBB\xBF"))
            line.remove_prefix(3);
        if (line.empty()) {
            if (std::exchange(has_data_, false))
                on_data(std::string_view(std::exchange(data_, {})));
            return;
        }
        if (!line.starts_with("data"))
            return;
        line.remove_prefix(4);
        if (!line.empty() && line.front() != ':')
            return;
        line.remove_prefix(line.empty() ? 0 : 1);
        if (line.starts_with(' '))
            line.remove_prefix(1);
        if (has_data_)
            data_ += '\n';
        data_ += line;
        has_data_ = true;
    }

    LineReader lines_;
    std::string data_;
    bool has_data_ = false;
    bool at_start_ = true;
};

} // namespace litellm::providers
