package io.weir.relay.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rooms of one node and of two, with a tick that the test makes. */
class PresenceRoomTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Node here = new Node("0000000a");

    /** Bounds as a test wants them. */
    private record Bounds(
            Duration tick, int listed, int members, MemorySize maxPayload, int maxKeyBytes, Duration nodeLease)
            implements PresenceConfig {}

    /** One node with one room; what it tells the others goes to {@code others} at once, or is lost. */
    private static final class Node implements PresenceBus {
        private final NodeId id;
        private final AtomicLong nanos = new AtomicLong();
        private final ArrayDeque<Runnable> ticks = new ArrayDeque<>();
        private final List<PresenceMessage> told = new ArrayList<>();
        private final List<Node> others = new ArrayList<>();
        private final PresenceRoom room;
        private boolean cut;

        Node(String id, int listed, int members) {
            this.id = new NodeId(id);
            var bounds = new Bounds(
                    Duration.ofSeconds(1),
                    listed,
                    members,
                    new MemorySize(BigInteger.TEN),
                    255,
                    Duration.ofSeconds(15));
            room = new Presences(JSON, bounds, this.id, nanos::get).room((_, work) -> ticks.add(work), this);
        }

        Node(String id) {
            this(id, 10, 20);
        }

        void tick() {
            List<Runnable> due = List.copyOf(ticks);
            ticks.clear();
            due.forEach(Runnable::run);
        }

        @Override
        public void tell(PresenceMessage message) {
            told.add(message);
            if (!cut) {
                others.forEach(other -> other.room.heard(id, message));
            }
        }

        void pass(Duration time) {
            nanos.addAndGet(time.toNanos());
        }
    }

    private static MemberChange.Shown shown(long member, String key) {
        return new MemberChange.Shown(member, key, key + member, name("phone"));
    }

    private static PresenceMessage.Changes fresh(long revision, MemberChange... changes) {
        return new PresenceMessage.Changes(0, revision, List.of(changes));
    }

    private static ObjectNode name(String name) {
        return JSON.createObjectNode().put("name", name);
    }

    private Replica watcher() {
        var replica = new Replica();
        here.room.watch(replica);
        return replica;
    }

    @Test
    void tellsTheStateFirstAlsoWhenNobodyIsThere() {
        // When
        Replica early = watcher();
        here.room.track(early, "alice", name("desk"));
        here.tick();
        Replica late = watcher();
        // Then
        assertThat(early.news.getFirst()).isEqualTo(new PresenceNews.State("{}"));
        assertThat(early.shown()).isEqualTo("{alice=[desk]}");
        assertThat(late.shown()).isEqualTo("{alice=[desk]}");
        assertThat(late.news).hasSize(1);
    }

    @Test
    void tellsWhatComesTogetherInOneDiffThatAllShare() {
        // Given
        Replica alice = watcher();
        Replica bob = watcher();
        // When
        here.room.track(alice, "alice", name("desk"));
        here.room.track(bob, "bob", name("phone"));
        assertThat(bob.news).hasSize(1);
        here.tick();
        // Then
        assertThat(alice.news).hasSize(2);
        assertThat(alice.news.getLast()).isSameAs(bob.news.getLast());
        assertThat(bob.shown()).isEqualTo("{alice=[desk], bob=[phone]}");
    }

    @Test
    void doesNotTellWhoComesAndGoesBetweenTwoTicks() {
        // Given
        Replica alice = watcher();
        Replica bob = watcher();
        here.room.track(alice, "alice", name("desk"));
        here.tick();
        // When one comes and goes, another changes and changes back
        here.room.track(bob, "bob", name("phone"));
        here.room.leave(bob);
        here.room.track(alice, "alice", name("away"));
        here.room.track(alice, "alice", name("desk"));
        here.tick();
        // Then
        assertThat(alice.news).hasSize(2);
        assertThat(bob.news).hasSize(2);
        assertThat(bob.shown()).isEqualTo("{alice=[desk]}");
    }

    @Test
    void givesADeviceThatReconnectsItsPlaceBack() {
        // Given
        Replica before = watcher();
        Replica bob = watcher();
        here.room.track(before, "alice", name("desk"));
        here.tick();
        // When
        here.room.leave(before);
        Replica after = watcher();
        here.room.track(after, "alice", name("desk"));
        here.tick();
        // Then
        assertThat(bob.news).hasSize(2);
        assertThat(after.shown()).isEqualTo("{alice=[desk]}");
        // When it shows something else
        here.room.track(after, "alice", name("phone"));
        here.tick();
        // Then the clients know whom that replaces
        assertThat(bob.shown()).isEqualTo("{alice=[phone]}");
        assertThat(after.shown()).isEqualTo("{alice=[phone]}");
    }

    @Test
    void replacesWithTheReferenceBefore() {
        // Given
        Replica alice = watcher();
        here.room.track(alice, "alice", name("desk"));
        here.tick();
        String first = meta(alice.diff(), "joins").getString("phx_ref");
        // When
        assertThat(here.room.track(alice, "alice", name("desk"))).isEqualTo(Tracked.UNCHANGED);
        assertThat(here.room.track(alice, "alice", name("phone"))).isEqualTo(Tracked.CHANGED);
        here.tick();
        // Then
        assertThat(meta(alice.diff(), "leaves").getString("phx_ref")).isEqualTo(first);
        assertThat(meta(alice.diff(), "joins").getString("phx_ref_prev")).isEqualTo(first);
        assertThat(meta(alice.diff(), "joins").getString("phx_ref")).isNotEqualTo(first);
        assertThat(alice.shown()).isEqualTo("{alice=[phone]}");
    }

    private static JsonObject meta(JsonObject diff, String side) {
        return diff.getJsonObject(side)
                .getJsonObject("alice")
                .getJsonArray("metas")
                .getJsonObject(0);
    }

    @Test
    void keepsTheDevicesOfOneKeyApart() {
        // Given
        Replica desk = watcher();
        Replica phone = watcher();
        // When
        here.room.track(desk, "alice", name("desk"));
        here.room.track(phone, "alice", name("phone"));
        here.tick();
        assertThat(desk.shown()).isEqualTo("{alice=[desk, phone]}");
        here.room.untrack(desk);
        here.tick();
        // Then
        assertThat(desk.shown()).isEqualTo("{alice=[phone]}");
        assertThat(phone.shown()).isEqualTo("{alice=[phone]}");
    }

    @Test
    void tellsWhoeverIsPresentEvenIfItDidNotAsk() {
        // Given
        var quiet = new Replica();
        // When
        here.room.track(quiet, "alice", name("desk"));
        here.tick();
        // Then
        assertThat(quiet.news.getFirst()).isEqualTo(new PresenceNews.State("{}"));
        assertThat(quiet.shown()).isEqualTo("{alice=[desk]}");
    }

    @Test
    void tellsOnlyTheNumberAboveTheBound() {
        // Given
        Replica viewer = watcher();
        List<Replica> crowd = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            crowd.add(watcher());
            here.room.track(crowd.getLast(), "k" + i, name("n" + i));
        }
        here.tick();
        assertThat(viewer.shown()).contains("k0", "k9");
        // When one more comes
        crowd.add(watcher());
        here.room.track(crowd.getLast(), "k10", name("n10"));
        here.tick();
        // Then
        assertThat(viewer.shown()).isEqualTo("{}");
        assertThat(viewer.count()).isEqualTo(11);
        Replica late = watcher();
        assertThat(late.news).containsExactly(new PresenceNews.State("{}"), new PresenceNews.Count(11));
        // When some go, names come back at four fifths
        here.room.leave(crowd.removeLast());
        here.room.leave(crowd.removeLast());
        here.tick();
        assertThat(viewer.shown()).isEqualTo("{}");
        assertThat(viewer.count()).isEqualTo(9);
        here.room.leave(crowd.removeLast());
        here.tick();
        assertThat(viewer.shown()).contains("k0", "k7").doesNotContain("k8");
        assertThat(late.shown()).isEqualTo(viewer.shown());
    }

    @Test
    void takesNoMoreMembersThanItMay() {
        for (int i = 0; i < 20; i++) {
            assertThat(here.room.track(new Replica(), "k" + i, name("n"))).isEqualTo(Tracked.CHANGED);
        }
        var late = new Replica();
        assertThat(here.room.track(late, "late", name("n"))).isEqualTo(Tracked.FULL);
        assertThat(late.news).isEmpty();
        here.room.heard(new NodeId("0000000b"), fresh(1, shown(1, "far")));
        here.tick();
        assertThat(watcher().count()).isEqualTo(20);
    }

    @Test
    void losesTheMembersOfALostNode() {
        // Given
        var far = new NodeId("0000000b");
        var farther = new NodeId("0000000c");
        Replica alice = watcher();
        here.room.track(alice, "alice", name("desk"));
        here.room.heard(far, fresh(1, shown(1, "bob")));
        here.room.heard(farther, fresh(1, shown(1, "carol")));
        here.tick();
        assertThat(alice.shown()).isEqualTo("{alice=[desk], bob=[phone], carol=[phone]}");
        // When only one of them goes on
        here.pass(Duration.ofSeconds(14));
        here.room.heard(farther, new PresenceMessage.Standing(1));
        here.room.refresh();
        here.tick();
        assertThat(alice.shown()).contains("bob");
        here.pass(Duration.ofSeconds(2));
        here.room.refresh();
        here.tick();
        // Then
        assertThat(alice.shown()).isEqualTo("{alice=[desk], carol=[phone]}");
        // When it is known that the other has gone
        here.room.nodeLost(farther);
        here.tick();
        assertThat(alice.shown()).isEqualTo("{alice=[desk]}");
    }

    @Test
    void tellsTheOtherNodesTheNewestOnly() {
        // Given
        Replica alice = watcher();
        Replica bob = watcher();
        // When
        here.room.track(alice, "alice", name("desk"));
        here.room.track(alice, "alice", name("phone"));
        here.room.track(bob, "bob", name("phone"));
        here.room.leave(bob);
        assertThat(here.told).containsExactly(new PresenceMessage.Asked(null));
        here.tick();
        here.room.leave(alice);
        here.tick();
        // Then
        List<MemberChange> changes = here.told.stream()
                .flatMap(message -> message instanceof PresenceMessage.Changes(long _, long _, List<MemberChange> some)
                        ? some.stream()
                        : Stream.empty())
                .toList();
        assertThat(changes)
                .extracting(change -> change.getClass().getSimpleName())
                .containsExactly("Shown", "Gone", "Gone");
        assertThat(((MemberChange.Shown) changes.getFirst()).payload()).isEqualTo(name("phone"));
    }

    @Test
    void asksForWhatItHasMissedAndGetsItInParts() {
        // Given
        var left = new Node("0000000a", 1_000, 2_000);
        var right = new Node("0000000b", 1_000, 2_000);
        left.others.add(right);
        right.others.add(left);
        var viewer = new Replica();
        right.room.watch(viewer);
        List<Replica> crowd = new ArrayList<>();
        // When the way between them is cut while some come, and one goes
        left.cut = true;
        for (int i = 0; i < 250; i++) {
            crowd.add(new Replica());
            left.room.track(crowd.getLast(), "k" + i, name("n"));
        }
        left.tick();
        assertThat(viewer.shown()).isEqualTo("{}");
        left.cut = false;
        left.room.refresh();
        // Then the list comes part by part, and what happens meanwhile is not lost
        left.room.leave(crowd.removeFirst());
        left.room.leave(crowd.removeLast());
        for (int i = 0; i < 5; i++) {
            left.tick();
            right.tick();
        }
        var late = new Replica();
        left.room.watch(late);
        assertThat(viewer.shown())
                .isEqualTo(late.shown())
                .contains("k1=", "k248=")
                .doesNotContain("k0=", "k249=");
        assertThat(left.told.stream().filter(PresenceMessage.Part.class::isInstance))
                .hasSizeGreaterThan(2);
        // When a change is lost
        left.cut = true;
        left.room.leave(crowd.removeFirst());
        left.tick();
        left.cut = false;
        right.pass(Duration.ofSeconds(5));
        left.room.track(crowd.getFirst(), "k2", name("other"));
        for (int i = 0; i < 8; i++) {
            left.tick();
            right.tick();
        }
        // Then the next one shows it
        assertThat(viewer.shown())
                .isEqualTo(late.shown())
                .contains("k2=[other]")
                .doesNotContain("k1=");
    }

    @Test
    void keepsNothingOfOtherNodesWhereNobodyWantsToKnow() {
        // Given
        var far = new NodeId("0000000b");
        here.room.heard(far, fresh(1, shown(1, "bob")));
        here.tick();
        Replica alice = watcher();
        assertThat(alice.shown()).isEqualTo("{}");
        // When
        here.room.heard(far, new PresenceMessage.Part(1, 0, Long.MAX_VALUE, List.of(shown(1, "bob"))));
        here.tick();
        assertThat(alice.shown()).isEqualTo("{bob=[phone]}");
        here.room.leave(alice);
        here.tick();
        // Then
        assertThat(watcher().shown()).isEqualTo("{}");
    }

    @Test
    void showsTheSameOnTwoNodesWhateverHappens() {
        var random = new Random(42);
        for (int round = 0; round < 200; round++) {
            // Given
            var left = new Node("0000000a");
            var right = new Node("0000000b");
            left.others.add(right);
            right.others.add(left);
            List<Node> nodes = List.of(left, right);
            List<List<Replica>> watchers = List.of(new ArrayList<>(), new ArrayList<>());
            // When
            for (int step = 0; step < 40; step++) {
                int side = random.nextInt(2);
                act(random, nodes.get(side), watchers.get(side));
            }
            for (int i = 0; i < 2; i++) {
                var last = new Replica();
                nodes.get(i).room.watch(last);
                watchers.get(i).add(last);
            }
            nodes.forEach(Node::tick);
            nodes.forEach(Node::tick);
            // Then
            String shown = watchers.getFirst().getFirst().shown();
            watchers.forEach(all -> assertThat(all).extracting(Replica::shown).containsOnly(shown));
        }
    }

    private static void act(Random random, Node node, List<Replica> watchers) {
        int what = watchers.isEmpty() ? 0 : random.nextInt(6);
        Replica one = watchers.isEmpty() ? new Replica() : watchers.get(random.nextInt(watchers.size()));
        switch (what) {
            case 0 -> {
                if (watchers.size() < 4) {
                    watchers.add(new Replica());
                    node.room.watch(watchers.getLast());
                }
            }
            case 1, 2 -> node.room.track(one, "k" + random.nextInt(2), name("n" + random.nextInt(2)));
            case 3 -> node.room.untrack(one);
            case 4 -> {
                node.room.leave(one);
                watchers.remove(one);
            }
            default -> node.tick();
        }
    }
}
