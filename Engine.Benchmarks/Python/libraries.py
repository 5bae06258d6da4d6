"""One class per library: what differs between them. `f` names the functions that the operations call."""
import contextlib
import importlib


class Library:
    """force(y) waits for a result; run(f) is what the library does best with a function: compile it, or nothing."""

    compiles = False
    calls_openblas = False

    def __init__(self):
        self.module = importlib.import_module(self.name)
        self.version = self.module.__version__
        self.f = self.module

    def run(self, f):
        return f

    def force(self, y):
        pass

    def no_grad(self):
        return contextlib.nullcontext()

    def item(self, x):
        return x.item()


class NumPy(Library):
    name = "numpy"
    calls_openblas = True

    def array(self, x, dtype=None):
        if dtype == "bfloat16":
            raise TypeError("NumPy has no bfloat16")
        return x.astype(dtype) if dtype else x


class MlxLike(Library):
    """MLX, and what has its interface."""

    def array(self, x, dtype=None):
        # float64 becomes float32 unless it is asked for.
        y = self.f.array(x)
        y = y.astype(getattr(self.f, dtype)) if dtype else y
        self.f.eval(y)
        return y

    def force(self, y):
        self.f.eval(y)

    def value_and_grad(self, f):
        return self.f.value_and_grad(f)

    def relu(self, x):
        return self.f.maximum(x, 0)

    def cumsum(self, x):
        return self.f.cumsum(x, axis=None)

    def softmax(self, x):
        return self.f.softmax(x, axis=-1)

    def layer_norm(self, x, w, b):
        return self.f.fast.layer_norm(x, w, b, 1e-5)

    def attention(self, q, k, v):
        return self.f.fast.scaled_dot_product_attention(q, k, v, scale=q.shape[-1] ** -0.5)

    def conv2d(self, x, w):
        return self.f.conv2d(x, w, padding=1)

    def copy_transposed(self, x):
        # MLX's elementwise ops would keep the input's order, and move nothing.
        turned = self.f.transpose(x)
        copy = getattr(self.f, "contiguous", None)
        return copy(turned) if copy else turned + 0


class Mlx(MlxLike):
    name = "mlx.core"


class MlxCompile(Mlx):
    compiles = True

    def run(self, f):
        return self.f.compile(f)


class Engine(MlxLike):
    name = "engine.core"

    def run(self, f):
        return self.f.compile(f)


class Jax(Library):
    name = "jax"
    compiles = True

    def __init__(self):
        super().__init__()
        self.module.config.update("jax_enable_x64", True)
        self.f = self.module.numpy

    def array(self, x, dtype=None):
        return self.f.asarray(x, dtype=dtype or x.dtype).block_until_ready()

    def run(self, f):
        return self.module.jit(f)

    def force(self, y):
        self.module.block_until_ready(y)

    def value_and_grad(self, f):
        return self.module.value_and_grad(f)

    def relu(self, x):
        return self.f.maximum(x, 0)

    def erf(self, x):
        return self.module.lax.erf(x)

    def gelu(self, x):
        return self.module.nn.gelu(x, approximate=False)

    def softmax(self, x):
        return self.module.nn.softmax(x, axis=-1)

    def logsumexp(self, x):
        return self.module.nn.logsumexp(x, axis=-1)

    def attention(self, q, k, v):
        # Its own function wants heads after positions; the transposes are part of its price.
        q, k, v = (self.f.transpose(x, (0, 2, 1, 3)) for x in (q, k, v))
        return self.f.transpose(self.module.nn.dot_product_attention(q, k, v), (0, 2, 1, 3))

    def conv2d(self, x, w):
        dimensions = self.module.lax.conv_dimension_numbers(x.shape, w.shape, ("NHWC", "OHWI", "NHWC"))
        return self.module.lax.conv_general_dilated(x, w, (1, 1), "SAME", dimension_numbers=dimensions)


