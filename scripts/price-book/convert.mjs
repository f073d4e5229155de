// Converts the data of @pydantic/genai-prices into the price book of litellm-cpp.
//
// The format, `litellm-cpp-prices/1`: one JSON object
//   format   "litellm-cpp-prices/1"
//   source   {package, version, license, as_of}: where the figures come from, and the day they are valid for
//   models   {"<provider>/<model>": entry}, sorted, one line each; providers are named as LiteLLM names them
//
// An entry holds prices as exact decimal text. Unless said otherwise they are USD per million tokens, and a price that is
// missing is the price of what contains it (cache_read: input; reasoning: output):
//   input, output, cache_read, cache_write, cache_write_1h, input_audio, output_audio, cache_audio_read, input_image,
//   output_image, cache_image_read, reasoning
//   requests, web_searches   USD per 1000 requests, or web searches
//   audio_hours              USD per hour of audio
//   tiers    [{above: N, …}]  ascending; when a prompt (cached tokens included) has more than N tokens, these prices replace
//            those of the same name for the whole call; the last tier that fits counts, and each one is complete
//   hours    [{from: "HH:MM", to: "HH:MM", …}]  UTC; between these times (`to` excluded, it may be earlier than `from`) these
//            prices replace those of the same name. The entry itself holds the dearest prices of the day.
//   changes  [{from: "YYYY-MM-DD", …}]  from that day (UTC midnight) on, these prices replace all others of the entry
//   max_input_tokens, max_output_tokens
//   match    [pattern, …]  further names of the model: it is meant when any one of them fits the name behind the provider.
//            pattern: {equals}|{starts_with}|{ends_with}|{contains}|{regex}|{or: […]}|{and: […]}; all but regex (ECMAScript, found
//            anywhere, `^` and `$` as written) ignore case. At most one entry of a provider fits a name.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const providers = {
  anthropic: 'anthropic', aws: 'bedrock', azure: 'azure', baseten: 'baseten', cerebras: 'cerebras', cloudflare: 'cloudflare',
  cohere: 'cohere', deepseek: 'deepseek', fireworks: 'fireworks_ai', 'github-copilot': 'github_copilot', google: 'gemini',
  groq: 'groq', minimax: 'minimax', mistral: 'mistral', moonshotai: 'moonshot', novita: 'novita', openai: 'openai',
  openrouter: 'openrouter', ovhcloud: 'ovhcloud', perplexity: 'perplexity', together: 'together_ai', voyageai: 'voyage',
  'x-ai': 'xai', zai: 'zai',
}

// LiteLLM's further names for the same servers, and clouds that sell another maker's models at the maker's price.
const aliases = [
  { provider: 'vertex_ai', from: ['gemini', 'anthropic'] },
  { provider: 'azure', from: ['openai'] },
  { provider: 'cohere_chat', from: ['cohere'] },
  { provider: 'codestral', from: ['mistral'], only: /^codestral/ },
  { provider: 'text-completion-openai', from: ['openai'], only: /instruct|^davinci|^babbage/ },
]

const fields = {
  input_mtok: 'input', output_mtok: 'output', cache_read_mtok: 'cache_read', cache_write_mtok: 'cache_write',
  cache_write_1h_mtok: 'cache_write_1h', input_audio_mtok: 'input_audio', output_audio_mtok: 'output_audio',
  cache_audio_read_mtok: 'cache_audio_read', input_image_mtok: 'input_image', output_image_mtok: 'output_image',
  cache_image_read_mtok: 'cache_image_read', output_reasoning_mtok: 'reasoning', requests_kcount: 'requests',
  web_searches_kcount: 'web_searches', input_audio_hours: 'audio_hours',
}

/** The number as decimal text without an exponent. Twelve digits: a few of the package's figures carry the dust of binary arithmetic. */
function decimal(number) {
  const text = String(Number(number.toPrecision(12)))
  const [digits, exponent] = text.split('e')
  if (exponent === undefined) return text
  const [whole, fraction = ''] = digits.split('.')
  const shift = Number(exponent)
  if (shift < 0) return `0.${'0'.repeat(-shift - 1)}${whole}${fraction}`
  return whole + fraction.padEnd(shift, '0')
}

