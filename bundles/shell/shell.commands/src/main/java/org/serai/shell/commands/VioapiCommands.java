package org.serai.shell.commands;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.ShellError;
import org.serai.vioapi.Caller;
import org.serai.vioapi.Form;
import org.serai.vioapi.Role;
import org.serai.vioapi.Tokens;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioApiError;
import org.serai.vioapi.VioEndpoints;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for the VIOS API: where it is, who may use it, and requests by hand. */
@Component(service = CommandGroup.class)
@Command(name = "vioapi", description = "The VIOS API, for programs.")
public final class VioapiCommands implements CommandGroup {
    private static final Caller OPERATOR = new Caller("@shell", Role.ADMINISTER, "shell");
    private static final Pattern SPAN = Pattern.compile("([1-9][0-9]{0,5})([mhd])");
    private static final List<String> ROLES = Arrays.stream(Role.values())
            .map(role -> role.name().toLowerCase(Locale.ROOT))
            .toList();

    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public VioapiCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record EndpointView(
            String kind,
            String address,
            Optional<String> fingerprint,
            @Detail boolean madeHere) {}

    record TokenView(String name, String role, Optional<String> expires, boolean expired, String created) {
        static TokenView of(Tokens.Token token) {
            return new TokenView(
                    token.name(),
                    token.role().name().toLowerCase(Locale.ROOT),
                    token.expires(),
                    token.expired(),
                    token.created());
        }
    }

    record MadeView(String name, String role, Optional<String> expires, String token) {}

    @Command(
            name = "info",
            description = "Show where this node's API is reached, and the fingerprint of its certificate.",
            footer = {"vioapi:info", "vioapi:info --json"})
    List<EndpointView> info(@Mixin Invocation invocation) {
        return services.get(VioEndpoints.class).endpoints().stream()
                .map(at -> new EndpointView(at.kind(), at.address(), at.fingerprint(), at.madeHere()))
                .toList();
    }

    @Command(
            name = "certificate",
            description = "Print the certificate that this node's API shows, in PEM, for programs to trust.",
            footer = {"vioapi:certificate"})
    void certificate(@Mixin Invocation invocation) {
        String pem = services.get(VioEndpoints.class)
                .certificate()
                .orElseThrow(() -> VioApiError.NOT_LISTENING.error(
                        "There is no certificate",
                        "this node's API listens at the local socket only",
                        "set vioapi.port, for example: config:set vioapi.port 8443"));
        invocation.out().print(pem);
    }

    @Command(
            name = "schema",
            description = "Print the schema of requests and answers, vio-1.xsd.",
            footer = {"vioapi:schema"})
    void schema(@Mixin Invocation invocation) {
        invocation.out().print(new String(services.get(VioApi.class).schema(), StandardCharsets.UTF_8));
    }

    @Command(
            name = "request",
            description = {
                "Have the API answer a request from a file or the standard input, in XML or JSON as it is written.",
                "The answer is printed in the same form, or in JSON with --json; a vioException has exit code 1."
            },
            footer = {
                "vioapi:request start-web1.xml",
                "vioapi:request list-lus.json --json",
                "vioapi:request -",
                "vioapi:request '{\"vioRequest\": {\"list\": {\"node\": {}}}}'"
            })
    Object request(
            @Mixin Invocation invocation,
            @Parameters(
                            paramLabel = "FILE|REQUEST",
                            description =
                                    "The file; - for the standard input; or the request itself if it begins with < or {.")
                    String given) {
        byte[] document = document(invocation, given.strip());
        boolean isJson =
                new String(document, StandardCharsets.UTF_8).stripLeading().startsWith("{");
        Form form = isJson ? Form.JSON : Form.XML;
        return new VioapiAnswer(
                services.get(VioApi.class).exchange(OPERATOR, form, document, invocation.json() ? Form.JSON : form));
    }

