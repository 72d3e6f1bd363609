#!/usr/bin/env python3
"""Checks the pages that `cargo doc --all-features` wrote for the public crates: every public item has an example that runs, and links that
lead out of the documentation are among those listed below.

    .ci/doc_examples.py target/doc

An item is a type, a trait, a function, a macro, or a method that stands in an `impl` of its own type or in a trait. Fields,
variants, constants, modules and methods of other traits are none. An item of `recourse-macros` stands in `recourse`. A method may be shown by an example
that stands elsewhere on the page of its type, if that names it: one example of a whole type says more than twenty of its getters."""

import html.parser
import pathlib
import re
import sys

CRATES = ["recourse", "recourse_policy"]
# Sections of a page whose methods belong to somebody else.
FOREIGN = ("trait-implementations", "synthetic-implementations", "blanket-implementations", "deref-methods", "implementors", "foreign-impls")
# Where links may lead. rustdoc's own pages and the standard library are not counted.
EXTERNAL = pathlib.Path(__file__).with_name("doc_links.txt")


class Page(html.parser.HTMLParser):
    """Which items of a page have an example that runs, and its links to the outside."""

    def __init__(self):
        super().__init__()
        self.stack = []  # (tag, what its end closes)
        self.owner = "page"  # whose documentation is being read
        self.foreign = 0
        self.items = set()
        self.shown = set()  # items with an example of their own
        self.code = []  # the text of the examples
        self.in_code = False
        self.links = set()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        id, classes = attributes.get("id") or "", (attributes.get("class") or "").split()
        if tag == "a" and (link := attributes.get("href") or "").startswith(("http:", "https:")):
            self.links.add(link.split("#")[0])
        if tag == "h2" and id.startswith(FOREIGN):
            self.foreign = True
        elif tag == "h2" and id:
            self.foreign = False
        if tag == "section" and ("method" in classes or "tymethod" in classes ):
            self.owner = id
            if not self.foreign and not id.startswith("associated"):
                self.items.add(id)
        if tag == "pre" and "rust-example-rendered" in classes:
            wrap = next((c for t, c in reversed(self.stack) if t == "div" and "example-wrap" in c), [])
            if not {"ignore", "compile_fail"} & set(wrap) and (self.owner == "page" or not self.foreign):
                self.shown.add(self.owner)
                self.in_code = True
        if tag not in {"br", "img", "input", "meta", "link", "hr", "wbr", "rustdoc-topbar"}:
            self.stack.append((tag, classes))

    def handle_data(self, data):
        if self.in_code:
            self.code.append(data)

    def missing(self):
        """The items that no example shows."""
        words = set(re.findall(r"\w+", "".join(self.code)))
        for item in sorted(self.items - self.shown):
            if re.sub(r"-\d+$", "", item.split(".")[-1]) not in words:
                yield item
        if not self.code:
            yield "page"

    def handle_endtag(self, tag):
        if tag == "pre":
            self.in_code = False
        while self.stack:
            top, classes = self.stack.pop()
            if top == "details" and "method-toggle" in classes or top == "div" and "impl-items" in classes:
                self.owner = "nobody"
            if top == tag:
                break


def pages(folder):
    """Item and page of each public item, as rustdoc lists them."""
    for href in re.findall(r'<li><a href="([^"]+)">', (folder / "all.html").read_text()):
        yield href


docs = pathlib.Path(sys.argv[1])
missing, links, counted = [], {}, 0
for crate in CRATES:
    listed = set(pages(docs / crate))
    for file in sorted((docs / crate).rglob("*.html")):
        path = str(file.relative_to(docs / crate))
        page = Page()
        page.feed(file.read_text())
        for link in page.links:
            links.setdefault(link, path)
        if path not in listed or file.name.startswith("constant."):
            continue
        counted += len(page.items) + 1
        missing += [f"{crate}/{path}" + ("" if item == "page" else f"#{item}") for item in page.missing()]

allowed = set(EXTERNAL.read_text().split()) if EXTERNAL.exists() else set()
ours = {link: page for link, page in links.items() if not link.startswith(("https://doc.rust-lang.org/", "https://docs.rs/"))}
faults = [f"{item}: has no example that runs" for item in missing]
faults += [f"{page}: links to {link}, which .ci/doc_links.txt does not list" for link, page in sorted(ours.items()) if link not in allowed]
faults += [f".ci/doc_links.txt: nothing links to {link}" for link in sorted(allowed - set(ours))]
if faults:
    sys.exit("\n".join(faults) + f"\n{len(missing)} of {counted} public items without an example")
print(f"{counted} public items, each with an example that runs; {len(ours)} links to the outside, all of them listed")
