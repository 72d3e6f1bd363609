#!/usr/bin/env python3
"""Writes `recourse/doc/guide/reference.md` from the sources: options, grammars, defaults, bounds, codes, features and events. With `--check` the
page is compared instead, and a difference is a failure."""

import csv
import pathlib
import re
import subprocess
import sys
import tomllib

root = pathlib.Path(__file__).resolve().parent.parent
PAGE = root / "recourse/doc/guide/reference.md"


def source(path):
    return (root / path).read_text()


def cell(text):
    """A text for a cell of a table, without the links of rustdoc, which lead nowhere from here."""
    text = re.sub(r"\[`([^`\]]+)`\](\([^)]*\))?", r"`\1`", " ".join(text.split()))
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    return text.replace("|", r"\|").replace("<", "&lt;") if "`" not in text else text.replace("|", r"\|")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def first_paragraph(doc):
    lines = [line.strip().removeprefix("///").strip() for line in doc.splitlines()]
    text = "\n".join(lines).split("\n\n")[0]
    return cell(text)


def options():
    """The options of the attribute, in the order in which the compiler lists them."""
    text = source("recourse-macros/src/options.rs")
    names = dict(re.findall(r'const ([A-Z_]+): &str = "([a-z_]+)";', text))
    shared = dict(re.findall(r'const ([A-Z_]+): &str = "([^"]*[ ][^"]*)";', text))
    body = text[text.index("const OPTIONS") : text.index("pub(crate) fn spec")]
    rows = []
    for name, takes, example in re.findall(r'name: ([A-Z_]+),\s+takes:\s+("(?:\\.|[^"\\])*"|[A-Z_]+),\s+example: (r#".*?"#|"[^"]*")', body, re.S):
        takes = shared.get(takes) or takes[1:-1].replace('\\"', '"')
        example = example.removeprefix("r#").strip("#").removeprefix('"').removesuffix('"')
        option = names[name]
        written = f"`{option} = {example}`" if example else f"`{option}`"
        rows.append([f"`{option}`", cell(takes) or "nothing: a word of its own", written])
    # One that this file does not find would be one that nobody finds here.
    assert len(rows) == int(re.search(r"OPTIONS: \[Spec; (\d+)\]", text)[1]), rows
    return table(["option", "takes", "as in"], rows)


def grammars():
    """The grammars of texts, from the page of the attribute; its headings one level lower."""
    text = source("recourse-macros/doc/resilient.md")
    text = text[text.index("## Duration") : text.index("# Hedging\n")].rstrip()
    return re.sub(r"\]\(#([^)]+)\)", r"](macro@crate::resilient#\1)", text)


