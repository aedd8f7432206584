package io.weir.gateway.machines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.config.AgentDialect;
import io.weir.gateway.machines.MachineSpec.Source;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the body of a registration: {@code {address, capacity?, labels?, secret?, dialect?}}, and nothing else, so that a misspelt
 * member is no silence. A body that makes no sense is an {@link Unsound} with words for its sender.
 */
final class RegistrationReader {
    static final int MAX_BODY = 16 * 1024;
    private static final Set<String> MEMBERS = Set.of("address", "capacity", "labels", "secret", "dialect");
    private static final int MAX_ADDRESS = 512;
    private static final int MAX_CAPACITY = 100_000;
    private static final int MAX_LABELS = 16;
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,63}");
    private static final int MAX_LABEL_VALUE = 255;

    private final ObjectMapper json;

    RegistrationReader(ObjectMapper json) {
        this.json = json;
    }

    /** A body that makes no sense; the message says why. */
    static final class Unsound extends Exception {
        private static final long serialVersionUID = 1;

        Unsound(String message) {
            super(message);
        }
    }

    MachineSpec read(MachineId id, byte[] body) throws Unsound {
        JsonNode tree = tree(body);
        for (var member : tree.properties()) {
            if (!MEMBERS.contains(member.getKey())) {
                throw new Unsound("Unknown member; there are address, capacity, labels, secret and dialect.");
            }
        }
        return new MachineSpec(
                id,
                address(tree.path("address")),
                capacity(tree.path("capacity")),
                labels(tree.path("labels")),
                secret(tree.path("secret")),
                dialect(tree.path("dialect")),
                Source.REGISTERED);
    }

    private JsonNode tree(byte[] body) throws Unsound {
        try {
            JsonNode tree = json.readTree(body);
            if (tree != null && tree.isObject()) {
                return tree;
            }
        } catch (IOException e) {
            throw new Unsound("The body is no JSON.");
        }
        throw new Unsound("The body must be a JSON object.");
    }

    static URI address(JsonNode node) throws Unsound {
        String text = node.asText();
        if (!node.isTextual() || text.length() > MAX_ADDRESS) {
            throw new Unsound("address must be a URL of at most " + MAX_ADDRESS + " characters.");
        }
        try {
            URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getRawUserInfo() == null && isBase(uri)) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new Unsound("address is no URL.");
        }
        throw new Unsound("address must be http(s)://host[:port][/path], without user, query and fragment.");
    }

    private static boolean isBase(URI uri) {
        return uri.getRawQuery() == null && uri.getRawFragment() == null;
    }

    private static int capacity(JsonNode node) throws Unsound {
        if (node.isMissingNode() || node.isNull()) {
            return 0;
        }
        if (!node.isInt() || node.intValue() < 1 || node.intValue() > MAX_CAPACITY) {
            throw new Unsound("capacity must be a whole number from 1 to " + MAX_CAPACITY + ".");
        }
        return node.intValue();
    }

    private static Map<String, String> labels(JsonNode node) throws Unsound {
        if (node.isMissingNode() || node.isNull()) {
            return Map.of();
        }
        if (!node.isObject() || node.size() > MAX_LABELS) {
            throw new Unsound("labels must be an object with at most " + MAX_LABELS + " members.");
        }
        Map<String, String> labels = new LinkedHashMap<>();
        for (var label : node.properties()) {
            String value = label.getValue().asText();
            boolean sound = label.getValue().isTextual() && !value.isEmpty() && value.length() <= MAX_LABEL_VALUE;
            if (!sound || !LABEL.matcher(label.getKey()).matches()) {
                throw new Unsound(
                        "A label is a name of at most 64 letters, digits, '.', '-', '_', '/' and a text of 1 to "
                                + MAX_LABEL_VALUE + " characters.");
            }
            labels.put(label.getKey(), value);
        }
        return labels;
    }

    private static Optional<SecretReference> secret(JsonNode node) throws Unsound {
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        Optional<SecretReference> reference =
                node.isTextual() ? SecretReference.parse(node.textValue()) : Optional.empty();
        if (reference.isEmpty()) {
            // The value is not repeated: somebody may have sent the secret itself.
            throw new Unsound("secret must say where the secret is: config:<name>, env:<name> or file:<name>.");
        }
        return reference;
    }

    private static Optional<AgentDialect> dialect(JsonNode node) throws Unsound {
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        Optional<AgentDialect> dialect = AgentDialect.ofName(node.asText());
        if (dialect.isEmpty()) {
            throw new Unsound(
                    "dialect must be one of responses, chat_completions, anthropic, token, chunk and ndjson.");
        }
        return dialect;
    }
}
