package org.serai.storage.core.lu;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.serai.ffdc.SeraiException;
import org.serai.storage.AccessPolicy;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.GroupRow;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.catalog.Tiers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may use an LU: its client, as far as the policy of its disk group lets client and node. Refusals are logged. */
public final class Access {
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security");

    private final Tiers tiers;
    private final Supplier<UUID> node;

    /** Access at this node. */
    public Access(Tiers tiers, Supplier<UUID> node) {
        this.tiers = tiers;
        this.node = node;
    }

    /** Fails unless that client may use the LU at this node. */
    public void check(LuRow row, long clientId, String operation) {
        if (row.client() != clientId) {
            SECURITY.warn(
                    "client {} was refused LU {} ({}) of client {}, for: {}",
                    clientId,
                    row.name(),
                    row.id(),
                    row.client(),
                    operation);
            throw StorageError.WRONG_CLIENT.error(
                    capital(tiers.clientName(clientId)) + " may not use LU " + row.name(),
                    "it belongs to another client",
                    "use an LU of this client; this was logged as a security event");
        }
        checkGroup(tiers.tier(row.tier()).orElseThrow(), clientId, "LU " + row.name(), operation);
    }

    /** Fails unless that client may have LUs in a tier, and this node use them. */
    public void checkGroup(TierRow tier, long clientId, String what, String operation) {
        Optional<SeraiException> denied = denied(tier, clientId, what);
        if (denied.isPresent()) {
            SECURITY.warn(
                    "client {} was refused {} at node {} by the policy of disk group {} ({}), for: {}",
                    clientId,
                    what,
                    node.get(),
                    tiers.group(tier).name(),
                    tiers.group(tier).id(),
                    operation);
            throw denied.get();
        }
    }

    /** As {@link #checkGroup}, without doing anything. */
    public Optional<SeraiException> denied(TierRow tier, long clientId, String what) {
        GroupRow group = tiers.group(tier);
        AccessPolicy policy = group.policy();
        if (!policy.allowsClient(clientId)) {
            return Optional.of(error(what, tiers.clientName(clientId), group));
        }
        return policy.allowsNode(node.get()) ? Optional.empty() : Optional.of(error(what, "this node", group));
    }

    /** Why an LU's own client may not use it at this node, if that is so; without doing anything. */
    public Optional<SeraiException> denied(LuRow row) {
        return denied(tiers.tier(row.tier()).orElseThrow(), row.client(), "LU " + row.name());
    }

    private static SeraiException error(String what, String who, GroupRow group) {
        return StorageError.GROUP_DENIED.error(
                capital(what) + " may not be used here",
                "the access policy of disk group " + group.name() + " keeps " + who + " out",
                "change the policy with diskgroup:policy, or use another disk group; this was logged as a security event");
    }

    private static String capital(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
