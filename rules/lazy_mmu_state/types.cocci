// What enter gives: a type, once for each architecture and once for the generic fallback, and its values.

@declared@
identifier virtual.state_type;
type T;
@@
typedef T state_type;

// The header that is to define the values does, or one that it includes.
@valued depends on file in "include/linux/mm_types.h" included constants@
@@
  #define LAZY_MMU_DEFAULT ...

@enumerated@
identifier values;
@@
(
enum values { ..., LAZY_MMU_DEFAULT, ... };
|
enum { ..., LAZY_MMU_DEFAULT, ... };
)

// --- the type: an integer, unless it is an enumeration (no identifier) --------------------------------------------------

// An architecture that reaches its enter through a structure of operations. The header that defines enter includes
// that of the structure, so the type goes before the structure: the operations can be given it one day.
@through_operations exists@
expression operations;
@@
arch_enter_lazy_mmu_mode(...) {
... when any
operations.enter
... when any
}

@type_of_operations depends on !declared && file in "arch"@
identifier virtual.state_type;
identifier operations =~ "lazy";
@@
+ typedef int state_type;
+
  struct operations {
  ...
  void (*enter)(void);
  ...
  void (*leave)(void);
  ...
  };

// A header that says only behind its prototypes or definitions that it has them, by either name.
@announced@
position p;
@@
(
  #define __HAVE_ARCH_ENTER_LAZY_MMU_MODE@p
|
  #define arch_enter_lazy_mmu_mode@p arch_enter_lazy_mmu_mode
)

// Each place is compared with all others: C files of many calls are left out.
@named depends on ever announced || file in "include" identifier@
position p;
@@
\( arch_enter_lazy_mmu_mode@p \| arch_leave_lazy_mmu_mode@p \)

@named_again identifier@
position p > named.p;
@@
\( arch_enter_lazy_mmu_mode@p \| arch_leave_lazy_mmu_mode@p \)

@named_behind depends on ever announced identifier@
position p > announced.p;
@@
\( arch_enter_lazy_mmu_mode@p \| arch_leave_lazy_mmu_mode@p \)

@named_first depends on ever announced identifier@
position p != {named_again.p, named_behind.p};
@@
\( arch_enter_lazy_mmu_mode@p \| arch_leave_lazy_mmu_mode@p \)

@type_of_prototypes depends on !declared && !through_operations@
identifier virtual.state_type;
type T;
identifier f;
position named_first.p;
@@
+ typedef int state_type;
+
  T f@p(...);

@type_of_definitions depends on !declared && !through_operations@
identifier virtual.state_type;
type T;
identifier f;
position named_first.p;
@@
+ typedef int state_type;
+
  T f@p(...) { ... }

@type_of_architecture depends on !declared && !through_operations && !type_of_prototypes && !type_of_definitions@
identifier virtual.state_type;
@@
  #define __HAVE_ARCH_ENTER_LAZY_MMU_MODE
+ typedef int state_type;

@type_of_named depends on !declared && !through_operations && !type_of_prototypes && !type_of_definitions && !type_of_architecture@
identifier virtual.state_type;
@@
  #define arch_enter_lazy_mmu_mode arch_enter_lazy_mmu_mode
+ typedef int state_type;

@type_of_fallback depends on !declared && !type_of_architecture && !type_of_named && !type_of_prototypes && !type_of_definitions@
identifier virtual.state_type;
@@
+ typedef int state_type;
  #define arch_enter_lazy_mmu_mode() (LAZY_MMU_DEFAULT)

// A fallback of functions.
@first_of_fallback depends on !announced && file in "include" identifier@
position p != named_again.p;
@@
\( arch_enter_lazy_mmu_mode@p \| arch_leave_lazy_mmu_mode@p \)

@type_of_functions depends on !declared && !type_of_fallback@
identifier virtual.state_type;
type T;
identifier f;
position first_of_fallback.p;
@@
+ typedef int state_type;
+
  static T f@p(...) { ... }

// --- its values --------------------------------------------------------------------------------------------------------

// They go before all that the header includes: that leads to the architectures' definitions, which use them.

@guarded depends on file in "include/linux/mm_types.h"@
identifier guard =~ "MM_TYPES_H";
position p;
@@
  #define guard@p

@enumeration depends on !valued && !enumerated && file in "include/linux/mm_types.h"@
type virtual.state_type =~ "^enum lazy_mmu_state$";
identifier guard;
position guarded.p;
@@
  #define guard@p
+
+ enum lazy_mmu_state {
+ 	LAZY_MMU_DEFAULT,
+ 	LAZY_MMU_NESTED,
+ };

@constants depends on !valued && !enumerated && !enumeration && file in "include/linux/mm_types.h"@
identifier guard;
position guarded.p;
@@
  #define guard@p
+
+ #define LAZY_MMU_DEFAULT	0
+ #define LAZY_MMU_NESTED	1

@enumeration_unguarded depends on !valued && !enumerated && !guarded && file in "include/linux/mm_types.h"@
type virtual.state_type =~ "^enum lazy_mmu_state$";
@@
+ enum lazy_mmu_state {
+ 	LAZY_MMU_DEFAULT,
+ 	LAZY_MMU_NESTED,
+ };
+
  #include ...

@constants_unguarded depends on !valued && !enumerated && !enumeration_unguarded && !guarded && file in "include/linux/mm_types.h"@
@@
+ #define LAZY_MMU_DEFAULT	0
+ #define LAZY_MMU_NESTED	1
+
  #include ...
