package io.weir.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lines to a process of ours, and from it. Of one thread. Closing it ends the process. */
public final class Conversation implements AutoCloseable {
    private static final int STOP_SECONDS = 5;

    private final Process process;
    private final String who;
    private final Duration patience;
    private final PrintStream in;
    private final BufferedReader out;

    /**
     * A conversation that has not begun.
     *
     * @param who names the process where it says something else than what is expected
     * @param patience a process that owes a line for longer is ended
     */
    public Conversation(Process process, String who, Duration patience) {
        this.process = process;
        this.who = who;
        this.patience = patience;
        this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Says a line. */
    public void say(String line) {
        in.println(line);
    }

    /**
     * Waits for a line that begins with a word.
     *
     * @return the rest of it
     * @throws IOException if another one comes, or none
     */
    public String expect(String word) throws IOException {
        String line = line();
        if (line == null || !line.startsWith(word)) {
            throw new IOException("the " + who + " says: " + (line == null ? "nothing, it has ended" : line));
        }
        return line.substring(word.length()).strip();
    }

    /**
     * Waits for a line that is a word, and passes over what else comes before.
     *
     * @throws IOException if it does not come
     */
    public void skipTo(String word) throws IOException {
        String line = line();
        while (line != null && !line.equals(word)) {
            line = line();
        }
        if (line == null) {
            throw new IOException("the " + who + " has ended");
        }
    }

    /** Whether the process is there. */
    public boolean isAlive() {
        return process.isAlive();
    }

    private @Nullable String line() throws IOException {
        Thread impatient = Thread.ofVirtual().start(this::endIfSilent);
        try {
            return out.readLine();
        } finally {
            impatient.interrupt();
        }
    }

    /** Then its line is missing. */
    private void endIfSilent() {
        try {
            TimeUnit.MILLISECONDS.sleep(patience.toMillis());
            process.destroyForcibly();
        } catch (InterruptedException _) {
            // It has spoken.
        }
    }

    @Override
    public void close() {
        say("quit");
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
