// The two functions that the helpers call: what declares and defines them stays as it is.

@enter_function@
type T;
position p;
@@
T arch_enter_lazy_mmu_mode@p(...) { ... }

@leave_function@
type T;
position p;
@@
T arch_leave_lazy_mmu_mode@p(...) { ... }

@enter_prototype@
type T;
position p;
@@
T arch_enter_lazy_mmu_mode@p(...);

@leave_prototype@
type T;
position p;
@@
T arch_leave_lazy_mmu_mode@p(...);

@enter_macro@
position p;
@@
  #define arch_enter_lazy_mmu_mode@p() ...

@leave_macro@
position p;
@@
  #define arch_leave_lazy_mmu_mode@p() ...

// A header says in this way that it has the function.
@enter_names_itself@
position p;
@@
  #define arch_enter_lazy_mmu_mode@p arch_enter_lazy_mmu_mode@p

@leave_names_itself@
position p;
@@
  #define arch_leave_lazy_mmu_mode@p arch_leave_lazy_mmu_mode@p
