package io.weir.gateway.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** This gateway: who it is, whom it talks to, and its bounds. */
@ConfigMapping(prefix = "weir.gateway")
public interface GatewayConfig {
    /** Stable name of this gateway (its pod or host); the owner on a hold. Default: host name and port of the address. */
    Optional<String> name();

    /** Base URL at which edges and relays reach this gateway; told to metering with each claim. */
    URI address();

    /** Base URL of metering-service. */
    URI meteringUrl();

    /** Base URL of realtime-relay; {@code http} or {@code https}, the append connection uses {@code ws} or {@code wss}. */
    URI relayUrl();

    /** Directory of the usage journal: settles that metering has not acknowledged. Must survive a restart. */
    Path journal();

    /** Secret of the HMAC that turns (tenant, account, session) into the agents' session key. Changing it forgets all conversations. */
    @Size(min = 16)
    String sessionSecret();

    /** Where registrations and the machines of conversations are kept. */
    @WithDefault("memory")
    FleetKind fleet();

    /** What becomes of a stream that nobody watches: {@code continue} or {@code stop}. */
    @WithDefault("continue")
    Unwatched unwatched();

    /** Bounds. */
    Limits limits();

    /** Times of one stream. */
    Times times();

    /** Connections to agent machines. */
    Upstream upstream();

    /** Settles that metering has acknowledged, for the case that its database loses them in a failover. */
    Settled settled();

    /** Sizes and counts; at each bound the caller gets the problem named here. */
    interface Limits {
        /** Largest request body; beyond it 413. */
        @WithDefault("20M")
        MemorySize body();

        /**
         * Bytes of all request bodies together: being read, or kept by streams that have not ended. Beyond it 503
         * {@code overloaded}, before the claim. A declared length counts at once.
         */
        @WithDefault("512M")
        MemorySize bodies();

        /** Open streams of this process; at it 503 {@code overloaded}, before the claim. */
        @Min(1)
        @WithDefault("5000")
        int streams();

        /** Readers of other gateways' streams that this process serves at a time; at it 503 {@code overloaded}. */
        @Min(1)
        @WithDefault("1000")
        int relayReaders();

        /**
         * Settles that wait for metering's answer at a time; the others wait in line, on disk already. Many streams that end
         * at once must not keep new ones from being claimed.
         */
        @Min(1)
        @WithDefault("8")
        int settles();

        /** Largest SSE block of an agent; beyond it the stream ends {@code agent_error}. */
        @WithDefault("1M")
        MemorySize block();

        /** Bytes of one stream kept until the relay has acknowledged them; at it the stream ends {@code agent_error}. */
        @WithDefault("50M")
        MemorySize stream();

        /** Bytes waiting for the relay's connection; beyond it frames are dropped and appended again once it has drained. */
        @WithDefault("16M")
        MemorySize append();
    }

    /** Durations, all measured on a monotonic clock. */
    interface Times {
        /** From dispatch to the first delta; then the next machine, or the stream ends {@code machine_lost}. */
        @DurationMin(millis = 1)
        @WithDefault("90s")
        Duration firstDelta();

        /** Between two events of an agent; then the stream ends {@code machine_lost}. */
        @DurationMin(millis = 1)
        @WithDefault("120s")
        Duration silence();

        /** Whole stream; then it ends {@code time_limit}. */
        @DurationMin(millis = 1)
        @WithDefault("30m")
        Duration stream();

        /**
         * Without any watcher, where {@link GatewayConfig#unwatched()} is {@code stop}; then the stream ends {@code cancelled}.
         * Watched means that an edge's connection is open or the relay counts a subscriber; while the relay cannot be heard
         * the time does not run.
         */
        @DurationMin(millis = 1)
        @WithDefault("60s")
        Duration unwatched();

        /** Comment to a reader that has seen nothing for this long. */
        @DurationMin(millis = 1)
        @WithDefault("15s")
        Duration heartbeat();

        /** Between two {@code weir.usage} events to the same reader, at least. */
        @DurationMin(millis = 1)
        @WithDefault("250ms")
        Duration usage();

        /**
         * How long a run waits at most for runs of other streams, to go to the relay with them; those who do not read at the
         * gateway see it so much later. More of it saves CPU, 0 gathers only what comes at once.
         */
        @DurationMin(millis = 0)
        @WithDefault("2ms")
        Duration gather();

        /**
         * How long agents are left unread at most while this process is short of CPU, so that what they say meanwhile is read
         * and passed on as one. 0 reads everything as it comes, whatever that costs.
         */
        @DurationMin(millis = 0)
        @WithDefault("100ms")
        Duration rest();

        /**
         * How long an edge may open new streams on a connection, a tenth more or less; then it opens another, which a load
         * balancer may lead to another gateway. The streams that it has go on.
         */
        @DurationMin(millis = 1)
        @WithDefault("10m")
        Duration edgeConnection();

        /** Between two batches of updates to metering; also what renews the lease. */
        @DurationMin(millis = 1)
        @WithDefault("5s")
        Duration update();

        /** One call to metering; then it counts as unreachable. */
        @DurationMin(millis = 1)
        @WithDefault("3s")
        Duration metering();

        /**
         * How long a terminal waits for the journal to have it on disk (750 ms at least, three ticks). Past it, it leaves
         * all the same: should this process die before it has settled, its successor settles nothing, and the stream ends
         * {@code orphaned} at its last reported totals whatever reader and log have seen.
         */
        @DurationMin(millis = 1)
        @WithDefault("500ms")
        Duration journal();

        /** Taken off the lease that metering grants, so that we stop before anybody takes us for dead. */
        @DurationMin(millis = 0)
        @WithDefault("5s")
        Duration leaseMargin();
    }

    /** What is kept beside the journal, and sent again when metering's database comes back on another timeline. */
    interface Settled {
        /** How long, at least; an hour more at most. */
        @DurationMin(millis = 1)
        @WithDefault("24h")
        Duration keep();

        /** Most bytes on disk; beyond it the oldest hour goes early. A settle takes about 400. */
        @WithDefault("256M")
        MemorySize size();

        /** Settles that are sent again at a time. */
        @Min(1)
        @WithDefault("8")
        int underWay();
    }

    /** One pool per event loop. */
    interface Upstream {
        /** TCP connect; then the next machine. */
        @DurationMin(millis = 1)
        @WithDefault("2s")
        Duration connect();

        /** Machines tried for one stream. */
        @Min(1)
        @Max(10)
        @WithDefault("3")
        int attempts();

        /** Connections per machine and event loop. */
        @Min(1)
        @WithDefault("2000")
        int pool();

        /** Requests waiting for a connection, per machine and event loop; beyond it the machine counts as refusing. */
        @Min(0)
        @WithDefault("64")
        int queue();

        /** Between two health probes of a machine. */
        @DurationMin(millis = 1)
        @WithDefault("30s")
        Duration probeEvery();

        /** Until a machine that has just gone down is probed again; twice as long each further time, up to {@link #probeEvery()}. */
        @DurationMin(millis = 1)
        @WithDefault("2s")
        Duration probeAgain();

        /** One probe. */
        @DurationMin(millis = 1)
        @WithDefault("5s")
        Duration probe();
    }

    /** {@link #name()} or its default. */
    default String gatewayName() {
        return name().orElseGet(() -> address().getHost() + ":" + address().getPort());
    }
}
