package io.weir.metering.events;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Events in and out. */
@ConfigMapping(prefix = "weir.metering.events")
public interface EventsSettings {
    /** Where messages are posted as CloudEvents, one a request. Without it nobody is told anything. */
    Optional<URI> webhook();

    /** Signs each message (HMAC-SHA256); needed where there is a webhook. */
    Optional<String> secret();

    /** Time between two looks at the outbox. */
    @WithDefault("200ms")
    @DurationMin(millis = 50)
    @DurationMax(minutes = 1)
    Duration interval();

    /** How long the receiver may take; then the message comes again later. */
    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 9)
    Duration timeout();

    /** Messages taken at a time. */
    @WithDefault("50")
    @Min(1)
    @Max(1000)
    int batch();

    /** Messages on their way at a time. */
    @WithDefault("8")
    @Min(1)
    @Max(100)
    int atOnce();

    /** After so many tries, 10 s to 5 min apart, a message is given up and counted as such. */
    @WithDefault("500")
    @Min(1)
    @Max(100_000)
    int tries();

    /** Finished messages are kept for so long. Without a webhook all are removed then. */
    @WithDefault("7d")
    @DurationMin(seconds = 1)
    @DurationMax(days = 366)
    Duration keep();

    /** How long an event that came in is known again; a repetition after that would count anew. */
    @WithDefault("40d")
    @DurationMin(days = 35)
    @DurationMax(days = 3660)
    Duration inbox();

    /** Most events in one request; more are refused with 413. */
    @WithDefault("500")
    @Min(1)
    @Max(10_000)
    int perRequest();
}
