// The same sections and the same suspended ones as rules/lazy_mmu_state finds, in the words of the merged API.

#include "../lazy_mmu_state/blocked.cocci"

// A suspended section that the same function resumes. Architecture code keeps its own calls: there a leave and its enter
// may belong to different tasks.
@answered exists feasible@
position p != not_suspends.p;
@@
arch_leave_lazy_mmu_mode@p(...)
...
arch_enter_lazy_mmu_mode()

@not_answered@
position p != answered.p;
@@
arch_leave_lazy_mmu_mode@p(...)

// --- calls that stay as they are ---------------------------------------------------------------------------------------

@of_architecture depends on file in "arch"@
position p != {opens.p, closes.p};
@@
(
arch_enter_lazy_mmu_mode@p()
|
arch_leave_lazy_mmu_mode@p()
)

// The helpers themselves, where they are there.
@of_helper exists@
identifier f =~ "^lazy_mmu_mode_";
position p;
@@
f(...) {
... when any
\( arch_enter_lazy_mmu_mode@p() \| arch_leave_lazy_mmu_mode@p() \)
... when any
}

@continues depends on !(file in "arch") exists feasible@
identifier f;
position p != {opens.p, resumes.p, of_helper.p};
@@
f(...) {
... when any
arch_enter_lazy_mmu_mode@p()
... when any
}

@hands_over depends on !(file in "arch") exists feasible@
identifier f;
position p != {answered.p, closes.p, of_helper.p};
@@
f(...) {
... when any
arch_leave_lazy_mmu_mode@p()
... when any
}

// --- functions that hand a state on: half converted to another form ------------------------------------------------------

@stateful exists@
identifier f;
expression x;
position fp;
@@
f@fp(...) {
... when any
\( x = arch_enter_lazy_mmu_mode() \| arch_leave_lazy_mmu_mode(x) \)
... when any
}

@in_stateful exists@
identifier f;
position stateful.fp;
position p;
@@
f@fp(...) {
... when any
\( arch_enter_lazy_mmu_mode@p() \| arch_leave_lazy_mmu_mode@p(...) \)
... when any
}

// --- the others --------------------------------------------------------------------------------------------------------

@section forall feasible@
identifier f;
position fp != {blocked.fp, stateful.fp};
position e != not_opens.p;
position l != not_closes.p;
@@
f@fp(...) {
<+...
(
- arch_enter_lazy_mmu_mode@e
+ lazy_mmu_mode_enable
  ();
|
- arch_leave_lazy_mmu_mode@l
+ lazy_mmu_mode_disable
  ();
)
...+>
}

@suspended depends on !(file in "arch") forall feasible@
identifier f;
position fp != {blocked.fp, stateful.fp};
position l != not_answered.p;
position e != not_resumes.p;
@@
f@fp(...) {
<+...
(
- arch_leave_lazy_mmu_mode@l
+ lazy_mmu_mode_pause
  ();
|
- arch_enter_lazy_mmu_mode@e
+ lazy_mmu_mode_resume
  ();
)
...+>
}
