package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.contracts.id.StreamId;
import io.weir.local.stack.LocalStack;
import io.weir.local.stack.Part;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Two hundred clients at once on one account with credit for fifty holds, while metering is killed and PostgreSQL is
 * restarted under them. Each repeats what it is not answered, as edge and gateway do.
 */
class CrowdTest {
    private static final int CLIENTS = 200;
    private static final int HOLDS = 50;
    /** 100 prompt tokens and 100 tokens of output at the default price. */
    private static final long HOLD = 250;
    /** 100 prompt tokens and 30 tokens of output. */
    private static final long CHARGE = 110;

    private static final int PATIENCE = 4;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final RandomGenerator RANDOM = new SecureRandom();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final long deadline = System.nanoTime() + LIMIT.toNanos();

    @Test
    void neverOverspendsNorKeepsAPhantomHold() throws Exception {
        try (LocalStack stack = LocalStack.builder()
                .dataDirectory(Path.of("target", "crowd").toAbsolutePath())
                .freePorts()
                .fresh()
                .only(Part.POSTGRES, Part.ISSUER, Part.METERING)
                .environment(Part.METERING, "WEIR_METERING_WELCOME_MICRO", "0")
                .build()) {
            stack.start();
            String metering = stack.url(Part.METERING);
            String service = stack.serviceToken(Part.GATEWAY);
            String admin = stack.token("admin");
            String account = "crowd";
            call(
                    "POST",
                    metering + "/v1/accounts/" + account + "/grants",
                    admin,
                    "{\"amountMicro\":\"" + HOLDS * HOLD + "\"}");

            // When
            long settled = 0;
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Integer> looks = threads.submit(() -> watch(metering, account, service));
                List<Future<Integer>> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(threads.submit(() -> work(metering, account, service)));
                }
                Future<Integer> disturbed = threads.submit(() -> disturb(stack));
                for (var client : clients) {
                    settled += client.get();
                }
                over.set(true);
                assertThat(disturbed.get()).isGreaterThanOrEqualTo(2);
                assertThat(looks.get()).isPositive();
            }

            // Then: to the micro-credit, and nobody waits for credit that nobody holds
            JsonNode view = call("GET", metering + "/v1/accounts/" + account, service, "")
                    .body();
            assertThat(settled).isGreaterThanOrEqualTo(HOLDS);
            assertThat(view.path("balanceMicro").asLong()).isEqualTo(HOLDS * HOLD - settled * CHARGE);
            assertThat(view.path("heldMicro").asLong()).isZero();
            assertThat(view.path("openStreams").asLong()).isZero();
            provesItself(call("GET", metering + "/v1/audit", stack.token("billing"), "")
                    .body());
        }
    }

    private static void provesItself(JsonNode audit) {
        assertThat(audit.path("overspentEverMicro").asText()).isEqualTo("0");
        assertThat(audit.path("invariants")).hasSize(9).allSatisfy(line -> {
            // There is no relay here.
            boolean skipped = line.path("state").asText().equals("skipped");
            assertThat(skipped).isEqualTo(line.path("id").asText().equals("I7"));
            assertThat(line.path("violations").asLong(skipped ? 0 : -1))
                    .as(line.toString())
                    .isZero();
        });
    }

    /** Answers until there is no credit any more: how many were charged. */
    private int work(String metering, String account, String service) throws InterruptedException {
        int charged = 0;
        int refused = 0;
        while (refused < PATIENCE) {
            StreamId stream = StreamId.next(InstantSource.system(), RANDOM);
            Answer reserve = call(
                    "POST",
                    metering + "/v1/holds",
                    service,
                    Json.write(Map.ofEntries(
                            Map.entry("streamId", stream.toString()),
                            Map.entry("account", account),
                            Map.entry("session", "s"),
                            Map.entry("agent", "demo"),
                            Map.entry("promptTokens", 100),
                            Map.entry("maxOutputTokens", 100),
                            Map.entry("maxOpenStreams", CLIENTS),
                            Map.entry("idempotencyKey", stream.toString()),
                            Map.entry("keyUntilEnd", false),
                            Map.entry("bodyHash", "0".repeat(64)),
                            Map.entry("byok", false),
                            Map.entry("lifeSeconds", 3600))));
            if (reserve.status() == 402) {
                refused++;
                Thread.sleep(50);
                continue;
            }
            assertThat(reserve.status()).as(reserve.body().toString()).isBetween(200, 201);
            String hold = metering + "/v1/holds/" + stream;
            Answer claim = call(
                    "POST",
                    hold + "/claim",
                    service,
                    "{\"gateway\":\"crowd\",\"incarnation\":\"1\",\"address\":\"http://crowd\"}");
            assertThat(claim.body().path("won").asBoolean())
                    .as(claim.body().toString())
                    .isTrue();
            boolean whole = reserve.body().path("grantedMicro").asLong() >= CHARGE;
            Answer settle = call("POST", hold + "/settle", service, settlement(whole ? 30 : 0, whole ? 100 : 0));
            assertThat(settle.status()).as(settle.body().toString()).isEqualTo(200);
            assertThat(settle.body().path("chargeMicro").asLong()).isEqualTo(whole ? CHARGE : 0);
            charged += whole ? 1 : 0;
        }
        return charged;
    }

    private static String settlement(int output, int input) {
        return "{\"epoch\":1,\"totals\":{\"input\":" + input + ",\"cached\":0,\"cacheWrite\":0,\"output\":" + output
                + ",\"reasoning\":0},\"usageSource\":\"counted\",\"reason\":\"completed\","
                + "\"startedAt\":\"2026-01-01T00:00:00Z\",\"endedAt\":\"2026-01-01T00:00:01Z\"}";
    }

    /** Looks at the account all the while: how often it could. */
    private int watch(String metering, String account, String service) throws InterruptedException {
        int looks = 0;
        while (!over.get()) {
            JsonNode view = call("GET", metering + "/v1/accounts/" + account, service, "")
                    .body();
            long balance = view.path("balanceMicro").asLong();
            long held = view.path("heldMicro").asLong();
            assertThat(held).isBetween(0L, balance);
            assertThat(view.path("openStreams").asLong()).isBetween(0L, (long) CLIENTS);
            looks++;
            Thread.sleep(20);
        }
        return looks;
    }

    /** Kills metering and restarts PostgreSQL, in turns, each after some more answers: how often. */
    private int disturb(LocalStack stack) throws Exception {
        int times = 0;
        for (long next = 100; next <= 400 && answersReach(next); next += 100) {
            if (times % 2 == 0) {
                stack.kill9(Part.METERING);
                stack.restart(Part.METERING);
            } else {
                stack.restartPostgres();
            }
            times++;
        }
        return times;
    }

    private boolean answersReach(long number) throws InterruptedException {
        while (answers.get() < number && !over.get()) {
            Thread.sleep(5);
        }
        return !over.get();
    }

    private record Answer(int status, JsonNode body) {}

    /** Asks until metering is there to answer. */
    private Answer call(String method, String url, String token, String body) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(15))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        while (true) {
            assertThat(System.nanoTime()).as(url).isLessThan(deadline);
            try {
                HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
                if (response.statusCode() != 503) {
                    answers.incrementAndGet();
                    return new Answer(response.statusCode(), Json.parse(response.body()));
                }
            } catch (IOException dead) {
                // Killed in the middle of it, or not started again yet.
                assertThat(System.nanoTime()).as(dead.toString()).isLessThan(deadline);
            }
            Thread.sleep(50);
        }
    }
}
