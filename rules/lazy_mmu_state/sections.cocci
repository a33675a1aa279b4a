// Calls: a section keeps in a local what enter gives and hands it to leave; a leave that suspends the caller's section
// leaves the mode altogether, whatever nesting the caller is at.

#include "blocked.cocci"

// --- functions that use the local's name already -----------------------------------------------------------------------

@taken exists@
identifier f;
identifier own = lazy_mmu_state;
type T;
position fp;
@@
f@fp(...) {
... when any
(
T own;
|
own
)
... when any
}

@taken_by_parameter@
identifier f;
type T;
position fp;
@@
f@fp(..., T lazy_mmu_state, ...) { ... }

// A macro of that name, and one that has the name in its body.
@is_macro included@
@@
#define lazy_mmu_state ...

@mentions included@
identifier m;
@@
(
#define m(...) <+... lazy_mmu_state ...+>
|
#define m <+... lazy_mmu_state ...+>
)

@taken_by_macro depends on ever is_macro exists@
identifier f;
position fp;
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode() \| arch_leave_lazy_mmu_mode(...) \)
... when any
}

@taken_through_macro exists@
identifier f, mentions.m;
position fp;
@@
f@fp(...) {
... when any
m
... when any
}

@not_taken depends on ever taken || ever taken_by_parameter || ever taken_by_macro || ever taken_through_macro exists@
identifier f;
position fp != {taken.fp, taken_by_parameter.fp, taken_by_macro.fp, taken_through_macro.fp};
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode() \| arch_leave_lazy_mmu_mode(...) \)
... when any
}

@taken_enter depends on ever taken || ever taken_by_parameter || ever taken_by_macro || ever taken_through_macro exists@
identifier f;
position fp != not_taken.fp;
position p != not_opens.p;
@@
f@fp(...) {
... when any
arch_enter_lazy_mmu_mode@p();
... when any
}

@taken_leave depends on ever taken || ever taken_by_parameter || ever taken_by_macro || ever taken_through_macro exists@
identifier f;
position fp != not_taken.fp;
position p;
@@
f@fp(...) {
... when any
arch_leave_lazy_mmu_mode@p();
... when any
}

// --- calls that somebody has given another local -----------------------------------------------------------------------

@kept_otherwise@
expression x;
position p;
@@
x = arch_enter_lazy_mmu_mode@p()

@handed_another@
expression x;
position p;
@@
arch_leave_lazy_mmu_mode@p(x)

// A section of which somebody has converted a part: only its author can tell which local the rest is meant for.
@by_hand depends on ever kept_otherwise || ever handed_another exists@
identifier f;
expression x;
position fp;
position l != not_closes.p;
@@
f@fp(...) {
... when any
\( x = arch_enter_lazy_mmu_mode() \| arch_leave_lazy_mmu_mode@l(x) \)
... when any
}

@not_by_hand depends on ever by_hand exists@
identifier f;
position fp != by_hand.fp;
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode() \| arch_leave_lazy_mmu_mode(...) \)
... when any
}

@by_hand_enter depends on ever by_hand exists@
identifier f;
position fp != not_by_hand.fp;
position p != not_opens.p;
@@
f@fp(...) {
... when any
arch_enter_lazy_mmu_mode@p();
... when any
}

@by_hand_leave depends on ever by_hand exists@
identifier f;
position fp != not_by_hand.fp;
position p != not_closes.p;
@@
f@fp(...) {
... when any
arch_leave_lazy_mmu_mode@p();
... when any
}

// --- enters that stay as they are --------------------------------------------------------------------------------------

// An enter in C or D with no leave behind it.
@continues exists feasible@
identifier f;
position p != {opens.p, resumes.p};
@@
f(...) {
... when any
arch_enter_lazy_mmu_mode@p()
... when any
}

// --- the calls --------------------------------------------------------------------------------------------------------

@suspend forall feasible@
identifier f;
position fp != {blocked.fp, taken.fp, taken_by_parameter.fp, taken_by_macro.fp, taken_through_macro.fp};
position l != not_suspends.p;
@@
f@fp(...) {
<+...
arch_leave_lazy_mmu_mode@l(
+ LAZY_MMU_DEFAULT
  );
...+>
}

@section forall feasible@
identifier f;
type virtual.state_type;
position fp != {blocked.fp, taken.fp, taken_by_parameter.fp, taken_by_macro.fp, taken_through_macro.fp, by_hand.fp};
position e != not_opens.p;
position l != not_closes.p;
@@
f@fp(...) {
+ state_type lazy_mmu_state;
<+...
(
+ lazy_mmu_state =
  arch_enter_lazy_mmu_mode@e();
|
  arch_leave_lazy_mmu_mode@l(
+ lazy_mmu_state
  );
)
...+>
}
