#pragma once
// How bench_load reads answers: incrementally, and doing no more with the bytes than measuring needs.

#include "wire.hpp"

namespace litellm::bench {

/// Finds stamps and the end mark in a streamed body, over the borders of reads.
class StampScanner {
public:
    /// Calls `found(time)` for every complete stamp.
    template <typename Found>
    void feed(std::string_view bytes, Found found)
    {
        if (!carry_.empty()) {
            carry_ += bytes;
            const std::string joined = std::move(carry_);
            carry_.clear();
            scan(joined, found);
        } else {
            scan(bytes, found);
        }
    }

    [[nodiscard]] bool done_seen() const { return done_seen_; }

    void reset()
    {
        carry_.clear();
        done_seen_ = false;
    }

private:
    template <typename Found>
    void scan(std::string_view bytes, Found found)
    {
        constexpr std::string_view end_mark = "[DONE]";
        std::size_t position = 0;
        while ((position = bytes.find('@')) != std::string_view::npos) {
            if (bytes.size() - position < stamp_size) {
                carry_ = bytes.substr(position);
                return;
            }
            const auto time = leading_number(bytes.substr(position + 1, stamp_digits));
            const bool complete = time && bytes[position + stamp_size - 1] == '@';
            if (complete)
                found(*time);
            bytes.remove_prefix(position + (complete ? stamp_size : 1));
        }
        if (bytes.find(end_mark) != std::string_view::npos)
            done_seen_ = true;
        else if (!done_seen_)
            carry_ = bytes.substr(bytes.size() - std::min(bytes.size(), end_mark.size() - 1));
    }

    std::string carry_;
    bool done_seen_ = false;
};

/// Reads one HTTP/1.1 response in whatever pieces it arrives.
class ResponseReader {
public:
    enum class Progress { more, complete, malformed };

    void reset() { *this = ResponseReader{}; }

    [[nodiscard]] unsigned status() const { return status_; }
    [[nodiscard]] bool closes() const { return closes_; }

    /// Consumes `bytes`; `on_body(piece)` gets the decoded body.
    template <typename OnBody>
    Progress feed(std::string_view bytes, OnBody on_body)
    {
        while (true) {
            switch (state_) {
            case State::head: {
                std::string_view head;
                if (!take_through(bytes, "\r\n\r\n", head))
                    return Progress::more;
                if (!read_head(head))
                    return Progress::malformed;
                held_.clear();
                break;
            }
            case State::sized: {
                const std::string_view piece = take(bytes);
                on_body(piece);
                if (left_ != 0)
                    return Progress::more;
                return bytes.empty() ? Progress::complete : Progress::malformed;
            }
            case State::chunk_size: {
                std::string_view line;
                if (!take_through(bytes, "\r\n", line))
                    return Progress::more;
                const auto size = leading_number(line, 16);
                if (!size)
                    return Progress::malformed;
                left_ = *size;
                state_ = left_ == 0 ? State::trailer : State::chunk;
                held_.clear();
                break;
            }
            case State::chunk:
                on_body(take(bytes));
                if (left_ != 0)
                    return Progress::more;
                state_ = State::chunk_end;
                break;
            case State::chunk_end:
            case State::trailer: {
                std::string_view line;
                if (!take_through(bytes, "\r\n", line))
                    return Progress::more;
                const bool blank = line == "\r\n";
                held_.clear();
                if (state_ == State::chunk_end && !blank)
                    return Progress::malformed;
                if (state_ == State::trailer && blank)
                    return bytes.empty() ? Progress::complete : Progress::malformed;
                if (state_ == State::chunk_end)
                    state_ = State::chunk_size;
                break;
            }
            case State::until_close:
                on_body(bytes);
                return Progress::more;
            }
        }
    }

    /// The server closed: fine only when that is how the body ends.
    [[nodiscard]] bool complete_at_close() const { return state_ == State::until_close; }

private:
    enum class State { head, sized, chunk_size, chunk, chunk_end, trailer, until_close };

    std::string_view take(std::string_view& bytes)
    {
        const std::string_view piece =
            bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
        bytes.remove_prefix(piece.size());
        left_ -= piece.size();
        return piece;
    }

    /// Moves everything up to and including `mark` into `line`; what is incomplete is held for the next read.
    /// The caller clears held_ when it is done with `line`.
    bool take_through(std::string_view& bytes, std::string_view mark, std::string_view& line)
    {
        if (held_.empty()) {
            const std::size_t end = bytes.find(mark);
            if (end != std::string_view::npos) {
                line = bytes.substr(0, end + mark.size());
                bytes.remove_prefix(line.size());
                return true;
            }
            held_ = bytes;
            bytes = {};
            return false;
        }
        const std::size_t before = held_.size();
        held_ += bytes;
        const std::size_t end = held_.find(mark, before < mark.size() ? 0 : before - mark.size());
        if (end == std::string::npos) {
            bytes = {};
            return false;
        }
        bytes.remove_prefix(end + mark.size() - before);
        held_.resize(end + mark.size());
        line = held_;
        return true;
    }

    bool read_head(std::string_view head)
    {
        const auto status = head.size() > 12 ? leading_number(head.substr(9)) : std::nullopt;
        if (!head.starts_with("HTTP/1.") || !status)
            return false;
        status_ = static_cast<unsigned>(*status);
        if (status_ / 100 == 1)
            return true;
        const auto connection = find_header(head, "connection");
        closes_ = connection && (connection->starts_with("close") || connection->starts_with("Close"));
        const auto encoding = find_header(head, "transfer-encoding");
        const auto length = find_header(head, "content-length");
        if (encoding) {
            state_ = State::chunk_size;
        } else if (length) {
            left_ = leading_number(*length).value_or(0);
            state_ = State::sized;
        } else {
            state_ = State::until_close;
        }
        return true;
    }

    State state_ = State::head;
    std::string held_;
    std::uint64_t left_ = 0;
    unsigned status_ = 0;
    bool closes_ = false;
};

} // namespace litellm::bench
