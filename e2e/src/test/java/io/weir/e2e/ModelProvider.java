package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The model behind a real agent: an OpenAI-compatible endpoint that streams the same {@value #WORDS} words to everybody.
 * A question with {@code (pause after 40)} in it gets so many of them, and the others after {@link #goOn}.
 */
final class ModelProvider implements AutoCloseable {
    static final int WORDS = 100;
    static final int PROMPT_TOKENS = 321;

    private static final Duration PACE = Duration.ofMillis(5);
    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(50);
    private static final Pattern PAUSE = Pattern.compile("\\(pause after (\\d+)\\)");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger cut = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(1);

    /** Listens on a free port of the loopback address. */
    ModelProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", this::complete);
        server.start();
    }

    /** Base URL, as OpenAI's clients take it. */
    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    /** Everything it says to a question. */
    static String answer() {
        return words(WORDS);
    }

    /** The beginning of what it says. */
    static String words(int count) {
        return IntStream.range(0, count).mapToObj(ModelProvider::word).collect(Collectors.joining());
    }

    private static String word(int number) {
        return number == 0 ? "Really" : " w" + number;
    }

    /** What it has been asked, one after the other; an answer to each has begun. */
    List<JsonNode> requests() {
        return List.copyOf(requests);
    }

    /** Answers whose reader went away in the middle. */
    int cut() {
        return cut.get();
    }

    /** All answers that pause now go on. */
    void goOn() {
        CountDownLatch open = gate;
        gate = new CountDownLatch(1);
        open.countDown();
    }

    private void complete(HttpExchange exchange) throws IOException {
        CountDownLatch here = gate;
        JsonNode request = Json.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        int pause = pauseAfter(request);
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        requests.add(request);
        try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < WORDS; i++) {
                if (i == pause) {
                    pause(out, here);
                }
                say(out, chunk(request, List.of(Map.of("index", 0, "delta", Map.of("content", word(i))))));
                Thread.sleep(PACE);
            }
            say(out, chunk(request, List.of(Map.of("index", 0, "delta", Map.of(), "finish_reason", "stop"))));
            say(out, usage(request));
            write(out, "data: [DONE]\n\n");
        } catch (IOException _) {
            cut.incrementAndGet();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes comments meanwhile, which nobody but a closed connection minds. */
    private static void pause(OutputStream out, CountDownLatch gate) throws IOException, InterruptedException {
        while (!gate.await(SIGN_OF_LIFE.toMillis(), TimeUnit.MILLISECONDS)) {
            write(out, ": still here\n\n");
        }
    }

    /** The last such wish in the conversation that ends with this question; -1 for none. */
    private static int pauseAfter(JsonNode request) {
        return PAUSE.matcher(request.path("messages").toString())
                .results()
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .reduce(-1, (_, last) -> last);
    }

    private static Map<String, Object> chunk(JsonNode request, List<?> choices) {
        return Map.of(
                "id",
                "chatcmpl-1",
                "object",
                "chat.completion.chunk",
                "created",
                1,
                "model",
                request.path("model").asText(),
                "choices",
                choices);
    }

    private static Map<String, Object> usage(JsonNode request) {
        Map<String, Object> last = new HashMap<>(chunk(request, List.of()));
        last.put(
                "usage",
                Map.of(
                        "prompt_tokens", PROMPT_TOKENS,
                        "completion_tokens", WORDS,
                        "total_tokens", PROMPT_TOKENS + WORDS));
        return last;
    }

    private static void say(OutputStream out, Map<String, ?> data) throws IOException {
        write(out, "data: " + Json.write(data) + "\n\n");
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
