"""The options of spatch, each with what becomes of it here: help, documentation and reading all go by this table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from lazymmu_refactor.cli.spatch.settings import Action
from lazymmu_refactor.text.record import record


class Fate(StrEnum):
    """What becomes of an option."""

    HONOURED = "does what spatch does"
    IDLE = "accepted; it cannot change a result here"
    SAID = "accepted with a word on standard error"
    REFUSED = "refused"


@record(frozen=True, slots=True)
class Option:
    """One option. ``takes`` names its value, "" for a flag. ``field`` of the settings, or of what one of them holds
    (``a.b``), becomes ``value``, or what ``read`` makes of the word that follows; with ``many`` it is added to what is
    there. ``note`` tells what is special here: why it is refused, or what to know where it is not honoured.
    """

    name: str
    help: str
    takes: str = ""
    fate: Fate = Fate.HONOURED
    field: str = ""
    value: Any = True
    read: Callable[[str], Any] = str
    many: bool = False
    note: str = ""


def _seconds(text: str) -> float | None:
    return int(text) or None


def _group(fate: Fate, note: str, *names: str) -> Iterator[Option]:
    """Options that only have their fate in common; ``--name VALUE`` for one that takes a value."""
    for each in names:
        name, _, takes = each.partition(" ")
        yield Option(name, "", takes, fate, note=note)


_SHOWS = "spatch then prints what it does inside; see `lazymmu-refactor inspect` and `explain`"
_FOUND = "rules are applied to those beside a file and below `-I`; types are learned of those of the whole tree"

_OPTIONS = (
    Option("--sp-file", "the semantic patch", "FILE", field="patch"),
    Option("--cocci-file", "the same", "FILE", field="patch"),
    Option("--sp", "a pattern to look for, given on the command line", "PATTERN", field="pattern"),
    Option("--opt-c", "a C file to process if it exists", "FILE", field="files_if_there", many=True),
    Option("--dir", "process all C files below a directory; the last one counts", "DIR", field="directory"),
    Option("--ignore", "pass over files whose path begins with this", "TEXT", field="ignored", many=True),
    Option("--use-gitgrep", "process files that git tracks, where there is a git tree", field="tracked"),
    Option("--file-groups", "process the files that a file lists; empty lines part those that are one unit", "FILE",
           field="groups"),
    Option("--include-headers", "process header files below the directory as well", field="headers"),
    Option("-D", "set a virtual rule, or give a virtual identifier its value", "NAME[=VALUE]", field="defines",
           many=True),
    Option("-o", "write the one file that changes there", "FILE", field="output"),
    Option("--in-place", "write the changes to the files", field="in_place",
           note="all files or none"),
    Option("--out-place", "write each changed file beside the original", field="out_place"),
    Option("--suffix", "of the copy that --in-place keeps, or of what --out-place writes", "SUFFIX", field="suffix"),
    Option("--patch", "write paths in diffs with respect to this directory", "DIR", field="root"),
    Option("--reverse", "remove what the semantic patch adds, and add what it removes", field="reverse"),
    Option("-U", "lines of context in diffs", "N", field="context", read=int),
    Option("--show-diff", "print diffs", field="diff"),
    Option("--no-show-diff", "print no diffs", field="diff", value=False),
    Option("--force-diff", "print diffs that change nothing but white space", field="diff_of_spacing"),
    Option("--iso-file", "isomorphisms in place of the standard ones", "FILE", field="iso_file"),
    Option("--iso", "the same", "FILE", field="iso_file"),
    Option("--disable-iso", "do without an isomorphism", "NAME", field="without_isos", many=True),
    Option("--jobs", "worker processes", "N", field="jobs", read=int),
    Option("-j", "the same", "N", field="jobs", read=int),
    Option("--max", "the number of runs that share the files", "N", field="parts", read=int),
    Option("--index", "the number of this run, from 0", "N", field="part", read=int),
    Option("--mod-distrib", "deal the files out in turns", field="by_turns"),
    Option("--linux-spacing", "put blanks into added code as Linux does, which is the default",
           field="spacing_of_patch", value=False),
    Option("--smpl-spacing", "put blanks into added code where the semantic patch has them",
           field="spacing_of_patch"),
    Option("--max-width", "break added calls whose arguments would pass this column", "N", field="width", read=int),
    Option("--indent", "columns of one level in added code; without it as the file has them", "N", field="indent",
           read=int),
    Option("--keep-comments", "keep the comments on and within what is removed", field="keep_comments"),
    Option("--timeout", "seconds for each file; 0 for any", "SECONDS", field="seconds", read=_seconds),
    Option("--very-quiet", "say nothing on standard error but what went wrong", field="chatty", value=False),
    Option("--parse-cocci", "read the semantic patch and print how it is understood", field="action",
           value=Action.PARSE_COCCI),
    Option("--parse-c", "tell how much of the C files can be parsed", field="action", value=Action.PARSE_C),
    Option("--version", "print the version", field="action", value=Action.VERSION),
    Option("--help", "print the options", field="action", value=Action.HELP),
    Option("--shorthelp", "the same", field="action", value=Action.HELP),
    Option("--longhelp", "the same", field="action", value=Action.HELP),
    Option("--print-options-only", "print the options, those of configuration files as well", field="action",
           value=Action.PRINT_OPTIONS),
    Option("--ignore-unknown-options", "pass over options that are not known, from here on", field="lenient"),
    Option("--trust-scripts", "let scripts import modules, write files and use the network", field="trust_scripts",
           note="not an option of spatch, whose scripts may always do so"),
    Option("--no-index", "do not ask the directory's index of words, if there is one", field="use_index", value=False,
           note="not an option of spatch"),
    Option("--no-cache", "neither use nor keep results of earlier runs", field="use_cache", value=False,
           note="not an option of spatch"),
    Option("--no-loops", "let paths go through the body of a loop once at most", field="semantics.loops", value=False),
    Option("--loop", "let paths go round, as they do by default", field="semantics.loops"),
    Option("--no-gotos", "let paths go on behind a goto as if it were not there", field="semantics.gotos", value=False),
    Option("--only-return-is-error-exit", "let only a return, no break, continue or goto, be an early exit",
           field="semantics.only_returns"),
    Option("--disallow-nested-exps", "let an expression that matches hide those within it", field="semantics.nested",
           value=False),
    Option("--no-safe-expressions", "let a branch of a disjunction count also within and around what an earlier one "
           "matches", field="semantics.exclusive", value=False),
    Option("--allow-inconsistent-paths", "change code also where a path leads to it that the rule does not "
           "speak of", field="semantics.consistent", value=False),
    Option("--defined", "take a name for defined where #ifdef, #ifndef or #if asks for nothing else", "NAME",
           field="semantics.conditions.defined", many=True),
    Option("--undefined", "take a name for undefined there", "NAME", field="semantics.conditions.undefined", many=True),
    Option("--ifdef-to-if", "let a path choose between the branches of an #if, which is the default",
           field="semantics.alternatives"),
    Option("--no-ifdef-to-if", "let a path lead through all branches of an #if, one behind the other",
           field="semantics.alternatives", value=False),
    Option("--noif0-passing", "work on what stands under #if 0 as well",
           field="semantics.conditions.constants", value=False),
    Option("--no-includes", "do without included headers", field="includes", value="none"),
    Option("--local-includes", "work on headers included with quotes as well", field="includes", value="local",
           note="the default where a rule has typed metavariables"),
    Option("--all-includes", "work on all headers included", field="includes", value="all", note=_FOUND),
    Option("--recursive-includes", "work on all headers included, directly or not", field="includes",
           value="recursive", note=_FOUND),
    Option("--include-headers-for-types", "learn types of headers, but apply no rule to them", field="types_only"),
    Option("-I", "look for headers in this directory, too", "DIR", field="include_path", many=True),
    Option("--include", "take a header for included by every file", "FILE", field="included", many=True),
    Option("--macro-file", "what macros mean, by their definitions", "FILE", field="macro_files", many=True,
           note="what the headers of a file say is known without it"),
    Option("--macro-file-builtins", "the same", "FILE", field="macro_files", many=True),
    Option("--quiet", "say less on standard error", fate=Fate.IDLE, note="no more is said without it"),
    Option("--chunksize", "files that a worker takes at a time", "N", fate=Fate.IDLE),
    *_group(Fate.IDLE, "headers are found by the tree around a file", "--no-include-cache", "--relax-include-path"),
    *_group(Fate.IDLE, "files are always chosen by the words that a rule needs, and by an index where the directory "
            "has one (`lazymmu-refactor index build DIR`)", "--use-glimpse", "--use-idutils", "--use-coccigrep"),
    *_group(Fate.IDLE, "how files are sought makes no difference", "--no-scanner", "--disable-worth-trying-opt",
            "--kbuild-info FILE"),
    *_group(Fate.SAID, "scripts run by the Python that runs this program, and print to standard output",
            "--python COMMAND", "--pyoutput NAME"),
    *_group(Fate.SAID, "each isomorphism is spelled out once", "--iso-limit N", "--no-iso-limit", "--track-iso",
            "--profile-iso"),
    *_group(Fate.IDLE, _SHOWS, "--show-flow", "--ctl-inline-let", "--ctl-show-mcodekind", "--show-bindings",
            "--show-transinfo", "--show-misc", "--show-trying", "--show-dependencies", "--verbose-ctl-engine",
            "--verbose-match", "--verbose-engine", "--graphical-trace", "--gt-without-label", "--parse-error-msg",
            "--verbose-parsing", "--verbose-includes", "--type-error-msg", "--show-c", "--show-cocci",
            "--show-before-fixed-flow", "--show-ctl-tex", "--show-ctl-text", "--show-SP", "--debug-cpp",
            "--debug-lexer", "--debug-etdt", "--debug-typedef", "--filter-msg", "--filter-define-error",
            "--filter-msg-define-error", "--filter-passed-level", "--debug-unparsing", "--debug-parse-cocci",
            "--debug", "--debugger", "--pad", "--profile", "--profile-per-file", "--bench LEVEL",
            "--show-trace-profile", "--disable-once"),
    *_group(Fate.IDLE, "nothing is kept that it could concern", "--save-tmp-files", "--tmp-dir DIR",
            "--temp-files DIR", "--use-cache", "--cache-prefix DIR", "--cache-limit N", "--no-saved-typedefs",
            "--noadd-typedef-root"),
    *_group(Fate.IDLE, "no type is worked out from how large a constant is", "--int-bits N", "--long-bits N"),
    *_group(Fate.IDLE, "the limit of a file is `--timeout`", "--steps N"),
    *_group(Fate.IDLE, "files are given as they are anyhow", "-c"),
    *_group(Fate.REFUSED, "use `--no-show-diff`, with which the lines `HANDLING: FILE` tell", "--selected-only"),
    *_group(Fate.REFUSED, "code is read as it stands, without a preprocessor", "--preprocess"),
    *_group(Fate.REFUSED, "an experiment with the parser of spatch", "--l1", "--itu", "--disable-multi-pass"),
    *_group(Fate.REFUSED, "regular expressions are read as spatch does without it", "--ocaml-regexps"),
    *_group(Fate.REFUSED, "that would be a program in OCaml", "--parse-handler FILE"),
    *_group(Fate.REFUSED, "what an analysis has found can be read in `initialize:python` with `--trust-scripts`",
            "--external-analysis-file FILE"),
    *_group(Fate.REFUSED, "use `lazymmu-refactor explain`, which tells for every place why it did not match",
            "--partial-match"),
    *_group(Fate.IDLE, "definitions of the old style are read in any case", "--force-kr", "--prevent-kr"),
    *_group(Fate.REFUSED, "only C is read", "--c++", "--c++=VERSION", "--ibm"),
    *_group(Fate.REFUSED, "use `lazymmu-refactor inspect`", "--tokens-c FILE", "--parse-h FILE", "--parse-ch FILE",
            "--parse-i FILE", "--parse-c++ FILE", "--parse FILE", "--control-flow FILE", "--control-flow-to-file FILE",
            "--type-c FILE", "--parse-unparse FILE", "--rule-dependencies FILE"),
    *_group(Fate.REFUSED, "for work on spatch itself", "--test FILE", "--testall", "--test-spacing", "--test-okfailed",
            "--test-regression-okfailed", "--compare-with-expected", "--expected-extension TEXT",
            "--expected-score-file FILE", "--expected-spacing-score-file FILE", "--no-update-score-file",
            "--test-cfg-ifdef FILE", "--test-attributes FILE", "--test-cpp FILE", "--compare-c FILE",
            "--compare-c-hardcoded", "--comment-annotater-c FILE", "--extract-macros FILE",
            "--extract-macros-select FILE", "--xxx FILE", "--date"),
)  # fmt: skip


def canonical(word: str) -> str:
    """The spelling in which the table has an option: ``-sp_file`` is ``--sp-file``; one letter has one dash."""
    name = word.lstrip("-").replace("_", "-")
    return f"-{name}" if len(name) == 1 else f"--{name}"


OPTIONS: Mapping[str, Option] = {option.name: option for option in _OPTIONS}
"""By name, in the order of the help."""
