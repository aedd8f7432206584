package io.weir.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The generator. Reads commands, one a line, and answers on lines of its own. Loads come one after the other; the agent that it
 * plays is the same for all of them.
 *
 * <pre>
 *   load JSON                                → loaded, or failed WHY              (a {@link LoadSpec}; nothing is connected yet)
 *   subscribe                                → subscribed HISTOGRAM, or failed WHY
 *   publish RATE WARM_SECONDS SECONDS        → measuring, measured, result JSON    (RATE messages a second on each topic)
 *   stop COUNT PER_SECOND RATE              → stopped JSON                        (at RATE messages a second on each topic)
 *   rest                                     → resting                             (the load's sockets are closed)
 *   quit
 * </pre>
 */
public final class LoadMain {
    private static final int SUBSCRIBE_SECONDS = 120;
    private static final int END_MILLIS = 10_000;

    private final ObjectMapper json = new ObjectMapper();
    private final PrintStream out;
    private final AgentServer agent = new AgentServer();
    private @Nullable Load load;

    private LoadMain(PrintStream out) {
        this.out = out;
    }

    private record Load(LoadSpec spec, SubscriberLoop loop, Thread thread, Publishing publishing) {
        void end() throws IOException, InterruptedException {
            loop.stop();
            thread.join(END_MILLIS);
            publishing.close();
        }
    }

    /** Runs until it is told to quit or nobody listens any more. */
    public static void main(String[] args) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var main = new LoadMain(System.out);
        for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
            try {
                main.command(line.split(" ", 2));
            } catch (IOException | IllegalStateException | TimeoutException e) {
                main.out.println("failed " + e.toString().replace('\n', ' '));
            }
        }
        main.rest();
        System.exit(0);
    }

    private void command(String[] words) throws Exception {
        switch (words[0]) {
            case "load" -> load(json.readValue(words[1], LoadSpec.class));
            case "subscribe" -> subscribe(loaded());
            case "publish" -> {
                String[] how = words[1].split(" ", -1);
                LoadResult result = loaded().publishing()
                        .run(Integer.parseInt(how[0]), Double.parseDouble(how[1]), Double.parseDouble(how[2]));
                out.println("result " + json.writeValueAsString(result));
            }
            case "stop" -> {
                String[] how = words[1].split(" ", -1);
                StopResult result = loaded().publishing()
                        .stop(Integer.parseInt(how[0]), Integer.parseInt(how[1]), Integer.parseInt(how[2]));
                out.println("stopped " + json.writeValueAsString(result));
            }
            case "rest" -> {
                rest();
                out.println("resting");
            }
            default -> out.println("failed unknown command " + words[0]);
        }
    }

    private Load loaded() {
        if (load == null) {
            throw new IllegalStateException("there is no load");
        }
        return load;
    }

    private void load(LoadSpec spec) throws IOException, InterruptedException {
        rest();
        var loop = new SubscriberLoop(spec);
        var thread = new Thread(loop, "subscribers");
        thread.setDaemon(true);
        Publisher publisher = spec.kind().publisher(spec, agent);
        load = new Load(spec, loop, thread, new Publishing(spec, publisher, loop, thread, out::println));
        out.println("loaded");
    }

    private void rest() throws IOException, InterruptedException {
        if (load != null) {
            Load ended = load;
            load = null;
            ended.end();
        }
    }

    private void subscribe(Load on) throws Exception {
        SubscriberLoop loop = on.loop();
        on.thread().start();
        int ready = loop.settled().get(SUBSCRIBE_SECONDS, TimeUnit.SECONDS);
        String why = loop.ask(() -> String.valueOf(loop.firstFailure())).get(SUBSCRIBE_SECONDS, TimeUnit.SECONDS);
        String joins = loop.ask(() -> LoadResult.encode(loop.joins())).get(SUBSCRIBE_SECONDS, TimeUnit.SECONDS);
        int wanted = on.spec().subscribers();
        out.println(
                ready == wanted
                        ? "subscribed " + joins
                        : "failed " + ready + " of " + wanted + " subscribers are ready: " + why);
    }
}
