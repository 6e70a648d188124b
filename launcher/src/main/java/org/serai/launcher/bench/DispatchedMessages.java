package org.serai.launcher.bench;

import java.util.ArrayList;
import java.util.List;
import org.jgroups.BytesMessage;
import org.jgroups.blocks.MessageDispatcher;
import org.jgroups.blocks.RequestOptions;
import org.jgroups.util.RspList;

/** JGroups' own way to hear of all that they have a message: its dispatcher, which waits for the answers of all. */
final class DispatchedMessages implements MessageSide {
    private static final RequestOptions ALL_WITHIN_A_MINUTE =
            RequestOptions.SYNC().timeout(60_000);

    private final List<MessageDispatcher> dispatchers = new ArrayList<>();
    private final BareChannels channels;

    DispatchedMessages(int members) throws Exception {
        channels = new BareChannels(members, channel -> dispatchers.add(new MessageDispatcher(channel, _ -> null)));
    }

    @Override
    public void directed() throws Exception {
        dispatchers
                .getFirst()
                .sendMessage(new BytesMessage(channels.second(), new byte[PAYLOAD_BYTES]), ALL_WITHIN_A_MINUTE);
    }

    @Override
    public void broadcast() throws Exception {
        RspList<Object> answers = dispatchers
                .getFirst()
                .castMessage(null, new BytesMessage(null, new byte[PAYLOAD_BYTES]), ALL_WITHIN_A_MINUTE);
        if (answers.numReceived() != channels.size() - 1) {
            throw new IllegalStateException("a receipt is missing");
        }
    }

    @Override
    public void close() {
        channels.close();
    }
}
