package io.weir.bench.ledger.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What a load saw in its measured part.
 *
 * @param failed calls that were refused or failed
 * @param firstFailure why the first of them was; empty if none did
 * @param seconds how long it took
 * @param cores CPU of the load's process, in cores; of the core itself where it runs in there
 * @param histograms times in microseconds by step, encoded; {@link #WHOLE} is the whole of what was repeated
 */
public record Answer(long failed, String firstFailure, double seconds, double cores, Map<String, String> histograms) {
    /** All steps together. */
    public static final String WHOLE = "whole";

    /** Copies the histograms. */
    public Answer {
        histograms = Map.copyOf(histograms);
    }

    static Map<String, String> encode(Map<String, Histogram> histograms) {
        return histograms.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> encode(entry.getValue())));
    }

    private static String encode(Histogram histogram) {
        ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(bytes);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
    }

    /** Times of a step, in microseconds. */
    public Histogram micros(String step) {
        String histogram = histograms.get(step);
        if (histogram == null) {
            throw new IllegalArgumentException("no step " + step);
        }
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(histogram)), 0);
        } catch (DataFormatException e) {
            throw new IllegalStateException("no histogram", e);
        }
    }
}
