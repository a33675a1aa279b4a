// What enter gives: a type, once for each architecture and once for the generic fallback, and its values.

@declared@
identifier virtual.state_type;
type T;
@@
typedef T state_type;

@valued@
@@
  #define LAZY_MMU_DEFAULT ...

@enumerated@
identifier values;
@@
enum values { ..., LAZY_MMU_DEFAULT, ... };

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

@type_of_architecture depends on !declared && !through_operations@
identifier virtual.state_type;
@@
  #define __HAVE_ARCH_ENTER_LAZY_MMU_MODE
+ typedef int state_type;

@type_of_fallback depends on !declared && !type_of_architecture@
identifier virtual.state_type;
@@
+ typedef int state_type;
  #define arch_enter_lazy_mmu_mode() (LAZY_MMU_DEFAULT)

// A fallback that is a function.
@type_of_inline_fallback depends on !declared && !type_of_architecture && !type_of_fallback && file in "include"@
identifier virtual.state_type;
type T;
@@
+ typedef int state_type;
+
  static inline T arch_enter_lazy_mmu_mode(void) { ... }

// --- its values --------------------------------------------------------------------------------------------------------

// They go before all that the header includes: that leads to the architectures' definitions, which use them.

@enumeration depends on !valued && !enumerated && file in "include/linux/mm_types.h"@
type virtual.state_type =~ "^enum lazy_mmu_state$";
@@
  #define _LINUX_MM_TYPES_H
+
+ enum lazy_mmu_state {
+ 	LAZY_MMU_DEFAULT,
+ 	LAZY_MMU_NESTED,
+ };

@constants depends on !valued && !enumerated && !enumeration && file in "include/linux/mm_types.h"@
@@
  #define _LINUX_MM_TYPES_H
+
+ #define LAZY_MMU_DEFAULT	0
+ #define LAZY_MMU_NESTED	1
