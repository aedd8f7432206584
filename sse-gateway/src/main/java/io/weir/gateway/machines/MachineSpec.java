package io.weir.gateway.machines;

import io.weir.gateway.config.AgentDialect;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a machine without asking it.
 *
 * @param id its name
 * @param address base URL, without a slash at its end
 * @param capacity streams that it takes at a time, over all gateways; 0 for as many as come
 * @param labels {@code account} (with {@code tenant}) and {@code session} keep it for these conversations; others are for people
 * @param secret where its bearer secret is
 * @param dialect what it speaks; empty: what its agent is configured to speak
 * @param source who says all this
 */
public record MachineSpec(
        MachineId id,
        URI address,
        int capacity,
        Map<String, String> labels,
        Optional<SecretReference> secret,
        Optional<AgentDialect> dialect,
        Source source) {
    static final String ACCOUNT = "account";
    static final String TENANT = "tenant";
    static final String SESSION = "session";
    private static final String DEFAULT_TENANT = "default";

    /** Who brought a machine into the fleet; where two name the same one, the earlier of these counts. */
    public enum Source {
        CONFIGURATION,
        REGISTERED,
        DNS,
        KUBERNETES
    }

    public MachineSpec {
        labels = Map.copyOf(labels);
    }

    /** A machine that speaks what its agent is configured to speak. */
    public MachineSpec(
            MachineId id,
            URI address,
            int capacity,
            Map<String, String> labels,
            Optional<SecretReference> secret,
            Source source) {
        this(id, address, capacity, labels, secret, Optional.empty(), source);
    }

    /** Whom a machine is for. */
    enum Audience {
        SESSION,
        ACCOUNT,
        EVERYBODY,
        OTHERS
    }

    /** Where a conversation stands with this machine. A label of an account without a tenant means the default tenant. */
    Audience audience(SessionKey key) {
        @Nullable String session = labels.get(SESSION);
        @Nullable String account = labels.get(ACCOUNT);
        if (session == null && account == null) {
            return Audience.EVERYBODY;
        }
        boolean theirs = (account == null || account.equals(key.account().value()))
                && labels.getOrDefault(TENANT, DEFAULT_TENANT)
                        .equals(key.tenant().value())
                && (session == null || session.equals(key.session().value()));
        if (!theirs) {
            return Audience.OTHERS;
        }
        return session == null ? Audience.ACCOUNT : Audience.SESSION;
    }
}
