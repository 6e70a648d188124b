package org.serai.storage.core;

import java.util.Optional;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.paging.PagingPolicy;

/** Checks the configuration of paging. */
final class PagingSettings {
    private static final String TIER = "[^/]+(/[^/]+(/[^/]+)?)?";

    private PagingSettings() {}

    /** The policy that was configured; {@link StorageError#BAD_SETTING} names key, value and what is allowed. */
    static PagingPolicy of(PagingConfig config) {
        boolean grow = switch (config.policy()) {
            case "grow" -> true;
            case "new" -> false;
            default -> throw bad("paging.policy", config.policy(), "grow or new");
        };
        String tier = config.tier().strip();
        if (!tier.isEmpty() && !tier.matches(TIER)) {
            throw bad("paging.tier", tier, "POOL, POOL/GROUP or POOL/GROUP/TIER");
        }
        return new PagingPolicy(grow, tier.isEmpty() ? Optional.empty() : Optional.of(TierName.of(tier)));
    }

    private static SeraiException bad(String key, String value, String allowed) {
        return StorageError.BAD_SETTING.error(
                "Paging LUs cannot be given out",
                key + " is '" + value + "', but must be " + allowed,
                "correct " + key + " in the configuration");
    }
}
