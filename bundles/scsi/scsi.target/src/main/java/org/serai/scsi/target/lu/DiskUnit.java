package org.serai.scsi.target.lu;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.ExportSpec.Disk;
import org.serai.scsi.Paths;
import org.serai.scsi.target.reservation.Forwarded;
import org.serai.scsi.target.reservation.Guard;
import org.serai.scsi.target.reservation.NexusId;
import org.serai.scsi.target.reservation.Nexuses;
import org.serai.scsi.target.sense.SenseCode;
import org.serai.storage.OpenLu;
import org.serai.storage.StorageError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A logical unit: an LU as a disk, and the state that all its nexuses see. */
public final class DiskUnit implements Nexuses {
    private static final Logger LOG = LoggerFactory.getLogger(DiskUnit.class);

    /** The logical block. */
    public static final int BLOCK_BYTES = OpenLu.BLOCK_BYTES;

    private final Disk disk;
    private final int targetPort;
    private final Guard guard;
    private final Writing writing;
    private final Set<UnitNexus> nexuses = ConcurrentHashMap.newKeySet();
    private final MediumErrors errors = new MediumErrors();
    private final KeptState kept;
    private final UnitStore store;
    private final Erasure erasure;
    private volatile long knownBlocks;
    private final Optional<Paths> paths;
    private final Gate medium = new Gate();
    private volatile boolean stopped;
    private final UnitModes modes;
    private final ThinSpace space;

    /**
     * A disk, started.
     *
     * @param targetPort the relative target port identifier of the port through which it is seen here
     * @param guard who may do what with it
     * @param store where its state is kept
     * @param erasures who may erase at the same time on this node
     * @param paths the VIOSes that show it beside each other; empty if this is the only one. With paths no command for
     *     the medium is let in until {@link #resume}
     */
    public DiskUnit(
            Disk disk, int targetPort, Guard guard, UnitStore store, Semaphore erasures, Optional<Paths> paths) {
        this.disk = disk;
        this.targetPort = targetPort;
        this.writing = new Writing(disk.lu());
        this.guard = guard;
        this.knownBlocks = disk.lu().sizeBytes() / BLOCK_BYTES;
        this.paths = paths;
        this.store = store;
        this.kept = new KeptState(disk.serial(), disk.lu()::epoch, store);
        this.modes = new UnitModes(disk.name(), kept);
        this.space = new ThinSpace(disk.lu());
        this.erasure = new Erasure(disk.name(), disk.lu(), kept, erasures, this::drain);
        if (paths.isPresent()) {
            medium.close();
        } else {
            resume();
        }
    }

    /** Looks whether the LU was resized, which is a unit attention for every nexus (SBC-3, READ CAPACITY (16)). */
    public void noticeSize() {
        if (blocks() != knownBlocks) {
            sizeChanged();
        }
    }

    private synchronized void sizeChanged() {
        long now = blocks();
        if (now != knownBlocks) {
            knownBlocks = now;
            attend(each -> true, SenseCode.CAPACITY_DATA_HAS_CHANGED);
        }
    }

    /**
     * A nexus is opened.
     *
     * @param units how many units the target has
     * @param aborter has the transport forget what waits for data at this unit
     */
    public UnitNexus open(int units, NexusId id, Runnable aborter) {
        UnitNexus nexus = new UnitNexus(this, units, id, aborter);
        nexuses.add(nexus);
        return nexus;
    }

    void lost(UnitNexus nexus) {
        nexuses.remove(nexus);
        if (!known().contains(nexus.id())) {
            guard.lost(nexus.id());
        }
    }

    /** Knows who may do what with it. */
    public Guard guard() {
        return guard;
    }

    @Override
    public Set<NexusId> known() {
        return nexuses.stream().map(UnitNexus::id).collect(Collectors.toSet());
    }

    /** Of a nexus of another node that node is told, which it may miss if it is about to end. */
    @Override
    public void attend(NexusId whom, SenseCode code) {
        if (whom.targetPort() == targetPort || paths.isEmpty()) {
            attend(each -> whom.isAnyInitiator() || each.id().equals(whom), code);
        } else {
            paths.get().tell(whom.targetPort(), Forwarded.news(whom, code));
        }
    }

