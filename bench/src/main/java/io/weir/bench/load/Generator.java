package io.weir.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** A generator's process, seen from the bench. */
public final class Generator implements AutoCloseable {
    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx512m",
            "-XX:MaxDirectMemorySize=256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
    private static final int STOP_SECONDS = 5;
    private static final int LONGEST_SECONDS = 180;

    private final Process process;
    private final PrintStream in;
    private final BufferedReader out;
    private final ObjectMapper json = new ObjectMapper();

    /** What is read at both borders of the measured part. */
    @FunctionalInterface
    public interface Probe<T> {
        /** The part begins or ends now. */
        T read() throws IOException;
    }

    /**
     * What came of publishing.
     *
     * @param before what was read where the measured part began
     * @param after what was read where it ended
     * @param result what the generator saw
     */
    public record Published<T>(T before, T after, LoadResult result) {}

    private Generator(Process process) {
        this.process = process;
        this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a generator; nothing is connected yet. */
    public static Generator start(LoadSpec spec) throws IOException {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LoadMain.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var generator = new Generator(process);
        generator.in.println(generator.json.writeValueAsString(spec));
        return generator;
    }

    /**
     * Connects all subscribers and waits until they follow their topics.
     *
     * @return how long that took each of them from its request on, in nanoseconds
     */
    public Histogram subscribe() throws IOException {
        beginSubscribing();
        return awaitSubscribed();
    }

    /** Tells the generator to connect its subscribers, without waiting. */
    public void beginSubscribing() {
        in.println("subscribe");
    }

    /**
     * Waits until all subscribers follow their topics.
     *
     * @return how long that took each of them from its request on, in nanoseconds
     */
    public Histogram awaitSubscribed() throws IOException {
        return LoadResult.decode(expect("subscribed"));
    }

    /** Publishes: first to warm up, then measured. */
    public <T> Published<T> publish(int rate, double warmSeconds, double seconds, Probe<T> probe) throws IOException {
        in.println("publish " + rate + " " + warmSeconds + " " + seconds);
        expect("measuring");
        T before = probe.read();
        expect("measured");
        T after = probe.read();
        return new Published<>(before, after, json.readValue(expect("result"), LoadResult.class));
    }

    /** Stops so many answers, so many a second, while all say so many tokens a second. */
    public StopResult stop(int count, int perSecond, int rate) throws IOException {
        in.println("stop " + count + " " + perSecond + " " + rate);
        return json.readValue(expect("stopped"), StopResult.class);
    }

    /** A generator that says nothing for minutes is ended: then its line is missing. */
    private String expect(String word) throws IOException {
        Thread impatient = Thread.ofVirtual().start(this::endIfSilent);
        String line = out.readLine();
        impatient.interrupt();
        if (line == null || !line.startsWith(word)) {
            throw new IOException("the generator says: " + (line == null ? "nothing, it has ended" : line));
        }
        return line.substring(word.length()).strip();
    }

    private void endIfSilent() {
        try {
            TimeUnit.SECONDS.sleep(LONGEST_SECONDS);
            process.destroyForcibly();
        } catch (InterruptedException _) {
            // It has spoken.
        }
    }

    @Override
    public void close() {
        in.println("quit");
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
