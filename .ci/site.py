#!/usr/bin/env python3
"""Writes the site below `target/site/book`: the guides, with the links that rustdoc found; a page for each example, with its output; and
the documentation of the crates. Then checks each link of each page.

    .ci/site.py TARGET MDBOOK

Needs the documentation in TARGET/doc (`cargo doc --all-features`), and runs the examples, which are built if they are not, and the programs of
examples that are packages of their own, which have to be built."""

import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

root = pathlib.Path(__file__).resolve().parent.parent
target, mdbook = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
docs, site = target / "doc", target / "site"
pages = site / "src"

# Title, page, source, and the page that rustdoc makes of it.
GUIDES = [
    *(
        (title, f"{name}.md", f"recourse/doc/guide/{name}.md", f"recourse/guide/{name}/index.html")
        for title, name in [
            ("Cookbook", "cookbook"),
            ("With clients", "clients"),
            ("With axum", "axum"),
            ("Policies", "policies"),
            ("Retries and budgets", "retries"),
            ("Hedging", "hedging"),
            ("Circuit breaking", "circuit_breaking"),
            ("Deadlines", "deadlines"),
            ("Overload", "overload"),
            ("Cancellation", "cancellation"),
            ("Observability", "observability"),
            ("Control plane", "control_plane"),
            ("Testing", "testing"),
        ]
    ),
    ("Tower layers", "tower.md", "recourse/doc/tower_cookbook.md", "recourse/algebra/cookbook/index.html"),
    ("Gotchas", "gotchas.md", "recourse/doc/guide/gotchas.md", "recourse/guide/gotchas/index.html"),
    ("Extending", "extending.md", "recourse/doc/guide/extending.md", "recourse/guide/extending/index.html"),
    ("Migrating", "migrating.md", "recourse/doc/guide/migrating.md", "recourse/guide/migrating/index.html"),
]
REFERENCE = [
    ("The attribute", "resilient.md", "recourse-macros/doc/resilient.md", "recourse/attr.resilient.html"),
    ("Classes of errors", "classify.md", "recourse-macros/doc/classify.md", "recourse/derive.Classify.html"),
    ("Races", "race.md", "recourse-macros/doc/race.md", "recourse/macro.race.html"),
    ("Reference", "reference.md", "recourse/doc/guide/reference.md", "recourse/guide/reference/index.html"),
]
OURS = {rendered: page for _, page, _, rendered in GUIDES + REFERENCE}
# In the order of examples/README.md; the release build only where the clock on the wall matters.
EXAMPLES = {
    "quickstart": [],
    "tour": [],
    "faults": [],
    "retry_budget": [],
    "circuit_breaker": [],
    "policy_file": [],
    "happy_eyeballs": [],
    "tower_algebra": [],
    "tail_at_scale": ["--release", "--", "--operations", "2000"],
    "overload": ["--release", "--", "--seeds", "2", "--experiment", "main"],
    "chain": ["--release", "--", "--seeds", "2"],
}
# Examples that are packages of their own: the command, the file with the first lines, and the program among those that are built, if it ends by
# itself in a few seconds.
PARTS = {
    "guarded_http": ("cargo run -p recourse-examples-guarded --example guarded_http", "guarded/guarded_http.rs", "examples/guarded_http"),
    "guarded_sql": ("cargo run -p recourse-examples-guarded --example guarded_sql", "guarded/guarded_sql.rs", "examples/guarded_sql"),
    "guarded_grpc": ("cargo run -p recourse-examples-guarded --example guarded_grpc", "guarded/guarded_grpc.rs", "examples/guarded_grpc"),
    "newcomer": ("cargo run -p recourse-examples-guarded --example newcomer -- URL", "guarded/newcomer.rs", None),
    "otel": ("cargo run -p recourse-example-otel", "otel/src/lib.rs", "otel"),
    "metrics": ("cargo run -p recourse-example-metrics", "metrics/src/lib.rs", None),
    "control_plane": ("cargo run -p recourse-control-plane", "control_plane/src/main.rs", None),
    "story": ("cargo run -p recourse-control-plane --bin story", "control_plane/src/bin/story/main.rs", "story"),
    "chain_loopback": ("cargo run --release -p recourse-example-chain-loopback", "chain_loopback/main.rs", None),
    "overload_server": ("cargo run --release -p recourse-example-overload-server", "overload_server/main.rs", None),
}
# What is to be seen in the picture of an example, examples/NAME.svg.
PICTURES = {
    "tail_at_scale": "The share of operations that take longer than a given time, one line for each way to hedge",
    "overload": "Goodput, limit and queue over time, one line for each way to limit",
    "chain": "The share of answers in time over time, one line for each way to pass deadlines on",
}


