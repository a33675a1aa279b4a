// Which functions begin or end sections for their callers, of which a caller's paths show nothing?
//
// `begins` and `ends` find those that make the calls. Whoever calls such a function, or uses a macro that does, hands
// over what it begins and does not end, or ends and has not begun, and so does who calls that one. Hence the rules of
// this file speak of what they find themselves, in whatever file.

#include "states.cocci"

@begins exists feasible everywhere@
identifier f != {arch_enter_lazy_mmu_mode, arch_leave_lazy_mmu_mode};
position e != resumes.p;
@@
f(...) {
... when any
arch_enter_lazy_mmu_mode@e()
... when != arch_leave_lazy_mmu_mode(...)
}

@ends exists feasible everywhere@
identifier f != {arch_enter_lazy_mmu_mode, arch_leave_lazy_mmu_mode};
position l != not_suspends.p;
@@
f(...) {
... when any
arch_leave_lazy_mmu_mode@l(...)
... when != arch_enter_lazy_mmu_mode()
}

@begins_in_macro everywhere@
identifier m;
@@
(
#define m(...) <+... arch_enter_lazy_mmu_mode() ...+>
|
#define m <+... arch_enter_lazy_mmu_mode() ...+>
)

@ends_in_macro everywhere@
identifier m;
@@
(
#define m(...) <+... arch_leave_lazy_mmu_mode(...) ...+>
|
#define m <+... arch_leave_lazy_mmu_mode(...) ...+>
)

// --- where they are used ------------------------------------------------------------------------------------------------

@begin@
identifier begins.f;
position p;
@@
f@p

@begin_by_call@
identifier begins_by_call.f;
position p;
@@
f@p

@begin_in_macro@
identifier begins_in_macro.m;
position p;
@@
m@p

@begin_by_macro@
identifier begins_by_macro.m;
position p;
@@
m@p

@end@
identifier ends.f;
position p;
@@
f@p

@end_by_call@
identifier ends_by_call.f;
position p;
@@
f@p

@end_in_macro@
identifier ends_in_macro.m;
position p;
@@
m@p

@end_by_macro@
identifier ends_by_macro.m;
position p;
@@
m@p

// The function is kept for somebody, and not called here.
@kept@
expression E;
identifier other;
position p = any {begin.p, begin_by_call.p, end.p, end_by_call.p};
@@
\( E = other@p \| E = &other@p \)

// --- who hands that over ------------------------------------------------------------------------------------------------

@begins_by_call exists feasible everywhere@
identifier f != {arch_enter_lazy_mmu_mode, arch_leave_lazy_mmu_mode};
identifier begin, end;
position b = any {begin.p, begin_by_call.p, begin_in_macro.p, begin_by_macro.p} && != kept.p;
position e = any {end.p, end_by_call.p, end_in_macro.p, end_by_macro.p} && != kept.p;
@@
f(...) {
... when any
begin@b
... when != end@e
    when != arch_leave_lazy_mmu_mode(...)
}

@ends_by_call exists feasible everywhere@
identifier f != {arch_enter_lazy_mmu_mode, arch_leave_lazy_mmu_mode};
identifier begin, end;
position b = any {begin.p, begin_by_call.p, begin_in_macro.p, begin_by_macro.p} && != kept.p;
position e = any {end.p, end_by_call.p, end_in_macro.p, end_by_macro.p} && != kept.p;
@@
f(...) {
... when != begin@b
    when != arch_enter_lazy_mmu_mode()
end@e
... when any
}

@begins_by_macro everywhere@
identifier m;
identifier begin;
position b = any {begin.p, begin_by_call.p, begin_in_macro.p, begin_by_macro.p};
@@
(
#define m(...) <+... begin@b ...+>
|
#define m <+... begin@b ...+>
)

@ends_by_macro everywhere@
identifier m;
identifier end;
position e = any {end.p, end_by_call.p, end_in_macro.p, end_by_macro.p};
@@
(
#define m(...) <+... end@e ...+>
|
#define m <+... end@e ...+>
)
