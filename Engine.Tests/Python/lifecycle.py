"""Starts interpreters: exits with things alive, threads, forks, faulthandler, other CPUs, reloads. No library is needed."""
import os
import subprocess
import sys
import textwrap

from check import run


def child(code, *, rc=0, out=None, err=None, env=None, flags=(), timeout=120):
    p = subprocess.run([sys.executable, *flags, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=timeout, env={**os.environ, **(env or {})})
    assert p.returncode == rc, f"exit code {p.returncode} instead of {rc}\n{p.stdout}\n{p.stderr}"
    if out is not None:
        assert out in p.stdout, (out, p.stdout, p.stderr)
    if err is not None:
        assert err in p.stderr, (err, p.stderr)
    return p


def test_exit_with_things_alive():
    child("""
        import engine.core as mx, atexit, weakref
        a = mx.zeros((1000,)) + 1
        m, c, p = memoryview(a), a.__dlpack__(), mx.exp(a)
        g = mx.grad(lambda x: x.sum())
        b = mx.asarray(bytearray(100))
        class S(mx.array): pass
        s = S([1.0]); s.me = s
        import builtins; builtins.keep = [a, m, c, p, g, b, s, mx.from_dlpack(a)]
        atexit.register(lambda: print(a.sum().item(), p[0].item() > 2))
    """, out="1000.0 True")


def test_threads_at_exit():
    child("""
        import threading, time, engine.core as mx
        def work():
            x = mx.zeros((1 << 20,))
            while True:
                x = mx.sin(x + 1)
                mx.eval(x)
        for _ in range(2):
            threading.Thread(target=work, daemon=True).start()
        time.sleep(0.3)
    """)


def test_short_threads():
    child("""
        import threading, engine.core as mx
        before = mx.get_active_memory()
        for _ in range(300):
            t = threading.Thread(target=lambda: mx.eval(mx.zeros((4096,)) + 1))
            t.start(); t.join()
        assert mx.get_active_memory() == before
    """)


def test_faulthandler_after_import():
    child("""
        import engine.core as mx, faulthandler
        faulthandler.enable()
        for bad in (lambda: mx.array([7]) // 0, lambda: mx.array([7]) % 0, lambda: mx.array([-2 ** 31]) // -1, lambda: mx.array([-2 ** 63]) % -1, lambda: mx.array([1])[5], lambda: mx.zeros((2,))[::0], lambda: mx.zeros((2,)).reshape(), lambda: mx.array([0.0])[mx.array([9])], lambda: f"{mx.array(1.5):d}"):
            try:
                r = bad()
                if hasattr(r, 'tolist'): r.tolist()
            except (ValueError, IndexError, TypeError):
                pass
        print("alive")
    """, out="alive")


def test_fork_with_workers():
    child("""
        import os, engine.core as mx
        x = mx.ones((1 << 22,))
        def total(): return (mx.sin(x) * 0 + 1).sum().item()
        assert total() == 1 << 22
        pid = os.fork()
        if pid == 0:
            os._exit(0 if total() == 1 << 22 else 1)
        assert total() == 1 << 22
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        print("both")
    """, out="both", env={"ENGINE_THREADS": "3"})


def test_wrong_number_of_threads():
    child("""
        import engine.core as mx
        try:
            mx.eval(mx.zeros((1 << 20,)) + 1)
        except ValueError as e:
            print(e)
    """, out='ENGINE_THREADS: "many" is no number of threads', env={"ENGINE_THREADS": "many"})


def test_collector_thresholds():
    child("""
        import gc
        gc.set_threshold(1, 1, 1)
        import engine.core as mx
        for i in range(300):
            a = mx.array([1.0, 2.0, 3.0])
            b = a + i; c = (a * b).sum(); d = memoryview(b); e = b.__dlpack__(); f = mx.from_dlpack(a); g = [x for x in a]; h = a.tolist(); repr(a); a.shape
            mx.grad(lambda x: (x * x).sum())(a); mx.vmap(lambda x: x * 2)(a)
            try: a + "x"
            except ValueError: pass
        print(c.item())
    """)
    child("import engine.core as mx; print((mx.array([1.0]) + 1).tolist())", out="[2.0]", flags=("-X", "dev"))
    child("import engine.core as mx; print((mx.array([1.0]) + 1).tolist())", out="[2.0]", flags=("-X", "tracemalloc=10"))


def test_fork():
    child("""
        import os, threading, engine.core as mx
        a = mx.zeros((1 << 16,)) + 1
        mx.eval(a)
        stop = False
        def work():
            x = mx.zeros((1 << 18,))
            while not stop:
                x = mx.sin(x + 1); mx.eval(x)
        t = threading.Thread(target=work); t.start()
        bad = 0
        for i in range(20):
            pid = os.fork()
            if pid == 0:
                ok = (a + i)[3].item() == 1 + i and mx.grad(lambda x: x * x)(mx.array(3.0)).item() == 6
                os._exit(0 if ok else 7)
            _, status = os.waitpid(pid, 0)
            bad += status != 0
        stop = True; t.join()
        assert a.sum().item() == 1 << 16
        print("bad", bad)
    """, out="bad 0", flags=("-W", "ignore"))


def test_multiprocessing():
    import tempfile
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "work.py")
        with open(path, "w") as f:
            f.write(textwrap.dedent("""
                import multiprocessing as mp, sys
                import engine.core as mx
                def f(x): return (x * 2).sum().item()
                if __name__ == '__main__':
                    for how in ('spawn', 'fork', 'forkserver'):
                        with mp.get_context(how).Pool(2) as p:
                            assert p.map(f, [mx.array([1.0, float(i)]) for i in range(4)]) == [2 + 2 * i for i in range(4)], how
                    print('done')
            """))
        p = subprocess.run([sys.executable, "-W", "ignore", path], capture_output=True, text=True, timeout=120)
        assert p.returncode == 0 and "done" in p.stdout, p.stdout + p.stderr


