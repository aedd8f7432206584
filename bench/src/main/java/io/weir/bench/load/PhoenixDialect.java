package io.weir.bench.load;

import io.weir.bench.load.Dialect.Step.Ready;
import io.weir.bench.load.Dialect.Step.Refused;
import io.weir.bench.load.Dialect.Step.Wait;
import java.util.List;
import java.util.Optional;

/** Weir's relay, as {@code @supabase/realtime-js} speaks to it (vsn 2.0.0): an API key for the socket, a user's token for the join. */
final class PhoenixDialect implements Dialect {
    static final String PATH = "/realtime/v1/websocket?apikey=weir-bench&vsn=2.0.0";

    private final String prefix;
    private final boolean privately;
    private final List<String> tokens;

    /**
     * Subscribers of topics with this prefix.
     *
     * @param privately joins as a private channel
     * @param tokens users' tokens; subscribers take turns
     */
    PhoenixDialect(String prefix, boolean privately, List<String> tokens) {
        this.prefix = prefix;
        this.privately = privately;
        this.tokens = List.copyOf(tokens);
    }

    static String join(String topic, boolean privately, String token) {
        return "[\"1\",\"1\",\"realtime:%s\",\"phx_join\",{\"config\":{\"broadcast\":{\"ack\":false,\"self\":false},\"presence\":{\"key\":\"\",\"enabled\":false},\"postgres_changes\":[],\"private\":%s},\"access_token\":\"%s\"}]"
                .formatted(topic, privately, token);
    }

    @Override
    public String path(int topic) {
        return PATH;
    }

    @Override
    public Optional<String> greeting(int subscriber, int topic) {
        return Optional.of(join(prefix + topic, privately, tokens.get(subscriber % tokens.size())));
    }

    @Override
    public Step hear(String text, int topic) {
        if (!text.contains("\"phx_reply\"")) {
            return new Wait();
        }
        return text.contains("\"status\":\"ok\"") ? new Ready() : new Refused(text);
    }

    @Override
    public Optional<String> heartbeat() {
        return Optional.of("[null,\"2\",\"phoenix\",\"heartbeat\",{}]");
    }
}
