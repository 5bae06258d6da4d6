"""Writes numpy-files.npz and numpy-compressed.npz with NumPy 2.4 in the current folder: arrays that count modulo 251, named dtype-shape-order."""
import numpy as np

arrays = {}
for dtype in ["bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "float16", "float32", "float64", "complex64", "complex128"]:
    for shape in [(), (7,), (2, 3), (0, 3), (3, 1, 5)]:
        a = (np.arange(np.prod(shape)) % 251).astype(dtype).reshape(shape)
        name = dtype + "-" + "x".join(map(str, shape))
        arrays[name + "-c"] = a
        if len(shape) > 1:
            arrays[name + "-f"] = np.asfortranarray(a)
        if a.ndim:
            arrays[name + "-big"] = a.astype(a.dtype.newbyteorder(">"))
np.savez("numpy-files.npz", **arrays)
np.savez_compressed("numpy-compressed.npz", big=(np.arange(5000) % 251).astype("float32"), small=np.arange(3))
