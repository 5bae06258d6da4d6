"""Measures one library in a process of its own: python worker.py LIBRARY

A request is a line of JSON on standard input, its answer a line on standard output:
    {"prepare": {"op", "dtype", "inputs", "axis"}} -> {"slot": 0} | {"missing": why}
    {"time": slot, "calls": n}                     -> {"ns": of all n calls}
    {"drop": slot}                                 -> {}
The first line out is {"version", "core"}: the library's version and the kernels that OpenBLAS chose.
"""
import ctypes
import gc
import json
import os
import re
import signal
import sys
import time

import numpy as np
from libraries import LIBRARIES
from operations import OPERATIONS


def draw(spec, dtype, random):
    """An input from "2x3" (normal), "+2x3" (0.1 to 2), "8<100" (int32 from 0 to 99) or "8<100:i8" (int64)."""
    if "<" in spec:
        count, _, bound = spec.partition("<")
        bound, _, kind = bound.partition(":")
        return random.integers(0, int(bound), int(count)).astype(kind or "i4")
    shape = [int(n) for n in spec.lstrip("+").split("x")]
    x = random.uniform(0.1, 2, shape) if spec[0] == "+" else random.standard_normal(shape)
    if dtype == "complex64":
        return (x + 1j * random.standard_normal(shape)).astype(dtype)
    return x.astype("float64" if dtype == "float64" else "float32")


def prepare(library, request):
    random = np.random.default_rng(1)
    drawn = [draw(spec, request["dtype"], random) for spec in request["inputs"]]
    inputs = [library.array(x, request["dtype"] if x.dtype.kind in "fc" else None) for x in drawn]
    return OPERATIONS[request["op"]](library, request, *inputs)


def blas_core():
    """The kernels that the loaded OpenBLAS chose for this CPU, None where there is no OpenBLAS."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {line.split()[-1] for line in maps if re.search(r"openblas.*\.so", line)}
    for path in sorted(paths):
        for name in ("scipy_openblas_get_corename64_", "openblas_get_corename64_", "openblas_get_corename"):
            try:
                f = getattr(ctypes.CDLL(path), name)
            except (AttributeError, OSError):
                continue
            f.restype = ctypes.c_char_p
            return f().decode()
    return None


def main():
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # a stopped process would outlive a harness that was killed
    # Libraries print what they like: only answers go to the real standard output.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(**what):
        print(json.dumps(what), file=out, flush=True)

    library = LIBRARIES[sys.argv[1]]()
    answer(version=library.version, core=blas_core() if library.calls_openblas else None)
    slots = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "prepare" in request:
                repeat = prepare(library, request["prepare"])
                repeat(1)
                slot = len(slots)
                slots[slot] = repeat
                answer(slot=slot)
            elif "time" in request:
                repeat, n = slots[request["time"]], request["calls"]
                start = time.perf_counter_ns()
                repeat(n)
                answer(ns=time.perf_counter_ns() - start)
            else:
                slots[request["drop"]] = None
                gc.collect()
                answer()
        # What a library lacks shows as almost any exception; the harness prints it.
        except Exception as error:
            answer(missing=f"{type(error).__name__}: {error}".splitlines()[0][:200])


main()
