"""What the scripts share."""
import os
import sys

import engine.core as mx


def raises(error, f, *words):
    """f() must raise; the message must hold the words."""
    try:
        result = f()
    except BaseException as e:
        assert isinstance(e, error), f"{type(e).__name__}({e}) instead of {error}"
        for word in words:
            assert word in str(e), f"{word!r} is not in {str(e)!r}"
        return e
    raise AssertionError(f"no error, but {result!r}")


def run(scope):
    """Runs every function named test_... of a script."""
    wanted = os.environ.get("ENGINE_BUILD_ID")
    assert not wanted or mx.__build_id__ == wanted, f"the module is of build {mx.__build_id__}, the tested assembly is {wanted}: run dotnet cake --target=Python"
    count = 0
    for name, f in list(scope.items()):
        if name.startswith("test_") and (len(sys.argv) < 3 or sys.argv[2] in name):
            try:
                f()
            except BaseException:
                print("in", name, flush=True)
                raise
            count += 1
    print(f"{count} tests")
