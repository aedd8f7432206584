package io.weir.gateway.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.TenantId;
import io.weir.gateway.config.ChoiceRule;
import io.weir.gateway.machines.MachineSpec.Source;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChooserTest {
    private static final MachineHealth.Rules RULES = new MachineHealth.Rules(
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            5,
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            () -> 0.5);

    private final Chooser chooser = new Chooser(ChoiceRule.LEAST_STREAMS);
    private final SessionKey alices = key("default", "alice", "s1");
    private final Machine a = machine("a", 0, Map.of());
    private final Machine b = machine("b", 0, Map.of());
    private final Machine ofAlice = machine("of-alice", 0, Map.of("account", "alice"));
    private final Machine ofSession = machine("of-s1", 0, Map.of("session", "s1"));

    @Test
    void takesTheOneWithTheFewestStreams() {
        enter(a, 2);
        enter(b, 1);
        assertThat(choose(List.of(a, b), wish(), null)).isEqualTo(use(b));
    }

    @Test
    void countsStreamsOfOtherGateways() {
        enter(a, 1);
        b.elsewhere(2);
        assertThat(choose(List.of(a, b), wish(), null)).isEqualTo(use(a));
    }

    @Test
    void stopsAtCapacity() {
        Machine small = machine("small", 2, Map.of());
        enter(small, 1);
        enter(a, 5);
        assertThat(choose(List.of(a, small), wish(), null)).isEqualTo(use(small));
        enter(small, 1);
        assertThat(choose(List.of(a, small), wish(), null)).isEqualTo(use(a));
        assertThat(choose(List.of(small), wish(), null)).isEqualTo(new Choice.None());
        assertThat(choose(List.of(small), wish(), small.id()))
                .as("a conversation waits for room on its machine")
                .isEqualTo(new Choice.None());
    }

    @Test
    void takesEachInTurnWhereAsked() {
        var inTurn = new Chooser(ChoiceRule.ROUND_ROBIN);
        enter(a, 50);
        List<String> ids = IntStream.range(0, 4)
                .mapToObj(_ -> inTurn.choose(List.of(a, b), wish(), null, Set.of()))
                .map(choice -> ((Choice.Use) choice).machine().id().id())
                .toList();
        assertThat(ids).containsExactly("a", "b", "a", "b");
    }

    @Test
    void prefersTheSessionsOwnThenTheAccountsThenTheSharedFleet() {
        List<Machine> all = List.of(a, ofAlice, ofSession);
        assertThat(choose(all, wish(), null)).isEqualTo(use(ofSession));
        ofSession.draining(true);
        assertThat(choose(all, wish(), null)).isEqualTo(use(ofAlice));
        ofAlice.health().refused("x", 0, Instant.EPOCH);
        assertThat(choose(all, wish(), null)).isEqualTo(use(a));
    }

    @Test
    void givesAMachineOfAnAccountToNobodyElse() {
        List<Machine> all = List.of(ofAlice);
        assertThat(chooser.choose(all, wish(key("default", "bob", "s1"), Optional.empty()), null, Set.of()))
                .isEqualTo(new Choice.None());
        assertThat(chooser.choose(all, wish(key("other", "alice", "s1"), Optional.empty()), null, Set.of()))
                .as("another tenant's alice")
                .isEqualTo(new Choice.None());
        assertThat(chooser.choose(all, wish(key("default", "bob", "s1"), Optional.of("of-alice")), null, Set.of()))
                .as("not by name either")
                .isEqualTo(new Choice.None());
    }

    @Test
    void takesTheMachineThatIsAskedForOrNone() {
        enter(b, 9);
        assertThat(choose(List.of(a, b, ofAlice), wish(alices, Optional.of("b")), a.id()))
                .isEqualTo(new Choice.Use(b, true));
        assertThat(choose(List.of(a), wish(alices, Optional.of("b")), null)).isEqualTo(new Choice.None());
        b.draining(true);
        assertThat(choose(List.of(a, b), wish(alices, Optional.of("b")), null)).isEqualTo(new Choice.None());
    }

    @Test
    void keepsAConversationOnItsMachineAndMovesItOnlyWhereItMay() {
        enter(a, 9);
        assertThat(choose(List.of(a, b), wish(), a.id())).isEqualTo(use(a));
        a.health().refused("x", 0, Instant.EPOCH);
        assertThat(choose(List.of(a, b), wish(), a.id())).isEqualTo(new Choice.Use(b, true));
        var bound = new Wish("demo", alices, false, Optional.empty());
        assertThat(chooser.choose(List.of(a, b), bound, a.id(), Set.of())).isEqualTo(new Choice.Bound());
        assertThat(chooser.choose(List.of(b), bound, a.id(), Set.of()))
                .as("its machine has left")
                .isEqualTo(new Choice.Bound());
    }

    @Test
    void neverTakesOneTwice() {
        assertThat(chooser.choose(List.of(a, b), wish(), null, Set.of(a))).isEqualTo(use(b));
        assertThat(chooser.choose(List.of(a, b), wish(), null, Set.of(a, b))).isEqualTo(new Choice.None());
    }

    private Choice choose(List<Machine> fleet, Wish wish, @org.jspecify.annotations.Nullable MachineId own) {
        return chooser.choose(fleet, wish, own, Set.of());
    }

    private static Choice use(Machine machine) {
        return new Choice.Use(machine, false);
    }

    private Wish wish() {
        return wish(alices, Optional.empty());
    }

    private static Wish wish(SessionKey session, Optional<String> machine) {
        return new Wish("demo", session, true, machine);
    }

    private static SessionKey key(String tenant, String account, String session) {
        return new SessionKey(new TenantId(tenant), new AccountId(account), new SessionId(session));
    }

    private static void enter(Machine machine, int streams) {
        IntStream.range(0, streams).forEach(_ -> machine.enter());
    }

    private static Machine machine(String id, int capacity, Map<String, String> labels) {
        var spec = new MachineSpec(
                new MachineId("demo", id),
                URI.create("http://127.0.0.1:1"),
                capacity,
                labels,
                Optional.empty(),
                Source.CONFIGURATION);
        return new Machine(spec, TestSecrets.none(), new MachineHealth(RULES));
    }
}
