"""Memory is exact: what a statement drops is back at its end, without a collection."""
import gc
import random
import sys

import engine.core as mx
from check import raises, run

gc.disable()
N = 1 << 16
BYTES = 4 * N


def active():
    return mx.get_active_memory()


def test_statements():
    start = active()
    a = mx.zeros((N,)) + 1
    mx.eval(a)
    assert active() == start + BYTES
    b = a * 2                                               # pending: nothing yet
    assert active() == start + BYTES
    mx.eval(b)
    assert active() == start + 2 * BYTES
    del b
    assert active() == start + BYTES
    a = mx.exp(a)
    mx.eval(a)
    assert active() == start + BYTES
    (a + 1).sum().item()
    assert active() == start + BYTES
    v = a[10:]
    mx.eval(v)
    del a
    assert active() == start + BYTES                        # the view keeps its base
    del v
    assert active() == start


def test_views_and_capsules_keep_what_they_must():
    start = active()
    a = mx.zeros((N,)) + 1
    m = memoryview(a)
    c = a.__dlpack__()
    a += 1
    mx.eval(a)
    assert active() == start + 2 * BYTES
    del m
    assert active() == start + 2 * BYTES
    del c
    assert active() == start + BYTES
    del a
    assert active() == start


def test_exceptions_leave_nothing():
    start = active()
    a, b = mx.zeros((N,)) + 1, mx.zeros((3,))
    mx.eval(a, b)
    held = active()
    data = bytearray(BYTES)
    for bad in (lambda: a + b, lambda: a @ 2, lambda: a.reshape(3), lambda: a[N], lambda: mx.concatenate([a, mx.zeros((2, 2))]), lambda: b + memoryview(data), lambda: mx.exp(a, stream=1), lambda: mx.array([0.0] * 1000 + ["x"]),
                lambda: mx.array([[0.0] * 1000, [1]]), lambda: mx.grad(lambda x: x * a)(a), lambda: mx.where(memoryview(data), a, b), lambda: b[[0] * 1000 + [1.5]], lambda: a.__dlpack__(dl_device=(2, 0))):
        raises(Exception, bad)
        assert active() == held, bad
    data.append(0)                                          # nobody holds it
    del a, b
    assert active() == start


def test_in_place_chains_reuse():
    start = active()
    x = mx.zeros((1 << 22,)) + 1                            # 16 MiB
    mx.eval(x)
    mx.reset_peak_memory()
    for _ in range(20):
        x = (x + 1) * 0.5
        mx.eval(x)
    assert mx.get_peak_memory() - start <= 2 * (1 << 24), (mx.get_peak_memory() - start) / (1 << 24)
    assert active() == start + (1 << 24)
    del x
    assert active() == start


def test_transforms():
    start = active()
    w, x = mx.zeros((N,)) + 0.5, mx.zeros((N,)) + 2
    mx.eval(w, x)
    held = active()
    f = mx.value_and_grad(lambda w: (mx.sin(w * x) ** 2).sum())
    v, g = f(w)
    mx.eval(v, g)
    assert active() == held + BYTES
    del v, g
    assert active() == held
    mx.eval(mx.vmap(lambda r: r * 2)(w.reshape(256, 256)))
    assert active() == held
    mx.grad(lambda w: (w * x).sum())(w)                     # never evaluated
    assert active() == held
    mx.grad(lambda w: ((y := w * 2).sum().item(), (y * y).sum())[1])(w)
    assert active() == held
    del w, x
    assert active() == start


def test_deep_chains():
    start = active()
    x = mx.zeros((8,))
    for _ in range(100000):
        x = x + 1
    assert x.tolist() == [100000] * 8
    for _ in range(100000):
        x = x * 1
    del x                                                   # dies unevaluated
    assert active() == start


def test_random_programs():
    seed = int(__import__("os").environ.get("ENGINE_SEED", "0")) or 20261
    rng = random.Random(seed)
    for program in range(60):
        start = active()
        names = {}
        log = []

        def pick():
            return names[rng.choice(sorted(names))]

        def arrays():
            return [v for v in names.values() if isinstance(v, mx.array)]

        for step in range(50):
            kind = rng.randrange(14)
            target = f"v{rng.randrange(8)}"
            log.append((kind, target))
            have = arrays()
            x = rng.choice(have) if have else None
            try:
                if kind == 0 or x is None:
                    names[target] = mx.zeros((rng.choice([16, 512, 4096]),)) + rng.random()
                elif kind == 1:
                    names[target] = x * 2 + 1
                elif kind == 2:
                    names[target] = x + rng.choice(have)
                elif kind == 3:
                    names[target] = x[rng.randrange(3):]
                elif kind == 4:
                    mx.eval(x)
                elif kind == 5:
                    names.pop(target, None)
                elif kind == 6:
                    names[target] = memoryview(x)
                elif kind == 7:
                    names[target] = x.__dlpack__()
                elif kind == 8:
                    names[target] = mx.from_dlpack(x)
                elif kind == 9:
                    x += 1
                elif kind == 10:
                    x[0] = 5
                elif kind == 11:
                    names[target] = mx.grad(lambda v: (v * v).sum())(x)
                elif kind == 12:
                    names[target] = mx.vmap(lambda v: v * 3)(x.reshape(-1, 1))[:, 0]
                else:
                    x.reshape(-7)
            except (ValueError, IndexError):
                pass
            x = have = None
        names.clear()
        assert active() == start, (seed, program, active() - start, log)


def test_references():
    a = mx.array([1.0, 2.0])
    before = {k: sys.getrefcount(k) for k in (a, mx.array, mx.float32)}
    for _ in range(10000):
        a + a, a + 1.0, a.shape, a.dtype, a[0], a.tolist(), a.sum(axis=0), memoryview(a), a == a, mx.array([1, 2]), a.T, len(a), mx.exp(a)
        try:
            a + "x"
        except ValueError:
            pass
        try:
            mx.sum(a, axis=5)
        except IndexError:
            pass
    for k, n in before.items():
        assert abs(sys.getrefcount(k) - n) <= 3, (k, sys.getrefcount(k), n)


def test_limits():
    before = mx.get_memory_limit()
    assert mx.set_memory_limit(1 << 40) == before and mx.set_memory_limit(before) == 1 << 40
    c = mx.set_cache_limit(0)
    mx.eval(mx.zeros((N,)) + 1)
    assert mx.get_cache_memory() == 0
    mx.set_cache_limit(c)
    mx.eval(mx.zeros((N,)) + 1)
    mx.clear_cache()
    assert mx.get_cache_memory() == 0
    mx.reset_peak_memory()
    assert mx.get_peak_memory() == active()


run(globals())
