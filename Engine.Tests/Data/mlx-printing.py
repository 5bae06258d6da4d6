"""Turns the samples of mlx-printing.txt whose value is an array into mlx-printing.json: the array's bytes, the precision, the text.
Run with MLX 0.32: python mlx-printing.py > mlx-printing.json"""
import base64
import json
import pathlib

import mlx.core as mx
import numpy as np

cases, skipped = [], []
samples = (pathlib.Path(__file__).parent / "mlx-printing.txt").read_text().split("\n>>> ")[1:]
for sample in samples:
    lines = sample.split("\n")
    code = [lines.pop(0)]
    while lines and lines[0].startswith("... "):
        code.append(lines.pop(0)[4:])
    text = "\n".join(line for line in lines if not line.startswith("# ")).rstrip("\n")
    precision = -1
    scope = {"mx": mx, "np": np}
    if text.startswith("array(") is False or any(w in "\n".join(code) for w in ("str(", "repr(", "format(", "%", 'f"', "grad")):
        skipped.append(code)
        continue
    if code[0].startswith("mx.set_printoptions("):
        argument = code.pop(0)[len("mx.set_printoptions("):-1].removeprefix("precision=")
        precision = int(argument) if argument else -1
    if code[0].startswith("np.set_printoptions"):
        code.pop(0)
    value = eval(code[0], scope)
    name = str(value.dtype).removeprefix("mlx.core.").replace("bool_", "bool")
    raw = value.view(mx.uint16) if name == "bfloat16" else value
    data = np.ascontiguousarray(np.array(raw)).tobytes()
    cases.append({"expression": code[0], "dtype": name, "shape": list(value.shape), "precision": precision,
                  "data": base64.b64encode(data).decode(), "text": text})
print(json.dumps({"mlx": mx.__version__, "cases": cases}, indent=1))
