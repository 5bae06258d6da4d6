"""grad, value_and_grad, vjp, jvp, vmap and compile: arguments, trees, nesting, errors. No library is needed."""
import collections
import gc
import inspect
import threading
import weakref

import engine.core as mx
from check import raises, run

Pair = collections.namedtuple("Pair", "w b")


def close(a, b, tolerance=1e-5):
    if isinstance(b, list):
        assert len(a) == len(b)
        for x, y in zip(a, b):
            close(x, y, tolerance)
    else:
        assert abs(a - b) <= tolerance * max(1, abs(b)), (a, b)


def test_grad():
    f = lambda x: (x * x).sum()
    assert mx.grad(f)(mx.array([1.0, 2.0, 3.0])).tolist() == [2, 4, 6]
    v, g = mx.value_and_grad(f)(mx.array([3.0]))
    assert v.item() == 9 and g.tolist() == [6]
    assert mx.grad(mx.grad(lambda x: x ** 3))(mx.array(2.0)).item() == 12
    assert mx.grad(lambda x, y: (x * y).sum(), argnums=1)(mx.array([2.0]), mx.array([3.0])).tolist() == [2]
    a, b = mx.grad(lambda x, y: (x * y).sum(), argnums=(0, 1))(mx.array([2.0]), mx.array([3.0]))
    assert a.tolist() == [3] and b.tolist() == [2]
    (only,) = mx.grad(f, argnums=[0])(mx.array([1.0]))
    assert only.tolist() == [2]


def test_argnames():
    f = lambda x, *, y, z=2.0: (x * y * z).sum()
    x, y = mx.array([2.0]), mx.array([3.0])
    p, n = mx.grad(f, argnames="y")(x, y=y)
    assert p is None and n["y"].tolist() == [4]
    p, n = mx.grad(f, argnums=0, argnames=["y"])(x, y=y)
    assert p.tolist() == [6] and n["y"].tolist() == [4]
    v, (p, n) = mx.value_and_grad(f, argnames=["y"])(x, y=y)
    assert v.item() == 12 and p is None and n["y"].tolist() == [4]


def test_trees():
    def loss(p, x):
        return (p["w"][0] * x).sum() + p["b"].b.sum() + p["n"][0][0].sum()

    p = {"w": [mx.array([1.0, 2.0])], "b": Pair(mx.array([0.0]), mx.array([5.0])), "n": ((mx.array(1.0),),)}
    v, g = mx.value_and_grad(loss)(p, mx.array([3.0, 4.0]))
    assert v.item() == 17 and list(g) == ["w", "b", "n"]
    assert g["w"][0].tolist() == [3, 4] and isinstance(g["b"], Pair) and g["b"].w.tolist() == [0] and g["b"].b.tolist() == [1] and g["n"][0][0].item() == 1
    p["loop"] = p
    raises(RecursionError, lambda: mx.grad(loss)(p, mx.array([1.0])))


def test_aux():
    f = lambda x: (x.sum(), {"double": x * 2, "name": "aux", "n": 3})
    assert mx.grad(f)(mx.array([1.0])).tolist() == [1]
    (v, aux), g = mx.value_and_grad(f)(mx.array([1.0, 2.0]))
    assert v.item() == 3 and aux["double"].tolist() == [2, 4] and aux["name"] == "aux" and aux["n"] == 3 and g.tolist() == [1, 1]
    v, g = mx.value_and_grad(lambda x: [x.sum(), x])(mx.array([1.0]))
    assert isinstance(v, list) and v[1].tolist() == [1]


def test_reading_inside():
    seen = []

    def f(x):
        seen.append(x.tolist())
        y = x * 2
        seen.append(y[0].item())
        memoryview(x)[0] = 7.0
        return (y * x).sum()

    assert mx.grad(f)(mx.array([1.0, 2.0])).tolist()[1] == 8 and seen == [[1, 2], 2]


