package org.serai.hypervisor.qemu;

/**
 * What was found on this host.
 *
 * @param binary the program as it is started
 * @param version {@code 7.2.22}, without what a distribution adds
 * @param machine the versioned machine type
 * @param accelerator {@code tcg} or {@code kvm}
 * @param cpu the CPU model
 * @param why why that accelerator, one sentence
 */
record QemuHost(String binary, String version, String machine, String accelerator, String cpu, String why) {}