class TensorFlow(Library):
    name = "tensorflow"

    def __init__(self):
        super().__init__()
        tf = self.module

        class Functions:
            sum, max, mean, any = tf.reduce_sum, tf.reduce_max, tf.reduce_mean, tf.reduce_any
            exp, log, tanh, sin, sqrt, abs, power = tf.exp, tf.math.log, tf.tanh, tf.sin, tf.sqrt, tf.abs, tf.pow
            matmul, sort, argsort, argmax, maximum = tf.matmul, tf.sort, tf.argsort, tf.argmax, tf.maximum
            erf, transpose, reshape = tf.math.erf, tf.transpose, tf.reshape
            take = staticmethod(lambda x, i, axis=0: tf.gather(x, i, axis=axis))

        self.f = Functions

    def array(self, x, dtype=None):
        return self.module.constant(x, dtype=dtype or x.dtype)

    def item(self, x):
        return x.numpy()

    def argmax_all(self, x):
        return self.module.argmax(self.module.reshape(x, [-1]))

    def cumsum(self, x):
        return self.module.cumsum(x)

    def gelu(self, x):
        return self.module.nn.gelu(x, approximate=False)

    def softmax(self, x):
        return self.module.nn.softmax(x)

    def conv2d(self, x, w):
        # Weights as TensorFlow wants them are made once by `weights`.
        return self.module.nn.conv2d(x, w, 1, "SAME")

    def weights(self, w):
        return self.module.transpose(w, (1, 2, 3, 0))


class Torch(Library):
    name = "torch"
    calls_openblas = True

    def __init__(self):
        super().__init__()
        torch = self.module
        torch.set_num_threads(int(__import__("os").environ["OMP_NUM_THREADS"]))
        # Debian's package says a0 for what dpkg calls 1.13.1.
        self.nn = torch.nn.functional

    def array(self, x, dtype=None):
        y = self.module.from_numpy(x)
        return y.to(getattr(self.module, dtype)) if dtype else y

    def no_grad(self):
        return self.module.no_grad()

    def value_and_grad(self, f):
        def both(parameters, *inputs):
            with self.module.enable_grad():
                leaves = [p.detach().requires_grad_() for p in parameters]
                loss = f(leaves, *inputs)
                return loss.detach(), self.module.autograd.grad(loss, leaves)

        return both

    def __getattr__(self, name):
        # Names of NumPy's that PyTorch spells otherwise.
        torch, nn = self.__dict__["module"], self.__dict__["nn"]
        table = {
            "relu": nn.relu,
            "gelu": nn.gelu,
            "take": lambda x, i, axis=0: torch.index_select(x, axis, i),
            "cumsum": lambda x: torch.cumsum(x, 0),
            "sort": lambda x: torch.sort(x)[0],
            "max": lambda x, axis=None: torch.max(x) if axis is None else torch.amax(x, axis),
            "sum": lambda x, axis=None: torch.sum(x) if axis is None else torch.sum(x, axis),
            "mean": lambda x, axis=None: torch.mean(x) if axis is None else torch.mean(x, axis),
            "power": torch.pow,
            "erf": torch.special.erf,
            "transpose": lambda x, axes=None: x.permute(axes or tuple(reversed(range(x.ndim)))),
            "copy_transposed": lambda x: x.t().contiguous(),
            "softmax": lambda x: torch.softmax(x, -1),
            "logsumexp": lambda x: torch.logsumexp(x, -1),
            "layer_norm": lambda x, w, b: nn.layer_norm(x, x.shape[-1:], w, b),
            "conv2d": lambda x, w: nn.conv2d(x, w, padding=1),
            "weights": lambda w: w.permute(0, 3, 1, 2),
            "nhwc": lambda x: x.permute(0, 3, 1, 2),
        }
        if name in table:
            return table[name]
        raise AttributeError(f"torch.{name}")


LIBRARIES = {
    "numpy": NumPy,
    "mlx": Mlx,
    "mlx-compile": MlxCompile,
    "engine-aot": Engine,
    "jax": Jax,
    "tensorflow": TensorFlow,
    "torch": Torch,
}
