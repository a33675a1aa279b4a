"""The same functions in other dress: what a call means does not depend on how its function is written down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.laws.section_functions import CALLS
from tests.laws.section_oracle import Function, Statement

HEADS = (
    "static int walk(int v0, int v1)",
    "unsigned long\nwalk(int v0, int v1)",
    "static struct thing *walk(v0, v1)\n\tint v0, v1;",
    "DEFINE_WALK(walk, int, v0, unsigned long, v1)",
    "__init static noinline int walk(int v0,\n\t\t\t\tint v1) __releases(lock)",
)
MARGINS = ("\t", "    ", "  ")
ARGUMENTS = ("()", "()", " ()", "( )", "(/* none */)")
COMMENTS = ("", "", " /* { */", " // arch_leave_lazy_mmu_mode();", " /* it's \" and\n * one more */")
WORK = (
    "work();",
    ";",
    'trace("arch_enter_lazy_mmu_mode();");',
    "{ int more = get(); (void)more; }",
    'asm volatile("" ::: "memory");',
    "if (0) { work(); }",
)
# where one of two is taken, nothing is known of which
UNKNOWN = ("perhaps()", "(perhaps() & 1)", "likely(perhaps())", "get() == sizeof(long)", "({ int x = get(); x; })")
TRUE = ("{}", "({})", "{} != 0", "0 != {}", "!!{}")
FALSE = ("!{}", "!({})", "{} == 0", "0 == {}")
SIMPLE = ("enter", "leave", "set", "return", "goto", "break", "continue")


def dressed(function: Function, seed: int) -> str:
    """The function as C in one of many forms, each of them the same for the same seed. Behind each call stands its
    site's number as a comment.
    """
    return _Dress(Random(seed)).function(function)


@dataclass
class _Dress:
    random: Random
    margin: str = field(init=False)
    labels: int = 0

    def __post_init__(self) -> None:
        self.margin = self.any_of(MARGINS)

    def any_of(self, forms: Sequence[str]) -> str:
        return self.random.choice(forms)

    def one_in(self, number: int) -> bool:
        return self.random.randrange(number) == 0

    def function(self, function: Function) -> str:
        lines = [self.any_of(HEADS), "{", f"{self.margin}struct thing *thing;", "", *self.block(function.body, 1)]
        lines += [self.any_of((" out:", "out:")), *self.block(function.tail, 1), f"{self.margin}return 0;", "}", ""]
        return self.any_of(("\n", "\n", "\r\n")).join("\n".join(lines).split("\n"))

    def block(self, statements: Sequence[Statement], depth: int) -> Iterator[str]:
        for each in statements:
            yield from self.statement(each, self.margin * depth, depth)

    def statement(self, each: Statement, tab: str, depth: int) -> Iterator[str]:
        match each.kind:
            case "enter" | "leave":
                yield from self.call(f"{CALLS[each.kind]}{self.any_of(ARGUMENTS)}; /* site {each.site} */", tab)
            case "if":
                yield from self.choice(each, tab, depth)
            case "while":
                yield from self.under(self.head_of_loop(each), each.body, depth)
            case "do":
                yield from (f"{tab}do {{", *self.block(each.body, depth + 1), f"{tab}}} while ({self.test(each)});")
            case "set":
                yield f"{tab}v{each.variable} = {'get()' if each.value is None else int(each.value)};"
            case "work":
                yield f"{tab}{self.any_of(WORK)}{self.any_of(COMMENTS)}"
            case jump:
                yield tab + {"return": "return 0;", "goto": "goto out;"}.get(jump, f"{jump};")

    def choice(self, each: Statement, tab: str, depth: int) -> Iterator[str]:
        if each.variable < 0 and not _breaks(each) and self.one_in(3):
            yield from (f"{tab}switch (get()) {{", f"{tab}case 0:", f"{tab}case 7 ... 9:")
            yield from (*self.block(each.body, depth + 1), f"{tab}break;", f"{tab}default:")
            yield from (*self.block(each.otherwise, depth + 1), f"{tab};", f"{tab}}}")
            return
        yield from self.under(f"if ({self.test(each)})", each.body, depth, braces=bool(each.otherwise))
        if each.otherwise:
            yield from self.under("else", each.otherwise, depth)

    def head_of_loop(self, each: Statement) -> str:
        plain = (f"while ({self.test(each)})", f"for (; {self.test(each)}; )")
        unknown = ("list_for_each(thing, get())", "for (int i = 0; i < get(); i++)")
        return self.any_of((*plain, *(unknown if each.variable < 0 else ())))

    def call(self, call: str, tab: str) -> Iterator[str]:
        self.labels += 1
        label = f"l{self.labels}"
        forms = (
            (f"{tab}{call}{self.any_of(COMMENTS)}",),
            (f"{tab}{call}",),
            (f"{tab}{{", f"{tab}{self.margin}{call}", f"{tab}}}"),
            (f"{tab}do {{", f"{tab}{self.margin}{call}", f"{tab}}} while (0);"),
            ("#ifdef CONFIG_WORK", f"{tab}work();", "#endif", f"{tab}{call}"),
            (f"{tab}goto {label};", f"{label}:", f"{tab}{call}"),
        )
        yield from self.random.choice(forms)

    def under(self, head: str, body: Sequence[Statement], depth: int, *, braces: bool = False) -> Iterator[str]:
        """A head with its body, in braces of its own line, of the head's, or in none where it can do without."""
        tab = self.margin * depth
        if not braces and len(body) == 1 and body[0].kind in SIMPLE and self.one_in(2):
            call = body[0].kind in CALLS
            plain = f"{CALLS[body[0].kind]}(); /* site {body[0].site} */" if call else ""
            inner = self.margin * (depth + 1)
            yield from (f"{tab}{head}", *((inner + plain,) if call else self.statement(body[0], inner, depth + 1)))
        elif self.one_in(3):
            yield from (f"{tab}{head}", f"{tab}{{", *self.block(body, depth + 1), f"{tab}}}")
        else:
            yield from (f"{tab}{head} {{{self.any_of(COMMENTS)}", *self.block(body, depth + 1), f"{tab}}}")

    def test(self, each: Statement) -> str:
        if each.variable < 0:
            return self.any_of(UNKNOWN)
        return self.any_of(TRUE if each.value else FALSE).format(f"v{each.variable}")


def _breaks(each: Statement) -> bool:
    """Whether a ``break`` in a statement leaves what is around it, which within a switch it would not."""
    below = (*each.body, *each.otherwise)
    return any(inner.kind == "break" or (inner.kind == "if" and _breaks(inner)) for inner in below)
