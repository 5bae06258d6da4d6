"""Functions that the test cases name where NumPy has none, or another rule."""
import math

import numpy as np


def dtype(name):
    if name == "bfloat16":
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    return np.dtype(name)


def wide(x, mode, result):
    """The array in the precision of the reference."""
    name = x.dtype.name
    if mode == "lane":
        return x.astype(np.float32) if name in ("float16", "bfloat16") else x
    if name in ("float16", "bfloat16", "float32"):
        return x.astype(np.float64)
    if name == "float64":
        return x.astype(np.longdouble)
    if x.dtype.kind in "biu" and result in ("float16", "bfloat16", "float32", "float64"):
        x = x.astype(dtype(result))
        return x.astype(np.longdouble if result == "float64" else np.float64)
    return x


def astype(x, name):
    """A float becomes an integer by truncation and wrapping; NaN and what 64 bits cannot hold, the lowest number."""
    to = dtype(name)
    if x.dtype.kind == "c" and to.kind != "c":
        x = x != 0 if to.kind == "b" else x.real
    if x.dtype.kind == "f" and to.kind in "iu":
        d = x.astype(np.float64)
        if name == "int32":
            fits = (d > -2147483649.0) & (d < 2147483648.0)
            return np.where(fits, np.where(fits, d, 0).astype(np.int64), -(2**31)).astype(to)
        if name == "uint64":
            high = (d >= 2.0**63) & (d < 2.0**64)
            low = (d >= -(2.0**63)) & (d < 2.0**63)
            return np.where(high, np.where(high, d, 0).astype(np.uint64), np.where(low, np.where(low, d, 0).astype(np.int64), np.int64(-(2**63))).astype(np.uint64))
        fits = (d >= -(2.0**63)) & (d < 2.0**63)
        return np.where(fits, np.where(fits, d, 0).astype(np.int64), np.int64(-(2**63))).astype(to)
    if to.name in ("float16", "bfloat16") and x.dtype.kind in "iu":
        return x.astype(np.float32).astype(to)
    return x.astype(to)


def sign(x):
    if x.dtype.kind == "b":
        return x
    return np.sign(x)


def erf(x):
    return np.vectorize(math.erf, otypes=[np.float64])(x.astype(np.float64))


def erfinv(x):
    import scipy.special

    return np.copysign(scipy.special.erfinv(x.astype(np.float64)), x)


def floor_divide(x, y):
    if x.dtype.kind == "b":
        return x & y
    return np.floor(x / y) if x.dtype.kind == "f" else np.floor_divide(x, y)


def remainder(x, y):
    if x.dtype.kind == "b":
        return x & ~y
    if x.dtype.kind == "f":  # MLX's rule: the sign of a zero is the dividend's, where NumPy takes the divisor's
        r = np.fmod(x, y)
        return np.where((r != 0) & ((r < 0) != (y < 0)), r + y, r)
    x, y = np.broadcast_arrays(x, y)
    return np.where(y == 0, x, np.remainder(x, np.where(y == 0, 1, y)))


def power(x, y):
    if x.dtype.kind == "b":
        return x | ~y
    if x.dtype.kind == "f":
        return np.power(x, y)
    x, y = np.broadcast_arrays(x, y)
    return np.where(y < 0, 0, np.power(x, np.where(y < 0, 0, y)))


def logsumexp(x, axis=None, keepdims=False):
    m = np.max(x, axis=axis, keepdims=True)
    m = np.where(np.isfinite(m), m, 0)
    r = np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True)) + m
    return r if keepdims else np.squeeze(r, axis=axis) if axis is not None else r.reshape(())


def softmax(x, axis=None):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def cumsum(x, axis, reverse, inclusive):
    if reverse:
        x = np.flip(x, axis)
    r = np.cumsum(x, axis=axis)
    if not inclusive:
        r = np.concatenate([np.zeros_like(np.take(r, [0], axis) if r.shape[axis] else r), r], axis)
        r = np.take(r, range(x.shape[axis]), axis)
    return np.flip(r, axis) if reverse else r


