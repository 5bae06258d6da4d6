"""compile: traces, signatures, captured state, errors, memory. No library is needed."""
import functools
import gc
import threading

import engine.core as mx
from check import raises, run


class Counted:
    def __init__(self, f):
        self.f, self.calls, self.__name__ = f, 0, "counted"

    def __call__(self, *args, **keywords):
        self.calls += 1
        return self.f(*args, **keywords)


def test_called_once():
    f = Counted(lambda x, y: mx.exp(x) * y + x.sum())
    g = mx.compile(f)
    for i in range(4):
        x, y = mx.array([1.0, 2.0, i]), mx.array([0.5, i, 3.0])
        assert mx.array_equal(g(x, y), f.f(x, y)).item()
    assert f.calls == 1
    g(x.astype(mx.float16), y)
    g(mx.array([[1.0]]), y)
    assert f.calls == 3
    g(x, y)
    assert f.calls == 3


def test_structure():
    f = Counted(lambda p, *, scale=1, name="": {"r": [p["w"] * scale], "n": name, "t": (p["b"], None)})
    g = mx.compile(f)
    p = {"w": mx.array([1.0]), "b": mx.array([2.0])}
    r = g(p, scale=3, name="x")
    assert r["r"][0].tolist() == [3] and r["n"] == "x" and r["t"][0].tolist() == [2] and r["t"][1] is None
    # Constants are told apart by type and value.
    for scale in (3, 3.0, True, 4):
        g(p, scale=scale, name="x")
    assert f.calls == 4
    g({"b": p["b"], "w": p["w"]}, scale=3, name="x")
    assert f.calls == 5
    assert g({"w": mx.array([5.0]), "b": mx.array([6.0])}, scale=3, name="x")["r"][0].tolist() == [15]
    assert f.calls == 5


def test_training_step():
    def loss(w, x, y):
        return mx.square(x @ w - y).mean()

    step = mx.compile(lambda w, x, y: (lambda v, g: (v, w - 0.1 * g))(*mx.value_and_grad(loss)(w, x, y)))
    w, x = mx.zeros((3,)), mx.array([[1.0, 0, 2], [0, 1, 1], [2, 1, 0], [1, 1, 1]])
    y = x @ mx.array([1.0, -2.0, 0.5])
    for _ in range(2000):
        v, w = step(w, x, y)
    assert v.item() < 1e-6, v


def test_captured_state():
    state = {"w": mx.array([1.0, 2.0]), "n": [mx.array(0)]}

    @functools.partial(mx.compile, inputs=state, outputs=state)
    def step(x):
        state["w"] = state["w"] + x
        state["n"][0] = state["n"][0] + 1
        return state["w"].sum()

    old = state["w"]
    for i in range(1, 4):
        assert step(mx.array([1.0, 1.0])).item() == 3 + 2 * i
        assert state["n"][0].item() == i
    assert old.tolist() == [1, 2] and state["w"].tolist() == [4, 5]
    state["w"] = mx.array([10.0, 10.0])
    assert step(mx.array([0.0, 0.0])).item() == 20

    only_read = [mx.array([2.0])]
    f = mx.compile(lambda x: x * only_read[0], inputs=only_read)
    assert f(mx.array([3.0])).tolist() == [6]
    only_read[0] = mx.array([5.0])
    assert f(mx.array([3.0])).tolist() == [15]
    g = mx.compile(lambda x: x, inputs=[(mx.array(1.0),)])
    raises(ValueError, lambda: g(mx.array(1.0)), "compile()", "lists or dicts")


def test_inside_transforms():
    f = mx.compile(lambda x: (x ** 3).sum())
    assert mx.grad(f)(mx.array([2.0])).tolist() == [12]
    assert mx.vmap(f)(mx.array([[1.0, 2.0], [3.0, 0.0]])).tolist() == [9, 27]
    g = mx.compile(mx.grad(lambda x: (x ** 3).sum()))
    assert g(mx.array([2.0])).tolist() == [12] and g(mx.array([1.0])).tolist() == [3]


def test_errors():
    g = mx.compile(lambda x: x if x.sum().item() > 0 else -x)
    raises(ValueError, lambda: g(mx.array([1.0])), "has no value yet")
    raises(ZeroDivisionError, lambda: mx.compile(lambda x: 1 / 0)(mx.array(1.0)))
    raises(ValueError, lambda: mx.compile(lambda x: x, shapeless=True), "not yet")
    raises(TypeError, lambda: mx.compile(3))
    raises(ValueError, lambda: mx.compile(lambda x: x)(object()), "compile()", "object")
    # What was traced and escaped has no value and says so.
    kept = []
    mx.compile(lambda x: kept.append(x) or x + 1)(mx.array(1.0))
    raises(ValueError, lambda: kept[0].item())
    h = mx.compile(lambda x: x + 1)
    assert h(mx.array(1.0)).item() == 2


def test_memory_returns():
    before = mx.get_active_memory()
    f = mx.compile(lambda x, w: mx.tanh(x @ w) + w.sum())
    for _ in range(5):
        x, w = mx.ones((64, 64)), mx.ones((64, 64))
        r = f(x, w)
        mx.eval(r)
    del x, w, r, f
    gc.collect()
    assert mx.get_active_memory() == before
    x = mx.random.normal((512, 512))
    mx.eval(x)
    f = mx.compile(lambda x: functools.reduce(lambda a, i: mx.tanh(a @ a) + i, range(10), x))
    f(x)
    start = mx.get_active_memory()
    mx.reset_peak_memory()
    f(x)
    assert mx.get_peak_memory() - start <= 3 * x.nbytes, (mx.get_peak_memory() - start) / x.nbytes
    taken = mx.get_active_memory() + mx.get_cache_memory()
    for _ in range(20):
        f(x)
    assert mx.get_active_memory() + mx.get_cache_memory() == taken


def test_threads():
    f = mx.compile(lambda x: (x @ x).sum())
    x = mx.ones((100, 100))
    wrong = []

    def work():
        for _ in range(30):
            if f(x).item() != 1e6:
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong


run(globals())
