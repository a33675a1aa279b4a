// What declares and defines the two functions, where it is not as the migration leaves it.

// --- prototypes and definitions -----------------------------------------------------------------------------------------

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
(
void arch_leave_lazy_mmu_mode@p(state_type state);
|
void arch_leave_lazy_mmu_mode@p(state_type);
)

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

// --- macros -------------------------------------------------------------------------------------------------------------

// A header says in this way that it has the function.
@enter_names_itself@
position p;
@@
  #define arch_enter_lazy_mmu_mode@p arch_enter_lazy_mmu_mode@p

@leave_names_itself@
position p;
@@
  #define arch_leave_lazy_mmu_mode@p arch_leave_lazy_mmu_mode@p

@enter_macro_well@
position p;
@@
  #define arch_enter_lazy_mmu_mode@p() (LAZY_MMU_DEFAULT)

@enter_macro_of_its_own@
position p != enter_macro_well.p;
@@
  #define arch_enter_lazy_mmu_mode@p() ...

@leave_macro_takes_nothing@
position p;
@@
  #define arch_leave_lazy_mmu_mode@p() ...
