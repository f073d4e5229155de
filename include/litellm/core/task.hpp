#pragma once
// The one coroutine type. A statement that awaits builds no braced temporary, passes no lambda with by-value
// captures and uses no `?:` (GCC 12 destroys those twice); name the value on the line above and move it in.

#include "litellm/core/error.hpp"

#include <boost/asio/awaitable.hpp>

namespace litellm {

/// A coroutine that runs on its caller's executor and ends with a value or an error.
template <class T = void>
using Task = boost::asio::awaitable<Result<T>>;

} // namespace litellm
