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

// A function of the file that begins a section for its caller, or ends one: the caller's paths do not show that.
@begins_for_caller exists feasible@
identifier f != {arch_enter_lazy_mmu_mode, arch_leave_lazy_mmu_mode};
position fp;
position p != resumes.p;
@@
f@fp(...) {
... when any
arch_enter_lazy_mmu_mode@p()
... when != arch_leave_lazy_mmu_mode(...)
}

@ends_for_caller exists feasible@
identifier end != {arch_enter_lazy_mmu_mode, arch_leave_lazy_mmu_mode};
position fp;
position p != not_suspends.p;
@@
end@fp(...) {
... when any
arch_leave_lazy_mmu_mode@p(...)
... when != arch_enter_lazy_mmu_mode()
}

@through_begin exists@
identifier caller, begins_for_caller.f;
position fp, p;
@@
caller@fp(...) {
... when any
f@p(...)
... when any
}

@through_end exists@
identifier caller, ends_for_caller.end;
position fp, p;
@@
caller@fp(...) {
... when any
end@p(...)
... when any
}

// All of them. Whoever calls one hands that over to its own caller, unless it begins a section by one and ends it by
// another on all paths; and so does who calls that function. A rule that inherits a name knows the places of that name
// alone: so the functions are bound a second time, for their places.
@keeps_to_itself depends on begins_for_caller || ends_for_caller exists@
identifier f;
position fp != {begins_for_caller.fp, ends_for_caller.fp};
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode() \| arch_leave_lazy_mmu_mode(...) \)
... when any
}

@crosses depends on begins_for_caller || ends_for_caller exists@
identifier f != {arch_enter_lazy_mmu_mode, arch_leave_lazy_mmu_mode};
position fp != keeps_to_itself.fp;
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode() \| arch_leave_lazy_mmu_mode(...) \)
... when any
}

@crosses_at depends on begins_for_caller || ends_for_caller exists@
identifier f != {arch_enter_lazy_mmu_mode, arch_leave_lazy_mmu_mode};
position fp != keeps_to_itself.fp;
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode() \| arch_leave_lazy_mmu_mode(...) \)
... when any
}

// With a third such function a pair of them does not tell of all that happens.
@another_begins exists feasible@
identifier g != begins_for_caller.f;
position e != resumes.p;
@@
g(...) {
... when any
arch_enter_lazy_mmu_mode@e()
... when != arch_leave_lazy_mmu_mode(...)
}

@another_ends exists feasible@
identifier g != ends_for_caller.end;
position l != not_suspends.p;
@@
g(...) {
... when any
arch_leave_lazy_mmu_mode@l(...)
... when != arch_enter_lazy_mmu_mode()
}

@helped depends on never another_begins && never another_ends@
identifier relay, begins_for_caller.f, ends_for_caller.end;
position fp;
@@
relay@fp(...) {
... when != end(...)
    when strict
f(...)
... when strict
end(...)
... when != f(...)
    when != end(...)
    when strict
}

@relays exists@
identifier relay, crosses.f;
position fp != {crosses_at.fp, helped.fp};
@@
relay@fp(...) {
... when any
f(...)
... when any
}

@relays_at exists@
identifier relay, crosses.f;
position fp != {crosses_at.fp, helped.fp};
@@
relay@fp(...) {
... when any
f(...)
... when any
}

@relays_again exists@
identifier again, relays.relay;
position fp != {crosses_at.fp, relays_at.fp};
@@
again@fp(...) {
... when any
relay(...)
... when any
}

@relays_again_at exists@
identifier again, relays.relay;
position fp != {crosses_at.fp, relays_at.fp};
@@
again@fp(...) {
... when any
relay(...)
... when any
}

@relays_further exists@
identifier further, relays_again.again;
position fp != {crosses_at.fp, relays_at.fp, relays_again_at.fp};
@@
further@fp(...) {
... when any
again(...)
... when any
}

@relays_further_at exists@
identifier further, relays_again.again;
position fp != {crosses_at.fp, relays_at.fp, relays_again_at.fp};
@@
further@fp(...) {
... when any
again(...)
... when any
}

@through_relay exists@
identifier caller, relays.relay;
position fp, p;
@@
caller@fp(...) {
... when any
relay@p(...)
... when any
}

