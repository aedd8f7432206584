package io.weir.bench.promises;

import io.weir.bench.measure.ProcessMeter;
import io.weir.local.stack.LocalStack;
import io.weir.local.stack.Part;
import io.weir.local.stack.StackException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;

/** The same answers of the demo agents, streamed and waited for as a whole. */
final class Waiting {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final double MEMORY_AT = 0.8;

    private final Plan plan;

    Waiting(Plan plan) {
        this.plan = plan;
    }

    /**
     * One way of asking.
     *
     * @param firstMillis until a person can begin to read: median
     * @param wholeMillis until the end: median
     * @param grownBytes what edge and gateway have grown by near the end
     */
    record Seen(double firstMillis, double wholeMillis, long grownBytes) {}

    /** Both ways, in one run. */
    record Both(Seen streamed, Seen waited) {}

    Both measure(Path folder) throws IOException, InterruptedException, StackException {
        try (LocalStack stack = LocalStack.builder()
                .dataDirectory(folder)
                .fresh()
                .freePorts()
                .environment(Part.EDGE, "WEIR_EDGE_ADMISSION_STARTS_PER_SECOND", "10000")
                .environment(Part.EDGE, "WEIR_EDGE_ADMISSION_BURST", "10000")
                .build()) {
            stack.start();
            List<String> users = new ArrayList<>();
            for (int user = 0; user < plan.answers(); user++) {
                users.add(stack.token("user-" + user));
            }
            ask(stack, users, true);
            ask(stack, users, false);
            Seen streamed = ask(stack, users, true);
            return new Both(streamed, ask(stack, users, false));
        }
    }

    private record Times(double firstMillis, double wholeMillis) {}

    private Seen ask(LocalStack stack, List<String> users, boolean stream) throws IOException, InterruptedException {
        var meter = new ProcessMeter(stack.pid(Part.EDGE), stack.pid(Part.GATEWAY));
        long before = meter.read().memoryBytes();
        URI uri = URI.create(stack.url(Part.EDGE) + "/v1/responses");
        try (HttpClient http = HttpClient.newHttpClient();
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Times>> all = users.stream()
                    .map(user -> readers.submit(() -> read(http, request(uri, user, stream))))
                    .toList();
            TimeUnit.MILLISECONDS.sleep(Math.round(MEMORY_AT * 1_000 * plan.tokens() / plan.rate()));
            long grown = meter.read().memoryBytes() - before;
            List<Times> times = new ArrayList<>();
            for (Future<Times> one : all) {
                times.add(one.get());
            }
            return new Seen(
                    median(times.stream().mapToDouble(Times::firstMillis)),
                    median(times.stream().mapToDouble(Times::wholeMillis)),
                    grown);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private HttpRequest request(URI uri, String user, boolean stream) {
        String body = "{\"model\":\"demo\",\"stream\":%s,\"input\":\"Tell me all. [[tokens=%d rate=%d]]\"}"
                .formatted(stream, plan.tokens(), plan.rate());
        return HttpRequest.newBuilder(uri)
                .timeout(LONGEST)
                .header("Authorization", "Bearer " + user)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** The first line that shows text is what a person sees first. */
    private static Times read(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        long asked = System.nanoTime();
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException("an answer has status " + response.statusCode());
        }
        double first = Double.NaN;
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (Double.isNaN(first) && (line.contains("output_text.delta") || line.startsWith("{"))) {
                    first = millisSince(asked);
                }
            }
        }
        return new Times(first, millisSince(asked));
    }

    private static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
