package org.serai.cluster.core;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.serai.cluster.Backups;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Primary;
import org.serai.cluster.core.time.Rounds;
import org.serai.cluster.core.time.ThreadRounds;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the primary node keep a backup in every pool now and then. */
@Component(configurationPid = "org.serai.backup", service = PeriodicBackups.class, immediate = true)
@Designate(ocd = PeriodicBackups.Config.class)
public final class PeriodicBackups {
    private static final Logger LOG = LoggerFactory.getLogger(PeriodicBackups.class);
    private static final long INTERVAL_MS_MIN = 60_000;
    private static final int KEEP_MAX = 1000;

    private final Primary primary;
    private final Backups backups;
    private final int keep;
    private final Rounds.Round round;

    /** Works as long as the node is a member. */
    @Activate
    public PeriodicBackups(Config config, @Reference Primary primary, @Reference Backups backups) {
        this(config, primary, backups, new ThreadRounds());
    }

    PeriodicBackups(Config config, Primary primary, Backups backups, Rounds rounds) {
        if (config.intervalMs() != 0 && config.intervalMs() < INTERVAL_MS_MIN) {
            throw bad("backup.intervalMs", config.intervalMs(), "0, or " + INTERVAL_MS_MIN + " and more");
        }
        if (config.keep() < 1 || config.keep() > KEEP_MAX) {
            throw bad("backup.keep", config.keep(), "from 1 to " + KEEP_MAX);
        }
        this.primary = primary;
        this.backups = backups;
        this.keep = config.keep();
        this.round = config.intervalMs() == 0 ? () -> {} : rounds.every("backup", config.intervalMs(), this::tick);
    }

    private static SeraiException bad(String key, long value, String allowed) {
        return ClusterError.BAD_TIMING.error(
                key + " cannot be " + value, "it must be " + allowed, "set " + key + " within that range");
    }

    private void tick() {
        if (!primary.isSelf()) {
            return;
        }
        try {
            Backups.Backup kept = backups.keep(backups.places(), keep);
            LOG.info("a backup of {} rows is kept in the pools", kept.rows());
        } catch (SeraiException failed) {
            LOG.warn("no backup was kept in the pools: {}", failed.getMessage());
        }
    }

    @Deactivate
    void stop() {
        round.close();
    }

    /** The keys. */
    @ObjectClassDefinition(
            name = "Configuration backups",
            description = "How often the primary node keeps a backup of the VIOS DB in every pool.")
    public @interface Config {
        /** The interval. */
        @AttributeDefinition(description = "The time between two backups in milliseconds, 60000 at least; 0: none.")
        long intervalMs() default 0;

        /** How many. */
        @AttributeDefinition(description = "So many backups stay in each pool, 1 to 1000; older ones are deleted.")
        int keep() default 24;
    }
}
