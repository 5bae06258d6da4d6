"""Runs the rows of MLX's tables on this module: python mlx_tables.py errors|printing, with engine.core importable. Prints a JSON report.

A row is left out when a name in it is not there yet. A row that is meant to differ stands in mlx-differences.tsv with what happens here.
"""
import ast
import json
import os
import re
import sys

import engine.core as mx
import numpy as np

wanted_build = os.environ.get("ENGINE_BUILD_ID")
if wanted_build and mx.__build_id__ != wanted_build:
    sys.exit(f"the module was built from {mx.__build_id__}, the tested assembly is {wanted_build}: run dotnet cake --target=Python")

HERE = os.path.dirname(os.path.abspath(__file__))


def missing(code):
    """The first name of mx, or of its arrays, that is not there yet."""
    for path in re.findall(r"\bmx((?:\.\w+)+)", code):
        value = mx
        for name in path[1:].split("."):
            if name == "foo":
                break
            if value is not mx and not hasattr(value, name) and not name.startswith("__"):
                return name
            try:
                value = getattr(value, name)
            except AttributeError:
                return name
    for name in re.findall(r"(?:\)|\ba)\.(\w+)", code):
        if name != "foo" and not hasattr(mx.array, name):
            return name
    return None


def outcome(code):
    """("error", names of the exception's type and its bases) or ("value", text)."""
    scope = {"mx": mx, "np": np}
    if hasattr(mx, "set_printoptions"):
        mx.set_printoptions()
    try:
        tree = ast.parse(code)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "row", "exec"), scope)
        if last is None:
            return "value", ""
        value = eval(compile(ast.Expression(last.value), "row", "eval"), scope)
        if isinstance(value, mx.array):
            mx.eval(value)
        return "value", address(value if isinstance(value, str) else repr(value))
    except BaseException as e:
        return "error", [c.__name__ for c in type(e).__mro__]


def address(text):
    return re.sub(r"0x[0-9a-f]{4,}|0x\.\.\.", "0x...", text)


def differences():
    path = os.path.join(HERE, "mlx-differences.tsv")
    rows = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                code, ours, _ = line.rstrip("\n").split("\t")
                rows[code.replace("\\n", "\n")] = ours
    return rows


def errors():
    report = {"ran": 0, "left_out": 0, "wrong": []}
    known = differences()
    with open(os.path.join(HERE, "mlx-errors.tsv"), encoding="utf-8") as f:
        for line in list(f)[2:]:
            if line.startswith("#"):
                continue
            code, wanted, _ = line.rstrip("\n").split("\t", 2)
            if missing(code):
                report["left_out"] += 1
                continue
            report["ran"] += 1
            kind, text = outcome(code)
            got = text if kind == "error" else ["(no error)"]
            if code in known:
                wanted = known[code]
            elif wanted == "(crash)":
                wanted = "(anything)"
            if wanted != "(anything)" and wanted not in got:
                report["wrong"].append([code, wanted, f"{got[0]} {text[:100] if kind == 'value' else ''}".strip()])
    return report


def printing():
    report = {"ran": 0, "left_out": 0, "wrong": []}
    known = differences()
    code, wanted = None, []

    def finish():
        if code is None:
            return
        text = "\n".join(wanted).rstrip("\n")
        if missing(code):
            report["left_out"] += 1
            return
        report["ran"] += 1
        kind, got = outcome(code)
        want = known.get(code, text.replace("mlx.core", "engine.core"))
        ok = want == "(anything)" or want.startswith("!!") or (want[1:].split(":")[0] in got if kind == "error" and want.startswith("!") else kind == "value" and got == want)
        if not ok:
            report["wrong"].append([code, want, got])

    with open(os.path.join(HERE, "mlx-printing.txt"), encoding="utf-8") as f:
        for line in f:
            line = line.rstrip("\n")
            if line.startswith(">>> "):
                finish()
                code, wanted = line[4:], []
            elif line.startswith("... ") and code is not None and not wanted:
                code += "\n" + line[4:]
            elif line.startswith("# ") or code is None:
                finish()
                code, wanted = None, []
            else:
                wanted.append(line)
    finish()
    return report


json.dump({"errors": errors, "printing": printing}[sys.argv[1]](), sys.stdout)
