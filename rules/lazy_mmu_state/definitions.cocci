// The two functions themselves: prototypes, definitions, and the macros of the generic fallback.

// --- enter ------------------------------------------------------------------------------------------------------------

// Definitions whose end is reached by a path, so that a return has to be added there.
@reaches_its_end exists@
position p;
@@
arch_enter_lazy_mmu_mode@p(void) {
... when != return;
}

@ends_in_return@
position p != reaches_its_end.p;
@@
void arch_enter_lazy_mmu_mode@p(void) {
...
}

@enter_definition@
type virtual.state_type;
position p != ends_in_return.p;
@@
- void
+ state_type
  arch_enter_lazy_mmu_mode@p(void) {
  <...
- return;
+ return LAZY_MMU_DEFAULT;
  ...>
+ return LAZY_MMU_DEFAULT;
  }

@enter_definition_by_return@
type virtual.state_type;
@@
- void
+ state_type
  arch_enter_lazy_mmu_mode(void) {
  <...
- return;
+ return LAZY_MMU_DEFAULT;
  ...>
  }

@enter_prototype@
type virtual.state_type;
@@
- void
+ state_type
  arch_enter_lazy_mmu_mode(void);

@enter_macro@
@@
- #define arch_enter_lazy_mmu_mode() do {} while (0)
+ #define arch_enter_lazy_mmu_mode()	(LAZY_MMU_DEFAULT)

// --- leave ------------------------------------------------------------------------------------------------------------

// A definition that has a use of its own for the parameter's name.
@state_is_taken exists@
type T;
position p;
@@
arch_leave_lazy_mmu_mode@p(void) {
... when any
T state;
... when any
}

@leave_definition@
type virtual.state_type;
position p != state_is_taken.p;
@@
  void arch_leave_lazy_mmu_mode@p(
- void
+ state_type state
  ) { ... }

@leave_prototype@
type virtual.state_type;
@@
  void arch_leave_lazy_mmu_mode(
- void
+ state_type state
  );

@leave_macro@
@@
- #define arch_leave_lazy_mmu_mode() do {} while (0)
+ #define arch_leave_lazy_mmu_mode(state)	((void)(state))
