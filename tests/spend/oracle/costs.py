#!/usr/bin/env python3
"""What calls cost, worked out with decimal numbers and nothing of the program: one JSON object a line.

   costs.py COUNT SEED
"""
import json
import random
import sys
from decimal import ROUND_HALF_UP, Decimal

NANO = Decimal("1e-9")
TIERED = [
    "input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost", "cache_creation_input_token_cost",
    "cache_creation_input_token_cost_above_1hr", "input_cost_per_audio_token", "output_cost_per_audio_token",
    "output_cost_per_reasoning_token",
]
FLAT = ["input_cost_per_image_token", "output_cost_per_image_token", "input_cost_per_request", "input_cost_per_second", "output_cost_per_second"]
OF_UNITS = [
    "output_cost_per_image", "input_cost_per_image", "input_cost_per_pixel", "output_cost_per_pixel", "input_cost_per_character",
    "output_cost_per_character", "input_cost_per_audio_per_second", "input_cost_per_query",
]
SERVED = ["input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost"]
THRESHOLDS = {"128k": 128_000, "200k": 200_000, "256k": 256_000}


class Prices:
    """Looks a price up for one call."""

    def __init__(self, prices, prompt, service):
        self.prices = {name: Decimal(text) for name, text in prices.items()}
        reached = [name for name, above in THRESHOLDS.items() if prompt > above and self.has_tier(name)]
        self.tier = max(reached, key=THRESHOLDS.get, default=None)
        self.service = service

    def has_tier(self, tier):
        return any(name.endswith(f"_above_{tier}_tokens") for name in self.prices)

    def find(self, name):
        for key in (f"{name}_above_{self.tier}_tokens", f"{name}_{self.service}", name):
            if key in self.prices:
                return self.prices[key]
        return None

    def get(self, name, otherwise=Decimal(0)):
        found = self.find(name)
        return otherwise if found is None else found


def take(left, wanted):
    part = max(0, min(wanted, left))
    return part, left - part


def first_of(p, *names):
    return next((found for found in map(p.find, names) if found is not None), None)


def cost_of_units(p, units, are_pictures_paid, hears):
    total = units["characters"] * (first_of(p, "input_cost_per_character", "output_cost_per_character") or 0)
    total += units["searches"] * p.get("input_cost_per_query")
    second = p.find("input_cost_per_audio_per_second")
    if second is None and hears:
        second = p.get("input_cost_per_second") or p.get("output_cost_per_second")
    total += Decimal(units["audio_milliseconds"]) / 1000 * (second or 0)
    if are_pictures_paid:
        return total
    picture = first_of(p, "output_cost_per_image", "input_cost_per_image")
    if picture is not None:
        return total + units["images"] * picture
    return total + units["pixels"] * (first_of(p, "input_cost_per_pixel", "output_cost_per_pixel") or 0)


def cost(prices, usage, units, milliseconds, service, settings, hears):
    p = Prices(prices, usage["prompt"], service)
    text_in, text_out = p.get("input_cost_per_token"), p.get("output_cost_per_token")
    write = p.get("cache_creation_input_token_cost")
    total = Decimal(0)

    read, left = take(max(0, usage["prompt"]), usage["cached_read"])
    written, left = take(left, usage["cached_write"])
    long_written, short_written = take(written, usage["cached_write_1h"])
    audio, left = take(left, usage["audio_input"])
    image, left = take(left, usage["image_input"])
    total += read * p.get("cache_read_input_token_cost")
    total += long_written * p.get("cache_creation_input_token_cost_above_1hr", write) + short_written * write
    total += audio * p.get("input_cost_per_audio_token", text_in)
    total += image * p.get("input_cost_per_image_token", text_in)
    total += left * text_in

    reasoning, left = take(max(0, usage["completion"]), usage["reasoning"])
    audio, left = take(left, usage["audio_output"])
    image, left = take(left, usage["image_output"])
    total += reasoning * p.get("output_cost_per_reasoning_token", text_out)
    total += audio * p.get("output_cost_per_audio_token", text_out)
    total += image * p.get("output_cost_per_image_token", text_out)
    total += left * text_out

    total += p.get("input_cost_per_request")
    tokens_of_pictures = max(text_out, p.get("output_cost_per_image_token", text_out))
    total += cost_of_units(p, units, usage["completion"] > 0 and tokens_of_pictures > 0, hears)
    seconds = Decimal(0 if hears else milliseconds) / 1000
    total += seconds * p.get("input_cost_per_second") if text_in == 0 else 0
    total += seconds * p.get("output_cost_per_second") if text_out == 0 else 0

    total -= total * Decimal(str(settings.get("cost_discount_config", {}).get("openai", 0)))
    margins = settings.get("cost_margin_config", {})
    margin = margins.get("openai", margins.get("global", 0))
    if isinstance(margin, dict):
        total += total * Decimal(str(margin.get("percentage", 0))) + Decimal(str(margin.get("fixed_amount", 0)))
    else:
        total += total * Decimal(str(margin))
    return total


