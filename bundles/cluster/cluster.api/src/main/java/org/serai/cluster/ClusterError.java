package org.serai.cluster;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of the cluster core. */
public enum ClusterError implements ErrorCode {
    /** The node belongs to no cluster. */
    NOT_A_MEMBER("SERAI-CLUSTER-0001", Category.USER),
    /** The node belongs to a cluster already. */
    ALREADY_A_MEMBER("SERAI-CLUSTER-0002", Category.USER),
    /** The join token is not one, or is of another cluster. */
    BAD_TOKEN("SERAI-CLUSTER-0003", Category.USER),
    /** Another node has the same UUID or name: a copied instance directory. */
    DUPLICATE_NODE("SERAI-CLUSTER-0004", Category.USER),
    /** No node has that name or UUID. */
    NO_SUCH_NODE("SERAI-CLUSTER-0005", Category.USER),
    /** The object is owned by a node that is not proven dead. */
    OWNED("SERAI-CLUSTER-0006", Category.USER),
    /** The epoch that the caller acts under is not the current one. */
    STALE_EPOCH("SERAI-CLUSTER-0007", Category.RETRY),
    /** This node could not renew its lease on storage, or has no watchdog, and may not serve. */
    FENCED("SERAI-CLUSTER-0008", Category.OPERATOR),
    /** The node still holds something and cannot leave. */
    STILL_HOLDS("SERAI-CLUSTER-0009", Category.USER),
    /** The node is alive, so it cannot be proven dead. */
    ALIVE("SERAI-CLUSTER-0010", Category.USER),
    /** No proof of the node's death could be had. */
    NO_PROOF("SERAI-CLUSTER-0011", Category.OPERATOR),
    /** A name that is no name. */
    BAD_NAME("SERAI-CLUSTER-0012", Category.USER),
    /** No client has that name. */
    NO_SUCH_CLIENT("SERAI-CLUSTER-0013", Category.USER),
    /** A client of that name is there, or it still has objects. */
    CLIENT_CONFLICT("SERAI-CLUSTER-0014", Category.USER),
    /** The watchdog cannot be started. */
    NO_WATCHDOG("SERAI-CLUSTER-0015", Category.OPERATOR),
    /** The node's or its host's identity cannot be read or made. */
    BAD_IDENTITY("SERAI-CLUSTER-0016", Category.OPERATOR),
    /** The database holds a cluster already, or another one than the node belongs to. */
    WRONG_CLUSTER("SERAI-CLUSTER-0017", Category.USER),
    /** A timing that is none: the lease must hold several renewals and the margin. */
    BAD_TIMING("SERAI-CLUSTER-0018", Category.USER),
    /** No database engine takes the cluster's database URL. */
    NO_ENGINE("SERAI-CLUSTER-0019", Category.OPERATOR),
    /** No caller is registered under that name. */
    NO_SUCH_REGISTRATION("SERAI-CLUSTER-0020", Category.USER),
    /** A caller is registered under that name already, or the filter is none. */
    REGISTRATION_CONFLICT("SERAI-CLUSTER-0021", Category.USER),
    /** The power-fencing command failed. */
    POWER_FENCE_FAILED("SERAI-CLUSTER-0022", Category.OPERATOR),
    /** What was to be confirmed was not confirmed. */
    NOT_CONFIRMED("SERAI-CLUSTER-0023", Category.USER),
    /** A configuration backup cannot be written or read, or does not fit here. */
    BAD_BACKUP("SERAI-CLUSTER-0024", Category.USER),
    /** A node cannot be asked, or what it answered cannot be read. */
    NO_ANSWER("SERAI-CLUSTER-0025", Category.RETRY),
    /** A file that cannot be a bundle of the cluster, or one that is none. */
    BAD_BUNDLE("SERAI-CLUSTER-0026", Category.USER),
    /** A node cannot start a bundle of the cluster. */
    BUNDLE_REFUSED("SERAI-CLUSTER-0027", Category.OPERATOR);

    private final String code;
    private final Category category;

    ClusterError(String code, Category category) {
        this.code = code;
        this.category = category;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public Category category() {
        return category;
    }
}
