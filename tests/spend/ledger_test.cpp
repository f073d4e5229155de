#include "litellm/spend/ledger.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace litellm::spend {
namespace {

Money usd(std::string_view text)
{
    return Money::parse(text).value();
}

class LedgerTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "litellm-ledger-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        directory_ = pattern;
        db::Options options;
        options.url = "sqlite://" + (directory_ / "db").string();
        database_ = std::move(db::open_database(options).value());
        ASSERT_TRUE(db::migrate(*database_));
        open();
    }
    void TearDown() override
    {
        ledger_.reset();
        database_.reset();
        std::filesystem::remove_all(directory_);
    }

    /// As after a crash: nothing of the old process is left but its files.
    void open()
    {
        ledger_.reset();
        accounts_ = std::make_unique<Accounts>(clock_);
        LedgerOptions options;
        options.directory = directory_ / "journal";
        options.segment_bytes = 64 * 1024;
        auto opened = Ledger::open(options, clock_, random_, *accounts_);
        ASSERT_TRUE(opened) << opened.error().message;
        ledger_ = std::move(*opened);
    }

    Entry entry(const std::string& id, std::string_view cost)
    {
        Entry made;
        made.log.request_id = id;
        made.log.call_type = "acompletion";
        made.log.api_key = "hash";
        made.log.user = "u";
        made.log.start_time = made.log.end_time = clock_.now();
        made.log.spend = usd(cost);
        made.endpoint = "/chat/completions";
        return made;
    }
    void call(const std::string& id, std::string_view cost)
    {
        const auto ticket = ledger_->open_call(entry(id, "1"));
        ASSERT_TRUE(ticket);
        ledger_->settle(*ticket, entry(id, cost));
    }
    Result<std::size_t> apply()
    {
        boost::asio::io_context context;
        auto future =
            boost::asio::co_spawn(context, ledger_->apply_batch(*database_), boost::asio::use_future);
        context.run();
        return future.get();
    }
    std::vector<store::SpendLog> logs()
    {
        store::SpendLogFilter filter;
        filter.limit = 10'000;
        return database_
            ->transact_now<std::vector<store::SpendLog>>([&](db::Transaction& transaction) {
                return store::list_spend_logs(transaction, filter);
            })
            .value();
    }

    std::filesystem::path directory_;
    SystemRandom random_;
    ManualClock clock_{parse_timestamp("2026-02-18T10:00:00Z").value()};
    std::unique_ptr<db::Database> database_;
    std::unique_ptr<Accounts> accounts_;
    std::unique_ptr<Ledger> ledger_;
};

TEST_F(LedgerTest, WritesOneRowPerCall)
{
    for (int i = 0; i < 10; ++i)
        call("r" + std::to_string(i), "0.25");

    EXPECT_EQ(apply().value(), 10U);
    EXPECT_EQ(logs().size(), 10U);
    EXPECT_EQ(ledger_->backlog(), 0U);
}

TEST_F(LedgerTest, OutcomesSurviveTheProcess)
{
    for (int i = 0; i < 500; ++i)
        call("r" + std::to_string(i), "0.25");
    open();

    EXPECT_EQ(ledger_->backlog(), 500U);
    EXPECT_TRUE(apply());
    EXPECT_EQ(logs().size(), 500U);
    open();
    EXPECT_EQ(ledger_->backlog(), 0U);
    EXPECT_EQ(apply().value(), 0U);
    EXPECT_EQ(logs().size(), 500U);
}

TEST_F(LedgerTest, UnfinishedCallsAreChargedAtTheirUpperBound)
{
    ASSERT_TRUE(ledger_->open_call(entry("unfinished", "0.5")));
    open();
    ASSERT_TRUE(apply());

    const auto rows = logs();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.front().request_id, "unfinished");
    EXPECT_EQ(rows.front().spend, usd("0.5"));
    EXPECT_NE(rows.front().metadata_json.find("bound"), std::string::npos);
}

TEST_F(LedgerTest, AProviderThatRepeatsItsIdsLosesNoRow)
{
    for (int i = 0; i < 5; ++i)
        call("same", "0.25");
    ASSERT_TRUE(apply());
    call("same", "0.25");
    ASSERT_TRUE(apply());

    EXPECT_EQ(logs().size(), 6U);
}

TEST_F(LedgerTest, ATornRecordEndsTheJournalButLosesNothingBeforeIt)
{
    call("whole", "0.25");
    call("torn", "0.25");
    ledger_.reset();
    for (const auto& item : std::filesystem::directory_iterator(directory_ / "journal")) {
        if (item.path().extension() != ".wal")
            continue;
        std::fstream file(item.path(), std::ios::in | std::ios::out | std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(file)), {});
        const auto at = bytes.rfind("torn");
        ASSERT_NE(at, std::string::npos);
        file.seekp(static_cast<std::streamoff>(at));
        file.write("XXXX", 4);
    }
    open();
    ASSERT_TRUE(apply());

    const auto rows = logs();
    ASSERT_EQ(rows.size(), 2U); // "torn" lost its outcome, not its intent: it is charged at its bound
    EXPECT_EQ(
        std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.spend == usd("1"); }), 1
    );
}