def a_price(chance):
    """From a cent for a million tokens to a dollar a piece, up to fifteen decimals."""
    if chance.random() < 0.1:
        return "0"
    digits = chance.choice([1, 2, 3, 5])
    exponent = chance.randint(5, 12)
    return str(Decimal(chance.randint(1, 10**digits)).scaleb(-max(exponent, digits)))


def a_count(chance, most):
    return chance.choice([0, 1, chance.randint(0, 50), chance.randint(0, most), most])


def a_case(chance):
    prices = {"input_cost_per_token": a_price(chance), "output_cost_per_token": a_price(chance)}
    for name in TIERED[2:] + FLAT:
        if chance.random() < 0.4:
            prices[name] = a_price(chance)
    for tier in THRESHOLDS:
        if chance.random() < 0.3:
            for name in TIERED:
                # `_above_1hr_above_200k_tokens` is how the list writes it, too.
                if chance.random() < 0.5:
                    prices[f"{name}_above_{tier}_tokens"] = a_price(chance)
    service = chance.choice(["", "", "flex", "priority"])
    for each in ("flex", "priority"):
        if chance.random() < 0.4:
            for name in SERVED:
                if chance.random() < 0.7:
                    prices[f"{name}_{each}"] = a_price(chance)
    prompt = chance.choice([a_count(chance, 5_000), 128_000, 128_001, 200_000, 200_001, 300_000])
    completion = a_count(chance, 8_000)
    usage = {"prompt": prompt, "completion": completion}
    for name in ("cached_read", "cached_write", "cached_write_1h", "audio_input", "image_input"):
        usage[name] = a_count(chance, max(1, prompt // 2)) if chance.random() < 0.5 else 0
    for name in ("reasoning", "audio_output", "image_output"):
        usage[name] = a_count(chance, max(1, completion)) if chance.random() < 0.5 else 0
    units = {name: 0 for name in ("images", "pixels", "characters", "audio_milliseconds", "searches")}
    hears = False
    if chance.random() < 0.5:
        hears = chance.random() < 0.3
        if chance.random() < 0.5:
            prices["input_cost_per_token"] = prices["output_cost_per_token"] = "0.000001"
        for name in OF_UNITS:
            if chance.random() < 0.4:
                prices[name] = a_price(chance)
        units = {
            "images": chance.randint(0, 10), "pixels": a_count(chance, 20_000_000), "characters": a_count(chance, 5_000),
            "audio_milliseconds": a_count(chance, 600_000), "searches": chance.randint(0, 5),
        }
    settings = {}
    if chance.random() < 0.3:
        settings["cost_discount_config"] = {"openai": chance.choice([0.05, 0.125, 0.333333, 1])}
    if chance.random() < 0.3:
        margin = chance.choice([0.1, 0.025, {"percentage": 0.08, "fixed_amount": 0.0005}, {"fixed_amount": 1e-9}])
        settings["cost_margin_config"] = {chance.choice(["openai", "global"]): margin}
    return prices, usage, units, chance.choice([0, 1, 999, 1234, 60_000]), service, settings, hears


def main():
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(seed)
    for _ in range(count):
        prices, usage, units, milliseconds, service, settings, hears = a_case(chance)
        nano = (cost(prices, usage, units, milliseconds, service, settings, hears) / NANO).quantize(Decimal(1), ROUND_HALF_UP)
        print(json.dumps({
            "prices": prices, "model_info": {"mode": "audio_transcription"} if hears else {}, "usage": usage, "units": units,
            "milliseconds": milliseconds, "service": service, "settings": settings, "nano": int(nano),
        }))


main()
