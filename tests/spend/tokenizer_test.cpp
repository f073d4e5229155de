#include "litellm/spend/tokenizer.hpp"

#include "byte_pairs.hpp"
#include "token_splitter.hpp"

#include <gtest/gtest.h>

#include <string>

namespace litellm::spend {
namespace {

struct Sample {
    std::string vocabulary;
    std::string text;
    std::vector<std::uint32_t> tokens;
};

/// What the npm package js-tiktoken makes of them.
const std::vector<Sample> samples = {
    // clang-format off
    {"o200k", "hello world", {24912, 2375}},
    {"o200k", "Hello there, how are you\077", {13225, 1354, 11, 1495, 553, 481, 30}},
    {"o200k", "I'm sure they'd've DON'T'S it", {15390, 3239, 91671, 7341, 153384, 31233, 480}},
    {"o200k", "\303\200\303\211\303\216 na\303\257ve caf\303\251", {18724, 5859, 15774, 153475, 737, 30469}},
    {"o200k",
     "\346\227\245\346\234\254\350\252\236\343\201\256\343\203\206\343\202\255\343\202\271\343\203"
     "\210\343\200\201\343\201\235\343\201\227\343\201\246\346\274\242\345\255\227",
     {9048, 40909, 3385, 16056, 18368, 38236, 1395, 59866, 183591, 8134}},
    {"o200k", "  leading and   inner  spaces   ", {220, 8117, 326, 256, 12694, 220, 18608, 271}},
    {"o200k", "line\012breaks\015\012\015\012\011tabs \012 x", {1137, 198, 15354, 82, 1414, 6264, 6071, 793, 1215}},
    {"o200k", "1234567890 3.14159 \331\243\331\244\331\245",
     {7633, 19354, 29338, 15, 220, 18, 13, 16926, 4621, 220, 81473, 98713, 97336}},
    {"o200k", "HTTPResponseCode camelCaseWords XMLHttp", {17893, 3186, 2836, 83330, 6187, 27321, 100497}},
    {"o200k",
     "emoji \360\237\221\251\342\200\215\360\237\221\251\342\200\215\360\237\221\247 \360\237\216"
     "\211\360\237\216\211 flags \360\237\207\251\360\237\207\252",
     {75339, 61138, 102, 2524, 28823, 102, 2524, 28823, 100, 139786, 231, 71344, 231, 17376, 173468, 102,
     55506, 103}},
    {"o200k", "a/b//c///\012//x", {64, 7611, 393, 66, 5991, 3914, 87}},
    {"o200k", "don\342\200\231t \314\201mark e\314\201", {22130, 1573, 220, 13430, 5037, 319, 13430}},
    {"o200k", "<|endoftext|> is text", {27, 91, 419, 1440, 919, 91, 29, 382, 2201}},
    {"o200k", "SELECT * FROM \"t\" WHERE a>=1;--", {9974, 425, 8519, 392, 83, 1, 10979, 261, 20974, 16, 26, 375}},
    {"o200k",
     "\340\244\271\340\244\277\340\244\250\340\245\215\340\244\246\340\245\200 \340\244\256\340"
     "\245\207\340\244\202 \340\244\252\340\244\276\340\244\240",
     {1554, 71602, 840, 3342, 103639}},
    {"o200k", "\307\205ungla \312\260a \302\252", {131, 227, 988, 1675, 220, 134, 108, 64, 1322, 103}},
    {"o200k", "", {}},
    {"cl100k", "hello world", {15339, 1917}},
    {"cl100k", "Hello there, how are you\077", {9906, 1070, 11, 1268, 527, 499, 30}},
    {"cl100k", "I'm sure they'd've DON'T'S it", {40, 2846, 2771, 814, 4265, 3077, 45373, 17773, 13575, 433}},
    {"cl100k", "\303\200\303\211\303\216 na\303\257ve caf\303\251", {73053, 27887, 72907, 95980, 588, 53050}},
    {"cl100k",
     "\346\227\245\346\234\254\350\252\236\343\201\256\343\203\206\343\202\255\343\202\271\343\203"
     "\210\343\200\201\343\201\235\343\201\227\343\201\246\346\274\242\345\255\227",
     {9080, 22656, 45918, 252, 16144, 57933, 62903, 71634, 5486, 80539, 78256, 95, 19113}},
    {"cl100k", "  leading and   inner  spaces   ", {220, 6522, 323, 256, 9358, 220, 12908, 262}},
    {"cl100k", "line\012breaks\015\012\015\012\011tabs \012 x", {1074, 198, 9137, 82, 881, 3324, 3518, 720, 865}},
    {"cl100k", "1234567890 3.14159 \331\243\331\244\331\245",
     {4513, 10961, 16474, 15, 220, 18, 13, 9335, 2946, 220, 149, 96, 149, 97, 149, 98}},
    {"cl100k", "HTTPResponseCode camelCaseWords XMLHttp", {9412, 2647, 2123, 50252, 4301, 24390, 12138, 2977}},
    {"cl100k",
     "emoji \360\237\221\251\342\200\215\360\237\221\251\342\200\215\360\237\221\247 \360\237\216"
     "\211\360\237\216\211 flags \360\237\207\251\360\237\207\252",
     {38623, 62904, 102, 378, 235, 9468, 239, 102, 378, 235, 9468, 239, 100, 11410, 236, 231, 9468, 236, 231,
     8202, 11410, 229, 102, 9468, 229, 103}},
    {"cl100k", "a/b//c///\012//x", {64, 3554, 322, 66, 15735, 322, 87}},
    {"cl100k", "don\342\200\231t \314\201mark e\314\201", {15357, 1431, 220, 54939, 4075, 384, 54939}},
    {"cl100k", "<|endoftext|> is text", {27, 91, 8862, 728, 428, 91, 29, 374, 1495}},
    {"cl100k", "SELECT * FROM \"t\" WHERE a>=1;--", {4963, 353, 4393, 330, 83, 1, 5401, 264, 10123, 16, 26, 313}},
    {"cl100k",
     "\340\244\271\340\244\277\340\244\250\340\245\215\340\244\246\340\245\200 \340\244\256\340"
     "\245\207\340\244\202 \340\244\252\340\244\276\340\244\240",
     {95048, 43411, 101, 31584, 99, 44747, 92317, 55884, 224, 84736, 32511, 254}},
    {"cl100k", "\307\205ungla \312\260a \302\252", {131, 227, 2234, 4355, 220, 134, 108, 64, 2188, 103}},
    {"cl100k", "", {}},
    // clang-format on
};

bool has_vocabularies()
{
    return tokenizer_named("o200k_base").is_exact;
}

TEST(Tokenizer, AgreesWithTheOriginal)
{
    if (!has_vocabularies())
        GTEST_SKIP() << "built without the npm packages of src/spend/ranks";
    for (const auto& [vocabulary, text, tokens] : samples)
        EXPECT_EQ(tokenizer_named(vocabulary + "_base").encode(text), tokens) << vocabulary << ": " << text;
}

TEST(Tokenizer, LongAndShortPiecesMergeAlike)
{
    if (!has_vocabularies())
        GTEST_SKIP() << "built without the npm packages of src/spend/ranks";
    EXPECT_EQ(tokenizer_named("o200k_base").count(std::string(300, 'x')), 38);
    EXPECT_EQ(tokenizer_named("cl100k_base").count(std::string(300, 'x')), 38);
    // So many of one letter would take minutes in quadratic time.
    EXPECT_GT(tokenizer_named("o200k_base").count(std::string(50'000, 'q')), 100);
}

TEST(Tokenizer, KnowsWhichModelsItCountsExactly)
{
    if (!has_vocabularies())
        GTEST_SKIP() << "built without the npm packages of src/spend/ranks";
    EXPECT_EQ(tokenizer_for("gpt-4o-mini").name, "o200k_base");
    EXPECT_TRUE(tokenizer_for("gpt-4o-mini").is_exact);
    EXPECT_EQ(tokenizer_for("gpt-4-turbo").name, "cl100k_base");
    EXPECT_TRUE(tokenizer_for("text-embedding-3-small").is_exact);
    EXPECT_FALSE(tokenizer_for("claude-sonnet-4-5").is_exact);
}

TEST(Tokenizer, CountsLongTextsFromTheirBeginning)
{
    std::string text;
    while (text.size() < 200'000)
        text += "every line says the same\n";
    const Tokenizer tokenizer = tokenizer_for("gpt-4o");
    const auto exact = static_cast<double>(tokenizer.count(text));
    EXPECT_NEAR(static_cast<double>(tokenizer.count_nearly(text)), exact, exact * 0.01);
}

TEST(Tokenizer, CountsBytesWithoutAVocabulary)
{
    EXPECT_EQ(tokenizer_named("another").count("12345"), 2);
    EXPECT_TRUE(tokenizer_named("another").encode("12345").empty());
}

TEST(TokenSplitter, CoversEveryByteOnce)
{
    const std::string odd = "a\xff\xfe\xc3 b\xe2\x82 'S ''  \n\r\n /x";
    for (const SplitRules rules : {SplitRules::cl100k, SplitRules::o200k}) {
        std::string_view rest = odd;
        while (!rest.empty()) {
            const std::size_t end = first_piece(rest, rules);
            ASSERT_GT(end, 0U);
            ASSERT_LE(end, rest.size());
            rest.remove_prefix(end);
        }
    }
}

TEST(Vocabulary, OfNothingHoldsNothing)
{
    const Vocabulary empty("{}");
    EXPECT_EQ(empty.size(), 0U);
    EXPECT_EQ(empty.rank_of("a"), Vocabulary::none);
}

} // namespace
} // namespace litellm::spend
