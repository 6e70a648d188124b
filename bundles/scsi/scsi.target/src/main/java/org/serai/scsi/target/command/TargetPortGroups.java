package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import org.serai.cluster.ClusterError;
import org.serai.ffdc.Category;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.Paths;
import org.serai.scsi.Paths.PortGroup;
import org.serai.scsi.Paths.State;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asymmetric logical unit access (SPC-4, 5.15): each VIOS that exports the LU is a target port group of one port. A unit
 * that is shown by one VIOS alone has one group, which is active.
 */
final class TargetPortGroups {
    private static final Logger LOG = LoggerFactory.getLogger(TargetPortGroups.class);
    private static final int ACTIVE_OPTIMIZED = 0x0;
    private static final int STANDBY = 0x2;
    private static final int UNAVAILABLE = 0x3;
    private static final int TRANSITIONING = 0xF;
    private static final byte PREF = (byte) 0x80;

    /** T_SUP, U_SUP, S_SUP, AO_SUP. */
    private static final byte SUPPORTED = (byte) 0x8D;

    private static final int EXTENDED_HEADER = 1;

    /** How long a takeover may take, in seconds: lease and margin, and as much again. */
    private static final byte TRANSITION_SECONDS = 20;

    private static final int HEADER_BYTES = 4;
    private static final int GROUP_BYTES = 12;
    private static final int SET_BYTES = 4;

    private TargetPortGroups() {}

    private static List<PortGroup> groups(DiskUnit unit) {
        return unit.paths()
                .map(Paths::groups)
                .orElseGet(() -> List.of(new PortGroup(unit.targetPort(), "", State.ACTIVE, true, "")));
    }

    /** REPORT TARGET PORT GROUPS (SPC-4). */
    static void report(UnitNexus unit, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        int format = Cdb.u8(cdb, 1) >> 5;
        if (format > EXTENDED_HEADER) {
            throw CheckCondition.invalidField(1, 7);
        }
        List<PortGroup> groups = groups(unit.unit());
        ByteBuffer data = ByteBuffer.allocate(2 * HEADER_BYTES + groups.size() * GROUP_BYTES);
        data.position(HEADER_BYTES);
        if (format == EXTENDED_HEADER) {
            data.put((byte) (EXTENDED_HEADER << 4)).put(TRANSITION_SECONDS).putShort((short) 0);
        }
        for (PortGroup group : groups) {
            int code = code(group.state());
            data.put((byte) (group.preferred() ? PREF | code : code)).put(SUPPORTED);
            data.putShort((short) group.id()).put((byte) 0).put((byte) 0).put((byte) 0);
            data.put((byte) 1).putShort((short) 0).putShort((short) group.id());
        }
        data.putInt(0, data.position() - HEADER_BYTES);
        Reply.send(task, data, Cdb.u32(cdb, 6));
    }

    private static int code(State state) {
        return switch (state) {
            case ACTIVE -> ACTIVE_OPTIMIZED;
            case STANDBY -> STANDBY;
            case UNAVAILABLE -> UNAVAILABLE;
            case TRANSITIONING -> TRANSITIONING;
        };
    }

    /** SET TARGET PORT GROUPS (SPC-4): one group becomes active, and the one that was becomes standby by that. */
    static void set(UnitNexus unit, ScsiTask task) throws CheckCondition {
        long length = Cdb.u32(task.cdb(), 6);
        task.transferLength(length);
        if (length == 0) {
            return;
        }
        ByteBuffer list = task.dataOut();
        if (length > list.remaining() || length < HEADER_BYTES || length % SET_BYTES != 0) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        OptionalInt wanted = wanted(groups(unit.unit()), list.slice(list.position(), (int) length));
        if (wanted.isPresent() && unit.unit().paths().isPresent()) {
            activate(unit, unit.unit().paths().get(), wanted.getAsInt());
        }
    }

    /** The group that is to be active; empty if all stays as it is. */
    private static OptionalInt wanted(List<PortGroup> groups, ByteBuffer list) throws CheckCondition {
        OptionalInt wanted = OptionalInt.empty();
        for (int at = HEADER_BYTES; at < list.limit(); at += SET_BYTES) {
            int state = list.get(at) & 0x0F;
            PortGroup group = group(groups, list.getShort(at + 2) & 0xFFFF, at + 2);
            if (state == ACTIVE_OPTIMIZED && wanted.isEmpty()) {
                wanted = OptionalInt.of(group.id());
            } else if (state != STANDBY) {
                throw CheckCondition.invalidParameter(at);
            }
        }
        for (int at = HEADER_BYTES; at < list.limit(); at += SET_BYTES) {
            boolean standby = (list.get(at) & 0x0F) == STANDBY;
            State now = group(groups, list.getShort(at + 2) & 0xFFFF, at + 2).state();
            // The active group becomes standby only by another one's becoming active.
            if (standby && now == State.ACTIVE && wanted.isEmpty()) {
                throw CheckCondition.invalidParameter(at);
            }
        }
        return wanted;
    }

    private static PortGroup group(List<PortGroup> groups, int id, int at) throws CheckCondition {
        return groups.stream()
                .filter(each -> each.id() == id)
                .findFirst()
                .orElseThrow(() -> CheckCondition.invalidParameter(at));
    }

    private static void activate(UnitNexus unit, Paths paths, int group) throws CheckCondition {
        try {
            paths.activate(group);
        } catch (SeraiException e) {
            LOG.warn("LU {} stays where it is: {}", unit.unit().disk().name(), e.getMessage());
            boolean passes = e.code().category() == Category.RETRY || e.code() == ClusterError.ALIVE;
            throw CheckCondition.of(
                    passes ? SenseCode.ASYMMETRIC_ACCESS_STATE_TRANSITION : SenseCode.SET_TARGET_PORT_GROUPS_FAILED);
        }
        unit.knows(SenseCode.ASYMMETRIC_ACCESS_STATE_CHANGED);
    }
}
