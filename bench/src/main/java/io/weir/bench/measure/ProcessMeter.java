package io.weir.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** CPU and memory of processes and all their descendants, from {@code /proc}. */
public final class ProcessMeter {
    /** The kernel shows times in hundredths of a second to programs, whatever its own tick is. */
    private static final long TICKS_PER_SECOND = 100;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;
    private static final int CHILDREN_USER_TIME = 13;
    private static final int CHILDREN_SYSTEM_TIME = 14;

    private final Path proc;
    private final List<Long> roots;

    /** Over the processes with these ids. */
    public ProcessMeter(long... roots) {
        this(Path.of("/proc"), roots);
    }

    ProcessMeter(Path proc, long... roots) {
        this.proc = proc;
        this.roots = Arrays.stream(roots).boxed().toList();
    }

    /**
     * What processes have used and have.
     *
     * @param cpuSeconds CPU time in user and kernel mode since their start, and that of children which have ended
     * @param memoryBytes resident memory; pages that several of them share count once
     */
    public record Reading(double cpuSeconds, long memoryBytes) {}

    /** A reading; processes that have just ended are left out. */
    public Reading read() throws IOException {
        long ticks = 0;
        long memory = 0;
        for (long pid : pids()) {
            try {
                ticks += ticks(Files.readString(proc.resolve(pid + "/stat")));
                memory += memoryBytes(pid);
            } catch (NoSuchFileException _) {
                // Ended between the list and the look.
            }
        }
        return new Reading((double) ticks / TICKS_PER_SECOND, memory);
    }

    private List<Long> pids() {
        return roots.stream()
                .flatMap(root -> Stream.concat(
                        Stream.of(root),
                        ProcessHandle.of(root).stream()
                                .flatMap(ProcessHandle::descendants)
                                .map(ProcessHandle::pid)))
                .distinct()
                .toList();
    }

    /** The name of the program, in parentheses, may hold anything: the fields begin behind the last one. */
    static long ticks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[USER_TIME])
                + Long.parseLong(fields[SYSTEM_TIME])
                + Long.parseLong(fields[CHILDREN_USER_TIME])
                + Long.parseLong(fields[CHILDREN_SYSTEM_TIME]);
    }

    private long memoryBytes(long pid) throws IOException {
        Path rollup = proc.resolve(pid + "/smaps_rollup");
        String field = Files.isReadable(rollup) ? "Pss:" : "VmRSS:";
        Path file = Files.isReadable(rollup) ? rollup : proc.resolve(pid + "/status");
        return kilobytes(Files.readString(file), field) * 1024;
    }

    static long kilobytes(String text, String field) {
        return text.lines()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()).replace("kB", "").strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
