package org.serai.storage;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Alerts of fill. One crossing of a threshold gives one event in the cluster, at the node that found it: an OSGi event of
 * the topic {@link #RAISED} or {@link #CLEARED}, with the properties below, and a line in the log. Whoever must not miss
 * one, or is elsewhere, registers with {@link org.serai.cluster.Events}: the same crossing is kept there.
 */
@ProviderType
public interface Alerts {
    /** The topic of an alert that is raised, or raised to a higher threshold. */
    String RAISED = "org/serai/storage/alert/RAISED";

    /** The topic of an alert that is cleared, or lowered to a lower threshold. */
    String CLEARED = "org/serai/storage/alert/CLEARED";

    /** Property: {@link Alert.Subject#name()}. */
    String SUBJECT = "subject";

    /** Property: the subject's id as text. */
    String ID = "id";

    /** Property: the subject's name. */
    String NAME = "name";

    /** Property: the pool's name. */
    String POOL = "pool";

    /** Property: the threshold that was crossed, an Integer. */
    String THRESHOLD_PERCENT = "threshold.percent";

    /** Property: the fill, an Integer. */
    String FILL_PERMILLE = "fill.permille";

    /** The alerts that stand, the fullest first. */
    List<Alert> alerts();

    /** When the fill of a pool raises an alert. */
    Thresholds thresholds(String pool);

    /** Changes when the fill of a pool raises an alert. */
    void setThresholds(String pool, Thresholds thresholds);
}
