"""What diff, apply, check and explain have in common: from a request to an account."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial

from lazymmu_refactor.cli.options import Request
from lazymmu_refactor.cli.talk import Talk
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.packs.homes import missing
from lazymmu_refactor.packs.kept import Ready, ready
from lazymmu_refactor.report.account import Account
from lazymmu_refactor.text.name import quoted
from lazymmu_refactor.tree.ahead import Ahead
from lazymmu_refactor.tree.earlier import index_of, memory_of
from lazymmu_refactor.tree.files import SUFFIXES, Target, target
from lazymmu_refactor.tree.sweep import sweep


def where_of(path: str, talk: Talk) -> Target:
    """The tree or file that was named. Raises FileNotFoundError with a message of our own for what is not there."""
    where = target(path)
    if where.name and not where.name.endswith(SUFFIXES):
        talk.say(f"{path}: not a C file by its name; read as C all the same")
    return where


def rewrite(where: Target, request: Request, talk: Talk) -> Account:
    """What the requested rules would make of a tree."""
    return examine(where, partial(ready, request.rules, request.defines, request.script_limits), request, talk)


def examine(where: Target, rules: Callable[[], Ready], request: Request, talk: Talk) -> Account:
    """Run a program over a tree, whose files are looked for while ``rules`` are read."""
    index = index_of(where, request.jobs, talk.say) if request.use_index else None
    account = Account()
    with Ahead(where, stamped=index is not None) as listings:
        program, homes = rules()
        for line in (*program.prospect.warnings, *program.prospect.script_warnings, *program.prospect.refusals):
            talk.say(line)
        memory = memory_of(program, request.run_options, talk.say) if request.use_cache else None
        scanner = Scanner(where.root, program, request.run_options, memory)
        batches = sweep(
            where, scanner, request.jobs, cluster=request.cluster, listings=listings, index=index, say=talk.say
        )
        with talk.progress() as progress:
            for batch in progress.watch(batches):
                account.add(batch)
    if not where.name:  # a file by itself is no place to define anything
        account.undefined += missing(homes, account.changed, where.root, scanner)
    if account.outcomes and program.prospect.tells:
        for line in _not_heard_of(where):
            talk.say(line)
    if not account.files:
        talk.say(f"{where.root}: there is no C file: none whose name ends in {' or '.join(SUFFIXES)}")
    for path, fault in account.faults:
        where_it_was = f" in {path}" if path else ""
        talk.say_styled(
            f"{fault.place.file}:{fault.place.line}: {fault.message}{where_it_was}: the rule is not applied"
        )
    return account


def _not_heard_of(where: Target) -> Iterator[str]:
    """What is not known of a part of a tree, where rules tell of one file what stands in others."""
    from lazymmu_refactor.c.headers.search_path import root_of  # noqa: PLC0415 - which was needed for any outcome

    around = os.path.dirname(os.path.join(where.root, where.name))  # noqa: PTH118, PTH120 - paths as texts
    root = root_of(around, where.root)
    if where.name:
        yield (
            f"{quoted(where.name)}: by itself it hears of the headers that it includes and of no other file: "
            f"what functions elsewhere do for it counts where the tree is named, {quoted(root)}"
        )
    elif root != os.path.realpath(where.root):
        yield (
            f"{quoted(where.root)}: a part of {quoted(root)}: "
            "what functions outside of it do for those in it counts where that is named"
        )
