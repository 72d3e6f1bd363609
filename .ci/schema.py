#!/usr/bin/env python3
"""Tries docs/policy.schema.json with a schema-aware validator: documents in the folders `good` and those given as arguments are valid,
documents in `bad` are not. Needs the package jsonschema."""

import json
import pathlib
import sys
import tomllib

import jsonschema

root = pathlib.Path(__file__).resolve().parent.parent
schema = json.loads((root / "docs/policy.schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)


def faults(file):
    text = file.read_text()
    document = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    return [f"{file}: {error.json_path}: {error.message}" for error in validator.iter_errors(document)]


documents = root / "tests/documents"
good = [file for folder in [documents / "good", *map(pathlib.Path, sys.argv[1:])] for file in sorted(folder.iterdir())]
bad = sorted((documents / "bad").iterdir())
wrong = [fault for file in good for fault in faults(file)]
wrong += [f"{file}: is valid, and bad" for file in bad if not faults(file)]
if wrong:
    sys.exit("\n".join(wrong[:20]))
print(f"{len(good)} good documents are valid, {len(bad)} bad ones are not")
