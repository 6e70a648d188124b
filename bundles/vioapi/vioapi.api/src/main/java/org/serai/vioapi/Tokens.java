package org.serai.vioapi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The tokens with which programs prove who they are. A service while this node belongs to a cluster. */
@ProviderType
public interface Tokens {
    /**
     * Makes a token; {@link VioApiError#TOKEN_EXISTS} if the name is taken.
     *
     * @param lifetime how long it is good; empty for no end
     */
    Made create(String name, Role role, Optional<Duration> lifetime);

    /** All tokens, ordered by name. */
    List<Token> tokens();

    /** Ends a token, at once and at every node; {@link VioApiError#NO_SUCH_TOKEN} if there is none. */
    void revoke(String name);

    /**
     * Whose a token is. Asks the database itself, so that one that was revoked a moment ago is found revoked.
     *
     * @return empty if it is no token, or was revoked, or has expired
     */
    Optional<Token> holder(String secret);

    /**
     * A token.
     *
     * @param expires when it ends, as text for people; empty for no end
     * @param expired whether it has ended
     * @param created when it was made, by the clock of the node that made it
     */
    record Token(String name, Role role, Optional<String> expires, boolean expired, String created) {}

    /**
     * A token that was just made.
     *
     * @param secret what the program gives; it is not kept anywhere and cannot be shown again
     */
    record Made(Token token, String secret) {
        @Override
        public String toString() {
            return token.toString();
        }
    }
}
