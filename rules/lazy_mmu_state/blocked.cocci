// Which functions are left alone? Those with a call in states that do not go together, and those with a call of which
// paths do not tell all.

#include "handed_over.cocci"

@through_begins exists@
identifier caller, begins.f;
position fp, p;
@@
caller@fp(...) {
... when any
f@p(...)
... when any
}

@through_ends exists@
identifier caller, ends.f;
position fp, p;
@@
caller@fp(...) {
... when any
f@p(...)
... when any
}

@through_begins_by_call exists@
identifier caller, begins_by_call.f;
position fp, p;
@@
caller@fp(...) {
... when any
f@p(...)
... when any
}

@through_ends_by_call exists@
identifier caller, ends_by_call.f;
position fp, p;
@@
caller@fp(...) {
... when any
f@p(...)
... when any
}

@through_begins_by_macro exists@
identifier caller, begins_by_macro.m;
position fp, p;
@@
caller@fp(...) {
... when any
m@p
... when any
}

@through_ends_by_macro exists@
identifier caller, ends_by_macro.m;
position fp, p;
@@
caller@fp(...) {
... when any
m@p
... when any
}

@free exists@
identifier f;
position fp != {nested.fp, left_twice.fp, closed_already.fp, ambiguous_enter.fp, ambiguous_leave.fp,
                unreachable.fp, not_a_statement.fp, through_macro.fp, through_outer_macro.fp, through_begins.fp,
                through_ends.fp, through_begins_by_call.fp, through_ends_by_call.fp, through_begins_by_macro.fp,
                through_ends_by_macro.fp};
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
