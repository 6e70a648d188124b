package org.serai.storage.core.redundancy;

import org.serai.ffdc.SeraiException;

/** Why a side failed, in words for people. */
final class Failure {
    private Failure() {}

    /** The cause alone: what was done meanwhile, to which of the side's LUs, says nothing to an operator. */
    static String said(RuntimeException e) {
        return e instanceof SeraiException known ? known.reason() : String.valueOf(e.getMessage());
    }
}
