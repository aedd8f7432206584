package io.weir.metering.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Settings of the metering service. Amounts are micro-credits (1 credit = 1,000,000). */
@ConfigMapping(prefix = "weir.metering")
public interface MeteringSettings {
    /** Granted once to an account when it is first seen; 0 grants nothing. */
    @WithDefault("0")
    @Min(0)
    @Max(1_000_000_000_000L)
    long welcomeMicro();

    /**
     * Smallest amount worth starting a stream with; below it a reserve is refused with 402. A stream that wants less, or
     * whose prompt and first token cost more, is measured by that instead.
     */
    @WithDefault("100")
    @Min(0)
    @Max(1_000_000_000_000L)
    long minimumReserveMicro();

    /**
     * Life of a gateway's lease from its last update, and the length of output that a grant covers. Gateways end their
     * streams when they cannot renew it.
     */
    @WithDefault("60s")
    @DurationMin(seconds = 5)
    @DurationMax(minutes = 10)
    Duration lease();

    /** How long an idempotency key of a caller stands for its stream. */
    @WithDefault("24h")
    @DurationMin(minutes = 1)
    @DurationMax(days = 30)
    Duration keyLife();

    /** A caller waits this long for the database and then gets 503; the write itself goes on. */
    @WithDefault("4s")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 60)
    Duration answerWithin();

    /** Claim of a user's token that names the account. */
    @WithDefault("sub")
    @NotBlank
    String accountClaim();

    /** API keys that an account may have at a time, revoked and expired ones apart; a further one is refused with 409. */
    @WithDefault("100")
    @Min(1)
    @Max(10_000)
    int keysPerAccount();

    /** The sweeper. */
    Sweep sweep();

    /** What accounts are given. */
    Grants grants();

    /** The hash chain over the entries, and their partitions. */
    Chain chain();

    /** How settlements are rolled up into usage. */
    Usage usage();

    /** How receipts are signed. */
    Receipts receipts();

    /** Where the relay is, whose logs the audit compares settlements with (I7). Without it that is skipped. */
    Optional<URI> relayUrl();

    /** How the ledger is checked. */
    Audit audit();

    /** The reactive pool, beyond what Quarkus lets one configure. */
    Pool pool();

    /** The sweeper. */
    interface Sweep {
        /** Time between two rounds; also the service's beat, by which an outage is recognised. */
        @WithDefault("5s")
        @DurationMin(millis = 100)
        @DurationMax(minutes = 1)
        Duration interval();

        /** A lease lost for longer than this is swept, so that a restarted gateway can settle from its journal first. */
        @WithDefault("30s")
        @DurationMin(seconds = 0)
        @DurationMax(hours = 1)
        Duration grace();

        /**
         * A claimed stream that its living gateway has not named for this long is forgotten there, and swept. Far longer
         * than a settle may wait for its turn.
         */
        @WithDefault("15m")
        @DurationMin(minutes = 2)
        @DurationMax(hours = 24)
        Duration silence();

        /** No beat for this long was an outage: every lease starts anew after it. */
        @WithDefault("20s")
        @DurationMin(seconds = 1)
        @DurationMax(minutes = 10)
        Duration outage();

        /** Most holds ended by one statement; the next one follows at once, until none is left. */
        @WithDefault("200")
        @Min(1)
        @Max(10_000)
        int batch();
    }

    /** What accounts are given. */
    interface Grants {
        /** Time between two rounds of the job that lets grants begin and expire on accounts that nobody uses. */
        @WithDefault("10s")
        @DurationMin(millis = 100)
        @DurationMax(hours = 1)
        Duration interval();

        /** Most accounts tended in one round; the rest waits for the next. */
        @WithDefault("200")
        @Min(1)
        @Max(10_000)
        int batch();

        /** Unspent grants that an account may have; a further one is refused with 409. */
        @WithDefault("1000")
        @Min(1)
        @Max(10_000)
        int perAccount();
    }

    /** The hash chain over the entries, and their partitions. */
    interface Chain {
        /** Time between two rounds of sealing and verifying. */
        @WithDefault("2s")
        @DurationMin(millis = 100)
        @DurationMax(hours = 1)
        Duration interval();

        /** Most entries of one seal; the next one follows at once, until none is left or the round has its {@link #seals}. */
        @WithDefault("2000")
        @Min(1)
        @Max(10_000)
        int batch();

        /** Most seals of one round; the rest waits for the next. */
        @WithDefault("50")
        @Min(2)
        @Max(1000)
        int seals();

        /** Most seals recomputed in one round. */
        @WithDefault("10")
        @Min(1)
        @Max(1000)
        int verify();

        /** Once the whole chain is verified, it is verified anew after this long. */
        @WithDefault("24h")
        @DurationMin(minutes = 1)
        @DurationMax(days = 366)
        Duration again();

        /** Time between two looks at the partitions. */
        @WithDefault("1h")
        @DurationMin(minutes = 1)
        @DurationMax(hours = 24)
        Duration monthsInterval();

        /** Partitions are made for this many months to come. */
        @WithDefault("3")
        @Min(1)
        @Max(24)
        int monthsAhead();
    }

    /** How settlements are rolled up into usage. */
    interface Usage {
        /** Time between two rounds; usage is behind by up to two of them. */
        @WithDefault("1s")
        @DurationMin(millis = 100)
        @DurationMax(hours = 1)
        Duration interval();

        /** Most settlements of one statement; the next one follows at once, until none is left. */
        @WithDefault("5000")
        @Min(1)
        @Max(100_000)
        int batch();
    }

    /** How receipts are signed. */
    interface Receipts {
        /**
         * Private Ed25519 key as a JWK ({@code {"kty":"OKP","crv":"Ed25519","d":…,"x":…}}). Without it metering makes one
         * and keeps it in its database. A key that cannot be read stops the start.
         */
        Optional<String> key();

        /** JWKS of public keys that signed before; they stay published. */
        Optional<String> formerKeys();
    }

    /** How the ledger is checked. */
    interface Audit {
        /** Time between two audits that nobody asks for; the metrics tell what they found. */
        @WithDefault("10m")
        @DurationMin(seconds = 1)
        @DurationMax(hours = 24)
        Duration interval();

        /** How long an audit may take in all, then it fails; each of its statements has the pool's bound besides. */
        @WithDefault("60s")
        @DurationMin(seconds = 1)
        @DurationMax(minutes = 10)
        Duration within();

        /**
         * A hold that should have been swept for longer than this violates I9, a closed log that is not settled I7.
         * Several rounds of the sweeper.
         */
        @WithDefault("60s")
        @DurationMin(seconds = 1)
        @DurationMax(hours = 24)
        Duration overdue();

        /** I7 compares streams that began within this time, youngest first, {@link #streams} at most. */
        @WithDefault("7d")
        @DurationMin(minutes = 1)
        @DurationMax(days = 3660)
        Duration span();

        /** Most closed logs that one audit asks the relay for. */
        @WithDefault("20000")
        @Min(1)
        @Max(1_000_000)
        int streams();
    }

    /** The reactive pool. */
    interface Pool {
        /** Statements that may wait for a connection; more are refused at once with 503. */
        @WithDefault("2000")
        @Min(1)
        @Max(100_000)
        int queue();

        /** How long a statement waits for a connection before it is refused with 503. */
        @WithDefault("3s")
        @DurationMin(millis = 100)
        @DurationMax(seconds = 60)
        Duration acquire();

        /** PostgreSQL ends a statement after this long; it is then rolled back as a whole. */
        @WithDefault("10s")
        @DurationMin(seconds = 1)
        @DurationMax(minutes = 10)
        Duration statement();

        /**
         * A connection on which PostgreSQL has said nothing for this long is closed, whether it was asked something or
         * not: a database that died without a word must not keep the pool. Whole seconds, longer than {@link #statement}.
         */
        @WithDefault("15s")
        @DurationMin(seconds = 2)
        @DurationMax(minutes = 15)
        Duration silence();
    }
}
