"""Functions with lazy_mmu calls, made by Hypothesis and printed as C."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.laws.section_oracle import Function, Statement

VARIABLES = 2
CALLS = {"enter": "arch_enter_lazy_mmu_mode", "leave": "arch_leave_lazy_mmu_mode"}


Statements = tuple[Statement, ...]

ENTER, LEAVE, WORK = Statement("enter"), Statement("leave"), Statement("work")


def _joined(pieces: list[Statements]) -> Statements:
    return tuple(each for piece in pieces for each in piece)


def _block(pieces: st.SearchStrategy[Statements], most: int) -> st.SearchStrategy[Statements]:
    return st.lists(pieces, min_size=1, max_size=most).map(_joined)


def _one(statements: st.SearchStrategy[Statement]) -> st.SearchStrategy[Statements]:
    return statements.map(lambda each: (each,))


def _tests(kind: str, body: st.SearchStrategy[Statements]) -> st.SearchStrategy[Statements]:
    otherwise = st.one_of(st.just(()), body) if kind == "if" else st.just(())
    return _one(
        st.builds(
            Statement,
            st.just(kind),
            variable=st.integers(-1, VARIABLES - 1),
            value=st.booleans(),
            body=body,
            otherwise=otherwise,
        )
    )


_settings = st.builds(
    Statement,
    st.just("set"),
    variable=st.integers(0, VARIABLES - 1),
    value=st.sampled_from([True, False, None]),
)
_simple = _one(st.one_of(st.sampled_from([ENTER, LEAVE, WORK]), _settings))
_jumps = st.sampled_from([Statement("return"), Statement("goto"), Statement("break"), Statement("continue")])


def _under_one_test(variable: int, value: bool, between: Statements) -> Statements:
    """A section that is opened and closed under the same test."""

    def guarded(call: Statement) -> Statement:
        return Statement("if", variable=variable, value=value, body=(call,))

    return guarded(ENTER), *between, guarded(LEAVE)


def _compound(inner: st.SearchStrategy[Statements]) -> st.SearchStrategy[Statements]:
    body = _block(inner, 3)
    leaving = st.builds(lambda most, jump: (*most, jump), _block(_simple, 2), _jumps)
    return st.one_of(
        body.map(lambda between: (ENTER, *between, LEAVE)),
        body.map(lambda between: (LEAVE, *between, ENTER)),
        st.builds(_under_one_test, st.integers(0, VARIABLES - 1), st.booleans(), body),
        _tests("if", body),
        _tests("if", leaving),
        _tests("while", body),
        _tests("do", body),
    )


_pieces = st.recursive(
    st.one_of(_one(st.just(WORK)), _one(_settings), _simple),
    lambda inner: st.one_of(inner, _compound(inner)),
    max_leaves=8,
)


def _numbered(statements: tuple[Statement, ...], count: list[int], in_loop: bool) -> tuple[Statement, ...]:
    """Number the calls, and turn a break or continue outside of a loop into plain work."""
    result = []
    for each in statements:
        if each.kind in CALLS:
            count[0] += 1
            result.append(replace(each, site=count[0]))
        elif each.kind in ("break", "continue") and not in_loop:
            result.append(Statement("work"))
        else:
            inside = in_loop or each.kind in ("while", "do")
            result.append(
                replace(
                    each,
                    body=_numbered(each.body, count, inside),
                    otherwise=_numbered(each.otherwise, count, inside),
                )
            )
    return tuple(result)


def _function(body: tuple[Statement, ...], tail: tuple[Statement, ...]) -> Function:
    count = [0]
    first = _numbered(body, count, in_loop=False)
    plain = tuple(each if each.kind != "goto" else Statement("work") for each in tail)
    return Function(first, _numbered(plain, count, in_loop=False), VARIABLES)


functions = st.builds(_function, _block(_pieces, 4), st.lists(_simple, max_size=2).map(_joined))


def as_c(function: Function) -> str:
    """The function as C; each call's line ends in its site's number as a comment."""
    lines = [
        "int work(void);",
        "int get(void);",
        "int perhaps(void);",
        "",
        "int walk(int v0, int v1)",
        "{",
        *_lines(function.body, 1),
        "out:",
        *_lines(function.tail, 1),
        "\treturn 0;",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _lines(statements: tuple[Statement, ...], depth: int) -> list[str]:  # noqa: C901 - a case for each kind
    tab = "\t" * depth
    lines: list[str] = []
    for each in statements:
        test = "perhaps()" if each.variable < 0 else f"v{each.variable}"
        test = test if each.value else f"!{test}"
        match each.kind:
            case "enter" | "leave":
                lines.append(f"{tab}{CALLS[each.kind]}(); /* site {each.site} */")
            case "set":
                value = "get()" if each.value is None else str(int(each.value))
                lines.append(f"{tab}v{each.variable} = {value};")
            case "if":
                lines += [f"{tab}if ({test}) {{", *_lines(each.body, depth + 1)]
                if each.otherwise:
                    lines += [f"{tab}}} else {{", *_lines(each.otherwise, depth + 1)]
                lines.append(f"{tab}}}")
            case "while":
                lines += [f"{tab}while ({test}) {{", *_lines(each.body, depth + 1), f"{tab}}}"]
            case "do":
                lines += [f"{tab}do {{", *_lines(each.body, depth + 1), f"{tab}}} while ({test});"]
            case "return":
                lines.append(f"{tab}return 0;")
            case "goto":
                lines.append(f"{tab}goto out;")
            case "break" | "continue":
                lines.append(f"{tab}{each.kind};")
            case _:
                lines.append(f"{tab}work();")
    return lines
