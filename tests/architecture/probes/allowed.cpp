// Probes of the coroutine law: each function holds allowed forms, which must not be found. Never compiled.

Task<void> good_named_and_moved()
{
    Letter letter{to, body};
    co_await send(std::move(letter));
}

Task<void> good_value_from_a_function()
{
    co_await send(letter_to(name));
    co_await send(Letter(to, body));
    co_await send(std::make_shared<Letter>(to, body));
    co_await send(std::string("text") + name);
}

Task<void> good_reference_lambda()
{
    auto saved =
        co_await database.transact<Key>([&](db::Transaction& tx) { return store::insert_key(tx, row); });
    co_await database.transact<Key>([&](db::Transaction& tx) -> Result<Key> {
        const auto rows = tx.query(sql, {first, second});
        return rows ? Key{rows->front()} : Key{};
    });
    co_await run([] { return 1; });
    co_await run([this] { work(); });
    co_await run([&text, &other = name, this] { use(text); });
}

Task<void> good_conditions()
{
    if (auto sent = co_await send(letter); !sent)
        co_return Error{ErrorKind::unavailable, "lost"};
    if (!co_await send(letter)) {
        co_return Error{ErrorKind::unavailable, "lost"};
    } else if (co_await send(other)) {
        const Letter third{to, body};
    }
    if constexpr (is_fast) {
        co_await hurry();
    }
    if (is_fast) [[likely]] {
        co_await hurry();
    } else [[unlikely]] {
        co_await rest();
    }
    co_await pause();
    while (co_await more()) {
        const int count = ready ? 1 : 2;
    }
    do {
        work({1, 2});
    } while (co_await more());
}

Task<void> good_switch()
{
    switch (co_await state()) {
    case State::fresh:
        work(Letter{});
        break;
    case State{3}:
        co_await send(letter);
        break;
    case is_odd ? State::odd:
        State::even : co_await send(letter);
        break;
    case State::sent: {
        co_await send(letter);
        break;
    }
    default:
        co_return Error{ErrorKind::unavailable};
    }
}

Task<void> good_loops()
{
    for (Letter letter{to, body}; co_await more(); letter = Letter{}) {
        co_await send(letter);
    }
    for (int i = 0; i < 3; co_await pause()) {
        work(i > 1 ? first : second);
    }
    for (const auto& name : {"a", "b"}) {
        co_await send(name);
    }
    for (int i = ready ? 1 : 2; i < 3; ++i)
        co_await pause();
}

Task<int> good_results()
{
    const auto value = (co_await fetch()).value();
    const auto [error, count] = co_await stream.async_read_some(buffer, as_result);
    auto&& [first, second] = co_await both();
    auto& [third, fourth] = *co_await both_of_them();
    values[index] = co_await fetch();
    co_return (co_await fetch())[0];
}

Task<Letter> good_return_without_await()
{
    co_await pause();
    co_return Letter{to, body};
}

Task<Error> good_choice_without_await()
{
    const auto limit = strict ? 1 : 2;
    co_await pause();
    co_return strict ? first : second;
}

Task<void> good_by_value_lambda_without_await()
{
    auto step = [text = std::move(text), limits = Limits{1, 2}]() mutable { use(text); };
    co_await run(std::move(step));
}

Task<void> good_strings_and_comments()
{
    co_await log("Letter{to, body} ? [=] : [text] { co_await x; }"); // co_await f(Letter{}) ? a : b
    /* co_await send(Letter{to, body});
       co_await [text] { }; */
    co_await log(R"(co_await send(Letter{}) ? 1 : 2)", '{', '?', '"');
    co_await log("a \" {", 'x'); // {
}

#define PROBE_GOOD(x) co_await send(Letter{x} ? [=] {} : x)

auto good_trailing_return() -> boost::asio::awaitable<std::pair<int, Letter>>
{
    co_await pause();
    auto step = [&](int count) -> Task<std::vector<Letter>> {
        co_await pause();
        co_return make(Letter{}, count ? 1 : 2);
    };
    auto other = [&]() mutable noexcept -> Task<void> { co_await pause(); };
    auto third = [&]<class T, int N = 3>(T value)
    {
        return Letter{value};
    };
}

template <class T>
requires std::is_class_v<T> Task<void> good_template(T value)
{
    co_await send(value);
}

namespace inner {

struct Plain {
    std::string name{"a"};
    int count = ready ? 1 : 2;
    Task<void> good_member_in_a_struct() const { co_await send(name); }
    auto good_member_with_trailing_return() const -> Task<int> { co_return co_await fetch(); }
};

enum class Colour : int { red, green };

Constructed::Constructed(int a) : a_(a), b_{a ? 1 : 2}, c_{[&] { return Letter{}; }}
{
    spawn([&]() -> Task<void> { co_await good_spawned(); });
}

} // namespace inner

extern "C" {
Task<void> good_extern()
{
    co_await pause();
}
}

boost::asio::awaitable<void> Listener::good_try_block()
{
    try {
        const Letter letter{to, body};
        co_await send(letter);
    } catch (const std::exception& error) {
        log(Letter{error.what()});
    }
    {
        co_await pause();
    }
    static const std::array<int, 3> numbers{1, 2, 3};
    int plain[3]{1, 2, 3};
    co_await send(numbers[0]);
}
