// In which state does a call of the lazy MMU API stand?
//
// Follow the two calls through a function, from its entry:
//
//   state                            an enter leads to      a leave leads to
//   C  as the caller left it         I                      S
//   I  inside an own section         nested: reported       D
//   D  an own section was closed     I                      D
//   S  the caller's is suspended     C (it is resumed)      left twice: reported
//
// The state at a call is a question to the sequence of the calls before it: C is (leave enter)*, S is
// (leave enter)* leave, and from the first enter in C on it is I after an enter and D after a leave.
// A call may be reached in several states. {C}, {I} and {I, D} are good for a leave, {S} and anything within
// {C, D} for an enter; every other set blocks the function.
//
// The rules below never look at the arguments of a leave, nor at what becomes of the value of an enter, so they say the
// same before, during and after a migration. They relate calls that follow each other on a path with neither
// call between. In a function that none of the last five rules blocks the sets are exact: there each enter of
// a sequence (leave enter)* is reached from a leave alone and each leave of it from an enter or the entry alone, so the
// paths of rule `suspends` are all of (leave enter)* and nothing else; and a call that is reached in two states which do
// not go together is reached so from two neighbours, which is what the last rules look for.

// --- neighbours -----------------------------------------------------------------------------------------------------

@reached exists feasible@
identifier f;
position p;
@@
f(...) {
... when any
\( arch_enter_lazy_mmu_mode@p() \| arch_leave_lazy_mmu_mode@p(...) \)
... when any
}

@first_enter exists feasible@
identifier f;
position p;
@@
f(...) {
... when != arch_leave_lazy_mmu_mode(...)
arch_enter_lazy_mmu_mode@p()
... when any
}

@enter_after_enter exists feasible@
position p;
@@
arch_enter_lazy_mmu_mode()
... when != arch_leave_lazy_mmu_mode(...)
arch_enter_lazy_mmu_mode@p()

@leave_after_leave exists feasible@
position p;
@@
arch_leave_lazy_mmu_mode(...)
... when != arch_enter_lazy_mmu_mode()
arch_leave_lazy_mmu_mode@p(...)

// --- leaves in state C, and the enters that answer them ---------------------------------------------------------------

@after_leave_only@
position p != {first_enter.p, enter_after_enter.p};
@@
arch_enter_lazy_mmu_mode@p()

@not_after_leave@
position p != leave_after_leave.p;
@@
arch_leave_lazy_mmu_mode@p(...)

// A leave in state C: on the way from the entry each enter answers the leave before it.
@suspends exists feasible@
identifier f;
position e != after_leave_only.p;
position l != not_after_leave.p;
position p;
@@
f(...) {
... when any
    when != arch_enter_lazy_mmu_mode@e()
    when != arch_leave_lazy_mmu_mode@l(...)
arch_leave_lazy_mmu_mode@p(...)
... when any
}

@not_suspends@
position p != suspends.p;
@@
arch_leave_lazy_mmu_mode@p(...)

// An enter in state S.
@resumes exists feasible@
position l != not_suspends.p;
position p;
@@
arch_leave_lazy_mmu_mode@l(...)
...
arch_enter_lazy_mmu_mode@p()

@not_resumes@
position p != resumes.p;
@@
arch_enter_lazy_mmu_mode@p()

// --- sections of the function's own: enters in C or D, leaves in I or D -----------------------------------------------

// A leave in state I.
@closes exists feasible@
position e != resumes.p;
position p;
@@
arch_enter_lazy_mmu_mode@e()
...
arch_leave_lazy_mmu_mode@p(...)

// An enter in C or D with a leave in I behind it. Without one it resumes what another function left.
@opens exists feasible@
position p != resumes.p;
@@
arch_enter_lazy_mmu_mode@p()
...
arch_leave_lazy_mmu_mode(...)

// An enter in state D.
@reopens exists feasible@
position l != suspends.p;
position p;
@@
arch_leave_lazy_mmu_mode@l(...)
...
arch_enter_lazy_mmu_mode@p()

