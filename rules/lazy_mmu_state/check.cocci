// What can be wrong with code that uses the API: sections that do not pair, states that go astray, halves of a migration.

#include "states.cocci"

// --- sections -----------------------------------------------------------------------------------------------------------

// A call within a greater expression, of which paths do not tell when it is made, nor whether.
@within@
position p != {as_statement.p, assigned.p};
@@
\( arch_enter_lazy_mmu_mode@p() \| arch_leave_lazy_mmu_mode@p(...) \)

@left_open exists feasible@
identifier f;
position p != {not_opens.p, within.p};
@@
f(...) {
... when any
arch_enter_lazy_mmu_mode@p()
... when != arch_leave_lazy_mmu_mode(...)
}

@closed_before exists feasible@
position l != {suspends.p, within.p};
position p != within.p;
@@
arch_leave_lazy_mmu_mode@l(...)
... when != arch_enter_lazy_mmu_mode()
arch_leave_lazy_mmu_mode@p(...)

@enter_inside exists feasible@
position e != {resumes.p, within.p};
position p != within.p;
@@
arch_enter_lazy_mmu_mode@e()
... when != arch_leave_lazy_mmu_mode(...)
arch_enter_lazy_mmu_mode@p()

// --- states -------------------------------------------------------------------------------------------------------------

@state_of_another exists feasible@
expression x, y;
position p;
@@
x = arch_enter_lazy_mmu_mode()
... when != arch_leave_lazy_mmu_mode(...)
    when != arch_enter_lazy_mmu_mode()
(
arch_leave_lazy_mmu_mode(x)
|
arch_leave_lazy_mmu_mode(LAZY_MMU_DEFAULT)
|
arch_leave_lazy_mmu_mode@p(y)
)

@maybe_unset disable decl_init exists feasible@
identifier f, x;
type T;
expression E;
position p;
@@
f(...) {
... when any
T x;
... when != x = E
    when != &x
arch_leave_lazy_mmu_mode@p(x)
... when any
}

@thrown_away exists feasible@
position p != resumes.p;
@@
arch_enter_lazy_mmu_mode@p();
...
arch_leave_lazy_mmu_mode(...)

// --- halves of a migration ----------------------------------------------------------------------------------------------

@stateless_leave@
position p;
@@
arch_leave_lazy_mmu_mode@p()

@enter_macro_gives_nothing@
position p;
@@
(
  #define arch_enter_lazy_mmu_mode@p() do {} while (0)
|
  #define arch_enter_lazy_mmu_mode@p() ((void)0)
|
  #define arch_enter_lazy_mmu_mode@p()
)
