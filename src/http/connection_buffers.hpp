#pragma once
// How a connection holds what it has read and what it is about to write.

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace litellm::http {

/// What was received and not yet understood.
class InputBuffer {
public:
    [[nodiscard]] std::string_view unread() const { return std::string_view(bytes_).substr(begin_, size()); }
    [[nodiscard]] std::size_t size() const { return end_ - begin_; }
    [[nodiscard]] bool empty() const { return begin_ == end_; }
    void consume(std::size_t count) { begin_ += count; }
    void clear() { begin_ = end_ = 0; }

    /// Makes room behind what is buffered. Bytes that were written there count once add() was told.
    [[nodiscard]] boost::asio::mutable_buffer free_space()
    {
        if (empty())
            clear();
        if (bytes_.empty())
            bytes_.resize(first_bytes);
        if (end_ == bytes_.size() && begin_ > 0) {
            std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(begin_), size(), bytes_.begin());
            end_ -= begin_;
            begin_ = 0;
        }
        if (end_ == bytes_.size())
            bytes_.resize(bytes_.size() * 2);
        return boost::asio::buffer(bytes_.data() + end_, bytes_.size() - end_);
    }
    void add(std::size_t count) { end_ += count; }

private:
    static constexpr std::size_t first_bytes = 4096;
    std::string bytes_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

/// Lets Asio write pieces that somebody else keeps, however many they are.
struct BufferSpan {
    std::span<const boost::asio::const_buffer> buffers;
    using value_type = boost::asio::const_buffer;
    using const_iterator = std::span<const boost::asio::const_buffer>::iterator;
    [[nodiscard]] const_iterator begin() const { return buffers.begin(); }
    [[nodiscard]] const_iterator end() const { return buffers.end(); }
};

} // namespace litellm::http
