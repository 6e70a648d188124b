/** The hypervisor backend QEMU: one process a machine, spoken to by QMP. */
package org.serai.hypervisor.qemu;
