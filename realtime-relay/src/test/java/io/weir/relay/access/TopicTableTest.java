package io.weir.relay.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.TenantId;
import io.weir.relay.access.TopicAccess.Denied;
import io.weir.relay.access.TopicAccess.Granted;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may do what on which name. */
class TopicTableTest {
    private static final TenantId TENANT = new TenantId("default");
    private static final Viewer ADA = viewer("ada", Set.of("user"), Set.of("w1"), Set.of());

    private final TopicTable table = new TopicTable(() -> Map.of(
            "session", row("session:{session}", Rule.OWNER, Rule.NONE, Rule.OWNER),
            "shared",
                    row(
                            "session:{session}@{owner}",
                            Optional.of("session:{session}"),
                            Rule.SHARED,
                            Rule.NONE,
                            Rule.SHARED_EDIT),
            "channel", channels(),
            "camera", row("camera:{camera}", Rule.CAMERA, Rule.CAMERA, Rule.NONE),
            "process", row("camera:{camera}:process", Rule.WORKER, Rule.NONE, Rule.NONE),
            "account", row("account:{account}", Rule.ACCOUNT, Rule.SERVICE, Rule.NONE)));

    @Test
    void givesEachAccountASessionOfItsOwn() {
        // When
        var ada = table.access(ADA, "session:x", true);
        var eve = table.access(viewer("eve", Set.of(), Set.of(), Set.of()), "session:x", true);
        // Then
        assertThat(ada)
                .isEqualTo(new Granted(new TopicKey.Owned(TENANT, new AccountId("ada"), "session:x"), false, true));
        assertThat(eve).isNotEqualTo(ada).isInstanceOf(Granted.class);
        assertThat(table.keyOf(TENANT, new AccountId("ada"), "session:x")).isEqualTo(((Granted) ada).key());
    }

    @Test
    void decidesByTheRowWhetherJoinedPrivatelyOrNot() {
        assertThat(table.access(ADA, "workspace:w1:channel:c", false)).isInstanceOf(Granted.class);
        assertThat(table.access(ADA, "workspace:w1:channel:c:d", true)).isInstanceOf(Granted.class);
        assertThat(table.access(ADA, "workspace:w2:channel:c", false)).isInstanceOf(Denied.class);
        assertThat(table.access(ADA, "account:ada", true)).isInstanceOf(Granted.class);
        assertThat(table.access(ADA, "account:eve", false)).isInstanceOf(Denied.class);
    }

    @Test
    void takesTheMostSpecificRow() {
        // Given
        var worker = viewer("bob", Set.of("worker"), Set.of(), Set.of());
        var camera = viewer("cam", Set.of("camera"), Set.of(), Set.of("c1"));
        // Then
        assertThat(table.access(worker, "camera:c1:process", true)).isInstanceOf(Granted.class);
        assertThat(table.access(worker, "camera:c1", true)).isInstanceOf(Denied.class);
        assertThat(table.access(camera, "camera:c1", true)).isInstanceOf(Granted.class);
        assertThat(table.access(camera, "camera:c2", true)).isInstanceOf(Denied.class);
        assertThat(table.access(camera, "camera:c1:process", true)).isInstanceOf(Denied.class);
    }

    @Test
    void opensFreeNamesOnlyAsPublicTopics() {
        assertThat(table.access(ADA, "room:1", true)).isInstanceOf(Denied.class);
        assertThat(table.access(ADA, "room:1", false))
                .isEqualTo(new Granted(new TopicKey.Free(TENANT, "room:1"), true, true));
    }

