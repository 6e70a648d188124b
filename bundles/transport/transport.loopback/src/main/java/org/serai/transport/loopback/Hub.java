package org.serai.transport.loopback;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.transport.spi.Receiver;

/** The members of one cluster. One lock puts all that happens in one order. */
final class Hub {
    private final Map<UUID, LoopbackLink> links = new LinkedHashMap<>();
    private int joined;

    synchronized LoopbackLink join(UUID node, Receiver receiver) {
        // A node that joins again has lost its former link.
        Optional.ofNullable(links.remove(node)).ifPresent(LoopbackLink::end);
        LoopbackLink link = new LoopbackLink(this, node, "loopback:" + ++joined, receiver);
        links.put(node, link);
        tellView();
        return link;
    }

    synchronized void leave(LoopbackLink link) {
        link.end();
        if (links.remove(link.node(), link)) {
            tellView();
        }
    }

    synchronized boolean send(LoopbackLink from, UUID node, byte[] message) {
        if (!present(from) || from.node().equals(node) || !links.containsKey(node)) {
            return false;
        }
        links.get(node).take(from.node(), message.clone());
        return true;
    }

    synchronized void broadcast(LoopbackLink from, byte[] message) {
        if (present(from)) {
            links.values().stream()
                    .filter(link -> link != from)
                    .forEach(link -> link.take(from.node(), message.clone()));
        }
    }

    synchronized Set<UUID> view(LoopbackLink of) {
        return present(of) ? Set.copyOf(links.keySet()) : Set.of();
    }

    private boolean present(LoopbackLink link) {
        return links.get(link.node()) == link;
    }

    private void tellView() {
        Set<UUID> nodes = Set.copyOf(links.keySet());
        links.values().forEach(link -> link.takeView(nodes));
    }
}
