package org.serai.vioapi.core;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.database.Database;
import org.serai.vioapi.Role;
import org.serai.vioapi.Tokens;
import org.serai.vioapi.core.record.DatabaseTokens;

/** The tokens, while this node belongs to a cluster. */
@Component(service = Tokens.class)
public final class TokensComponent implements Tokens {
    private final DatabaseTokens tokens;

    /** In the VIOS DB. */
    @Activate
    public TokensComponent(@Reference Database database) {
        tokens = new DatabaseTokens(database, InstantSource.system(), new SecureRandom());
    }

    @Override
    public Made create(String name, Role role, Optional<Duration> lifetime) {
        return tokens.create(name, role, lifetime);
    }

    @Override
    public List<Token> tokens() {
        return tokens.tokens();
    }

    @Override
    public void revoke(String name) {
        tokens.revoke(name);
    }

    @Override
    public Optional<Token> holder(String secret) {
        return tokens.holder(secret);
    }
}