def duration(nanoseconds):
    for unit, size in [("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)]:
        if nanoseconds % size == 0:
            return f"{nanoseconds // size}{unit}"
    return f"{nanoseconds}ns"


def limits():
    """Constants of `recourse_policy::limits`: name, value, and the reason for the number."""
    found = re.findall(r"((?:^///.*\n)+)^pub const (\w+): (\w+) =\s*(.+?);", source("recourse-policy/src/limits.rs"), re.M)
    expressions = {name: expression for _, name, _, expression in found}
    scales = {"from_millis": 1_000_000, "from_secs": 1_000_000_000, "from_micros": 1_000, "from_thousandths": 1}

    def value(expression):
        """A number: durations in nanoseconds, factors in thousandths."""
        if expression in expressions:
            return value(expressions[expression])
        if call := re.fullmatch(r"(?:Duration|Factor)::(\w+)\((.+)\)", expression):
            return value(call[2]) * scales[call[1]]
        return eval(expression, {"__builtins__": {}})

    rows = []
    for doc, name, kind, expression in found:
        number = value(expression)
        shown = duration(number) if kind == "Duration" else f"x{number / 1000:g}" if kind == "Factor" else f"{number:,}"
        rows.append((name, shown, first_paragraph(doc)))
    return rows


def bounds():
    text = source("recourse-policy/src/bounds.rs")
    rules = text[text.index("rules! {\n") :]
    rows = re.findall(r'= "([a-z_.]+)", (\w+)\s*\.\.=\s*(\w+),\s*"([^"]+)"', rules)
    assert len(rows) > 20, rows
    return table(["field", "what is allowed"], [[f"`{field}`", cell(reason)] for field, _, _, reason in rows])


def codes(path, name):
    """Codes of one enum: of those that `codes!` defines, or of an enum with `as_str` or `code`."""
    text = source(path)
    if block := re.search(rf"^    {name} \{{\n(.*?)^    \}}", text, re.M | re.S):
        found = re.findall(r'((?:\s*///.*\n)+)\s*\w+ = "(\w+)",', block[1])
        return [[f"`{code}`", first_paragraph(doc)] for doc, code in found]
    block = re.search(rf"pub enum {name} \{{\n(.*?)^\}}", text, re.M | re.S)[1]
    docs = {variant: doc for doc, variant in re.findall(r"((?: {4}///.*\n)+) {4}(\w+)", block)}
    texts = dict(re.findall(r'Self::(\w+) => "(\w+)"', text))
    return [[f"`{texts[variant]}`", first_paragraph(doc)] for variant, doc in docs.items()]


def variants(path, name):
    block = re.search(rf"pub enum {name} \{{\n(.*?)^\}}", source(path), re.M | re.S)[1]
    rows = []
    for doc, variant, rest in re.findall(r"((?:^ {4}///.*\n)+)^ {4}(\w+)((?: \{\n(?:^ {8}.*\n)+)?)", block, re.M):
        fields = re.findall(r"^ {8}(\w+):", rest, re.M)
        rows.append([f"`{variant}`", ", ".join(f"`{field}`" for field in fields), first_paragraph(doc)])
    return rows


def methods(path, name):
    block = re.search(rf"pub trait {name}.*?\{{\n(.*?)^\}}", source(path), re.M | re.S)[1]
    found = re.findall(r"((?:^ {4}///.*\n)+)^ {4}fn (\w+)\(", block, re.M)
    return [[f"`{method}`", first_paragraph(doc)] for doc, method in found]


def metrics():
    """The metrics, from the list that describes them to the exporter."""
    text = source("recourse/src/metrics/names.rs")
    found = re.findall(r'= "([a-z_.]+)", (\w+), (\w+), \[([^\]]*)\],\s*"([^"]+)";', text)
    assert len(found) == text.count("\", Counter, ") + text.count("\", Gauge, ") + text.count("\", Histogram, "), found
    rows = []
    for name, kind, unit, labels, description in found:
        labels = ", ".join(f"`{label}`" for label in re.findall(r'"(\w+)"', labels))
        rows.append([f"`{name}`", kind.lower(), "seconds" if unit == "Seconds" else "", labels, cell(description)])
    return table(["metric", "kind", "unit", "labels", "meaning"], rows)


def spans():
    """Spans and events of `tracing` with their fields, from the file that names them."""
    text = source("recourse/src/observe/spans.rs")
    text = text[text.index("impl CallSpans") :]
    rows = []
    for start in re.finditer(r"\b(info_span|debug|info|warn)!\(", text):
        level, depth, end = start[1], 1, start.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        body = text[start.end() : end]
        fields = list(dict.fromkeys(re.findall(r"\b((?:resilience|otel|http)\.[a-z_.]+) =", body)))
        if level == "info_span":
            name = re.search(r'"(resilience\.\w+)",', body)[1]
            rows.append([f"`{name}`", "span", ", ".join(f"`{field}`" for field in fields)])
        else:
            name = re.search(r'resilience\.event\.name = "(\w+)"', body)[1]
            fields = [f"`{field}`" for field in fields if field != "resilience.event.name"]
            rows.append([f"`{name}`", level, ", ".join(fields)])
    assert len(rows) == 25, rows
    return table(["name", "level", "fields"], rows)


def crates(*arguments):
    """How many crates somebody builds who depends on the runtime with these features: tokio and all, without the runtime itself."""
    tree = ["cargo", "tree", "--locked", "--package=recourse-rs", "--edges=normal,build", "--prefix=none", "--format={p}", *arguments]
    lines = subprocess.check_output(tree, cwd=root, stdin=subprocess.DEVNULL, text=True).splitlines()
    return len({tuple(line.split()[:2]) for line in lines if line.strip()}) - 1


def features():
    manifest = source("recourse/Cargo.toml")
    measured = {}
    if (root / "benches/features.csv").exists():
        measured = {row["feature"]: row for row in csv.DictReader(source("benches/features.csv").splitlines())}
    section = manifest[manifest.index("[features]") : manifest.index("[dependencies]")]
    # A comment speaks for the features below it, up to the next one.
    docs, comment, open_comment = {}, "", False
    for line in section.splitlines():
        if line.startswith("#"):
            comment = f"{comment} {line.strip('# ')}" if open_comment else line.strip("# ")
        elif named := re.match(r"([\w-]+) =", line):
            docs[named[1]] = cell(comment)
        open_comment = line.startswith("#")
    base = crates()
    rows = [["none", "the attribute, `race!`, executors, policies", str(base), measured.get("none", {}).get("seconds", "")]]
    for name in tomllib.loads(manifest)["features"]:
        if name != "default":
            cost = measured.get(name, {}).get("seconds", "")
            rows.append([f"`{name}`", docs[name], f"{base} + {crates(f'--features={name}') - base}", cost])
    if not measured:
        rows = [row[:-1] for row in rows]
    return table(["feature", "adds", "crates to build", "seconds of one core to build them"][: len(rows[0])], rows)


def page():
    numbers = limits()
    defaults = [[f"`{name.removeprefix('DEFAULT_').lower()}`", value, doc] for name, value, doc in numbers if name.startswith("DEFAULT_")]
    others = [[f"`{name}`", value, doc] for name, value, doc in numbers if not name.startswith("DEFAULT_")]
    presets = source("recourse-policy/src/limits.rs")
    presets = "\n".join(line.removeprefix("//! ") for line in presets.splitlines() if line.startswith("//! |"))
    event = "recourse/src/observe"
    measured = (root / "benches/features.csv").exists()
    seconds = " Seconds are processor time of a cold debug build, measured by `benches/features.sh`; a few seconds more or less are noise." if measured else ""
    return f"""Every option, text, default, bound, code, feature and event. The page is written from the sources (`.ci/reference.py`), and CI compares both.

# Options of the attribute

The page of the attribute, [`resilient`](macro@crate::resilient), says what they mean.

{options()}

# Grammars of texts

{grammars()}

# Defaults

{presets}

{table(["default", "value", "because"], defaults)}

# Bounds

A value out of bounds is an error in an attribute and in a document's field, and is clamped, and reported, where a policy comes from elsewhere. The tighter
ones are those of documents.

{bounds()}

Each bound is a constant of [`limits`](crate::policy::limits), with its reason:

{table(["constant", "value", "because"], others)}

# Reason codes

Why a call ended ([`EndReason`](crate::observe::EndReason)):

{table(["code", "meaning"], codes(event + "/names.rs", "EndReason"))}

How an attempt ended ([`AttemptOutcome`](crate::observe::AttemptOutcome)):

{table(["code", "meaning"], codes(event + "/names.rs", "AttemptOutcome"))}

How a fallback ended ([`FallbackOutcome`](crate::observe::FallbackOutcome)):

{table(["code", "meaning"], codes(event + "/names.rs", "FallbackOutcome"))}

Where a delay came from ([`DelaySource`](crate::observe::DelaySource)):

{table(["code", "meaning"], codes(event + "/names.rs", "DelaySource"))}

Why a call was rejected ([`RejectionKind`](crate::RejectionKind)):

{table(["code", "meaning"], codes("recourse/src/error/kind.rs", "RejectionKind"))}

Why a breaker admits or refuses an attempt ([`DecisionReason`](crate::circuit::DecisionReason)):

{table(["code", "meaning"], codes("recourse/src/circuit/decision.rs", "DecisionReason"))}

What changed the state of a breaker ([`TransitionCause`](crate::circuit::TransitionCause)):

{table(["code", "meaning"], codes("recourse/src/circuit/cause.rs", "TransitionCause"))}

What denied a hedge ([`HedgeDenial`](crate::observe::HedgeDenial)):

{table(["code", "meaning"], codes(event + "/names.rs", "HedgeDenial"))}

What changed an adaptive limit ([`LimitReason`](crate::concurrency::LimitReason)):

{table(["code", "meaning"], codes("recourse/src/concurrency/limit.rs", "LimitReason"))}

What is wrong in a document ([`FaultKind`](crate::policy::document::FaultKind)):

{table(["code", "meaning"], codes("recourse-policy/src/document/kind.rs", "FaultKind"))}

# Events

What an [`Observer`](crate::observe::Observer) is told:

{table(["method", ""], methods(event + "/observer.rs", "Observer"))}

Events of a call ([`Event`](crate::observe::Event)), in `event` and in a timeline:

{table(["event", "fields", "meaning"], variants(event + "/event.rs", "Event"))}

Events of a fallback, after the end of its call ([`FallbackEvent`](crate::observe::FallbackEvent)), in `fallback`:

{table(["event", "fields", "meaning"], variants(event + "/event.rs", "FallbackEvent"))}

Events of a breaker outside of calls ([`BreakerEvent`](crate::observe::BreakerEvent)), in `breaker`:

{table(["event", "", "meaning"], variants(event + "/key_event.rs", "BreakerEvent"))}

# Metrics

With the feature `metrics`, [`MetricsObserver`](crate::metrics::MetricsObserver) and [`gauges`](crate::metrics::gauges()). Prometheus has `_` for each dot, `_total` behind counters
and `_seconds` behind times, if its exporter is told to name them so.

{metrics()}

# Spans

With the feature `tracing`, if the [builder](crate::ExecutorBuilder::tracing) asks for spans. The target is `recourse`; spans are of the level `info`, and the name of an event
stands in its field `resilience.event.name`.

{spans()}

# Features

All are off by default. Crates are those of Cargo.lock for this platform, the runtime's own not counted.{seconds}

{features()}
"""


text = page()
if "--check" in sys.argv:
    if PAGE.read_text() != text:
        sys.exit(f"{PAGE.relative_to(root)} is not what the sources say; run .ci/reference.py, and commit the page")
    print("the reference is what the sources say")
else:
    PAGE.write_text(text)
