package org.serai.launcher.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.stack.IpAddress;
import org.serai.transport.jgroups.JGroupsTransport;
import org.serai.transport.spi.Transport;

/** JGroups alone, with the same protocols and keys: who gets a message sends its number back. */
final class BareMessages implements MessageSide {
    private final Transport.Settings settings;
    private final List<String> addresses = new CopyOnWriteArrayList<>();
    private final List<JChannel> channels = new ArrayList<>();
    private final Map<Long, CountDownLatch> waiting = new ConcurrentHashMap<>();
    private final AtomicLong number = new AtomicLong();
    private final Address second;

    BareMessages(int members) throws Exception {
        settings = new Transport.Settings(
                UUID.randomUUID(), UUID.randomUUID(), new byte[32], () -> List.copyOf(addresses));
        for (int i = 0; i < members; i++) {
            join();
        }
        second = channels.get(1).getAddress();
        Waiting.until(
                () -> channels.stream().allMatch(channel -> channel.getView().size() == members));
    }

    private void join() throws Exception {
        JChannel channel = new JGroupsTransport("127.0.0.1", 0, true).channel(settings);
        channel.setDiscardOwnMessages(true);
        channel.setReceiver(new Confirming(channel));
        channel.connect("bare");
        IpAddress address =
                (IpAddress) channel.getProtocolStack().getTransport().localPhysicalAddress();
        addresses.add(address.getIpAddress().getHostAddress() + ":" + address.getPort());
        channels.add(channel);
    }

    private final class Confirming implements Receiver {
        private final JChannel channel;

        Confirming(JChannel channel) {
            this.channel = channel;
        }

        @Override
        public void receive(Message message) {
            ByteBuffer in = ByteBuffer.wrap(message.getArray(), message.getOffset(), message.getLength());
            long its = in.getLong();
            if (!in.hasRemaining()) {
                waiting.get(its).countDown();
                return;
            }
            try {
                channel.send(new BytesMessage(
                        message.getSrc(),
                        ByteBuffer.allocate(Long.BYTES).putLong(its).array()));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void directed() throws Exception {
        send(second, 1);
    }

    @Override
    public void broadcast() throws Exception {
        send(null, channels.size() - 1);
    }

    /** @param target null for all, as JGroups has it */
    private void send(Address target, int receipts) throws Exception {
        long its = number.incrementAndGet();
        CountDownLatch all = new CountDownLatch(receipts);
        waiting.put(its, all);
        channels.getFirst()
                .send(new BytesMessage(
                        target, ByteBuffer.allocate(PAYLOAD_BYTES).putLong(its).array()));
        if (!all.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("a receipt is missing");
        }
        waiting.remove(its);
    }

    @Override
    public void close() {
        channels.forEach(JChannel::close);
    }
}
