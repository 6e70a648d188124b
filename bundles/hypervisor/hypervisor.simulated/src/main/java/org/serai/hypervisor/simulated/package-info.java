/** Machines in memory: what a hypervisor backend does, written out without a hypervisor. */
package org.serai.hypervisor.simulated;