def test_vjp_jvp():
    f = lambda x, y: x * y
    out, g = mx.vjp(f, [mx.array([2.0]), mx.array([3.0])], [mx.array([1.0])])
    assert out[0].tolist() == [6] and [x.tolist() for x in g] == [[3], [2]]
    out, t = mx.jvp(f, [mx.array([2.0]), mx.array([3.0])], [mx.array([1.0]), mx.array([10.0])])
    assert out[0].tolist() == [6] and t[0].tolist() == [23]
    out, g = mx.vjp(lambda x: (x, x * 2), [mx.array(1.0)], [mx.array(1.0), mx.array(10.0)])
    assert len(out) == 2 and g[0].item() == 21
    hessian = mx.jvp(mx.grad(lambda x: (x ** 3).sum()), [mx.array([2.0])], [mx.array([1.0])])[1]
    close(hessian[0].tolist(), [12.0])


def test_vmap():
    x = mx.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert mx.vmap(lambda r: r.sum())(x).tolist() == [3, 7, 11]
    assert mx.vmap(lambda r: r.sum(), in_axes=1)(x).tolist() == [9, 12]
    assert mx.vmap(lambda r: r * 2, out_axes=1)(x).shape == (2, 3)
    assert mx.vmap(lambda r, s: r + s, in_axes=(0, None))(x, mx.array([10.0, 20.0])).tolist()[2] == [15, 26]
    out = mx.vmap(lambda d, n: {"s": d["a"] + n[0], "t": (n[1],)}, in_axes=({"a": 0}, [None, 1]))({"a": mx.array([1.0, 2.0])}, [mx.array(5.0), mx.array([[1.0, 2.0], [3.0, 4.0]])])
    assert out["s"].tolist() == [6, 7] and out["t"][0].tolist() == [[1, 3], [2, 4]]
    per = mx.vmap(mx.grad(lambda w, r: ((w * r).sum()) ** 2), in_axes=(None, 0))(mx.array([1.0, 1.0]), x)
    assert per.tolist() == [[6, 12], [42, 56], [110, 132]]
    nested = mx.vmap(mx.vmap(lambda a, b: a * b, in_axes=(None, 0)), in_axes=(0, None))(mx.array([1.0, 2.0]), mx.array([3.0, 4.0]))
    assert nested.tolist() == [[3, 4], [6, 8]]


def test_errors():
    one = mx.array([1.0, 2.0])
    for bad in (
        lambda: mx.grad(lambda x: x)(one), lambda: mx.grad(lambda x: 1.0)(mx.array(1.0)), lambda: mx.grad(lambda x: x)(1.0), lambda: mx.grad(lambda x: x)(),
        lambda: mx.grad(lambda x: x, argnums=1)(mx.array(1.0)), lambda: mx.grad(lambda x: x, argnums=-1)(mx.array(1.0)), lambda: mx.grad(lambda x: x, argnums=[])(mx.array(1.0)),
        lambda: mx.grad(lambda x, y: x, argnums=[0, 0])(mx.array(1.0), mx.array(1.0)), lambda: mx.grad(lambda x: x, argnames="z")(mx.array(1.0)), lambda: mx.grad(lambda d: d["a"])({"a": mx.array(1.0), "b": 3}),
        lambda: mx.value_and_grad(lambda x: (x, x))(one), lambda: mx.value_and_grad(lambda x: "a")(mx.array(1.0)), lambda: mx.vjp(lambda x: x, [mx.array(1.0)], [mx.zeros((2,))]), lambda: mx.vjp(lambda x: x, [mx.array(1.0)], []),
        lambda: mx.jvp(lambda x: x, [mx.array(1.0)], [mx.zeros((2,))]), lambda: mx.vmap(lambda x, y: x + y)(mx.zeros((2,)), mx.zeros((3,))), lambda: mx.vmap(lambda x: x, in_axes=(0, 0))(mx.zeros((2,))),
        lambda: mx.vmap(lambda x: x.item())(mx.zeros((2,))), lambda: mx.vmap(lambda x: 1)(mx.zeros((2,))), lambda: mx.vmap(lambda x: x if x > 0 else -x)(one),
    ):
        raises(ValueError, bad)
    for bad in (lambda: mx.vmap(lambda x: x)(mx.array(1.0)), lambda: mx.vmap(lambda x: x, in_axes=3)(mx.zeros((2,)))):
        raises(IndexError, bad)
    for bad in (lambda: mx.grad(1), lambda: mx.compile(1), lambda: mx.vmap(lambda x: x, in_axes=None), lambda: mx.vjp(lambda x: x, mx.array(1.0), mx.array(1.0))):
        raises(TypeError, bad)


