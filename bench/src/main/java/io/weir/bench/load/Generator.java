package io.weir.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** A generator's process, seen from the bench. Loads come one after the other; the agent that it plays is there for all of them. */
public final class Generator implements AutoCloseable {
    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx512m",
            "-XX:MaxDirectMemorySize=256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Conversation talk;
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
        this.talk = new Conversation(process, "generator", PATIENCE);
    }

    /** Starts a generator; nothing is connected yet. */
    public static Generator start(LoadSpec spec) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LoadMain.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var generator = new Generator(process);
        try {
            generator.load(spec);
        } catch (IOException e) {
            generator.close();
            throw e;
        }
        return generator;
    }

    /** Takes on another load; nothing is connected yet. An agent listens from now on, if it plays one. */
    public void load(LoadSpec spec) throws IOException {
        talk.say("load " + json.writeValueAsString(spec));
        talk.expect("loaded");
    }

    /** Closes the sockets of a load, whatever it is at, and ends its answers. */
    public void rest() throws IOException {
        talk.say("rest");
        talk.skipTo("resting");
    }

    /** Whether it can take on another load. */
    public boolean isAlive() {
        return talk.isAlive();
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
        talk.say("subscribe");
    }

    /**
     * Waits until all subscribers follow their topics.
     *
     * @return how long that took each of them from its request on, in nanoseconds
     */
    public Histogram awaitSubscribed() throws IOException {
        return LoadResult.decode(talk.expect("subscribed"));
    }

    /** Publishes: first to warm up, then measured. */
    public <T> Published<T> publish(int rate, double warmSeconds, double seconds, Probe<T> probe) throws IOException {
        talk.say("publish " + rate + " " + warmSeconds + " " + seconds);
        talk.expect("measuring");
        T before = probe.read();
        talk.expect("measured");
        T after = probe.read();
        return new Published<>(before, after, json.readValue(talk.expect("result"), LoadResult.class));
    }

    /** Stops so many answers, so many a second, while all say so many tokens a second. */
    public StopResult stop(int count, int perSecond, int rate) throws IOException {
        talk.say("stop " + count + " " + perSecond + " " + rate);
        return json.readValue(talk.expect("stopped"), StopResult.class);
    }

    @Override
    public void close() {
        talk.close();
    }
}
