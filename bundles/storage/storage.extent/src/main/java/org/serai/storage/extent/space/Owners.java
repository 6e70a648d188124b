package org.serai.storage.extent.space;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Which units an LU has on all PVs, in memory: the ledgers turned round. Guarded by the pool's space. */
final class Owners {
    private final Map<UUID, Owner> byLu = new HashMap<>();

    /** An LU with its units; of the keys those count of which the ledger says the same. */
    static final class Owner {
        final UUID lu;
        private long[] keys = new long[1];
        private int filled;
        private int units;

        private Owner(UUID lu) {
            this.lu = lu;
        }

        private void add(long key) {
            if (filled == keys.length) {
                keys = Arrays.copyOf(keys, Math.addExact(filled, Math.max(3, filled / 2)));
            }
            keys[filled++] = key;
            units++;
        }

        int units() {
            return units;
        }
    }

    Owner of(UUID lu) {
        return byLu.computeIfAbsent(lu, Owner::new);
    }

    Optional<Owner> find(UUID lu) {
        return Optional.ofNullable(byLu.get(lu));
    }

    Collection<UUID> lus() {
        return byLu.keySet();
    }

    void add(Owner owner, int position, int unit) {
        owner.add(key(position, unit));
    }

    /** Notes that the ledger does not name this owner for one of its units any more. */
    void remove(Owner owner) {
        owner.units--;
        if (owner.units == 0) {
            byLu.remove(owner.lu);
        }
    }

    /** What a ledger says of a unit. */
    interface Ledgers {
        /** The unit's entry if that LU owns it. */
        Optional<Ledger.Entry> entry(int position, int unit, Owner owner);
    }

    /** The LU's units in their order. */
    List<Ledger.Entry> units(Owner owner, Ledgers ledgers) {
        long[] keys = Arrays.copyOf(owner.keys, owner.filled);
        Arrays.sort(keys);
        int kept = 0;
        List<Ledger.Entry> found = new java.util.ArrayList<>(owner.units);
        for (int i = 0; i < keys.length; i++) {
            if (i == 0 || keys[i] != keys[i - 1]) {
                Optional<Ledger.Entry> entry = ledgers.entry((int) (keys[i] >>> 32), (int) keys[i], owner);
                if (entry.isPresent()) {
                    found.add(entry.get());
                    owner.keys[kept++] = keys[i];
                }
            }
        }
        owner.filled = kept;
        found.sort(Ledger.Entry.ORDER);
        return found;
    }

    private static long key(int position, int unit) {
        return (long) position << 32 | unit;
    }
}
