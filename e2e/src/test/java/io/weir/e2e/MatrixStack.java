package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.local.stack.LocalStack;
import io.weir.local.stack.Part;
import io.weir.local.stack.StackBuilder;
import io.weir.local.stack.StackException;
import io.weir.streams.faults.RedisServers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A stack of the matrix's own: short limits, an agent for every dialect, and Redis under the relay where this machine has
 * one.
 */
final class MatrixStack implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final LocalStack local;
    private final Stack stack;
    private final Optional<RedisServers> redis;

    private MatrixStack(LocalStack local, Optional<RedisServers> redis) {
        this.local = local;
        this.stack = new Stack(local);
        this.redis = redis;
    }

    static MatrixStack start() {
        Optional<RedisServers> redis =
                RedisServers.areInstalled() ? Optional.of(RedisServers.single()) : Optional.empty();
        try {
            StackBuilder builder = LocalStack.builder()
                    .dataDirectory(Path.of("target", "matrix").toAbsolutePath())
                    .freePorts()
                    .fresh()
                    .environment(Part.METERING, "WEIR_METERING_WELCOME_MICRO", "0")
                    .environment(Part.GATEWAY, "WEIR_DRAIN_DEADLINE", "2s")
                    .environment(Part.GATEWAY, "WEIR_GATEWAY_UNWATCHED", "stop")
                    .environment(Part.GATEWAY, "WEIR_GATEWAY_TIMES_UNWATCHED", "3s")
                    .environment(Part.GATEWAY, "WEIR_GATEWAY_TIMES_FIRST_DELTA", "15s")
                    .environment(Part.GATEWAY, "WEIR_GATEWAY_TIMES_SILENCE", "15s")
                    .environment(Part.GATEWAY, "WEIR_GATEWAY_TIMES_STREAM", "55s")
                    .environment(Part.GATEWAY, "WEIR_GATEWAY_UPSTREAM_PROBE_EVERY", "2s")
                    .environment(Part.GATEWAY, "WEIR_GATEWAY_UPSTREAM_PROBE_AGAIN", "500ms")
                    .environment(Part.RELAY, "WEIR_RELAY_INGEST_SUSPECT_AFTER", "5s")
                    .environment(Part.RELAY, "WEIR_RELAY_INGEST_PING_EVERY", "1s");
            redis.ifPresent(servers -> builder.environment(Part.RELAY, "WEIR_RELAY_LOG", "redis")
                    .environment(
                            Part.RELAY,
                            "WEIR_RELAY_REDIS_HOSTS",
                            servers.hosts().getFirst().toString()));
            for (MatrixAgent agent : MatrixAgent.values()) {
                configure(builder, agent);
            }
            LocalStack local = builder.build();
            local.start();
            return new MatrixStack(local, redis);
        } catch (IOException | StackException e) {
            redis.ifPresent(RedisServers::close);
            throw new AssertionError("the stack did not start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void configure(StackBuilder builder, MatrixAgent agent) {
        String name = "weir.agents." + agent.agent() + ".";
        builder.setting(name + "app", agent.agent())
                .setting(name + "dialect", agent.dialect())
                .setting(name + "price", "default")
                // A lease of 600 tokens: few streams need an extension, and those that do, soon.
                .setting(name + "tokens-per-second", "10")
                .setting(name + "learn", "false")
                .setting(name + "max-output-tokens", "4096");
        if (!agent.model().isEmpty()) {
            builder.setting(name + "upstream-model", agent.model());
        }
        String machine = "weir.machines." + agent.agent() + "-1.";
        builder.setting(machine + "app", agent.agent())
                .setting(machine + "address", "${weir.machines.demo-1.address}")
                .setting(machine + "secret", "${weir.machines.demo-1.secret}");
    }

    Stack stack() {
        return stack;
    }

    /** True if there is a Redis to be killed. */
    boolean hasRedis() {
        return redis.isPresent();
    }

    void kill(Part part) {
        try {
            local.kill9(part);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Starts a part again, stopping it first as an operator would where it still runs, and waits until all is well. */
    void restart(Part part) {
        try {
            local.restart(part);
        } catch (IOException | StackException e) {
            throw new AssertionError(part + " did not come back: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        awaitWell();
    }

    void killRedis() {
        redis.orElseThrow().kill(redisPort());
    }

    void restartRedis() {
        redis.orElseThrow().restart(redisPort());
        awaitWell();
    }

    private int redisPort() {
        return redis.orElseThrow().ports().iterator().next();
    }

    /** Stops a process from running, as a machine that hangs does, and lets it go on. */
    void pause(Part part, Duration length) {
        try {
            signal("-STOP", local.pid(part));
            Thread.sleep(length.toMillis());
            signal("-CONT", local.pid(part));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", name, Long.toString(pid)).start().waitFor(10, TimeUnit.SECONDS);
    }

    /** Every service is ready and every machine healthy. */
    void awaitWell() {
        stack.awaitHealthy();
        User admin = stack.user("admin");
        Awaitility.await("every machine is healthy")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> healthy(admin));
    }

    private static boolean healthy(User admin) {
        var response = admin.get("/api/machines");
        if (response.statusCode() != 200) {
            return false;
        }
        JsonNode machines = Json.parse(response.body());
        JsonNode all = machines.isArray() ? machines : machines.path("machines");
        for (JsonNode machine : all) {
            if (!machine.path("healthy").asBoolean()
                    || machine.path("leftAlone").asBoolean()) {
                return false;
            }
        }
        return !all.isEmpty();
    }

    @Override
    public void close() {
        local.stop();
        redis.ifPresent(RedisServers::close);
    }
}
