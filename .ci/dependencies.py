#!/usr/bin/env python3
"""Checks dependencies against deny.toml, from what `cargo metadata` says: a light form of `cargo deny check licenses bans sources`,
which CI would have to compile first. And one more: every dependency that a Cargo.toml names is used by a file of that package."""

import json
import pathlib
import re
import subprocess
import sys
import tomllib

root = pathlib.Path(__file__).resolve().parent.parent
config = tomllib.loads((root / "deny.toml").read_text())
metadata = json.loads(
    subprocess.check_output(
        ["cargo", "metadata", "--locked", "--all-features", "--format-version", "1"], cwd=root, stdin=subprocess.DEVNULL
    )
)
packages = {package["id"]: package for package in metadata["packages"]}
members = [packages[id] for id in metadata["workspace_members"]]
faults = []


def name(package):
    return f"{package['name']} {package['version']}"


def is_allowed(expression, allowed):
    """True if the licences in `allowed` satisfy an SPDX expression: `(MIT OR Apache-2.0) AND Unicode-3.0`."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))
    # A licence becomes a truth value. What is left is an expression of Python, with operators of the same precedence.
    words = {"(": "(", ")": ")", "OR": "or", "AND": "and"}
    tokens = " ".join(tokens).replace(" WITH ", "-WITH-").split()
    return eval(" ".join(words.get(token, str(token in allowed)) for token in tokens), {"__builtins__": {}})


def published():
    """What somebody who depends on a published package builds with all features: its dependencies and theirs, as name and version. By
    `cargo tree`, since `cargo metadata` has the features of the whole workspace, and so what only tests switch on."""
    found = set()
    for member in members:
        # `publish = false` is an empty list here.
        if member["publish"] != []:
            tree = ["cargo", "tree", "--locked", "--all-features", "--target=all", "--edges=normal,build", "--prefix=none"]
            tree += ["--format={p}", "--package", member["name"]]
            lines = subprocess.check_output(tree, cwd=root, stdin=subprocess.DEVNULL, text=True).splitlines()
            found |= {tuple(line.split()[:2]) for line in lines if line.strip()}
    return found


allowed = set(config["licenses"]["allow"])
for package in packages.values():
    expression = (package["license"] or "").strip()
    if not expression or not is_allowed(expression, allowed):
        faults.append(f"{name(package)}: the licence `{expression}` is not among those that deny.toml allows")

registries = {f"registry+{index}" for index in config["sources"]["allow-registry"]}
for package in packages.values():
    if package["source"] is not None and package["source"] not in registries:
        faults.append(f"{name(package)}: comes from {package['source']}, which deny.toml does not allow")

skipped = {entry["crate"].split("@")[0] for entry in config["bans"]["skip"]}
versions = {}
for crate, version in published():
    versions.setdefault(crate, set()).add(version.removeprefix("v"))
for crate, found in sorted(versions.items()):
    if len(found) > 1 and crate not in skipped:
        faults.append(f"{crate}: users would build {len(found)} versions, {', '.join(sorted(found))}")

# A library may have another name than its package: `recourse-rs` is used as `recourse`.
libraries = {
    package["name"]: target["name"]
    for package in packages.values()
    for target in package["targets"]
    if {"lib", "proc-macro", "rlib"} & set(target["kind"])
}


def sources(member):
    """All files of a package: those in its folder, and those that it takes from others, by a target or by `#[path = ".."]`."""
    folders = [pathlib.Path(member["manifest_path"]).parent]
    folders += [pathlib.Path(target["src_path"]).parent for target in member["targets"]]
    files = {}
    while folders:
        for file in folders.pop().resolve().rglob("*.rs"):
            if file in files or "target" in file.relative_to(root).parts:
                continue
            files[file] = file.read_text()
            for path in re.findall(r'#\[path = "([^"]+)"\]', files[file]):
                module = (file.parent / path).resolve()
                # Files below `ui-tests` show mistakes, among them paths to nowhere.
                if module.exists() and root in module.parents:
                    folders.append(module.parent)
    return "\n".join(files.values())


for member in members:
    code = sources(member)
    for dependency in member["dependencies"]:
        used = dependency["rename"] or libraries.get(dependency["name"], dependency["name"])
        used = used.replace("-", "_")
        if not re.search(rf"\b{used}\b", code):
            faults.append(f"{member['name']}: depends on {dependency['name']}, and no file of it names `{used}`")

if faults:
    sys.exit("\n".join(faults))
print(f"{len(packages)} packages, {len(versions)} of them with the published ones: licences, sources, versions and uses are right")
