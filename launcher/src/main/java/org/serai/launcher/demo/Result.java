package org.serai.launcher.demo;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/** What the demo measured; printed as JSON with these names in snake case. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Result(
        String hypervisor,
        String accelerator,
        long counterBefore,
        long counterAfter,
        boolean diskRecordsOk,
        long diskRecords,
        long hibernateMs,
        long takeoverMs,
        long remoteRestartMs,
        long stateBytes,
        long luUsedBytes,
        long totalMs,
        boolean ok) {
    /** The short table for people. */
    String table() {
        return """
                hypervisor         %s (%s)
                counter            %d before, %d after: %s
                disk records       %d, %s
                hibernate          %,d ms
                takeover           %,d ms (death seen and fenced)
                remote restart     %,d ms (takeover included)
                machine state      %,d bytes
                disk LU in use     %,d bytes
                in all             %,d ms
                """.formatted(
                        hypervisor,
                        accelerator,
                        counterBefore,
                        counterAfter,
                        counterAfter == counterBefore + 1 ? "it went on from where it was" : "IT DID NOT GO ON",
                        diskRecords,
                        diskRecordsOk ? "all verified" : "NOT ALL WHOLE",
                        hibernateMs,
                        takeoverMs,
                        remoteRestartMs,
                        stateBytes,
                        luUsedBytes,
                        totalMs);
    }
}
