// Probes of the coroutine law: each function holds one forbidden form; the comment names the fault that must
// be found. Never compiled. GCC 12.2 destroys the marked object twice in most of them.

Task<void> bad_aggregate_argument() // braces
{
    co_await send(Letter{to, body});
}

Task<void> bad_untyped_braces() // braces
{
    co_await send({to, body});
}

Task<void> bad_braces_in_a_nested_call() // braces
{
    co_await send(plain(Letter{to, body}));
}

Task<void> bad_braces_on_another_line() // braces
{
    const auto sent = co_await send(
        first,
        Letter{
            to,
            body,
        }
    );
}

Task<Letter> bad_await_inside_braces() // braces
{
    auto letter = make(Letter{to, co_await body(), subject});
    co_return letter;
}

Task<Letter> bad_designated_initialisers() // braces
{
    co_return Letter{.to = to, .body = co_await body()};
}

Task<Letter> bad_returned_braces() // braces
{
    co_return {to, co_await body()};
}

Task<void> bad_named_object_from_awaiting_braces() // braces
{
    const Letter letter{to, co_await body()};
}

Task<void> bad_element_from_awaiting_braces() // braces
{
    letters[index] = Letter{to, co_await body()};
}

Task<void> bad_element_of_a_pointer() // braces
{
    (*letters)[index] = Letter{to, co_await body()};
}

Task<void> bad_list_of_strings() // braces
{
    co_await send_all(std::vector<std::string>{first, second});
}

Task<void> bad_empty_braces() // braces
{
    co_await send(Letter{});
}

Task<void> bad_template_braces() // braces
{
    co_await send(Pair<int, std::vector<int>>{1, ones});
}

Task<void> bad_copy_capture() // capture
{
    co_await run([text] { use(text); });
}

Task<void> bad_default_copy_capture() // capture
{
    co_await run([=] { use(text); });
}

Task<void> bad_moved_capture() // capture
{
    co_await co_spawn(
        executor, [text = std::move(text)]() mutable -> awaitable<void> { co_return; }, token
    );
}

Task<void> bad_second_capture() // capture
{
    co_await run([&, text] { use(text); });
}

Task<void> bad_object_capture() // capture
{
    co_await run([*this] { use(text_); });
}

Task<void> bad_capture_with_braces() // capture braces
{
    co_await run([text = std::string{"x"}] { use(text); }, Letter{});
}

Task<void> bad_immediately_invoked() // capture
{
    co_await [text]() -> boost::asio::awaitable<void> { co_return; }();
}

Task<int> bad_choice_of_awaits() // choice
{
    const int count = cached ? co_await fetch() : 0;
    co_return count;
}

Task<int> bad_choice_in_an_argument() // choice
{
    co_return co_await fetch(cached ? first : second);
}

Task<void> bad_condition() // braces
{
    if (co_await send(Letter{to, body}))
        log("sent");
}

Task<void> bad_initialiser_of_a_condition() // braces
{
    if (auto sent = co_await send(Letter{to, body}); !sent)
        log("lost");
}

Task<void> bad_step_of_a_loop() // choice
{
    for (int i = 0; i < 3; co_await pause(i > 1 ? longer : shorter)) {
        work();
    }
}

Task<void> bad_loop_condition() // braces
{
    while (co_await send(Letter{}))
        work();
}

Task<void> bad_condition_at_the_end() // choice
{
    do {
        work();
    } while (co_await more(a ? b : c));
}

Task<void> bad_switch() // braces
{
    switch (co_await state_of(Letter{})) {
    case State::sent:
        break;
    }
}

Task<void> bad_body_without_braces() // braces
{
    if (ready)
        co_await send(Letter{});
    else
        work();
}

Task<void> bad_after_else() // choice
{
    if (ready)
        work();
    else
        co_await send(a ? b : c);
}

Task<void> bad_after_a_label() // braces
{
    switch (state) {
    case State::fresh:
        co_await send(Letter{});
        break;
    default:
        break;
    }
}

Task<void> bad_inside_a_reference_lambda() // braces
{
    auto step = [&]() -> Task<void> { co_await send(Letter{to, body}); };
    co_await step();
}

Task<void> bad_inside_a_lambda_argument() // choice
{
    spawn(
        executor, [&]() -> boost::asio::awaitable<void> { co_await send(a ? b : c); }, detached
    );
}

auto bad_trailing_return() -> Task<Letter> // braces
{
    co_await send(Letter{});
}

TEST(Suite, bad_after_a_raw_string) // braces
{
    const auto sql = R"sql(SELECT ";" // {)sql";
    co_await send(Letter{});
}

class Sender final : public Base {
    boost::asio::awaitable<void> bad_member() noexcept override // braces
    {
        co_await send(Letter{});
    }
    int member_{0};
};

boost::asio::awaitable<void> bad_loop_without_a_body() // empty
{
    while (co_await more()) {
    }
}
