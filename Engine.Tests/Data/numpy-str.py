"""Writes numpy-str.json: what NumPy prints for arrays of every element type. Run with NumPy 2.4: python numpy-str.py > numpy-str.json"""
import base64
import json

import numpy as np

rng = np.random.default_rng(4)
cases = []


def add(a, **more):
    a = np.ascontiguousarray(a) if a.ndim else a
    case = {"dtype": a.dtype.name, "shape": list(a.shape), "text": str(a if a.ndim else a[()])}
    if more:
        case.update(more)
    else:
        case["data"] = base64.b64encode(a.tobytes()).decode()
    cases.append(case)


def counting(dtype, shape):
    add((np.arange(np.prod(shape)) % 251).astype(dtype).reshape(shape), counting=251)


FLOATS = ["float16", "float32", "float64"]
COMPLEX = ["complex64", "complex128"]
INTS = ["uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"]

for d in ["bool", *INTS, *FLOATS, *COMPLEX]:
    for shape in [(), (1,), (5,), (2, 3), (1, 1), (2, 2, 3), (2, 1, 2, 2), (0,), (3, 0), (40,), (3, 30)]:
        counting(d, shape)
    for shape in [(1000,), (1001,), (30, 40), (2, 600), (8, 9, 20), (7, 2, 2, 60)]:
        counting(d, shape)
for d in INTS:
    i = np.iinfo(d)
    add(np.array([i.min, i.max], d))
    add(np.array(i.min, d))
    add(rng.integers(i.min, i.max, 25, d, endpoint=True))
for d in FLOATS:
    f = np.finfo(d)
    special = [0.0, -0.0, 1.0, np.nan, np.inf, -np.inf, -np.nan]
    for v in [*special, 0.1, 1 / 3, 1e-4, 1e-5, 0.00012, 123456, 1e10, 1e15, 9.9e15, 1e16, 1e17, 1e100, 5e-324, f.max, f.min,
              f.tiny, f.eps, 65504, 2.5, 1e-7, 999999.5, 16777216]:
        with np.errstate(over="ignore"):
            v = np.array(v).astype(d)
        add(v)
        add(np.array([v]))
        add(np.array([v, 1], d))
        add(np.array([v, -1, np.nan], d))
        add(np.array([v, np.inf], d))
        add(np.array([v, -np.inf], d))
    add(np.array([np.nan], d))
    add(np.array([np.inf, np.nan], d))
    add(np.array([-np.inf, np.nan], d))
    for low, high in [(-2, 2), (0, 1), (0, 3), (-3, 0), (-4, 4), (-1, 5), (5, 9), (-9, -5), (-3, 3)]:
        for n in [1, 2, 3, 7, 23]:
            with np.errstate(over="ignore"):
                v = (10.0 ** rng.uniform(low, high, n) * rng.choice([1, -1], n)).astype(d)
            add(v)
            add(np.abs(v))
    for digits in [0, 1, 2, 4, 9]:
        add(np.round(rng.normal(0, 10, (3, 4)), digits).astype(d))
    bits = rng.integers(0, 2 ** (8 * f.dtype.itemsize), 60, "uint64", endpoint=False) if d != "float64" else rng.integers(0, 2**64, 60, "uint64")
    bits = bits.astype(f"uint{8 * f.dtype.itemsize}").view(d)
    for row in bits.reshape(20, 3):
        add(row)
        add(row[0])
for d in COMPLEX:
    for v in [1 + 2j, 1 - 2j, -1j, 0j, complex(0, -0.0), complex(-0.0, 1), complex("nan+infj"), complex("-inf-nanj"), 1e20 + 1e-20j, 1.5 + 1e10j, 1 / 3 + 2j / 3]:
        v = np.array(v).astype(d)
        add(v)
        add(np.array([v]))
        add(np.array([v, 1], d))
        add(np.array([v, -1.5 - 2.25j], d))
    for low, high in [(-1, 1), (-4, 4), (0, 9)]:
        v = 10.0 ** rng.uniform(low, high, 9) * rng.choice([1, -1], 9) + 1j * 10.0 ** rng.uniform(low, high, 9) * rng.choice([1, -1], 9)
        add(v.astype(d))
        add(v.astype(d).reshape(3, 3))

print(json.dumps({"numpy": np.__version__, "cases": cases}, indent=None, separators=(",\n", ":")))
