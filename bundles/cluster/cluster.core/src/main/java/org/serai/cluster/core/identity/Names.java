package org.serai.cluster.core.identity;

import java.util.regex.Pattern;
import org.serai.cluster.ClusterError;

/** What may be a name of a cluster, node or client: it stands in host names, file names and commands. */
public final class Names {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private Names() {}

    /** The name, if it is one; {@link ClusterError#BAD_NAME} otherwise. */
    public static String check(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw ClusterError.BAD_NAME.error(
                    what + " cannot be '" + name + "'",
                    "a name has 1 to 63 letters, digits, dots, hyphens and underscores, and begins with a letter or digit",
                    "choose another one");
        }
        return name;
    }
}
