"""Semantic patches made from code: sub-terms become metavariables, gaps become dots, terms go, others come."""

from __future__ import annotations

import re
from random import Random

from tests.differential.term import Term, joined, term

# Marks inside of a pattern's text: a stretch that goes, one that comes, a line that begins in column 0.
GOES, GONE, COMES, CAME, COLUMN_0 = "\x01", "\x02", "\x03", "\x04", "\x05"
_MARKS = re.compile(f"([{GOES}{GONE}{COMES}{CAME}\n])")

_KINDS = {
    "name": ("expression", "expression", "identifier", "idexpression", "int", "local idexpression"),
    "pointer": ("expression", "identifier", "expression *", "struct s *", "idexpression"),
    "constant": ("expression", "constant", "constant"),
    "function_name": ("identifier",),
    "member_name": ("identifier",),
    "expression": ("expression",),
    "declared": ("identifier",),
    "type": ("type",),
    "initializer": ("initializer",),
    "parameter": ("parameter",),
}
_LISTS = {"arguments": "expression list", "parameters": "parameter list", "initializers": "initializer list"}
_LETTERS = {"identifier": "ID", "type": "T", "statement": "S", "position": "P", "constant": "C"}
_WHENS = (
    *("",) * 5,
    " when any",
    " when != {e}",
    " when != {s}",
    " when strict",
    " when exists",
    " when forall",
    " when != true {e}",
    " when != {e}\n when any",
)


def lines_of(text: str) -> str:
    """Pattern text with its marks made into the lines of a semantic patch."""
    lines: list[str] = []
    mark, line = " ", ""
    for piece in _MARKS.split(text):
        if len(piece) == 1 and piece in "\x01\x02\x03\x04\n":
            if line.startswith(COLUMN_0):
                lines.append(line[1:])
            elif line.strip() or (mark == "+" and piece == CAME and not lines[-1].startswith("+")):
                lines.append(f"{mark} {line.strip()}")
            line = ""
            mark = {GOES: "-", GONE: " ", COMES: "+", CAME: " "}.get(piece, mark)
        else:
            line += piece
    if line.strip():
        lines.append(f"{mark} {line.strip()}")
    return "\n".join(lines) + "\n"


