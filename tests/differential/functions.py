"""Small functions in C, made up from few names so that patterns find something."""

from __future__ import annotations

from random import Random

from tests.differential.term import Term, joined, term

VARIABLES = ("a", "b", "c", "i")
POINTERS = ("p", "q")
FUNCTIONS = ("f", "g", "h", "init", "done")
MEMBERS = ("x", "y", "next")
NUMBERS = ("0", "1", "2", "0x10", "NULL", "MAX", '"s"')
TYPES = ("int", "unsigned int", "long", "struct s *", "char *", "u32", "const struct s *")
BINARY = ("+", "-", "*", "==", "!=", "<", ">=", "&&", "||", "&", "|")


class Maker:
    """Makes terms of all kinds with one source of randomness."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def one(self, *makers: str) -> Term:
        made: Term = getattr(self, self.random.choice(makers))()
        return made

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def some(self, least: int, most: int, *makers: str) -> list[Term]:
        return [self.one(*makers) for _ in range(self.random.randint(least, most))]

    # --- expressions --------------------------------------------------------------------------------------------------

    def variable(self) -> Term:
        return term("name", self.random.choice(VARIABLES))

    def pointer(self) -> Term:
        return term("pointer", self.random.choice(POINTERS))

    def constant(self) -> Term:
        return term("constant", self.random.choice(NUMBERS))

    def function_name(self) -> Term:
        return term("function_name", self.random.choice(FUNCTIONS))

    def simple(self) -> Term:
        return self.one("variable", "pointer", "constant", "variable")

    def operand(self) -> Term:
        return self.one("simple", "simple", "simple", "member", "call", "indexed", "grouped", "cast")

    def value(self) -> Term:
        return self.one("operand", "operand", "operand", "binary", "unary", "conditional", "size")

    def member(self) -> Term:
        name = term("member_name", self.random.choice(MEMBERS))
        return term("expression", self.pointer(), "->", name)

    def call(self) -> Term:
        arguments = joined("arguments", ", ", self.some(0, 3, "simple", "simple", "value"))
        return term("expression", self.function_name(), "(", arguments, ")")

    def indexed(self) -> Term:
        return term("expression", self.variable(), "[", self.simple(), "]")

    def grouped(self) -> Term:
        return term("expression", "(", self.binary(), ")")

    def cast(self) -> Term:
        return term("expression", "(", self.type_name(), ")", self.simple())

    def binary(self) -> Term:
        return term("expression", self.operand(), f" {self.random.choice(BINARY)} ", self.operand())

    def unary(self) -> Term:
        return term("expression", self.random.choice("!*&-~"), self.one("variable", "pointer", "member", "call"))

    def conditional(self) -> Term:
        return term("expression", self.simple(), " ? ", self.simple(), " : ", self.operand())

    def size(self) -> Term:
        return term("expression", "sizeof(", self.one("type_name", "variable"), ")")

    def type_name(self) -> Term:
        return term("type", self.random.choice(TYPES))

    # --- statements ---------------------------------------------------------------------------------------------------

    def statement(self) -> Term:
        return self.one(
            *("call_statement",) * 5, *("assignment",) * 3, *("if_statement",) * 3, "loop", "switch", "leave", "guarded"
        )

    def plain(self) -> Term:
        return self.one("call_statement", "call_statement", "assignment", "leave")

    def call_statement(self) -> Term:
        return term("statement", self.call(), ";\n")

    def assignment(self) -> Term:
        target = self.one("variable", "pointer", "member", "variable")
        if self.chance(10):
            return term("statement", target, "++;\n")
        operator = self.random.choice(("=", "=", "=", "=", "+=", "|="))
        return term("statement", term("expression", target, f" {operator} ", self.value()), ";\n")

    def leave(self) -> Term:
        kind = self.random.choice(("return", "return", "return", "goto"))
        if kind == "goto":
            return term("statement", "goto out;\n")
        return term("statement", "return ", self.value(), ";\n")

    def block(self) -> Term:
        inner: list[Term] = [self.declaration()] if self.chance(12) else []
        inner += self.some(1, 3, "statement")
        return term("block", "{\n", joined("statements", "", inner), "}\n")

    def branch(self) -> Term:
        return self.plain() if self.chance(50) else self.block()

    def if_statement(self) -> Term:
        head = term("head", "if (", self.value(), ")\n")
        if self.chance(30):
            return term("statement", head, self.branch(), "else\n", self.branch())
        return term("statement", head, self.branch())

    def loop(self) -> Term:
        kind = self.random.choice(("while", "for", "do", "each"))
        if kind == "while":
            return term("statement", "while (", self.value(), ")\n", self.branch())
        if kind == "do":
            return term("statement", "do ", self.block(), "while (", self.value(), ");\n")
        if kind == "each":
            return term("statement", "list_for_each(", self.pointer(), ", ", self.simple(), ")\n", self.branch())
        start, step = term("expression", "i = ", self.simple()), term("expression", "i++")
        test = term("expression", "i < ", self.simple())
        return term("statement", "for (", start, "; ", test, "; ", step, ")\n", self.branch())

    def switch(self) -> Term:
        parts: list[str | Term] = ["switch (", self.value(), ") {\n"]
        for number in range(self.random.randint(1, 2)):
            parts += [f"case {number}:\n", joined("statements", "", self.some(1, 2, "plain"))]
            if self.chance(70):
                parts.append("break;\n")
        if self.chance(50):
            parts += ["default:\n", self.plain()]
        return term("statement", *parts, "}\n")

    def guarded(self) -> Term:
        parts: list[str | Term] = ["#ifdef CONFIG\n", self.plain()]
        if self.chance(30):
            parts += ["#else\n", self.plain()]
        return term("guarded", *parts, "#endif\n")

    def declaration(self) -> Term:
        declared = self.type_name()
        space = "" if str(declared).endswith("*") else " "
        names = [term("declared", self.random.choice((*VARIABLES, *POINTERS, "v", "w")))]
        if self.chance(20) and space:
            names.append(term("declared", "z"))
        parts: list[Term] = []
        for name in names:
            shape = self.random.choice(("", "", "", " = "))
            parts.append(term("declarator", name, shape, self.value()) if shape else term("declarator", name))
        return term("declaration", declared, space, joined("declarators", ", ", parts), ";\n")

    # --- file scope ---------------------------------------------------------------------------------------------------

    def parameter(self) -> Term:
        declared = self.type_name()
        space = "" if str(declared).endswith("*") else " "
        name = term("declared", self.random.choice((*VARIABLES, *POINTERS)))
        return term("parameter", declared, space, name)

    def parameters(self) -> Term:
        made = {str(each.parts[2]): each for each in self.some(0, 3, "parameter")}
        return joined("parameters", ", ", list(made.values())) if made else term("parameters", "void")

    def header(self, name: str) -> Term:
        storage = self.random.choice(("", "", "static ", "static inline "))
        returned = term("type", self.random.choice(("int", "void", "long")))
        return term("header", storage, returned, " ", term("declared", name), "(", self.parameters(), ")")

    def function(self, name: str) -> Term:
        inner = self.some(0, 3, "declaration") + self.some(1, 5, "statement")
        body = joined("statements", "", inner)
        if "goto out" in str(body):
            last = [term("label", "out:\n"), self.call_statement()]
            body = joined("statements", "", [*inner, *last])
        return term("function", self.header(name), "\n", term("body", "{\n", body, "}\n"))

    def prototype(self, name: str) -> Term:
        return term("top", self.header(name), ";\n")

    def structure(self) -> Term:
        fields = [term("field", type_name := self.type_name(), "" if str(type_name)[-1] == "*" else " ",
                       term("declared", name), ";\n") for name in self.random.sample(MEMBERS, 2)]  # fmt: skip
        return term("top", "struct s {\n", joined("fields", "", fields), "};\n")

    def initialized(self) -> Term:
        if self.chance(60):
            names = self.random.sample(MEMBERS, self.random.randint(1, 3))
            parts = [term("initializer", ".", term("member_name", name), " = ", self.simple()) for name in names]
        else:
            parts = self.some(1, 3, "simple")
        ending = ",\n" if self.chance(50) else "\n"
        inner = joined("initializers", ",\n", parts)
        return term("top", "static struct s ", term("declared", "ops"), " = {\n", inner, ending, "};\n")

    def directive(self) -> Term:
        name = self.random.choice(("MAX", "MIN"))
        if self.chance(40):
            return term("top", f"#include <{self.random.choice(('a', 'b', 'dir/a'))}.h>\n")
        if self.chance(30):
            return term("top", f"#define {name}(a) ", self.operand(), "\n")
        return term("top", f"#define {name} ", self.operand(), "\n")

    def file(self) -> list[Term]:
        """What stands at file scope, in order."""
        made: list[Term] = []
        if self.chance(30):
            made.append(self.directive())
        if self.chance(20):
            made.append(self.structure())
        made += [self.function(f"fn{number}") for number in range(self.random.randint(1, 4))]
        if self.chance(25):
            made.append(self.initialized())
        return made
