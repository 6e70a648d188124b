package org.serai.launcher.bench;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;

/** JGroups alone, with the same protocols and keys: who gets a message sends its number back. */
final class BareMessages implements MessageSide {
    private final Map<Long, CountDownLatch> waiting = new ConcurrentHashMap<>();
    private final AtomicLong number = new AtomicLong();
    private final BareChannels channels;

    BareMessages(int members) throws Exception {
        channels = new BareChannels(members, channel -> channel.setReceiver(new Confirming(channel)));
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
        send(channels.second(), 1);
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
        channels.first()
                .send(new BytesMessage(
                        target, ByteBuffer.allocate(PAYLOAD_BYTES).putLong(its).array()));
        if (!all.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("a receipt is missing");
        }
        waiting.remove(its);
    }

    @Override
    public void close() {
        channels.close();
    }
}
