package org.serai.cluster.core.ownership;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Grant;
import org.serai.cluster.Ownership;
import org.serai.database.Database;
import org.serai.database.Transaction;

/**
 * Ownership as the database grants it, asked only when no neighbour may still write for the incarnation that held an object
 * before. That takes a neighbour a moment where the end of that incarnation is known faster than by silence. If it takes
 * longer than is waited for here, the database refuses.
 */
public final class PatientOwnership implements Ownership {
    private static final long LOOK_MS = 100;

    private final Ownership ownership;
    private final Database database;
    private final Acting self;
    private final LongConsumer pause;
    private final long limitMs;

    /**
     * Over ownership that does not wait.
     *
     * @param pause lets so many milliseconds pass
     * @param limitMs how long is waited
     */
    public PatientOwnership(Ownership ownership, Database database, Acting self, LongConsumer pause, long limitMs) {
        this.ownership = ownership;
        this.database = database;
        this.self = self;
        this.pause = pause;
        this.limitMs = limitMs;
    }

    @Override
    public Grant acquire(String object, String operation, Along along) {
        ownership
                .owner(object)
                .filter(owner -> owner.holder().equals(Optional.of(self.node())))
                .flatMap(Owner::incarnation)
                .filter(incarnation -> !incarnation.equals(self.incarnation()))
                .ifPresent(this::awaitLastWrites);
        return ownership.acquire(object, operation, along);
    }

    @Override
    public Grant takeOver(String object, String operation, DeathProof proof, Along along) {
        awaitLastWrites(proof.incarnation());
        return ownership.takeOver(object, operation, proof, along);
    }

    private void awaitLastWrites(UUID incarnation) {
        for (long waitedMs = 0; waitedMs < limitMs && mayStillWrite(incarnation); waitedMs += LOOK_MS) {
            pause.accept(LOOK_MS);
        }
    }

    private boolean mayStillWrite(UUID incarnation) {
        return database.read(transaction -> DelegationRow.inForce(transaction, incarnation))
                .isPresent();
    }

    @Override
    public Grant renew(Grant grant, Along along) {
        return ownership.renew(grant, along);
    }

    @Override
    public void release(Grant grant, Along along) {
        ownership.release(grant, along);
    }

    @Override
    public void require(Transaction transaction, Grant grant) {
        ownership.require(transaction, grant);
    }

    @Override
    public Optional<Owner> owner(String object) {
        return ownership.owner(object);
    }

    @Override
    public Optional<Owner> owner(Transaction transaction, String object) {
        return ownership.owner(transaction, object);
    }

    @Override
    public List<Owner> owners() {
        return ownership.owners();
    }
}
