package org.serai.hypervisor.qemu;

import java.lang.annotation.Annotation;

/** A configuration as the component runtime hands it over. */
@SuppressWarnings("ClassExplicitlyAnnotation")
record Configured(String binary, String accelerator, long startTimeoutMs) implements QemuConfiguration {
    @Override
    public String probeKernel() {
        return "";
    }

    @Override
    public long commandTimeoutMs() {
        return 10_000;
    }

    @Override
    public Class<? extends Annotation> annotationType() {
        return QemuConfiguration.class;
    }
}
