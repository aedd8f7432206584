package io.weir.e2e;

import java.util.Arrays;
import java.util.List;

/** A row of the matrix: what happens to a stream. */
enum MatrixCause {
    COMPLETED("the agent finishes", "tokens=40 rate=20"),
    MAX_TOKENS("the caller's `max_output_tokens` is reached", "tokens=80 rate=20"),
    STOPPED("the user stops it", "tokens=400 rate=20"),
    BROWSER_GONE("the browser goes away, `unwatched=stop`", "tokens=900 rate=20"),
    AGENT_ERROR("the agent says that it failed", "tokens=60 rate=20 fail_after=20"),
    AGENT_RESET("the agent's connection is cut", "tokens=60 rate=20 die_after=20"),
    SILENT_BEFORE("the agent is silent before its first delta", "tokens=40 stall_after=0 stall=90s"),
    SILENT_AFTER("the agent falls silent after some deltas", "tokens=40 rate=20 stall_after=10 stall=90s"),
    ZERO_USAGE("the agent reports zeros", "tokens=40 rate=20 usage=none"),
    SPLIT_USAGE("usage comes split over chunks and packets", "tokens=40 rate=20 usage=split"),
    ABOVE_GRANT("the agent reports more than was granted", "tokens=40 rate=20 usage=100x", "0.004"),
    CREDITS_OUT("the credits run out", "tokens=900 rate=50 limit=ignore", "0.0003"),
    TIME_LIMIT("the time limit is reached", "tokens=4000 rate=10"),
    NO_MACHINE("every machine refuses", "refuse=drain"),
    AGENT_KILLED("the agent is killed", "tokens=900 rate=20"),
    RELAY_DOWN("the relay is killed, and started again", "tokens=300 rate=20"),
    REDIS_DOWN("Redis is killed, and started again empty", "tokens=160 rate=20"),
    METERING_DOWN("metering is down at the end", "tokens=300 rate=20"),
    METERING_AWAY("metering stays away for longer than the credit lasts", "tokens=4000 rate=100 limit=ignore"),
    GATEWAY_PAUSED("the gateway is paused for 30 s, and resumed", "tokens=160 rate=20"),
    GATEWAY_DRAINS("the gateway drains past its deadline", "tokens=900 rate=20"),
    GATEWAY_KILLED("the gateway is killed", "tokens=900 rate=20");

    /** Causes that hit one stream alone: all of them at once. */
    static final List<MatrixCause> ALONE = Arrays.stream(values())
            .filter(cause -> cause.compareTo(TIME_LIMIT) <= 0)
            .toList();

    /** Tokens that the caller of {@link #MAX_TOKENS} allows. */
    static final int LIMIT = 20;

    private final String title;
    private final String directives;
    private final String credits;

    MatrixCause(String title, String directives) {
        this(title, directives, "1");
    }

    MatrixCause(String title, String directives, String credits) {
        this.title = title;
        this.directives = directives;
        this.credits = credits;
    }

    String title() {
        return title;
    }

    /** What the account has. */
    String credits() {
        return credits;
    }

    /** What is asked; every stream asks something of its own. */
    String question(MatrixAgent agent) {
        return "About " + name().toLowerCase(java.util.Locale.ROOT) + " in " + agent.agent() + ". [[" + directives
                + "]]";
    }
}
