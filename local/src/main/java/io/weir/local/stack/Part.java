package io.weir.local.stack;

import java.util.Optional;
import java.util.stream.Stream;

/** A process of the stack, in the order in which they start. */
public enum Part {
    /** The database of metering and relay. */
    POSTGRES("postgres", 8085),
    /** Who signs tokens. */
    ISSUER("issuer", 8084),
    /** First demo agent machine. */
    DEMO_1("demo-1", 8091),
    /** Second demo agent machine. */
    DEMO_2("demo-2", 8092),
    /** metering-service. */
    METERING("metering", 8083),
    /** realtime-relay. */
    RELAY("relay", 8082),
    /** sse-gateway. */
    GATEWAY("gateway", 8081),
    /** edge-proxy. */
    EDGE("edge", 8080);

    private final String title;
    private final int port;

    Part(String title, int port) {
        this.title = title;
        this.port = port;
    }

    /** Name in status lines, of log and pid files, and (services) the OIDC client. */
    public String title() {
        return title;
    }

    /** Port of {@code ./weir up} without options. */
    public int defaultPort() {
        return port;
    }

    /** Folder of the service's module; empty for everything that is no service of ours. */
    public Optional<String> module() {
        return switch (this) {
            case METERING -> Optional.of("metering-service");
            case RELAY -> Optional.of("realtime-relay");
            case GATEWAY -> Optional.of("sse-gateway");
            case EDGE -> Optional.of("edge-proxy");
            case POSTGRES, ISSUER, DEMO_1, DEMO_2 -> Optional.empty();
        };
    }

    /** The part with that title. */
    public static Optional<Part> titled(String title) {
        return Stream.of(values()).filter(part -> part.title.equals(title)).findFirst();
    }

    boolean isAgent() {
        return this == DEMO_1 || this == DEMO_2;
    }
}
