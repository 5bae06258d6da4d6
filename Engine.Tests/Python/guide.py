"""Runs the lines of a page: python guide.py PAGE [MODULE ...], with the sections that need one of the modules (or nothing). Prints how many lines each section has."""
import doctest
import os
import re
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

page, modules = sys.argv[1], sys.argv[2:]
with open(page, encoding="utf-8") as f:
    text = f.read()
failed = lines = 0
seen = set()
for section in re.split(r"(?m)^## ", text)[1:]:
    title = section.splitlines()[0]
    needs = re.search(r"<!-- needs (\w+) -->", section)
    blocks = re.findall(r"(?ms)^```python\n(.*?)^```", section)
    if not blocks or (needs and needs.group(1) not in modules):
        continue
    if needs:
        seen.add(needs.group(1))
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, title, page, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    result = runner.run(test)
    failed += result.failed
    lines += result.attempted
    print(f"{title}: {result.attempted} lines")
missing = set(modules) - seen
if missing:
    sys.exit(f"no section needs {', '.join(sorted(missing))}")
print(f"{lines} lines, {failed} failed")
sys.exit(1 if failed or not lines else 0)
