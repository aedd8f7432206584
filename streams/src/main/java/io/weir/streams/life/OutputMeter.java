package io.weir.streams.life;

import io.weir.contracts.holds.Price;
import io.weir.contracts.stream.Totals;

/**
 * Counts a stream's output against its grant.
 *
 * <p>Counts come late and in batches from a tokenizer. In between, a delta counts as one token per byte of its escaped
 * text: a byte-level tokenizer never makes more tokens than UTF-8 bytes, and escaping never shortens. While that upper
 * bound is affordable, text is shown at once; beyond it text is held back for the moment until its true count is known.
 * So nothing past the last affordable token is ever shown, and nothing before it is lost.
 */
final class OutputMeter {
    /** Bytes per token, typically; for figures that need no bound. */
    private static final int TYPICAL_BYTES = 4;

    private final Price price;
    private final long promptTokens;
    private final IntRing uncounted = new IntRing();
    private long uncountedBytes;
    private long counted;
    private long grantedMicro;
    private long affordable;

    OutputMeter(Price price, long promptTokens, long grantedMicro) {
        this.price = price;
        this.promptTokens = promptTokens;
        grant(grantedMicro);
    }

    /** The whole grant; it only grows. */
    void grant(long micro) {
        grantedMicro = Math.max(grantedMicro, micro);
        affordable = price.affordableOutput(promptTokens, grantedMicro);
    }

    long grantedMicro() {
        return grantedMicro;
    }

    /** Largest affordable number of output tokens; {@link Long#MAX_VALUE} where output is free. */
    long affordable() {
        return affordable;
    }

    /** True if {@code bytes} more of uncounted text are affordable whatever they count to. */
    boolean surelyAffords(int bytes) {
        return counted + uncountedBytes + bytes <= affordable;
    }

    /** True if {@code tokens} more are affordable; everything shown before is counted. */
    boolean affords(int tokens) {
        return counted + tokens <= affordable;
    }

    /** A delta was shown before its count is known. */
    void shown(int bytes) {
        uncounted.add(bytes);
        uncountedBytes += bytes;
    }

    /** A delta was shown whose count is known. */
    void shownCounted(int tokens) {
        counted += tokens;
    }

    /** True while a shown delta waits for its count. */
    boolean waits() {
        return !uncounted.isEmpty();
    }

    /** The count of the oldest waiting delta; never more than its bytes. */
    void count(int tokens) {
        int bytes = uncounted.remove();
        uncountedBytes -= bytes;
        counted += Math.clamp(tokens, 0, bytes);
    }

    /** Output tokens counted so far. */
    long counted() {
        return counted;
    }

    /** Counted output plus a typical figure for what is not counted yet; within the affordable. */
    long estimate() {
        return Math.min(affordable, counted + Math.ceilDiv(uncountedBytes, TYPICAL_BYTES));
    }

    /** True if fewer than {@code tokens} more are affordable. */
    boolean below(long tokens) {
        return affordable != Long.MAX_VALUE && affordable - estimate() < tokens;
    }

    /** Prompt and {@code output} as we count. */
    Totals totals(long output) {
        return Totals.counted(promptTokens, output);
    }
}
