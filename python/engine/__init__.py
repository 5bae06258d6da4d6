"""Engine for Python: ``import engine.core as mx``.

The array module is a native library built for a level of the x86-64 instruction set. The highest level that the
CPU has is loaded; ``ENGINE_CPU=v3`` or ``v4`` asks for one. A library for a level that the CPU lacks would end the
process, so it is never loaded: that is an ImportError here.
"""

import os
import platform
import sys
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location

# What Linux calls the instructions of each level.
_V3 = frozenset(("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"))
_V4 = _V3 | frozenset(("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"))
_LEVELS = (("v4", _V4), ("v3", _V3))


def _check_python():
    if sys.implementation.name != "cpython" or sys.version_info < (3, 11):
        raise ImportError(f"engine.core needs CPython 3.11 or newer, this is {sys.implementation.name} {platform.python_version()}")
    if "t" in getattr(sys, "abiflags", ""):
        raise ImportError("engine.core needs a Python with the global interpreter lock; this one is free-threaded")
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "AMD64"):
        raise ImportError(f"engine.core is built for Linux on x86-64, this is {sys.platform} on {platform.machine()}")


def _cpu_flags():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith("flags"):
                return frozenset(line.partition(":")[2].split())
    return frozenset()


def _path(level):
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "_" + level, "core.abi3.so")


def _choose():
    flags = _cpu_flags()
    possible = [level for level, needed in _LEVELS if needed <= flags]
    wanted = os.environ.get("ENGINE_CPU")
    if wanted:
        if wanted not in dict(_LEVELS):
            raise ImportError(f"ENGINE_CPU={wanted} is no level: it is one of v3 and v4")
        if wanted not in possible:
            missing = ", ".join(sorted(dict(_LEVELS)[wanted] - flags))
            raise ImportError(f"ENGINE_CPU={wanted} asks for more than this CPU has, which lacks {missing}")
        possible = [wanted]
    if not possible:
        missing = ", ".join(sorted(_V3 - flags))
        raise ImportError(f"engine.core needs a CPU of the level x86-64-v3 (AVX2 and FMA), this one lacks {missing}")
    for level in possible:
        if os.path.exists(_path(level)):
            return level
    raise ImportError(f"engine.core is not built for this CPU's level ({possible[0]}): {_path(possible[0])} is missing")


def _load():
    _check_python()
    level = _choose()
    path = _path(level)
    spec = spec_from_file_location("engine.core", path, loader=ExtensionFileLoader("engine.core", path))
    module = module_from_spec(spec)
    sys.modules["engine.core"] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules["engine.core"]
        raise
    return level, module


cpu_level, core = _load()
