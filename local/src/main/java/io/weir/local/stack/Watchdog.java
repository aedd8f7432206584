package io.weir.local.stack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Ends the stack when its launcher is killed without a chance to do so itself: a shell that reads from a pipe which
 * only the launcher holds. The end of that pipe without a goodbye means that the launcher is gone. PostgreSQL, which may be
 * about to start just then, is found by the file that it keeps itself. Once another stack runs on the same data, its watchdog
 * has written itself down and this one leaves everything alone.
 */
final class Watchdog implements AutoCloseable {
    private static final String SCRIPT = """
            trap '' INT HUP TERM
            cd "$1" || exit 1
            echo $$ > watchdog
            mine() { [ "$(cat watchdog 2>/dev/null)" = $$ ]; }
            read -r goodbye && exit 0
            pids() { for f in *.pid; do [ "$f" != postgres.pid ] && [ -f "$f" ] && cat "$f"; done 2>/dev/null; }
            left() { for p in $(pids); do kill -0 "$p" 2>/dev/null && return 0; done; return 1; }
            postmaster() {
              p=$(head -n 1 "$1/postmaster.pid" 2>/dev/null)
              case $p in "" | *[!0-9]*) return 1 ;; esac
              ps -p "$p" -o command= 2>/dev/null | grep -q postgres
            }
            mine && for p in $(pids); do kill -TERM "$p" 2>/dev/null; done
            n=0; while mine && left && [ $n -lt 80 ]; do sleep 0.1; n=$((n + 1)); done
            mine && for p in $(pids); do kill -KILL "$p" 2>/dev/null; done
            n=0; while mine && ! postmaster "$2" && [ $n -lt 30 ]; do sleep 0.1; n=$((n + 1)); done
            mine && postmaster "$2" && kill -INT "$p" 2>/dev/null
            mine && rm -f ./*.pid stack.json
            exit 0
            """;

    private final Process shell;

    private Watchdog(Process shell) {
        this.shell = shell;
    }

    static Watchdog over(Layout layout) throws IOException {
        var log = ProcessBuilder.Redirect.appendTo(
                layout.logs().resolve("watchdog.log").toFile());
        Process shell = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        SCRIPT,
                        "weir-watchdog",
                        layout.run().toString(),
                        layout.postgresData().toString())
                .redirectOutput(log)
                .redirectError(log)
                .start();
        return new Watchdog(shell);
    }

    /** Says goodbye: everything is stopped already. */
    @Override
    public void close() {
        try (OutputStream pipe = shell.getOutputStream()) {
            pipe.write("goodbye\n".getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // The shell has ended already; there is nothing to tell it.
        }
        try {
            shell.waitFor(2, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