class PatchMaker:
    """Makes one semantic patch from the terms of a file."""

    def __init__(self, random: Random, file: list[Term]) -> None:
        self.random = random
        self.file = file
        self.declared: dict[str, str] = {}  # metavariable: its kind
        self.standing: dict[str, str] = {}  # code: the metavariable that stands for it
        self.inherited: dict[str, str] = {}

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def patch(self) -> str:
        if self.chance(15):
            return self.two_rules()
        form = self.random.choice(
            ("expression", *("sequence",) * 6, "function", "function", "nest", "disjunction", "declaration", "top")
        )
        return self.rule("", getattr(self, form)())

    def rule(self, name: str, body: str) -> str:
        quantifier = self.random.choice(("", "", "", "", "", "exists", "forall"))
        header = f"@{name} {quantifier}@".replace(" @", "@").replace("@@", "@@")
        declared = "".join(f"{kind} {variable};\n" for variable, kind in self.inherited.items() if variable in body)
        for variable, kind in self.declared.items():
            if re.search(rf"\b{variable}\b", body):
                declared += f"{kind}{'' if kind.endswith('*') else ' '}{variable};\n"
        return f"{header}\n{declared}@@\n{lines_of(body)}"

    def two_rules(self) -> str:
        """A rule that finds a place, and one that changes what is there, or is not there."""
        found = self.abstract(self.pick("expression"), 60)
        self.declared["P"] = "position"
        where = re.sub(r"(;\n)?$", "@P", str(found), count=1)
        first = self.rule("found", where + "\n")
        mine, self.declared = self.declared, {}
        self.inherited = {f"found.{name}": kind for name, kind in mine.items() if name != "P" and name in where}
        how = self.random.choice(("same", "other", "inherited"))
        other = found if how != "other" else self.abstract(self.pick("expression"), 60)
        body = str(other)
        declared = "".join(
            f"{kind} found.{name};\n" for name, kind in mine.items() if name != "P" and re.search(rf"\b{name}\b", body)
        )
        own = "".join(f"{kind} {name};\n" for name, kind in self.declared.items() if re.search(rf"\b{name}\b", body))
        if how == "inherited":
            second = lines_of(f"{GOES}{body}{GONE}{COMES}REPLACED{CAME}\n")
            return f"{first}\n@@\n{declared}{own}@@\n{second}"
        place = "position found.P;\n" if self.chance(50) else "position P != found.P;\n"
        second = lines_of(f"{GOES}{body}@P{GONE}{COMES}REPLACED{CAME}\n")
        return f"{first}\n@@\n{declared}{own}{place}@@\n{second}"

    # --- parts of the file --------------------------------------------------------------------------------------------

    def terms(self, *kinds: str) -> list[Term]:
        return [each for top in self.file for each in top.walk() if each.kind in kinds]

    def pick(self, *kinds: str) -> Term:
        found = self.terms(*kinds)
        return self.random.choice(found) if found else term("expression", "f(", term("arguments", "1"), ")")

    # --- metavariables ------------------------------------------------------------------------------------------------

    def variable(self, code: str, kind: str) -> str:
        """The metavariable that stands for this code, or a new one."""
        key = f"{kind}:{code}"
        if key in self.standing:
            return self.standing[key]
        letters = _LETTERS.get(kind, "L" if kind.endswith("list") else "E")
        name = f"{letters}{sum(each.startswith(letters) for each in self.declared)}"
        self.declared[name] = kind
        self.standing[key] = name
        return name

    def abstract(self, code: Term, percent: int) -> Term:
        """Metavariables in the place of some sub-terms."""

        def change(each: Term) -> Term | None:
            if each.kind in _LISTS and self.chance(percent // 2):
                return self.list_pattern(each)
            if each.kind in {"block", "body"} and self.chance(percent // 2):
                return term(each.kind, "{\n", self.random.choice(("...\n", self.inside(each))), "}\n")
            if each.kind == "statement" and each is not code and self.chance(percent // 3):
                return term("statement", self.variable(str(each), "statement"), "\n")
            if each.kind in _KINDS and each is not code and self.chance(percent):
                kind = self.random.choice(_KINDS[each.kind])
                space = " " if each.kind == "type" else ""
                return term(each.kind, self.variable(str(each), kind), space)
            return None

        return code.replaced(change)

    def inside(self, block: Term) -> str:
        inner = [each for part in block.inner() for each in part.inner() if each.kind in {"statement", "declaration"}]
        if not inner:
            return "...\n"
        return f"...\n{self.abstract(self.random.choice(inner), 50)}...\n"

    def list_pattern(self, code: Term) -> Term:
        elements = list(code.inner())
        shape = self.random.choice(("dots", "list", "one", "last", "first"))
        if shape == "dots" or not elements:
            return term(code.kind, "...")
        if shape == "list":
            return term(code.kind, self.variable(str(code), _LISTS[code.kind]))
        one = self.abstract(self.random.choice(elements), 40)
        dots = term("dots", "...")
        parts = {"one": [dots, one, dots], "last": [dots, one], "first": [one, dots]}[shape]
        return joined(code.kind, ", ", parts)

    # --- changes ------------------------------------------------------------------------------------------------------

    def known(self) -> str:
        """An expression that plus code may use."""
        names = [name for name, kind in self.declared.items() if "list" not in kind and name[0] in "EIC"]
        return self.random.choice((*names, *names, "0", "a"))

    def new_expression(self, old: str = "") -> str:
        forms = ["added({0})", "added", "{0} + 1", "{0}"]
        if old:
            forms += ["wrap({1})", "wrap({1}, {0})", "!{1}", "{1}"]
        return self.random.choice(forms).format(self.known(), old)

    def new_statement(self) -> str:
        return self.random.choice(
            ("added();", "added({0});", "v = {0};", "if ({0})\n added();", "/* added */", "added();\nmore({0});",
             "if ({0}) {{\n added();\n}}", "return {0};")
        ).format(self.known())  # fmt: skip

    def edited(self, code: Term) -> Term:
        """The code with one sub-term of it changed."""
        spots = [
            each
            for each in code.walk()
            if each.kind in {*_KINDS, *_LISTS, "statement", "declaration"} and str(each).strip("\n")
        ]
        if not spots:
            return code
        spot = self.random.choice(spots)
        done = False

        def change(each: Term) -> Term | None:
            nonlocal done
            if each is spot and not done:
                done = True
                return self.replacement(each)
            return None

        return code.replaced(change)

    def replacement(self, spot: Term) -> Term:
        old = str(spot)
        if spot.kind in {"statement", "declaration"}:
            new = self.random.choice(("", self.new_statement()))
        elif spot.kind in _LISTS:
            return self.edited_list(spot)
        elif spot.kind == "type":
            new = self.random.choice(("long", "struct t *"))
        elif spot.kind == "parameter":
            new = self.random.choice(("int n", "struct t *t", old + ", int n"))
        elif spot.kind in {"declared", "member_name", "function_name"}:
            new = self.random.choice(("renamed", "other"))
        elif spot.kind == "initializer":
            new = self.random.choice((".x = 0", ".renamed = a"))
        else:
            new = self.new_expression(old)
        coming = f"{COMES}{new}{CAME}" if new else ""
        return term(spot.kind, GOES, old, GONE, coming)

    def edited_list(self, spot: Term) -> Term:
        """A list that gains or loses an element."""
        elements = list(spot.inner())
        new = {"arguments": self.new_expression(), "parameters": "int n", "initializers": ".y = 1"}[spot.kind]
        if self.chance(50) and elements:  # one goes
            index = self.random.randrange(len(elements))
            parts: list[str | Term] = []
            for number, each in enumerate(elements):
                last = number == len(elements) - 1
                if number == index and last and number:
                    parts[-1] = f"{GOES}, {each}{GONE}"
                elif number == index:
                    parts += [f"{GOES}{each}{'' if last else ','}{GONE}"]
                else:
                    parts += [each, "" if last else ", "]
            return term(spot.kind, *parts)
        if not elements:
            return (
                term(spot.kind, spot, f"{COMES}{new}{CAME}")
                if not str(spot)
                else term(spot.kind, GOES, spot, GONE, f"{COMES}{new}{CAME}")
            )
        index = self.random.randrange(len(elements) + 1)
        parts = []
        for number, each in enumerate(elements):
            if number == index:
                parts.append(f"{COMES}{new},{CAME}")
            parts += [each, ", " if number < len(elements) - 1 else ""]
        if index == len(elements):
            parts.append(f"{COMES}, {new}{CAME}")
        return term(spot.kind, *parts)

    def with_plus(self, text: str) -> str:
        """A line of plus code before or behind a statement."""
        new = f"{COMES}{self.new_statement()}{CAME}"
        return new + text if self.chance(50) else text + new

    # --- bodies -------------------------------------------------------------------------------------------------------

    def expression(self) -> str:
        code = self.abstract(self.pick("expression"), 50)
        return str(self.replacement(code) if self.chance(50) else self.edited(code)) + "\n"

    def dots(self) -> str:
        clause = self.random.choice(_WHENS)
        if "{" in clause:
            clause = clause.format(e=self.abstract(self.pick("expression", "name"), 40), s=self.statement_text())
        return f"...{clause}\n"

    def statement_text(self) -> str:
        return str(self.abstract(self.pick("statement"), 50)).split("\n", 1)[0]

    def sequence(self, most: int = 3) -> str:
        sequences = [each for each in self.terms("statements") if each.inner()]
        code = self.random.choice(sequences).inner() if sequences else ()
        inside = [each for each in code if each.kind not in {"guarded", "label"}]
        if not inside:
            return self.expression()
        start = self.random.randrange(len(inside))
        chosen = [start]
        while len(chosen) < most and chosen[-1] + 1 < len(inside) and self.chance(70):
            chosen.append(self.random.randrange(chosen[-1] + 1, len(inside)))
        changed = self.random.choice(chosen)
        parts: list[str] = []
        for number, index in enumerate(chosen):
            if number and (index > chosen[number - 1] + 1 or self.chance(50)):
                parts.append(self.dots())
            parts.append(self.element(inside[index], changed=index == changed or self.chance(15)))
        if self.chance(10):
            parts.append(self.dots())
        if self.chance(8):
            parts.insert(0, self.dots())
        return "".join(parts)

    def element(self, code: Term, *, changed: bool) -> str:
        """A statement of a sequence."""
        part = self.abstract(code, 45)
        if not changed:
            return str(part)
        match self.random.choice(("edit", "edit", "remove", "replace", "plus")):
            case "edit":
                return str(self.edited(part))
            case "plus":
                return self.with_plus(str(part))
            case "replace":
                return f"{GOES}{part}{GONE}{COMES}{self.new_statement()}{CAME}"
            case _:
                return f"{GOES}{part}{GONE}"

    def function(self) -> str:
        function = self.pick("function")
        if function.kind != "function":
            return self.expression()
        header = self.abstract(function.inner()[0], 50)
        if self.chance(40):
            header = self.edited(header)
            body = self.random.choice(("...\n", "... when any\n", self.sequence(2)))
        else:
            body = self.random.choice((f"...\n{self.sequence(2)}...\n", self.nest(), f"{self.sequence(2)}...\n"))
        return f"{header}\n{{\n{body}}}\n"

    def nest(self) -> str:
        opening, closing = self.random.choice((("<...", "...>"), ("<+...", "...+>")))
        inner = self.abstract(self.pick("statement", "expression"), 50)
        before = str(self.abstract(self.pick("statement"), 40)) if self.chance(30) else ""
        after = str(self.abstract(self.pick("statement"), 40)) if self.chance(20) else ""
        text = str(self.edited(inner)) if self.chance(50) else str(self.replacement(inner))
        return f"{before}{opening}\n{text}\n{closing}\n{after}"

    def disjunction(self) -> str:
        kinds = self.random.choice((("expression",), ("statement",)))
        parts: list[str] = []
        for _ in range(self.random.randint(2, 3)):
            part = self.abstract(self.pick(*kinds), 50)
            how = self.random.choice(("keep", "edit", "replace"))
            changed = part if how == "keep" else self.edited(part) if how == "edit" else self.replacement(part)
            parts.append(f"{changed}\n")
        text = f"{COLUMN_0}(\n" + f"{COLUMN_0}|\n".join(parts) + f"{COLUMN_0})\n"
        if kinds == ("statement",) and self.chance(50):
            other = str(self.abstract(self.pick("statement"), 50))
            text = f"{other}{self.dots()}{text}" if self.chance(50) else f"{text}{self.dots()}{other}"
        return text

    def declaration(self) -> str:
        code = self.abstract(self.pick("declaration"), 50)
        how = self.random.choice(("edit", "replace", "remove", "plus"))
        if how == "plus":
            return self.with_plus(str(code))
        if how == "edit":
            return str(self.edited(code))
        return f"{GOES}{code}{GONE}" + (f"{COMES}int fresh_one;{CAME}" if how == "replace" else "")

    def top(self) -> str:
        found = [each for each in self.file if each.kind == "top"]
        if not found:
            return self.expression()
        chosen = self.random.choice(found)
        code = self.abstract(chosen, 40)
        if str(chosen).startswith("#"):
            text = str(code)
            if self.chance(40):
                return f"{text}{COMES}#include <added.h>{CAME}"
            return f"{GOES}{text}{GONE}" + (f"{COMES}#define ADDED 1{CAME}" if self.chance(50) else "")
        if "struct s {" in str(chosen):
            field = self.abstract(self.random.choice(self.terms("field")), 40)
            edited = self.random.choice(
                (f"{GOES}{field}{GONE}", f"{field}{COMES}int added;{CAME}", str(self.edited(field)))
            )
            return f"struct s {{\n...\n{edited}...\n}};\n"
        return str(self.edited(code))
