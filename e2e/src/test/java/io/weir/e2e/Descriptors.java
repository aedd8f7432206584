package io.weir.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a process holds open, as Linux tells it.
 *
 * @param open descriptors of all kinds
 * @param established TCP connections with both ends open
 * @param forgotten TCP connections that the other end has closed and the process has not
 */
record Descriptors(int open, int established, int forgotten) {
    private static final String ESTABLISHED = "01";
    private static final String CLOSE_WAIT = "08";
    private static final int STATE = 3;
    private static final int INODE = 9;

    /** Looks at a process; nothing is open of one that is gone. */
    static Descriptors of(long pid) {
        Map<String, String> states = socketStates(pid);
        int open = 0;
        int established = 0;
        int forgotten = 0;
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : all.toList()) {
                open++;
                String state = states.getOrDefault(target(descriptor), "");
                established += state.equals(ESTABLISHED) ? 1 : 0;
                forgotten += state.equals(CLOSE_WAIT) ? 1 : 0;
            }
        } catch (IOException e) {
            return new Descriptors(0, 0, 0);
        }
        return new Descriptors(open, established, forgotten);
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException _) {
            return ""; // closed since
        }
    }

    private static Map<String, String> socketStates(long pid) {
        var states = new HashMap<String, String>();
        for (String table : List.of("tcp", "tcp6")) {
            Path file = Path.of("/proc", Long.toString(pid), "net", table);
            if (!Files.exists(file)) {
                continue;
            }
            try {
                for (String line : Files.readAllLines(file)) {
                    String[] columns = line.strip().split("\\s+", -1);
                    if (columns.length > INODE) {
                        states.put("socket:[" + columns[INODE] + "]", columns[STATE]);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return states;
    }
}