const at = (price, tokens) =>
  typeof price === 'number' ? price : price.tiers.reduce((found, tier) => (tokens > tier.start ? tier.price : found), price.base)

/** {input, output, …, tiers} of one price list of the package. */
function flat(prices) {
  const entry = {}
  const starts = new Set()
  for (const [name, field] of Object.entries(fields)) {
    const price = prices[name]
    if (price === undefined) continue
    entry[field] = decimal(at(price, 0))
    for (const tier of price.tiers ?? []) starts.add(tier.start)
  }
  const tiers = [...starts].sort((a, b) => a - b).map((above) => {
    const tier = { above }
    for (const [name, field] of Object.entries(fields))
      if (prices[name]?.tiers) tier[field] = decimal(at(prices[name], above + 1))
    return tier
  })
  if (tiers.length) entry.tiers = tiers
  return entry
}

const seconds = (time) => {
  const [hours, minutes, rest] = time.split(':')
  if (!/^\d\d(\.0+)?Z$/.test(rest)) throw new Error(`a time of day that is not UTC: ${time}`)
  return Number(hours) * 3600 + Number(minutes) * 60 + Number.parseFloat(rest)
}
const clock = (second) =>
  [second / 3600, (second / 60) % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':')

/** The package's own rule: the last list whose constraint holds. */
function active(lists, day, second) {
  for (const { constraint, prices } of lists.toReversed()) {
    if (constraint === undefined) return prices
    if (constraint.type === 'start_date') {
      if (day >= constraint.start_date) return prices
    } else if (constraint.type === 'time_of_date') {
      const [start, end] = [seconds(constraint.start_time), seconds(constraint.end_time)]
      if (end < start ? second >= start || second < end : second >= start && second < end) return prices
    } else {
      throw new Error(`unknown constraint ${JSON.stringify(constraint)}`)
    }
  }
  return lists[0].prices
}

const dearness = (prices) => at(prices.input_mtok ?? 0, 0) + at(prices.output_mtok ?? 0, 0)

/** One day's entry: the dearest prices, and the hours in which others hold. */
function entryOn(lists, day) {
  const edges = new Set([0])
  for (const { constraint } of lists)
    if (constraint?.type === 'time_of_date') edges.add(seconds(constraint.start_time)).add(seconds(constraint.end_time))
  const spans = [...edges].sort((a, b) => a - b).map((from) => ({ from, prices: active(lists, day, from) }))
  const joined = spans.filter((span, i) => span.prices !== spans.at(i - 1).prices || spans.length === 1)
  const dearest = spans.reduce((a, b) => (dearness(b.prices) > dearness(a.prices) ? b : a)).prices
  const entry = flat(dearest)
  const same = JSON.stringify(entry)
  const hours = joined
    .map((span, i) => ({ from: clock(span.from), to: clock(joined[(i + 1) % joined.length].from), ...flat(span.prices) }))
    .filter(({ from, to, ...prices }) => JSON.stringify(prices) !== same && from !== to)
  if (hours.length) entry.hours = hours
  return entry
}

function entryOf(model, asOf) {
  const lists = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }]
  const entry = entryOn(lists, asOf)
  const dates = lists.map(({ constraint }) => constraint?.start_date).filter((date) => date !== undefined && date > asOf)
  const changes = [...new Set(dates)].sort().map((from) => ({ from, ...entryOn(lists, from) }))
  if (changes.length) entry.changes = changes
  if (model.context_window) entry.max_input_tokens = model.context_window
  return entry
}