    private static byte[] document(Invocation invocation, String given) {
        if (given.startsWith("<") || given.startsWith("{")) {
            return given.getBytes(StandardCharsets.UTF_8);
        }
        if (given.equals("-")) {
            return invocation.input("request", VioApi.REQUEST_BYTES_MAX);
        }
        Path file = invocation.resolve(given);
        try {
            if (Files.size(file) > VioApi.REQUEST_BYTES_MAX) {
                throw new IOException("it has more than " + VioApi.REQUEST_BYTES_MAX + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw ShellError.FAILED.error(
                    "The request " + file + " cannot be read",
                    e.getClass().getSimpleName() + ": " + e.getMessage(),
                    "name a file on this host that the node may read");
        }
    }

    @Command(
            name = "token-create",
            description = "Make a token for a program. It is printed once, and kept as a hash only.",
            footer = {
                "vioapi:token-create monitoring --role read",
                "vioapi:token-create scheduler --role operate --expires 90d --json"
            })
    Object tokenCreate(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "NAME", description = "What it is called in the audit log, unique in the cluster.")
                    String name,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            required = true,
                            description =
                                    "read looks only; operate also runs what is there, and destroys nothing; administer"
                                            + " may do everything.")
                    String role,
            @Option(
                            names = "--expires",
                            paramLabel = "SPAN",
                            description = "How long it is good, as 30m, 12h or 90d; without it, until it is revoked.")
                    Optional<String> expires) {
        Role may = role(role);
        Optional<Duration> lifetime = expires.map(VioapiCommands::span);
        Tokens tokens = services.get(Tokens.class);
        if (dryRun.asked()) {
            boolean free =
                    tokens.tokens().stream().noneMatch(token -> token.name().equals(name));
            return Plan.draft()
                    .would("make a token " + name + " with the role " + role)
                    .require(free, VioApiError.TOKEN_EXISTS.code() + ": there is a token " + name + " already")
                    .plan();
        }
        Tokens.Made made = tokens.create(name, may, lifetime);
        return new MadeView(name, role, made.token().expires(), made.secret());
    }

    @Command(
            name = "tokens",
            description = "List the tokens; what programs give is not kept and cannot be shown.",
            footer = {"vioapi:tokens", "vioapi:tokens --json"})
    List<TokenView> tokens(@Mixin Invocation invocation) {
        return services.get(Tokens.class).tokens().stream().map(TokenView::of).toList();
    }

    @Command(
            name = "token-revoke",
            description = "End a token, at once and at every node.",
            footer = {"vioapi:token-revoke monitoring --dry-run", "vioapi:token-revoke monitoring"})
    Object tokenRevoke(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "TOKEN", description = "Its name.") String name) {
        Tokens tokens = services.get(Tokens.class);
        if (dryRun.asked()) {
            boolean there =
                    tokens.tokens().stream().anyMatch(token -> token.name().equals(name));
            return Plan.draft()
                    .would("end token " + name)
                    .require(there, VioApiError.NO_SUCH_TOKEN.code() + ": there is no token " + name)
                    .plan();
        }
        tokens.revoke(name);
        return new Removed(name);
    }

    private static Role role(String word) {
        if (!ROLES.contains(word)) {
            throw ShellError.WRONG_USAGE.error(
                    "There is no role " + word, "there are " + String.join(", ", ROLES), "give one of these");
        }
        return Role.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static Duration span(String text) {
        Matcher matcher = SPAN.matcher(text);
        if (!matcher.matches()) {
            throw ShellError.WRONG_USAGE.error(
                    "'" + text + "' is no span of time",
                    "it is no whole number of minutes, hours or days",
                    "write for example 30m, 12h or 90d");
        }
        long number = Long.parseLong(matcher.group(1));
        return Duration.ofMinutes(
                switch (matcher.group(2)) {
                    case "m" -> number;
                    case "h" -> TimeUnit.HOURS.toMinutes(number);
                    default -> TimeUnit.DAYS.toMinutes(number);
                });
    }

    @Override
    public List<String> candidates(String label) {
        return switch (label) {
            case "TOKEN" ->
                NodeServices.names(() -> services.get(Tokens.class).tokens().stream()
                        .map(Tokens.Token::name)
                        .toList());
            case "ROLE" -> ROLES;
            default -> List.of();
        };
    }
}
