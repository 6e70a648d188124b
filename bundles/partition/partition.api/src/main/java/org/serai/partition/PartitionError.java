package org.serai.partition;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of partitions. */
public enum PartitionError implements ErrorCode {
    /** No partition has that name. */
    NO_SUCH_LPAR("SERAI-LPAR-0001", Category.USER),
    /** A partition of that name is there already. */
    LPAR_EXISTS("SERAI-LPAR-0002", Category.USER),
    /** The partition is not in a state in which that can be done. */
    WRONG_STATE("SERAI-LPAR-0003", Category.USER),
    /** The partition runs, or may run, on another node. */
    RUNS_ELSEWHERE("SERAI-LPAR-0004", Category.USER),
    /** The definition cannot be met. */
    BAD_DEFINITION("SERAI-LPAR-0005", Category.USER),
    /** An object of the definition belongs to another client: a security event. */
    WRONG_CLIENT("SERAI-LPAR-0006", Category.USER),
    /** The hibernation image fails its verification; nothing was started. */
    IMAGE_CORRUPT("SERAI-LPAR-0007", Category.FATAL),
    /** The hibernation image is older than what the partition did since. */
    IMAGE_VOID("SERAI-LPAR-0008", Category.USER),
    /** There is no room for the hibernation image; the partition goes on. */
    NO_ROOM("SERAI-LPAR-0009", Category.OPERATOR),
    /** No hypervisor backend of that name can run here. */
    NO_HYPERVISOR("SERAI-LPAR-0010", Category.OPERATOR),
    /** The node that should do it does not answer. */
    TARGET_UNREACHABLE("SERAI-LPAR-0011", Category.RETRY),
    /** The operation failed and was undone. */
    OPERATION_FAILED("SERAI-LPAR-0012", Category.RETRY),
    /** At a virtual adapter there is another partition than the one that it belongs to, or none. */
    NOT_AT_ADAPTER("SERAI-LPAR-0013", Category.USER);

    private final String code;
    private final Category category;

    PartitionError(String code, Category category) {
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
