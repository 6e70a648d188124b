package org.serai.transport.jgroups;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.View;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ExtendedUUID;
import org.jgroups.util.MessageBatch;
import org.serai.transport.spi.BatchReceiver;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.serai.transport.spi.Transport.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel. A member's address is new at each joining, so that JGroups never takes a node that comes back for the one
 * that went, and carries the node's UUID.
 */
final class JGroupsLink implements Link {
    private static final Logger LOG = LoggerFactory.getLogger(JGroupsLink.class);
    private static final String NODE = "node";
    private static final byte[] NOTHING = new byte[0];

    private final Settings settings;
    private final Receiver receiver;
    private volatile Optional<JChannel> channel = Optional.empty();
    private volatile Map<UUID, Address> members = Map.of();
    private volatile Set<UUID> others = Set.of();
    private volatile Map<Address, UUID> nodes = Map.of();

    /** Who was heard before the view that shows it: what it asks is answered without waiting for that view. */
    private final Map<UUID, Address> heard = new ConcurrentHashMap<>();

    private volatile String address = "";
    private volatile boolean closed;

    JGroupsLink(Settings settings, Receiver receiver) {
        this.settings = settings;
        this.receiver = receiver;
    }

    void connect(JChannel fresh) throws Exception {
        channel = Optional.of(fresh);
        fresh.name(settings.node().toString());
        fresh.addAddressGenerator(
                () -> ExtendedUUID.randomUUID(settings.node().toString()).put(NODE, bytes(settings.node())));
        fresh.setReceiver(new Incoming());
        fresh.connect("serai-" + settings.cluster());
        IpAddress physical = (IpAddress) fresh.getProtocolStack().getTransport().localPhysicalAddress();
        address = physical.getIpAddress().getHostAddress() + ":" + physical.getPort();
    }

    JChannel channel() {
        return channel.orElseThrow();
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public boolean send(UUID node, byte[] message) {
        Address member = members.get(node);
        Address to = member == null ? heard.get(node) : member;
        return to != null && !node.equals(settings.node()) && send(to, message.clone());
    }

    /** One multicast, of which JGroups keeps no copy to send it again, if it goes to no other node. */
    @Override
    public Set<UUID> sendQuickly(Set<UUID> nodes, byte[] message) {
        Set<UUID> others = this.others;
        if (!nodes.containsAll(others)) {
            return Link.super.sendQuickly(nodes, message);
        }
        Message all = new BytesMessage(null, message.clone())
                .setFlag(Message.Flag.NO_RELIABILITY)
                .setFlag(Message.TransientFlag.DONT_LOOPBACK);
        return send(all) ? others : Set.of();
    }

    /** To one after the other: JGroups keeps no order between a sender's broadcasts and its directed messages. */
    @Override
    public void broadcast(byte[] message) {
        byte[] copy = message.clone();
        members.forEach((node, to) -> {
            if (!node.equals(settings.node())) {
                send(to, copy);
            }
        });
    }

    private boolean send(Address to, byte[] message) {
        return send(new BytesMessage(to, message));
    }

    private boolean send(Message message) {
        if (closed) {
            return false;
        }
        try {
            channel().send(message);
            return true;
        } catch (Exception e) {
            LOG.debug("A message to {} was not sent", message.getDest(), e);
            return false;
        }
    }

    @Override
    public Set<UUID> view() {
        return Set.copyOf(members.keySet());
    }

    @Override
    public void close() {
        closed = true;
        members = Map.of();
        others = Set.of();
        heard.clear();
        channel.ifPresent(JChannel::close);
    }

    /** As text, because JGroups prints addresses with what they carry. */
    private static byte[] bytes(UUID uuid) {
        return uuid.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The node that an address carries; empty for an address that none of us made. */
    private static Optional<UUID> node(Address address) {
        byte[] bytes = address instanceof ExtendedUUID extended ? extended.get(NODE) : null;
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(new String(bytes, StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** What JGroups calls, in the order of each sender. */
    private final class Incoming implements org.jgroups.Receiver {
        @Override
        public void receive(Message message) {
            byte[] bytes = bytes(message);
            sender(message.getSrc()).ifPresent(from -> guarded(() -> receiver.received(from, bytes)));
        }

        @Override
        public void receive(MessageBatch batch) {
            if (receiver instanceof BatchReceiver quick) {
                List<byte[]> messages = new ArrayList<>(batch.size());
                batch.forEach(message -> messages.add(bytes(message)));
                sender(batch.sender()).ifPresent(from -> guarded(() -> quick.received(from, messages)));
            } else {
                batch.forEach(this::receive);
            }
        }

        /** JGroups reads each message into an array of its own, which nobody else keeps; only a part of one is copied. */
        private static byte[] bytes(Message message) {
            int length = message.getLength();
            byte[] array = message.getArray();
            if (length == 0) {
                return NOTHING;
            }
            return array.length == length
                    ? array
                    : Arrays.copyOfRange(array, message.getOffset(), message.getOffset() + length);
        }

        /** Read once for each view, and for each message of a node that is not in it yet, or not any more. */
        private Optional<UUID> sender(Address address) {
            UUID known = nodes.get(address);
            if (known != null) {
                return Optional.of(known);
            }
            Optional<UUID> stranger = node(address);
            stranger.ifPresent(node -> heard.put(node, address));
            return stranger;
        }

        @Override
        public void viewAccepted(View view) {
            // A node that came back before its former address was given up is there twice: the later one counts.
            Map<UUID, Address> now = new LinkedHashMap<>();
            for (Address member : view.getMembersRaw()) {
                node(member).ifPresent(node -> now.put(node, member));
            }
            Map<Address, UUID> senders = new HashMap<>();
            now.forEach((node, member) -> senders.put(member, node));
            nodes = Map.copyOf(senders);
            if (!closed) {
                members = Map.copyOf(now);
                others = others(now.keySet());
                heard.clear();
                guarded(() -> receiver.viewChanged(Set.copyOf(now.keySet())));
            }
        }

        private Set<UUID> others(Set<UUID> all) {
            Set<UUID> others = new HashSet<>(all);
            others.remove(settings.node());
            return Set.copyOf(others);
        }

        private void guarded(Runnable call) {
            if (closed) {
                return;
            }
            try {
                call.run();
            } catch (RuntimeException e) {
                LOG.error("The receiver of node {} failed", settings.node(), e);
            }
        }
    }
}
