package org.serai.message.core;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.message.MessageHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators of other nodes say: it goes to the log, and this node's name back. */
@Component(property = "message.topic=operator")
public final class OperatorMessages implements MessageHandler {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorMessages.class);
    private static final int MAX_CHARACTERS = 1_000;

    private final Membership membership;

    /** The component. */
    @Activate
    public OperatorMessages(@Reference Membership membership) {
        this.membership = membership;
    }

    @Override
    public byte[] handle(UUID from, byte[] payload) {
        String sender = membership.node(from).map(Node::name).orElse(from.toString());
        LOG.info("The operator of {} says: {}", sender, readable(payload));
        return membership.self().name().getBytes(StandardCharsets.UTF_8);
    }

    /** One line, without what would steer the reader's terminal. */
    static String readable(byte[] payload) {
        StringBuilder text = new StringBuilder();
        new String(payload, StandardCharsets.UTF_8)
                .codePoints()
                .limit(MAX_CHARACTERS)
                .map(point -> Character.isISOControl(point) ? ' ' : point)
                .forEach(text::appendCodePoint);
        return text.toString();
    }
}
