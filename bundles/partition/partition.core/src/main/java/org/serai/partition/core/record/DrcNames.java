package org.serai.partition.core.record;

import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.serai.database.Transaction;

/**
 * Location codes of virtual adapters, {@code CEC-Vnumber-Cslot}: the partition's number is relative to the CEC, so that
 * it is given anew where the partition moves.
 */
public final class DrcNames {
    private static final Pattern FORM = Pattern.compile("(?<cec>.+)-V(?<number>\\d+)-C(?<slot>\\d+)");

    /** Number 1 is the VIOS's own on a CEC. */
    private static final int FIRST_NUMBER = 2;

    private DrcNames() {}

    /** The smallest partition number that is free on a CEC. */
    public static int freeNumber(Transaction tx, String locationCode) {
        Set<Integer> taken = tx.list(AdapterRow.class).stream()
                .map(a -> FORM.matcher(a.drcName()))
                .filter(m -> m.matches() && m.group("cec").equals(locationCode))
                .map(m -> Integer.valueOf(m.group("number")))
                .collect(Collectors.toCollection(TreeSet::new));
        int number = FIRST_NUMBER;
        while (taken.contains(number)) {
            number++;
        }
        return number;
    }

    /** A location code. */
    public static String name(String locationCode, int number, int slot) {
        return locationCode + "-V" + number + "-C" + slot;
    }

    /** Gives a partition's adapters names on the CEC that is about to run it; unchanged if they are there already. */
    public static void place(Transaction tx, UUID lpar, String locationCode) {
        var adapters = tx.list(AdapterRow.class, "lpar", lpar);
        boolean there = adapters.stream().allMatch(a -> {
            Matcher m = FORM.matcher(a.drcName());
            return m.matches() && m.group("cec").equals(locationCode);
        });
        if (there) {
            return;
        }
        int number = freeNumber(tx, locationCode);
        for (AdapterRow adapter : adapters) {
            tx.update(adapter.at(name(locationCode, number, adapter.slot())));
        }
    }
}
