package org.serai.launcher.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.stack.IpAddress;
import org.serai.transport.jgroups.JGroupsTransport;
import org.serai.transport.spi.Transport;

/** Channels of JGroups, with the same protocols, settings and keys as the transport's, that see each other. */
final class BareChannels implements AutoCloseable {
    private final List<String> addresses = new CopyOnWriteArrayList<>();
    private final Transport.Settings settings =
            new Transport.Settings(UUID.randomUUID(), UUID.randomUUID(), new byte[32], () -> List.copyOf(addresses));
    private final List<JChannel> channels = new ArrayList<>();

    /** @param prepare is given each channel before it connects */
    BareChannels(int members, Consumer<JChannel> prepare) throws Exception {
        for (int i = 0; i < members; i++) {
            join(prepare);
        }
        Waiting.until(
                () -> channels.stream().allMatch(channel -> channel.getView().size() == members));
    }

    private void join(Consumer<JChannel> prepare) throws Exception {
        JChannel channel = new JGroupsTransport("127.0.0.1", 0, true).channel(settings);
        channel.setDiscardOwnMessages(true);
        prepare.accept(channel);
        channel.connect("bare");
        IpAddress address =
                (IpAddress) channel.getProtocolStack().getTransport().localPhysicalAddress();
        addresses.add(address.getIpAddress().getHostAddress() + ":" + address.getPort());
        channels.add(channel);
    }

    int size() {
        return channels.size();
    }

    JChannel first() {
        return channels.getFirst();
    }

    Address second() {
        return channels.get(1).getAddress();
    }

    @Override
    public void close() {
        channels.forEach(JChannel::close);
    }
}
