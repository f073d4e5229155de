#include "upload.hpp"

#include "asking.hpp"
#include "litellm/core/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace litellm::inference {

namespace {

constexpr std::size_t most_in_memory = 1024 * 1024;
constexpr std::size_t piece_bytes = 64 * 1024;
/// So much of the file must be in the beginning that a delimiter cannot reach into its header lines.
constexpr std::size_t longest_delimiter = 256;
/// Enough for the fields in front of a file, and for what the head of a recording tells.
constexpr std::size_t beginning_bytes = 256 * 1024;

/// A file that nobody else can open; -1 where that cannot be had.
int open_nameless_file()
{
    std::error_code error;
    const std::string directory = std::filesystem::temp_directory_path(error).string();
    if (error)
        return -1;
    constexpr int owner_only = 0600;
    const int file = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, owner_only);
    if (file >= 0)
        return file;
    std::string name = directory + "/litellm-upload-XXXXXX";
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0)
        ::unlink(name.c_str());
    return named;
}

} // namespace

Spool::~Spool()
{
    if (file_ >= 0)
        ::close(file_);
}

void Spool::append(std::string_view bytes)
{
    if (!is_whole_)
        return;
    const std::size_t here =
        std::min(bytes.size(), most_in_memory - std::min(most_in_memory, memory_.size()));
    memory_.append(bytes.substr(0, here));
    size_ += here;
    if (here == bytes.size() || write(bytes.substr(here)))
        return;
    is_whole_ = false;
    log::warning(
        "inference", "what a client uploads cannot be kept on disk, so a call that fails is not tried again"
    );
}

bool Spool::write(std::string_view bytes)
{
    if (file_ < 0)
        file_ = open_nameless_file();
    while (file_ >= 0 && !bytes.empty()) {
        const auto written =
            ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(size_ - memory_.size()));
        if (written <= 0)
            return false;
        size_ += static_cast<std::size_t>(written);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return file_ >= 0;
}

std::optional<std::string_view> Spool::read(std::size_t offset, std::string& buffer) const
{
    if (offset < memory_.size())
        return std::string_view(memory_).substr(offset, piece_bytes);
    buffer.resize(std::min(piece_bytes, size_ - offset));
    const auto count =
        ::pread(file_, buffer.data(), buffer.size(), static_cast<off_t>(offset - memory_.size()));
    if (count <= 0)
        return std::nullopt;
    return std::string_view(buffer).substr(0, static_cast<std::size_t>(count));
}

Upload::Upload(http::Exchange& exchange, std::string_view boundary)
    : exchange_(exchange),
      boundary_(boundary),
      length_(static_cast<std::size_t>(exchange.body_length().value_or(0)))
{
}

Task<std::string> Upload::read_beginning(bool is_routed)
{
    std::string text;
    bool is_open = false;
    while (!is_complete() && !is_open) {
        const bool was_enough = text.size() >= beginning_bytes;
        const auto piece = co_await exchange_.read_body_piece();
        if (!piece)
            co_return piece.error();
        read_ += piece->size();
        text.append(*piece);
        if (was_enough)
            text.reserve(length_);
        // Looked at once: a form whose file comes first may be long.
        if (was_enough || text.size() < beginning_bytes || is_complete())
            continue;
        const auto form = read_form_beginning(text, boundary_);
        if (!form) // cut in the middle of a part's header lines, maybe: the whole will tell
            continue;
        const bool names_model = std::ranges::any_of(form->parts, [](const Part& part) {
            return part.name == "model" && part.file_name.empty();
        });
        is_open = form->is_open && form->parts.back().name == "file" &&
            form->parts.back().value.size() >= longest_delimiter && !form->parts.back().file_name.empty() &&
            (names_model || is_routed);
    }
    if (is_open) {
        rest_.emplace(boundary_, [this](const Part& part) { return judge(part); });
        first_piece_ = text.substr(text.size() - rest_->overlap());
        text.resize(text.size() - rest_->overlap());
    }
    beginning_ = text.size();
    co_return text;
}

std::size_t Upload::rest_of_file() const
{
    return rest_ && rest_->is_past_file() ? rest_->file_bytes() : rest_bytes();
}

Result<void> Upload::judge(const Part& part)
{
    if (part.name == "stream") {
        asks_for_stream_ = part.value == "true";
        return {};
    }
    const bool decides = part.name == "model" || part.name == "user" || !part.file_name.empty() ||
        providers::is_proxy_parameter(part.name) || is_forbidden_parameter(part.name) ||
        is_client_credential(part.name);
    if (!decides)
        return {};
    return Error{
        ErrorKind::invalid_input,
        fmt::format("`{}` must stand in front of the file in a form of more than 1 MB.", part.name),
        std::string(part.name),
        "invalid_request_error",
        400};
}

Task<std::string_view> Upload::next_piece()
{
    if (!first_piece_.empty())
        co_return std::string_view(first_piece_);
    const auto piece = co_await exchange_.read_body_piece();
    if (!piece)
        co_return piece.error().kind == ErrorKind::client_closed ? client_gone() : piece.error();
    read_ += piece->size();
    co_return *piece;
}

Task<void> Upload::pass_on(http::Transfer& transfer)
{
    std::string buffer;
    for (std::size_t sent = 0; sent < spool_.size();) {
        const auto kept = spool_.read(sent, buffer);
        if (!kept)
            co_return internal_error("what the client uploaded cannot be read from disk");
        sent += kept->size();
        const bool goes_on = co_await transfer.feed(*kept);
        if (!goes_on)
            co_return Result<void>();
    }
    while (!is_complete() || !first_piece_.empty()) {
        const auto piece = co_await next_piece();
        if (!piece) {
            has_failed_ = true;
            co_return piece.error();
        }
        std::string ready;
        const auto taken = rest_->take(*piece, is_complete(), ready);
        first_piece_.clear();
        if (!taken) {
            has_failed_ = true;
            Error refused = taken.error();
            refused.status = 400;
            co_return refused;
        }
        spool_.append(ready);
        if (ready.empty())
            continue;
        const bool goes_on = co_await transfer.feed(ready);
        if (!goes_on)
            co_return Result<void>();
    }
    co_return Result<void>();
}

} // namespace litellm::inference