    /** Whether another node has the LU: this one's path is standby. */
    public boolean isElsewhere() {
        return paths.filter(each -> each.state() == Paths.State.STANDBY).isPresent();
    }

    /** The nexus of a command that another node passes on: it is told nothing here, and never lost. */
    public UnitNexus passing(NexusId id) {
        UnitNexus nexus = new UnitNexus(this, 1, id, () -> {});
        nexus.takeAttention();
        return nexus;
    }

    /** What another node has executed here for its nexus: see {@link Forwarded}. */
    public byte[] forwarded(byte[] request, Forwarded.Others others) {
        if (!medium.enter()) {
            throw StorageError.LU_CLOSED.error(
                    "LU " + disk.name() + " cannot be used now", "another node is about to take it", "try again");
        }
        try {
            return Forwarded.execute(request, guard, this, others);
        } finally {
            medium.leave();
        }
    }

    @Override
    public void abort(Set<NexusId> whose) {
        abort(each -> whose.contains(each.id()));
    }

    /**
     * A logical unit reset by one nexus (SAM-5): aborts the commands of the others, and all copies; a unit attention for every
     * nexus, at other nodes too. Where another node has the LU it is that one's to do.
     *
     * @throws org.serai.ffdc.SeraiException if that node does not
     */
    public void reset(UnitNexus by) {
        abort(each -> each != by);
        by.abortCopies();
        if (isElsewhere()) {
            paths.orElseThrow().askActive(Forwarded.reset(targetPort));
            attend(each -> true, SenseCode.BUS_DEVICE_RESET_OCCURRED);
        } else {
            resetHere(targetPort);
        }
    }

    @Override
    public void reset(int through) {
        abort(each -> true);
        resetHere(through);
    }

    private void resetHere(int through) {
        stopped = false;
        modes.reset();
        guard.reset();
        attend(each -> true, SenseCode.BUS_DEVICE_RESET_OCCURRED);
        attendAtOtherNodes(SenseCode.BUS_DEVICE_RESET_OCCURRED, through);
    }

    /** @param but the target port of a node that knows */
    private void attendAtOtherNodes(SenseCode code, int but) {
        paths.stream()
                .flatMap(each -> each.groups().stream())
                .map(group -> NexusId.anyInitiator(group.id()))
                .filter(all -> all.targetPort() != targetPort && all.targetPort() != but)
                .forEach(all -> attend(all, code));
    }

    /** CLEAR TASK SET by one nexus (SAM-5): aborts the commands of all others and tells those. */
    public void clearTasks(UnitNexus by) {
        abort(each -> each != by);
        attend(each -> each != by, SenseCode.COMMANDS_CLEARED_BY_ANOTHER_INITIATOR);
    }

    private void abort(Predicate<UnitNexus> whose) {
        nexuses.stream().filter(whose).forEach(nexus -> {
            nexus.abort();
            erasure.abort(nexus);
        });
    }

    /** Returns when no command is executing that was let in before. */
    private void drain() {
        nexuses.forEach(UnitNexus::awaitCommands);
    }

    private void attend(Predicate<UnitNexus> whom, SenseCode code) {
        nexuses.stream().filter(whom).forEach(nexus -> nexus.attend(code));
    }

    /** The VIOSes that show it beside each other; empty if this is the only one. */
    public Optional<Paths> paths() {
        return paths;
    }

    /** Whether a command for the medium may be executed now; then {@link #leave} must follow. */
    public boolean enter() {
        return medium.enter();
    }

    /** A command that was let in has been executed. */
    public void leave() {
        medium.leave();
    }

    /** Whether the LU is about to go elsewhere, or has: what lasts ends at the next opportunity. */
    public boolean isPausing() {
        return medium.isClosed();
    }

