"""The operations, each written once for all libraries. An operation takes (library, request, *inputs) and returns repeat(n)."""
import numpy as np

OPERATIONS = {}


class Names:
    """A function by NumPy's name: the library's own spelling first, then its module's."""

    def __init__(self, library):
        self.library = library

    def __getattr__(self, name):
        found = getattr(self.library, name, None)
        return found if found is not None else getattr(self.library.f, name)


def operation(function):
    OPERATIONS[function.__name__] = function
    return function


def repeated(library, f, inputs, compiled=True):
    """Calls f(*inputs), each call's result ready before the next."""
    g = library.run(f) if compiled else f
    force = library.force

    def repeat(n):
        with library.no_grad():
            for _ in range(n):
                force(g(*inputs))

    return repeat


def simple(name, expression):
    """An operation that is one expression over (names, request, *inputs). Eager libraries run it as it is."""

    def make(library, request, *inputs):
        names = Names(library)
        return repeated(library, lambda *x: expression(names, request, *x), inputs, library.compiles)

    OPERATIONS[name] = make


def gelu(f, x):
    try:
        own = f.gelu
    except AttributeError:
        return x * 0.5 * (1 + f.erf(x * 0.7071067811865476))
    return own(x)


def softmax(f, x):
    if hasattr(f.library, "softmax"):
        return f.softmax(x)
    e = f.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def layer_norm(f, x, w, b):
    """The library's own where it has one, else its formula."""
    try:
        return f.layer_norm(x, w, b)
    except AttributeError:
        pass
    d = x - x.mean(-1)[..., None]
    return d / f.sqrt((d * d).mean(-1)[..., None] + 1e-5) * w + b


def reduction(name):
    def call(f, request, x):
        axis = request["axis"]
        if axis is None and hasattr(f.library, name + "_all"):
            return getattr(f, name + "_all")(x)
        return getattr(f, name)(x) if axis is None else getattr(f, name)(x, axis)

    simple(name, call)


for _name in ("sum", "max", "argmax", "mean"):
    reduction(_name)
for _name in ("exp", "log", "tanh", "sin", "erf", "sort", "argsort", "cumsum"):
    simple(_name, lambda f, r, x, name=_name: getattr(f, name)(x))
simple("matmul", lambda f, r, a, b: f.matmul(a, b))
simple("add", lambda f, r, a, b: a + b)
simple("pow", lambda f, r, a, b: f.power(a, b))
simple("chain", lambda f, r, x, y: f.exp(x * x * -0.5) * y + f.sqrt(f.abs(x) + 1) * 0.5)
simple("gelu", lambda f, r, x: gelu(f, x))
simple("softmax", lambda f, r, x: softmax(f, x))
simple("take", lambda f, r, x, i: f.take(x, i, axis=0))


@operation
def layer_norm_rows(library, request, x, w, b):
    # A library with kernels of its own for it must have this one: a formula would be another row.
    names = Names(library)
    call = names.layer_norm if hasattr(library, "layer_norm") else lambda *a: layer_norm(names, *a)
    return repeated(library, call, (x, w, b), library.compiles)


@operation
def attention(library, request, q, k, v):
    names = Names(library)

    def formula(q, k, v):
        turned = names.transpose(k, (0, 1, 3, 2))
        return names.matmul(softmax(names, names.matmul(q, turned) * q.shape[-1] ** -0.5), v)

    call = names.attention if hasattr(library, "attention") else formula
    return repeated(library, call, (q, k, v), library.compiles)


@operation
def transpose(library, request, x):
    """A copy in the other order, not a view."""
    names = Names(library)
    own = getattr(library, "copy_transposed", None)
    if own is None and library.name == "numpy":
        own = lambda x: np.ascontiguousarray(x.T)
    return repeated(library, own or (lambda x: names.transpose(x)), (x,), library.compiles)


@operation
def conv2d(library, request, x, w):
    """3x3, padding 1; every library gets the order of axes that it likes best, arranged beforehand."""
    names = Names(library)
    w = library.weights(w) if hasattr(library, "weights") else w
    x = library.nhwc(x) if hasattr(library, "nhwc") else x
    return repeated(library, lambda x, w: names.conv2d(x, w), (x, w), library.compiles)


# One element: the loops are written out, a call around them would cost as much as what they measure.
@operation
def one_build(library, request, x):
    def repeat(n):
        for _ in range(n):
            x + 1

    return repeat


@operation
def one_item(library, request, x):
    if library.name in ("jax", "tensorflow"):
        item = library.item

        def repeat(n):
            for _ in range(n):
                item(x + 1)
    else:
        def repeat(n):
            for _ in range(n):
                (x + 1).item()

    return repeat


@operation
def one_chain(library, request, x):
    def repeat(n):
        for _ in range(n):
            y = x
            for _ in range(100):
                y = y + 1
            library.item(y)

    return repeat


@operation
def one_add(library, request, x):
    return repeated(library, lambda x: x + x, (x,), compiled=library.compiles)


# Exchange of 1,024 floats.
@operation
def from_numpy(library, request, x):
    a = np.ones(1024, np.float32)
    make = {
        "numpy": np.array,
        "torch": lambda a: library.module.from_numpy(a),
        "jax": lambda a: library.module.dlpack.from_dlpack(a),
        "tensorflow": lambda a: library.module.constant(a),
    }.get(library.name) or library.f.array
    return repeated(library, make, (a,), compiled=False)


@operation
def from_dlpack(library, request, x):
    a = np.ones(1024, np.float32)
    return repeated(library, library.f.from_dlpack, (a,), compiled=False)


@operation
def to_numpy(library, request, x):
    x = library.array(np.ones(1024, np.float32), "float32")
    call = {"torch": lambda x: x.numpy(), "tensorflow": lambda x: x.numpy()}.get(library.name)
    return repeated(NoForce(library), call or (lambda x: np.array(x, copy=False)), (x,), compiled=False)


@operation
def to_dlpack(library, request, x):
    x = library.array(np.ones(1024, np.float32), "float32")
    return repeated(NoForce(library), np.from_dlpack, (x,), compiled=False)


@operation
def to_memoryview(library, request, x):
    x = library.array(np.ones(1024, np.float32), "float32")
    return repeated(NoForce(library), memoryview, (x,), compiled=False)


@operation
def from_torch(library, request, x):
    import torch

    t = torch.ones(1024)
    return repeated(library, (lambda t: t.numpy()) if library.name == "torch" else library.f.from_dlpack, (t,), compiled=False)


@operation
def to_torch(library, request, x):
    import torch

    x = library.array(np.ones(1024, np.float32), "float32")
    x, call = (np.ones(1024, np.float32), torch.from_numpy) if library.name == "torch" else (x, torch.from_dlpack)
    return repeated(NoForce(library), call, (x,), compiled=False)


class NoForce:
    """The result belongs to another library: nothing to wait for."""

    def __init__(self, library):
        self.library = library
        self.no_grad = library.no_grad

    def force(self, y):
        pass


import steps  # noqa: E402,F401  registers the training steps
