package org.serai.simulator.machine;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.serai.cluster.core.liveness.PowerFence;
import org.serai.simulator.kernel.Life;

/**
 * A switch for each host's power, as nodes find it: slow, and not always of use. It may fail, and it may fail to say that
 * it did what it was asked to.
 *
 * @param installations whose hosts can be turned off, by the names of their nodes
 */
public record Power(List<Installation> installations, SplittableRandom random) {
    private static final int SLOW_MS = 4000;

    /** As a process uses it. */
    public PowerFence from(Installation asker, Life life) {
        return node -> installations.stream()
                .filter(installation -> installation.name().equals(node))
                .findFirst()
                .flatMap(installation -> turnOff(asker, installation.host(), life));
    }

    private Optional<String> turnOff(Installation asker, Host host, Life life) {
        life.sleepMs(random.nextInt(SLOW_MS));
        var luck = random.nextInt(10);
        // Nobody turns himself off, and lives to tell.
        if (host == asker.host() || luck < 2) {
            return Optional.empty();
        }
        host.losePower();
        life.sleepMs(random.nextInt(SLOW_MS));
        return luck < 4 ? Optional.empty() : Optional.of("the power of " + host.name() + " is off");
    }
}
