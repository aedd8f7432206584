package io.weir.gateway.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** The fleet: who may join it, which machine is chosen, and when one is left alone. */
@ConfigMapping(prefix = "weir.gateway.machines")
public interface MachinesConfig {
    /** Which of several fit machines gets a stream. */
    @WithDefault("least-streams")
    ChoiceRule choice();

    /** Machines that may be registered at a time; one more gets 409. */
    @Min(1)
    @WithDefault("1000")
    int max();

    /** A registered machine that says nothing for this long has left. */
    @DurationMin(millis = 1)
    @WithDefault("90s")
    Duration lease();

    /** Between two looks at what has been registered, here or at another gateway. */
    @DurationMin(millis = 10)
    @WithDefault("1s")
    Duration look();

    /** Secrets that a registration may name as {@code config:<name>}. */
    Map<String, String> secrets();

    /** Directory of the secrets that a registration may name as {@code file:<name>}; absent: none. Files are read again. */
    Optional<Path> secretDirectory();

    /** Machines that answer probes and fail streams. */
    Outlier outlier();

    /** When a machine is left alone because streams fail on it, and for how long. */
    interface Outlier {
        /** Streams in a row that end in an error of the server or a lost connection. */
        @Min(1)
        @WithDefault("5")
        int failures();

        /** How long it is left alone the first time; twice as long each further time, a fifth more or less by chance. */
        @DurationMin(millis = 1)
        @WithDefault("10s")
        Duration first();

        /** Longest time. */
        @DurationMin(millis = 1)
        @WithDefault("5m")
        Duration longest();

        /** Most machines of one app that are left alone at a time, in percent: with fewer than two of them, none is. */
        @Min(0)
        @Max(100)
        @WithDefault("50")
        int share();
    }
}