def test_reimport():
    child("""
        import sys, importlib
        import engine.core as mx
        a = mx.array([1.0])
        for name in [n for n in sys.modules if n.startswith('engine')]:
            del sys.modules[name]
        import engine.core as again
        assert again.array is mx.array and (a + again.array([2.0])).tolist() == [3.0]
    """)


def test_subinterpreters_are_refused():
    child("""
        import sys
        import engine.core
        try:
            import _interpreters as i
        except ImportError:
            import _xxsubinterpreters as i
        s = i.create()
        try:
            r = i.run_string(s, "import engine.core")
        except Exception as e:
            r = e
        assert r is not None and 'nterpreter' in str(r) + repr(r), r
        print('refused')
    """, out="refused", flags=("-W", "ignore"))


CPUINFO = """
    import builtins, io
    real = builtins.open
    def fake(path, *a, **k):
        if path == "/proc/cpuinfo":
            return io.StringIO("processor : 0\\nflags\\t\\t: {flags}\\n")
        return real(path, *a, **k)
    builtins.open = fake
    import engine
    print(engine.cpu_level)
"""
V3 = "fpu sse sse2 ssse3 sse4_1 sse4_2 popcnt avx avx2 bmi1 bmi2 f16c fma abm movbe"


def test_older_cpus():
    child(CPUINFO.format(flags="fpu sse sse2 sse4_2 avx"), rc=1, err="ImportError: engine.core needs a CPU of the level x86-64-v3", env={"ENGINE_CPU": ""})
    child(CPUINFO.format(flags=V3), out="v3", env={"ENGINE_CPU": ""})
    child(CPUINFO.format(flags=V3), rc=1, err="ImportError: ENGINE_CPU=v4 asks for more than this CPU has, which lacks avx512bw", env={"ENGINE_CPU": "v4"})
    child("import engine", rc=1, err="ImportError: ENGINE_CPU=v9 is no level", env={"ENGINE_CPU": "v9"})
    child("import engine; print(engine.cpu_level)", out="v3", env={"ENGINE_CPU": "v3"})
    child("import engine.core as mx; print(mx.default_device(), mx.ones((2,)) + 1)", out="Device(cpu, 0)", env={"ENGINE_DEVICE": "cpu"})
    child("import engine.core", rc=1, err="ImportError: ENGINE_DEVICE: 'gpu' is no value of it. Set it to cpu", env={"ENGINE_DEVICE": "gpu"})


def test_other_pythons():
    child("""
        import sys
        sys.version_info = (3, 10, 0, 'final', 0)
        import engine
    """, rc=1, err="ImportError: engine.core needs CPython 3.11 or newer")
    child("""
        import sys
        sys.abiflags = 't'
        import engine
    """, rc=1, err="free-threaded")


def test_signals():
    child("""
        import signal, os, threading, time, engine.core as mx
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
        x = mx.zeros((1 << 20,))
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            while True:
                x = mx.sin(x + 1); mx.eval(x)
        except KeyboardInterrupt:
            print('interrupted', mx.array([1.0]).tolist())
    """, out="interrupted [1.0]")


def test_import_is_quick():
    p = child("""
        import time
        t = time.perf_counter()
        import engine.core
        print((time.perf_counter() - t) * 1000)
    """)
    assert float(p.stdout) < 200, p.stdout


run(globals())
