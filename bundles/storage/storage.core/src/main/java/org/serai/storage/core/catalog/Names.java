package org.serai.storage.core.catalog;

import java.util.regex.Pattern;
import org.serai.cluster.ClusterError;

/** Which names pools and LUs may have. */
public final class Names {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private Names() {}

    /** Fails unless it is a name. */
    public static String check(String kind, String name) {
        if (!NAME.matcher(name).matches()) {
            throw ClusterError.BAD_NAME.error(
                    "\"" + name + "\" is no name for " + kind,
                    "a name begins with a letter or digit and has up to 64 letters, digits, dots, underscores and hyphens",
                    "choose another name");
        }
        return name;
    }
}
