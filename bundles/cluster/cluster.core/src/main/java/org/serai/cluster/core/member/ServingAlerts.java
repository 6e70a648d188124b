package org.serai.cluster.core.member;

import java.util.UUID;
import java.util.function.Supplier;
import org.serai.cluster.Event;
import org.serai.cluster.Events;
import org.serai.cluster.Fence;

/**
 * Tells everybody when this node lives and serves nothing, for its gate has closed, and when it serves again: the others
 * see its heartbeats, and nothing wrong with it.
 */
final class ServingAlerts implements Fence.Listener {
    private final Events events;
    private final UUID node;
    private final String name;
    private final Supplier<String> reason;
    private boolean told;

    /** @param reason why the gate is closed */
    ServingAlerts(Events events, UUID node, String name, Supplier<String> reason) {
        this.events = events;
        this.node = node;
        this.name = name;
        this.reason = reason;
    }

    /** A gate tells that it has closed only if it was open: that a node has not served yet is nothing to be told of. */
    @Override
    public synchronized void fence(boolean open) {
        if (open && told) {
            report(Event.Action.CLEARED, "node " + name + " serves again");
        } else if (!open && !told) {
            report(Event.Action.RAISED, "node " + name + " serves nothing: " + reason.get());
        }
        told = !open;
    }

    private void report(Event.Action action, String text) {
        events.report(Event.Subject.NODE, action, node.toString(), name, text);
    }
}