def order_about(x, kth, axis):
    """Places of what is less than the kth element, equal to it and greater, NaN being the greatest: each in their order."""
    if axis is None:
        x, axis = x.reshape(-1), 0
    pivot = np.take(np.sort(x, axis=axis), [kth], axis)
    nan = (x != x).astype(np.int8) - (pivot != pivot).astype(np.int8)
    side = np.where(nan != 0, nan, (x > pivot).astype(np.int8) - (x < pivot).astype(np.int8))
    return np.argsort(side, axis=axis, kind="stable")


def partition(x, kth, axis):
    order = order_about(x, kth, axis)
    return np.take_along_axis(x.reshape(-1) if axis is None else x, order, 0 if axis is None else axis)


def topk(x, k, axis):
    if axis is None:
        x, axis = x.reshape(-1), 0
    n = x.shape[axis]
    return np.take(partition(x, n - k, axis) if 0 < k < n else x, range(n - k, n), axis)


def near(x):
    return np.clip(x, -9, 9)


def rms_norm(x, weight, bias, eps):
    y = x / np.sqrt(np.sum(x * x, -1, keepdims=True) / x.shape[-1] + eps) if x.size else x
    return y if weight is None else y * weight


def rms_norm_scale(x, weight, bias, eps):
    return np.abs(rms_norm(x, weight, bias, eps))


def layer_norm(x, weight, bias, eps):
    if x.size == 0:
        return x
    d = x - np.mean(x, -1, keepdims=True)
    y = d / np.sqrt(np.mean(d * d, -1, keepdims=True) + eps)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def layer_norm_scale(x, weight, bias, eps):
    """max|x| / sqrt(variance + eps) |weight| + |bias|"""
    if x.size == 0:
        return x
    y = np.max(np.abs(x), -1, keepdims=True) / np.sqrt(np.var(x, -1, keepdims=True) + eps) + 0 * np.abs(x)
    y = y if weight is None else y * np.abs(weight)
    return y if bias is None else y + np.abs(bias)


def rope(x, dims, traditional, base, scale, offset, freqs, length=False):
    half = dims // 2
    turn = np.asarray(base, np.float64) ** (-np.arange(half) / half) if freqs is None else 1 / freqs
    start = np.asarray(offset).reshape((-1,) + (1,) * (x.ndim - 1))
    angle = (start + np.arange(x.shape[-2]).reshape(-1, 1)) * scale * turn
    one, two = (slice(0, dims, 2), slice(1, dims, 2)) if traditional else (slice(0, half), slice(half, dims))
    a, b = x[..., one], x[..., two]
    y = x.copy()
    y[..., one] = np.hypot(a, b) if length else a * np.cos(angle) - b * np.sin(angle)
    y[..., two] = np.hypot(a, b) if length else a * np.sin(angle) + b * np.cos(angle)
    return np.abs(y) if length else y


def rope_scale(x, dims, traditional, base, scale, offset, freqs):
    """The length of the pair that an element belongs to; in float64, whose angles are rounded too, times 1 + the angle."""
    r = rope(x, dims, traditional, base, scale, offset, freqs, length=True)
    if x.dtype != np.longdouble:
        return r
    turn = 1 if freqs is None else np.nanmax(1 / freqs, initial=0)
    return r * (1 + (np.max(np.abs(offset), initial=0) + x.shape[-2]) * scale * turn)


