package io.weir.gateway.machines;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.config.AgentDialect;
import io.weir.gateway.config.DiscoveryConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * What an address does not say of the machines that are found there.
 *
 * @param scheme {@code http} or {@code https}
 * @param capacity streams that each takes at a time; 0 for as many as come
 * @param labels of each
 * @param secret where their bearer secret is
 * @param dialect what they speak; empty: what their agents are configured to speak
 */
record Traits(
        String scheme,
        int capacity,
        Map<String, String> labels,
        Optional<SecretReference> secret,
        Optional<AgentDialect> dialect) {
    private static final Logger LOG = Logger.getLogger(Traits.class);
    private static final String DIALECT = "weir.dev/dialect";
    private static final String CAPACITY = "weir.dev/capacity";
    private static final String LABEL = "weir.dev/label.";
    private static final int MAX_LABELS = 16;

    Traits {
        labels = Map.copyOf(labels);
    }

    /** What the configuration says of an app; fails where that makes no sense. */
    static Traits of(String app, DiscoveryConfig.Kind kind) {
        Optional<SecretReference> secret = kind.secretReference().map(text -> SecretReference.parse(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "weir.gateway.discovery: secret-reference of " + app + " is no config:, env: or file:")));
        return new Traits(kind.scheme(), kind.capacity().orElse(0), kind.labels(), secret, kind.dialect());
    }

    /**
     * These with what annotations say instead: {@code weir.dev/dialect}, {@code weir.dev/capacity} and {@code
     * weir.dev/label.<name>}. One that makes no sense is logged and passed over.
     */
    Traits with(String app, JsonNode annotations) {
        if (annotations.isEmpty()) {
            return this;
        }
        var named = new HashMap<>(labels);
        Optional<AgentDialect> spoken = dialect;
        int most = capacity;
        for (var annotation : annotations.properties()) {
            String name = annotation.getKey();
            String value = annotation.getValue().asText();
            if (name.equals(DIALECT)) {
                Optional<AgentDialect> said = AgentDialect.ofName(value);
                unsound(said.isEmpty(), app, name);
                spoken = said.or(() -> dialect);
            } else if (name.equals(CAPACITY)) {
                boolean sound = value.matches("[1-9][0-9]{0,8}");
                unsound(!sound, app, name);
                most = sound ? Integer.parseInt(value) : capacity;
            } else if (name.startsWith(LABEL)) {
                boolean room = named.size() < MAX_LABELS || named.containsKey(name.substring(LABEL.length()));
                unsound(!room, app, name);
                if (room) {
                    named.put(name.substring(LABEL.length()), value);
                }
            }
        }
        return new Traits(scheme, most, named, secret, spoken);
    }

    private static void unsound(boolean is, String app, String annotation) {
        if (is) {
            LOG.warnf("annotation passed over app=%s annotation=%s", app, annotation);
        }
    }
}
