"""The stub file: it parses, and has what the module has."""
import ast
import os

import engine
import engine.core as mx
from check import run

text = mx._stub_text()
tree = ast.parse(text)


def names(body):
    found = set()
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign):
            found.add(node.target.id)
        elif isinstance(node, ast.Assign):
            found.add(node.targets[0].id)
    return found


def klass(name):
    return next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)


def test_the_file_is_the_text():
    path = os.path.join(os.path.dirname(engine.__file__), "core.pyi")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            assert f.read() == text


def test_module():
    have = {n for n in dir(mx) if not n.startswith("_")}
    assert have <= names(tree.body), have - names(tree.body)
    for n in names(tree.body) - {"scalar", "StreamOrDevice", "enum"}:
        assert hasattr(mx, n), n


def test_array():
    stub = names(klass("array").body)
    have = {n for n in dir(mx.array) if not n.startswith("_")}
    assert have <= stub, have - stub
    for n in stub - {"__new__"}:
        assert hasattr(mx.array, n) or n in ("__buffer__",), n
    random = names(klass("random").body)
    assert {n for n in dir(mx.random) if not n.startswith("_")} == random


def test_every_op_has_docs():
    for n in names(tree.body):
        f = getattr(mx, n, None)
        if type(f).__name__ == "builtin_function_or_method":
            assert f.__doc__ and f.__text_signature__, n


run(globals())