    /** Looks whether there are more target ports than before, at which somebody wanted to be registered. */
    public void lookForPorts() {
        if (medium.enter()) {
            try {
                guard.extend();
            } catch (SeraiException e) {
                LOG.warn("LU {}: registrations at new target ports wait: {}", disk.name(), e.getMessage());
            } finally {
                medium.leave();
            }
        }
    }

    /** Lets no command for the medium in, and returns when none is executing and nothing is being erased. */
    public void pause() {
        erasure.pause();
        medium.close();
        if (paths.isPresent()) {
            // a reservation by RESERVE is of this port, and ends with the port's access (decision 009)
            guard.unload().ifPresent(holder -> attend(holder, SenseCode.RESERVATIONS_RELEASED));
        }
    }

    /** Lets commands for the medium in again, under the reservations and the state that are kept of the LU. */
    public void resume() {
        UnitState state = kept.load();
        guard.load();
        if (modes.adopt(state)) {
            attend(each -> true, SenseCode.MODE_PARAMETERS_CHANGED);
        }
        erasure.resume(state.erasing());
        medium.open();
    }

    /** Whether every write is flushed before its status, unless an initiator says otherwise; others are told of a change. */
    public void writeThrough(boolean now) {
        if (modes.writeThrough(now)) {
            attend(each -> true, SenseCode.MODE_PARAMETERS_CHANGED);
        }
    }

    /** The states of the paths have changed, of which all nexuses are told (SPC-4, 5.15). */
    public void accessChanged() {
        attend(each -> true, SenseCode.ASYMMETRIC_ACCESS_STATE_CHANGED);
    }

    /** What is exported. */
    public Disk disk() {
        return disk;
    }

    /** The relative target port identifier of the port through which it is seen here. */
    public int targetPort() {
        return targetPort;
    }

    /** The storage below. */
    public OpenLu lu() {
        return disk.lu();
    }

    /** What changes the medium. */
    public Writing writing() {
        return writing;
    }

    /** How many logical blocks there are. */
    public long blocks() {
        return disk.lu().sizeBytes() / BLOCK_BYTES;
    }

    /** Whether START STOP UNIT stopped it. */
    public boolean stopped() {
        return stopped;
    }

    /** Stops or starts it. */
    public void stopped(boolean now) {
        stopped = now;
    }

    /** Whether all of it is being erased. */
    public Erasure erasure() {
        return erasure;
    }

    /** What could not be read or written. */
    public MediumErrors errors() {
        return errors;
    }

    /** The mode parameters as they are now. */
    public Modes modes() {
        return modes.now();
    }

    /** The mode parameters and the saved ones, as they are where the LU is. */
    public UnitState seen() {
        return isElsewhere() ? store.seen(disk.serial()).orElseGet(modes::seen) : modes.seen();
    }

    /**
     * Changes the mode parameters; whether they were others before.
     *
     * @param save whether they rule after a loss of power too
     * @throws SeraiException if it could not be written; then nothing has changed
     */
    public boolean modes(Modes now, boolean save) {
        return modes.set(now, save);
    }

    /** The space below it. */
    public ThinSpace space() {
        return space;
    }

    /** Looks whether a threshold of the space below it is reached, which is a unit attention for every nexus (SBC-3). */
    public void lookAtSpace() {
        Modes now = modes.now();
        if ((now.available().enabled() || now.used().enabled()) && medium.enter()) {
            try {
                if (space.look(now)) {
                    attend(each -> true, SenseCode.THIN_PROVISIONING_SOFT_THRESHOLD_REACHED);
                }
            } finally {
                medium.leave();
            }
        }
    }

    /** Tells all nexuses but one, at other nodes too, that mode parameters are others. */
    public void modesChanged(UnitNexus by) {
        attendOthers(by, SenseCode.MODE_PARAMETERS_CHANGED);
        attendAtOtherNodes(SenseCode.MODE_PARAMETERS_CHANGED, by.id().targetPort());
    }

    /** Establishes a unit attention for all nexuses of this node but one. */
    public void attendOthers(UnitNexus by, SenseCode code) {
        attend(nexus -> nexus != by, code);
    }
}
