#!/usr/bin/env python3
"""Draws the panels of `dashboard.json` as an SVG, from what a Prometheus has scraped: `draw.py http://127.0.0.1:9090 180 > dashboard.svg` for the last
180 s. It is there to look at the dashboard where no Grafana is."""

import html
import json
import math
import pathlib
import sys
import time
import urllib.parse
import urllib.request

COLUMN, ROW, TITLE, LEGEND = 60, 30, 26, 13
COLOURS = ["#3274d9", "#56a64b", "#e0752d", "#e02f44", "#8f3bb8", "#e0b400", "#1f9c9c", "#7a7a7a"]


def ask(url, query, seconds, points=120):
    """The series of a query over the last seconds: labels, and values by time."""
    now = time.time()
    arguments = {"query": query, "start": now - seconds, "end": now, "step": seconds / points}
    with urllib.request.urlopen(f"{url}/api/v1/query_range?{urllib.parse.urlencode(arguments)}") as answer:
        rows = json.load(answer)["data"]["result"]
    return [(row["metric"], [(at - now + seconds, float(value)) for at, value in row["values"]]) for row in rows]


def shown(value, unit):
    """A value as Grafana shows it."""
    if unit == "percentunit":
        return f"{value * 100:.3g}%"
    if unit == "s":
        return f"{value * 1000:.3g}ms" if value < 1 else f"{value:.3g}s"
    return f"{value:,.4g}{'/s' if unit == 'reqps' else ''}"


def rounded(most):
    """The end of an axis: 1, 2 or 5 times a power of ten, no less than the largest value."""
    power = 10 ** math.floor(math.log10(most)) if most > 0 else 1
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= most * 0.999)


def named(legend, labels):
    for label, value in labels.items():
        legend = legend.replace("{{" + label + "}}", value)
    return legend


def polyline(values, x, y, colour):
    """The line of a series, which ends where there is no value."""
    pieces, piece = [], []
    for at, value in values + [(0, math.nan)]:
        if math.isfinite(value):
            piece.append(f"{x(at):.1f},{y(value):.1f}")
        elif piece:
            pieces.append(piece if len(piece) > 1 else piece * 2)
            piece = []
    return "".join(f'<polyline points="{" ".join(piece)}" stroke="{colour}"/>' for piece in pieces)


def panel(spec, url, seconds):
    place, unit = spec["gridPos"], spec["fieldConfig"]["defaults"].get("unit", "short")
    left, top, wide, high = (place[side] * size for side, size in zip("xywh", (COLUMN, ROW, COLUMN, ROW)))
    series = []
    for target in spec["targets"]:
        query = target["expr"].replace("$__rate_interval", "15s").replace("$call", ".*")
        series += [(named(target["legendFormat"], labels), values) for labels, values in ask(url, query, seconds)]
    series = [(name, values) for name, values in sorted(series) if any(math.isfinite(value) for _, value in values)]
    most = max((value for _, values in series for _, value in values if math.isfinite(value)), default=0)
    most = rounded(most)
    columns = 1 if max((len(name) for name, _ in series), default=0) > 26 else 2
    bottom = high - 22 - LEGEND * math.ceil(len(series) / columns)
    x = lambda at: 52 + (wide - 66) * at / seconds
    y = lambda value: bottom - (bottom - TITLE - 8) * value / most
    parts = [f'<g transform="translate({left},{top})"><rect x="3" y="3" width="{wide - 6}" height="{high - 6}" rx="3"/>']
    parts.append(f'<text x="12" y="20" class="title">{html.escape(spec["title"])}</text>')
    for share in (0, 0.5, 1):
        at = y(most * share)
        parts.append(f'<path d="M52 {at:.1f}H{wide - 14}"/><text x="47" y="{at + 4:.1f}" class="right">{shown(most * share, unit)}</text>')
    if not series:
        parts.append(f'<text x="{wide / 2}" y="{high / 2}">no data</text>')
    for index, (name, values) in enumerate(series):
        colour = COLOURS[index % len(COLOURS)]
        parts.append(polyline(values, x, y, colour))
        column, line = index % columns * (wide - 20) / 2 + 12, bottom + 16 + index // columns * LEGEND
        parts.append(f'<path d="M{column} {line - 4}h10" style="stroke:{colour};stroke-width:3"/><text x="{column + 14}" y="{line}">{html.escape(name)}</text>')
    return "".join(parts) + "</g>"


def main(url, seconds):
    dashboard = json.loads((pathlib.Path(__file__).parent / "dashboard.json").read_text())
    panels = [spec for spec in dashboard["panels"] if "targets" in spec]
    high = max(spec["gridPos"]["y"] + spec["gridPos"]["h"] for spec in panels) * ROW
    style = "text{font:11px sans-serif;fill:#333}.title{font-weight:bold;font-size:13px}.right{text-anchor:end}"
    style += "rect{fill:#fff;stroke:#ccc}path{stroke:#e4e4e4}polyline{fill:none;stroke-width:1.5}"
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {24 * COLUMN} {high}"><style>{style}</style>')
    print("\n".join(panel(spec, url, seconds) for spec in panels) + "\n</svg>")


main(sys.argv[1], float(sys.argv[2]))
