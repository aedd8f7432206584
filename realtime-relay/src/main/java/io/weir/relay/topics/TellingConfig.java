package io.weir.relay.topics;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** How streams are told on topics. */
@ConfigMapping(prefix = "weir.relay.telling")
public interface TellingConfig {
    /** When what a stream says is gathered before it is told. */
    Ticks ticks();

    /** How long after its end a stream is told again to subscribers that come back and may have missed it. */
    @WithDefault("10m")
    Duration endedKept();

    /** Ended streams that a topic remembers for them; at the bound the oldest is forgotten. */
    @WithDefault("25")
    @Min(0)
    @Max(1_000)
    int endedStreams();

    /** Somebody who is typing and says nothing more for so long has stopped. */
    @WithDefault("6s")
    Duration typingSilence();

    /** People shown as typing on one topic at once; at the bound a further one is answered with an error. */
    @WithDefault("100")
    @Min(1)
    @Max(10_000)
    int typingAccounts();

    /** Time between two receipts of one stream and account; what happens meanwhile is told with the next. */
    @WithDefault("1s")
    Duration receiptsEvery();

    /** Accounts whose receipts one stream keeps; at the bound further ones have none. */
    @WithDefault("200")
    @Min(1)
    @Max(10_000)
    int receiptAccounts();

    /** A node that says nothing more of its wish for receipts has none after this time; it says so each {@code nodes.refresh}. */
    @WithDefault("15s")
    Duration wishLease();

    /** Ticks of topics. Ends of streams never wait for one. */
    interface Ticks {
        /** False: everything is told as it comes, to however many. */
        @WithDefault("true")
        boolean enabled();

        /** Up to so many subscribers everything is told as it comes. */
        @WithDefault("50")
        @Min(0)
        int freeSubscribers();

        /** Messages to subscribers a second, untouched by merging, from which on the medium tick counts. */
        @WithDefault("20000")
        @Min(1)
        long mediumLoad();

        /** Messages to subscribers a second, untouched by merging, from which on the longest tick counts. */
        @WithDefault("80000")
        @Min(1)
        long highLoad();

        /** Tick under little load. */
        @WithDefault("20ms")
        Duration low();

        /** Tick under medium load. */
        @WithDefault("40ms")
        Duration medium();

        /** Tick under high load. */
        @WithDefault("100ms")
        Duration high();
    }
}
