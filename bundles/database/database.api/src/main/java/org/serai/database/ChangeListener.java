package org.serai.database;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Is told of changes after the local views have them, one call a commit, in the order of revisions. */
@ConsumerType
@FunctionalInterface
public interface ChangeListener {
    /** The changes of one commit; an empty list means that the views were read anew as a whole. */
    void changed(long revision, List<Change> changes);
}
