package org.serai.vioapi.http;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.vioapi.Role;
import org.serai.vioapi.Tokens;

/** Tokens in memory, by their secret. */
final class KnownTokens implements Tokens {
    final Map<String, Token> known = new ConcurrentHashMap<>();

    @Override
    public Made create(String name, Role role, Optional<Duration> lifetime) {
        Token token = new Token(name, role, Optional.empty(), false, "");
        known.put("secret-of-" + name, token);
        return new Made(token, "secret-of-" + name);
    }

    @Override
    public List<Token> tokens() {
        return List.copyOf(known.values());
    }

    @Override
    public void revoke(String name) {
        known.remove("secret-of-" + name);
    }

    @Override
    public Optional<Token> holder(String secret) {
        return Optional.ofNullable(known.get(secret));
    }
}
