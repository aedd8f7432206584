package io.weir.gateway.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.AgentDialect;
import io.weir.gateway.machines.FleetStore.Put;
import io.weir.gateway.machines.FleetStore.Registered;
import io.weir.gateway.machines.FleetStore.State;
import io.weir.gateway.machines.MachineSpec.Source;
import io.weir.gateway.machines.SecretReference.Kind;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What holds for every store of a fleet. */
abstract class FleetStoreRules {
    private static final Duration LEASE = Duration.ofMillis(400);
    private static final Duration LONG = Duration.ofMinutes(5);

    abstract FleetStore store();

    /** Lets time pass for the store, at least so much. */
    abstract void pass(Duration time);

    @Test
    void keepsARegistrationAsItWasMade() {
        MachineSpec spec = new MachineSpec(
                new MachineId("demo", "full"),
                URI.create("https://agents.example:8443/base"),
                7,
                Map.of("account", "älice", "zone", "fra"),
                Optional.of(new SecretReference(Kind.FILE, "openclaw")),
                Optional.of(AgentDialect.CHAT_COMPLETIONS),
                Source.REGISTERED);
        assertThat(done(store().put(spec, LONG, 5))).isEqualTo(Put.CREATED);
        assertThat(specs()).containsExactly(spec);
        assertThat(done(store().put(machine("full"), LONG, 5))).isEqualTo(Put.RENEWED);
        assertThat(specs()).containsExactly(machine("full"));
    }

    @Test
    void takesNoMoreThanItMay() {
        assertThat(done(store().put(machine("a"), LONG, 2))).isEqualTo(Put.CREATED);
        assertThat(done(store().put(machine("b"), LONG, 2))).isEqualTo(Put.CREATED);
        assertThat(done(store().put(machine("c"), LONG, 2))).isEqualTo(Put.FULL);
        assertThat(done(store().put(machine("b"), LONG, 2))).isEqualTo(Put.RENEWED);
        assertThat(done(store().remove(new MachineId("demo", "a")))).isTrue();
        assertThat(done(store().put(machine("c"), LONG, 2))).isEqualTo(Put.CREATED);
    }

    @Test
    void forgetsAMachineThatIsSilent() {
        done(store().put(machine("silent"), LEASE, 5));
        done(store().put(machine("lively"), LEASE, 5));
        done(store().drain(new MachineId("demo", "silent"), true));
        assertThat(done(store().heartbeat(new MachineId("demo", "lively"), LONG)))
                .isTrue();
        pass(LEASE.plusMillis(1));
        assertThat(specs()).containsExactly(machine("lively"));
        assertThat(look().draining()).isEmpty();
        assertThat(done(store().heartbeat(new MachineId("demo", "silent"), LONG)))
                .isFalse();
    }

    @Test
    void leavesOnce() {
        done(store().put(machine("a"), LONG, 5));
        assertThat(done(store().remove(new MachineId("demo", "a")))).isTrue();
        assertThat(done(store().remove(new MachineId("demo", "a")))).isFalse();
        assertThat(specs()).isEmpty();
    }

    @Test
    void notesWhoDrainsWhoeverBroughtIt() {
        var configured = new MachineId("demo", "configured");
        done(store().drain(configured, true));
        assertThat(look().draining()).containsExactly(configured);
        done(store().drain(configured, false));
        assertThat(look().draining()).isEmpty();
    }

    State look() {
        return done(store().look(Map.of()));
    }

    private List<MachineSpec> specs() {
        return look().machines().stream().map(Registered::spec).toList();
    }

    static MachineSpec machine(String id) {
        return new MachineSpec(
                new MachineId("demo", id),
                URI.create("http://127.0.0.1:1"),
                0,
                Map.of(),
                Optional.empty(),
                Source.REGISTERED);
    }

    static <T> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
