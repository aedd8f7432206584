package io.weir.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The generator. Reads a {@link LoadSpec} and then commands, one a line, and answers on lines of its own:
 *
 * <pre>
 *   subscribe                                → subscribed HISTOGRAM, or failed WHY
 *   publish RATE WARM_SECONDS SECONDS        → measuring, measured, result JSON    (RATE messages a second on each topic)
 *   stop COUNT PER_SECOND RATE              → stopped JSON                        (at RATE messages a second on each topic)
 *   quit
 * </pre>
 */
public final class LoadMain {
    private static final int SUBSCRIBE_SECONDS = 120;

    private final LoadSpec spec;
    private final ObjectMapper json;
    private final PrintStream out;
    private final SubscriberLoop loop;
    private final Thread thread;
    private final Publishing publishing;

    private LoadMain(LoadSpec spec, ObjectMapper json, PrintStream out) throws IOException {
        this.spec = spec;
        this.json = json;
        this.out = out;
        this.loop = new SubscriberLoop(spec);
        this.thread = new Thread(loop, "subscribers");
        this.publishing = new Publishing(spec, loop, thread, out::println);
    }

    /** Runs until it is told to quit or nobody listens any more. */
    public static void main(String[] args) throws Exception {
        var json = new ObjectMapper();
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String first = in.readLine();
        if (first == null) {
            return;
        }
        var main = new LoadMain(json.readValue(first, LoadSpec.class), json, System.out);
        for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
            try {
                main.command(line.split(" ", -1));
            } catch (IOException | IllegalStateException e) {
                main.out.println("failed " + e.toString().replace('\n', ' '));
            }
        }
        main.loop.stop();
        main.publishing.close();
        System.exit(0);
    }

    private void command(String[] words) throws Exception {
        switch (words[0]) {
            case "subscribe" -> subscribe();
            case "publish" -> {
                LoadResult result = publishing.run(
                        Integer.parseInt(words[1]), Double.parseDouble(words[2]), Double.parseDouble(words[3]));
                out.println("result " + json.writeValueAsString(result));
            }
            case "stop" -> {
                StopResult result = publishing.stop(
                        Integer.parseInt(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]));
                out.println("stopped " + json.writeValueAsString(result));
            }
            default -> out.println("failed unknown command " + words[0]);
        }
    }

    private void subscribe() throws Exception {
        thread.setDaemon(true);
        thread.start();
        int ready = loop.settled().get(SUBSCRIBE_SECONDS, TimeUnit.SECONDS);
        String why = loop.ask(() -> String.valueOf(loop.firstFailure())).get(SUBSCRIBE_SECONDS, TimeUnit.SECONDS);
        String joins = loop.ask(() -> LoadResult.encode(loop.joins())).get(SUBSCRIBE_SECONDS, TimeUnit.SECONDS);
        out.println(
                ready == spec.subscribers()
                        ? "subscribed " + joins
                        : "failed " + ready + " of " + spec.subscribers() + " subscribers are ready: " + why);
    }
}
