"""Checks the weights of a trained network in Python: python compare.py WEIGHTS.npz TEST.npz

Needs NumPy, and engine.core on PYTHONPATH.
"""
import sys

import engine.core as mx
import numpy as np

weights, test = mx.load(sys.argv[1]), mx.load(sys.argv[2])

# Both are views of the array's own memory: no copy was made, and a write is seen by all of them.
w = weights["w0"]
first, second = np.asarray(w), np.asarray(w)
assert first.ctypes.data == second.ctypes.data, "np.asarray copied"
print(f"two views of w0, one address: {first.ctypes.data:#x}, {second.ctypes.data:#x}")
before = float(first[0, 0])
first[0, 0] = 42
assert w[0, 0].item() == 42 and second[0, 0] == 42, "a write through a view was not seen"
print(f"wrote 42 through one view: w0[0, 0] = {w[0, 0].item()}, the other view has {second[0, 0]}")
first[0, 0] = before

x = np.asarray(test["images"])
for layer in range(3):
    x = x @ np.asarray(weights[f"w{layer}"]) + np.asarray(weights[f"b{layer}"])
    if layer < 2:
        x = np.maximum(x, 0)
agree = int((x.argmax(axis=1) == np.asarray(test["predictions"])).sum())
print(f"NumPy {np.__version__} agrees on {agree} of {len(x)} predictions")
