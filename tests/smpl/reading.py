"""Short ways to read rules in tests."""

from __future__ import annotations

from textwrap import dedent

from lazymmu_refactor.smpl.isomorphism.applied import expand
from lazymmu_refactor.smpl.isomorphism.reader import standard_isomorphisms
from lazymmu_refactor.smpl.patch.pattern import Leaf, PlusCode, walk_pattern
from lazymmu_refactor.smpl.patch.render import render_pattern
from lazymmu_refactor.smpl.patch.rule import Rule, SemanticPatch
from lazymmu_refactor.smpl.reader import read_patch


def read(text: str) -> SemanticPatch:
    """The semantic patch in ``text``, whose common indentation does not count."""
    return read_patch("test.cocci", dedent(text).lstrip("\n"))


def rule(text: str) -> Rule:
    """The last rule of ``text``."""
    found = read(text).rules[-1]
    assert isinstance(found, Rule)
    return found


def tree(text: str) -> str:
    """The printed body of the last rule of ``text``."""
    return render_pattern(rule(text).body)


def expanded(text: str) -> str:
    """The same after the standard isomorphisms."""
    return render_pattern(expand(rule(text), standard_isomorphisms()).body)


def plus_codes(found: Rule) -> list[PlusCode]:
    """All plus code of a rule, in the order of the leaves that it hangs on."""
    leaves = [each for each in walk_pattern(found.body) if isinstance(each, Leaf)]
    return [code for leaf in leaves for code in (*leaf.before, *leaf.after)]


def text_of(code: PlusCode) -> str:
    """The lines of plus code, tokens divided by one blank, lines by " / "."""
    return " / ".join(" ".join(token.text for token in line) for line in code.lines)
