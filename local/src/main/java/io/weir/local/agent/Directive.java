package io.weir.local.agent;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code [[tokens=200 rate=50 …]]} in a message asks of the demo agent. Double brackets that hold anything but
 * known {@code key=value} pairs are ordinary text.
 *
 * @param tokens length of the answer in deltas; without it the answer ends where its prose does
 * @param tokensPerSecond pace, 1 to 10,000
 * @param failAfter deltas after which the run ends with {@code response.failed}
 * @param dieAfter deltas after which the socket is reset, without a terminal event
 * @param stallAfter deltas after which nothing is sent for {@code stall}
 * @param stall how long the silence lasts
 * @param usage what the terminal event reports
 * @param dialect what to answer in, whatever the endpoint promises
 * @param quirks what this agent does otherwise than it should
 */
record Directive(
        OptionalInt tokens,
        int tokensPerSecond,
        OptionalInt failAfter,
        OptionalInt dieAfter,
        OptionalInt stallAfter,
        Duration stall,
        Usage usage,
        Optional<Spoken> dialect,
        Set<Quirk> quirks) {
    /** The pace of a demo agent that nobody asked for another. */
    static final int DEFAULT_TOKENS_PER_SECOND = 40;

    private static final Directive NONE = new Directive(
            OptionalInt.empty(),
            DEFAULT_TOKENS_PER_SECOND,
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Duration.ofSeconds(90),
            new Usage.Times(1),
            Optional.empty(),
            Set.of());
    private static final Set<String> KEYS = Set.of(
            "tokens", "rate", "fail_after", "die_after", "stall_after", "stall", "usage", "dialect", "limit", "refuse");
    private static final Pattern BRACKETS = Pattern.compile("\\[\\[([^\\[\\]]*)]]");

    /** What an agent does otherwise than it should. */
    enum Quirk {
        /** {@code limit=ignore}: goes on behind the caller's token limit. */
        IGNORES_LIMIT("limit=ignore"),
        /** {@code refuse=drain}: refuses this request as a machine that drains does. */
        REFUSES("refuse=drain"),
        /** {@code usage=split}: tells its usage more than once, and cuts the last one in the middle of a number. */
        SPLITS_USAGE("usage=split");

        private final String pair;

        Quirk(String pair) {
            this.pair = pair;
        }

        private static Optional<Quirk> of(String pair) {
            return Arrays.stream(values())
                    .filter(quirk -> quirk.pair.equals(pair))
                    .findFirst();
        }
    }

    /** Usage as reported in the terminal event. */
    sealed interface Usage {
        /** Zeros, as OpenClaw sends when its provider reports none. */
        record None() implements Usage {}

        /**
         * The counted tokens times a factor, as an agent run with hidden calls reports.
         *
         * @param factor at least 1
         */
        record Times(int factor) implements Usage {}
    }

    /**
     * A message taken apart.
     *
     * @param directive the merged directives
     * @param text the message without them
     */
    record Parsed(Directive directive, String text) {}

    /**
     * Reads every directive in a message.
     *
     * @throws IllegalArgumentException naming the pair, when a known key has a value that makes no sense
     */
    static Parsed parse(String message) {
        Directive directive = NONE;
        var text = new StringBuilder();
        Matcher brackets = BRACKETS.matcher(message);
        while (brackets.find()) {
            String[] pairs = brackets.group(1).strip().split("\\s+");
            if (!areDirectives(pairs)) {
                continue;
            }
            brackets.appendReplacement(text, "");
            for (String pair : pairs) {
                directive = directive.with(pair);
            }
        }
        brackets.appendTail(text);
        return new Parsed(directive, text.toString().strip());
    }

    private static boolean areDirectives(String[] pairs) {
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals < 0 || !KEYS.contains(pair.substring(0, equals))) {
                return false;
            }
        }
        return true;
    }

    private Directive with(String pair) {
        Optional<Quirk> quirk = Quirk.of(pair);
        if (quirk.isPresent()) {
            return withQuirk(quirk.get());
        }
        int equals = pair.indexOf('=');
        String value = pair.substring(equals + 1);
        try {
            return switch (pair.substring(0, equals)) {
                case "tokens" -> withTokens(bounded(value, 0, 1_000_000));
                case "rate" -> withRate(bounded(value, 1, 10_000));
                case "fail_after" -> withFailAfter(bounded(value, 0, 1_000_000));
                case "die_after" -> withDieAfter(bounded(value, 0, 1_000_000));
                case "stall_after" -> withStallAfter(bounded(value, 0, 1_000_000));
                case "stall" -> withStall(duration(value));
                case "usage" -> withUsage(usage(value));
                case "dialect" -> withDialect(Spoken.named(value));
                default -> throw new IllegalArgumentException(value);
            };
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("Invalid directive `" + pair + "`", e);
        }
    }

    private static int bounded(String value, int least, int most) {
        int number = Integer.parseInt(value);
        if (number < least || number > most) {
            throw new IllegalArgumentException(value);
        }
        return number;
    }

    private static Duration duration(String value) {
        return value.endsWith("ms")
                ? Duration.ofMillis(bounded(value.substring(0, value.length() - 2), 0, 3_600_000))
                : Duration.ofSeconds(bounded(value.replaceFirst("s$", ""), 0, 3_600));
    }

    private static Usage usage(String value) {
        return value.equals("none") ? new Usage.None() : new Usage.Times(bounded(value.replaceFirst("x$", ""), 1, 100));
    }

    private Directive withTokens(int n) {
        return new Directive(
                OptionalInt.of(n), tokensPerSecond, failAfter, dieAfter, stallAfter, stall, usage, dialect, quirks);
    }

    private Directive withRate(int n) {
        return new Directive(tokens, n, failAfter, dieAfter, stallAfter, stall, usage, dialect, quirks);
    }

    private Directive withFailAfter(int n) {
        return new Directive(
                tokens, tokensPerSecond, OptionalInt.of(n), dieAfter, stallAfter, stall, usage, dialect, quirks);
    }

    private Directive withDieAfter(int n) {
        return new Directive(
                tokens, tokensPerSecond, failAfter, OptionalInt.of(n), stallAfter, stall, usage, dialect, quirks);
    }

    private Directive withStallAfter(int n) {
        return new Directive(
                tokens, tokensPerSecond, failAfter, dieAfter, OptionalInt.of(n), stall, usage, dialect, quirks);
    }

    private Directive withStall(Duration silence) {
        return new Directive(tokens, tokensPerSecond, failAfter, dieAfter, stallAfter, silence, usage, dialect, quirks);
    }

    private Directive withUsage(Usage reported) {
        return new Directive(
                tokens, tokensPerSecond, failAfter, dieAfter, stallAfter, stall, reported, dialect, quirks);
    }

    private Directive withDialect(Spoken other) {
        return new Directive(
                tokens, tokensPerSecond, failAfter, dieAfter, stallAfter, stall, usage, Optional.of(other), quirks);
    }

    private Directive withQuirk(Quirk quirk) {
        EnumSet<Quirk> all = EnumSet.of(quirk);
        all.addAll(quirks);
        return new Directive(
                tokens, tokensPerSecond, failAfter, dieAfter, stallAfter, stall, usage, dialect, Set.copyOf(all));
    }
}
