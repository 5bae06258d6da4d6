"""Writes jax-kinks.json: gradients where a function has a kink, a tie or an edge, by JAX and, beside them, by MLX (float64).

The cotangent is 1, 2, 3, ... in row-major order, so that misplaced shares show.

Run with an interpreter that has both; the table names the versions that made it.
"""
import json
import math
import os

import jax
import jax.numpy as jnp
import mlx.core as mx
import numpy as np

jax.config.update("jax_enable_x64", True)
mx.set_default_device(mx.cpu)
INF = math.inf

UNARY = {
    "abs": (jnp.abs, [0.0, -0.0, 1.0, -1.0]),
    "sign": (jnp.sign, [0.0, -0.0, 2.0, -2.0]),
    "floor": (jnp.floor, [0.0, 1.0, -1.0, 0.5]),
    "square": (jnp.square, [0.0, -0.0]),
    "sqrt": (jnp.sqrt, [0.0, 1.0, INF]),
    "rsqrt": (jax.lax.rsqrt, [1.0, 4.0, INF]),
    "log": (jnp.log, [0.0, 1.0, INF]),
    "log1p": (jnp.log1p, [-1.0, 0.0, INF]),
    "exp": (jnp.exp, [-INF, 0.0, 800.0]),
    "tanh": (jnp.tanh, [-INF, 0.0, INF, 50.0]),
    "sigmoid": (jax.nn.sigmoid, [0.0, 50.0, -50.0, 800.0, -800.0]),
    "erf": (jax.lax.erf, [0.0, -INF, INF, 40.0]),
    "negative": (jnp.negative, [0.0, INF]),
}
BINARY = {
    "maximum": (jnp.maximum, [0.0, 1.0, 2.0, -0.0, INF], [0.0, 2.0, 1.0, 0.0, INF]),
    "minimum": (jnp.minimum, [0.0, 1.0, 2.0, -0.0, INF], [0.0, 2.0, 1.0, 0.0, INF]),
    "divide": (jnp.divide, [0.0, 1.0, 0.0], [1.0, 2.0, 2.0]),
    "multiply": (jnp.multiply, [0.0, 1.0], [5.0, 0.0]),
    "power": (jnp.power, [0.0, 0.0, 0.0, 2.0, 1.0, 2.0], [2.0, 1.0, 3.0, 0.0, 0.0, 3.0]),
}
REDUCTION = {
    "max": (jnp.max, [[1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [0.0, -0.0, -1.0], [5.0, 4.0, 3.0]]),
    "min": (jnp.min, [[1.0, 1.0, 3.0], [2.0, 2.0, 2.0], [0.0, -0.0, 1.0], [5.0, 4.0, 3.0]]),
    "sum": (jnp.sum, [[1.0, 3.0, 3.0]]),
    "mean": (jnp.mean, [[1.0, 3.0, 3.0]]),
    "logsumexp": (jax.nn.logsumexp, [[1.0, 1.0, 1.0], [0.0, -INF, 0.0], [800.0, 800.0, 0.0], [-800.0, -800.0, -900.0]]),
}


def number(v):
    v = float(v)
    return v if math.isfinite(v) else "NaN" if math.isnan(v) else "Infinity" if v > 0 else "-Infinity"


def numbers(a):
    return [number(v) for v in jnp.ravel(a)]


def by_mlx(op, args, attributes, cotangent):
    def to(a):
        return mx.array(np.asarray(a).tolist(), mx.float64)

    try:
        _, grads = mx.vjp(lambda *p: [getattr(mx, op)(*p, **attributes)], [to(a) for a in args], [to(cotangent)])
        return [numbers(np.array(g)) for g in grads]
    except ValueError:
        return None


def case(op, f, *inputs, **attributes):
    args = [jnp.asarray(i, jnp.float64) for i in inputs]
    result, pull = jax.vjp(lambda *p: f(*p, **attributes), *args)
    cotangent = np.arange(1.0, result.size + 1).reshape(result.shape)
    grads = pull(jnp.asarray(cotangent))
    return {
        "op": op,
        "attributes": attributes,
        "inputs": [{"shape": list(a.shape), "values": numbers(a)} for a in args],
        "gradients": [numbers(g) for g in grads],
        "mlx": by_mlx(op, args, attributes, cotangent),
    }


def main():
    cases = [case(op, f, v) for op, (f, v) in UNARY.items()]
    cases += [case(op, f, p, q) for op, (f, p, q) in BINARY.items()]
    cases += [case(op, f, rows, axis=-1) for op, (f, rows) in REDUCTION.items()]
    cases += [case(op, f, rows) for op, (f, rows) in REDUCTION.items() if op in ("max", "min")]
    cases.append(case("sort", jnp.sort, [3.0, 1.0, 2.0, 1.0], axis=-1))
    cases.append(case("cumsum", jnp.cumsum, [3.0, 0.0, 2.0], axis=0))
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "jax-kinks.json")
    with open(path, "w", encoding="utf-8") as out:
        rows = ",\n    ".join(json.dumps(c) for c in cases)
        out.write(f'{{\n  "jax": "{jax.__version__}",\n  "mlx": "{mx.__version__}",\n  "cases": [\n    {rows}\n  ]\n}}\n')


main()
