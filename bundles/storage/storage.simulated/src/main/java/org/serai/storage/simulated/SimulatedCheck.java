package org.serai.storage.simulated;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.serai.storage.PoolCheck;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;

/** Compares what LUs show with what PVs hold. Used with the medium's monitor held. */
final class SimulatedCheck {
    private final Medium medium;
    private final List<String> errors = new ArrayList<>();
    private final List<Extent> leaked = new ArrayList<>();

    SimulatedCheck(Medium medium) {
        this.medium = medium;
    }

    List<Extent> leaked() {
        return leaked;
    }

    PoolCheck run(Progress progress) {
        Map<Extent, Integer> shown = new IdentityHashMap<>();
        for (Image image : medium.lus.values()) {
            image.pending().forEach(extent -> shown.merge(extent, 0, Integer::sum));
            image.discarded().forEach(extent -> shown.merge(extent, 1, Integer::sum));
            image.contents()
                    .forEach(content -> content.extents.forEach((number, extent) -> {
                        shown.merge(extent, 1, Integer::sum);
                        if (!extent.pv.lost && !extent.pv.holds(extent)) {
                            errors.add(
                                    "LU " + image.lu + " extent " + number + ": " + extent.where() + " is not its own");
                        }
                    }));
        }
        long checked = 0;
        for (SimulatedPv pv : medium.pvs) {
            for (Extent extent : pv.given()) {
                if (!progress.at(checked * medium.extentBytes, medium.usedBytes())) {
                    throw StorageError.CANCELLED.error(
                            "Checking pool " + medium.name + " was cancelled",
                            "somebody cancelled it",
                            "start it again");
                }
                look(extent, shown);
                checked++;
            }
        }
        return new PoolCheck(errors.isEmpty(), errors, checked, leaked.size(), lost());
    }

    private List<String> lost() {
        return medium.lus.values().stream()
                .filter(image -> image.bytesOn(pv -> pv.lost) > 0)
                .map(image -> "LU " + image.lu + ": " + image.bytesOn(pv -> pv.lost)
                        + " bytes went with a PV that was removed as lost")
                .toList();
    }

    private void look(Extent extent, Map<Extent, Integer> shown) {
        if (!shown.containsKey(extent)) {
            leaked.add(extent);
        } else if (shown.get(extent) != extent.shown) {
            errors.add("LU " + extent.owner + ": " + extent.where() + " is shown " + shown.get(extent) + " times, not "
                    + extent.shown);
        }
        if (!extent.intact()) {
            errors.add("LU " + extent.owner + ": the data at " + extent.where() + " do not have their checksum");
        }
    }
}
