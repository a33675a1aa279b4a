// The four helpers, behind the fallback of the calls that they make.

@defined@
@@
lazy_mmu_mode_enable(...) { ... }

@helpers depends on !defined && file in "include/linux/pgtable.h"@
@@
+ #endif
+
+ static inline void lazy_mmu_mode_enable(void)
+ {
+ 	arch_enter_lazy_mmu_mode();
+ }
+
+ static inline void lazy_mmu_mode_disable(void)
+ {
+ 	arch_leave_lazy_mmu_mode();
+ }
+
+ static inline void lazy_mmu_mode_pause(void)
+ {
+ 	arch_leave_lazy_mmu_mode();
+ }
+
+ static inline void lazy_mmu_mode_resume(void)
+ {
+ 	arch_enter_lazy_mmu_mode();
+ }
+
+ #ifndef __HAVE_ARCH_ENTER_LAZY_MMU_MODE
  #define arch_flush_lazy_mmu_mode() do {} while (0)

// A fallback that is functions.
@helpers_before_function depends on !defined && !helpers && file in "include/linux/pgtable.h"@
type T;
@@
+ #endif
+
+ static inline void lazy_mmu_mode_enable(void)
+ {
+ 	arch_enter_lazy_mmu_mode();
+ }
+
+ static inline void lazy_mmu_mode_disable(void)
+ {
+ 	arch_leave_lazy_mmu_mode();
+ }
+
+ static inline void lazy_mmu_mode_pause(void)
+ {
+ 	arch_leave_lazy_mmu_mode();
+ }
+
+ static inline void lazy_mmu_mode_resume(void)
+ {
+ 	arch_enter_lazy_mmu_mode();
+ }
+
+ #ifndef __HAVE_ARCH_ENTER_LAZY_MMU_MODE
  static inline T arch_flush_lazy_mmu_mode(void) { ... }
