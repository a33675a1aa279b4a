"""One pass over the tokens of an item that finds out what each stands in, and calls the rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from lazymmu_refactor.c.tokens.keyword_bytes import (
    ASM_WORDS,
    DECLARATION_WORDS,
    SIZEOF_WORDS,
    TAG_WORDS,
    TYPEOF_WORDS,
)
from lazymmu_refactor.c.view.arguments import arguments, element, enumerator, join_with_string, names_in_a_row, typeof
from lazymmu_refactor.c.view.casts import cast, operand
from lazymmu_refactor.c.view.declarations import Place, declaration
from lazymmu_refactor.c.view.draft import Draft
from lazymmu_refactor.c.view.scope import field_macro, macro_variable, unnamed_width
from lazymmu_refactor.c.view.statements import (
    Call,
    assembly,
    bare_condition,
    call_statement,
    case_range,
    computed_goto,
    grouped_pointer,
    is_iterator,
    lone_case,
    loop_end,
    loop_head,
    word_statement,
)

_ASM = b"asm"
_VOLATILE = frozenset({b"volatile", b"goto"})
_CONTROLS = frozenset({b"if", b"while", b"switch", b"for"})

CODE, FIELDS, VALUES, ENUMERATORS, PARENTHESES = "code", "fields", "values", "enumerators", "parentheses"
_HOLDS_STATEMENTS = frozenset({CODE, FIELDS})


class Walk:
    """The pass; ``scope`` is what the item's own level is: CODE for a macro's body, FIELDS for file scope."""

    def __init__(self, draft: Draft, scope: str, body: int = -1) -> None:
        self.draft = draft
        self.body = body  # the index of the brace that opens a function's body
        self.open: list[str] = [scope]
        self.heads: set[int] = set()  # closing parentheses behind which a statement begins
        self.casts: set[int] = set()  # closing parentheses of types
        self.parameter_lists: set[int] = set()
        self.in_case = False

    def run(self) -> None:
        """Walk over all tokens, from one that a handler waits for to the next."""
        draft, text, handlers = self.draft, self.draft.text, self._HANDLERS
        index, count = 0, draft.count
        awaited = [at for at, token in enumerate(text) if token in handlers]
        awaited.append(count)
        upcoming = 0  # in awaited
        at_start = self.open[-1] == CODE  # the beginning of a top-level declaration is dealt with beforehand
        while index < count:
            if at_start and self.open[-1] in _HOLDS_STATEMENTS:
                if not text[index]:
                    index += 1
                    continue
                at_start = False
                resume = self._begin(index)
                if resume > index:
                    index, at_start = resume, True
                    continue
            handler = handlers.get(text[index])
            if handler is not None:
                at_start = handler(self, index)
                index += 1
                continue
            while awaited[upcoming] <= index:
                upcoming += 1
            index = awaited[upcoming]

    # -- statements and members --------------------------------------------------------------------------------------

    def _begin(self, index: int) -> int:
        """A statement or member begins. A later index says: another begins there."""
        draft = self.draft
        before = draft.before(index)
        if draft.text[index] == b";" and self.open[-1] == FIELDS and before >= 0 and draft.text[before] in (b";", b"{"):
            draft.blank(index, index, "empty_member")
            return draft.next[index]
        if not draft.is_word(index):
            return index
        if draft.text[index] in DECLARATION_WORDS:
            if self.open[-1] != CODE or not macro_variable(draft, index):
                self._declare(index, Place.STATEMENT)
            return index
        if not draft.is_name(index):
            return index
        return self._begin_statement(index) if self.open[-1] == CODE else self._begin_member(index)

    def _begin_member(self, index: int) -> int:
        draft = self.draft
        following = draft.next[index]
        mark = draft.text[following]
        if mark == b":":
            unnamed_width(draft, following)
        elif mark == b"(" and draft.mate[following] >= 0:
            if len(self.open) > 1 and not field_macro(draft, index):
                if b"," in draft.text[following : draft.mate[following]] and draft.is_name(draft.behind(following)):
                    draft.join(index, draft.mate[following], "type_macro")
                self._declare(index, Place.STATEMENT)
        elif mark == b"*" or draft.is_word(following):
            self._declare(index, Place.STATEMENT)
        return index

    def _begin_statement(self, index: int) -> int:
        draft, text = self.draft, self.draft.text
        following = draft.next[index]
        mark = text[following]
        if mark == b":":  # a label
            return draft.next[following]
        if mark == b"(":
            if grouped_pointer(draft, index) or (
                draft.mate[following] >= 0 and call_statement(draft, index, self.heads) is Call.DECLARES
            ):
                self._declare(index, Place.STATEMENT)
        elif mark == b"{" or is_iterator(draft, index):
            draft.blank(index, index, "block_macro", certain=is_iterator(draft, index))
            return following
        elif word_statement(draft, index):
            return following
        elif mark in _VOLATILE and text[draft.next[following]] == b"(" and len(text[index]) >= len(_ASM):
            draft.replace(index, _ASM, "asm")
            assembly(draft, index)
        elif mark == b"*" or draft.is_word(following):
            self._declare(index, Place.STATEMENT)
        return index

    def _declare(self, index: int, place: Place) -> None:
        self.parameter_lists.update(declaration(self.draft, index, place))

    # -- tokens; each says whether a statement begins behind ---------------------------------------------------------

    def _semicolon(self, _index: int) -> bool:
        return self.open[-1] != PARENTHESES

    def _statement_follows(self, _index: int) -> bool:
        return True

    def _open_brace(self, index: int) -> bool:
        kind = self._kind_of_braces(index)
        self.open.append(kind)
        return self._comma(index) or kind in _HOLDS_STATEMENTS

    def _close_brace(self, index: int) -> bool:
        while len(self.open) > 1 and self.open[-1] == PARENTHESES:
            self.open.pop()
        kind = self.open.pop() if len(self.open) > 1 else self.open[0]
        if kind == CODE:
            loop_end(self.draft, index)
        return kind in _HOLDS_STATEMENTS

    def _comma(self, index: int) -> bool:
        if self.open[-1] == VALUES:
            element(self.draft, index)
        elif self.open[-1] == ENUMERATORS:
            enumerator(self.draft, index)
        return False

    def _value(self, index: int) -> bool:
        names_in_a_row(self.draft, index)
        return False

    def _if(self, index: int) -> bool:
        closing = bare_condition(self.draft, index)
        if closing >= 0:
            self.heads.add(closing)
        return False

    def _goto(self, index: int) -> bool:
        computed_goto(self.draft, index)
        return False

    def _kind_of_braces(self, index: int) -> str:
        draft, text = self.draft, self.draft.text
        if index == self.body:
            return CODE
        before = draft.before(index)
        previous = text[before] if before >= 0 else b""
        if previous == b")":
            return CODE if before in self.heads else VALUES
        if previous in (b"=", b"]", b"return"):
            return VALUES
        if previous in (b"(", b","):
            statement_expression = previous == b"(" and not draft.is_name(draft.before(before))
            return CODE if statement_expression or draft.first_of(b";", index) < draft.mate[index] else VALUES
        tag = draft.before(before) if draft.is_name(before) else before
        if tag >= 0 and text[tag] in TAG_WORDS:
            return ENUMERATORS if text[tag] == b"enum" else FIELDS
        return self.open[-1] if self.open[-1] != PARENTHESES else CODE

    def _open_parenthesis(self, index: int) -> bool:
        draft = self.draft
        self.open.append(PARENTHESES)
        closing = draft.mate[index]
        if closing >= 0:
            self._in_parentheses(index, draft.before(index))
            if not draft.text[closing]:  # a rule took the parentheses away
                self.open.pop()
        return False

    def _in_parentheses(self, index: int, before: int) -> None:
        """Apply the rules for what stands in the parentheses that open at a token, by the token ``before`` them."""
        draft = self.draft
        previous = draft.text[before] if before >= 0 else b""
        if index in self.parameter_lists:
            self._parameters(index)
        elif previous in _CONTROLS:
            self._control(index, before)
        elif previous in TYPEOF_WORDS:
            typeof(draft, before, index)
        elif previous == b"sizeof":
            self._type_name(index)
        elif draft.is_name(before):
            self._call(index, before)
        elif previous in (b")", b"]") and before not in self.casts and before not in self.heads:
            operand(draft, index)
            arguments(draft, index)
        else:
            named = self._type_name(index)
            if cast(draft, index, behind_cast=before in self.casts) or named:
                self.casts.add(draft.mate[index])
            else:
                operand(draft, index)

    def _control(self, index: int, keyword: int) -> None:
        draft = self.draft
        self.heads.add(draft.mate[index])
        if draft.text[keyword] == b"switch":
            lone_case(draft, keyword, index)
        elif draft.text[keyword] == b"for":
            loop_head(draft, keyword, index)
            if draft.is_word(draft.next[index]):
                self._declare(draft.next[index], Place.STATEMENT)

    def _call(self, index: int, name: int) -> None:
        draft = self.draft
        if draft.text[name] == b"offsetof":
            draft.replace(name, b"offset_f", "offsetof")
        if not join_with_string(draft, index):
            arguments(draft, index)

    def _close_parenthesis(self, index: int) -> bool:
        if len(self.open) > 1 and self.open[-1] == PARENTHESES:
            self.open.pop()
        return index in self.heads

    def _parameters(self, opening: int) -> None:
        for first, end in self.draft.arguments(opening):
            if first < end and self.draft.is_word(first):
                self._declare(first, Place.PARAMETER)

    def _type_name(self, opening: int) -> bool:
        """``(T)`` of a cast, a sizeof or a compound literal: what is no part of the type goes. Whether it is one."""
        draft, text = self.draft, self.draft.text
        first = draft.next[opening]
        if not draft.is_word(first) or text[first] in SIZEOF_WORDS:
            return False
        last = draft.before(draft.mate[opening])
        found = text[first] in DECLARATION_WORDS or draft.is_word(draft.next[first]) or text[last] == b"*"
        if found:
            self._declare(first, Place.TYPE_NAME)
        return found

    def _case(self, _index: int) -> bool:
        self.in_case = True
        return False

    def _colon(self, _index: int) -> bool:
        if self.in_case and self.open[-1] != PARENTHESES:
            self.in_case = False
            return True
        return False

    def _dots(self, index: int) -> bool:
        if self.in_case:
            case_range(self.draft, index)
        return False

    def _asm(self, index: int) -> bool:
        assembly(self.draft, index)
        return False

    _HANDLERS: ClassVar[dict[bytes, Callable[[Walk, int], bool]]] = {
        b";": _semicolon,
        b"{": _open_brace,
        b"}": _close_brace,
        b"(": _open_parenthesis,
        b")": _close_parenthesis,
        b"else": _statement_follows,
        b"do": _statement_follows,
        b"case": _case,
        b"default": _case,
        b":": _colon,
        b",": _comma,
        b"=": _value,
        b"return": _value,
        b"if": _if,
        b"while": _if,
        b"goto": _goto,
        b"...": _dots,
        **dict.fromkeys(ASM_WORDS, _asm),
    }
