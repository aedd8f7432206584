package io.weir.bench.load;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What a generator saw of one schedule.
 *
 * @param expected messages that should have arrived, over all subscribers, warm-up included
 * @param lost those that did not within the time for stragglers
 * @param lostMeasured those of them that belong to the measured part
 * @param duplicates arrivals of what had arrived before
 * @param misordered arrivals after one that was published later
 * @param closed sockets that the server has closed since they were opened
 * @param seconds length of the measured part
 * @param deliveries arrivals within the measured part
 * @param frames frames that brought them
 * @param loopCores CPU of the thread that reads all sockets, in cores, within the measured part
 * @param cores CPU of the whole generator
 * @param histogram latencies in nanoseconds of all messages of the measured part, encoded
 * @param gaps times in nanoseconds between a subscriber's messages of that part, encoded
 */
public record LoadResult(
        long expected,
        long lost,
        long lostMeasured,
        long duplicates,
        long misordered,
        long closed,
        double seconds,
        long deliveries,
        long frames,
        double loopCores,
        double cores,
        String histogram,
        String gaps) {
    static String encode(Histogram histogram) {
        ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(bytes);
        return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(bytes.array(), length));
    }

    /** A percentile of the latencies, in nanoseconds; infinite where it falls among messages that never came. */
    public double latencyNanos(double percentile) {
        Histogram arrived = latencies();
        double rank = percentile / 100 * (arrived.getTotalCount() + lostMeasured);
        return rank > arrived.getTotalCount() || arrived.getTotalCount() == 0
                ? Double.POSITIVE_INFINITY
                : arrived.getValueAtPercentile(100 * rank / arrived.getTotalCount());
    }

    /** A percentile of the times between two messages of a subscriber, in nanoseconds. */
    public double gapNanos(double percentile) {
        return decode(gaps).getValueAtPercentile(percentile);
    }

    private Histogram latencies() {
        return decode(histogram);
    }

    static Histogram decode(String histogram) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(histogram)), 0);
        } catch (DataFormatException e) {
            throw new IllegalStateException("no histogram", e);
        }
    }
}