    @Test
    void opensASharedSessionAsTheOwnersTopic() {
        // Given
        var owner = new AccountId("bob@example.com");
        var key = new TopicKey.Owned(TENANT, owner, "session:x:1");
        String name = "session:x:1@bob@example.com";
        // Then
        assertThat(table.share(ADA, name))
                .contains(new Share(TENANT, owner, new SessionId("x:1"), new AccountId("ada")));
        assertThat(table.access(ADA, name, true)).isInstanceOf(Denied.class);
        assertThat(table.access(ADA, name, true, Optional.of(ShareRight.VIEW)))
                .isEqualTo(new Granted(key, false, false));
        assertThat(table.access(ADA, name, true, Optional.of(ShareRight.EDIT)))
                .isEqualTo(new Granted(key, false, true));
        assertThat(table.keyOf(TENANT, owner, "session:x:1")).isEqualTo(key);
    }

    @Test
    void letsTheOwnerUseTheNameThatTheOthersUse() {
        assertThat(table.share(ADA, "session:x@ada")).isEmpty();
        assertThat(table.access(ADA, "session:x@ada", true))
                .isEqualTo(new Granted(new TopicKey.Owned(TENANT, new AccountId("ada"), "session:x"), false, true));
    }

    @Test
    void neverLetsAStreamReachIntoTheSessionOfAnother() {
        // Given a gateway's stream of eve under a name that would open a session of ada
        var eve = new AccountId("eve");
        // Then it stays on a topic of eve's own
        assertThat(table.keyOf(TENANT, eve, "session:x@ada"))
                .isEqualTo(new TopicKey.Owned(TENANT, eve, "session:x@ada"));
    }

    @Test
    void letsServicesAndWorkersWriteWhatTheyMayNotRead() {
        // Given
        var worker = viewer("bob", Set.of("worker"), Set.of(), Set.of());
        var service = new Viewer(
                TENANT, new AccountId("edge"), Set.of(), Set.of(), Set.of(), Set.of("internal"), Instant.MAX);
        // Then
        assertThat(table.writable(worker, "workspace:w9:channel:c", true))
                .contains(new TopicKey.Shared(TENANT, "workspace:w9:channel:c"));
        assertThat(table.access(worker, "workspace:w9:channel:c", true)).isInstanceOf(Denied.class);
        assertThat(table.writable(service, "account:ada", true)).contains(new TopicKey.Shared(TENANT, "account:ada"));
        assertThat(table.writable(ADA, "account:ada", true)).isEmpty();
        assertThat(table.writable(ADA, "session:x", true)).isEmpty();
        assertThat(table.writable(ADA, "room:1", false)).contains(new TopicKey.Free(TENANT, "room:1"));
        assertThat(table.writable(ADA, "room:1", true)).isEmpty();
    }

    private static Viewer viewer(String account, Set<String> roles, Set<String> workspaces, Set<String> cameras) {
        return new Viewer(TENANT, new AccountId(account), roles, workspaces, cameras, Set.of(), Instant.MAX);
    }

    private static TopicConfig.Row channels() {
        return row(
                "workspace:{workspace}:channel:{channel}",
                Optional.empty(),
                List.of(Rule.MEMBER),
                List.of(Rule.MEMBER, Rule.WORKER),
                List.of(Rule.MEMBER));
    }

    private static TopicConfig.Row row(String pattern, Rule read, Rule write, Rule control) {
        return row(pattern, Optional.empty(), read, write, control);
    }

    private static TopicConfig.Row row(String pattern, Optional<String> opens, Rule read, Rule write, Rule control) {
        return row(pattern, opens, List.of(read), List.of(write), List.of(control));
    }

    private static TopicConfig.Row row(
            String pattern, Optional<String> opens, List<Rule> read, List<Rule> write, List<Rule> control) {
        return new TopicConfig.Row() {
            @Override
            public String pattern() {
                return pattern;
            }

            @Override
            public Optional<String> opens() {
                return opens;
            }

            @Override
            public String vocabulary() {
                return "session";
            }

            @Override
            public TopicKind kind() {
                return TopicKind.STREAMS;
            }

            @Override
            public List<Rule> read() {
                return read;
            }

            @Override
            public List<Rule> write() {
                return write;
            }

            @Override
            public List<Rule> control() {
                return control;
            }
        };
    }
}
