package org.serai.hypervisor.qemu;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Configuration of the backend, PID {@code org.serai.qemu}. */
@ObjectClassDefinition(name = "QEMU", description = "How partitions are run by QEMU on this node.")
@interface QemuConfiguration {
    /** The program. */
    @AttributeDefinition(description = "The QEMU program: a name that is looked up in PATH, or an absolute path.")
    String binary() default "qemu-system-x86_64";

    /** The accelerator. */
    @AttributeDefinition(
            description =
                    "tcg emulates the processor and runs everywhere. kvm uses the host's processor. auto takes kvm"
                            + " only after a Linux kernel was seen to boot under it on this host, else tcg.",
            options = {@Option("auto"), @Option("tcg"), @Option("kvm")})
    String accelerator() default "auto";

    /** The kernel that is booted to try KVM. */
    @AttributeDefinition(
            description = "The kernel that auto boots to try KVM. Empty: the newest /boot/vmlinuz-*; where there is"
                    + " none, auto takes tcg.")
    String probeKernel() default "";

    /** How long a start may take. */
    @AttributeDefinition(
            min = "1000",
            max = "600000",
            description = "How long QEMU may take until a machine is loaded and its disks are logged in, in"
                    + " milliseconds: 1000 to 600000.")
    long startTimeoutMs() default 30_000;

    /** How long a command may take. */
    @AttributeDefinition(
            min = "100",
            max = "600000",
            description = "How long QEMU may take to answer a command, in milliseconds: 100 to 600000.")
    long commandTimeoutMs() default 10_000;
}