def attention_scores(q, k, scale, mask):
    k = np.repeat(k, q.shape[1] // k.shape[1], 1)
    s = np.matmul(q, np.swapaxes(k, -1, -2)) * scale
    if mask is None:
        return s
    if isinstance(mask, str):
        t, n = s.shape[-2:]
        mask = np.arange(n) <= np.arange(t)[:, None] + n - t
    return np.where(mask, s, -1e300) if mask.dtype == bool else s + mask


def attention(q, k, v, scale, mask, sinks):
    s = attention_scores(q, k, scale, mask)
    top = np.max(s, -1, keepdims=True)
    if sinks is not None:
        top = np.maximum(top, sinks.reshape(-1, 1, 1))
    e = np.exp(s - top)
    total = np.sum(e, -1, keepdims=True)
    if sinks is not None:
        total = total + np.exp(sinks.reshape(-1, 1, 1) - top)
    return np.matmul(e / total, np.repeat(v, q.shape[1] // v.shape[1], 1))


def attention_scale(q, k, v, scale, mask, sinks):
    """(1 + max|score|) max|value|"""
    s = np.nanmax(np.abs(attention_scores(q, k, scale, None if mask is None or isinstance(mask, str) or mask.dtype == bool else mask)), initial=0)
    return (1 + s) * np.nanmax(np.abs(v), initial=0) + np.zeros(q.shape[:3] + v.shape[3:])


def array_equal(x, y, equal_nan):
    return np.asarray(x.shape == y.shape and bool(np.all((x == y) | (np.isnan(x) & np.isnan(y) if equal_nan else False))))


def scatter_add(x, y, z, axis):
    r = np.moveaxis(x.copy(), axis, 0)
    z = np.broadcast_to(z, x.shape[:axis] + y.shape + x.shape[axis + 1 :])
    z = np.moveaxis(z, list(range(axis, axis + y.ndim)), list(range(y.ndim)))
    np.add.at(r, y, z)
    return np.moveaxis(r, 0, axis)


def slice_block(x, y, axis, block):
    at = [slice(0, n) for n in block]
    at[axis] = slice(int(y[0]), int(y[0]) + block[axis])
    return x[tuple(at)]


def slice_update(x, y, z, axis):
    r = x.copy()
    at = [slice(0, n) for n in y.shape]
    at[axis] = slice(int(z[0]), int(z[0]) + y.shape[axis])
    r[tuple(at)] = y
    return r


def maximum(x, y):
    """-0 is below +0, as IEEE 754 has it; NumPy takes either."""
    r = np.maximum(x, y)
    if r.dtype.kind != "f":
        return r
    return np.where((x == 0) & (y == 0), np.where(np.signbit(x) & np.signbit(y), -0.0, 0.0).astype(r.dtype), r)


def minimum(x, y):
    return -maximum(-x, -y) if x.dtype.kind == "f" else np.minimum(x, y)


def conv(x, w, stride, low, high, kernel_dilation, input_dilation, groups, flip):
    """Element by element of the kernel. Padding is multiplied like any zero; the holes of a dilated input are left out."""
    n, m, c = x.ndim - 2, w.shape[0] // groups, w.shape[-1]
    size = [((max(0, (x.shape[i + 1] - 1) * input_dilation[i] + 1) if x.shape[i + 1] else 0) + low[i] + high[i] - (w.shape[i + 1] - 1) * kernel_dilation[i] - 1) // stride[i] + 1 for i in range(n)]
    out = np.zeros((x.shape[0], *size, w.shape[0]), np.result_type(x, w))
    for k in np.ndindex(*w.shape[1:-1]):
        part, met = x, np.ones([1] * (n + 2), bool)
        for i in range(n):
            place = np.arange(size[i]) * stride[i] - low[i] + k[i] * kernel_dilation[i]
            at, shape = place // input_dilation[i], [-1 if j == i + 1 else 1 for j in range(n + 2)]
            inside = (at >= 0) & (at < x.shape[i + 1])
            padded = np.concatenate([part, np.zeros_like(part, shape=[1 if j == i + 1 else length for j, length in enumerate(part.shape)])], axis=i + 1)
            part = np.take(padded, np.where(inside, at, x.shape[i + 1]), axis=i + 1)
            met = met & (place % input_dilation[i] == 0).reshape(shape)
        kernel = w[(slice(None), *[w.shape[i + 1] - 1 - k[i] if flip else k[i] for i in range(n)])]
        products = [np.matmul(part[..., g * c : (g + 1) * c], kernel[g * m : (g + 1) * m].T) for g in range(groups)]
        out = np.where(met, out + np.concatenate(products, axis=-1), out)
    return out


def largest(x, axis=None, keepdims=False):
    r = np.max(x, axis=axis, keepdims=keepdims)
    if x.dtype.kind != "f":
        return r
    positive = np.any((x == 0) & ~np.signbit(x), axis=axis, keepdims=keepdims)
    return np.where(r == 0, np.where(positive, 0.0, -0.0).astype(x.dtype), r)
