// The two functions themselves: prototypes, definitions, and the macros of the generic fallback.

// --- enter ------------------------------------------------------------------------------------------------------------

// A definition that returns what another function returns.
@returns_another exists@
expression E;
position p;
@@
void arch_enter_lazy_mmu_mode@p(void) {
... when any
return E;
... when any
}

// The end of a function that returns nothing is a `return;` as well.
@enter_definition@
type virtual.state_type;
position p != returns_another.p;
@@
- void
+ state_type
  arch_enter_lazy_mmu_mode@p(void) {
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

// Declared together with others, which keep their type.
@enter_prototype_of_its_own@
type virtual.state_type;
@@
- void arch_enter_lazy_mmu_mode(void);
++ state_type arch_enter_lazy_mmu_mode(void);

@enter_macro@
@@
(
- #define arch_enter_lazy_mmu_mode() do {} while (0)
+ #define arch_enter_lazy_mmu_mode()	(LAZY_MMU_DEFAULT)
|
- #define arch_enter_lazy_mmu_mode() ((void)0)
+ #define arch_enter_lazy_mmu_mode()	(LAZY_MMU_DEFAULT)
|
- #define arch_enter_lazy_mmu_mode()
+ #define arch_enter_lazy_mmu_mode()	(LAZY_MMU_DEFAULT)
)

// --- leave ------------------------------------------------------------------------------------------------------------

// A definition that uses the parameter's name already.
@state_is_taken exists@
identifier own = state;
type T;
position p;
@@
arch_leave_lazy_mmu_mode@p(void) {
... when any
(
T own;
|
own
)
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
(
- #define arch_leave_lazy_mmu_mode() do {} while (0)
+ #define arch_leave_lazy_mmu_mode(state)	((void)(state))
|
- #define arch_leave_lazy_mmu_mode() ((void)0)
+ #define arch_leave_lazy_mmu_mode(state)	((void)(state))
|
- #define arch_leave_lazy_mmu_mode()
+ #define arch_leave_lazy_mmu_mode(state)	((void)(state))
)