class Anchors(html.parser.HTMLParser):
    """Links, with their text, and the names of the places in a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.places, self.open = [], set(), None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        for name in ("id", "name"):
            if attributes.get(name):
                self.places.add(attributes[name])
        link = attributes.get("href") if tag in ("a", "link") else attributes.get("src")
        if link is not None:
            self.open = [link, ""]
            self.links.append(self.open)

    def handle_data(self, data):
        if self.open:
            self.open[1] += data

    def handle_endtag(self, tag):
        if tag == "a":
            self.open = None


def resolved(rendered):
    """What rustdoc made of the links of a page: text of the link -> where it leads, in order."""
    found = {}
    for link, text in Anchors((docs / rendered).read_text()).links:
        if not link.startswith(("#", "http:", "https:")):
            place = os.path.normpath(os.path.join(os.path.dirname(rendered), link))
            file, _, fragment = place.partition("#")
            page = OURS.get(file)
            to = page or f"api/{file}"
            found.setdefault(text, []).append(to + (f"#{fragment}" if fragment else ""))
    return found


def blocks(text):
    """A page in pieces: prose and code in turn."""
    return re.split(r"(^```.*?^```$)", text, flags=re.M | re.S)


def converted(text, rendered, depth=0):
    links = resolved(rendered)

    def link(match):
        words, to = match[1], match[2]
        if to is not None and to.startswith(("http:", "https:", "#")):
            return match[0]
        plain = re.sub(r"[`*]|\\", "", words)
        if plain not in links:
            return words if to is not None else match[0]
        places = links[plain]
        return f"[{words}]({places.pop(0) if len(places) > 1 else places[0]})"

    out = []
    for piece in blocks(text):
        if piece.startswith("```"):
            head, rest = piece.split("\n", 1)
            # Code without a language is Rust to rustdoc, and `ignore` is what this page does with all of it.
            language = head[3:].split(",")[0]
            out.append(("```rust" if language in ("", "should_panic", "compile_fail", "rust") else head) + "\n" + rest)
        else:
            # Every heading one level lower, below the title of the page.
            piece = re.sub(r"^(#+ )", r"#\1", piece, flags=re.M)
            out.append(re.sub(r"\[((?:`[^`]*`|[^\[\]`])+)\](?:\(((?:[^()]|\([^()]*\))+)\))?", link, piece))
    return "".join(out)


def example(name, arguments):
    entries = tomllib.loads((root / "examples/Cargo.toml").read_text())["example"]
    path = next(entry["path"] for entry in entries if entry["name"] == name)
    # `-- ..` are arguments of the example, what stands before them of cargo.
    split = arguments.index("--") if "--" in arguments else len(arguments)
    command = ["cargo", "run", "--quiet", "--locked", *arguments[:split], "--example", name, *arguments[split:]]
    shown = " ".join(word for word in command if word not in ("--quiet", "--locked"))
    return example_page(name, path, shown, command)


def example_page(name, path, shown, command):
    """A page: the first lines of the source, what is typed, what was printed, if the program was run, and the source."""
    code = (root / "examples" / path).read_text()
    head = [line.removeprefix("//!").removeprefix(" ") for line in code.splitlines() if line.startswith("//!")]
    parts = [f"# {name}\n", "\n".join(head), f"\n```sh\n{shown}\n```\n"]
    if name in PICTURES:
        parts.append(f"![{PICTURES[name]}](../{name}.svg)\n")
    if command:
        ran = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        output = re.sub(r"\x1b\[[0-9;]*m", "", ran.stdout).rstrip()
        parts.append(f"```text\n{output}\n```\n")
    code = re.sub(r"\A(//!.*\n)+\n?", "", code)
    parts.append(f"<details><summary>The source, examples/{path}</summary>\n\n```rust\n{code}```\n\n</details>\n")
    return "\n".join(parts)


def write():
    shutil.rmtree(site, ignore_errors=True)
    (pages / "examples").mkdir(parents=True)
    for file in ("book.toml", "site.css"):
        shutil.copy(root / "docs/site" / file, site)
    shutil.copy(root / "docs/site/index.md", pages / "index.md")
    for name in PICTURES:
        shutil.copy(root / f"examples/{name}.svg", pages)
    shutil.copy(root / "docs/glossary.md", pages / "glossary.md")
    shutil.copy(root / "docs/serving-policies.md", pages / "serving-policies.md")
    hour = (root / "docs/first-hour.md").read_text()
    (pages / "first-hour.md").write_text(re.sub(r"\]\(\.\./recourse/doc/guide/", "](", hour))
    for title, page, source, rendered in GUIDES + REFERENCE:
        text = f"# {title}\n\n" + converted((root / source).read_text(), rendered)
        (pages / page).write_text(text)
    for name, arguments in EXAMPLES.items():
        (pages / "examples" / f"{name}.md").write_text(example(name, arguments))
    for name, (shown, path, program) in PARTS.items():
        command = [target / "debug" / program] if program else None
        (pages / "examples" / f"{name}.md").write_text(example_page(name, path, shown, command))
    chapters = lambda rows: [f"- [{title}]({page})" for title, page, *_ in rows]
    summary = ["# Summary", "", "[recourse](index.md)", "", "# Guides", "", "- [The first hour](first-hour.md)", *chapters(GUIDES)]
    summary += ["- [Serving policies](serving-policies.md)", "", "# Reference", "", *chapters(REFERENCE)]
    summary += ["- [Glossary](glossary.md)", "", "# Examples", ""]
    summary += [f"- [{name}](examples/{name}.md)" for name in (*EXAMPLES, *PARTS)]
    (pages / "SUMMARY.md").write_text("\n".join(summary) + "\n")
    subprocess.run([mdbook, "build", site], check=True, stdin=subprocess.DEVNULL)
    api = site / "book/api"
    for folder in ("recourse", "recourse_policy", "recourse_macros", "static.files", "trait.impl", "type.impl", "search.index", "src"):
        if (docs / folder).exists():
            ignore = shutil.ignore_patterns("recourse_*tests*") if folder == "src" else None
            shutil.copytree(docs / folder, api / folder, ignore=ignore)


def check():
    """Every link of every page of the book leads to a file that is there, and to a place in it."""
    book = site / "book"
    read, dead, checked, outside = {}, [], 0, set()

    def places(file):
        if file not in read:
            read[file] = Anchors(file.read_text()).places
        return read[file]

    for file in sorted(book.rglob("*.html")):
        if file.relative_to(book).parts[0] == "api":
            continue
        for link, text in Anchors(file.read_text()).links:
            if link.startswith(("http:", "https:")):
                outside.add(link)
                continue
            checked += 1
            path, _, fragment = link.partition("#")
            to = (file.parent / path).resolve() if path else file
            if file.name in ("404.html",) and not to.exists():
                to = (book / path.lstrip("/")).resolve()
            if to.is_dir():
                to /= "index.html"
            if not to.exists() or fragment and to.suffix == ".html" and fragment not in places(to):
                dead.append(f"{file.relative_to(book)}: `{text.strip()}` leads to {link}, and there is nothing")
    if dead:
        sys.exit("\n".join(dead) + f"\n{len(dead)} of {checked} links are dead")
    print(f"{len(read)} pages are linked to, {checked} links checked, 0 dead; {len(outside)} lead outside: {' '.join(sorted(outside))}")


write()
check()
