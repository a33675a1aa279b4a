// What can be wrong with code that uses the API: sections that do not pair, states that go astray, halves of a migration.

#include "states.cocci"

// --- sections -----------------------------------------------------------------------------------------------------------

@left_open exists feasible@
identifier f;
position p != not_opens.p;
@@
f(...) {
... when any
arch_enter_lazy_mmu_mode@p()
... when != arch_leave_lazy_mmu_mode(...)
}

@closed_before exists feasible@
position l != suspends.p;
position p;
@@
arch_leave_lazy_mmu_mode@l(...)
... when != arch_enter_lazy_mmu_mode()
arch_leave_lazy_mmu_mode@p(...)

@enter_inside exists feasible@
position e != resumes.p;
position p;
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

@enter_declared_well@
type virtual.state_type;
position p;
@@
state_type arch_enter_lazy_mmu_mode@p(void);

@enter_declared_ill@
type T;
position p != enter_declared_well.p;
@@
T arch_enter_lazy_mmu_mode@p(...);

@enter_defined_well@
type virtual.state_type;
position p;
@@
state_type arch_enter_lazy_mmu_mode@p(void) { ... }

@enter_defined_ill@
type T;
position p != enter_defined_well.p;
@@
T arch_enter_lazy_mmu_mode@p(...) { ... }

@leave_declared_well@
type virtual.state_type;
identifier state;
position p;
@@
void arch_leave_lazy_mmu_mode@p(state_type state);

@leave_declared_ill@
type T;
position p != leave_declared_well.p;
@@
T arch_leave_lazy_mmu_mode@p(...);

@leave_defined_well@
type virtual.state_type;
identifier state;
position p;
@@
void arch_leave_lazy_mmu_mode@p(state_type state) { ... }

@leave_defined_ill@
type T;
position p != leave_defined_well.p;
@@
T arch_leave_lazy_mmu_mode@p(...) { ... }

@enter_macro_gives_nothing@
position p;
@@
  #define arch_enter_lazy_mmu_mode@p() do {} while (0)

@leave_macro_takes_nothing@
position p;
@@
  #define arch_leave_lazy_mmu_mode@p() ...
