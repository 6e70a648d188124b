package org.serai.scsi.target.store;

import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.serai.cluster.spi.RestoreWitness;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.scsi.target.lu.Erasing;

/**
 * An LU that was being erased when a backup was taken may hold new data when it is restored: erasing does not go on by
 * itself then.
 */
@Component
public final class ErasingWitness implements RestoreWitness {
    /** Needs nothing. */
    @Activate
    public ErasingWitness() {}

    @Override
    public Testimony examine(Database backup, Consumer<String> progress) {
        return new Testimony() {
            @Override
            public void adjust(Transaction transaction, Epochs epochs, Consumer<String> changes) {
                for (StateRow row : transaction.list(StateRow.class)) {
                    if (row.erasing() != Erasing.NOTHING) {
                        transaction.update(
                                new StateRow(row.id(), row.lu(), Erasing.NOTHING, row.modes(), row.savedModes()));
                        changes.accept(
                                "LU " + row.lu() + " was being erased, which does not go on: it may hold new data;"
                                        + " erase it again if it does not");
                    }
                }
            }
        };
    }
}
