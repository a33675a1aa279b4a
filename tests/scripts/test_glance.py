"""What is vouched for without a close reading is what a close reading finds in order."""

import pytest

from lazymmu_refactor.scripts.glance import is_plain
from lazymmu_refactor.scripts.reading import read
from lazymmu_refactor.scripts.snippet import Namespace, Snippet
from lazymmu_refactor.smpl.patch.place import Place

PLAIN = [
    'msg = "%s at %s" % (f, p[0].line)\ncoccilib.report.print_report(p[0], msg)\n',
    "import re, os.path\nif re.match('a', f) and os.path.exists(f):\n    cocci.include_match(False)\n",
    "coccinelle.x = coccinelle.f\n",
    "seen = set()\ndef new(x):\n    return x not in seen and [each for each in seen if each != x]\n",
    "for each in p:\n    print(each.line, file=sys.stderr) if new(each) else None\n",
]
NOT_VOUCHED_FOR = [
    "x = (\n", "print 'x'\n", "print(q)\n", "def g():\n    return q\n", "def g():\n    q = 1\nprint(q)\n",
    "lambda q: r\n", "import socket\n", "from os import path\n", "open('x')\n", "def g():\n    open('x')\n",
    "print(x)\n", "coccinelle.f = 'g'\n", "coccinelle.y = 'g'\n", "cocci.other()\n", "sys.modules\n",
    "f.__globals__\n", "eval = print\n", "[each for each in p if other]\n",
]  # fmt: skip


def snippet(code: str) -> Snippet:
    return Snippet(code, Place("x.cocci", 1, 0, 1), frozenset({"f", "p"}), frozenset({"x"}))


def shared() -> Namespace:
    return Namespace({*Namespace().names, "new", "sys"})


@pytest.mark.parametrize("code", PLAIN)
def test_what_is_vouched_for(code: str) -> None:
    at_a_glance, closely = shared(), shared()
    assert is_plain(snippet(code), at_a_glance)
    read(snippet(code), closely)
    assert at_a_glance.names == {name for name in closely.names if "." not in name}


@pytest.mark.parametrize("code", NOT_VOUCHED_FOR)
def test_what_is_left_to_a_close_reading(code: str) -> None:
    names = shared()
    assert not is_plain(snippet(code), names)
    assert names == shared()


def test_what_python_warns_of_is_not_said_at_a_glance(recwarn: pytest.WarningsRecorder) -> None:
    assert is_plain(snippet('print(f is "x")\n'), shared())
    read(snippet('print(f is "x")\n'), shared())
    assert not recwarn.list
