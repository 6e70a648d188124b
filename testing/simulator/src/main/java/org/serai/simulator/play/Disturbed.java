package org.serai.simulator.play;

import java.util.HashMap;
import java.util.Map;
import org.serai.simulator.kernel.Loop;
import org.serai.simulator.machine.Installation;

/** Which nodes something has befallen of late. */
final class Disturbed {
    /** What befalls a node is over by then: the longest fault, and a request that was slow and took as long once more. */
    private static final long FOR_NS = 45_000_000_000L;

    private final Loop loop;
    private final Map<Installation, Long> untilNs = new HashMap<>();

    Disturbed(Loop loop) {
        this.loop = loop;
    }

    /** Something befalls a node, and what else is on its host. */
    void by(Installation target) {
        target.host().installed().forEach(each -> untilNs.put(each, loop.nowNs() + FOR_NS));
    }

    boolean isAtEase(Installation installation) {
        return untilNs.getOrDefault(installation, 0L) < loop.nowNs();
    }
}
