package org.serai.hypervisor.simulated;

import java.util.Optional;
import java.util.OptionalLong;

/** What shall go wrong, asked for by a test; each fault strikes once. */
public final class SimulatedFaults {
    private Optional<String> startFailure = Optional.empty();
    private OptionalLong captureFailureAfterBytes = OptionalLong.empty();
    private Optional<String> restoreFailure = Optional.empty();

    /** The next start fails with this cause. */
    public synchronized void failNextStart(String cause) {
        startFailure = Optional.of(cause);
    }

    /** The next capture fails once it has written so many bytes. */
    public synchronized void failNextCaptureAfter(long bytes) {
        captureFailureAfterBytes = OptionalLong.of(bytes);
    }

    /** The next restore fails with this cause after the whole stream was read. */
    public synchronized void failNextRestore(String cause) {
        restoreFailure = Optional.of(cause);
    }

    synchronized Optional<String> takeStartFailure() {
        Optional<String> taken = startFailure;
        startFailure = Optional.empty();
        return taken;
    }

    synchronized OptionalLong takeCaptureFailure() {
        OptionalLong taken = captureFailureAfterBytes;
        captureFailureAfterBytes = OptionalLong.empty();
        return taken;
    }

    synchronized Optional<String> takeRestoreFailure() {
        Optional<String> taken = restoreFailure;
        restoreFailure = Optional.empty();
        return taken;
    }
}
