package io.weir.bench.measure;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Where and how figures came to be.
 *
 * @param date day of the run, in UTC
 * @param machine the machine, in a line
 * @param load its load averages before the run
 * @param command the command that repeats the run
 * @param descriptors how many descriptors a process may have
 */
public record About(LocalDate date, String machine, String load, String command, long descriptors) {
    /** A run that begins now. */
    public static About now(String command) throws IOException {
        return new About(
                LocalDate.now(ZoneOffset.UTC), Machine.describe(), Machine.load(), command, Machine.descriptors());
    }

    /** All of it, for the page. */
    public String sentence() {
        return "Measured on %s with `%s`. Machine: %s; load average before the run %s."
                .formatted(date, command, machine, load);
    }
}
