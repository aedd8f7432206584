package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.local.stack.LocalStack;
import io.weir.local.stack.Part;
import io.weir.local.stack.PartState;
import io.weir.local.stack.StackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The real stack as processes on free ports, started once for all tests of this JVM and stopped with it. */
final class Stack {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Pattern RATE = Pattern.compile("rate=\\d+");
    private static @Nullable Stack shared;

    private final LocalStack stack;
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    /** The tests' view of a stack that somebody has started, and will stop. */
    Stack(LocalStack stack) {
        this.stack = stack;
    }

    static synchronized Stack shared() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    /** Does something with the stack, unless no test has asked for it yet. */
    static synchronized void ifStarted(Consumer<Stack> action) {
        if (shared != null) {
            action.accept(shared);
        }
    }

    private static Stack start() {
        try {
            LocalStack stack = LocalStack.builder()
                    .dataDirectory(Path.of("target", "stack").toAbsolutePath())
                    .freePorts()
                    .fresh()
                    .debugAgents()
                    .environment(Part.METERING, "WEIR_METERING_WELCOME_MICRO", "0")
                    .environment(Part.EDGE, "WEIR_EDGE_ADMISSION_MAX_STREAMS_PER_ACCOUNT", "50")
                    .environment(Part.EDGE, "WEIR_TICKET_KEYS", Tickets.KEYS)
                    .environment(Part.GATEWAY, "WEIR_TICKET_KEYS", Tickets.KEYS)
                    .environment(Part.GATEWAY, "WEIR_AGENT_SECRET_openclaw", OpenClaw.TOKEN)
                    .setting("weir.agents.repeatable.app", "demo")
                    .setting("weir.agents.repeatable.price", "default")
                    .setting("weir.agents.repeatable.idempotent", "true")
                    .build();
            stack.start();
            Runtime.getRuntime().addShutdownHook(new Thread(stack::stop, "stop the stack"));
            return new Stack(stack);
        } catch (IOException | StackException e) {
            throw new AssertionError("the stack did not start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A name that no other test uses. */
    static String fresh(String prefix) {
        return prefix + "-" + NAMES.incrementAndGet() + "-" + Long.toString(System.nanoTime(), 36);
    }

    URI edge() {
        return URI.create(stack.url(Part.EDGE));
    }

    /** Another edge in front of this stack, with some other settings. */
    SecondEdge secondEdge(Map<String, String> settings) {
        try {
            return SecondEdge.like(stack.pid(Part.EDGE), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI gateway() {
        return URI.create(stack.url(Part.GATEWAY));
    }

    /** A machine of the demo agents' fleet that registers at the gateway, and stays until it is closed. */
    RegisteredMachine register(String machine, Map<String, ?> spec) {
        URI self = gateway().resolve("/v1/machines/demo/" + machine);
        return new RegisteredMachine(self, () -> serviceToken(Service.EDGE), spec);
    }

    String realtimeKey() {
        return "weir-local";
    }

    /** A user with an account of its own that holds so many credits. */
    User newUser(String prefix, String credits) {
        User user = user(fresh(prefix));
        BigDecimal amount = new BigDecimal(credits);
        if (amount.signum() > 0) {
            grant(user.name(), amount);
        }
        return user;
    }

    User user(String name) {
        return new User(edge(), name, token(name));
    }

    void grant(String account, BigDecimal credits) {
        String micro = credits.movePointRight(6).toBigIntegerExact().toString();
        HttpResponse<String> response = User.send(metering("/v1/accounts/" + account + "/grants", "admin")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.write(Map.of("amountMicro", micro, "kind", "purchased"))))
                .build());
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 201);
    }

    /** All nine invariants hold; waits until the relay can be asked, and for nothing else. */
    void assertAuditClean() {
        JsonNode audit = Awaitility.await("every invariant is checked")
                .atMost(Duration.ofSeconds(60))
                .until(this::audit, Stack::checked);
        assertThat(audit.path("checkedAt").asText()).isNotBlank();
        assertThat(audit.path("overspentEverMicro").asText()).isEqualTo("0");
        assertThat(audit.path("chain").has("brokenAt")).as(audit.toString()).isFalse();
        assertThat(audit.path("invariants")).as(audit.toString()).hasSize(9).allSatisfy(invariant -> assertThat(
                        invariant.path("violations").asLong(-1))
                .isZero());
    }

    private JsonNode audit() {
        return Json.parse(
                User.send(metering("/v1/audit", "billing").GET().build()).body());
    }

    private static boolean checked(JsonNode audit) {
        return StreamSupport.stream(audit.path("invariants").spliterator(), false)
                .noneMatch(invariant -> invariant.path("state").asText().equals("skipped"));
    }

    private HttpRequest.Builder metering(String path, String user) {
        return HttpRequest.newBuilder(URI.create(stack.url(Part.METERING) + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token(user));
    }

    /** What the demo agent says to that: asked directly, in a hurry, and joined from its deltas. */
    String agentsAnswerTo(String question) {
        return answers.computeIfAbsent(RATE.matcher(question).replaceFirst("rate=2000"), this::ask);
    }

    private String ask(String question) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(stack.url(Part.DEMO_1) + "/v1/responses"))
                    .header("Authorization", "Bearer " + stack.agentToken())
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(
                            Json.write(Map.of("model", "openclaw", "input", question, "stream", true))))
                    .build();
            try (LiveStream live = User.open(request).awaitEnd()) {
                assertThat(live.status()).isEqualTo(200);
                return Dialects.responses(live.frames());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String token(String user) {
        try {
            return stack.token(user);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private String serviceToken(Service service) {
        try {
            return stack.serviceToken(service.part());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    String expiredToken(String user) {
        try {
            return stack.token(user, Duration.ofHours(-1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    void kill(Service service) {
        try {
            stack.kill9(service.part());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    void restart(Service service) {
        try {
            stack.restart(service.part());
        } catch (IOException | StackException e) {
            throw new AssertionError(service + " did not come back: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Starts again whatever a test has left dead. */
    void restoreAll() {
        for (Service service : Service.values()) {
            if (stack.state(service.part()) != PartState.UP) {
                restart(service);
            }
        }
        awaitHealthy();
    }

    /** The edge says that it and all services behind it are ready. */
    void awaitHealthy() {
        Awaitility.await("the stack is healthy")
                .atMost(Duration.ofSeconds(60))
                .until(() -> User.send(HttpRequest.newBuilder(edge().resolve("/q/health/group/stack"))
                                        .GET()
                                        .build())
                                .statusCode()
                        == 200);
    }
}
