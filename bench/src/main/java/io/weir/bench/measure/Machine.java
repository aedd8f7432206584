package io.weir.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the figures were measured on. */
public final class Machine {
    private Machine() {}

    /** One line: processor, cores, memory, kernel, JDK. */
    public static String describe() throws IOException {
        String cpu = Files.readString(Path.of("/proc/cpuinfo"))
                .lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
        long gigabytes =
                ProcessMeter.kilobytes(Files.readString(Path.of("/proc/meminfo")), "MemTotal:") / (1024 * 1024);
        return "%s, %d cores, %d GiB, Linux %s, JDK %s"
                .formatted(
                        cpu,
                        Runtime.getRuntime().availableProcessors(),
                        gigabytes,
                        System.getProperty("os.version"),
                        Runtime.version());
    }

    /** The load averages of the last 1, 5 and 15 minutes. */
    public static String load() throws IOException {
        String[] words = Files.readString(Path.of("/proc/loadavg")).split(" ", -1);
        return words[0] + " " + words[1] + " " + words[2];
    }

    /** How many descriptors a process may have. */
    public static long descriptors() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .mapToLong(line -> Long.parseLong(line.split(" +", -1)[3]))
                .findFirst()
                .orElseThrow();
    }
}
