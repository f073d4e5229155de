#pragma once
// What every stream decoder does with its chunks and its first error.

#include "litellm/providers/provider.hpp"

#include <utility>

namespace litellm::providers {

/// Chunks that were complete before an error are delivered first; the error is what every later call returns.
class QueuedDecoder : public StreamDecoder {
public:
    [[nodiscard]] Result<std::vector<Json>> feed(std::string_view bytes) final
    {
        if (!failure_)
            take(bytes);
        return deliver();
    }
    [[nodiscard]] Result<std::vector<Json>> finish() final
    {
        if (!failure_)
            close();
        if (failure_)
            return *failure_;
        return deliver();
    }
    [[nodiscard]] std::optional<Usage> usage() const final { return usage_; }

protected:
    virtual void take(std::string_view bytes) = 0;
    virtual void close() = 0;

    void emit(Json chunk) { ready_.push_back(std::move(chunk)); }
    void fail(Error error)
    {
        if (!failure_)
            failure_ = std::move(error);
    }
    [[nodiscard]] bool has_failed() const { return failure_.has_value(); }
    void note_usage(const std::optional<Usage>& usage)
    {
        if (usage)
            usage_ = usage;
    }

private:
    Result<std::vector<Json>> deliver()
    {
        if (ready_.empty() && failure_)
            return *failure_;
        return std::exchange(ready_, {});
    }

    std::vector<Json> ready_;
    std::optional<Error> failure_;
    std::optional<Usage> usage_;
};

/// One event or line may not be larger: a peer that never ends one must not fill the memory.
inline constexpr std::size_t largest_event = 32UL * 1024 * 1024;

} // namespace litellm::providers