def test_exceptions_pass_through():
    class Mine(Exception):
        pass

    def f(x):
        raise Mine("from f")

    before = mx.get_active_memory()
    for call in (lambda: mx.grad(f)(mx.array(1.0)), lambda: mx.value_and_grad(f)(mx.array(1.0)), lambda: mx.vmap(f)(mx.array([1.0])), lambda: mx.vjp(f, [mx.array(1.0)], [mx.array(1.0)]), lambda: mx.compile(f)(1), lambda: mx.grad(mx.grad(f))(mx.array(1.0))):
        raises(Mine, call, "from f")
    assert mx.grad(lambda x: x * 2)(mx.array(1.0)).item() == 2
    assert mx.get_active_memory() == before


def test_tracers_that_got_away():
    kept = []
    mx.grad(lambda x: (kept.append(x), (x * x).sum())[1])(mx.array([3.0]))
    assert (kept[0] + 1).tolist() == [4]                      # of grad: an ordinary array
    mx.vmap(lambda x: (kept.append(x), x)[1])(mx.array([3.0]))
    raises(ValueError, lambda: kept[1].tolist())              # of vmap: it never had a value
    raises(ValueError, lambda: (kept[1] + 1).tolist())


def test_another_thread():
    errors = []

    def f(x):
        def work():
            try:
                (x * 2).tolist()
            except ValueError as e:
                errors.append(e)
        t = threading.Thread(target=work)
        t.start()
        t.join()
        return x.sum()

    mx.grad(f)(mx.array([1.0]))
    assert len(errors) == 1


def test_wrapped_functions():
    def named(x, y=1):
        """Docs."""
        return (x * y).sum()

    for g in (mx.grad(named), mx.value_and_grad(named), mx.vmap(named), mx.compile(named)):
        assert g.__name__ == "named" and g.__doc__ == "Docs." and g.__wrapped__ is named and str(inspect.signature(g)) == "(x, y=1)"
    assert mx.compile(named)(mx.array([1.0, 2.0]), y=3).item() == 9


def test_cycles_go():
    class Holder:
        pass

    h = Holder()
    h.grad = mx.grad(lambda x: (h, x.sum())[1])
    h.map = mx.vmap(h.grad)
    h.grad(mx.array([1.0]))
    r = weakref.ref(h)
    del h
    gc.collect()
    assert r() is None


def test_memory():
    w = mx.zeros((256, 256)) + 0.01
    x = mx.zeros((64, 256)) + 1
    step = mx.value_and_grad(lambda w: (mx.tanh(x @ w) ** 2).mean())
    mx.eval(w, x)
    del_before = None
    for i in range(30):
        loss, g = step(w)
        w = w - 0.1 * g
        mx.eval(loss, w)
        del loss, g
        active = mx.get_active_memory()
        if i == 5:
            del_before = active
    assert active == del_before, (active, del_before)


def test_deep_chains():
    x = mx.array(1.0)
    def f(x):
        for _ in range(20000):
            x = x * 1.0001
        return x
    v, g = mx.value_and_grad(f)(x)
    close(g.item(), v.item(), 1e-3)


def test_a_network_learns():
    mx.random.seed(0)
    x = mx.random.normal((256, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(mx.float32)
    p = [mx.random.normal((2, 16)), mx.zeros((16,)), mx.random.normal((16, 1)) * 0.3, mx.zeros((1,))]

    def loss(p):
        z = (mx.tanh(x @ p[0] + p[1]) @ p[2] + p[3])[:, 0]
        return (mx.log1p(mx.exp(-mx.abs(z))) + mx.maximum(z, 0) - z * y).mean()

    step = mx.value_and_grad(loss)
    first = loss(p).item()
    for _ in range(300):
        v, g = step(p)
        p = [a - 0.5 * b for a, b in zip(p, g)]
        mx.eval(v, p)
    assert v.item() < 0.5 * first, (first, v.item())


run(globals())
