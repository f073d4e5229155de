#pragma once
// A form whose file goes on to the provider while the client still sends it.

#include "litellm/http/client.hpp"
#include "litellm/http/server.hpp"
#include "multipart.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace litellm::inference {

/// Bytes that may be needed again: the first megabyte in memory, the others in a file without a name, which
/// ends with the process.
class Spool {
public:
    Spool() = default;
    ~Spool();
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;

    void append(std::string_view bytes);
    /// Up to 64 KB from there on, in `buffer` or in memory; nothing when they cannot be read.
    [[nodiscard]] std::optional<std::string_view> read(std::size_t offset, std::string& buffer) const;
    [[nodiscard]] std::size_t size() const { return size_; }
    /// False once bytes were lost because the file could not be made or written.
    [[nodiscard]] bool is_whole() const { return is_whole_; }

private:
    [[nodiscard]] bool write(std::string_view bytes);

    std::string memory_;
    int file_ = -1;
    std::size_t size_ = 0;
    bool is_whole_ = true;
};

class Upload {
public:
    /// `exchange` has a body of known length, a form with that boundary.
    Upload(http::Exchange& exchange, std::string_view boundary);

    /// Reads until the file `file` is open and the form can be routed: the first field `model` stands in
    /// front of it, or `is_routed` says that it is not needed. Where that never happens, all of the form is
    /// read. Errors as Exchange::read_body_piece(), and invalid_input for what is no form.
    [[nodiscard]] Task<std::string> read_beginning(bool is_routed);
    /// Nothing is left to be read: this upload is not needed.
    [[nodiscard]] bool is_complete() const { return read_ == length_; }

    /// Of the form, behind what read_beginning() gave.
    [[nodiscard]] std::size_t rest_bytes() const { return length_ - beginning_; }
    /// Of the file's contents behind read_beginning()'s text; the most it can be until its end has been seen.
    [[nodiscard]] std::size_t rest_of_file() const;

    /// Feeds the rest to `transfer`, from the beginning of the rest each time. Returns early when the peer
    /// has answered. client_closed when the client went away, invalid_input for fields behind the file that
    /// must stand in front of it.
    [[nodiscard]] Task<void> pass_on(http::Transfer& transfer);
    /// Whether another deployment can get the same bytes.
    [[nodiscard]] bool can_begin_again() const { return !has_failed_ && spool_.is_whole(); }
    /// `stream` stood behind the file, and was true.
    [[nodiscard]] bool asks_for_stream() const { return asks_for_stream_; }

private:
    [[nodiscard]] Task<std::string_view> next_piece();
    [[nodiscard]] Result<void> judge(const Part& part);

    http::Exchange& exchange_;
    std::string boundary_;
    std::size_t length_;
    std::size_t read_ = 0;
    std::size_t beginning_ = 0;
    std::optional<FormRest> rest_;
    std::string first_piece_; ///< read, but behind the beginning
    Spool spool_;             ///< of the rest, as it was passed on
    bool has_failed_ = false;
    bool asks_for_stream_ = false;
};

} // namespace litellm::inference
