package io.weir.contracts.stream;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * Cumulative token counts of one stream. Totals only ever grow while a stream is open.
 *
 * @param input prompt tokens, cached ones and cache writes included
 * @param cached the part of {@code input} that was read from a cache
 * @param cacheWrite the part of {@code input} that was written to a cache
 * @param output generated tokens, reasoning included
 * @param reasoning the part of {@code output} spent on reasoning
 */
public record Totals(long input, long cached, long cacheWrite, long output, long reasoning) {
    /** Nothing used. */
    public static final Totals ZERO = new Totals(0, 0, 0, 0, 0);

    public Totals {
        if (input < 0 || cached < 0 || cacheWrite < 0 || output < 0 || reasoning < 0) {
            throw new IllegalArgumentException("token counts must not be negative");
        }
        if (Math.addExact(cached, cacheWrite) > input) {
            throw new IllegalArgumentException("cached + cacheWrite must not exceed input");
        }
        if (reasoning > output) {
            throw new IllegalArgumentException("reasoning must not exceed output");
        }
    }

    /** Totals of a stream whose agent reported nothing: {@code input} and {@code output} as we counted them. */
    public static Totals counted(long input, long output) {
        return new Totals(input, 0, 0, output, 0);
    }

    /** {@code input + output}. */
    public long total() {
        return Math.addExact(input, output);
    }

    /** True when nothing was used. */
    @JsonIgnore
    public boolean isZero() {
        return input == 0 && output == 0;
    }

    /** Each count the larger of the two; keeps batched updates monotone. */
    public Totals max(Totals other) {
        return new Totals(
                Math.max(input, other.input),
                Math.max(cached, other.cached),
                Math.max(cacheWrite, other.cacheWrite),
                Math.max(output, other.output),
                Math.max(reasoning, other.reasoning));
    }
}
