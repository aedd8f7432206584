package io.weir.gateway.posted;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Streams that agents post themselves. What is not here is as for every stream ({@code weir.gateway.limits}, {@code .times}). */
@ConfigMapping(prefix = "weir.gateway.posting")
public interface PostingConfig {
    /** Topics that can be posted to, by any name; a topic that no row knows is refused with 403. */
    Map<String, Topic> topics();

    /** Open streams of one account, however they were opened; at it 429 before anything is reserved. */
    @Min(1)
    @WithDefault("8")
    int maxStreamsPerAccount();

    /** Largest body that opens a stream; beyond it 413. One body of events has {@code weir.gateway.limits.body}. */
    @WithDefault("256K")
    MemorySize opening();

    /**
     * Bytes of events that are taken before the log has acknowledged them, or while they wait for credit; beyond it the
     * producer's connection is not read. Half as much again may already be on its way.
     */
    @WithDefault("1M")
    MemorySize ahead();

    /**
     * How long a stream is kept open for a producer that has no connection to it; then it ends {@code machine_lost}. A
     * producer that is connected has {@code weir.gateway.times.silence}.
     */
    @DurationMin(millis = 1)
    @WithDefault("60s")
    Duration absence();

    /** Between two pings of a producer's WebSocket; one that has answered none by the next is cut off. */
    @DurationMin(millis = 1)
    @WithDefault("15s")
    Duration ping();

    /** Ended streams whose head and ending are still told; the longest ended go first. */
    @Min(0)
    @WithDefault("10000")
    int remembered();

    /** Verified tokens that are remembered until they expire; the longest unused go first. */
    @Min(1)
    @WithDefault("10000")
    int verifiedTokens();

    /** How API keys are verified. */
    Keys keys();

    /** Claim that names the account. A token without it is refused. */
    @WithDefault("sub")
    String accountClaim();

    /** Claim that names the tenant. A token without it belongs to the tenant {@code default}. */
    @WithDefault("tenant")
    String tenantClaim();

    /** How API keys are verified. */
    interface Keys {
        /** How long metering's answer about a key is used again. A revoked key may feed for so long; it opens nothing. */
        @WithDefault("30s")
        @DurationMin(millis = 0)
        @DurationMax(seconds = 30)
        Duration rememberFor();

        /** Keys, good and bad, that are remembered; beyond it the one asked about longest ago is forgotten. */
        @Min(1)
        @WithDefault("10000")
        int remembered();

        /** Keys that metering is being asked about; whoever comes beyond it gets 503, so that claims and settles have room. */
        @Min(1)
        @WithDefault("16")
        int atOnce();
    }

    /** One kind of topic. */
    interface Topic {
        /** Its name, with <code>{session}</code> or <code>{workspace}</code> where those stand. */
        String pattern();

        /** What viewers are told in. */
        String vocabulary();

        /** Who may post. */
        Right right();
    }
}
