package org.serai.simulator.storage;

import java.io.IOException;
import org.serai.cluster.Grant;
import org.serai.simulator.check.DataLedger;
import org.serai.simulator.kernel.Life;

/** The data of LUs in a pool over one path. */
public final class LuPath {
    private final Path path;
    private final Life life;
    private final DataLedger ledger;

    /** @param ledger is told what reaches the disk */
    public LuPath(Path path, Life life, DataLedger ledger) {
        this.path = path;
        this.life = life;
        this.ledger = ledger;
    }

    /**
     * Writes under a grant.
     *
     * @param write what the gate was open for
     */
    public void write(Grant grant, DataLedger.Write write) throws IOException {
        path.write(
                grant.incarnation(),
                () -> ledger.landed(grant, write, path.pool().fences(), life));
    }
}
