package io.weir.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** A process of a {@link Fleet} that can be killed and started again, or made to stand still and let go on. */
interface Victim {
    /** Unique in its fleet. */
    String name();

    /** What it is, the same for processes that do the same. */
    String role();

    /** Id of the process that runs under this name now. */
    long pid();

    /** Ends it as {@code kill -9} does, and returns when it is gone. */
    void kill();

    /** Starts it again after a kill, where and as it was; returns before it is ready. */
    void start();

    /** Waits until it does its work. */
    void awaitReady();

    /** Stands still, as a process does that its machine has no time for: its sockets stay open and take bytes. */
    default void pause() {
        signal("STOP");
    }

    /** Goes on. */
    default void proceed() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
            if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new IllegalStateException(name() + " got no SIG" + signal);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
