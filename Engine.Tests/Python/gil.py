"""Other threads run while an evaluation or a file keeps this one: shown by what they do, not by the clock. No library is needed."""
import faulthandler
import os
import sys
import tempfile
import threading
import time

import engine.core as mx
from check import run

# A thread that waits for the GIL gets it only where it is let go: never by force.
sys.setswitchinterval(1000)
# What holds the GIL for ever ends the test, not only itself.
faulthandler.dump_traceback_later(240, exit=True)


class Counter:
    """A thread that counts whenever it gets the GIL."""

    def __enter__(self):
        self.n, self.stop = 0, False
        self.thread = threading.Thread(target=self.work)
        self.thread.start()
        return self

    def work(self):
        while not self.stop:
            self.n += 1
            time.sleep(0.0001)

    def __exit__(self, *_):
        self.stop = True
        self.thread.join()

    def moves_during(self, build, work, times=200):
        """Whether it counts while work(build()) runs, in one of several runs."""
        for _ in range(times):
            x = build()
            before = self.n
            work(x)
            if self.n != before:
                return True
        return False


def test_the_counter_stands_still_while_python_runs():
    with Counter() as c:
        assert not c.moves_during(lambda: None, lambda _: sum(range(200000)), 20)
        # and during small work
        assert not c.moves_during(lambda: mx.array([1.0, 2.0]), lambda x: [mx.eval(x + i) for i in range(100)], 20)


def test_large_results():
    x = mx.zeros((1 << 21,)) + 0.5
    with Counter() as c:
        assert c.moves_during(lambda: mx.sin(x) + mx.exp(x * 0.1), mx.eval)


def test_small_results_of_large_work():
    x = mx.zeros((1 << 21,)) + 0.5
    m = mx.zeros((400, 400)) + 0.5
    mx.eval(x, m)
    with Counter() as c:
        assert c.moves_during(lambda: mx.sin(x).sum(), mx.eval), "a reduction"
        assert c.moves_during(lambda: x.sum() + 1, lambda y: y.item()), "a reduction behind the root, of a value"
        assert c.moves_during(lambda: mx.sin(mx.exp(mx.sin(x).mean()) + 1), repr), "a reduction far behind the root"
        assert c.moves_during(lambda: mx.sort(mx.sin(x))[0], lambda y: y.tolist()), "a sort behind a view"
        assert c.moves_during(lambda: (m @ m)[:2, :2].sum(), lambda y: float(y)), "a matrix product"

        def chain():
            y = mx.array([1.0])
            for _ in range(20000):
                y = y * 0.999 + 1
            return y
        assert c.moves_during(chain, mx.eval), "a long chain of small nodes"


def test_files():
    # A pipe: the writer cannot end before the reader has read, nor the reader before the writer has written.
    for n in (1 << 16, 1 << 20):
        x = mx.arange(n)
        with tempfile.TemporaryDirectory() as d:
            path, npz = os.path.join(d, "x.npy"), os.path.join(d, "x.npz")
            os.mkfifo(path)
            read, opened = [], threading.Event()

            def reader():
                with open(path, "rb") as f:
                    opened.set()
                    while len(read) < 1 or sum(map(len, read)) < 128 + 4 * n:
                        read.append(f.read(4096))

            t = threading.Thread(target=reader)
            t.start()
            mx.save(path, x)
            t.join()
            data = b"".join(read)
            assert data[:6] == b"\x93NUMPY" and data[128:] == memoryview(x).tobytes()

            def writer():
                with open(path, "wb") as f:
                    f.write(data)

            t = threading.Thread(target=writer)
            t.start()
            y = mx.load(path)
            t.join()
            assert mx.array_equal(x, y).item()

            mx.savez(npz, x, y=x + 1)
            z = mx.load(npz)
            assert mx.array_equal(z["arr_0"], x).item() and mx.array_equal(z["y"], x + 1).item()


def test_files_of_python():
    import io
    x = mx.zeros((1 << 22,)) + 1
    mx.eval(x)
    with Counter() as c:
        assert c.moves_during(io.BytesIO, lambda f: mx.savez(f, x))
        f = io.BytesIO()
        mx.savez(f, x)
        assert c.moves_during(lambda: f.seek(0), lambda _: mx.load(f, format="npz"))


def test_an_array_rebound_while_it_is_saved():
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "x.npy")
        for _ in range(20):
            x = mx.zeros((1 << 20,)) + 1
            mx.eval(x)
            done = threading.Event()

            def rebind():
                nonlocal x
                while not done.is_set():
                    x += 1
                    mx.eval(x)
                    time.sleep(0.0001)

            t = threading.Thread(target=rebind)
            t.start()
            mx.save(path, x)
            done.set()
            t.join()
            y = mx.load(path)
            assert mx.array_equal(y, mx.zeros_like(y) + y[0]).item()


run(globals())
faulthandler.cancel_dump_traceback_later()
