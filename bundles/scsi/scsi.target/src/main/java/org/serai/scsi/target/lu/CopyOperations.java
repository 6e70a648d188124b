package org.serai.scsi.target.lu;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/** The copies of a nexus, by list identifier: those under way, and of the others the last ones (SPC-4). */
public final class CopyOperations {
    /** TOTAL CONCURRENT COPIES and MAXIMUM CONCURRENT COPIES of an initiator at a unit. */
    public static final int MAX_UNDER_WAY = 8;

    private static final int MAX_KEPT = 16;

    private final Map<Integer, CopyOperation> byList = new LinkedHashMap<>();
    private final List<CopyOperation> unnamed = new ArrayList<>();
    private boolean closed;

    /**
     * A copy begins. One that is under way must have another list identifier (SPC-4, third-party copies).
     *
     * @param list empty if nothing is to be kept of it
     */
    public synchronized CopyOperation begin(Optional<Integer> list, int serviceAction, boolean immediate)
            throws CheckCondition {
        if (list.map(byList::get).filter(CopyOperations::isUnderWay).isPresent()) {
            throw CheckCondition.of(SenseCode.OPERATION_IN_PROGRESS);
        }
        unnamed.removeIf(each -> !isUnderWay(each));
        long underWay =
                byList.values().stream().filter(CopyOperations::isUnderWay).count() + unnamed.size();
        if (underWay >= MAX_UNDER_WAY || closed) {
            throw CheckCondition.of(SenseCode.INSUFFICIENT_RESOURCES);
        }
        CopyOperation begun = new CopyOperation(serviceAction, immediate);
        if (list.isPresent()) {
            byList.remove(list.get());
            byList.put(list.get(), begun);
            forgetEldest();
        } else {
            unnamed.add(begun);
        }
        return begun;
    }

    private void forgetEldest() {
        Iterator<CopyOperation> each = byList.values().iterator();
        while (byList.size() > MAX_KEPT && each.hasNext()) {
            if (!isUnderWay(each.next())) {
                each.remove();
            }
        }
    }

    private static boolean isUnderWay(CopyOperation operation) {
        return operation.outcome().state().isUnderWay();
    }

    /** The last copy with that list identifier. */
    public synchronized Optional<CopyOperation> of(int list) {
        return Optional.ofNullable(byList.get(list));
    }

    /** Has all end, and returns when they have. */
    void abortAll() {
        List<CopyOperation> all = all();
        all.forEach(CopyOperation::abort);
        all.forEach(each -> each.awaitEnd(() -> false));
    }

    private synchronized List<CopyOperation> all() {
        List<CopyOperation> all = new ArrayList<>(byList.values());
        all.addAll(unnamed);
        return all;
    }

    /** None begins any more. */
    synchronized void close() {
        closed = true;
    }
}
