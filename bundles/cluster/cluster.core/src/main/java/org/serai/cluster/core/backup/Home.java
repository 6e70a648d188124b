package org.serai.cluster.core.backup;

import java.nio.file.Path;
import java.util.Optional;
import org.serai.cluster.Cluster.Self;
import org.serai.cluster.core.member.ClusterRow;
import org.serai.cluster.core.member.Enrolment;
import org.serai.database.Database;
import org.serai.database.spi.DatabaseEngine;

/** What backups need of the node. */
public interface Home {
    /** This node. */
    Self self();

    /** A folder for what is thrown away. */
    Path scratch();

    /** The database of its cluster; fails if it is no member. */
    Database database();

    /** Fails if the node is a member. */
    void requireOutside();

    /** The membership that it has kept. */
    Optional<Enrolment> enrolment();

    /** The engine that takes a URL; fails if there is none. */
    DatabaseEngine engine(String url);

    /** Enters the cluster that was restored in that database. */
    void enter(Enrolment enrolment, ClusterRow cluster);
}
