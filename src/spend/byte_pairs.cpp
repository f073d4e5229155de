#include "byte_pairs.hpp"

#include "litellm/core/encoding.hpp"

#include <charconv>
#include <functional>
#include <queue>

namespace litellm::spend {

namespace {

constexpr std::size_t slot_count = std::size_t{1}
    << 19; ///< more than twice as many as the largest vocabulary
constexpr std::size_t short_piece = 64;

std::uint64_t hash_of(std::string_view token)
{
    const std::uint64_t hash = std::hash<std::string_view>()(token);
    return hash ^ (hash >> 29);
}

/// Words between spaces; the text writes its line ends as two characters.
std::string_view next_word(std::string_view& text)
{
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

} // namespace

Vocabulary::Vocabulary(std::string_view text)
{
    constexpr std::string_view begin = R"("bpe_ranks":")";
    const std::size_t at = text.find(begin);
    if (at == std::string_view::npos)
        return;
    text.remove_prefix(at + begin.size());
    read(text.substr(0, text.find('"')));
}

void Vocabulary::read(std::string_view text)
{
    bytes_.reserve(text.size() * 3 / 5);
    slots_.resize(slot_count);
    constexpr std::string_view line_end = "\\n";
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(line_end), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + line_end.size(), text.size()));
        (void)next_word(line);
        const std::string_view first = next_word(line);
        std::uint32_t rank = 0;
        std::from_chars(first.data(), first.data() + first.size(), rank);
        for (; !line.empty(); ++rank) {
            const auto token = from_base64(next_word(line));
            if (!token)
                continue;
            const auto start = static_cast<std::uint32_t>(bytes_.size());
            bytes_ += *token;
            insert(start, static_cast<std::uint16_t>(token->size()), rank);
        }
    }
}

void Vocabulary::insert(std::uint32_t at, std::uint16_t size, std::uint32_t rank)
{
    const std::uint64_t hash = hash_of(std::string_view(bytes_).substr(at, size));
    std::size_t slot = hash % slot_count;
    while (slots_[slot].rank != none)
        slot = (slot + 1) % slot_count;
    slots_[slot] = {at, rank, size, static_cast<std::uint16_t>(hash >> 48)};
    ++count_;
}

std::uint32_t Vocabulary::rank_of(std::string_view token) const
{
    if (slots_.empty())
        return none;
    const std::uint64_t hash = hash_of(token);
    const auto mark = static_cast<std::uint16_t>(hash >> 48);
    for (std::size_t slot = hash % slot_count; slots_[slot].rank != none; slot = (slot + 1) % slot_count) {
        const Slot& found = slots_[slot];
        if (found.hash == mark && found.size == token.size() &&
            token == std::string_view(bytes_).substr(found.at, found.size))
            return found.rank;
    }
    return none;
}

void Vocabulary::encode(std::string_view piece, std::vector<std::uint32_t>& ranks) const
{
    if (const std::uint32_t whole = rank_of(piece); whole != none)
        ranks.push_back(whole);
    else if (piece.size() <= short_piece)
        encode_short(piece, ranks);
    else
        encode_long(piece, ranks);
}

void Vocabulary::encode_short(std::string_view piece, std::vector<std::uint32_t>& ranks) const
{
    // Ends of the parts; merging two parts removes the end between them.
    std::vector<std::size_t> ends;
    ends.reserve(piece.size() + 1);
    for (std::size_t i = 0; i <= piece.size(); ++i)
        ends.push_back(i);
    const auto rank_between = [&](std::size_t from, std::size_t to) {
        return rank_of(piece.substr(from, to - from));
    };
    std::vector<std::uint32_t> pairs;
    for (std::size_t i = 0; i + 2 < ends.size(); ++i)
        pairs.push_back(rank_between(ends[i], ends[i + 2]));
    while (!pairs.empty()) {
        std::size_t best = 0;
        for (std::size_t i = 1; i < pairs.size(); ++i) {
            if (pairs[i] < pairs[best])
                best = i;
        }
        if (pairs[best] == none)
            break;
        ends.erase(ends.begin() + static_cast<std::ptrdiff_t>(best) + 1);
        pairs.erase(pairs.begin() + static_cast<std::ptrdiff_t>(best));
        if (best < pairs.size())
            pairs[best] = rank_between(ends[best], ends[best + 2]);
        if (best > 0)
            pairs[best - 1] = rank_between(ends[best - 1], ends[best + 1]);
    }
    for (std::size_t i = 0; i + 1 < ends.size(); ++i)
        ranks.push_back(rank_between(ends[i], ends[i + 1]));
}

/// As above in n log n: a page of one letter must not take seconds.
void Vocabulary::encode_long(std::string_view piece, std::vector<std::uint32_t>& ranks) const
{
    struct Part {
        std::size_t begin, end, previous, next;
    };
    struct Merge {
        std::uint32_t rank;
        std::size_t left;
        std::size_t
            end; ///< of what is merged: tells whether the parts are still the ones that were looked at
        bool operator>(const Merge& other) const
        {
            return rank != other.rank ? rank > other.rank : left > other.left;
        }
    };
    constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
    const std::size_t count = piece.size();
    std::vector<Part> parts(count);
    std::priority_queue<Merge, std::vector<Merge>, std::greater<>> merges;
    const auto propose = [&](std::size_t left) {
        const std::size_t right = parts[left].next;
        if (right == nowhere)
            return;
        const std::uint32_t rank =
            rank_of(piece.substr(parts[left].begin, parts[right].end - parts[left].begin));
        if (rank != none)
            merges.push({rank, left, parts[right].end});
    };
    for (std::size_t i = 0; i < count; ++i)
        parts[i] = {i, i + 1, i == 0 ? nowhere : i - 1, i + 1 == count ? nowhere : i + 1};
    for (std::size_t i = 0; i < count; ++i)
        propose(i);
    while (!merges.empty()) {
        const Merge merge = merges.top();
        merges.pop();
        Part& left = parts[merge.left];
        if (left.end == left.begin || left.next == nowhere || parts[left.next].end != merge.end)
            continue;
        Part& right = parts[left.next];
        left.end = right.end;
        left.next = right.next;
        right.end = right.begin; // gone
        if (left.next != nowhere)
            parts[left.next].previous = merge.left;
        propose(merge.left);
        if (left.previous != nowhere)
            propose(left.previous);
    }
    for (std::size_t i = 0; i != nowhere; i = parts[i].next)
        ranks.push_back(rank_of(piece.substr(parts[i].begin, parts[i].end - parts[i].begin)));
}

} // namespace litellm::spend