@through_relays exists@
identifier caller, relays_again.again;
position fp, p;
@@
caller@fp(...) {
... when any
again@p(...)
... when any
}

@through_further exists@
identifier caller, relays_further.further;
position fp, p;
@@
caller@fp(...) {
... when any
further@p(...)
... when any
}

// A macro that calls one, and a function that uses a macro for its caller.
@helping included@
identifier m, crosses.f;
@@
(
#define m(...) <+... f ...+>
|
#define m <+... f ...+>
)

@relaying included@
identifier m, relays.relay;
@@
(
#define m(...) <+... relay ...+>
|
#define m <+... relay ...+>
)

@through_helping exists@
identifier caller, helping.m;
position fp, p;
@@
caller@fp(...) {
... when any
m@p
... when any
}

@through_relaying exists@
identifier caller, relaying.m;
position fp, p;
@@
caller@fp(...) {
... when any
m@p
... when any
}

@uses_macro exists@
identifier user, calling.m;
position fp != crosses_at.fp;
@@
user@fp(...) {
... when any
m
... when any
}

@uses_macro_at exists@
identifier user, calling.m;
position fp != crosses_at.fp;
@@
user@fp(...) {
... when any
m
... when any
}

@through_user exists@
identifier caller, uses_macro.user;
position fp, p;
@@
caller@fp(...) {
... when any
user@p(...)
... when any
}

// Further than this nobody looks: where there is more, no function of the file is changed.
@further_still exists@
identifier still, relays_further.further;
position fp != {crosses_at.fp, relays_at.fp, relays_again_at.fp, relays_further_at.fp};
@@
still@fp(...) {
... when any
further(...)
... when any
}

@further_user exists@
identifier still, uses_macro.user;
position fp != {crosses_at.fp, uses_macro_at.fp};
@@
still@fp(...) {
... when any
user(...)
... when any
}

@uses_outer exists@
identifier user, calling_macro.outer;
position fp != crosses_at.fp;
@@
user@fp(...) {
... when any
outer
... when any
}

@further_outer exists@
identifier still, uses_outer.user;
@@
still(...) {
... when any
user(...)
... when any
}

@uses_helping exists@
identifier user, helping.m;
position fp != crosses_at.fp;
@@
user@fp(...) {
... when any
m
... when any
}

@further_helping exists@
identifier still, uses_helping.user;
@@
still(...) {
... when any
user(...)
... when any
}

@uses_relaying exists@
identifier user, relaying.m;
position fp != crosses_at.fp;
@@
user@fp(...) {
... when any
m
... when any
}

@further_relaying exists@
identifier still, uses_relaying.user;
@@
still(...) {
... when any
user(...)
... when any
}

@too_far depends on ever further_still || ever further_user || ever further_outer || ever further_helping
    || ever further_relaying exists@
identifier f != {arch_enter_lazy_mmu_mode, arch_leave_lazy_mmu_mode};
position fp, p;
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode@p() \| arch_leave_lazy_mmu_mode@p(...) \)
... when any
}

@free exists@
identifier f;
position fp != {nested.fp, left_twice.fp, closed_already.fp, ambiguous_enter.fp, ambiguous_leave.fp,
                unreachable.fp, not_a_statement.fp, through_macro.fp, through_outer_macro.fp, through_begin.fp,
                through_end.fp, through_relay.fp, through_relays.fp, through_further.fp, through_helping.fp, through_relaying.fp,
                through_user.fp, too_far.fp};
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode() \| arch_leave_lazy_mmu_mode(...) \)
... when any
}

@blocked exists@
identifier f;
position fp != free.fp;
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode() \| arch_leave_lazy_mmu_mode(...) \)
... when any
}

// The other calls of such a function.
@in_blocked exists@
identifier f;
position fp != free.fp;
position p;
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode@p() \| arch_leave_lazy_mmu_mode@p(...) \)
... when any
}

// --- names without a call ---------------------------------------------------------------------------------------------

@exported@
declarer export =~ "^EXPORT_SYMBOL";
position p;
@@
export(\( arch_enter_lazy_mmu_mode@p \| arch_leave_lazy_mmu_mode@p \), ...);