const fits = (pattern, name) => {
  const lower = name.toLowerCase()
  if (pattern.or) return pattern.or.some((each) => fits(each, name))
  if (pattern.and) return pattern.and.every((each) => fits(each, name))
  if (pattern.equals !== undefined) return lower === pattern.equals.toLowerCase()
  if (pattern.starts_with !== undefined) return lower.startsWith(pattern.starts_with.toLowerCase())
  if (pattern.ends_with !== undefined) return lower.endsWith(pattern.ends_with.toLowerCase())
  if (pattern.contains !== undefined) return lower.includes(pattern.contains.toLowerCase())
  if (pattern.regex !== undefined) return new RegExp(pattern.regex).test(name)
  throw new Error(`unknown pattern ${JSON.stringify(pattern)}`)
}

/** Names a model by its id, or by the first exact name where the id is no name that a request could use. */
function named(model) {
  const patterns = model.match.or ?? [model.match]
  const exact = patterns.find((pattern) => pattern.equals !== undefined)
  const name = fits(model.match, model.id) || !exact ? model.id : exact.equals
  const others = patterns.filter((pattern) => pattern.equals?.toLowerCase() !== name.toLowerCase())
  return { name, match: others }
}

function booksOf(data, asOf) {
  const books = new Map()
  for (const { id, models } of data) {
    const routed = id.match(/^huggingface_(.+)$/)
    const provider = routed ? 'huggingface' : providers[id]
    if (provider === undefined) continue
    if (!books.has(provider)) books.set(provider, [])
    for (const model of models) {
      const prices = entryOf(model, asOf)
      if (!Object.values(fields).some((field) => prices[field] !== undefined)) continue
      const { name, match } = named(model)
      if (routed) {
        // `huggingface/<inference provider>/<model>` is called, and so priced, as `<model>:<inference provider>`.
        const suffix = `:${routed[1]}`
        const exact = match.filter(({ equals }) => equals !== undefined).map(({ equals }) => ({ equals: equals + suffix }))
        books.get(provider).push({ name: name + suffix, match: exact, prices })
      } else {
        books.get(provider).push({ name, match, prices })
      }
    }
  }
  for (const { provider, from, only } of aliases) {
    const book = books.get(provider) ?? []
    const knows = (name) => book.some((each) => each.name === name || each.match.some((pattern) => fits(pattern, name)))
    for (const model of from.flatMap((maker) => books.get(maker)))
      if ((only?.test(model.name) ?? true) && !knows(model.name)) book.push(model)
    books.set(provider, book)
  }
  return books
}

function render(books, source) {
  const entries = []
  for (const [provider, models] of books)
    for (const { name, match, prices } of models)
      entries.push([`${provider}/${name}`, match.length ? { ...prices, match } : prices])
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  const twice = entries.filter(([name], i) => name === entries[i + 1]?.[0])
  if (twice.length) throw new Error(`appears twice: ${twice.map(([name]) => name).join(' ')}`)
  if (entries.length < 1000) throw new Error(`only ${entries.length} models: has the package changed?`)
  const lines = entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`)
  return `{"format":"litellm-cpp-prices/1","source":${JSON.stringify(source)},"models":{\n${lines.join(',\n')}\n}}\n`
}

/** The package exports functions only; its data is the first constant of its module. */
async function dataOf(folder) {
  const code = readFileSync(join(folder, 'dist/index.js'), 'utf8')
  const name = code.match(/^const (\w+) = \[/)?.[1]
  if (name === undefined) throw new Error('the data is not where it was')
  const copy = join(folder, 'dist/with-data.mjs')
  writeFileSync(copy, `${code}\nexport { ${name} as priceData };\n`)
  return (await import(pathToFileURL(copy))).priceData
}

const option = (name) => {
  const index = process.argv.indexOf(`--${name}`)
  return index < 0 ? undefined : process.argv[index + 1]
}

const folder = option('package')
const asOf = option('as-of') ?? new Date().toISOString().slice(0, 10)
const { version, license = 'MIT' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
const source = { package: '@pydantic/genai-prices', version, license, copyright: 'Pydantic Services Inc.', as_of: asOf }
writeFileSync(option('output'), render(booksOf(await dataOf(folder), asOf), source))
