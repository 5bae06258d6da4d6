"""Evaluates expressions over arrays for the tests: frames of a length, a JSON header and raw bytes, on stdin and stdout."""
import json
import os
import struct
import sys

import numpy as np
import oracle_helpers

channel = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)  # whatever a library prints must not break the frames


class Lazy:
    """A module that is imported at its first use."""

    def __init__(self, load):
        self.load, self.module = load, None

    def __getattr__(self, name):
        if self.module is None:
            self.module = self.load()
        return getattr(self.module, name)


def load_mlx():
    import mlx.core

    return mlx.core


def load_jax():
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax


def load_jnp():
    load_jax()
    import jax.numpy

    return jax.numpy


dtype = oracle_helpers.dtype


def host(value):
    """A NumPy array of the value, whoever made it."""
    module = type(value).__module__
    if module.startswith("mlx"):
        import mlx.core as mx

        if value.dtype == mx.bfloat16:
            return np.array(value.view(mx.uint16)).view(dtype("bfloat16"))
        return np.array(value)
    return np.asarray(value)


MX = Lazy(load_mlx)


def to_mlx(array):
    """Keeps the dtype, where mx.array would narrow it."""
    import mlx.core as mx

    if array.dtype == np.float64:
        return mx.array(array.view(np.int64).reshape(array.shape)).view(mx.float64) if array.ndim else mx.array(float(array), mx.float64)
    if array.dtype.name == "bfloat16":
        return mx.array(array.view(np.uint16)).view(mx.bfloat16)
    return mx.array(array)


NAMES = {"np": np, "mx": MX, "jax": Lazy(load_jax), "jnp": Lazy(load_jnp), "to_mlx": to_mlx, "inf": float("inf"), "nan": float("nan")}
NAMES.update({k: v for k, v in vars(oracle_helpers).items() if callable(v)})


def evaluate(expression, arrays):
    scope = dict(NAMES)
    scope["a"] = arrays
    scope.update(zip("xyz", arrays))
    lines = expression.split("\n")
    with np.errstate(all="ignore"):
        if len(lines) > 1:
            exec("\n".join(lines[:-1]), scope)
        return eval(lines[-1], scope)


def reply(header, blobs=()):
    data = json.dumps(header).encode()
    channel.write(struct.pack("<i", len(data)))
    channel.write(data)
    for blob in blobs:
        channel.write(blob)
    channel.flush()


def main():
    source = sys.stdin.buffer
    while True:
        length = source.read(4)
        if len(length) < 4:
            return
        header = json.loads(source.read(struct.unpack("<i", length)[0]))
        arrays = []
        for spec in header["arrays"]:
            t = dtype(spec["dtype"])
            count = int(np.prod(spec["shape"], dtype=np.int64))
            arrays.append(np.frombuffer(source.read(count * t.itemsize), dtype=t).reshape(spec["shape"]).copy())
        try:
            mode, wanted = header.get("mode"), header.get("result")
            if mode:
                arrays = [a if i in header["plain"] else oracle_helpers.wide(a, mode, wanted) for i, a in enumerate(arrays)]
            result = evaluate(header["expr"], arrays)
            if mode:
                kind = dtype(wanted).kind
                result = host(result)
                result = result.astype(np.float64 if kind in "fV" else dtype(wanted), copy=False)
            if isinstance(result, str):
                reply({"arrays": [], "text": result})
                continue
            parts = [np.ascontiguousarray(host(r)).reshape(host(r).shape) for r in (result if isinstance(result, (tuple, list)) else [result])]
            reply({"arrays": [{"dtype": p.dtype.name, "shape": list(p.shape)} for p in parts]}, [p.tobytes() for p in parts])
        except BaseException as e:  # the type and the text are the answer
            reply({"error": type(e).__name__, "message": str(e)})


main()