@not_opens@
position p != opens.p;
@@
arch_enter_lazy_mmu_mode@p()

@not_closes@
position p != closes.p;
@@
arch_leave_lazy_mmu_mode@p(...)

// --- what blocks a function -------------------------------------------------------------------------------------------

// An enter in state I.
@nested exists feasible@
identifier f;
position e != resumes.p;
position fp, p;
@@
f@fp(...) {
... when any
arch_enter_lazy_mmu_mode@e()
... when != arch_leave_lazy_mmu_mode(...)
arch_enter_lazy_mmu_mode@p()
... when any
}

// A leave in state S.
@left_twice exists feasible@
identifier f;
position l != not_suspends.p;
position fp, p;
@@
f@fp(...) {
... when any
arch_leave_lazy_mmu_mode@l(...)
... when != arch_enter_lazy_mmu_mode()
arch_leave_lazy_mmu_mode@p(...)
... when any
}

// A leave in state D alone.
@closed_already exists feasible@
identifier f;
position p != {not_after_leave.p, closes.p, suspends.p};
position fp;
@@
f@fp(...) {
... when any
arch_leave_lazy_mmu_mode@p(...)
... when any
}

// An enter in S and in C or D.
@only_resumes@
position p != {first_enter.p, enter_after_enter.p, reopens.p};
@@
arch_enter_lazy_mmu_mode@p()

@ambiguous_enter exists feasible@
identifier f;
position p != {not_resumes.p, only_resumes.p};
position fp;
@@
f@fp(...) {
... when any
arch_enter_lazy_mmu_mode@p()
... when any
}

// A leave in C and in I or D.
@only_suspends@
position p != {closes.p, leave_after_leave.p};
@@
arch_leave_lazy_mmu_mode@p(...)

@ambiguous_leave exists feasible@
identifier f;
position p != {not_suspends.p, only_suspends.p};
position fp;
@@
f@fp(...) {
... when any
arch_leave_lazy_mmu_mode@p(...)
... when any
}

// A call that paths reach, but none that can be taken.
@unreachable exists@
identifier f;
position p != reached.p;
position fp;
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode@p() \| arch_leave_lazy_mmu_mode@p(...) \)
... when any
}

// A call that is a part of a greater expression: which of two comes first, and whether, is not told by paths.
@as_statement@
position p;
@@
(
arch_enter_lazy_mmu_mode@p();
|
arch_leave_lazy_mmu_mode@p(...);
)

@assigned@
expression x;
position p;
@@
x = arch_enter_lazy_mmu_mode@p()

@not_a_statement exists@
identifier f;
position p != {as_statement.p, assigned.p};
position fp;
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode@p() \| arch_leave_lazy_mmu_mode@p(...) \)
... when any
}

// A macro that makes a call: paths do not show which.
@calling included@
identifier m;
@@
(
#define m(...) <+... \( arch_enter_lazy_mmu_mode() \| arch_leave_lazy_mmu_mode(...) \) ...+>
|
#define m <+... \( arch_enter_lazy_mmu_mode() \| arch_leave_lazy_mmu_mode(...) \) ...+>
)

@through_macro exists@
identifier f, calling.m;
position fp, p;
@@
f@fp(...) {
... when any
m@p
... when any
}

// And one that makes it by way of such a macro.
@calling_macro included@
identifier calling.m;
identifier outer;
@@
(
#define outer(...) <+... m ...+>
|
#define outer <+... m ...+>
)

@through_outer_macro exists@
identifier f, calling_macro.outer;
position fp, p;
@@
f@fp(...) {
... when any
outer@p
... when any
}

// --- names without a call ---------------------------------------------------------------------------------------------

@exported@
declarer export =~ "^EXPORT_SYMBOL";
position p;
@@
export(\( arch_enter_lazy_mmu_mode@p \| arch_leave_lazy_mmu_mode@p \), ...);
