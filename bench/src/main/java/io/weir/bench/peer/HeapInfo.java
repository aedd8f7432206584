package io.weir.bench.peer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code jcmd GC.heap_info} says, of the serial collector or of G1. */
final class HeapInfo {
    private static final Pattern USED = Pattern.compile("total (?:reserved \\d+K, committed )?\\d+K, used (\\d+)K");

    private HeapInfo() {}

    /** Bytes in use over all generations. */
    static long usedBytes(String info) {
        Matcher used = USED.matcher(info);
        long kilobytes = 0;
        while (used.find()) {
            kilobytes += Long.parseLong(used.group(1));
        }
        return kilobytes * 1024;
    }
}
