package io.weir.edge.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A response that is read event by event; every wait is bounded. */
public final class Reading implements AutoCloseable {
    /** Stands for a regular end of the body. */
    public static final String END = "<end>";
    /** Stands for a connection that was cut. */
    public static final String CUT = "<cut>";

    private final HttpResponse<InputStream> response;
    private final BlockingQueue<String> blocks = new LinkedBlockingQueue<>();

    Reading(HttpResponse<InputStream> response) {
        this.response = response;
        Thread.ofVirtual().start(this::pump);
    }

    public int status() {
        return response.statusCode();
    }

    public HttpClient.Version version() {
        return response.version();
    }

    public HttpHeaders headers() {
        return response.headers();
    }

    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** The next event, its lines joined by {@code |}; heartbeats are skipped. */
    public String next() throws InterruptedException {
        String block = raw();
        while (block.equals(": heartbeat")) {
            block = raw();
        }
        return block;
    }

    /** The next event or comment. */
    public String raw() throws InterruptedException {
        String block = blocks.poll(10, TimeUnit.SECONDS);
        return Objects.requireNonNull(block, "the next event did not come");
    }

    /** The next event whose text contains this. */
    public String until(String part) throws InterruptedException {
        while (true) {
            String block = next();
            if (block.contains(part)) {
                return block;
            }
            assertThat(block).as("before " + part).isNotEqualTo(END).isNotEqualTo(CUT);
        }
    }

    /** Everything up to the end, one event a line. */
    public String rest() throws InterruptedException {
        var all = new StringBuilder();
        for (String block = next(); ; block = next()) {
            all.append(block).append('\n');
            if (block.equals(END) || block.equals(CUT)) {
                return all.toString();
            }
        }
    }

    /** The reader leaves. */
    @Override
    public void close() throws IOException {
        response.body().close();
    }

    private void pump() {
        try (var reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            var block = new StringBuilder();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isEmpty()) {
                    blocks.add(block.toString());
                    block.setLength(0);
                } else {
                    block.append(block.isEmpty() ? "" : "|").append(line);
                }
            }
            blocks.add(block + END);
        } catch (IOException e) {
            blocks.add(CUT);
        }
    }
}
