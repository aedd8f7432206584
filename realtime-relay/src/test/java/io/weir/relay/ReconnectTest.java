package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Connections cut at random moments, again and again: every client ends with exactly the text. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class ReconnectTest {
    private static final long SEED = 20261128;
    private static final int TOPICS = 5;
    private static final int STREAMS_A_TOPIC = 4;
    private static final int WORDS = 100;
    private static final int CUTS = 200;
    private static final long WAIT_MILLIS = 20_000;

    @TestHTTPResource("/")
    URI base;

    @Test
    void losesNothingAndTellsNothingTwiceOverManyDisconnects() throws InterruptedException {
        // Given twenty streams on five topics, each topic followed in four ways
        var random = new Random(SEED);
        List<Story> stories = new ArrayList<>();
        List<Client> clients = new ArrayList<>();
        long since = System.currentTimeMillis() - 1000;
        try (var gateway = new TestGateway(base)) {
            for (int topic = 0; topic < TOPICS; topic++) {
                String name = "session:cut-" + topic;
                List<Story> told = new ArrayList<>();
                for (int i = 0; i < STREAMS_A_TOPIC; i++) {
                    var story = new Story(TestGateway.newStream());
                    gateway.open(story.stream, 1, TestGateway.header("ada", "cut-" + topic, null));
                    told.add(story);
                }
                stories.addAll(told);
                clients.add(new SocketClient(name, told, "1.0.0", since));
                clients.add(new SocketClient(name, told, "2.0.0", since));
                clients.add(new HttpClient(name, told, false));
                clients.add(new HttpClient(name, told, true));
            }
            clients.forEach(Client::connect);
            // When
            int steps = stories.size() * (WORDS + 1);
            boolean[] cutAt = new boolean[steps];
            random.ints(0, steps).distinct().limit(CUTS).forEach(step -> cutAt[step] = true);
            int cuts = 0;
            List<Story> open = new ArrayList<>(stories);
            for (int step = 0; step < steps; step++) {
                Story story = open.get(random.nextInt(open.size()));
                if (story.goOn(gateway, random)) {
                    open.remove(story);
                }
                if (cutAt[step]) {
                    Client client = clients.get(random.nextInt(clients.size()));
                    client.cut();
                    cuts++;
                    client.connect();
                }
            }
            assertThat(cuts).isEqualTo(CUTS);
            // Then
            long deadline = System.currentTimeMillis() + WAIT_MILLIS;
            for (Client client : clients) {
                while (!client.isComplete() && System.currentTimeMillis() < deadline) {
                    Thread.sleep(20);
                }
                client.check();
            }
        } finally {
            clients.forEach(Client::cut);
        }
    }

    private static final class Story {
        private final StreamId stream;
        private final StringBuilder text = new StringBuilder();
        private long offset;

        Story(StreamId stream) {
            this.stream = stream;
        }

        /** One word more, or the end. */
        boolean goOn(TestGateway gateway, Random random) {
            offset++;
            if (offset > WORDS) {
                gateway.append(stream, 1, TestGateway.terminal(stream, offset, EndReason.COMPLETED, text.toString()));
                return true;
            }
            String word = offset + ":" + Integer.toString(random.nextInt(100_000), 36) + " ";
            text.append(word);
            gateway.append(stream, 1, TestGateway.delta(offset, word));
            return false;
        }
    }

    /** What a client knows of a stream. */
    private static final class Page {
        private final StringBuilder text = new StringBuilder();
        private long last;
        private boolean ended;
    }

    /** A client with the rule that clients are told: skip what is known, a snapshot replaces. */
    private abstract static class Client {
        final String topic;
        private final List<Story> stories;
        private final Map<String, Page> pages = new ConcurrentHashMap<>();
        private final List<String> wrong = new ArrayList<>();
        private final AtomicInteger connections = new AtomicInteger();

        Client(String topic, List<Story> stories) {
            this.topic = topic;
            this.stories = stories;
        }

        abstract void connect();

        abstract void cut();

        /** What came by other connections does not count from now on. */
        synchronized int connected() {
            return connections.incrementAndGet();
        }

        /** An event of a connection; what comes late from one that was cut does not count. */
        synchronized void take(int connection, String event, JsonObject payload) {
            if (connection != connections.get() || !payload.containsKey("streamId")) {
                return;
            }
            Page page = pages.computeIfAbsent(payload.getString("streamId"), _ -> new Page());
            if (event.equals("token")) {
                token(page, payload);
            } else if (event.equals("end")) {
                page.ended = true;
            } else if (event.equals("weir.gap")) {
                wrong.add("gap " + payload);
            }
        }

        private void token(Page page, JsonObject payload) {
            long offset = payload.getLong("offset");
            if (offset <= page.last) {
                return;
            }
            if (payload.getBoolean("snapshot", false)) {
                page.text.setLength(0);
            } else if (payload.getLong("from", offset) != page.last + 1) {
                wrong.add("after " + page.last + " came " + payload);
            }
            page.text.append(payload.getString("text"));
            page.last = offset;
        }

        synchronized boolean isComplete() {
            return stories.stream().allMatch(story -> {
                Page page = pages.get(story.stream.toString());
                return page != null && page.ended;
            });
        }

        synchronized void check() {
            assertThat(wrong).as(toString()).isEmpty();
            for (Story story : stories) {
                Page page = pages.get(story.stream.toString());
                assertThat(page).as("%s knows of the stream", this).isNotNull();
                assertThat(page.text.toString()).as(toString()).isEqualTo(story.text.toString());
                assertThat(page.ended).as("%s has the end", this).isTrue();
            }
        }
    }

    private final class SocketClient extends Client {
        private final String vsn;
        private final long since;
        private @Nullable PhoenixClient socket;

        SocketClient(String topic, List<Story> stories, String vsn, long since) {
            super(topic, stories);
            this.vsn = vsn;
            this.since = since;
        }

        @Override
        void connect() {
            PhoenixClient fresh = vsn.equals("1.0.0") ? PhoenixClient.v1(base) : PhoenixClient.v2(base);
            socket = fresh;
            int connection = connected();
            String payload =
                    "{\"config\":{\"private\":true,\"broadcast\":{\"replay\":{\"since\":%d}}},\"access_token\":\"%s\"}"
                            .formatted(since, Tokens.user("ada"));
            fresh.send(
                    vsn.equals("1.0.0")
                            ? "{\"topic\":\"realtime:%s\",\"event\":\"phx_join\",\"payload\":%s,\"ref\":\"1\",\"join_ref\":\"1\"}"
                                    .formatted(topic, payload)
                            : "[\"1\",\"1\",\"realtime:%s\",\"phx_join\",%s]".formatted(topic, payload));
            Thread.ofVirtual().start(() -> {
                String frame = fresh.poll();
                while (frame != null) {
                    read(connection, frame);
                    frame = fresh.poll();
                }
            });
        }

        private void read(int connection, String frame) {
            if (frame.startsWith("kind 4: ")) {
                String[] parts = frame.substring(8).split("\\|", 4);
                take(connection, parts[1], new JsonObject(parts[3]));
            } else if (frame.startsWith("{")) {
                var object = new JsonObject(frame);
                if (object.getString("event").equals("broadcast")) {
                    JsonObject said = object.getJsonObject("payload");
                    take(connection, said.getString("event"), said.getJsonObject("payload"));
                }
            } else if (frame.startsWith("[")) {
                assertThat(new JsonArray(frame).getJsonObject(4).getString("status"))
                        .isEqualTo("ok");
            }
        }

        @Override
        void cut() {
            PhoenixClient known = socket;
            connected();
            if (known != null) {
                known.cut();
            }
        }

        @Override
        public String toString() {
            return "WebSocket " + vsn + " on " + topic;
        }
    }

    private final class HttpClient extends Client {
        private final boolean ndjson;
        private @Nullable TopicFollower follower;
        private volatile String cursor = "";

        HttpClient(String topic, List<Story> stories, boolean ndjson) {
            super(topic, stories);
            this.ndjson = ndjson;
        }

        @Override
        void connect() {
            var fresh = new TopicFollower(base, topic, "", Tokens.user("ada"), cursor, ndjson);
            follower = fresh;
            int connection = connected();
            fresh.awaitCursor();
            cursor = fresh.cursor();
            Thread.ofVirtual().start(() -> {
                TopicFollower.Event event = fresh.next();
                while (!event.name().equals("closed")) {
                    synchronized (this) {
                        take(connection, event.name(), event.payload());
                        if (follower == fresh) {
                            cursor = fresh.cursor();
                        }
                    }
                    event = fresh.next();
                }
            });
        }

        @Override
        void cut() {
            TopicFollower known;
            synchronized (this) {
                known = follower;
                follower = null;
                connected();
            }
            if (known != null) {
                known.close();
            }
        }

        @Override
        public String toString() {
            return (ndjson ? "NDJSON on " : "SSE on ") + topic;
        }
    }
}
