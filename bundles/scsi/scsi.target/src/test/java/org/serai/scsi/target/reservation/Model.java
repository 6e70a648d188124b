package org.serai.scsi.target.reservation;

import java.util.Arrays;

/**
 * Persistent reservations for a handful of nexuses, as simple as can be: an array of keys (0: not registered), the type (0:
 * nothing is reserved) and the holder. Knows what each command answers and who may do what; nothing of whom it is told to.
 */
final class Model {
    static final int GOOD = 0;
    static final int CONFLICT = 1;
    static final int REFUSED = 2;

    final long[] keys;
    int type;
    int holder;
    long generation;

    Model(int nexuses) {
        keys = new long[nexuses];
    }

    private boolean allHold() {
        return type >= 7;
    }

    private boolean holds(int nexus) {
        return type != 0 && (allHold() ? keys[nexus] != 0 : holder == nexus);
    }

    private void forget(int nexus) {
        keys[nexus] = 0;
        boolean nobody = Arrays.stream(keys).allMatch(key -> key == 0);
        if (type != 0 && (allHold() ? nobody : holder == nexus)) {
            type = 0;
        }
    }

    int execute(int by, int action, int wanted, long key, long other) {
        boolean wasUnknown = keys[by] == 0;
        boolean known = !wasUnknown && keys[by] == key;
        int answer = switch (action) {
            case 0 -> keys[by] == key ? register(by, other) : CONFLICT;
            case 6 -> register(by, other);
            case 1 -> known ? reserve(by, wanted) : CONFLICT;
            case 2 -> known ? release(by, wanted) : CONFLICT;
            case 3 -> known ? clear() : CONFLICT;
            default -> known ? preempt(by, wanted, other) : CONFLICT;
        };
        boolean nothing = (action == 0 || action == 6) && wasUnknown && other == 0;
        if (answer == GOOD && action != 1 && action != 2 && !nothing) {
            generation++;
        }
        return answer;
    }

    private int register(int by, long key) {
        if (key == 0) {
            forget(by);
        } else {
            keys[by] = key;
        }
        return GOOD;
    }

    private int reserve(int by, int wanted) {
        if (type == 0) {
            type = wanted;
            holder = by;
            return GOOD;
        }
        return holds(by) && type == wanted ? GOOD : CONFLICT;
    }

    private int release(int by, int wanted) {
        if (holds(by)) {
            if (type != wanted) {
                return REFUSED;
            }
            type = 0;
        }
        return GOOD;
    }

    private int clear() {
        Arrays.fill(keys, 0);
        type = 0;
        return GOOD;
    }

    private int preempt(int by, int wanted, long victim) {
        boolean takes = type != 0 && (allHold() ? victim == 0 : keys[holder] == victim);
        if (!takes && victim == 0) {
            return REFUSED;
        }
        if (!takes && Arrays.stream(keys).noneMatch(key -> key == victim)) {
            return CONFLICT;
        }
        boolean all = takes && allHold();
        for (int nexus = 0; nexus < keys.length; nexus++) {
            boolean spared = takes && nexus == by;
            if (keys[nexus] != 0 && (all || keys[nexus] == victim) && !spared) {
                if (takes) {
                    keys[nexus] = 0;
                } else {
                    forget(nexus);
                }
            }
        }
        if (takes) {
            type = wanted;
            holder = by;
        }
        return GOOD;
    }

    boolean admits(int nexus, Access access) {
        boolean registered = keys[nexus] != 0;
        return switch (access) {
            case READ -> type == 0 || holds(nexus) || type == 1 || type == 5 || type == 7 || type == 6 && registered;
            case WRITE, START -> type == 0 || holds(nexus) || (type == 5 || type == 6) && registered;
            default -> true;
        };
    }
}
