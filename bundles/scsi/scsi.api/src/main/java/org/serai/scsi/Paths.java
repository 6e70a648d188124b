package org.serai.scsi;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The VIOSes through which one LU is reached, as one of them sees them. Each is a target port group of one target port
 * (SPC-4, 5.15: asymmetric logical unit access); one of them has the LU open and executes commands for the medium.
 */
@ProviderType
public interface Paths {
    /** The target port group of this node: also its relative target port identifier and target portal group tag. */
    int here();

    /** The access state of this node's group; read for every command that may not be executed. */
    State state();

    /**
     * Whether initiators see the target here. The only path to an LU is seen while the LU is open: an initiator that has no
     * other one waits for a target that is not there, and gives up one that is in standby.
     */
    boolean isShown();

    /** All target port groups, ordered by their identifier. */
    List<PortGroup> groups();

    /**
     * Makes a group's node the one that executes commands, as SET TARGET PORT GROUPS asks; returns when it is.
     *
     * @throws org.serai.ffdc.SeraiException whatever keeps the LU where it is
     */
    void activate(int group);

    /** Where an initiator that wants to log in here is sent, {@code host:port}; empty if it is let in. */
    Optional<String> redirection();

    /**
     * Has the node that has the LU do what only it can, and returns its answer.
     *
     * @param request for the command side of that node, opaque to whoever carries it
     * @throws org.serai.ffdc.SeraiException if no node has the LU, or it does not answer
     */
    byte[] askActive(byte[] request);

    /** Tells the node of a group something that it may miss, without waiting for it. */
    void tell(int group, byte[] news);

    /**
     * A target port group.
     *
     * @param id its identifier, from 1
     * @param node the VIOS, by name
     * @param preferred whether its node is the one that should have the LU
     * @param portal where it listens, {@code host:port}; empty if that is not known
     */
    record PortGroup(int id, String node, State state, boolean preferred, String portal) {}

    /** Asymmetric access states (SPC-4, 5.15). */
    enum State {
        /** Active/optimized: its node has the LU open. */
        ACTIVE,
        /** Standby: its node could take the LU. */
        STANDBY,
        /** Unavailable: its node does not show life. */
        UNAVAILABLE,
        /** Transitioning: its node is about to take the LU or to give it up. */
        TRANSITIONING
    }
}