TEST_F(LedgerTest, OneDirectoryServesOneProcess)
{
    LedgerOptions options;
    options.directory = directory_ / "journal";
    Accounts other(clock_);

    const auto second = Ledger::open(options, clock_, random_, other);

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
}

TEST_F(LedgerTest, AFullJournalRefusesNewCallsAndKeepsRoomForTheOthers)
{
    ledger_.reset();
    LedgerOptions options;
    options.directory = directory_ / "journal";
    options.segment_bytes = 64 * 1024;
    options.max_bytes = 128 * 1024;
    ledger_ = std::move(*Ledger::open(options, clock_, random_, *accounts_));
    std::vector<Ticket> open_calls;
    Result<Ticket> ticket = ledger_->open_call(entry("first", "1"));
    for (int i = 0; ticket && i < 10'000; ++i) {
        open_calls.push_back(*ticket);
        ticket = ledger_->open_call(entry("call" + std::to_string(i), "1"));
    }
    ASSERT_FALSE(ticket);
    EXPECT_EQ(ticket.error().kind, ErrorKind::unavailable);
    for (const Ticket& each : open_calls)
        ledger_->settle(each, entry("settled" + std::to_string(each.sequence), "0.5"));
    EXPECT_EQ(ledger_->backlog(), open_calls.size());
    for (std::size_t done = 0; done < open_calls.size();)
        done += apply().value();
    EXPECT_EQ(logs().size(), open_calls.size());
    EXPECT_TRUE(ledger_->open_call(entry("later", "1"))) << "and there is room again";
}

TEST_F(LedgerTest, AFullJournalMayBeToldToServeAndStillRecords)
{
    ledger_.reset();
    LedgerOptions options;
    options.directory = directory_ / "journal";
    options.segment_bytes = 64 * 1024;
    options.max_bytes = 128 * 1024;
    options.serve_when_full = true;
    ledger_ = std::move(*Ledger::open(options, clock_, random_, *accounts_));
    std::size_t announced = 0;
    Ticket ticket = ledger_->open_call(entry("first", "1")).value();
    for (; !ticket.is_unannounced; ++announced) {
        ledger_->settle(ticket, entry("call" + std::to_string(announced), "0.5"));
        ASSERT_LT(announced, 10'000U);
        ticket = ledger_->open_call(entry("next", "1")).value();
    }
    for (std::size_t i = 0; i < 1000; ++i)
        ledger_->settle(Ticket{0, true}, entry("late" + std::to_string(i), "0.5"));
    EXPECT_EQ(ledger_->backlog(), announced + 1000);
    EXPECT_GT(ledger_->journal_bytes(), options.max_bytes) << "the bound is for announced calls";
    EXPECT_EQ(ledger_->unrecorded(), 0U) << "there was room on the disk";
    while (ledger_->backlog() > 0)
        ASSERT_GT(apply().value(), 0U);
    EXPECT_EQ(logs().size(), announced + 1000);
    EXPECT_FALSE(ledger_->open_call(entry("later", "1")).value().is_unannounced);
}

TEST_F(LedgerTest, WhatTheDatabaseHasIsNotCountedAsUnwritten)
{
    call("written", "0.25");
    ASSERT_TRUE(apply());
    call("not written", "0.5");
    ledger_.reset();
    // As after a crash between the commit and the journal's note of it.
    for (const auto& item : std::filesystem::directory_iterator(directory_ / "journal")) {
        if (item.path().extension() != ".wal")
            continue;
        std::fstream file(item.path(), std::ios::in | std::ios::out | std::ios::binary);
        constexpr std::streamoff applied_at = 52;
        const std::uint64_t nothing = 0;
        file.seekp(applied_at);
        file.write(reinterpret_cast<const char*>(&nothing), sizeof nothing);
    }
    accounts_ = std::make_unique<Accounts>(clock_);
    LedgerOptions options;
    options.directory = directory_ / "journal";
    options.segment_bytes = 64 * 1024;
    ledger_ = std::move(*Ledger::open(options, clock_, random_, *accounts_, database_.get()));
    EXPECT_EQ(ledger_->backlog(), 1U);
    const auto account = accounts_->account(ScopeKind::user, "u", {}, usd("0.25"), accounts_->generation());
    EXPECT_EQ(accounts_->spent(*account), usd("0.75"));
    ASSERT_TRUE(apply());
    EXPECT_EQ(logs().size(), 2U);
}

TEST_F(LedgerTest, TextsThatNoDatabaseTakesAreMadeStorable)
{
    Entry odd = entry("odd", "0.25");
    odd.log.model = std::string("a\0b\xff", 4);
    const auto ticket = ledger_->open_call(odd);
    ASSERT_TRUE(ticket);
    ledger_->settle(*ticket, odd);

    ASSERT_TRUE(apply());
    EXPECT_EQ(logs().size(), 1U);
}

} // namespace
} // namespace litellm::spend
