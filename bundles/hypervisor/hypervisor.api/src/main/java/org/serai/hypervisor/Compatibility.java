package org.serai.hypervisor;

import java.util.Map;

/**
 * What must be equal where machine state is restored: backend, version, machine type, accelerator, CPU model, devices with
 * bus and address, digests of kernel and initrd, and so on, in words of the backend. Two are compatible if equal.
 */
public record Compatibility(Map<String, String> facts) {}
